//! The effects of commands, faults and time on the cache.

use crate::strategy::value::{Datum, Lineage, Origin, Symbol};
use crate::time::Micros;

/// One change of the contents, or one look-up.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CacheEffect {
    /// `get`, `entry` or `lease` found a value (`entry`: perhaps in its grace).
    Hit { key: Symbol, origin: Origin, lineage: Lineage },
    /// `get`, `entry` or `lease` found none.
    Miss { key: Symbol },
    /// A value was stored: by `set`, `add`, `incr`, `set_with_lease`, or from a snapshot.
    Set {
        key: Symbol,
        value: Datum,
        version: Option<i64>,
        expires_us: Option<Micros>,
        gone_us: Option<Micros>,
        /// The write whose value it replaced, fresh or in its grace.
        replaced: Option<Origin>,
    },
    /// `expire` changed the end of an entry's life.
    Retimed { key: Symbol, expires_us: Option<Micros>, gone_us: Option<Micros> },
    /// A value was not stored.
    Refused { key: Symbol, why: Refusal },
    /// An entry was removed.
    Removed {
        key: Symbol,
        origin: Origin,
        /// It was never read: it only took up room (pollution).
        never_read: bool,
        why: Removal,
    },
    /// A delete found no entry: it does not affect an entry that is set later.
    NothingToDelete { key: Symbol },
    /// An entry's freshness ended, and its grace began.
    Stale { key: Symbol, origin: Origin },
    /// A delete left its version: older sets are refused until it is forgotten.
    Remembered { key: Symbol, version: i64, until_us: Option<Micros> },
    /// The version was forgotten: an older set is accepted again.
    Forgotten { key: Symbol, version: i64 },
}

impl CacheEffect {
    /// The key whose entry it changes, in value or TTL.
    pub fn changes(&self) -> Option<Symbol> {
        match *self {
            CacheEffect::Set { key, .. }
            | CacheEffect::Retimed { key, .. }
            | CacheEffect::Removed { key, .. } => Some(key),
            _ => None,
        }
    }

    /// The key that it concerns.
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
    /// `set` with a version lower than the newest known one.
    OlderVersion,
    /// `set_with_lease` with a token that is no longer valid.
    Lease,
    /// `add`, and an entry exists.
    Exists,
    /// There is no room, and no entry may be evicted.
    Full,
    /// `release` or `extend` by a caller that does not own it, or no longer does.
    Token,
    /// Memcached's `incr`, and there is no entry.
    Missing,
}

/// Why an entry was removed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Removal {
    Deleted,
    Expired,
    Evicted,
    Flushed,
    Killed,
    /// Another node of the cache now has the key.
    Moved,
}
