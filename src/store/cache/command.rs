//! The effect of each command, like Redis. The docs name its corresponding commands.

use super::Cache;
use super::effect::{CacheEffect, Refusal, Removal};
use super::entry::{Entry, Slot, Tombstone};
use crate::strategy::call::{CacheCall, Reason};
use crate::strategy::value::{Composite, Datum, Scalar, Symbol, Value};
use crate::time::Micros;

/// The receiver of effects.
pub(super) type Effect<'a> = &'a mut dyn FnMut(CacheEffect);

/// The source of random choices: uniform below its argument.
pub(super) type Pick<'a> = &'a mut dyn FnMut(u64) -> u64;

impl Cache {
    /// Executes one command atomically, as Redis' single thread does. Everything due by `now_us` is
    /// swept first.
    ///
    /// Errors: [`Reason::OutOfMemory`] from a command that stores, if there is no room and no entry
    /// may be evicted; [`Reason::NotANumber`] from `incr`; [`Reason::Unsupported`] from what
    /// Memcached does not have.
    pub fn apply(
        &mut self,
        call: &CacheCall,
        now_us: Micros,
        pick: Pick,
        effect: Effect,
    ) -> Result<Value, Reason> {
        self.sweep(now_us, effect);
        if self.memcached.is_some() {
            return self.apply_as_memcached(call, now_us, pick, effect);
        }
        match *call {
            CacheCall::Get { key } => Ok(self.get(key, effect)),
            // what is done with each of the keys comes as a command of its own
            CacheCall::GetMany { .. }
            | CacheCall::SetMany { .. }
            | CacheCall::DeleteMany { .. } => Ok(Value::NONE),
            CacheCall::Entry { key } => Ok(self.entry(key, now_us, effect)),
            CacheCall::Set { key, value, ttl_us, stale_us, version } => {
                let entry = Entry::new(value, now_us, ttl_us, stale_us, version);
                self.set(key, entry, pick, effect)
            }
            CacheCall::Add { key, value, ttl_us } => {
                self.add(key, value, ttl_us, now_us, pick, effect)
            }
            CacheCall::Delete { key, version } => Ok(self.delete(key, version, pick, effect)),
            CacheCall::Incr { key, by } => self.incr(key, by, now_us, pick, effect),
            CacheCall::Lease { key } => Ok(self.lease(key, now_us, effect)),
            CacheCall::SetWithLease { key, value, lease, ttl_us } => {
                self.set_with_lease(key, value, lease, ttl_us, now_us, pick, effect)
            }
            CacheCall::Expire { key, ttl_us } => Ok(self.expire(key, ttl_us, now_us, effect)),
            CacheCall::Release { key, token } => Ok(match self.is_owned(key, token, effect) {
                true => self.delete(key, None, pick, effect),
                false => Value::bool(false),
            }),
            CacheCall::Extend { key, token, ttl_us } => {
                Ok(match self.is_owned(key, token, effect) {
                    true => self.expire(key, ttl_us, now_us, effect),
                    false => Value::bool(false),
                })
            }
        }
    }

    /// Whether an entry is the caller's token: `if redis.call("get", KEYS[1]) == ARGV[1]`.
    fn is_owned(&self, key: Symbol, token: Scalar, effect: Effect) -> bool {
        let is_owned = self.fresh(key).is_some_and(|entry| entry.value.scalar == token);
        if !is_owned {
            effect(CacheEffect::Refused { key, why: Refusal::Token });
        }
        is_owned
    }

    /// `GET`: the value, or `None`; never one whose TTL has passed.
    fn get(&mut self, key: Symbol, effect: Effect) -> Value {
        self.read(key, false, effect).map_or(Value::NONE, |entry| entry.value.into())
    }

    /// The value with its metadata, or `None`; also during its grace. (Redis: `GET` with `PTTL`;
    /// the grace is the application's own.)
    fn entry(&mut self, key: Symbol, now_us: Micros, effect: Effect) -> Value {
        self.read(key, true, effect).map_or(Value::NONE, |entry| {
            Value::Composite(
                Composite::Entry {
                    value: entry.value,
                    age_us: now_us.saturating_sub(entry.set_at_us),
                    ttl_us: entry.expires_us.map(|end| end.saturating_sub(now_us)),
                    fresh: !entry.in_grace,
                    version: entry.version,
                }
                .into(),
            )
        })
    }

    /// `SET`, with a TTL `SET … PX`: replaces the entry, including its TTL and version. True; false
    /// if refused because of the version.
    fn set(
        &mut self,
        key: Symbol,
        entry: Entry,
        pick: Pick,
        effect: Effect,
    ) -> Result<Value, Reason> {
        let version = entry.version;
        if version.is_some() && self.slots.get(key).and_then(Slot::version) > version {
            effect(CacheEffect::Refused { key, why: Refusal::OlderVersion });
            return Ok(Value::bool(false));
        }
        self.store(key, entry, pick, effect)?;
        Ok(Value::bool(true))
    }

    /// `SET … NX` (Memcached: `add`): only if no entry is served. True if it was stored.
    fn add(
        &mut self,
        key: Symbol,
        value: Datum,
        ttl_us: Option<Micros>,
        now_us: Micros,
        pick: Pick,
        effect: Effect,
    ) -> Result<Value, Reason> {
        if self.fresh(key).is_some() {
            // a refused SET NX counts as a use (OBJECT IDLETIME, Redis 7.0.15)
            self.order.used(key);
            effect(CacheEffect::Refused { key, why: Refusal::Exists });
            return Ok(Value::bool(false));
        }
        self.store(key, Entry::new(value, now_us, ttl_us, 0, None), pick, effect)?;
        Ok(Value::bool(true))
    }

    /// `DEL`: whether an entry was deleted. Revokes the key's lease, and remembers the newest known
    /// version, the entry's or the given one.
    ///
    /// A delete never fails: if there is no room for the version, it is forgotten at once.
    pub(super) fn delete(
        &mut self,
        key: Symbol,
        version: Option<i64>,
        pick: Pick,
        effect: Effect,
    ) -> Value {
        self.leases.invalidate(key);
        let was = self.slots.get(key).copied();
        let deleted = was.is_some_and(|slot| slot.entry().is_some());
        let remembered = was.and_then(|slot| slot.version());
        if deleted {
            self.remove(key, Removal::Deleted, effect);
        } else {
            effect(CacheEffect::NothingToDelete { key });
        }
        if (deleted || version.is_some())
            && let Some(version) = remembered.max(version)
        {
            let until_us = was.and_then(|slot| slot.gone_us());
            if self.slots.contains(key) || self.make_room(pick, effect) {
                self.put(key, Slot::Tombstone(Tombstone { version, until_us }));
                effect(CacheEffect::Remembered { key, version, until_us });
            } else {
                effect(CacheEffect::Forgotten { key, version });
            }
        }
        Value::bool(deleted)
    }

    /// `INCRBY`: the new value. A missing key counts from 0 and gets no TTL; an entry keeps its
    /// own. The value's origin and lineage are those of `by`: the newest of its contributions, and
    /// the lineage that the caller gives.
    fn incr(
        &mut self,
        key: Symbol,
        by: Datum,
        now_us: Micros,
        pick: Pick,
        effect: Effect,
    ) -> Result<Value, Reason> {
        let held = self.fresh(key).copied();
        let old = held.map_or(Scalar::Int(0), |entry| entry.value.scalar);
        let (Scalar::Int(old), Scalar::Int(more)) = (old, by.scalar) else {
            return Err(Reason::NotANumber);
        };
        let sum = old.checked_add(more).ok_or(Reason::NotANumber)?;
        let value = Datum { scalar: Scalar::Int(sum), ..by };
        let entry = match held {
            Some(entry) => Entry { value, set_at_us: now_us, ..entry },
            None => Entry::new(value, now_us, None, 0, None),
        };
        self.store(key, entry, pick, effect)?;
        Ok(value.into())
    }

    /// The lease of "Scaling Memcache at Facebook": `[value, None]` on a hit,
    /// `[None, token]` to the first that misses, `[None, None]` to others
    /// while the token is valid: for 10 s, unless the key is set or deleted.
    fn lease(&mut self, key: Symbol, now_us: Micros, effect: Effect) -> Value {
        let pair = match self.read(key, false, effect) {
            Some(entry) => [entry.value.into(), Value::NONE],
            None => [Value::NONE, self.leases.give(key, now_us).map_or(Value::NONE, Value::int)],
        };
        Value::List(pair.into())
    }

    /// Sets, and returns the token: true. False if the token is no longer valid; then nothing is
    /// stored.
    #[expect(clippy::too_many_arguments, reason = "the command's four, and where it runs")]
    fn set_with_lease(
        &mut self,
        key: Symbol,
        value: Datum,
        lease: i64,
        ttl_us: Option<Micros>,
        now_us: Micros,
        pick: Pick,
        effect: Effect,
    ) -> Result<Value, Reason> {
        if !self.leases.is_valid(key, lease) {
            effect(CacheEffect::Refused { key, why: Refusal::Lease });
            return Ok(Value::bool(false));
        }
        self.store(key, Entry::new(value, now_us, ttl_us, 0, None), pick, effect)?;
        Ok(Value::bool(true))
    }

    /// `PEXPIRE`: a new TTL from now on; the grace keeps its length. False if no entry is served.
    /// It counts as a use, as in Redis 7.0.15 and Valkey 9.1.2 (`OBJECT IDLETIME` is 0 after it).
    fn expire(&mut self, key: Symbol, ttl_us: Micros, now_us: Micros, effect: Effect) -> Value {
        let Some(&entry) = self.fresh(key) else { return Value::bool(false) };
        self.retime(key, entry, now_us.saturating_add(ttl_us));
        self.order.used(key);
        if let Some(Entry { expires_us, gone_us, .. }) = self.peek(key).copied() {
            effect(CacheEffect::Retimed { key, expires_us, gone_us });
        }
        self.sweep(now_us, effect);
        Value::bool(true)
    }

    /// The entry that most commands see: not one in its grace.
    fn fresh(&self, key: Symbol) -> Option<&Entry> {
        self.peek(key).filter(|entry| !entry.in_grace)
    }

    /// Looks a key up for a client: a use, and a hit or a miss.
    #[inline]
    pub(super) fn read(&mut self, key: Symbol, grace: bool, effect: Effect) -> Option<Entry> {
        match self.slots.get_mut(key) {
            Some(Slot::Entry(entry)) if grace || !entry.in_grace => {
                entry.reads = entry.reads.saturating_add(1);
                self.order.used(key);
                let Datum { origin, lineage, .. } = entry.value;
                effect(CacheEffect::Hit { key, origin, lineage });
                Some(*entry)
            }
            _ => {
                effect(CacheEffect::Miss { key });
                None
            }
        }
    }

    /// Stores an entry, makes room for it, and revokes the key's lease.
    fn store(
        &mut self,
        key: Symbol,
        mut entry: Entry,
        pick: Pick,
        effect: Effect,
    ) -> Result<(), Reason> {
        let held = self.slots.get(key).map(|slot| slot.entry().copied());
        if held.is_none() && !self.make_room(pick, effect) {
            effect(CacheEffect::Refused { key, why: Refusal::Full });
            return Err(Reason::OutOfMemory);
        }
        let held = held.flatten();
        entry.reads = held.map_or(0, |held| held.reads);
        let replaced = held.map(|held| held.value.origin);
        self.leases.invalidate(key);
        self.put(key, Slot::Entry(entry));
        effect(entry.set_effect(key, replaced));
        Ok(())
    }
}
