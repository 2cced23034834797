//! An example run that fills every part of a report, to show which paths exist.

use super::Simulation;
use crate::scenario::Scenario;

/// A stale read, after which the stores differ, and a strategy that makes a mistake. Values are
/// numbers, so that expectations may compare them as such.
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

/// The example run, at its end: its report has something in each list.
pub fn example() -> Simulation {
    // A test runs it.
    let scenario = Scenario::parse(SCENARIO).expect("the example is a scenario");
    let mut run = Simulation::new(&scenario).expect("the example can run");
    run.advance(300_000, 10_000);
    run
}
