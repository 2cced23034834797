//! The entries of the cache, and remembered versions.

use crate::digest::{Digest, Lens, Sum, digested};

use super::effect::{CacheEffect, Removal};
use crate::strategy::value::{Datum, Origin, Symbol};
use crate::time::Micros;

/// A value in the cache.
///
/// It is *fresh* before `expires_us`, *in its grace* from then and before `gone_us`, and removed at
/// `gone_us`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Entry {
    pub value: Datum,
    /// The version given with the set; `None` if none was given.
    pub version: Option<i64>,
    /// When this value was set.
    pub set_at_us: Micros,
    /// The end of freshness: `get` returns it before that; `None`: never.
    pub expires_us: Option<Micros>,
    /// The end of grace: `entry` returns it before that; `None`: never. Equals `expires_us` without
    /// a grace.
    pub gone_us: Option<Micros>,
    /// How often it was read since the key came into the cache, across new values. Zero at the end:
    /// it only took up room.
    pub reads: u32,
    /// Whether the end of its freshness has been reported.
    pub in_grace: bool,
}

impl Entry {
    /// An entry set now. If `ttl_us` is `None`, it never expires, and the grace has no effect.
    pub(super) fn new(
        value: Datum,
        now_us: Micros,
        ttl_us: Option<Micros>,
        stale_us: Micros,
        version: Option<i64>,
    ) -> Entry {
        let expires_us = ttl_us.map(|ttl| now_us.saturating_add(ttl));
        Entry {
            value,
            version,
            set_at_us: now_us,
            expires_us,
            gone_us: expires_us.map(|end| end.saturating_add(stale_us)),
            reads: 0,
            in_grace: false,
        }
    }

    pub(crate) fn set_effect(&self, key: Symbol, replaced: Option<Origin>) -> CacheEffect {
        CacheEffect::Set {
            key,
            value: self.value,
            version: self.version,
            expires_us: self.expires_us,
            gone_us: self.gone_us,
            replaced,
        }
    }
}

/// The version of a deleted entry, remembered so that an older set is refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Tombstone {
    pub version: i64,
    /// When it is forgotten; `None`: not by time.
    pub until_us: Option<Micros>,
}

/// One place in the cache's memory, which its capacity counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Slot {
    Entry(Entry),
    Tombstone(Tombstone),
}

impl Slot {
    /// The entry, in its grace or not.
    pub fn entry(&self) -> Option<&Entry> {
        match self {
            Slot::Entry(entry) => Some(entry),
            Slot::Tombstone(_) => None,
        }
    }

    /// The newest version known for the key.
    pub fn version(&self) -> Option<i64> {
        match self {
            Slot::Entry(entry) => entry.version,
            Slot::Tombstone(tombstone) => Some(tombstone.version),
        }
    }

    /// The next instant at which time alone changes it.
    pub fn due_us(&self) -> Option<Micros> {
        match self {
            Slot::Entry(entry) if entry.in_grace => entry.gone_us,
            Slot::Entry(entry) => entry.expires_us,
            Slot::Tombstone(tombstone) => tombstone.until_us,
        }
    }

    /// The order of `volatile-ttl`.
    pub fn expires_us(&self) -> Option<Micros> {
        match self {
            Slot::Entry(entry) => entry.expires_us,
            Slot::Tombstone(tombstone) => tombstone.until_us,
        }
    }

    /// When it leaves the memory by itself.
    pub fn gone_us(&self) -> Option<Micros> {
        match self {
            Slot::Entry(entry) => entry.gone_us,
            Slot::Tombstone(tombstone) => tombstone.until_us,
        }
    }

    pub(crate) fn removed_effect(&self, key: Symbol, why: Removal) -> CacheEffect {
        match *self {
            Slot::Entry(Entry { value, reads, .. }) => {
                CacheEffect::Removed { key, origin: value.origin, never_read: reads == 0, why }
            }
            Slot::Tombstone(Tombstone { version, .. }) => CacheEffect::Forgotten { key, version },
        }
    }
}

digested!(Entry {
    matters: value, version, in_grace;
    due: expires_us, gone_us;
    age: set_at_us;
    told: reads;
});

digested!(Tombstone {
    matters: version;
    due: until_us;
});

impl Digest for Slot {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        match self {
            Slot::Entry(entry) => {
                true.digest(lens, sum);
                entry.digest(lens, sum);
            }
            Slot::Tombstone(tombstone) => {
                false.digest(lens, sum);
                tombstone.digest(lens, sum);
            }
        }
    }
}
