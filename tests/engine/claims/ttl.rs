//! Time to live: too short, too long, all at once, ahead of time, past it, and
//! as a safety net.

use serde_json::{Value, json};

use super::play::{document, moments, play, under, violations, without};
use crate::support::{builtin, check, compare, run, with};

fn cache_aside(ttl: u32) -> Value {
    json!({"strategy": "cache-aside", "parameters": {"TTL": ttl}})
}

#[test]
fn ttl1_a_ttl_shorter_than_the_pause_between_two_reads_never_hits() {
    let played = play("ttl1");
    compare(
        &played,
        &json!({"reads": {"total": 10}, "database": {"reads": 10}, "cache": {"expirations": 10}}),
    );
    // loaded once, and there for the 45 minutes of the other nine
    check(under("ttl1", cache_aside(3_600)), json!({"reads": {"hits": 9, "misses": 1}}));
}

#[test]
fn ttl2_a_long_ttl_shows_old_values_and_keeps_dead_keys() {
    // changed at 15.5 s: the reads at 16, 17 … 99 s are stale, and still at 100 s
    let long = play("ttl2");
    // forty pages, unless the crawler came to one twice, and the price
    let entries = long.report().cache.entries as u64;
    assert!((39..=41).contains(&entries), "{entries}");
    assert_eq!(long.report().cache.never_read, entries - 1);
    // loaded by the reads of 1 s and, since that expired at 11.011 s, of 12 s: gone at
    // 22.011 s, after seven stale reads. So it goes on, a load each 11 s, to 89 s and 99.011 s.
    check(
        under("ttl2", cache_aside(10)),
        json!({
            "reads": {"stale": 7},
            "staleness_us": {"max": 6_511_000},
            "cache": {"entries": 0},
        }),
    );
}

/// The loads from 600 s on, and the most of them within two seconds.
fn reloads(strategy: Value) -> (Vec<u64>, usize) {
    let mut loads = moments(&run(&under("ttl3", strategy)), "the database read");
    loads.retain(|&at_us| at_us >= 600_000_000);
    let within = |from_us: u64| {
        let end_us = from_us + 2_000_000;
        loads.iter().filter(|at_us| (from_us..end_us).contains(*at_us)).count()
    };
    let most = loads.iter().map(|&at_us| within(at_us)).max().unwrap_or(0);
    (loads, most)
}

#[test]
fn ttl3_jitter_spreads_the_reloads_of_what_was_loaded_together() {
    // forty entries live 600 s and up to 60 s more, and each expires once
    play("ttl3");
    // spread over a minute: four in three seconds on average
    let (apart, most) = reloads(builtin("ttl-jitter"));
    let (first, last) = (apart[0], apart[apart.len() - 1]);
    assert!((600_000_000..=662_000_000).contains(&last), "{last}");
    assert!(last - first >= 50_000_000, "from {first} to {last}");
    assert!(most <= 8, "{most}");
    // without it all of them are read again, five times a second each, at once
    let together = json!({"strategy": "ttl-jitter", "parameters": {"JITTER": 0}});
    let (loads, most) = reloads(together);
    assert!(most >= 40, "{most}");
    assert!(loads[loads.len() - 1] < 604_000_000);
}

#[test]
fn ttl4_a_popular_key_is_refreshed_ahead_and_never_misses() {
    // page:0 misses once; page:rare, read 99 s apart, each time. Refreshed where less
    // than 10 s are left of a minute: loaded at 0.5, 51, 101.5 and 152 s.
    let ahead = play("ttl4");
    compare(
        &ahead,
        &json!({"reads": {"stale": 0}, "database": {"max_concurrent_loads_of_one_key": 1}}),
    );
    assert_eq!(moments(&ahead, "cache miss for page:0").len(), 1);
    assert_eq!(moments(&ahead, "cache miss for page:rare").len(), 2);
    // loaded at 0.5 s and expired at 60.511 s: misses at 0.5, 61, 121.5 and 182 s
    let aside = run(&under("ttl4", cache_aside(60)));
    assert_eq!(moments(&aside, "cache miss for page:0").len(), 4);
}

#[test]
fn ttl5_an_expired_entry_costs_one_query_and_nobody_waits() {
    // the first load, and one at the end of each TTL: at 10.1, 20.2 and 30.3 s
    let played = play("ttl5");
    compare(&played, &json!({"reads": {"failed": 0}, "latency_us": {"read": {"max": 102_000}}}));
    // a load takes 101 ms from the look-up to the set, and a reader comes each 10 ms:
    // eleven misses at each of three expiries
    let aside = check(
        under("ttl5", cache_aside(10)),
        json!({"reads": {"misses": 34}, "database": {"reads": 34}}),
    );
    assert!(aside.report().database.max_concurrent_loads_of_one_key >= 10);
}

#[test]
fn ttl6_with_explicit_invalidation_the_ttl_matters_only_when_one_is_lost() {
    // committed at 10.010 s, and gone when what was left of its TTL ends at 30 s
    let lost = play("ttl6");
    compare(&lost, &json!({"reads": {"total": 5}, "divergence": []}));
    assert!(lost.report().violations.iter().all(|each| each.key == "user:2"));
    // none lost: never stale, whatever the TTL; a commit's delete is 500 µs behind it
    for ttl in [60, 86_400] {
        let kept = with(
            without(document("ttl6"), "fail-next"),
            json!({
                "strategies": [cache_aside(ttl)],
            }),
        );
        check(kept, json!({"reads": {"stale": 0}, "staleness_us": {"max": 500}}));
    }
    // loaded just before, it is stale for the day: set at 11 ms, committed at 10.010 s
    let fresh = json!({
        "duration_us": 90_000_000_000_u64,
        "entries": [],
        "actions": [
            {"at_us": 0, "do": "read", "key": "user:2"},
            {"at_us": 9_900_000, "do": "fail-next", "store": "cache", "call": "delete"},
            {"at_us": 10_000_000, "do": "write", "key": "user:2", "value": "new"},
            {"at_us": 86_000_000_000_u64, "do": "read", "key": "user:2"},
            {"at_us": 86_401_000_000_u64, "do": "read", "key": "user:2"},
        ],
    });
    check(
        with(document("ttl6"), fresh),
        json!({"reads": {"stale": 1}, "staleness_us": {"max": 86_390_001_000_u64}}),
    );
}

#[test]
fn ttl7_under_write_through_a_ttl_is_a_safety_net_and_can_be_long() {
    // what the application writes is never stale; only what came past it is, from
    // 200 s until the entry of 100.0105 s is half an hour old
    let long = play("ttl7");
    compare(&long, &json!({"reads": {"failed": 0}}));
    assert_eq!(violations(&long, "stale read"), [300_001_000, 1_800_001_000]);
    assert!(long.report().violations.iter().all(|each| each.key == "price"));
    // a short one buys the script's write a quicker repair, and misses for all else
    let minute = json!({"strategy": "write-through", "parameters": {"TTL": 60}});
    let short = check(under("ttl7", minute), json!({"reads": {"stale": 0}}));
    assert!(short.report().reads.misses >= 5 * long.report().reads.misses);
    // where writes do not update the entry, half an hour is half an hour of old values
    let ignore = json!({"strategy": "cache-aside-ignore", "parameters": {"TTL": 1_800}});
    let stale = run(&under("ttl7", ignore));
    let items = stale.report().violations.iter().filter(|each| each.key != "price").count();
    assert!(items >= 50, "{items}");
}
