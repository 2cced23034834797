//! The short texts that a person or a page gives: an address's query, a candidate, an axis, a
//! line of a sweep, a learner's progress.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stalemate::compare::sweep::{Axis, Sweep, merge};
use stalemate::embed::Options;
use stalemate::lesson::Progress;
use stalemate::scenario::{Candidate, preset};
use stalemate_fuzz::text;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let (options, _) = Options::parse(text);
    let (again, problems) = Options::parse(&options.query());
    assert!(problems.is_empty() && again == options, "{} is read otherwise", options.query());
    if let Ok(candidate) = Candidate::parse(text) {
        assert!(!candidate.name().is_empty());
    }
    let Some(preset) = preset::find("cache-aside") else { return };
    let scenario = preset.scenario();
    if let Ok(axis) = Axis::parse(text, &scenario) {
        let _ = Sweep::new(scenario, vec![axis], 2).scenario(0);
    }
    let _ = merge([("one", text), ("two", text)]);
    if let Ok(progress) = Progress::parse(text) {
        assert_eq!(Progress::parse(&progress.to_json()).expect("it was one"), progress);
    }
});
