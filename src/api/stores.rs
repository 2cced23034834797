//! Both stores at the present instant.

use serde::Serialize;

use crate::simulate::Simulation;
use crate::time::Micros;
use crate::view::{self, EntryView};

/// Both stores at an instant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Stores {
    pub at_us: Micros,
    /// In the order of first use; at most as many as requested.
    pub keys: Vec<KeyRow>,
    /// The number of all keys.
    pub keys_total: usize,
}

/// One key in both stores.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct KeyRow {
    #[serde(flatten)]
    pub row: view::KeyRow,
    /// `null`: the cache has no entry.
    pub cache: Option<CacheEntry>,
}

/// The entry that the cache holds for a key.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CacheEntry {
    #[serde(flatten)]
    pub entry: EntryView,
    /// The time until it expires, in microseconds; 0 once it has expired; `null`: it never does.
    pub ttl_us: Option<Micros>,
}

impl Stores {
    /// Both stores now, with at most `most` keys.
    pub(super) fn of(run: &Simulation, most: usize) -> Stores {
        let (now_us, stores) = (run.now_us(), run.view().stores(most));
        let entry = |entry: EntryView| CacheEntry {
            ttl_us: entry.expires_at_us.map(|at_us| at_us.saturating_sub(now_us)),
            entry,
        };
        let key = |mut row: view::KeyRow| {
            let cache = row.cache.take().map(entry);
            KeyRow { row, cache }
        };
        let keys = stores.rows.into_iter().map(key).collect();
        Stores { at_us: now_us, keys, keys_total: stores.keys_total }
    }
}
