//! A strategy, as it stands in the editor: compiled, and run under a few requests.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;
use stalemate::scenario::Scenario;
use stalemate_fuzz::{play, text};

fuzz_target!(|bytes: &[u8]| {
    let Some(source) = text(bytes) else { return };
    let document = json!({
        "strategies": [{"source": source}],
        "rows": {"each": {"k": 1, "other": "text"}},
        "actions": [
            {"at_us": 0, "do": "read", "key": "k", "client": "one"},
            {"at_us": 0, "do": "write", "key": "k", "value": 2, "client": "two"},
            {"at_us": 400, "do": "increment", "key": "k", "by": 3, "client": "one"},
            {"at_us": 900, "do": "read", "key": "other", "client": "two"},
            {"at_us": 1_000, "do": "kill-cache"},
            {"at_us": 1_200, "do": "delete", "key": "k", "client": "one"},
            {"at_us": 1_300, "do": "restart-cache"},
        ],
    });
    if let Ok(scenario) = Scenario::parse(&document.to_string()) {
        play(&scenario);
    }
});
