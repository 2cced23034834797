//! A link: whatever stands in an address.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stalemate::link;
use stalemate_fuzz::text;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    match link::decode(text) {
        Ok(opened) => {
            let again = link::encode(&opened.scenario, None).expect("it was in a link");
            let read = link::decode(again.text()).expect("a link that was written opens");
            assert_eq!(read.scenario, opened.scenario);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
