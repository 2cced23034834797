//! Memory: a long run keeps within its budget, and forgets records alone.

use crate::support::{begin, run};
use serde_json::{Value, json};
use stalemate::scenario::Scenario;
use stalemate::simulate::Advance;
use stalemate::simulate::timeline::{BUDGET, LEAST_BUDGET, Timeline};

/// A load that never ends, of a few keys.
fn load() -> Value {
    json!({
        "workloads": [{
            "name": "load",
            "arrivals": {"kind": "poisson", "per_second": 2_000},
            "keys": {"prefix": "k", "count": 20},
        }],
        "rows": {"ranges": [{"prefix": "k", "count": 20, "value": 0}]},
    })
}

fn timeline(scenario: &Value) -> Timeline {
    let scenario = Scenario::parse(&scenario.to_string()).expect("a scenario");
    Timeline::new(&scenario).expect("it runs")
}

const SECOND_US: u64 = 1_000_000;

#[test]
fn a_long_run_keeps_within_its_budget_and_loses_no_total() {
    const BYTES: u64 = 8 << 20;
    let mut line = timeline(&load());
    line.set_budget(BYTES);
    for second in 1..=40 {
        assert_eq!(line.advance(second * SECOND_US, u32::MAX), Advance::Reached);
        let memory = line.memory();
        assert!(memory.bytes <= BYTES, "{memory:?} after {second} s");
        assert_eq!(memory.budget, BYTES);
    }
    let begins_us = line.memory().begins_us.expect("the first records are gone");
    assert!(begins_us > 20 * SECOND_US);
    let first = line.now().view().log_from(0, 1).remove(0);
    assert!(first.at_us >= begins_us, "the log begins where the records do");

    // all that is folded from them is that of a run that keeps everything
    let mut whole = begin(&load());
    whole.advance(40 * SECOND_US, u32::MAX);
    assert_eq!(line.now().history().checksum(), whole.history().checksum());
    assert_eq!(line.now().history().len(), whole.history().len());
    assert_eq!(format!("{:?}", line.now().report()), format!("{:?}", whole.report()));
    assert_eq!(line.now().view().scene(100, 100), whole.view().scene(100, 100));
}

#[test]
fn the_past_is_played_again_where_its_records_are_gone() {
    let mut line = timeline(&load());
    line.set_budget(4 << 20);
    line.advance(20 * SECOND_US, u32::MAX);
    for at_us in [3 * SECOND_US, 17 * SECOND_US, 0, 20 * SECOND_US] {
        line.turn_to(at_us);
        assert_eq!(line.advance(at_us, u32::MAX), Advance::Reached);
        assert!(line.memory().bytes <= 4 << 20, "{:?}", line.memory());
        let mut played = begin(&load());
        played.advance(at_us, u32::MAX);
        assert_eq!(line.now().history().checksum(), played.history().checksum());
        assert_eq!(line.now().view().problems(), played.view().problems());
        assert_eq!(line.now().view().stores(100), played.view().stores(100));
    }
    assert!(!line.is_past());
}

#[test]
fn a_budget_can_be_raised_and_has_a_least() {
    let mut line = timeline(&load());
    assert_eq!(line.memory().budget, BUDGET);
    line.set_budget(0);
    assert_eq!(line.memory().budget, LEAST_BUDGET);
    line.advance(4 * SECOND_US, u32::MAX);
    let begins_us = line.memory().begins_us.expect("the first records are gone");
    line.set_budget(BUDGET);
    line.advance(8 * SECOND_US, u32::MAX);
    let now_begins_us = line.memory().begins_us.expect("those stay gone");
    assert!(now_begins_us <= begins_us, "nothing more was forgotten");
}

#[test]
fn what_a_scenario_keeps_is_never_more() {
    let mut scenario = load();
    scenario["history"] = json!({"keep": 100});
    let mut line = timeline(&scenario);
    line.advance(SECOND_US, u32::MAX);
    let history = line.now().history();
    assert_eq!(history.len() - history.oldest(), 100);
}

#[test]
fn a_write_that_is_under_way_takes_memory_of_its_own() {
    let bytes = |writes: u64| {
        let mut actions = vec![json!({"at_us": 0, "do": "stop-database"})];
        actions.extend(
            (0..writes)
                .map(|nth| json!({"at_us": 1_000 + nth, "do": "write", "key": "k", "value": 1})),
        );
        let scenario = json!({
            "strategies": [{"strategy": "write-behind-durable"}],
            "rows": {"each": {"k": 0}},
            "duration_us": 100_000,
            "actions": actions,
        });
        run(&scenario).history().ledger().bytes()
    };
    // of a key itself no more is remembered after so many
    assert!((400_000..2_000_000).contains(&(bytes(2_000) - bytes(1_000))), "{}", bytes(2_000));
}
