//! Write-behind: what acknowledging early saves, what a crash then takes, and
//! the mistakes that its flush invites.
//!
//! A write is one trip to the cache, 1,000 µs. A flush writes its rows one after
//! the other, 10,000 µs each: from the cache a hop, the statement, a hop; the
//! first commits 9,750 µs after the tick.

use serde_json::json;

use super::play::{document, moments, play, under, violations, without};
use crate::support::{builtin, check, compare, run, stored, with};

#[test]
fn wb1_a_write_is_acknowledged_at_cache_speed_and_the_database_lags_up_to_an_interval() {
    // acknowledged at 101 ms and 2.021 s, committed by the flushes of 1 s and 3 s
    let behind = play("wb1");
    compare(
        &behind,
        &json!({"writes": {"acknowledged": 2, "committed": 2}, "latency_us": {"write": {"p50": 1_000}}, "reads": {"total": 3, "hits": 3, "stale": 0}}),
    );
    assert_eq!(moments(&behind, "acknowledged"), [101_000, 2_021_000]);
    assert_eq!(moments(&behind, "committed"), [1_009_750, 3_009_750]);
    // stopped just before the flush, the first is in a queue alone
    let early = with(
        document("wb1"),
        json!({"duration_us": 1_000_000, "actions": [
            {"at_us": 100_000, "do": "write", "key": "user:1", "value": 1}
        ]}),
    );
    check(
        early,
        json!({
            "writes": {"acknowledged": 1, "committed": 0, "pending": 1},
            "divergence": [{"key": "user:1", "state": "ahead", "cache": 1, "database": 0}],
        }),
    );
    // the database first: acknowledged once both have it
    let through = check(
        under("wb1", builtin("write-through")),
        json!({"latency_us": {"write": {"p50": 11_000}}, "reads": {"dirty": 0}}),
    );
    assert_eq!(moments(&through, "committed"), [110_000, 2_030_000]);
}

#[test]
fn wb2_ten_updates_of_a_key_are_one_row_write_and_a_flush_takes_a_hundred_rows() {
    let coalesced = play("wb2");
    // ten updates of one key: one write, and nine absorbed by it
    let cart = moments(&coalesced, "committed cart:1");
    assert_eq!(cart, [2_009_750]);
    let only_the_cart = with(document("wb2"), json!({"workloads": []}));
    check(
        only_the_cart.clone(),
        json!({"database": {"writes": 1}, "queue": {"absorbed": 9}, "writes": {"committed": 10}}),
    );
    // 400 updates of so many rows: a hundred of them from 4 s, the rest from 6 s
    let rows = moments(&coalesced, "committed row:");
    let distinct = coalesced.report().queue.max_depth;
    assert!((101..=150).contains(&distinct), "{distinct}");
    assert_eq!(rows.len() as u64, distinct);
    let first = rows.iter().filter(|at_us| (4_000_000..6_000_000).contains(*at_us)).count();
    assert_eq!(first, 100);
    assert_eq!((rows[99], rows[100]), (4_009_750 + 99 * 10_000, 6_009_750));
    let report = coalesced.report();
    assert_eq!(report.database.writes + report.queue.absorbed, 410);
    // without coalescing each update is a row write of its own
    check(
        with(only_the_cart, json!({"strategies": [builtin("write-behind-in-order")]})),
        json!({"database": {"writes": 10}, "queue": {"absorbed": 0}, "writes": {"committed": 10}}),
    );
}

#[test]
fn wb3_what_was_acknowledged_since_the_last_flush_is_gone_when_the_cache_dies() {
    let killed = play("wb3");
    compare(&killed, &json!({"errors": []}));
    // the flush of 20 s takes all that was queued by then and is through by 20.2 s;
    // queued after it is acknowledged from 20.0005 s on, half a millisecond later
    let since: Vec<u64> = moments(&killed, "acknowledged")
        .into_iter()
        .filter(|at_us| (20_000_501..=20_500_250).contains(at_us))
        .collect();
    // 50 requests a second of which 7 in 10 write, for half a second: about 17
    assert!((8..=30).contains(&since.len()), "{since:?}");
    // all of them at the instant of the kill
    assert_eq!(violations(&killed, "lost write"), vec![20_500_000; since.len()]);
    compare(&killed, &json!({"writes": {"lost": since.len()}}));
    // gone, not stale: the values were in the cache, and are nowhere
    for strategy in ["write-behind-durable", "write-through"] {
        check(under("wb3", builtin(strategy)), json!({"writes": {"lost": 0}}));
    }
}

#[test]
fn wb4_whoever_reads_the_database_sees_old_data_until_the_flush() {
    // flushed at 2 s and 4 s: the reads at 0.5, 1.5 and 3 s are before their flush
    let report = play("wb4");
    compare(&report, &json!({"reads": {"total": 5}}));
    assert_eq!(violations(&report, "stale read"), [510_500, 1_510_500, 3_010_500]);
    // through the cache they are answered with what is queued
    let strategy = json!({"strategy": "write-behind", "parameters": {"INTERVAL": 2}});
    check(under("wb4", strategy), json!({"reads": {"stale": 0, "dirty": 3}}));
    // and under write-through the database knows it as soon as the client does
    check(under("wb4", builtin("write-through")), json!({"reads": {"stale": 0, "dirty": 0}}));
}

#[test]
fn wb5_a_child_that_is_flushed_before_its_parent_breaks_the_constraint() {
    // the two servers' first rows commit at 1.00975 s, the parent 10 ms later; the
    // child's retry is due at 2.01 s, and so is taken by the flush of 3 s
    let apart = play("wb5");
    compare(&apart, &json!({"writes": {"acknowledged": 3}}));
    assert_eq!(moments(&apart, "a foreign key is violated").len(), 1);
    assert_eq!(moments(&apart, "committed customer:1"), [1_019_750]);
    assert_eq!(moments(&apart, "committed order:1"), [3_009_750]);
    // one queue for all keeps the order of the writes
    let one = run(&under("wb5", builtin("write-behind")));
    assert!(moments(&one, "a foreign key is violated").is_empty());
    assert_eq!(moments(&one, "committed customer:1"), [1_019_750]);
    assert_eq!(moments(&one, "committed order:1"), [1_029_750]);
    // and it is the constraint that refuses
    let free = run(&with(document("wb5"), json!({"topology": {}})));
    assert!(moments(&free, "a foreign key is violated").is_empty());
    assert_eq!(moments(&free, "committed order:1"), [1_009_750]);
}

#[test]
fn wb6_a_short_outage_of_the_database_is_absorbed() {
    let behind = play("wb6");
    compare(
        &behind,
        &json!({"writes": {"acknowledged": 6, "pending": 0}, "reads": {"failed": 0, "stale": 0}, "queue": {"dead_letters": 0}, "divergence": []}),
    );
    // tried again a second after each failure: three by the flush of 5 s, three of 6 s
    let commits = moments(&behind, "committed");
    assert_eq!((commits.len(), commits[0], commits[5]), (6, 5_009_750, 6_029_750));
    check(
        under("wb6", builtin("write-through")),
        json!({"writes": {"acknowledged": 0, "failed": 6}, "reads": {"failed": 1}}),
    );
}

#[test]
fn wb7_a_durable_queue_survives_crashes_and_sets_aside_what_keeps_failing() {
    let durable = play("wb7");
    compare(&durable, &json!({"writes": {"acknowledged": 4}, "queue": {"max_depth": 4}}));
    // the restarted worker's flush of 1.8 s: of the four rows the second is refused
    // at once, 500 µs, and the third by its statement, 10,000
    assert_eq!(moments(&durable, "committed order:1"), [1_809_750]);
    assert_eq!(moments(&durable, "committed order:2"), [1_830_250]);
    // only the failed half is tried again, and only what can be written is
    assert_eq!(moments(&durable, "committed line:1"), [3_809_750]);
    assert_eq!(moments(&durable, "db.write(line:9) failed").len(), 3);
    assert_eq!(moments(&durable, "gave up on line:9").len(), 1);
    // a queue in the cache dies with it, and with it all four
    check(
        under("wb7", builtin("write-behind")),
        json!({
            "writes": {"acknowledged": 4, "committed": 0, "lost": 4},
            "queue": {"dead_letters": 0},
        }),
    );
}

#[test]
fn wb8_a_retry_at_the_back_lets_an_older_value_overwrite_a_newer_one() {
    let broken = play("wb8");
    compare(&broken, &json!({"writes": {"acknowledged": 3, "committed": 3}}));
    // 10 fails at 1.00025 s, so the others come first: 20, 30, 10
    assert_eq!(moments(&broken, "committed price:1 = 20"), [1_010_250]);
    assert_eq!(moments(&broken, "committed price:1 = 30"), [1_020_250]);
    assert_eq!(moments(&broken, "committed price:1 = 10"), [1_030_250]);
    assert_eq!(stored(&broken, "price:1"), Some(10));
    // the cache still has 30, the newest, at 3.9 s; at 5 s the older value is read
    assert_eq!(violations(&broken, "stale read"), [5_011_000]);
    // the failed item keeps its place, and the others wait behind it
    let repaired = check(
        under("wb8", builtin("write-behind-in-order")),
        json!({
            "writes": {"acknowledged": 3, "committed": 3, "overtaken": 0},
            "reads": {"stale": 0},
            "violations": [],
        }),
    );
    assert_eq!(moments(&repaired, "committed price:1 = 10"), [3_009_750]);
    assert_eq!(moments(&repaired, "committed price:1 = 30"), [3_029_750]);
    assert_eq!(stored(&repaired, "price:1"), Some(30));
}

#[test]
fn wb9_an_item_that_leaves_the_queue_before_it_is_written_is_lost_when_the_write_fails() {
    // nothing has crashed: the database was down for the flush of 1 s
    let broken = play("wb9");
    compare(
        &broken,
        &json!({"writes": {"pending": 0, "failed": 0}, "reads": {"total": 2, "stale": 1}}),
    );
    // until the cache is flushed at 4 s it alone has them
    assert_eq!(violations(&broken, "lost write"), [4_000_000; 3]);
    check(
        under("wb9", builtin("write-behind-in-order")),
        json!({
            "writes": {"acknowledged": 4, "committed": 4, "pending": 0, "lost": 0},
            "reads": {"stale": 0},
        }),
    );
}

#[test]
fn wb10_flushes_that_keep_failing_let_the_stores_drift_apart_unnoticed() {
    let played = play("wb10");
    compare(
        &played,
        &json!({"reads": {"total": 3, "hits": 3, "failed": 0, "stale": 0}, "writes": {"acknowledged": 8, "failed": 0, "committed": 1}, "divergence": [
            {"key": "user:0", "state": "ahead", "cache": 8, "database": 1, "until_us": null},
            {"key": "user:1", "state": "ahead", "cache": 6, "database": 0, "until_us": null},
            {"key": "user:2", "state": "ahead", "cache": 7, "database": 0, "until_us": null},
        ]}),
    );
    // where the client waits for the database, it is told
    check(
        under("wb10", builtin("write-through")),
        json!({"writes": {"acknowledged": 1, "failed": 7, "pending": 0}, "divergence": []}),
    );
}

#[test]
fn wb11_counters_are_flushed_as_one_sum_a_minute_and_a_crash_takes_at_most_that() {
    // one view each 0.2 s until 180 s: 899. Flushed at 60 s and 120 s are those of
    // 0.2 to 119.8 s, 599; lost are those of 120.0 to 154.8 s, 175; while the cache
    // is down 5 fail; the 120 of 156.0 to 179.8 s are flushed a minute after the
    // restart.
    let minute = play("wb11");
    compare(
        &minute,
        &json!({"writes": {"total": 899, "acknowledged": 894, "pending": 0, "failed": 5}}),
    );
    assert_eq!(stored(&minute, "views:0"), Some(719));
    let lost = violations(&minute, "lost write");
    assert_eq!(lost, [155_000_000; 175]);
    // a flush each ten seconds: lost are those of 150.0 to 154.8 s
    let ten = json!({"strategy": "write-behind-counters", "parameters": {"INTERVAL": 10}});
    check(under("wb11", ten), json!({"writes": {"acknowledged": 894, "lost": 25}}));
    // nothing is lost where each view is a statement of its own
    check(
        under("wb11", builtin("write-through")),
        json!({"writes": {"acknowledged": 899, "lost": 0}, "database": {"writes": 899}}),
    );
}

#[test]
fn wb12_two_consumers_write_the_older_of_two_last() {
    let run = play("wb12");
    compare(&run, &json!({"writes": {"committed": 4, "overtaken": 1}, "reads": {"stale": 1}}));
    // the consumer that had 10 tries it again 300,000 after the failure at 200,750
    assert_eq!(moments(&run, "committed any:1 = 20"), [210_250]);
    assert_eq!(moments(&run, "committed any:1 = 10"), [510_750]);
    assert_eq!(moments(&run, "committed ordered:1 = 10"), [1_510_750]);
    assert_eq!(moments(&run, "committed ordered:1 = 20"), [1_610_250]);
    // no write fails, and both consumers are as fast: the order is right by luck
    check(without(document("wb12"), "fail-next"), json!({"violations": []}));
}

#[test]
fn wb13_an_acknowledged_item_comes_again_after_a_crash() {
    let run = play("wb13");
    compare(&run, &json!({"writes": {"lost": 0, "overtaken": 1}, "reads": {"stale": 1}}));
    assert_eq!(moments(&run, "committed plain:1 = 1"), [509_750, 2_709_750]);
    assert_eq!(moments(&run, "committed plain:1 = 2"), [1_009_750, 3_209_750]);
    assert_eq!(moments(&run, "committed numbered:1"), [519_750, 1_019_750]);
    // acknowledgements are on the disk before they are answered
    let text = document("wb13").to_string().replace(", sync=3", "");
    let synced = serde_json::from_str(&text).expect("a document");
    let run = check(synced, json!({"violations": []}));
    assert_eq!(moments(&run, "committed plain:1 = 1"), [509_750]);
}

#[test]
fn wb15_a_dead_letter_that_is_pushed_again_overwrites_what_came_meanwhile() {
    let run = play("wb15");
    compare(&run, &json!({"writes": {"overtaken": 1, "given_up": 0}, "reads": {"stale": 1}}));
    assert_eq!(stored(&run, "plain:1"), Some(10));
    // what the other one leaves out has been overwritten, and is lost to nobody
    compare(&run, &json!({"writes": {"lost": 0, "committed": 4}}));
    // never pushed again, it is lost to nobody who reads
    let mut left = document("wb15");
    left["actions"].as_array_mut().expect("actions").retain(|it| it["do"] != "replay-dead-letters");
    check(left, json!({"writes": {"overtaken": 0, "given_up": 2}, "reads": {"stale": 0}}));
}

#[test]
fn wb16_a_consumer_that_is_killed_leaves_its_item_to_another() {
    let run = play("wb16");
    compare(&run, &json!({"writes": {"applied_twice": 1, "committed": 2}}));
    for (key, value) in [("drained:1", 1), ("killed:1", 2)] {
        assert_eq!(stored(&run, key), Some(value), "{key}");
    }
    // after its statement and its acknowledgement, nothing is left to come again
    let mut late = document("wb16");
    late["actions"][3]["at_us"] = json!(120_000);
    check(late, json!({"writes": {"applied_twice": 0}}));
}

#[test]
fn wb14_joined_by_an_id_the_newest_value_may_be_dropped() {
    let run = play("wb14");
    compare(&run, &json!({"writes": {"acknowledged": 9, "lost": 3}, "reads": {"stale": 2}}));
    assert_eq!(moments(&run, "queue: first:1 is there already"), [200_500, 505_500]);
    assert_eq!(moments(&run, "queue: debounce:1 is there already"), [505_500]);
    for (key, value) in [("first:1", 10), ("debounce:1", 20), ("last:1", 30)] {
        assert_eq!(stored(&run, key), Some(value), "{key}");
    }
}
