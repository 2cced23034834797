//! No cache, and the three kinds of cache-aside.

use serde_json::json;

use super::play::{delete, fail_next, increment, outside, plain, read, scene, times, write};

#[test]
fn no_cache_pays_the_database_each_time() {
    let played = scene(
        "no-cache",
        json!({}),
        &[
            read(0, "a"),
            read(100_000, "a"),
            write(200_000, "a", 2),
            increment(300_000, "a", 3),
            read(400_000, "a"),
            delete(500_000, "a"),
            read(600_000, "a"),
        ],
    );
    assert_eq!(
        played.answers(),
        [
            "R1 1 10500 fresh",
            "R2 1 10500 fresh",
            "W3 - 10500 acknowledged",
            "I4 - 10500 acknowledged",
            "R5 5 10500 fresh",
            "D6 - 10500 acknowledged",
            "R7 None 10500 fresh"
        ]
    );
    assert_eq!((played.report.database.reads, played.report.cache.entries), (4, 0));
}

#[test]
fn cache_aside_loads_on_a_miss_and_reloads_after_each_kind_of_write() {
    let played = scene(
        "cache-aside",
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
    assert_eq!(
        played.answers(),
        [
            "R1 1 11500 fresh",
            "R2 1 1000 fresh",
            "W3 - 11000 acknowledged",
            "R4 2 11500 fresh",
            "I5 - 11000 acknowledged",
            "R6 5 11500 fresh",
            "D7 - 11000 acknowledged",
            // nothing to set
            "R8 None 11000 fresh"
        ]
    );
    assert_eq!((played.report.reads.hits, played.report.database.reads), (1, 4));
}

#[test]
fn cache_aside_without_its_cache_is_slow_and_never_wrong() {
    let actions = [
        read(0, "a"),
        plain(100_000, "kill-cache"),
        read(200_000, "a"),
        write(300_000, "a", 2),
        read(400_000, "a"),
        plain(500_000, "restart-cache"),
        read(600_000, "a"),
        read(700_000, "a"),
    ];
    let aside = scene("cache-aside", json!({}), &actions);
    let reads = &aside.report.reads;
    assert_eq!((reads.total, reads.failed, reads.stale), (5, 0, 0));
    assert_eq!(aside.report.database.reads, 4, "all but the last");
    // the others say nothing of a cache that is down, and fail with it
    assert_eq!(scene("cache-aside-ignore", json!({}), &actions).report.reads.failed, 2);
}

#[test]
fn a_lost_invalidation_is_stale_until_the_ttl() {
    let played = scene(
        "cache-aside",
        json!({"TTL": 5}),
        &[
            read(0, "a"),
            fail_next(100_000, "cache", "delete"),
            write(100_000, "a", 2),
            read(1_000_000, "a"),
            read(6_000_000, "a"),
        ],
    );
    assert_eq!(
        played.answers()[1..],
        [
            "W2 - 11000 acknowledged",
            "R3 1 1000 stale for 889 ms, 1 version behind",
            "R4 2 11500 fresh"
        ]
    );
    assert_eq!(played.logged("the invalidation was lost"), 1);
}

#[test]
fn a_write_from_outside_is_invisible_until_the_ttl_but_for_change_data_capture() {
    let actions =
        [read(0, "a"), outside(100_000, "a", 2), read(200_000, "a"), read(6_000_000, "a")];
    let aside = scene("cache-aside", json!({"TTL": 5}), &actions);
    assert_eq!((aside.report.reads.stale, aside.report.staleness_us.max), (1, 4_911_000));
    assert!(aside.both("a", "2"));
    let capture = scene("change-data-capture", json!({"TTL": 5}), &actions);
    assert_eq!(capture.report.reads.stale, 0);
    assert!(capture.report.staleness_us.max <= 51_000, "a look at the stream later");
}

#[test]
fn update_is_warm_after_each_kind_of_write() {
    let played = scene(
        "cache-aside-update",
        json!({}),
        &[
            read(0, "a"),
            write(100_000, "a", 2),
            read(200_000, "a"),
            increment(300_000, "a", 3),
            read(400_000, "a"),
            delete(500_000, "a"),
            read(600_000, "a"),
        ],
    );
    assert_eq!(
        played.answers(),
        [
            "R1 1 11500 fresh",
            "W2 - 11000 acknowledged",
            "R3 2 1000 fresh",
            "I4 - 11000 acknowledged",
            "R5 5 1000 fresh",
            "D6 - 11000 acknowledged",
            "R7 None 11000 fresh"
        ]
    );
    assert_eq!(played.report.database.reads, 2);
}

#[test]
fn ignore_is_stale_for_the_whole_ttl() {
    let actions = [
        read(0, "a"),
        write(100_000, "a", 2),
        increment(200_000, "a", 3),
        read(300_000, "a"),
        read(4_000_000, "a"),
        read(6_000_000, "a"),
        delete(7_000_000, "a"),
        read(8_000_000, "a"),
    ];
    let ignore = scene("cache-aside-ignore", json!({"TTL": 5}), &actions);
    assert_eq!(
        ignore.answers(),
        [
            "R1 1 11500 fresh",
            "W2 - 10500 acknowledged",
            "I3 - 10500 acknowledged",
            "R4 1 1000 stale for 189.5 ms, 2 versions behind",
            "R5 1 1000 stale for 3.89 s, 2 versions behind",
            "R6 5 11500 fresh",
            "D7 - 10500 acknowledged",
            "R8 5 1000 stale for 989.5 ms, 1 version behind"
        ]
    );
    assert_eq!(scene("cache-aside", json!({"TTL": 5}), &actions).report.reads.stale, 0);
}

#[test]
fn readers_that_miss_together_all_load() {
    let played = scene("cache-aside", json!({}), &[times(read(0, "a"), 10)]);
    assert_eq!(played.report.database.reads, 10);
    assert_eq!(played.report.database.max_concurrent_loads_of_one_key, 10);
}
