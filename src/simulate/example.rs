//! A run that fills every part of a report: an example of what paths can name.

use super::Simulation;
use crate::scenario::Scenario;

/// A stale read, which leaves the stores apart, and a strategy that breaks.
/// Values are numbers, so that an expectation may compare them as such.
const SCENARIO: &str = r#"{
    "strategies": [
        {"strategy": "cache-aside"},
        {"prefix": "broken", "source": "def read(key):\n    return 1 / 0\n\ndef write(key, value):\n    pass\n"}
    ],
    "rows": {"each": {"k": 1}},
    "actions": [
        {"at_us": 0, "do": "read", "key": "k"},
        {"at_us": 0, "do": "read", "key": "broken"},
        {"at_us": 100000, "do": "outside-write", "key": "k", "value": 2},
        {"at_us": 200000, "do": "read", "key": "k"}
    ]
}"#;

/// The run, at its end: its report has something in each of its lists.
pub fn example() -> Simulation {
    // A test runs it.
    let scenario = Scenario::parse(SCENARIO).expect("the example is a scenario");
    let mut run = Simulation::new(&scenario).expect("the example can run");
    run.advance(300_000, 10_000);
    run
}
