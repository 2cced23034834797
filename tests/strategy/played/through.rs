//! Reading and writing through the cache.

use serde_json::json;

use super::play::{delete, fail_next, increment, plain, play, read, scene, times, write};

#[test]
fn read_through_loads_inside_the_cache() {
    let played = scene(
        "read-through",
        json!({}),
        &[
            read(0, "a"),
            read(100_000, "a"),
            write(200_000, "a", 2),
            read(300_000, "a"),
            increment(400_000, "a", 3),
            read(500_000, "a"),
            delete(600_000, "a"),
            read(700_000, "a"),
        ],
    );
    // the set is local, so a miss is 500 µs cheaper than cache-aside's
    assert_eq!(
        played.answers(),
        [
            "R1 1 11000 fresh",
            "R2 1 1000 fresh",
            "W3 - 11000 acknowledged",
            "R4 2 11000 fresh",
            "I5 - 11000 acknowledged",
            "R6 5 11000 fresh",
            "D7 - 11000 acknowledged",
            "R8 None 11000 fresh"
        ]
    );
}

#[test]
fn read_through_shares_a_load_and_dies_with_the_cache() {
    let actions = [times(read(0, "a"), 10), plain(100_000, "kill-cache"), read(200_000, "a")];
    let through = scene("read-through", json!({}), &actions);
    assert_eq!((through.report.database.reads, through.report.reads.failed), (1, 1));
    let aside = scene("cache-aside", json!({}), &actions);
    assert_eq!((aside.report.database.reads, aside.report.reads.failed), (11, 0));
}

#[test]
fn after_a_write_through_a_read_is_fresh_from_the_cache() {
    let actions = [
        write(0, "a", 2),
        read(100_000, "a"),
        increment(200_000, "a", 3),
        read(300_000, "a"),
        delete(400_000, "a"),
        read(500_000, "a"),
    ];
    for (strategy, miss) in [("write-through", 11_000), ("write-through-cache-aside", 11_000)] {
        let played = scene(strategy, json!({}), &actions);
        assert_eq!(
            played.answers(),
            [
                "W1 - 11000 acknowledged",
                "R2 2 1000 fresh",
                "I3 - 11000 acknowledged",
                "R4 5 1000 fresh",
                "D5 - 11000 acknowledged",
                &format!("R6 None {miss} fresh")
            ],
            "{strategy}"
        );
        assert_eq!(played.report.database.reads, 1, "{strategy}: of the deleted row");
    }
}

#[test]
fn write_through_pays_for_a_slow_cache() {
    let actions = [at_slow(0), write(100_000, "a", 2)];
    let slow = scene("write-through", json!({}), &actions);
    // both hops of the set, a hundred times as slow
    assert_eq!(slow.report.latency_us.write.max, Some(10_500 + 50_000));
    let around = scene("write-around", json!({}), &actions);
    assert_eq!(around.report.latency_us.write.max, Some(10_500));
}

fn at_slow(at_us: u64) -> serde_json::Value {
    super::play::at(at_us, json!({"do": "slow-cache", "factor_milli": 100_000}))
}

#[test]
fn write_through_fills_the_cache_with_what_nobody_reads_and_write_around_does_not() {
    let import = |strategy: &str| {
        play(json!({
            "strategies": [{"strategy": strategy}],
            "workloads": [{
                "name": "import", "most_requests": 100,
                "arrivals": {"kind": "fixed", "every_us": 10_000},
                "keys": {"prefix": "row:", "count": 100_000, "zipf_milli": 0},
                "read_permille": 0,
            }],
        }))
    };
    let through = import("write-through").report;
    assert_eq!((through.writes.committed, through.cache.entries), (100, 100));
    assert_eq!(through.cache.never_read, 100);
    let around = import("write-around").report;
    assert_eq!((around.writes.committed, around.cache.entries), (100, 0));
}

#[test]
fn a_failing_cache_does_not_fail_a_write_through_but_leaves_it_stale() {
    let actions = [
        read(0, "a"),
        fail_next(100_000, "cache", "set"),
        write(100_000, "a", 2),
        read(200_000, "a"),
    ];
    let through = scene("write-through", json!({}), &actions);
    assert_eq!(through.report.writes.acknowledged, 1);
    assert_eq!(through.report.reads.stale, 1);
    assert_eq!(through.logged("the cache was not updated"), 1);
}

#[test]
fn a_cache_outage_is_a_write_outage_only_cache_first() {
    let actions = [plain(0, "kill-cache"), write(100_000, "a", 2), read(200_000, "a")];
    let failed = |strategy| {
        let report = scene(strategy, json!({}), &actions).report;
        (report.writes.failed, report.reads.failed)
    };
    assert_eq!(failed("write-through-cache-first"), (1, 1));
    assert_eq!(failed("write-through"), (0, 1));
    assert_eq!(failed("write-through-cache-aside"), (0, 0));
}

#[test]
fn cache_first_leaves_a_phantom_where_the_database_refuses() {
    let actions = [
        read(0, "a"),
        write(100_000, "a", 2),
        read(200_000, "a"),
        fail_next(300_000, "database", "write"),
        write(300_000, "a", 3),
        read(400_000, "a"),
    ];
    let first = scene("write-through-cache-first", json!({}), &actions);
    assert_eq!(
        first.answers(),
        [
            "R1 1 11000 fresh",
            "W2 - 11000 acknowledged",
            "R3 2 1000 fresh",
            "W4 - 1500 failed: database: it was made to fail",
            "R5 3 1000 phantom: the database will never hold it"
        ]
    );
    assert_eq!(first.stores("a"), (Some("3".into()), Some("2".into())));
    assert_eq!(first.report.divergence[0].state.name(), "phantom");
    let database_first = scene("write-through", json!({}), &actions);
    assert_eq!(database_first.report.reads.phantom, 0);
    assert!(database_first.both("a", "2"));
}

#[test]
fn cache_first_shows_a_value_before_the_database_has_it_and_deletes_from_both() {
    let played = scene(
        "write-through-cache-first",
        json!({}),
        &[write(0, "a", 2), read(2_000, "a"), delete(100_000, "a"), read(200_000, "a")],
    );
    assert_eq!(
        played.answers(),
        [
            "R2 2 1000 dirty: the database does not hold it yet",
            "W1 - 11000 acknowledged",
            "D3 - 11000 acknowledged",
            "R4 None 11000 fresh"
        ]
    );
}
