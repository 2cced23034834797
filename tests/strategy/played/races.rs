//! Readers and writers that race, and the strategies that close each race.

use serde_json::{Value, json};

use super::play::{Played, at, delete, increment, outside, plain, play, read, scene, times, write};

/// Read twice, write, read, increment, read, delete, read, a second apart each.
fn happy(strategy: &str) -> Vec<String> {
    let played = scene(
        strategy,
        json!({}),
        &[
            read(0, "a"),
            read(1_000_000, "a"),
            write(2_000_000, "a", 2),
            read(3_000_000, "a"),
            increment(4_000_000, "a", 3),
            read(5_000_000, "a"),
            delete(6_000_000, "a"),
            read(7_000_000, "a"),
        ],
    );
    assert!(played.report.violations.is_empty(), "{strategy}");
    played.answers()
}

#[track_caller]
fn check_happy(
    strategy: &str,
    [miss, write, after, increment, after_increment, delete, nothing]: [u32; 7],
) {
    assert_eq!(
        happy(strategy),
        [
            format!("R1 1 {miss} fresh"),
            "R2 1 1000 fresh".to_owned(),
            format!("W3 - {write} acknowledged"),
            format!("R4 2 {after} fresh"),
            format!("I5 - {increment} acknowledged"),
            format!("R6 5 {after_increment} fresh"),
            format!("D7 - {delete} acknowledged"),
            format!("R8 None {nothing} fresh"),
        ],
        "{strategy}"
    );
}

#[test]
fn without_a_race_all_that_delete_behave_alike() {
    let alike = [11_500, 11_000, 11_500, 11_000, 11_500, 11_000, 11_000];
    for strategy in [
        "leases",
        "delayed-double-delete",
        "ttl-jitter",
        "refresh-ahead",
        "stale-while-revalidate",
        "probabilistic-early-expiration",
    ] {
        check_happy(strategy, alike);
    }
    // a second look into the cache, with the lock in hand
    check_happy("single-flight", [12_000, 11_000, 12_000, 11_000, 12_000, 11_000, 11_500]);
    // the writers do not talk to the cache
    check_happy("change-data-capture", [11_500, 10_500, 11_500, 10_500, 11_500, 10_500, 11_000]);
    // warm after writing; the row's version costs the last two a second trip
    check_happy("versioned-set", [11_500, 11_000, 1_000, 21_000, 1_000, 11_000, 11_000]);
}

/// A reader misses and reads the old row; a writer commits and is done before
/// the reader's set lands. Then a read.
fn slow_reader(strategy: &str, more: &[Value]) -> Played {
    let mut actions = vec![read(100_000, "a"), write(100_200, "a", 2)];
    actions.extend_from_slice(more);
    actions.push(read(3_000_000, "a"));
    scene(strategy, json!({}), &actions)
}

#[test]
fn a_slow_reader_brings_the_old_value_back_after_the_delete() {
    // a lock among readers, or another TTL, changes nothing about it
    for strategy in ["cache-aside", "ttl-jitter"] {
        assert_eq!(slow_reader(strategy, &[]).report.reads.stale, 1, "{strategy}");
    }
    let played = slow_reader("cache-aside", &[]);
    assert_eq!(played.stores("a"), (Some("1".into()), Some("2".into())));
}

#[test]
fn a_lease_that_was_taken_back_cannot_set() {
    let played = slow_reader("leases", &[]);
    assert!(played.both("a", "2"));
    assert_eq!(
        (played.logged("its lease is not valid any more"), played.report.reads.stale),
        (1, 0)
    );
}

#[test]
fn a_lease_outlives_the_eviction_of_its_entry() {
    let played = slow_reader("leases", &[at(110_850, json!({"do": "evict", "key": "a"}))]);
    assert_eq!(played.report.reads.stale, 0);
}

#[test]
fn an_older_version_cannot_set_while_the_newer_one_is_remembered() {
    let played = slow_reader("versioned-set", &[]);
    assert!(played.both("a", "2"));
    assert_eq!((played.logged("it has seen a newer version"), played.report.reads.stale), (1, 0));
    let forgotten =
        slow_reader("versioned-set", &[at(110_850, json!({"do": "evict", "key": "a"}))]);
    assert_eq!(forgotten.stores("a"), (Some("1".into()), Some("2".into())));
    assert_eq!(forgotten.report.reads.stale, 1);
}

#[test]
fn a_deletion_is_a_version_too() {
    let actions = [read(100_000, "a"), delete(100_200, "a"), read(3_000_000, "a")];
    let versioned = scene("versioned-set", json!({}), &actions);
    assert_eq!((versioned.stores("a"), versioned.report.reads.stale), ((None, None), 0));
    let aside = scene("cache-aside", json!({}), &actions);
    assert_eq!(aside.report.reads.stale, 1);
}

#[test]
fn a_delayed_second_delete_narrows_the_race_and_does_not_close_it() {
    // its first delete comes before the write, which is half a millisecond later for it
    let played = slow_reader("delayed-double-delete", &[read(200_000, "a")]);
    assert_eq!(played.report.reads.stale, 1, "the one before the second delete");
    assert_eq!(played.report.staleness_us.max, 500_200);
    assert!(played.both("a", "2"));
    // a reader slower than the delay: its set takes 100 ms to arrive
    let slower = scene(
        "delayed-double-delete",
        json!({"DELAY": 0.01}),
        &[
            read(100_000, "a"),
            write(100_200, "a", 2),
            at(110_300, json!({"do": "slow-cache", "factor_milli": 400_000})),
            plain(110_900, "restore-cache"),
            read(3_000_000, "a"),
        ],
    );
    assert_eq!(slower.stores("a"), (Some("1".into()), Some("2".into())));
    assert_eq!(slower.report.reads.stale, 1);
}

/// Two writers commit in one order, and reach the cache in the other.
fn two_writers(strategy: &str) -> Played {
    scene(
        strategy,
        json!({}),
        &[
            write(100_000, "a", 2),
            write(100_600, "a", 3),
            at(110_000, json!({"do": "slow-cache", "factor_milli": 100_000})),
            plain(110_500, "restore-cache"),
            read(500_000, "a"),
        ],
    )
}

#[test]
fn two_writers_that_set_can_leave_the_older_value_and_those_that_delete_cannot() {
    for strategy in ["cache-aside-update", "write-through", "write-through-cache-aside"] {
        let played = two_writers(strategy);
        assert_eq!(played.stores("a"), (Some("2".into()), Some("3".into())), "{strategy}");
        assert_eq!(played.report.reads.stale, 1, "{strategy}");
    }
    for strategy in ["cache-aside", "leases", "versioned-set"] {
        let played = two_writers(strategy);
        assert!(played.both("a", "3"), "{strategy}");
        assert_eq!(played.report.reads.stale, 0, "{strategy}");
    }
}

/// The loads at once when fifty miss, with so many app servers.
fn fifty_miss(strategy: &str, apps: u32) -> (u64, u32) {
    let report = play(json!({
        "duration_us": 5_000_000,
        "topology": {"apps": {"count": apps}},
        "strategies": [{"strategy": strategy}],
        "rows": {"each": {"a": 1}},
        "actions": [times(read(0, "a"), 50)],
    }))
    .report;
    assert_eq!((report.reads.total, report.reads.failed), (50, 0), "{strategy}");
    (report.database.reads, report.database.max_concurrent_loads_of_one_key)
}

#[test]
fn single_flight_loads_once_in_each_app_server() {
    assert_eq!(fifty_miss("single-flight", 1), (1, 1));
    assert_eq!(fifty_miss("single-flight", 2), (2, 2));
    assert_eq!(fifty_miss("single-flight", 4), (4, 4));
    assert_eq!(fifty_miss("cache-aside", 2), (50, 50));
}

#[test]
fn leases_and_loads_in_the_cache_are_one_whatever_the_app_servers() {
    for apps in [1, 2, 4] {
        assert_eq!(fifty_miss("leases", apps), (1, 1));
        assert_eq!(fifty_miss("read-through", apps), (1, 1));
    }
}

#[test]
fn those_without_a_lease_look_again_politely() {
    let played = scene("leases", json!({}), &[times(read(0, "a"), 3)]);
    // one loads in 11.5 ms; the others' second look is 20 ms after the first reply
    assert_eq!(played.answers(), ["R1 1 11500 fresh", "R2 1 21500 fresh", "R3 1 21500 fresh"]);
}

#[test]
fn change_data_capture_follows_every_write_after_a_moment() {
    let actions =
        [read(0, "a"), outside(1_020_000, "a", 2), read(1_030_000, "a"), read(2_000_000, "a")];
    let played = scene("change-data-capture", json!({}), &actions);
    assert_eq!(
        played.answers(),
        ["R1 1 11500 fresh", "R3 1 1000 stale for 10 ms, 1 version behind", "R4 2 11500 fresh"]
    );
    // the look at 1.05 s, a reply and a delete later
    assert_eq!(played.report.staleness_us.max, 30_750);
}

#[test]
fn change_data_capture_tries_again_where_the_cache_was_down() {
    let actions = [
        read(0, "a"),
        at(100_000, json!({"do": "cut", "link": "cache-worker"})),
        write(200_000, "a", 2),
        at(3_000_000, json!({"do": "heal", "link": "cache-worker"})),
        read(9_000_000, "a"),
    ];
    let played = scene("change-data-capture", json!({}), &actions);
    assert_eq!((played.report.reads.stale, played.report.divergence.len()), (0, 0));
}
