//! What fixes the races: how far each goes, and what it still lets through.

use serde_json::{Value, json};

use super::play::{document, moments, play, under, violations, without};
use crate::support::{builtin, check, compare, run, with};

#[test]
fn fx1_one_load_per_key_however_many_miss() {
    // fifty at 1 s and, after an expiry, fifty at 5 s: a query each
    let played = play("fx1");
    compare(&played, &json!({"reads": {"total": 100, "failed": 0}}));
    for (strategy, apps, reads, at_once) in [
        ("cache-aside", 2, 100, 50),
        // a lock is one server's
        ("single-flight", 1, 2, 1),
        ("single-flight", 2, 4, 2),
        ("single-flight", 4, 8, 4),
        // a lease, and a lock in the cache, are everybody's
        ("leases", 4, 2, 1),
        ("read-through", 4, 2, 1),
    ] {
        let scenario = with(
            under("fx1", builtin(strategy)),
            json!({
                "topology": {"apps": {"count": apps}},
            }),
        );
        check(
            scenario,
            json!({"database": {"reads": reads, "max_concurrent_loads_of_one_key": at_once}}),
        );
    }
}

/// A strategy whose entries live 0.2 s, as in `fx2`.
fn short(strategy: &str) -> Value {
    under("fx2", json!({"strategy": strategy, "parameters": {"TTL": 0.2}}))
}

#[test]
fn fx2_a_lease_closes_both_races_an_expiry_included() {
    let leases = play("fx2");
    compare(&leases, &json!({"reads": {"total": 3}}));
    assert_eq!(moments(&leases, "its lease is not valid any more"), [360_750]);
    // the slow reader's set at 360.75 ms is read at 0.5 s; the crossing writers' last
    // set, at 2.035 s, at 2.15 s
    for (strategy, stale_reads) in [
        // delete: closes the second race only
        ("cache-aside", vec![501_000]),
        // set: closes neither
        ("cache-aside-update", vec![501_000, 2_151_000]),
        // a version: the first only until the newer entry has expired, at 310.7 ms
        ("versioned-set", vec![501_000]),
    ] {
        let run = run(&short(strategy));
        assert_eq!(violations(&run, "stale read"), stale_reads, "{strategy}");
    }
}

#[test]
fn fx3_a_delayed_second_delete_narrows_the_race_and_does_not_close_it() {
    let twice = play("fx3");
    compare(&twice, &json!({"reads": {"total": 6}}));
    // user:1 is old from 111.0 to 211.2 ms; user:2 from 1.260,850 s to the end
    assert_eq!(violations(&twice, "stale read"), [151_000, 2_001_000, 4_001_000]);
    assert_eq!(moments(&twice, "the cache deleted user:1"), [211_200]);
    let narrow = |actions: &[Value]| with(document("fx3"), json!({"actions": actions}));
    let actions = document("fx3")["actions"].as_array().expect("actions")[..4].to_vec();
    check(
        narrow(&actions),
        json!({"reads": {"stale": 1}, "staleness_us": {"max": 100_200}, "divergence": []}),
    );
    // one delete alone leaves both until the TTL; a lease closes both
    let aside = run(&under("fx3", builtin("cache-aside")));
    assert_eq!(violations(&aside, "stale read"), [151_000, 501_000, 2_001_000, 4_001_000]);
    check(under("fx3", builtin("leases")), json!({"reads": {"stale": 0}, "divergence": []}));
}

#[test]
fn fx4_early_expiration_by_lot_has_fewer_stampedes_and_no_lock() {
    // 200 readers a second and a load of 101 ms: about twenty miss at each of the five
    // or six expiries of a minute
    let strategy = json!({"strategy": "cache-aside", "parameters": {"TTL": 10}});
    let aside = run(&under("fx4", strategy)).report();
    assert!(aside.database.max_concurrent_loads_of_one_key >= 15);
    assert!(aside.database.reads >= 75);
    // with LOAD · -ln(random) at that rate two or three come early before each, and
    // the chance that nobody does is below 1 in a thousand
    let early = play("fx4").report();
    assert!(early.database.max_concurrent_loads_of_one_key <= 10);
    assert!(early.database.reads <= 30);
    assert!(early.database.reads >= 5, "one for each expiry at least");
}

#[test]
fn fx5_the_change_stream_reaches_writes_from_outside_after_a_delay() {
    // written at 1.2 s; the worker's look at 1.5 s is half a millisecond to the stream
    // and back, and a hop to the cache for the delete
    let followed = play("fx5");
    compare(&followed, &json!({"reads": {"total": 4}}));
    assert_eq!(violations(&followed, "stale read"), [1_301_000]);
    // nobody tells cache-aside, and its TTL is a minute
    let aside = check(
        under("fx5", builtin("cache-aside")),
        json!({
            "reads": {"stale": 3},
            "divergence": [{"key": "user:1", "state": "stale", "until_us": 60_111_000}],
        }),
    );
    assert_eq!(violations(&aside, "stale read"), [1_301_000, 2_001_000, 5_001_000]);
}

#[test]
fn fx6_a_lagging_replica_brings_the_old_value_back_after_an_invalidation() {
    // the miss of 0.55 s reads the replica, which gets the commit of 0.510 s at 0.610 s;
    // set at 0.561 s, the old value lives 5 s
    let lagging = play("fx6");
    compare(&lagging, &json!({"reads": {"total": 5}}));
    assert_eq!(violations(&lagging, "stale read"), [561_500, 1_001_000, 5_001_000]);
    // the same from the primary, or from a replica that is quicker than the next read
    check(under("fx6", builtin("cache-aside")), json!({"reads": {"stale": 0}}));
    let quick = json!({"topology": {"replica": {"lag": {"kind": "constant", "us": 20_000}}}});
    check(with(document("fx6"), quick), json!({"reads": {"stale": 0}}));
}

#[test]
fn fx7_a_version_protects_only_while_the_cache_remembers_it() {
    let versions = play("fx7");
    compare(&versions, &json!({"reads": {"total": 7}}));
    // refused for user:1; forgotten and taken for user:2 and user:3, for 5 s
    assert_eq!(moments(&versions, "it has seen a newer version"), [111_000]);
    assert_eq!(violations(&versions, "stale read"), [1_501_000, 2_501_000]);
    assert_eq!(versions.report().staleness_us.max, 5_000_000);
    // remembered, it closes all three
    let remembered = without(without(document("fx7"), "expire"), "evict");
    let closed = check(remembered, json!({"reads": {"stale": 0}, "staleness_us": {"max": 0}}));
    assert_eq!(moments(&closed, "it has seen a newer version").len(), 3);
    // a lease does not depend on the entry; a bare delete closes none
    check(under("fx7", builtin("leases")), json!({"reads": {"stale": 0}}));
    let aside = json!({"strategy": "cache-aside", "parameters": {"TTL": 5}});
    check(under("fx7", aside), json!({"reads": {"stale": 3}}));
}
