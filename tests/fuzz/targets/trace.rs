//! Requests from a file: a CSV, or records of 24 bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stalemate::simulate::trace::requests_in;

fuzz_target!(|bytes: &[u8]| {
    for name in ["requests.csv", "requests.oracleGeneral"] {
        let Ok(requests) = requests_in(name, bytes.into()) else { return };
        let mut last_us = 0;
        // a line that is wrong ends the reading
        for request in requests.map_while(Result::ok).take(10_000) {
            assert!(request.at_us >= last_us, "a request before the one before it");
            last_us = request.at_us;
        }
    }
});
