//! The cases in `tests/cases`: scenarios whose outcome was worked out by hand.
//!
//! Each file expects what it comes to; `stalemate run FILE` says so, too. With the
//! default latencies each hop takes 250 µs and a statement 9,500 µs, so of a
//! request that begins at 0 a miss looks up at 500, reads the row from 1,000 (the
//! snapshot) to 10,500, sets at 11,000 and is answered at 11,500; a hit is answered
//! at 1,000; a write under cache-aside commits at 10,000, deletes at 10,500 and is
//! acknowledged at 11,000.

use std::fs;
use std::path::{Path, PathBuf};

use stalemate::lesson::judge;
use stalemate::scenario::Scenario;
use stalemate::simulate::{Advance, Simulation};

use crate::sound::sound;
use crate::support::log;

/// The cases, by folder and name.
pub fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let inside = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut paths: Vec<_> = entries.map(|each| each.expect("an entry").path()).collect();
        paths.sort();
        paths
    };
    inside(&root).iter().flat_map(|folder| inside(folder)).collect()
}

/// Plays a case to its end; what it comes to otherwise than expected.
fn play(case: &Path) -> (Simulation, Vec<String>) {
    let text = fs::read_to_string(case).expect("a file");
    let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{case:?}: {error}"));
    assert!(!scenario.expect.is_empty(), "{case:?} expects nothing");
    let mut run =
        Simulation::new(&scenario).unwrap_or_else(|problems| panic!("{case:?}: {problems:?}"));
    assert_eq!(run.advance(scenario.duration_us, u32::MAX), Advance::Reached, "{case:?}");
    let findings = judge(&run).unwrap_or_else(|problems| panic!("{case:?}: {problems:?}"));
    let unmet = findings.into_iter().filter(|each| !each.holds);
    (run, unmet.map(|each| each.words).collect())
}

#[test]
fn each_comes_to_what_it_expects() {
    let (mut played, mut wrong) = (0, Vec::new());
    for case in &cases() {
        // shown where a check below fails
        println!("{}", case.display());
        let (run, unmet) = play(case);
        match unmet.is_empty() {
            true => sound(&run),
            false => {
                wrong.push(format!("{}:\n{}\n{}", case.display(), unmet.join("\n"), log(&run)));
            }
        }
        played += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(played > 100, "the cases were not found");
}
