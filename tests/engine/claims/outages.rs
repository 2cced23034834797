//! What outlives its cause.

use serde_json::json;

use super::play::{document, logged, play};
use crate::support::{check, compare};

#[test]
fn a_cold_cache_does_not_warm_up_until_the_load_is_shed() {
    // OUT1: 50 loads a second, of which those that are done within 500,000 set what they found
    let run = play("out1");
    let outages = run.report().outages;
    let [outage] = &outages[..] else { panic!("{outages:?}") };
    assert!(outage.outlived_cause);
    assert_eq!(run.report().cache.entries, 20, "the load that comes back finds room to load");
    // the load is not shed
    let mut goes_on = document("out1");
    goes_on["workloads"][0]["stop_us"] = json!(13_000_000);
    goes_on["workloads"].as_array_mut().expect("workloads").pop();
    let run = check(goes_on, json!({}));
    let until_us = run.report().outages[0].until_us;
    assert!(until_us > 13_000_000 - 100_000, "{until_us}");
    // where nobody gives up, every load ends in a set
    let mut patient = document("out1");
    patient["topology"]["network"]["database_timeout_us"] = json!(60_000_000);
    patient["topology"]["clients"]["timeout_us"] = json!(60_000_000);
    check(patient, json!({"reads": {"failed": 0}, "cache": {"entries": 20}}));
}

#[test]
fn coalesced_loads_are_never_more_than_there_are_keys() {
    // OUT2: 20 loads of 20,000
    let run = play("out2");
    let loads = json!({"reads": 20, "max_concurrent_loads_of_one_key": 1});
    compare(&run, &json!({"database": loads, "reads": {"failed": 0}, "outages": []}));
}

#[test]
fn a_circuit_breaker_ends_the_outage_under_the_same_load() {
    let run = play("circuit-breaker");
    let outages = run.report().outages;
    let [outage] = &outages[..] else { panic!("{outages:?}") };
    assert!(outage.until_us < 4_000_000, "{outage:?}");
    assert_eq!(run.report().cache.entries, 20);
    assert!(logged(&run, "(CircuitOpen: the circuit is open)") > 0, "its clients are told why");
    // a breaker that never opens is none
    let mut closed = document("circuit-breaker");
    closed["strategies"][0]["parameters"] = json!({"FAILURES": 1_000});
    let run = check(closed, json!({}));
    assert!(run.report().outages[0].until_us > 9_900_000, "{:?}", run.report().outages);
}

#[test]
fn load_has_to_fall_far_below_what_was_borne_before_a_cold_cache_is_warm() {
    // 400 a second until 4 s, 100 a second less each second: 50 loads a second are done
    let run = play("metastable-cold-cache");
    let [outage] = &run.report().outages[..] else { panic!("{:?}", run.report().outages) };
    assert!(outage.outlived_cause && (7_000_000..9_000_000).contains(&outage.until_us));
    let mended = play("metastable-cold-cache-fixed");
    compare(&mended, &json!({"reads": {"failed": 0}, "outages": [], "violations": []}));
    // where it jumps back to a load that the database bears alone, it recovers at once
    let mut steps = document("metastable-cold-cache");
    steps["workloads"][0]["arrivals"] = json!({"kind": "steps", "points": [
        {"at_us": 0, "per_second": 400.0}, {"at_us": 4_000_000, "per_second": 20.0},
    ]});
    let run = check(steps, json!({}));
    assert!(run.report().outages[0].until_us < 6_000_000, "{:?}", run.report().outages);
}
