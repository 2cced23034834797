//! What a report can have: the report of a run in which something of
//! everything happens.

use serde_json::Value as Json;

use super::Failure;
use super::complaint::Complaint;
use crate::scenario::Scenario;
use crate::simulate::Simulation;

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

/// A report with something in each of its lists.
pub(super) fn report() -> Result<Json, Failure> {
    let wrong = |why: String| Failure::from(Complaint::new("the example of a report", why));
    let scenario = Scenario::parse(SCENARIO).map_err(|why| wrong(why.to_string()))?;
    let mut run = Simulation::new(&scenario).map_err(|why| wrong(format!("{why:?}")))?;
    run.advance(300_000, 10_000);
    serde_json::to_value(run.report()).map_err(|why| wrong(why.to_string()))
}
