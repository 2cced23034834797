//! Every preset comes to the same history natively and in a browser, to the
//! last bit: both compare with one file of checksums.
//!
//! After a change that is meant, run
//! `UPDATE_CHECKSUMS=1 cargo test --test determinism`, and say in the commit
//! what changed.

use stalemate::scenario::preset;
use stalemate::simulate::{Advance, Simulation};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// A line for each preset: its id, how many events, the history's checksum.
const EXPECTED: &str = include_str!("determinism.txt");

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
    let mut simulation = Simulation::new(&scenario).unwrap();
    assert_eq!(simulation.advance(scenario.duration_us, u32::MAX), Advance::Reached);
    format!("{} {} {}\n", preset.id, simulation.events(), simulation.report().checksum)
}
