//! A scenario as a document: what a page, a link or a file gives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stalemate::scenario::Scenario;
use stalemate_fuzz::{play, text};

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    match Scenario::parse(text) {
        Ok(scenario) => play(&scenario),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
