//! Every preset comes to the same history natively and in a browser, to the
//! last bit: both compare with one file of checksums.
//!
//! After a change that is meant, run
//! `UPDATE_CHECKSUMS=1 cargo test --test everywhere`, and say in the commit
//! what changed.

use std::rc::Rc;

use stalemate::lesson::{Course, any_answer, rehearse};
use stalemate::scenario::{Scenario, preset};
use stalemate::simulate::{Advance, Simulation};

/// A line for each preset: its id, how many events, the history's checksum; of a
/// lesson, that of its steps.
const EXPECTED: &str = include_str!("../determinism.txt");

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn each_preset_has_its_checksum() {
    let actual: String = preset::all().map(line).collect();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("UPDATE_CHECKSUMS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/determinism.txt");
        std::fs::write(file, actual).unwrap();
        return;
    }
    for (actual, expected) in actual.lines().zip(EXPECTED.lines()) {
        assert_eq!(actual, expected);
    }
    assert_eq!(actual.lines().count(), EXPECTED.lines().count());
}

fn line(preset: preset::Preset) -> String {
    let scenario = preset.scenario();
    if scenario.lesson.is_some() {
        return lesson_line(preset.id, &scenario);
    }
    let mut simulation = Simulation::new(&scenario).unwrap();
    assert_eq!(simulation.advance(scenario.duration_us, u32::MAX), Advance::Reached);
    format!("{} {} {}\n", preset.id, simulation.events(), simulation.report().checksum)
}

/// Of a lesson: its id, how many steps, and a checksum of all of them.
fn lesson_line(id: &str, scenario: &Scenario) -> String {
    let course = Rc::new(Course::new(scenario).unwrap());
    let steps = rehearse(&course, any_answer).unwrap().steps;
    let all = steps.iter().fold(0_u64, |all, step| all.rotate_left(7) ^ step.checksum);
    format!("{id} {} {all:016x}\n", steps.len())
}
