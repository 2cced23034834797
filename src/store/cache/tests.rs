//! What each command does, line by line, in scripts: `seconds command => reply, effects`.

use super::*;
use crate::store::script::{self, datum, key, name, option, seconds, show, show_scalar, show_us};
use crate::strategy::call::{CacheCall, SetOptions};

/// A cache that evicts like this and holds so many entries.
fn cache(capacity: u32, eviction: Eviction) -> Cache {
    Cache::new(Some(capacity), eviction)
}

fn unlimited() -> Cache {
    Cache::new(None, Eviction::AllkeysLru)
}

#[track_caller]
fn check(mut cache: Cache, script: &str) {
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
        ["flush"] => done(cache.flush(effect)),
        ["kill"] => done(cache.kill(effect)),
        ["save"] => done(*saved = cache.snapshot()),
        ["restore"] => done(cache.restore(saved, now, effect)),
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

fn done((): ()) -> String {
    "done".to_owned()
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
        CacheEffect::Stale { key, .. } => format!("{} stale", name(key)),
        CacheEffect::Remembered { key, version, until_us } => {
            format!("{} remembers v{version}{}", name(key), until(until_us))
        }
        CacheEffect::Forgotten { key, version } => format!("{} forgets v{version}", name(key)),
    }
}

#[test]
fn get_and_set() {
    check(
        unlimited(),
        "
        0 get a    => None, miss
        1 set a 7  => True, a=7
        2 get a    => 7, hit
        3 set a 8  => True, a=8 over W7
        4 get a    => 8, hit
        5 delete a => True, a Deleted
        6 delete a => False
        7 get a    => None, miss
    ",
    );
}

#[test]
fn a_ttl_is_half_open() {
    check(
        unlimited(),
        "
        0        set a 7 ttl=10 => True, a=7 until 10
        9.999999 get a          => 7, hit
        10       get a          => None, a Expired, miss
    ",
    );
}

#[test]
fn sweep_reports_each_end_in_order() {
    check(
        unlimited(),
        "
        0 set a 1 ttl=9         => True, a=1 until 9
        0 set b 2 ttl=5         => True, b=2 until 5
        0 set c 3 ttl=5         => True, c=3 until 5
        0 set d 4 ttl=4 stale=4 => True, d=4 until 4 until 8
        3 sweep                 => next 4
        8 sweep => next 9, d stale, b Expired unread, c Expired unread, d Expired unread
        9 sweep => nothing due, a Expired unread
    ",
    );
}

#[test]
fn a_plain_set_clears_the_old_ttl() {
    check(
        unlimited(),
        "
        0  set a 7 ttl=10 => True, a=7 until 10
        1  set a 8        => True, a=8 over W7
        10 sweep          => nothing due
        11 get a          => 8, hit
    ",
    );
}

#[test]
fn replaced_and_deleted_entries_leave_nothing_due() {
    check(
        unlimited(),
        "
        0 set a 1 ttl=5  => True, a=1 until 5
        0 set b 2 ttl=7  => True, b=2 until 7
        1 set a 3 ttl=9  => True, a=3 until 10 over W1
        1 sweep          => next 7
        2 delete b       => True, b Deleted unread
        2 sweep          => next 10
    ",
    );
}

#[test]
fn grace_is_seen_by_entry_alone() {
    check(
        unlimited(),
        "
        0  set a 7 ttl=10 stale=5 version=3 => True, a=7 v3 until 10 until 15
        4  entry a         => 7 fresh age=4 ttl=6 v3, hit
        10 get a           => None, a stale, miss
        12 entry a         => 7 stale age=12 ttl=0 v3, hit
        12 expire a ttl=9  => False
        12 set a 8 version=2 => False, a refused OlderVersion
        12 lease a         => [None 1], miss
        15 entry a         => None, a Expired, miss
    ",
    );
    check(
        unlimited(),
        "
        0 set a 7 ttl=1 stale=5 => True, a=7 until 1 until 6
        1 add a 8               => True, a stale, a=8 over W7
        1 delete a              => True, a Deleted unread
        2 set a 7 ttl=1 stale=5 => True, a=7 until 3 until 8
        4 incr a 2              => 2, a stale, a=2 over W7
        5 set a 7 ttl=1 stale=5 => True, a=7 until 6 until 11 over W2
        6 delete a              => True, a stale, a Deleted unread
    ",
    );
}

#[test]
fn add_keeps_what_is_there() {
    check(
        unlimited(),
        "
        0 add a 7 ttl=5 => True, a=7 until 5
        1 add a 8       => False, a refused Exists
        5 add a 9       => True, a Expired unread, a=9
    ",
    );
}

#[test]
fn incr_keeps_the_ttl_and_starts_at_zero() {
    check(
        unlimited(),
        "
        0 incr a 5       => 5, a=5
        1 set a 7 ttl=10 => True, a=7 until 11 over W5
        2 incr a 3       => 10, a=10 until 11 over W7
        3 incr a -4      => 6, a=6 until 11 over W3
        4 incr a text    => NotANumber
        5 set b text     => True, b=text
        6 incr b 1       => NotANumber
        7 set b 9223372036854775807 => True, b=9223372036854775807 over W0
        8 incr b 1       => NotANumber
    ",
    );
}

#[test]
fn expire_moves_the_end() {
    check(
        unlimited(),
        "
        0  expire a ttl=5        => False
        0  set a 7               => True, a=7
        0  expire a ttl=5        => True, a until 5
        4  expire a ttl=8        => True, a until 12
        5  get a                 => 7, hit
        12 get a                 => None, a Expired, miss
        20 set b 8 ttl=5 stale=9 => True, b=8 until 25 until 34
        21 expire b ttl=0        => True, b until 21, b stale
        29 entry b               => 8 stale age=9 ttl=0, hit
        30 entry b               => None, b Expired, miss
    ",
    );
}

#[test]
fn a_person_can_end_a_ttl() {
    check(
        unlimited(),
        "
        0 set a 7         => True, a=7
        1 expire! a       => true, a Expired unread
        1 expire! a       => false
        2 set a 7 ttl=5 stale=5 => True, a=7 until 7 until 12
        3 expire! a       => true, a stale
        3 sweep           => next 8
        4 expire! a       => true, a Expired unread
        4 sweep           => nothing due
    ",
    );
}

#[test]
fn a_lease_lets_one_load_at_a_time() {
    check(
        unlimited(),
        "
        0  lease a                      => [None 1], miss
        1  lease a                      => [None None], miss
        2  set_with_lease a 7 lease=1   => True, a=7
        3  lease a                      => [7 None], hit
        4  set_with_lease a 8 lease=1   => False, a refused Lease
        5  lease b                      => [None 2], miss
    ",
    );
}

#[test]
fn a_delete_or_a_set_takes_the_lease_away() {
    check(
        unlimited(),
        "
        0  lease a                      => [None 1], miss
        1  delete a                     => False
        2  set_with_lease a 7 lease=1   => False, a refused Lease
        3  lease a                      => [None 2], miss
        4  set a 8                      => True, a=8
        5  set_with_lease a 9 lease=2   => False, a refused Lease
        6  get a                        => 8, hit
    ",
    );
}

#[test]
fn a_lease_ends_after_ten_seconds() {
    check(
        unlimited(),
        "
        0        lease a                      => [None 1], miss
        9.999999 lease a                      => [None None], miss
        10       lease a                      => [None 2], miss
        10       set_with_lease a 7 lease=1   => False, a refused Lease
        11       set_with_lease a 8 lease=2   => True, a=8
    ",
    );
}

#[test]
fn a_lease_from_before_a_crash_is_not_mistaken_for_a_later_one() {
    check(
        unlimited(),
        "
        0 lease a                    => [None 1], miss
        1 kill                       => done
        2 lease a                    => [None 2], miss
        3 set_with_lease a 7 lease=1 => False, a refused Lease
    ",
    );
}

#[test]
fn an_older_version_is_refused() {
    check(
        unlimited(),
        "
        0 set a 7 version=3 => True, a=7 v3
        1 set a 6 version=2 => False, a refused OlderVersion
        2 set a 8 version=3 => True, a=8 v3 over W7
        3 set a 9           => True, a=9 over W8
        4 set a 5 version=1 => True, a=5 v1 over W9
    ",
    );
}

#[test]
fn a_delete_remembers_the_version() {
    check(
        unlimited(),
        "
        0 set a 7 version=3    => True, a=7 v3
        1 delete a             => True, a Deleted unread, a remembers v3
        2 set a 6 version=2    => False, a refused OlderVersion
        3 delete a version=5   => False, a remembers v5
        4 delete a version=4   => False, a remembers v5
        5 set a 8 version=4    => False, a refused OlderVersion
        6 get a                => None, miss
        7 delete a             => False
        8 set a 9 version=5    => True, a=9 v5
        9 delete a version=2   => True, a Deleted unread, a remembers v5
    ",
    );
}

#[test]
fn an_expiry_or_an_eviction_forgets_the_version() {
    check(
        cache(1, Eviction::AllkeysLru),
        "
        0  set a 7 ttl=10 version=3 => True, a=7 v3 until 10
        1  delete a version=4       => True, a Deleted unread, a remembers v4 until 10
        9  set a 6 version=3        => False, a refused OlderVersion
        10 set a 6 version=3        => True, a forgets v4, a=6 v3
        11 delete a version=4       => True, a Deleted unread, a remembers v4
        12 set b 1                  => True, a forgets v4, b=1
        13 set a 6 version=3        => True, b Evicted unread, a=6 v3
    ",
    );
    check(
        cache(1, Eviction::Noeviction),
        "
        0 set a 7            => True, a=7
        1 delete b version=4 => False, b forgets v4
    ",
    );
}

#[test]
fn noeviction_refuses_what_has_no_room() {
    check(
        cache(1, Eviction::Noeviction),
        "
        0 set a 7        => True, a=7
        1 set b 8        => OutOfMemory, b refused Full
        1 incr b 1       => OutOfMemory, b refused Full
        2 set a 9 ttl=1  => True, a=9 until 3 over W7
        3 set b 8        => True, a Expired unread, b=8
    ",
    );
    check(
        cache(0, Eviction::AllkeysLru),
        "
        0 set a 7        => OutOfMemory, a refused Full
    ",
    );
}

#[test]
fn lru_evicts_the_least_recently_used() {
    check(
        cache(3, Eviction::AllkeysLru),
        "
        0 set a 1 => True, a=1
        0 set b 2 => True, b=2
        0 set c 3 => True, c=3
        1 get a   => 1, hit
        2 set d 4 => True, b Evicted unread, d=4
        3 set c 5 => True, c=5 over W3
        4 set e 6 => True, a Evicted, e=6
        5 set f 7 => True, d Evicted unread, f=7
    ",
    );
}

#[test]
fn lfu_evicts_the_least_often_used_then_the_least_recently() {
    check(
        cache(3, Eviction::AllkeysLfu),
        "
        0 set a 1 => True, a=1
        0 set b 2 => True, b=2
        0 set c 3 => True, c=3
        1 get a   => 1, hit
        1 get a   => 1, hit
        2 get c   => 3, hit
        3 get b   => 2, hit
        4 set d 4 => True, c Evicted, d=4
        5 set e 5 => True, d Evicted unread, e=5
        6 entry e => 5 fresh age=1 ttl=None, hit
        7 set f 6 => True, b Evicted, f=6
    ",
    );
}

#[test]
fn random_evicts_the_one_picked_in_the_order_of_keys() {
    // the script picks the last
    check(
        cache(3, Eviction::AllkeysRandom),
        "
        0 set c 3 => True, c=3
        0 set a 1 => True, a=1
        0 set b 2 => True, b=2
        1 set d 4 => True, c Evicted unread, d=4
        2 set c 5 => True, d Evicted unread, c=5
        3 keys    => a1b2c5
    ",
    );
}

#[test]
fn volatile_ttl_evicts_the_one_that_expires_first() {
    check(
        cache(3, Eviction::VolatileTtl),
        "
        0 set a 1 ttl=9 => True, a=1 until 9
        0 set b 2 ttl=8 => True, b=2 until 8
        0 set c 3       => True, c=3
        1 set d 4       => True, b Evicted unread, d=4
        2 set a 5       => True, a=5 over W1
        3 set b 6       => OutOfMemory, b refused Full
        4 expire d ttl=5 => True, d until 9
        5 set b 6       => True, d Evicted unread, b=6
    ",
    );
}

#[test]
fn kill_flush_and_evict() {
    check(
        unlimited(),
        "
        0 set a 1            => True, a=1
        0 set b 2 ttl=5      => True, b=2 until 5
        0 set c 3 version=2  => True, c=3 v2
        0 get a              => 1, hit
        1 delete c           => True, c Deleted unread, c remembers v2
        2 evict b            => true, b Evicted unread
        2 evict b            => false
        3 set b 2 ttl=5      => True, b=2 until 8
        4 flush              => done, a Flushed, b Flushed unread, c forgets v2
        5 sweep              => nothing due
        6 set c 1 version=1  => True, c=1 v1
        7 kill               => done, c Killed unread
    ",
    );
}

#[test]
fn a_snapshot_comes_back_without_what_has_expired() {
    check(
        cache(5, Eviction::AllkeysLru),
        "
        0 set a 1                => True, a=1
        0 set b 2 ttl=5          => True, b=2 until 5
        0 set c 3 ttl=5 stale=9  => True, c=3 until 5 until 14
        0 set d 4 ttl=9 version=2 => True, d=4 v2 until 9
        0 get a                  => 1, hit
        1 save                   => done
        2 set a 8                => True, a=8 over W1
        3 kill => done, a Killed, b Killed unread, c Killed unread, d Killed unread
        6 restore => done, a=1, c=3 until 5 until 14, d=4 v2 until 9, c stale
        6 sweep                  => next 9
        7 set e 5                => True, e=5
        7 set f 6                => True, f=6
        8 set g 7                => True, c Evicted unread, g=7
    ",
    );
}

#[test]
fn a_preloaded_entry_is_like_one_that_was_set() {
    let mut cache = cache(1, Eviction::AllkeysLru);
    assert!(cache.preload(key("a"), datum("7"), Some(5_000_000), 0));
    assert!(!cache.preload(key("b"), datum("8"), None, 0));
    check(
        cache,
        "
        1 get a => 7, hit
        5 get a => None, a Expired, miss
    ",
    );
}
