//! Both stores at the present instant, as values.

use serde::Serialize;
use serde_json::Value as Json;

use crate::history::json;
use crate::simulate::Simulation;
use crate::time::Micros;
use crate::view::CauseLine;

/// The cache and the database, key by key.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stores {
    pub at_us: Micros,
    /// In the order of first use; at most as many as were asked for.
    pub keys: Vec<KeyRow>,
    /// How many keys there are in all.
    pub keys_total: usize,
}

/// One key in both stores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeyRow {
    pub key: String,
    /// Which of the scenario's strategies serves it, from 0.
    pub strategy: usize,
    /// `null`: the cache has no entry.
    pub cache: Option<Entry>,
    /// `null`: the database has no row.
    pub database: Option<Row>,
    /// Cache against database.
    pub state: &'static str,
    /// Since when.
    pub since_us: Micros,
    /// When an expiry will end it; `null`: none will.
    pub until_us: Option<Micros>,
    /// The difference in words; empty where they agree.
    pub note: String,
    /// When it will end, in words.
    pub forecast: String,
    /// What led to it, oldest first.
    pub cause: Vec<CauseEvent>,
}

/// What the cache holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    pub value: Json,
    /// The write that made the value: "W3", or "initial".
    pub origin: String,
    /// The version that came with it; `null`: none did.
    pub version: Option<i64>,
    pub set_at_us: Micros,
    /// `null`: never.
    pub expires_at_us: Option<Micros>,
    /// How long until then; 0 where that is over; `null`: for ever.
    pub ttl_us: Option<Micros>,
    /// Its TTL is over, and it is kept for a grace.
    pub in_grace: bool,
}

/// What the database holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    pub value: Json,
    pub origin: String,
    pub version: i64,
    pub committed_at_us: Micros,
}

/// One event of a cause chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CauseEvent {
    pub at_us: Micros,
    pub text: String,
}

impl Stores {
    /// Both stores now: at most so many keys.
    pub(super) fn of(run: &Simulation, most: usize) -> Stores {
        let (now_us, names) = (run.now_us(), run.names());
        let ledger = run.history().ledger();
        let stores = run.view().stores(most);
        // the rows are these keys', in this order
        let accounts = ledger.keys().iter().filter_map(|&key| ledger.key(key));
        let keys = stores.rows.into_iter().zip(accounts).map(|(row, account)| KeyRow {
            key: row.key.to_string(),
            strategy: row.strategy,
            cache: row.cache.zip(account.entry).map(|(view, entry)| Entry {
                value: json(entry.value.scalar, names),
                origin: view.origin,
                version: view.version,
                set_at_us: view.set_at_us,
                expires_at_us: view.expires_at_us,
                ttl_us: view.expires_at_us.map(|at_us| at_us.saturating_sub(now_us)),
                in_grace: view.in_grace,
            }),
            database: row.database.zip(account.row).map(|(view, held)| Row {
                value: json(held.value.scalar, names),
                origin: view.origin,
                version: view.version,
                committed_at_us: view.committed_at_us,
            }),
            state: row.state.name(),
            since_us: row.since_us,
            until_us: row.until_us,
            note: row.note,
            forecast: row.forecast,
            cause: row.cause.into_iter().map(CauseEvent::from).collect(),
        });
        Stores { at_us: now_us, keys: keys.collect(), keys_total: stores.keys_total }
    }
}

impl From<CauseLine> for CauseEvent {
    fn from(CauseLine { at_us, text }: CauseLine) -> CauseEvent {
        CauseEvent { at_us, text }
    }
}
