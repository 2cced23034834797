//! What a command, a fault or the passing of time did to the cache.

use crate::strategy::value::{Datum, Lineage, Origin, Symbol};
use crate::time::Micros;

/// One change of the contents, or one look at them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CacheEffect {
    /// `get`, `entry` or `lease` found a value (`entry`: perhaps in its grace).
    Hit { key: Symbol, origin: Origin, lineage: Lineage },
    /// `get`, `entry` or `lease` found none.
    Miss { key: Symbol },
    /// A value is there now: by `set`, `add`, `incr`, `set_with_lease`, or
    /// loaded from a snapshot.
    Set {
        key: Symbol,
        value: Datum,
        version: Option<i64>,
        expires_us: Option<Micros>,
        gone_us: Option<Micros>,
        /// The write whose value it took the place of, fresh or in its grace.
        replaced: Option<Origin>,
    },
    /// `expire` moved the end of an entry's life.
    Retimed { key: Symbol, expires_us: Option<Micros>, gone_us: Option<Micros> },
    /// A value was not stored.
    Refused { key: Symbol, why: Refusal },
    /// An entry is not there any more.
    Removed {
        key: Symbol,
        origin: Origin,
        /// It was never served: it only took up room (pollution).
        never_read: bool,
        why: Removal,
    },
    /// A delete found no entry: whoever sets one later does not know of it.
    NothingToDelete { key: Symbol },
    /// Freshness ended, grace began.
    Stale { key: Symbol, origin: Origin },
    /// A delete left the version behind: older sets are refused until then.
    Remembered { key: Symbol, version: i64, until_us: Option<Micros> },
    /// … and it is forgotten: an older set is let in again.
    Forgotten { key: Symbol, version: i64 },
}

impl CacheEffect {
    /// The key whose entry it changes, in its value or its TTL.
    pub fn changes(&self) -> Option<Symbol> {
        match *self {
            CacheEffect::Set { key, .. }
            | CacheEffect::Retimed { key, .. }
            | CacheEffect::Removed { key, .. } => Some(key),
            _ => None,
        }
    }

    /// The key that it is about.
    pub fn key(&self) -> Symbol {
        match *self {
            CacheEffect::Hit { key, .. }
            | CacheEffect::Miss { key }
            | CacheEffect::Set { key, .. }
            | CacheEffect::Retimed { key, .. }
            | CacheEffect::Refused { key, .. }
            | CacheEffect::Removed { key, .. }
            | CacheEffect::NothingToDelete { key }
            | CacheEffect::Stale { key, .. }
            | CacheEffect::Remembered { key, .. }
            | CacheEffect::Forgotten { key, .. } => key,
        }
    }
}

/// Why a value was not stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Refusal {
    /// `set` with a version lower than one that the cache has seen.
    OlderVersion,
    /// `set_with_lease` with a token that is not valid any more.
    Lease,
    /// `add` where there is an entry.
    Exists,
    /// No room, and nothing that may be evicted.
    Full,
    /// `release` or `extend` by somebody who does not own it, or not any more.
    Token,
}

/// Why an entry is gone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Removal {
    Deleted,
    Expired,
    Evicted,
    Flushed,
    Killed,
    /// Another node of the cache has the key now.
    Moved,
}
