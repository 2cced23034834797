//! What a scenario comes to over real servers is what it comes to simulated.

use stalemate::history::Report;
use stalemate::scenario::{Scenario, preset};

use super::{case, live, servers, simulated};

/// Over real servers it has the same history, to the last record, and they agree in every
/// answer and at the end.
fn has_the_same_history(scenario: &Scenario) {
    let Some(servers) = servers() else { return };
    let (run, outcome) = live(scenario, &servers);
    assert!(outcome.calls > 0, "{outcome:?}");
    assert_eq!(outcome.differences, [], "{outcome:?}");
    let expected = simulated(scenario).report();
    let report = run.report();
    let violations = |report: &Report| serde_json::to_value(&report.violations).expect("JSON");
    assert_eq!(violations(&report), violations(&expected));
    assert_eq!(report.checksum, expected.checksum);
}

#[test]
fn the_slow_reader_stores_the_old_value_in_a_real_redis() {
    let ca6 = preset::find("ca6").expect("it is built in");
    has_the_same_history(&ca6.scenario());
}

#[test]
fn real_servers_crash_and_come_back_as_the_models_do() {
    has_the_same_history(&case("crashes"));
}

#[test]
fn a_real_foreign_key_refuses_the_child_that_comes_first() {
    for id in ["wb5", "wb7"] {
        has_the_same_history(&preset::find(id).expect("it is built in").scenario());
    }
}

#[test]
fn a_real_failover_brings_back_what_was_deleted_and_frees_a_lock() {
    for id in ["no2", "no3"] {
        has_the_same_history(&preset::find(id).expect("it is built in").scenario());
    }
}

#[test]
fn a_real_redis_forgets_its_readers_with_their_connection() {
    has_the_same_history(&preset::find("ti4").expect("it is built in").scenario());
}

#[test]
fn calls_side_by_side_are_under_way_at_once() {
    let mk3 = preset::find("mk3").expect("it is built in");
    has_the_same_history(&mk3.scenario());
}
