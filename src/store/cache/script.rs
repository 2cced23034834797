//! A cache driven by a readable script, for tests: `seconds command => reply, effects`.

use super::*;
use crate::store::script::{self, datum, key, name, option, show, show_scalar, show_us};
use crate::strategy::call::CacheCall;
use crate::strategy::value::{Datum, Real, Scalar, Value};
use crate::vocabulary::Store;
use crate::vocabulary::command::{Default, StoreCommand};

/// A cache with this policy and capacity.
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

/// `word key value ttl=… …`: unnamed arguments first, in order.
fn call(words: &[&str]) -> CacheCall {
    let found = StoreCommand::find(Store::Cache, words[0]);
    let Some(StoreCommand::Cache(command)) = found else { panic!("no command {}", words[0]) };
    let mut unnamed = words[1..].iter().filter(|word| !word.contains('='));
    let arguments = StoreCommand::Cache(command).arguments().iter().map(|argument| {
        let word = option(words, argument.name).or_else(|| unnamed.next().copied());
        match (argument.name, word, argument.default) {
            ("key", Some(word), _) => Datum::computed(Scalar::Text(key(word))).into(),
            ("ttl" | "stale", Some(word), _) => {
                Datum::computed(Scalar::Float(Real(word.parse().expect("seconds")))).into()
            }
            (_, Some(word), _) => datum(word).into(),
            (_, None, Default::Int(number)) => Value::int(number),
            _ => Value::NONE,
        }
    });
    CacheCall::read(command, &arguments.collect::<Vec<_>>()).expect("arguments")
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
