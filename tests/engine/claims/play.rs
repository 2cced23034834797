//! Playing a preset as it is, and with one thing changed.

use serde_json::Value;
use stalemate::lesson::judge;
use stalemate::scenario::preset;
use stalemate::simulate::Simulation;

/// The preset of a claim, as a document that a test may change.
#[track_caller]
pub fn document(id: &str) -> Value {
    let preset = preset::find(id).unwrap_or_else(|| panic!("there is no preset {id}"));
    serde_json::from_str(preset.json).expect("a preset is JSON")
}

/// The same scenario under another strategy, for all keys.
pub fn under(id: &str, strategy: Value) -> Value {
    crate::support::with(document(id), serde_json::json!({"strategies": [strategy]}))
}

/// The same scenario without the actions that do this.
pub fn without(mut document: Value, what: &str) -> Value {
    let actions = document["actions"].as_array_mut().expect("actions");
    let before = actions.len();
    actions.retain(|action| action["do"] != what);
    assert!(actions.len() < before, "there is no {what}");
    document
}

/// The instants of the lines of the log that contain this text.
pub fn moments(run: &Simulation, text: &str) -> Vec<u64> {
    let records = run.history().since(0);
    let lines = records.filter_map(|(_, record)| {
        let (_, line) = stalemate::history::line(record, run.names())?;
        line.contains(text).then_some(record.at_us)
    });
    lines.collect()
}

/// The instants of the violations of a kind, as the report names it.
pub fn violations(run: &Simulation, kind: &str) -> Vec<u64> {
    let violations = run.report().violations.into_iter();
    violations.filter(|each| each.kind.name() == kind).map(|each| each.at_us).collect()
}

/// Plays the preset of a claim to its end, which comes to what the preset expects.
#[track_caller]
pub fn play(id: &str) -> Simulation {
    let run = crate::support::run(&document(id));
    let findings = judge(&run).expect("paths that there are");
    let unmet: Vec<_> = findings.iter().filter(|each| !each.holds).collect();
    assert!(unmet.is_empty(), "{unmet:#?}");
    run
}

/// The same scenario, with further actions in their places in time.
pub fn also(mut document: Value, more: &[Value]) -> Value {
    let actions = document["actions"].as_array_mut().expect("actions");
    actions.extend_from_slice(more);
    actions.sort_by_key(|action| action["at_us"].as_u64());
    document
}

/// The last twelve answers that are values, in the order of their coming: "R1 bob".
pub fn answers(run: &Simulation) -> Vec<String> {
    let results = run.view().results();
    let reads = results.iter().rev().filter(|result| result.label.starts_with('R'));
    reads.map(|read| format!("{} {}", read.label, read.value)).collect()
}

/// How many lines of the log contain this.
pub fn logged(run: &Simulation, text: &str) -> usize {
    moments(run, text).len()
}
