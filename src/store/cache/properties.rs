//! Rules that hold for every sequence of commands.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::store::script::{assert_same, made};
use crate::strategy::call::{CacheCall, Reason};
use crate::strategy::value::{Composite, Scalar, Value};

fn policy() -> impl Strategy<Value = Eviction> {
    prop::sample::select(&Eviction::ALL[..])
}

/// A cache with any policy, limited or not.
fn any_cache() -> impl Strategy<Value = Cache> {
    let capacity = prop::option::of(1u32..5);
    (capacity, policy()).prop_map(|(capacity, policy)| Cache::new(capacity, policy))
}

/// A command, with the time since the previous one.
fn step() -> impl Strategy<Value = (Micros, CacheCall)> {
    let parts = (0u64..4, 0u32..6, 0i64..5, 0u8..14, prop::option::of(0u64..9), 0u64..5);
    parts.prop_map(|(after, key, number, kind, ttl_us, stale_us)| {
        let (key, value) = (Symbol(key), made(number));
        let version = ttl_us.map(|_| number);
        let call = match kind {
            0..=3 => {
                let version = version.filter(|_| kind > 1);
                CacheCall::Set { key, value, ttl_us, stale_us, version }
            }
            4 => CacheCall::Get { key },
            5 => CacheCall::Entry { key },
            6 => CacheCall::Add { key, value, ttl_us },
            7 => CacheCall::Delete { key, version },
            8 => CacheCall::Incr { key, by: value },
            9 => CacheCall::Lease { key },
            10 => CacheCall::SetWithLease { key, value, lease: number, ttl_us },
            11 => CacheCall::Expire { key, ttl_us: stale_us },
            12 => CacheCall::Release { key, token: value.scalar },
            _ => CacheCall::Extend { key, token: value.scalar, ttl_us: stale_us },
        };
        (after, call)
    })
}

fn steps() -> impl Strategy<Value = Vec<(Micros, CacheCall)>> {
    prop::collection::vec(step(), 0..120)
}

/// A fixed but irregular choice.
fn pick(turn: u64) -> impl FnMut(u64) -> u64 {
    move |n| (turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % n
}

fn run(
    cache: &mut Cache,
    steps: &[(Micros, CacheCall)],
    mut now: Micros,
) -> (Micros, Vec<CacheEffect>) {
    let mut effects = Vec::new();
    for &(after, call) in steps {
        now += after;
        let _ = cache.apply(&call, now, &mut pick(now), &mut |effect| effects.push(effect));
    }
    (now, effects)
}

proptest! {
    /// Without a limit, the cache is a map from keys to (value, end) without what has ended.
    #[test]
    fn an_unlimited_cache_is_a_map_with_ends(steps in steps()) {
        let mut cache = Cache::new(None, Eviction::AllkeysLru);
        let mut model: BTreeMap<Symbol, (Datum, Option<Micros>)> = BTreeMap::new();
        let mut now = 0;
        for (after, call) in steps {
            now += after;
            let fresh = |model: &BTreeMap<Symbol, (Datum, Option<Micros>)>, key| {
                let held = model.get(&key).copied();
                held.filter(|&(_, end)| end.is_none_or(|end| now < end))
            };
            let mut stored = None;
            let reply = cache.apply(&call, now, &mut |_| 0, &mut |effect| {
                if let CacheEffect::Set { value, expires_us, .. } = effect {
                    stored = Some((value, expires_us));
                }
            });
            match call {
                CacheCall::Get { key } => {
                    let expected = fresh(&model, key).map_or(Value::NONE, |held| held.0.into());
                    prop_assert_eq!(reply, Ok(expected));
                }
                CacheCall::Entry { key } => {
                    let fresh = fresh(&model, key).map(|held| held.0);
                    let found = match reply {
                        Ok(Value::Composite(record)) => match *record {
                            Composite::Entry { value, fresh: true, .. } => Some(value),
                            _ => None,
                        },
                        _ => None,
                    };
                    prop_assert_eq!(found, fresh);
                }
                CacheCall::Add { key, .. } => {
                    prop_assert_eq!(stored.is_some(), fresh(&model, key).is_none());
                }
                CacheCall::Delete { key, .. } => {
                    model.remove(&key);
                }
                CacheCall::Release { key, token } => {
                    let owned = fresh(&model, key).is_some_and(|(held, _)| held.scalar == token);
                    prop_assert_eq!(reply, Ok(Value::bool(owned)));
                    if owned {
                        model.remove(&key);
                    }
                }
                CacheCall::Extend { key, token, ttl_us } => {
                    let held = fresh(&model, key).filter(|(held, _)| held.scalar == token);
                    prop_assert_eq!(reply, Ok(Value::bool(held.is_some())));
                    if let Some((value, _)) = held {
                        model.insert(key, (value, Some(now + ttl_us)));
                    }
                }
                CacheCall::Expire { key, ttl_us } => {
                    let held = fresh(&model, key);
                    prop_assert_eq!(reply, Ok(Value::bool(held.is_some())));
                    if let Some((value, _)) = held {
                        model.insert(key, (value, Some(now + ttl_us)));
                    }
                }
                CacheCall::Set { value, ttl_us, version, .. } => {
                    prop_assert_eq!(reply, Ok(Value::bool(stored.is_some())));
                    prop_assert!(stored.is_some() || version.is_some());
                    let end = ttl_us.map(|ttl| now + ttl);
                    prop_assert!(stored.is_none_or(|stored| stored == (value, end)));
                }
                _ => {}
            }
            if let (Some(stored), Some(key)) = (stored, key_of(&call)) {
                model.insert(key, stored);
            }
        }
    }

    /// The limit holds, the counts are right, and `next_due_us` is the first instant at which
    /// anything ends.
    #[test]
    fn counts_and_ends_are_right(mut cache in any_cache(), steps in steps()) {
        let mut now = 0;
        for step in steps {
            now = run(&mut cache, &[step], now).0;
            prop_assert!(cache.capacity.is_none_or(|most| cache.used() <= most as usize));
            prop_assert_eq!(cache.entries().count(), cache.len());
            let due = cache.slots.iter().filter_map(|(_, slot)| slot.due_us()).min();
            prop_assert_eq!(cache.next_due_us(), due);
            let garbage = cache.expiry.len() as isize - cache.used() as isize;
            prop_assert!(garbage <= cache.used() as isize + 64);
        }
    }

    /// Every entry that was stored is present or was reported removed: the effects alone say what
    /// the cache holds.
    #[test]
    fn effects_tell_everything(mut cache in any_cache(), steps in steps()) {
        let (_, effects) = run(&mut cache, &steps, 0);
        let mut entries = BTreeMap::new();
        let mut tombstones = BTreeMap::new();
        for effect in effects {
            match effect {
                CacheEffect::Set { key, value, version, expires_us, gone_us, replaced } => {
                    tombstones.remove(&key);
                    let was = entries.insert(key, (value, version, expires_us, gone_us));
                    prop_assert_eq!(was.map(|was| was.0.origin), replaced);
                }
                CacheEffect::Retimed { key, expires_us, gone_us } => {
                    let (value, version, ..) = entries[&key];
                    entries.insert(key, (value, version, expires_us, gone_us));
                }
                CacheEffect::Removed { key, origin, .. } => {
                    let was = entries.remove(&key);
                    prop_assert_eq!(was.map(|was| was.0.origin), Some(origin));
                }
                CacheEffect::Remembered { key, version, until_us } => {
                    tombstones.insert(key, Tombstone { version, until_us });
                }
                CacheEffect::Forgotten { key, .. } => {
                    tombstones.remove(&key);
                }
                CacheEffect::Hit { key, .. } | CacheEffect::Stale { key, .. } => {
                    prop_assert!(entries.contains_key(&key));
                }
                CacheEffect::NothingToDelete { key } => {
                    prop_assert!(!entries.contains_key(&key));
                }
                CacheEffect::Miss { .. } | CacheEffect::Refused { .. } => {}
            }
        }
        let held = cache.entries().map(|(key, entry)| {
            (key, (entry.value, entry.version, entry.expires_us, entry.gone_us))
        });
        prop_assert!(held.eq(entries));
        for key in (0..6).map(Symbol) {
            prop_assert_eq!(cache.tombstone(key), tombstones.get(&key).copied());
        }
    }

    /// While no version is forgotten, sets with versions never go backwards.
    #[test]
    fn versions_are_monotonic(steps in steps()) {
        let mut cache = Cache::new(None, Eviction::AllkeysLru);
        let mut seen: BTreeMap<Symbol, i64> = BTreeMap::new();
        for effect in run(&mut cache, &steps, 0).1 {
            match effect {
                CacheEffect::Set { key, version: Some(version), .. }
                | CacheEffect::Remembered { key, version, .. } => {
                    let was = seen.insert(key, version);
                    prop_assert!(was.is_none_or(|was| was <= version));
                }
                CacheEffect::Set { key, version: None, .. }
                | CacheEffect::Removed { key, why: Removal::Expired, .. }
                | CacheEffect::Forgotten { key, .. } => {
                    seen.remove(&key);
                }
                _ => {}
            }
        }
    }

    /// At most one client holds a token of a key at a time, and a set with a token that a delete
    /// revoked stores nothing.
    #[test]
    fn one_token_at_a_time(steps in steps()) {
        let mut cache = Cache::new(None, Eviction::AllkeysLru);
        let mut tokens: BTreeMap<Symbol, (i64, Micros)> = BTreeMap::new();
        let mut now = 0;
        for (after, mut call) in steps {
            now += after;
            if let CacheCall::SetWithLease { key, lease, .. } = &mut call
                && *lease > 2
                && let Some((token, _)) = tokens.get(key)
            {
                *lease = *token;
            }
            let valid = |key: Symbol, token: i64| {
                tokens.get(&key).is_some_and(|&(held, since)| held == token && now < since + LEASE_US)
            };
            let mut stored = false;
            let reply = cache.apply(&call, now, &mut |_| 0, &mut |effect| {
                stored |= matches!(effect, CacheEffect::Set { .. });
            });
            match call {
                CacheCall::SetWithLease { key, lease, .. } => {
                    prop_assert_eq!(stored, valid(key, lease));
                }
                CacheCall::Lease { key } => {
                    if let Ok(Value::List(pair)) = reply
                        && let Value::Datum(token) = pair[1]
                        && let Scalar::Int(token) = token.scalar
                    {
                        prop_assert!(!tokens.contains_key(&key));
                        tokens.insert(key, (token, now));
                    }
                }
                CacheCall::Delete { key, .. } => {
                    tokens.remove(&key);
                }
                _ => {}
            }
            if stored && let Some(key) = key_of(&call) {
                tokens.remove(&key);
            }
        }
    }

    /// A copy is independent of its original, and behaves as the original would have.
    #[test]
    fn a_copy_goes_its_own_way(mut cache in any_cache(), steps in steps(), cut in 0usize..120) {
        let (before, after) = steps.split_at(cut.min(steps.len()));
        let mut twin = cache.clone();
        let (now, _) = run(&mut cache, before, 0);
        run(&mut twin, before, 0);
        let mut copy = cache.clone();
        let effects = run(&mut cache, after, now);
        assert_same(&copy, &twin);
        prop_assert_eq!(run(&mut copy, after, now), effects);
        assert_same(&copy, &cache);
    }

    /// Removed entries leave no trace, neither in equality nor in later evictions.
    #[test]
    fn equal_contents_are_equal(policy in policy(), steps in steps()) {
        let mut long = Cache::new(Some(4), policy);
        let (now, _) = run(&mut long, &steps, 0);
        long.flush(&mut |_| {});
        let mut short = Cache::new(Some(4), policy);
        short.leases = long.leases.clone();
        assert_same(&long, &short);
        let effects = run(&mut long, &steps, now);
        prop_assert_eq!(run(&mut short, &steps, now), effects);
        assert_same(&long, &short);
    }

    /// A snapshot restores exactly the entries that have not ended meanwhile.
    #[test]
    fn a_snapshot_brings_back_what_lives(mut cache in any_cache(), steps in steps(), off in 0u64..9) {
        let (now, _) = run(&mut cache, &steps, 0);
        let saved = cache.snapshot();
        let mut restored = cache.clone();
        restored.kill(&mut |_| {});
        prop_assert_eq!(restored.used(), 0);
        restored.restore(&saved, now + off, &mut |_| {});
        cache.sweep(now + off, &mut |_| {});
        cache.leases.clear();
        assert_same(&restored, &cache);
        prop_assert_eq!(restored.next_due_us(), cache.next_due_us());
        prop_assert_eq!(restored.len(), cache.len());
    }

    /// Only `noeviction` and `volatile-ttl` ever refuse for lack of room.
    #[test]
    fn who_runs_out_of_memory(policy in policy(), steps in steps()) {
        let mut cache = Cache::new(Some(2), policy);
        let mut now = 0;
        for (after, call) in steps {
            now += after;
            let reply = cache.apply(&call, now, &mut pick(now), &mut |_| {});
            let may = matches!(policy, Eviction::Noeviction | Eviction::VolatileTtl);
            prop_assert!(may || reply != Err(Reason::OutOfMemory));
        }
    }
}

fn key_of(call: &CacheCall) -> Option<Symbol> {
    match *call {
        CacheCall::Set { key, .. }
        | CacheCall::Add { key, .. }
        | CacheCall::Incr { key, .. }
        | CacheCall::SetWithLease { key, .. } => Some(key),
        _ => None,
    }
}
