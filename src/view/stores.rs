//! Cache and database, key by key.

use std::sync::Arc;

use serde::Serialize;

use super::forecast::UnderWay;
use super::problems::cause_lines;
use super::text::{made_by, made_by_whom};
use super::{CauseLine, KeyState, View};
use crate::history::{CacheAccount, KeyLedger};
use crate::strategy::PlainValue;
use crate::strategy::value::Symbol;
use crate::time::Micros;
use crate::vocabulary::CacheId;

/// The cache and the database, key by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stores {
    /// Every key that either store holds or has held, in the order of first use; at most as many as
    /// requested.
    pub rows: Vec<KeyRow>,
    /// The number of all keys, shown or not.
    pub keys_total: usize,
}

/// One key in a cache and in the database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct KeyRow {
    pub key: Arc<str>,
    /// The cache's name; left out for the cache that every scenario has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_name: Option<Arc<str>>,
    /// The position of the strategy that serves it in the scenario.
    pub strategy: usize,
    // with the rest of its TTL, which changes all the time, in `api::Stores`
    #[serde(skip)]
    pub cache: Option<EntryView>,
    /// `null`: the database has no row.
    pub database: Option<RowView>,
    /// The state of the cache against the database.
    pub state: KeyState,
    /// When it entered this state.
    pub since_us: Micros,
    /// When an expiry will end the state; `null`: none will.
    pub until_us: Option<Micros>,
    /// The difference as text: "2 versions behind", "its write is queued". Empty if they agree.
    pub note: String,
    /// When the difference will end, as text: "until its TTL at 60.0 s", "for good: nothing will
    /// correct it". Empty if they agree.
    pub forecast: String,
    /// The events that led to the difference, oldest first. Empty if they agree.
    pub cause: Vec<CauseLine>,
}

/// The entry that the cache holds for a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct EntryView {
    pub value: PlainValue,
    /// The write that made the value: "W3", or "initial".
    pub origin: String,
    /// The version given with it; `null`: none.
    pub version: Option<i64>,
    pub set_at_us: Micros,
    /// `null`: never.
    pub expires_at_us: Option<Micros>,
    /// Whether its TTL has passed and it is kept for its grace.
    pub in_grace: bool,
}

/// The row that the database holds for a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "DatabaseRow"))]
pub struct RowView {
    pub value: PlainValue,
    /// The write that made the value: "W3", or "initial".
    pub origin: String,
    pub version: i64,
    pub committed_at_us: Micros,
}

impl View<'_> {
    /// Both stores: at most `most` keys in full, in the order of first use.
    pub fn stores(self, most: usize) -> Stores {
        let keys = self.history.ledger().keys();
        let under_way = self.under_way();
        let caches = || self.world.stores.caches.ids();
        let world = self.world;
        let shown = keys.iter().take(most).flat_map(|&key| {
            caches().filter(move |id| world.is_home(*id, key)).map(move |id| (key, id))
        });
        Stores {
            rows: shown.filter_map(|(key, id)| self.key_row(key, id, &under_way)).collect(),
            keys_total: keys.len(),
        }
    }

    fn key_row(self, key: Symbol, id: CacheId, under_way: &UnderWay) -> Option<KeyRow> {
        let account = self.history.ledger().key(key)?;
        let never_used = CacheAccount::default();
        let cache = account.caches.get(id).unwrap_or(&never_used);
        let forecast = self.forecast(key, id, under_way);
        let names = self.names();
        Some(KeyRow {
            key: names.text(key),
            cache_name: names.stores().cache_name(id).map(Arc::from),
            strategy: usize::from(self.world.route(key)),
            cache: cache.entry.map(|entry| EntryView {
                value: entry.value.scalar.plain(names),
                origin: made_by_whom(entry.value),
                version: entry.version,
                set_at_us: entry.set_us,
                expires_at_us: entry.expires_us,
                in_grace: entry.expires_us.is_some_and(|expires_us| expires_us <= self.now_us),
            }),
            database: account.row.filter(|row| !row.value.is_none()).map(|row| RowView {
                value: row.value.scalar.plain(names),
                origin: made_by(row.value.origin),
                version: row.version,
                committed_at_us: row.committed_us,
            }),
            state: cache.state,
            since_us: cache.since_us,
            until_us: cache.entry.and_then(|entry| entry.until_us()),
            note: self.note(key, account, cache),
            forecast: forecast.words,
            cause: cause_lines(&self.history.ledger().why_different(key, id), names),
        })
    }

    /// The difference as text.
    fn note(self, key: Symbol, account: &KeyLedger, cache: &CacheAccount) -> String {
        match (cache.state, cache.entry) {
            (KeyState::Stale, Some(entry)) => {
                let row = account.row.map_or(0, |row| row.version);
                match account.version_of(entry.value.origin) {
                    Some(version) if row - version.version == 1 => "1 version behind".to_owned(),
                    Some(version) => format!("{} versions behind", row - version.version),
                    None => "many versions behind".to_owned(),
                }
            }
            (KeyState::Ahead, Some(entry)) => {
                let queued =
                    self.world.queues.iter().any(|slot| slot.queue.of_key(key).next().is_some());
                let write = made_by(entry.value.origin);
                if queued { format!("{write} is queued") } else { format!("{write} is on its way") }
            }
            (KeyState::Phantom, Some(entry)) => {
                format!("{} will never be in the database", made_by(entry.value.origin))
            }
            (KeyState::Foreign, Some(_)) => "a copy of another key's row".to_owned(),
            _ => String::new(),
        }
    }
}
