//! A message from the page around an embed, and a trace of another model checker.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stalemate::embed::inbound;
use stalemate::explore::{Question, Search};
use stalemate::scenario::preset;
use stalemate_fuzz::text;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let Ok(json) = serde_json::from_str::<serde_json::Value>(text) else { return };
    if let Some(Err(error)) = inbound(&json) {
        assert!(!error.to_string().is_empty());
    }
    let scenario = preset::find("ca6").expect("a preset").scenario();
    if let Ok(search) = Search::new(&scenario, Question::default()) {
        let _ = search.follow(&json);
    }
});
