//! Links: what is put into one comes out again, from old links too; they are
//! short; and a session that was shared comes to the same when it is played.

mod fixtures;
mod live;
mod size;

use crate::any::any_scenario;
use crate::any_document::any_document;
use proptest::prelude::*;
use stalemate::link::{self, LinkError, Opened};
use stalemate::scenario::{Scenario, StrategyUse, preset};

#[test]
fn every_preset_comes_back_as_it_was() {
    for preset in preset::all() {
        let link = link::encode(&preset.scenario(), None).unwrap();
        let scenario = linked(preset.scenario(), preset);
        let opened = link::decode(link.text()).unwrap();
        assert_eq!(opened.preset.as_deref(), Some(preset.id));
        assert_eq!(opened.scenario, scenario);
        let whole = link::encode_whole(&scenario, None).unwrap();
        let opened = link::decode(whole.text()).unwrap();
        assert_eq!((opened.preset, &opened.scenario), (None, &scenario));
    }
}

/// What a link to a scenario that was made of a preset holds: it leaves out what is
/// expected of the preset as published.
fn linked(scenario: Scenario, preset: preset::Preset) -> Scenario {
    match scenario.expect == preset.scenario().expect {
        true => Scenario { expect: Vec::new(), ..scenario },
        false => scenario,
    }
}

/// What is expected of a preset tells no versions of it apart, and makes its link no
/// longer; what somebody else expects of it is in the link.
#[test]
fn a_link_to_a_preset_leaves_out_what_the_preset_expects() {
    let preset = preset::find("ca6").unwrap();
    let published = preset.scenario();
    assert!(!published.expect.is_empty());
    let link = link::encode(&published, None).unwrap();
    let bare = linked(published.clone(), preset);
    assert_eq!(link, link::encode(&bare, None).unwrap());
    assert_eq!(held(link.text()), bare);
    let mut other = published;
    other.expect.truncate(1);
    let link = link::encode(&other, None).unwrap();
    assert_eq!(held(link.text()), other);
}

/// A scenario with a strategy of one's own.
fn own(source: &str) -> Scenario {
    let source = StrategyUse { source: Some(source.to_owned()), ..StrategyUse::default() };
    Scenario { title: "Mine".to_owned(), strategies: vec![source], ..Scenario::default() }
}

/// What a link holds, whether it can run or not.
#[track_caller]
fn held(link: &str) -> Scenario {
    match link::decode(link) {
        Ok(Opened { scenario, .. }) => scenario,
        Err(LinkError::Invalid { scenario, .. }) => *scenario,
        Err(error) => panic!("{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_document_comes_back_as_it_was(scenario in any_document()) {
        let link = link::encode(&scenario, None).unwrap();
        prop_assert_eq!(held(link.text()), scenario);
    }

    #[test]
    fn any_scenario_opens_as_it_was(json in any_scenario()) {
        let scenario = Scenario::parse(&json.to_string()).unwrap();
        let link = link::encode(&scenario, None).unwrap();
        prop_assert_eq!(link::decode(link.text()).map(|opened| opened.scenario), Ok(scenario));
    }

    /// Whatever was changed in a preset, it comes back.
    #[test]
    fn any_change_of_a_preset_comes_back(
        preset in prop::sample::select(preset::all().collect::<Vec<_>>()),
        other in any_document(),
        which in any::<u16>(),
    ) {
        let mut scenario = preset.scenario();
        let is = |bit: u16| which >> bit & 1 == 1;
        if is(0) { scenario.seed = other.seed; }
        if is(1) { scenario.title = other.title; }
        if is(2) { scenario.topology = other.topology; }
        if is(3) { scenario.strategies = other.strategies; }
        if is(4) { scenario.rows = other.rows; }
        if is(5) { scenario.workloads = other.workloads; }
        if is(6) { scenario.actions = other.actions; } else { scenario.actions.extend(other.actions); }
        if is(7) { scenario.view = other.view; }
        if is(8) { scenario.expect = other.expect; }
        if is(9) { scenario.actions.truncate(usize::from(which >> 10)); }
        let link = link::encode(&scenario, None).unwrap();
        prop_assert_eq!(held(link.text()), linked(scenario, preset));
    }
}
