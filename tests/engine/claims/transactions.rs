//! Transactions, and what is no part of them: the cache.

use serde_json::json;

use super::play::{answers, document, logged, moments, play, violations, without};
use crate::support::{check, compare};

#[test]
fn an_entry_that_is_deleted_before_the_commit_comes_back_old() {
    // TX1: a statement 9,500, a commit too: the delete lands at 511,000, the commits at
    // 531,000 and 530,500; the reader sets at 522,500 for 5 s
    let run = play("tx1");
    compare(&run, &json!({"reads": {"stale": 1}, "divergence": []}));
    assert_eq!(violations(&run, "stale read"), [1_001_000]);
    assert_eq!(moments(&run, "the cache deleted"), [511_000, 531_000]);
    // nobody reads in between
    let mut quiet = document("tx1");
    let actions = quiet["actions"].as_array_mut().expect("actions");
    actions.retain(|action| action["at_us"] != 511_500);
    check(quiet, json!({"reads": {"stale": 0}, "staleness_us": {"max": 500}}));
}

#[test]
fn a_value_that_is_set_before_a_commit_that_fails_is_a_phantom() {
    // TX2
    let run = play("tx2");
    assert_eq!(logged(&run, "the database rolled back"), 2);
    assert_eq!(violations(&run, "phantom read"), [511_700, 1_001_000]);
    assert_eq!(answers(&run)[2..], ["R4 ghost", "R5 ghost", "R7 old", "R8 old"]);
    // the commit does not fail: the reader that came before it read what was to be
    let run = check(without(document("tx2"), "fail-next"), json!({"reads": {"phantom": 0}}));
    compare(&run, &json!({"reads": {"dirty": 1}, "writes": {"committed": 2}}));
}

#[test]
fn a_cache_that_fails_inside_rolls_the_write_back() {
    // TX3
    let run = play("tx3");
    assert_eq!(logged(&run, "rolled back inside:1"), 1);
    assert_eq!(answers(&run), ["R3 old", "R4 new"]);
    // the cache is up: both write
    let mut up = without(document("tx3"), "kill-cache");
    up = without(up, "restart-cache");
    check(up, json!({"writes": {"failed": 0, "committed": 2}}));
}

#[test]
fn an_outbox_is_late_and_loses_nothing() {
    // TX4: the relay reads two rows of 10,000 each, from 600,000 and 800,000 on
    let run = play("tx4");
    assert_eq!(moments(&run, "the cache deleted outbox:1"), [820_250]);
    assert_eq!(answers(&run)[2..], ["R5 old", "R6 old", "R7 new"]);
    // no delete fails: 100,000 later the relay has done it
    let run = check(without(document("tx4"), "fail-next"), json!({"reads": {"stale": 0}}));
    assert_eq!(moments(&run, "the cache deleted outbox:1"), [620_250]);
}

#[test]
fn a_change_that_is_delivered_again_brings_back_the_older_value() {
    // TX5: the set that failed at 500,750 lands 300,500 later, after the next one's
    let run = play("tx5");
    assert_eq!(answers(&run), ["R5 one", "R6 two"]);
    assert_eq!(logged(&run, "refused to set versioned:1: it has seen a newer version"), 1);
    check(without(document("tx5"), "fail-next"), json!({"reads": {"stale": 0}, "divergence": []}));
}

#[test]
fn tx6_a_transaction_that_hangs_takes_the_pool_with_it_until_its_time_is_over() {
    let run = play("tx6");
    let outages = run.report().outages;
    let [outage] = &outages[..] else { panic!("{outages:?}") };
    assert!(outage.until_us < 3_000_000, "{outage:?}");
    compare(&run, &json!({"reads": {"failed": 5}, "writes": {"acknowledged": 0, "committed": 2}}));
    // without the limit nobody gets a connection any more
    let mut endless = document("tx6");
    let database = endless["topology"]["database"].as_object_mut().expect("a database");
    database.remove("idle_in_transaction_timeout_us");
    check(endless, json!({"reads": {"failed": 6}, "writes": {"committed": 0}}));
    check(without(document("tx6"), "fail-next"), json!({"reads": {"failed": 0}, "outages": []}));
}
