//! The table of what a search says of each claim is what a search says.
//!
//! After a change that is meant: `UPDATE_CLAIMS=1 cargo test --release --test engine --
//! --ignored every_claim`, and read the difference.

use std::path::PathBuf;

use stalemate::explore::{ClaimAnswer, MOST_CLAIM_STATES, Question, Search};
use stalemate::scenario::preset::{self, Preset};

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/explore/claims.tsv")
}

/// A claim's row; `None` where a search refuses its scenario.
fn row(preset: &Preset) -> Option<String> {
    let question = Question { most_states: MOST_CLAIM_STATES, ..Question::default() };
    let mut search = Search::new(&preset.scenario(), question).ok()?;
    while !search.advance(10_000) {}
    let answer = search.answer().expect("something is asked");
    Some(ClaimAnswer::row(preset.id, &answer, MOST_CLAIM_STATES))
}

fn claims() -> impl Iterator<Item = Preset> {
    preset::GROUPS.iter().filter(|group| group.claims).flat_map(|group| group.presets).copied()
}

/// The small ones, which are most.
#[test]
fn small_claims_have_the_verdict_that_is_kept() {
    let kept = std::fs::read_to_string(file()).expect("the table");
    let small = ClaimAnswer::all().filter(|kept| kept.states <= 400);
    let small: Vec<ClaimAnswer> = small.collect();
    assert!(small.len() >= 10, "{}", small.len());
    for claim in small {
        let preset = preset::find(claim.preset).expect("a claim is a preset");
        let row = row(&preset).expect("it can be searched");
        assert!(kept.lines().any(|line| line == row), "{row}");
    }
}

#[test]
#[ignore = "minutes: `make orders`"]
fn every_claim_has_the_verdict_that_is_kept() {
    let rows: String = claims().filter_map(|preset| Some(row(&preset)? + "\n")).collect();
    if std::env::var_os("UPDATE_CLAIMS").is_some() {
        std::fs::write(file(), &rows).expect("the table can be written");
    }
    let kept = std::fs::read_to_string(file()).expect("the table");
    for (row, kept) in rows.lines().zip(kept.lines()) {
        assert_eq!(row, kept);
    }
    assert_eq!(rows.lines().count(), kept.lines().count());
}
