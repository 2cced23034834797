//! The marks of a lesson's text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stalemate::markdown::{fill, parse, placeholders};
use stalemate_fuzz::text;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    match parse(text) {
        Ok(blocks) => {
            let _ = placeholders(&blocks);
            let _ = fill(&blocks, &mut |name| format!("[{name}]"));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
