//! A cache driven by a readable script, for tests: `seconds command => reply, effects`.

use super::*;
use crate::store::script::{self, datum, key, name, option, seconds, show, show_scalar, show_us};
use crate::strategy::call::{CacheCall, SetOptions};

/// A cache that evicts like this and holds so many entries.
pub fn cache(capacity: u32, eviction: Eviction) -> Cache {
    Cache::new(Some(capacity), eviction)
}

pub fn unlimited() -> Cache {
    Cache::new(None, Eviction::AllkeysLru)
}

#[track_caller]
pub fn check(mut cache: Cache, script: &str) {
    let mut snapshot = cache.snapshot();
    script::check(script, |now, words| run(&mut cache, &mut snapshot, now, words));
}

fn run(cache: &mut Cache, saved: &mut CacheSnapshot, now: Micros, words: &[&str]) -> Vec<String> {
    let mut effects = Vec::new();
    let effect = &mut |effect| effects.push(show_effect(effect));
    let reply = match words {
        ["sweep"] => {
            cache.sweep(now, effect);
            cache
                .next_due_us()
                .map_or("nothing due".to_owned(), |us| format!("next {}", show_us(us)))
        }
        ["flush"] => {
            cache.flush(effect);
            "done".to_owned()
        }
        ["kill"] => {
            cache.kill(effect);
            "done".to_owned()
        }
        ["save"] => {
            *saved = cache.snapshot();
            "done".to_owned()
        }
        ["restore"] => {
            cache.restore(saved, now, effect);
            "done".to_owned()
        }
        ["evict", at] => cache.evict(key(at), effect).to_string(),
        ["expire!", at] => cache.expire_now(key(at), now, effect).to_string(),
        ["keys"] => {
            let entries = cache.entries();
            entries
                .map(|(key, entry)| format!("{}{}", name(key), show_scalar(entry.value.scalar)))
                .collect()
        }
        _ => match cache.apply(&call(words), now, &mut |n| n - 1, effect) {
            Ok(value) => show(&value),
            Err(reason) => format!("{reason:?}"),
        },
    };
    std::iter::once(reply).chain(effects).collect()
}

fn call(words: &[&str]) -> CacheCall {
    let ttl_us = option(words, "ttl").map(seconds);
    let version = option(words, "version").map(|word| word.parse().expect("version"));
    let (at, argument) = (key(words[1]), words.get(2).copied().unwrap_or_default());
    match words[0] {
        "get" => CacheCall::Get { key: at },
        "entry" => CacheCall::Entry { key: at },
        "set" => {
            let stale_us = option(words, "stale").map_or(0, seconds);
            let options = SetOptions { ttl_us, stale_us, version };
            CacheCall::Set { key: at, value: datum(argument), options }
        }
        "add" => CacheCall::Add { key: at, value: datum(argument), ttl_us },
        "delete" => CacheCall::Delete { key: at, version },
        "incr" => CacheCall::Incr { key: at, by: datum(argument) },
        "lease" => CacheCall::Lease { key: at },
        "set_with_lease" => {
            let lease = option(words, "lease").map_or(0, |word| word.parse().expect("token"));
            CacheCall::SetWithLease { key: at, value: datum(argument), lease, ttl_us }
        }
        "expire" => CacheCall::Expire { key: at, ttl_us: ttl_us.unwrap_or(0) },
        other => panic!("no command {other}"),
    }
}

fn show_effect(effect: CacheEffect) -> String {
    let until =
        |us: Option<Micros>| us.map_or(String::new(), |us| format!(" until {}", show_us(us)));
    match effect {
        CacheEffect::Hit { .. } => "hit".to_owned(),
        CacheEffect::Miss { .. } => "miss".to_owned(),
        CacheEffect::Set { key, value, version, expires_us, gone_us, replaced } => {
            let version = version.map_or(String::new(), |version| format!(" v{version}"));
            let grace = if gone_us == expires_us { String::new() } else { until(gone_us) };
            let over = replaced.map_or(String::new(), |write| format!(" over W{}", write.0));
            let value = show_scalar(value.scalar);
            format!("{}={value}{version}{}{grace}{over}", name(key), until(expires_us))
        }
        CacheEffect::Retimed { key, expires_us, .. } => {
            format!("{}{}", name(key), until(expires_us))
        }
        CacheEffect::Refused { key, why } => format!("{} refused {why:?}", name(key)),
        CacheEffect::Removed { key, never_read, why, .. } => {
            let unread = if never_read { " unread" } else { "" };
            format!("{} {why:?}{unread}", name(key))
        }
        CacheEffect::NothingToDelete { key } => format!("no {}", name(key)),
        CacheEffect::Stale { key, .. } => format!("{} stale", name(key)),
        CacheEffect::Remembered { key, version, until_us } => {
            format!("{} remembers v{version}{}", name(key), until(until_us))
        }
        CacheEffect::Forgotten { key, version } => format!("{} forgets v{version}", name(key)),
    }
}
