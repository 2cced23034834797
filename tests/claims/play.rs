//! Playing a preset as it is, and with one thing changed.

use serde_json::Value;
use stalemate::scenario::preset;

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

/// Plays the preset of a claim to its end, and compares.
#[track_caller]
pub fn play(id: &str, expect: Value) -> stalemate::simulate::Simulation {
    crate::support::check(document(id), expect)
}
