//! The cache, after Redis, with additions of Memcached and of its users.
//!
//! - `command.rs`: what each command does
//! - `entry.rs`: the entry of a key
//! - `expiry.rs`: when an entry expires
//! - `eviction.rs`: which entry makes room
//! - `lease.rs`: leases: one load at a time
//! - `memcached.rs`: Memcached's rules, where they differ
//! - `follow.rs`: replication from another cache
//! - `effect.rs`: effects: changes and look-ups
//!
//! A cache is like Redis or like Memcached ([`Engine`](crate::store::cache::Engine)); what follows
//! is of the former, and `memcached.rs` says what the latter does instead.
//!
//! **Expiry.** An entry set at `t` with a TTL of `d` is served at every instant before `t + d` and
//! at none from `t + d` on. Redis counts in whole milliseconds and serves a key up to and including
//! the last one (`keyIsExpired`: `now > when`), which differs by at most a millisecond.
//!
//! **Grace.** With `stale=g` the entry stays until `t + d + g`, but only for `entry` (and to
//! remember its version); every other command treats it as missing. RFC 5861 calls it
//! `stale-while-revalidate`, Varnish `grace`.
//!
//! **Versions.** A set with a version is refused if the cache knows a newer one: that of the
//! present entry, or that of a deleted one, which it keeps as a `Tombstone` for as long as the
//! entry would have lived, or without an entry or a TTL until it is evicted, flushed or replaced.
//! Tombstones take up room like entries. An expiry or an eviction forgets the version, and so does
//! a set without one, which replaces everything (as Redis' `SET` drops an old TTL). No product does
//! this by itself; people write it in Lua on Redis.

mod command;
mod effect;
mod entry;
mod eviction;
mod expiry;
mod follow;
mod lease;
mod memcached;

pub use effect::{CacheEffect, Refusal, Removal};
pub use entry::{Entry, Slot, Tombstone};
pub use eviction::Eviction;
pub use lease::LEASE_US;
pub use memcached::{LONGEST_KEY, LONGEST_RELATIVE_US, is_key};

use std::hash::Hash;

use crate::digest::{Digest, Lens, Sum};
use crate::named::named;
use crate::store::paged::Paged;
use crate::strategy::value::{Datum, Symbol};
use crate::time::Micros;
use eviction::Order;
use expiry::Expiry;
use lease::Leases;
use memcached::Memcached;

named! {
    /// The product that a cache behaves like.
    #[derive(serde::Deserialize, Default)]
    pub enum Engine {
        /// Redis or Valkey.
        #[default]
        Redis = "redis",
        /// Memcached 1.6.
        Memcached = "memcached",
    }
}

/// The memory of one cache server.
#[derive(Clone, Debug)]
pub struct Cache {
    /// The most slots; `None`: no limit.
    capacity: Option<u32>,
    slots: Paged<Slot>,
    /// The number of slots that are entries.
    entries: usize,
    order: Order,
    expiry: Expiry,
    leases: Leases,
    /// What only a Memcached has; `None`: it is like Redis.
    memcached: Option<Memcached>,
}

/// The contents at an instant, to be loaded after a restart (Redis: an RDB file, which has the
/// keys, their absolute expiry times and, with an LRU or LFU policy, their use).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CacheSnapshot {
    slots: Paged<Slot>,
    order: Order,
}

impl Cache {
    /// An empty cache like Redis that holds at most `capacity` entries (and tombstones).
    pub fn new(capacity: Option<u32>, eviction: Eviction) -> Cache {
        Cache::of(capacity, Order::new(capacity, eviction), None)
    }

    /// An empty cache like Memcached. `evicts`: whether entries make room (without `-M`); `empty`:
    /// the text of no characters.
    pub fn memcached(capacity: Option<u32>, evicts: bool, empty: Symbol) -> Cache {
        let order = Order::segmented(capacity.filter(|_| evicts));
        Cache::of(capacity, order, Some(Memcached::new(empty)))
    }

    fn of(capacity: Option<u32>, order: Order, memcached: Option<Memcached>) -> Cache {
        Cache {
            capacity,
            slots: Paged::new(),
            entries: 0,
            order,
            expiry: Expiry::default(),
            leases: Leases::default(),
            memcached,
        }
    }

    /// The product that it behaves like.
    pub fn engine(&self) -> Engine {
        self.memcached.as_ref().map_or(Engine::Redis, |_| Engine::Memcached)
    }

    /// The entry of a key, fresh or in its grace, without counting as a use.
    pub fn peek(&self, key: Symbol) -> Option<&Entry> {
        self.slots.get(key).and_then(Slot::entry)
    }

    /// Every entry, in the order of keys.
    pub fn entries(&self) -> impl Iterator<Item = (Symbol, &Entry)> {
        self.slots.iter().filter_map(|(key, slot)| Some((key, slot.entry()?)))
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// The keys with an entry, a remembered version or a lease, in order.
    pub fn keys(&self) -> Vec<Symbol> {
        let mut keys: Vec<Symbol> = self.slots.iter().map(|(key, _)| key).collect();
        keys.extend(self.leases.iter().map(|(key, _)| key));
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether it has an entry, a remembered version or a lease of a key.
    pub fn knows(&self, key: Symbol) -> bool {
        self.slots.contains(key) || self.leases.has(key)
    }

    /// Whether a key takes up room: with an entry, or with a remembered version.
    pub fn holds(&self, key: Symbol) -> bool {
        self.slots.contains(key)
    }

    /// Whether an entry, a version or a lease of a key ends by itself.
    pub fn may_expire(&self, key: Symbol) -> bool {
        let ends = |slot: &Slot| slot.gone_us().is_some();
        self.slots.get(key).is_some_and(ends) || self.leases.has(key)
    }

    /// The remembered version of a deleted entry.
    pub fn tombstone(&self, key: Symbol) -> Option<Tombstone> {
        match self.slots.get(key)? {
            Slot::Tombstone(tombstone) => Some(*tombstone),
            Slot::Entry(_) => None,
        }
    }

    /// The used capacity: entries and tombstones.
    pub fn used(&self) -> usize {
        self.slots.len()
    }

    /// The keys with a valid lease, and when each token ends.
    pub fn leases(&self) -> impl Iterator<Item = (Symbol, Micros)> {
        self.leases.iter()
    }

    /// Ends every freshness, grace and remembered version due at or before `now_us`, in the order
    /// of their instants.
    pub fn sweep(&mut self, now_us: Micros, effect: &mut dyn FnMut(CacheEffect)) {
        self.leases.sweep(now_us);
        while let Some((due, key)) = self.expiry.next()
            && due <= now_us
        {
            match self.slots.get_mut(key) {
                Some(Slot::Entry(entry)) if !entry.in_grace && entry.gone_us != Some(due) => {
                    entry.in_grace = true;
                    let gone_us = entry.gone_us;
                    effect(CacheEffect::Stale { key, origin: entry.value.origin });
                    self.expiry.changed(key, Some(due), gone_us, &self.slots);
                }
                _ => {
                    self.remove(key, Removal::Expired, effect);
                }
            }
        }
    }

    /// The earliest instant at which [`sweep`](Cache::sweep) has something to
    /// report: the end of a TTL, of a grace, or of a tombstone.
    #[inline]
    pub fn next_due_us(&self) -> Option<Micros> {
        self.expiry.next().map(|(due, _)| due)
    }

    /// `FLUSHALL`: removes every entry, version and lease.
    pub fn flush(&mut self, effect: &mut dyn FnMut(CacheEffect)) {
        self.clear(Removal::Flushed, effect);
    }

    /// The process crashes: every entry, version and lease is lost.
    pub fn kill(&mut self, effect: &mut dyn FnMut(CacheEffect)) {
        self.clear(Removal::Killed, effect);
    }

    /// Evicts one key, as if room were needed: its entry, or its remembered version. Returns
    /// whether there was one.
    pub fn evict(&mut self, key: Symbol, effect: &mut dyn FnMut(CacheEffect)) -> bool {
        self.remove(key, Removal::Evicted, effect)
    }

    /// Expires a key now, with or without a TTL: its grace begins if it has one; a grace in
    /// progress ends. A remembered version is forgotten; so is a lease, if there is nothing else.
    /// Returns whether there was something.
    pub fn expire_now(
        &mut self,
        key: Symbol,
        now_us: Micros,
        effect: &mut dyn FnMut(CacheEffect),
    ) -> bool {
        match self.slots.get(key).copied() {
            // the server of a Memcached knows no grace
            Some(Slot::Entry(entry)) if !entry.in_grace && self.memcached.is_none() => {
                self.retime(key, entry, now_us);
                if let Some(Entry { expires_us, gone_us, .. }) = self.peek(key).copied()
                    && gone_us > expires_us
                {
                    effect(CacheEffect::Retimed { key, expires_us, gone_us });
                }
                self.sweep(now_us, effect);
                true
            }
            Some(_) => self.remove(key, Removal::Expired, effect),
            None => {
                let had = self.leases.has(key);
                self.leases.invalidate(key);
                had
            }
        }
    }

    /// Adds an entry before the run begins, without effects. False if there is no room for it.
    pub fn preload(
        &mut self,
        key: Symbol,
        value: Datum,
        ttl_us: Option<Micros>,
        now_us: Micros,
    ) -> bool {
        let room = self.slots.contains(key) || !self.is_full();
        if room {
            self.put(key, Slot::Entry(self.made(value, now_us, ttl_us, 0, None)));
        }
        room
    }

    /// The snapshot that would be written now. It has no leases.
    pub fn snapshot(&self) -> CacheSnapshot {
        CacheSnapshot { slots: self.slots.clone(), order: self.order.clone() }
    }

    /// Restarts from a snapshot. Times are absolute, as in an RDB file: an entry that has expired
    /// meanwhile does not come back. Every other entry is reported as set.
    pub fn restore(
        &mut self,
        snapshot: &CacheSnapshot,
        now_us: Micros,
        effect: &mut dyn FnMut(CacheEffect),
    ) {
        self.kill(effect);
        self.slots = snapshot.slots.clone();
        self.order = snapshot.order.clone();
        for (key, slot) in snapshot.slots.iter() {
            if slot.gone_us().is_some_and(|gone| gone <= now_us) {
                self.slots.remove(key);
                self.order.removed(key, slot.expires_us());
                continue;
            }
            match *slot {
                Slot::Entry(entry) => {
                    self.entries += 1;
                    effect(entry.set_effect(key, None));
                }
                Slot::Tombstone(Tombstone { version, until_us }) => {
                    effect(CacheEffect::Remembered { key, version, until_us });
                }
            }
        }
        self.expiry = Expiry::of(&self.slots);
        self.sweep(now_us, effect);
    }

    fn is_full(&self) -> bool {
        self.capacity.is_some_and(|most| self.slots.len() >= most as usize)
    }

    /// Evicts until one more slot fits; false if nothing may be evicted.
    fn make_room(
        &mut self,
        pick: &mut dyn FnMut(u64) -> u64,
        effect: &mut dyn FnMut(CacheEffect),
    ) -> bool {
        while self.is_full() {
            match self.order.victim(pick) {
                Some(victim) => self.remove(victim, Removal::Evicted, effect),
                None => return false,
            };
        }
        true
    }

    /// Stores a slot, for which there is room, and returns the previous one.
    #[inline]
    fn put(&mut self, key: Symbol, slot: Slot) -> Option<Slot> {
        let (due_us, expires_us) = (slot.due_us(), slot.expires_us());
        self.entries += usize::from(slot.entry().is_some());
        let was = self.slots.insert(key, slot);
        match &was {
            Some(was) => {
                self.entries -= usize::from(was.entry().is_some());
                self.order.replaced(key);
                self.order.retimed(key, was.expires_us(), expires_us);
            }
            None => self.order.added(key, expires_us),
        }
        let was_due_us = was.as_ref().and_then(Slot::due_us);
        self.expiry.changed(key, was_due_us, due_us, &self.slots);
        if let Some(memcached) = &mut self.memcached {
            memcached.changed(key);
        }
        was
    }

    /// Changes the end of a fresh entry's life and keeps the length of its grace.
    fn retime(&mut self, key: Symbol, was: Entry, expires_us: Micros) {
        let grace = match (was.expires_us, was.gone_us) {
            (Some(expires), Some(gone)) => gone - expires,
            _ => 0,
        };
        let entry = Entry {
            expires_us: Some(expires_us),
            gone_us: Some(expires_us.saturating_add(grace)),
            ..was
        };
        self.slots.insert(key, Slot::Entry(entry));
        self.order.retimed(key, was.expires_us, entry.expires_us);
        self.expiry.changed(key, was.expires_us, entry.expires_us, &self.slots);
    }

    /// Removes the slot of a key. Returns whether there was one.
    fn remove(&mut self, key: Symbol, why: Removal, effect: &mut dyn FnMut(CacheEffect)) -> bool {
        let Some(slot) = self.slots.remove(key) else { return false };
        self.entries -= usize::from(slot.entry().is_some());
        self.order.removed(key, slot.expires_us());
        self.expiry.changed(key, slot.due_us(), None, &self.slots);
        if let Some(memcached) = &mut self.memcached {
            memcached.removed(key);
        }
        effect(slot.removed_effect(key, why));
        true
    }

    fn clear(&mut self, why: Removal, effect: &mut dyn FnMut(CacheEffect)) {
        let slots = std::mem::take(&mut self.slots);
        self.entries = 0;
        self.order.clear();
        self.expiry = Expiry::default();
        self.leases.clear();
        if let Some(memcached) = &mut self.memcached {
            memcached.clear();
        }
        for (key, slot) in slots.iter() {
            effect(slot.removed_effect(key, why));
        }
    }
}

/// By content: the other indices contain nothing that the order of use does not.
impl Digest for Cache {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        let Cache { capacity, slots, entries: _, order, expiry: _, leases, memcached } = self;
        (capacity, order).hash(sum);
        slots.digest(lens, sum);
        leases.digest(lens, sum);
        if let Some(memcached) = memcached {
            memcached.hash(sum);
        }
    }
}

impl Digest for CacheSnapshot {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        let CacheSnapshot { slots, order } = self;
        order.hash(sum);
        slots.digest(lens, sum);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod script;
#[cfg(test)]
mod tests;
