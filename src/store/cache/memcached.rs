//! Memcached 1.6, where it does not do what Redis does. From its `doc/protocol.txt` and `items.c`;
//! every rule is compared with a running 1.6.18 by `tests/live/memcached.rs`.
//!
//! | call | commands |
//! | --- | --- |
//! | `get`, `entry` | `mg KEY v`, `mg KEY v t` |
//! | `set`, `add` | `ms KEY … T`, `ms KEY … T ME` |
//! | `delete`, `expire` | `md KEY`, `mg KEY T` (`touch`) |
//! | `incr` | `ma KEY D`, `ma KEY MD D` if the amount is negative |
//! | `lease` | `mg KEY v c N10` |
//! | `set_with_lease` | `ms KEY … T C` |
//!
//! **Clock.** It ticks once a second, counted from the start of its process. A TTL is a number of
//! whole seconds (a part of one is rounded up, since 0 means for ever) counted from the last tick: an
//! entry with a TTL of 1 lives between nothing and a second. A TTL of more than 30 days is the
//! number of an instant since 1970, so that the entry is gone at once.
//!
//! **Grace.** The server knows none. An entry with `stale=g` has the TTL of both together, and its
//! reader compares: `entry` says that it is not fresh, and every other command serves it.
//!
//! **Leases.** The first `lease` of a missing key makes an empty entry there for ten seconds, and
//! gets its CAS number (flag W); others find the empty entry (flag Z) and know that someone loads.
//! It is an entry like others: it takes up room, `get` serves it as a hit with an empty text, `add`
//! is refused. Whatever is stored there has another CAS number, so that the token is worth nothing
//! any more. The numbers start again with the process: a token from before a restart may be valid
//! for another's entry after it.
//!
//! **Numbers.** `incr` of a missing key is refused, and its reply is `None`. A sum is never
//! negative: it stops at 0. A value below 0 is not a number. A sum beyond 2⁶³ − 1 is refused here;
//! there it goes on to 2⁶⁴.
//!
//! **Room.** See [`Segments`](super::eviction). With `noeviction` (`-M`) and no room, a `set` is
//! refused even where there is an entry, and takes that entry away, so that no old value stays.
//!
//! **Not here.** No value is larger than an item may be (`-I`, 1 MB). There, such a `set` gets
//! `SERVER_ERROR object too large for cache`, and what was there is gone: a `cache.delete` shows what
//! follows (`findings/memcached-too-large.sh`). `md KEY I`, which marks an item as stale in place of
//! deleting it: there, the first `mg` then gets the old value with W and X, and may load; others get
//! it with Z and X; a plain `get` gets it as if it were fresh (`findings/memcached-mark-stale.sh`). Here
//! `delete` deletes, and W and Z are told of leases of missing keys only.
//!
//! Versions, `release` and `extend` are of scripts, which it does not run. It writes nothing to
//! disk, has no replicas and tells nobody of changes.

use super::command::{Effect, Pick};
use super::effect::{CacheEffect, Refusal, Removal};
use super::entry::{Entry, Slot};
use super::{Cache, LEASE_US};
use crate::store::paged::Paged;
use crate::strategy::call::{CacheCall, Reason};
use crate::strategy::value::{Composite, Datum, Scalar, Symbol, Value};
use crate::time::{Micros, SECOND_US};

/// The longest TTL that is counted from now: 30 days (`REALTIME_MAXDELTA`).
pub const LONGEST_RELATIVE_US: Micros = 60 * 60 * 24 * 30 * SECOND_US;

/// The most bytes of a key.
pub const LONGEST_KEY: usize = 250;

/// Whether a text can be a key: no more than 250 bytes, no spaces or control characters.
pub fn is_key(text: &str) -> bool {
    (1..=LONGEST_KEY).contains(&text.len()) && !text.bytes().any(|byte| byte <= b' ' || byte == 127)
}

/// What only a Memcached has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Memcached {
    /// The text of no characters.
    empty: Symbol,
    /// The number of the last change.
    last: i64,
    /// Whether a client has ever got such a number.
    is_told: bool,
    /// When the process started.
    started_us: Micros,
    items: Paged<Item>,
}

/// What an entry has besides its value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Item {
    /// The number of the change that made it.
    cas: i64,
    /// Whether it is the empty one of a lease.
    is_lease: bool,
}

impl Memcached {
    pub fn new(empty: Symbol) -> Memcached {
        Memcached { empty, last: 0, is_told: false, started_us: 0, items: Paged::new() }
    }

    /// An entry was stored.
    pub fn changed(&mut self, key: Symbol) {
        self.last += 1;
        self.items.insert(key, Item { cas: self.last, is_lease: false });
    }

    /// An entry is gone.
    pub fn removed(&mut self, key: Symbol) {
        self.items.remove(key);
    }

    /// All entries are gone.
    pub fn clear(&mut self) {
        self.items = Paged::new();
    }

    /// The last tick of the clock.
    fn tick_us(&self, now_us: Micros) -> Micros {
        now_us - now_us.saturating_sub(self.started_us) % SECOND_US
    }

    /// When an entry with this TTL ends.
    fn end_us(&self, ttl_us: Micros, now_us: Micros) -> Micros {
        match ttl_us.div_ceil(SECOND_US).saturating_mul(SECOND_US) {
            ttl_us if ttl_us > LONGEST_RELATIVE_US => now_us,
            ttl_us => self.tick_us(now_us) + ttl_us,
        }
    }

    /// Makes a key's entry that of a lease, and returns the lease.
    fn lease(&mut self, key: Symbol) -> Option<i64> {
        self.is_told = true;
        let item = self.items.get_mut(key)?;
        item.is_lease = true;
        Some(item.cas)
    }
}

/// The numbers matter to those who have got one.
impl std::hash::Hash for Memcached {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let Memcached { empty: _, last, is_told, started_us, items } = self;
        (is_told, started_us % SECOND_US).hash(state);
        if *is_told {
            (last, items).hash(state);
        }
    }
}

impl Cache {
    /// An entry set now, by the engine's clock.
    pub(super) fn made(
        &self,
        value: Datum,
        now_us: Micros,
        ttl_us: Option<Micros>,
        stale_us: Micros,
        version: Option<i64>,
    ) -> Entry {
        let entry = Entry::new(value, now_us, ttl_us, stale_us, version);
        match (&self.memcached, ttl_us) {
            (Some(memcached), Some(ttl_us)) => {
                let gone_us = memcached.end_us(ttl_us.saturating_add(stale_us), now_us);
                let expires_us = memcached.end_us(ttl_us, now_us).min(gone_us);
                Entry { expires_us: Some(expires_us), gone_us: Some(gone_us), ..entry }
            }
            _ => entry,
        }
    }

    /// The process starts, empty: its clock and its CAS numbers start again.
    pub fn start(&mut self, now_us: Micros) {
        if let Some(memcached) = &mut self.memcached {
            (memcached.started_us, memcached.last) = (now_us, 0);
        }
    }

    /// The last tick of the clock.
    fn tick_us(&self, now_us: Micros) -> Micros {
        self.memcached.as_ref().map_or(now_us, |memcached| memcached.tick_us(now_us))
    }

    /// The time since the last tick of its clock; `None`: it is like Redis.
    pub fn since_tick_us(&self, now_us: Micros) -> Option<Micros> {
        self.memcached.as_ref().map(|memcached| now_us - memcached.tick_us(now_us))
    }

    /// Executes one command. Everything due has been swept.
    pub(super) fn apply_as_memcached(
        &mut self,
        call: &CacheCall,
        now_us: Micros,
        pick: Pick,
        effect: Effect,
    ) -> Result<Value, Reason> {
        self.order.tick(self.tick_us(now_us) / SECOND_US);
        match *call {
            CacheCall::Get { key } => {
                Ok(self.read(key, true, effect).map_or(Value::NONE, |entry| entry.value.into()))
            }
            CacheCall::Entry { key } => Ok(self.look(key, now_us, effect)),
            // what is done with each of the keys comes as a command of its own
            CacheCall::GetMany { .. }
            | CacheCall::SetMany { .. }
            | CacheCall::DeleteMany { .. } => Ok(Value::NONE),
            CacheCall::Set { version: Some(_), .. }
            | CacheCall::Delete { version: Some(_), .. }
            | CacheCall::Release { .. }
            | CacheCall::Extend { .. } => Err(Reason::Unsupported),
            CacheCall::Set { key, value, ttl_us, stale_us, version: None } => {
                let entry = self.made(value, now_us, ttl_us, stale_us, None);
                self.keep(key, entry, now_us, pick, effect)
            }
            CacheCall::Add { key, value, ttl_us } => {
                if self.slots.contains(key) {
                    // "add only adds a nonexistent item, but promote to head of LRU"
                    self.order.used(key);
                    effect(CacheEffect::Refused { key, why: Refusal::Exists });
                    return Ok(Value::bool(false));
                }
                let entry = self.made(value, now_us, ttl_us, 0, None);
                self.keep(key, entry, now_us, pick, effect)
            }
            CacheCall::Delete { key, version: None } => Ok(self.delete(key, None, pick, effect)),
            CacheCall::Incr { key, by } => self.count(key, by, now_us, effect),
            CacheCall::Lease { key } => self.vivify(key, now_us, pick, effect),
            CacheCall::SetWithLease { key, value, lease, ttl_us } => {
                let item = self.memcached.as_ref().and_then(|it| it.items.get(key));
                if item.is_none_or(|item| item.cas != lease) {
                    effect(CacheEffect::Refused { key, why: Refusal::Lease });
                    return Ok(Value::bool(false));
                }
                let entry = self.made(value, now_us, ttl_us, 0, None);
                self.keep(key, entry, now_us, pick, effect)
            }
            CacheCall::Expire { key, ttl_us } => Ok(self.touch(key, ttl_us, now_us, effect)),
        }
    }

    /// `mg KEY v t`: the value and the whole seconds left.
    fn look(&mut self, key: Symbol, now_us: Micros, effect: Effect) -> Value {
        let tick_us = self.tick_us(now_us);
        self.read(key, true, effect).map_or(Value::NONE, |entry| {
            let left_us = |end_us: Micros| match entry.in_grace {
                true => 0,
                false => end_us.saturating_sub(tick_us),
            };
            let ttl_us = entry.expires_us.map(left_us);
            let age_us = now_us.saturating_sub(entry.set_at_us);
            let (value, fresh) = (entry.value, !entry.in_grace);
            Value::Composite(
                Composite::Entry { value, age_us, ttl_us, fresh, version: None }.into(),
            )
        })
    }

    /// Stores an entry. True, or the error that there is no room.
    fn keep(
        &mut self,
        key: Symbol,
        mut entry: Entry,
        now_us: Micros,
        pick: Pick,
        effect: Effect,
    ) -> Result<Value, Reason> {
        let held = self.peek(key).copied();
        let evicts = !matches!(self.order, super::Order::Nobody);
        let fits = match held {
            Some(_) => evicts || !self.is_full(),
            None => self.make_room(pick, effect),
        };
        if !fits {
            effect(CacheEffect::Refused { key, why: Refusal::Full });
            self.remove(key, Removal::Evicted, effect);
            return Err(Reason::OutOfMemory);
        }
        entry.reads = held.map_or(0, |held| held.reads);
        self.put(key, Slot::Entry(entry));
        effect(entry.set_effect(key, held.map(|held| held.value.origin)));
        self.sweep(now_us, effect);
        Ok(Value::bool(true))
    }

    /// `incr` and `decr`: the new value; `None` of a missing key. The TTL stays.
    fn count(
        &mut self,
        key: Symbol,
        by: Datum,
        now_us: Micros,
        effect: Effect,
    ) -> Result<Value, Reason> {
        let Scalar::Int(more) = by.scalar else { return Err(Reason::NotANumber) };
        let Some(held) = self.peek(key).copied() else {
            effect(CacheEffect::Refused { key, why: Refusal::Missing });
            return Ok(Value::NONE);
        };
        let Scalar::Int(old @ 0..) = held.value.scalar else { return Err(Reason::NotANumber) };
        let sum = old.checked_add(more).ok_or(Reason::NotANumber)?.max(0);
        let value = Datum { scalar: Scalar::Int(sum), ..by };
        let entry = Entry { value, set_at_us: now_us, ..held };
        self.slots.insert(key, Slot::Entry(entry));
        if let Some(memcached) = &mut self.memcached {
            memcached.changed(key);
        }
        effect(entry.set_effect(key, Some(held.value.origin)));
        Ok(value.into())
    }

    /// `mg KEY v c N10`: `[value, None]` on a hit, `[None, token]` to the first that misses,
    /// `[None, None]` to those who find its empty entry.
    fn vivify(
        &mut self,
        key: Symbol,
        now_us: Micros,
        pick: Pick,
        effect: Effect,
    ) -> Result<Value, Reason> {
        let pair = |value: Value, lease: Value| Value::List([value, lease].into());
        let Some(memcached) = &self.memcached else { return Ok(pair(Value::NONE, Value::NONE)) };
        let empty = Datum::computed(Scalar::Text(memcached.empty));
        match memcached.items.get(key) {
            Some(Item { is_lease: true, .. }) => {
                self.order.used(key);
                effect(CacheEffect::Miss { key });
                Ok(pair(Value::NONE, Value::NONE))
            }
            Some(_) => {
                let value = self.read(key, true, effect).map(|entry| entry.value.into());
                Ok(pair(value.unwrap_or(Value::NONE), Value::NONE))
            }
            None => {
                effect(CacheEffect::Miss { key });
                let entry = self.made(empty, now_us, Some(LEASE_US), 0, None);
                self.keep(key, entry, now_us, pick, effect)?;
                let lease = self.memcached.as_mut().and_then(|it| it.lease(key));
                Ok(pair(Value::NONE, lease.map_or(Value::NONE, Value::int)))
            }
        }
    }

    /// `touch`: a new TTL from the last tick on, the grace included. False if there is no entry.
    fn touch(&mut self, key: Symbol, ttl_us: Micros, now_us: Micros, effect: Effect) -> Value {
        let Some(&was) = self.peek(key) else { return Value::bool(false) };
        let gone_us = self.memcached.as_ref().map(|it| it.end_us(ttl_us, now_us));
        // its readers subtract the grace, as before
        let grace_us = was.gone_us.zip(was.expires_us).map_or(0, |(gone, expires)| gone - expires);
        let expires_us = gone_us.map(|gone_us| gone_us.saturating_sub(grace_us).max(now_us));
        let entry = Entry { expires_us, gone_us, in_grace: false, ..was };
        let was_due_us = Slot::Entry(was).due_us();
        self.slots.insert(key, Slot::Entry(entry));
        self.order.used(key);
        self.expiry.changed(key, was_due_us, expires_us, &self.slots);
        effect(CacheEffect::Retimed { key, expires_us, gone_us });
        self.sweep(now_us, effect);
        Value::bool(true)
    }
}

#[cfg(test)]
mod tests;
