//! Acknowledging first and writing the database later: what it saves, and what
//! is lost in which crash.

use serde_json::{Value, json};

use super::play::{
    Played, at, delete, fail_next, increment, plain, play, read, scene, times, write,
};

/// A queue in the cache whose items are flushed one by one: the form that is right,
/// and two that are often taught.
const ONE_BY_ONE: [&str; 3] =
    ["write-behind-in-order", "write-behind-retry-at-back", "write-behind-pop-first"];

const ALL: [&str; 3] = ["write-behind", "write-behind-app", "write-behind-durable"];

/// Like `scene`, with one app server.
fn one_app(strategy: &str, actions: &[Value]) -> Played {
    play(json!({
        "duration_us": 10_000_000,
        "topology": {"apps": {"count": 1}},
        "strategies": [{"strategy": strategy}],
        "rows": {"each": {"a": 1}},
        "actions": actions,
    }))
}

#[test]
fn a_write_is_acknowledged_at_cache_speed_and_dirty_until_the_flush() {
    let actions = [
        read(0, "a"),
        read(100_000, "a"),
        write(200_000, "a", 2),
        read(300_000, "a"),
        read(2_000_000, "a"),
    ];
    for (strategy, miss, write) in [
        ("write-behind", 11_000, 1_000),
        // a hop less to the buffer, a trip more to the lock's second look and the set
        ("write-behind-app", 12_000, 1_000),
        // the broker is one hop further
        ("write-behind-durable", 11_000, 1_500),
    ] {
        let played = one_app(strategy, &actions);
        assert_eq!(
            played.answers(),
            [
                format!("R1 1 {miss} fresh"),
                "R2 1 1000 fresh".to_owned(),
                format!("W3 - {write} acknowledged"),
                "R4 2 1000 dirty: the database does not hold it yet".to_owned(),
                "R5 2 1000 fresh".to_owned()
            ],
            "{strategy}"
        );
        assert!(played.both("a", "2"), "{strategy}");
    }
}

#[test]
fn whoever_asks_the_database_meanwhile_sees_the_old_value() {
    for strategy in ALL {
        let played = play(json!({
            "duration_us": 500_000,
            "strategies": [{"strategy": strategy}],
            "rows": {"each": {"a": 1}},
            "actions": [write(0, "a", 2)],
        }));
        assert_eq!(played.stores("a"), (Some("2".into()), Some("1".into())), "{strategy}");
        assert_eq!(played.report.writes.pending, 1, "{strategy}");
    }
}

#[test]
fn ten_updates_in_one_interval_are_one_database_write() {
    let actions = [times(write(0, "a", 2), 10)];
    for strategy in ALL {
        let report = one_app(strategy, &actions).report;
        assert_eq!((report.writes.committed, report.database.writes), (10, 1), "{strategy}");
        assert_eq!(report.queue.absorbed, 9, "{strategy}");
    }
    assert_eq!(one_app("write-through", &actions).report.database.writes, 10);
}

#[test]
fn a_deletion_waits_for_its_flush_so_that_no_read_brings_the_row_back() {
    for strategy in ALL.into_iter().chain(ONE_BY_ONE) {
        let played =
            one_app(strategy, &[write(0, "a", 2), delete(2_000_000, "a"), read(5_000_000, "a")]);
        assert_eq!(played.stores("a"), (None, None), "{strategy}");
        let report = &played.report;
        assert_eq!((report.writes.acknowledged, report.reads.stale), (2, 0), "{strategy}");
        assert!(played.answers()[2].starts_with("R3 None"), "{strategy}");
    }
}

/// (committed, lost) of a write whose process crashes before the flush.
fn after(strategy: &str, crash: Value, restart: Value) -> (u64, u64) {
    // the flush drops the cache's copy, which nothing would ever write down
    let actions = [write(0, "a", 2), crash, restart, plain(6_000_000, "flush-cache")];
    let writes = one_app(strategy, &actions).report.writes;
    assert_eq!((writes.acknowledged, writes.pending), (1, 0), "{strategy}");
    (writes.committed, writes.lost)
}

#[test]
fn a_crash_of_the_cache_loses_what_its_own_queue_held() {
    let crash =
        |strategy| after(strategy, plain(500_000, "kill-cache"), plain(1_500_000, "restart-cache"));
    assert_eq!(crash("write-behind"), (0, 1));
    assert_eq!(crash("write-behind-app"), (1, 0));
    assert_eq!(crash("write-behind-durable"), (1, 0));
}

#[test]
fn a_crash_of_the_app_loses_what_its_own_queue_held() {
    let crash = |strategy| {
        let app = |at_us, what: &str| at(at_us, json!({"do": what, "app": 0}));
        after(strategy, app(500_000, "crash-app"), app(1_500_000, "restart-app"))
    };
    assert_eq!(crash("write-behind"), (1, 0));
    assert_eq!(crash("write-behind-app"), (0, 1));
    assert_eq!(crash("write-behind-durable"), (1, 0));
}

#[test]
fn a_durable_queue_survives_a_crash_of_its_own_process() {
    let lost = after(
        "write-behind-durable",
        plain(500_000, "crash-worker"),
        plain(1_500_000, "restart-worker"),
    );
    assert_eq!(lost, (1, 0));
}

#[test]
fn a_short_outage_of_the_database_is_absorbed() {
    let actions = [
        plain(0, "stop-database"),
        write(100_000, "a", 2),
        write(200_000, "b", 2),
        plain(2_500_000, "restore-database"),
    ];
    for strategy in ALL {
        let report = one_app(strategy, &actions).report;
        assert_eq!((report.writes.acknowledged, report.writes.committed), (2, 2), "{strategy}");
        assert_eq!(report.queue.dead_letters, 0, "{strategy}");
    }
    assert_eq!(one_app("write-through", &actions).report.writes.failed, 2);
}

#[test]
fn a_long_one_ends_in_a_dead_letter_where_there_are_some() {
    let outage = |strategy, parameters| {
        let actions = [plain(0, "stop-database"), write(100_000, "a", 2)];
        scene(strategy, parameters, &actions).report
    };
    let durable = outage("write-behind-durable", json!({"ATTEMPTS": 2}));
    assert_eq!((durable.queue.dead_letters, durable.writes.committed), (1, 0));
    let endless = outage("write-behind", json!({}));
    assert_eq!((endless.queue.dead_letters, endless.writes.pending), (0, 1));
}

#[test]
fn one_by_one_each_update_is_a_database_write_of_its_own() {
    let actions = [times(write(0, "a", 2), 10), read(5_000_000, "a")];
    for strategy in ONE_BY_ONE {
        let played = one_app(strategy, &actions);
        let report = &played.report;
        assert_eq!((report.writes.committed, report.database.writes), (10, 10), "{strategy}");
        assert_eq!((report.queue.absorbed, report.reads.stale), (0, 0), "{strategy}");
        assert_eq!(report.latency_us.write.max, Some(1_000), "{strategy}");
    }
}

#[test]
fn a_failed_flush_overtakes_or_loses_where_the_program_is_broken() {
    let actions = [
        write(100_000, "a", 2),
        write(200_000, "a", 3),
        fail_next(900_000, "database", "write"),
        plain(6_000_000, "flush-cache"),
    ];
    let [in_order, at_back, popped] = ONE_BY_ONE.map(|strategy| {
        let played = one_app(strategy, &actions);
        let writes = &played.report.writes;
        (played.stores("a").1, writes.committed, writes.overtaken, writes.lost)
    });
    assert_eq!(in_order, (Some("3".into()), 2, 0, 0));
    assert_eq!(at_back, (Some("2".into()), 2, 1, 0));
    assert_eq!(popped, (Some("3".into()), 1, 0, 1));
}

#[test]
fn two_app_servers_flush_in_their_own_order() {
    // the read makes the first write the second server's, which flushes later
    let actions = [read(0, "b"), write(100_000, "a", 2), write(200_000, "a", 3)];
    let app = scene("write-behind-app", json!({}), &actions);
    assert_eq!(app.stores("a"), (Some("3".into()), Some("2".into())));
    assert_eq!(app.report.writes.overtaken, 1);
    assert!(scene("write-behind", json!({}), &actions).both("a", "3"));
}

#[test]
fn counters_flush_one_sum_a_minute() {
    let played = play(json!({
        "duration_us": 190_000_000,
        "strategies": [{"strategy": "write-behind-counters"}],
        "rows": {"each": {"a": 5}},
        "actions": [
            increment(0, "a", 1),
            times(increment(1_000_000, "a", 1), 999),
            read(2_000_000, "a"),
            write(70_000_000, "a", 7),
            increment(71_000_000, "a", 1),
            read(185_000_000, "a"),
        ],
    }));
    let report = &played.report;
    // what is added to a queued write is an item behind it, for the flush after
    assert_eq!((report.writes.committed, report.queue.absorbed), (1_002, 999));
    assert_eq!(report.database.writes, 3);
    // the first one loads the counter, the others are served at cache speed
    assert_eq!(
        (report.latency_us.write.max, report.latency_us.write.p99),
        (Some(11_000), Some(1_000))
    );
    assert!(played.both("a", "8"));
    assert_eq!((report.reads.dirty, report.reads.stale), (1, 0));
}

#[test]
fn counters_lose_at_most_the_minute_since_the_last_flush() {
    let played = play(json!({
        "duration_us": 130_000_000,
        "strategies": [{"strategy": "write-behind-counters"}],
        "rows": {"each": {"a": 0}},
        "actions": [
            times(increment(1_000_000, "a", 1), 100),
            times(increment(90_000_000, "a", 1), 30),
            plain(100_000_000, "kill-cache"),
            plain(101_000_000, "restart-cache"),
            read(102_000_000, "a"),
        ],
    }));
    assert_eq!((played.report.writes.committed, played.report.writes.lost), (100, 30));
    assert!(played.both("a", "100"));
}
