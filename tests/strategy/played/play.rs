//! Playing a small scene: who does what when, and what came of it.

use serde_json::{Value, json};
use stalemate::history::Report;
use stalemate::scenario::Scenario;
use stalemate::simulate::{Advance, Simulation};

/// A scene that was played to its end.
pub struct Played {
    pub simulation: Simulation,
    pub report: Report,
}

/// Ten seconds of one strategy with one row, `a = 1`.
pub fn scene(strategy: &str, parameters: Value, actions: &[Value]) -> Played {
    play(json!({
        "duration_us": 10_000_000,
        "strategies": [{"strategy": strategy, "parameters": parameters}],
        "rows": {"each": {"a": 1}},
        "actions": actions,
    }))
}

/// Any scenario, to its end.
pub fn play(mut scenario: Value) -> Played {
    scenario["version"] = 1.into();
    let scenario = Scenario::parse(&scenario.to_string()).unwrap();
    let mut simulation = Simulation::new(&scenario).unwrap();
    assert_eq!(simulation.advance(scenario.duration_us, u32::MAX), Advance::Reached);
    let report = simulation.report();
    assert_eq!(report.errors, []);
    Played { simulation, report }
}

pub fn at(at_us: u64, what: Value) -> Value {
    let mut action = what;
    action["at_us"] = at_us.into();
    action
}

pub fn plain(at_us: u64, what: &str) -> Value {
    at(at_us, json!({"do": what}))
}

pub fn read(at_us: u64, key: &str) -> Value {
    at(at_us, json!({"do": "read", "key": key}))
}

pub fn write(at_us: u64, key: &str, value: i64) -> Value {
    at(at_us, json!({"do": "write", "key": key, "value": value}))
}

pub fn delete(at_us: u64, key: &str) -> Value {
    at(at_us, json!({"do": "delete", "key": key}))
}

pub fn increment(at_us: u64, key: &str, by: i64) -> Value {
    at(at_us, json!({"do": "increment", "key": key, "by": by}))
}

pub fn outside(at_us: u64, key: &str, value: i64) -> Value {
    at(at_us, json!({"do": "outside-write", "key": key, "value": value}))
}

pub fn fail_next(at_us: u64, store: &str, call: &str) -> Value {
    at(at_us, json!({"do": "fail-next", "store": store, "call": call}))
}

/// One burst.
pub fn times(mut action: Value, times: u32) -> Value {
    action["times"] = times.into();
    action
}

impl Played {
    /// The last twelve answers, in the order of their coming: "R1 1 11500 fresh".
    pub fn answers(&self) -> Vec<String> {
        let mut results = self.simulation.view().results();
        results.reverse();
        results
            .iter()
            .map(|each| {
                let took_us = each.ended_us - each.started_us;
                let value = if each.value.is_empty() { "-" } else { &each.value };
                // what became of a write at last, the report says
                let verdict = match each.verdict.split_once(", ") {
                    Some((told, _)) if each.label.starts_with(['W', 'D', 'I']) => told,
                    _ => &each.verdict,
                };
                format!("{} {value} {took_us} {verdict}", each.label)
            })
            .collect()
    }

    /// What the cache and the database hold of a key, as the page shows it.
    pub fn stores(&self, key: &str) -> (Option<String>, Option<String>) {
        let rows = self.simulation.view().stores(usize::MAX).rows;
        let row = rows.into_iter().find(|row| &*row.key == key);
        row.map_or((None, None), |row| {
            (
                row.cache.map(|entry| entry.value.to_string()),
                row.database.map(|row| row.value.to_string()),
            )
        })
    }

    /// Both hold this.
    pub fn both(&self, key: &str, value: &str) -> bool {
        self.stores(key) == (Some(value.to_owned()), Some(value.to_owned()))
    }

    /// How many lines of the log contain this.
    pub fn logged(&self, text: &str) -> usize {
        let log = self.simulation.view().log_from(0, usize::MAX);
        log.iter().filter(|line| line.text.contains(text)).count()
    }
}
