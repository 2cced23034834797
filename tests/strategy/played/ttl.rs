//! Time to live: expiring together, apart, early, or not at all.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::play::{Played, play, read};

/// Twenty seconds of one key that is read a hundred times a second.
fn popular(strategy: &str, parameters: Value) -> Played {
    play(json!({
        "duration_us": 20_000_000,
        "strategies": [{"strategy": strategy, "parameters": parameters}],
        "rows": {"each": {"a0": 1}},
        "actions": [read(0, "a0")],
        "workloads": [{
            "start_us": 500_000, "arrivals": {"kind": "fixed", "every_us": 10_000},
            "keys": {"prefix": "a", "count": 1}, "read_permille": 1_000,
        }],
    }))
}

#[test]
fn a_ttl_shorter_than_the_pause_between_two_reads_never_hits() {
    let played = |ttl: u32| {
        play(json!({
            "duration_us": 3_000_000_000_u64,
            "strategies": [{"strategy": "cache-aside", "parameters": {"TTL": ttl}}],
            "rows": {"each": {"a": 1}},
            "actions": (0..10).map(|n| read(n * 300_000_000, "a")).collect::<Vec<_>>(),
        }))
        .report
        .reads
        .hits
    };
    assert_eq!((played(60), played(3_600)), (0, 9));
}

#[test]
fn refresh_ahead_never_misses_a_popular_key_after_the_first_read() {
    let ahead = popular("refresh-ahead", json!({"TTL": 2, "AHEAD": 1})).report;
    assert_eq!((ahead.reads.misses, ahead.latency_us.read.p99), (1, Some(1_000)));
    assert_eq!(ahead.database.max_concurrent_loads_of_one_key, 1);
    let aside = popular("cache-aside", json!({"TTL": 2})).report;
    assert!(aside.reads.misses >= 10, "{:?}", aside.reads);
}

#[test]
fn refresh_ahead_lets_what_nobody_reads_expire() {
    let played = play(json!({
        "duration_us": 200_000_000,
        "strategies": [{"strategy": "refresh-ahead"}],
        "rows": {"each": {"a": 1}},
        "actions": [read(0, "a"), read(40_000_000, "a"), read(100_000_000, "a")],
    }));
    assert_eq!((played.report.reads.misses, played.report.cache.expirations), (2, 2));
}

#[test]
fn stale_while_revalidate_asks_once_for_each_expiry_and_nobody_waits() {
    let grace = popular("stale-while-revalidate", json!({"TTL": 2, "STALE": 1})).report;
    assert_eq!((grace.reads.misses, grace.database.max_concurrent_loads_of_one_key), (1, 1));
    // the first load, and one at the end of each TTL of 2 s
    assert_eq!(grace.database.reads, 1 + 9);
    assert_eq!(grace.latency_us.read.p99, Some(1_000));
    let aside = popular("cache-aside", json!({"TTL": 2})).report;
    assert!(aside.reads.misses >= 10, "{:?}", aside.reads);
    // beyond its grace an entry is gone, and a read waits for its load
    let late = play(json!({
        "duration_us": 10_000_000,
        "strategies": [{"strategy": "stale-while-revalidate", "parameters": {"TTL": 2, "STALE": 1}}],
        "rows": {"each": {"a": 1}},
        "actions": [read(0, "a"), read(2_500_000, "a"), read(8_000_000, "a")],
    }));
    assert_eq!(late.answers(), ["R1 1 11500 fresh", "R2 1 1000 fresh", "R3 1 11500 fresh"]);
    assert_eq!(late.report.database.reads, 3);
}

/// The most entries that expire within one tenth of a second.
fn most_at_once(jitter: u32) -> usize {
    let played = play(json!({
        "duration_us": 10_000_000,
        "strategies": [{"strategy": "ttl-jitter", "parameters": {"TTL": 3, "JITTER": jitter}}],
        "rows": {"ranges": [{"prefix": "row:", "count": 100, "value": 1}]},
        "actions": (0..100).map(|n| read(0, &format!("row:{n}"))).collect::<Vec<_>>(),
    }));
    let mut tenths: BTreeMap<u64, usize> = BTreeMap::new();
    for line in played.simulation.view().log_from(0, usize::MAX) {
        if line.text.ends_with("expired") {
            assert!((3_000_000..3_100_000 + u64::from(jitter) * 1_000_000).contains(&line.at_us));
            *tenths.entry(line.at_us / 100_000).or_default() += 1;
        }
    }
    assert_eq!(tenths.values().sum::<usize>(), 100);
    tenths.into_values().max().unwrap_or(0)
}

#[test]
fn jitter_spreads_what_was_loaded_together() {
    // twenty connections serve a hundred loads in five rounds of 9.5 ms
    assert_eq!(most_at_once(0), 100);
    // five a tenth on average
    assert!(most_at_once(2) <= 15, "{}", most_at_once(2));
}

#[test]
fn early_expiration_has_fewer_loads_at_once_than_cache_aside() {
    let slow = |strategy: &str, parameters: Value| {
        let report = play(json!({
            "duration_us": 60_000_000,
            "topology": {"database": {
                "connections": 100, "read": {"kind": "constant", "us": 100_000},
            }},
            "strategies": [{"strategy": strategy, "parameters": parameters}],
            "rows": {"each": {"a0": 1}},
            "entries": [{"key": "a0", "ttl_us": 10_000_000}],
            "workloads": [{
                "arrivals": {"kind": "poisson", "per_second": 200.0},
                "keys": {"prefix": "a", "count": 1}, "read_permille": 1_000,
            }],
        }))
        .report;
        (report.database.max_concurrent_loads_of_one_key, report.database.reads)
    };
    let (at_once, reads) = slow("cache-aside", json!({"TTL": 10}));
    assert!(at_once >= 15 && reads >= 75, "{at_once} at once, {reads} in all");
    let early = slow("probabilistic-early-expiration", json!({"TTL": 10, "LOAD": 0.1}));
    assert!(early.0 <= 6 && early.1 <= 24, "{early:?}");
}
