//! Small scenarios, and what a run of one came to.

use serde_json::{Value, json};
use stalemate::scenario::Scenario;
use stalemate::simulate::{Advance, Simulation};

/// A run at its first instant.
#[track_caller]
pub fn begin(scenario: &Value) -> Simulation {
    let scenario = Scenario::parse(&scenario.to_string()).expect("a scenario");
    Simulation::new(&scenario).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// A run to its end.
#[track_caller]
pub fn run(scenario: &Value) -> Simulation {
    let mut run = begin(scenario);
    let end_us = run.scenario().duration_us;
    assert_eq!(run.advance(end_us, u32::MAX), Advance::Reached);
    run
}

/// Runs a scenario, and compares its report with the part that is expected.
#[track_caller]
pub fn check(scenario: Value, expect: Value) -> Simulation {
    let run = run(&scenario);
    compare(&run, &expect);
    run
}

#[track_caller]
pub fn compare(run: &Simulation, expect: &Value) {
    let report = serde_json::to_value(run.report()).expect("a report is JSON");
    let mut wrong = Vec::new();
    differ("", &report, expect, &mut wrong);
    assert!(wrong.is_empty(), "\n{}\nin {report:#}\n{}", wrong.join("\n"), log(run));
}

fn differ(path: &str, found: &Value, expect: &Value, wrong: &mut Vec<String>) {
    match (found, expect) {
        (Value::Object(found), Value::Object(expect)) => {
            for (name, expect) in expect {
                let found = found.get(name).unwrap_or(&Value::Null);
                differ(&format!("{path}.{name}"), found, expect, wrong);
            }
        }
        (Value::Array(found), Value::Array(expect)) if found.len() == expect.len() => {
            for (at, (found, expect)) in found.iter().zip(expect).enumerate() {
                differ(&format!("{path}[{at}]"), found, expect, wrong);
            }
        }
        _ if found == expect => {}
        _ => wrong.push(format!("{path}: expected {expect}, found {found}")),
    }
}

/// The log, for a failure's message.
pub fn log(run: &Simulation) -> String {
    let records = run.history().since(0);
    let lines = records.filter_map(|(_, record)| {
        let (_, text) = stalemate::history::line(record, run.names())?;
        Some(format!("{:>12} {text}\n", record.at_us))
    });
    lines.collect()
}

/// What the database holds of a key.
pub fn stored(run: &Simulation, key: &str) -> Option<i64> {
    let key = run.names().find(key)?;
    int(run.world().database().read(key)?.value.scalar)
}

fn int(scalar: stalemate::strategy::value::Scalar) -> Option<i64> {
    match scalar {
        stalemate::strategy::value::Scalar::Int(value) => Some(value),
        other => panic!("{other:?} is no whole number"),
    }
}

/// One strategy, one row `k` = 0, and actions.
pub fn scenario(strategy: Value, actions: Value) -> Value {
    json!({
        "version": 1,
        "strategies": [strategy],
        "rows": {"each": {"k": 0}},
        "actions": actions,
    })
}

/// A built-in strategy.
pub fn builtin(id: &str) -> Value {
    json!({"strategy": id})
}

/// A strategy of the test's own.
pub fn source(text: &str) -> Value {
    json!({"source": text})
}

/// A scenario with further fields.
pub fn with(mut scenario: Value, more: Value) -> Value {
    for (name, value) in more.as_object().expect("fields") {
        scenario[name] = value.clone();
    }
    scenario
}
