//! Several nodes, and a failover.

use serde_json::json;

use super::play::{document, logged, moments, play, without};
use crate::support::{check, compare};

#[test]
fn a_node_more_moves_a_share_on_a_ring_and_nearly_all_by_modulo() {
    // NO1: 300 keys, all of them read before the node comes and after it
    let warm = 303;
    let run = play("no1");
    compare(&run, &json!({"database": {"reads": warm + 207}}));
    for (placement, again) in [("consistent", 74), ("hash-slots", 0)] {
        let mut other = document("no1");
        other["topology"]["cache"]["placement"] = placement.into();
        check(other, json!({"database": {"reads": warm + again}}));
    }
    check(without(document("no1"), "add-node"), json!({"database": {"reads": warm}}));
}

#[test]
fn a_failover_brings_back_what_was_deleted_until_its_ttl() {
    // NO2: the entry was set at 111,000 for 5 s
    let run = play("no2");
    assert_eq!(moments(&run, "cache_replica takes the place of the cache"), [1_530_000]);
    assert_eq!(moments(&run, "cache_replica: user:1 expired"), [5_111_000]);
    let chain: Vec<String> = run.report().violations[0].cause.clone();
    let expected = [
        "W2 committed version 2 at 510 ms",
        "cache_replica takes the place of the cache at 1.53 s",
    ];
    assert_eq!(chain[2..4], expected);
    // the delete lands at 510,500, and reaches the replica 50,000 later
    let mut later = document("no2");
    later["actions"][2]["at_us"] = 560_501.into();
    check(later, json!({"reads": {"stale": 0}, "divergence": []}));
    let mut sooner = document("no2");
    sooner["actions"][2]["at_us"] = 560_499.into();
    check(sooner, json!({"reads": {"stale": 2}}));
}

#[test]
fn a_lock_held_across_a_failover_is_taken_twice() {
    // NO3: the lock is set at 100,500
    let run = play("no3");
    assert_eq!(logged(&run, "set lock:counter"), 2);
    let chain: Vec<String> = run.report().violations[0].cause.clone();
    let expected = [
        "I1 added the entry to the cache (lock:counter) at 100.5 ms",
        "cache_replica takes the place of the cache at 420 ms",
        "I2 added the entry to cache_replica (lock:counter) at 500.5 ms",
    ];
    assert_eq!(chain[..3], expected);
    for change in ["later", "never", "none"] {
        let mut other = document("no3");
        match change {
            // the replica has heard of the lock
            "later" => other["actions"][1]["at_us"] = 200_000.into(),
            "never" => other = without(other, "kill-cache"),
            _ => other["topology"]["cache"]["replica"]["lag"]["us"] = 0.into(),
        }
        let run = check(other, json!({"writes": {"lost_update": 0, "acknowledged": 2}}));
        let reads: Vec<_> = run.view().results().iter().map(|it| it.value.clone()).collect();
        assert!(reads.iter().any(|value| **value == *"2"), "{change}: {reads:?}");
    }
}
