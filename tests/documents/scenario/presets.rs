//! Every preset is a good example: valid, complete, and written as it is read.

use std::collections::BTreeSet;

use serde_json::Value;
use stalemate::scenario::{FIRST, Scenario, first, preset, schema};

#[test]
fn each_is_valid_and_survives_a_round_trip() {
    for preset in preset::all() {
        let scenario =
            Scenario::parse(preset.json).unwrap_or_else(|error| panic!("{}: {error}", preset.id));
        assert_eq!(scenario.validate(), Ok(()), "{}", preset.id);
        let written = scenario.to_json();
        assert_eq!(Scenario::parse(&written).as_ref(), Ok(&scenario), "{}", preset.id);
    }
}

#[test]
fn each_follows_the_published_schema() {
    let schema = schema::published();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for preset in preset::all() {
        let json: Value = serde_json::from_str(preset.json).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", preset.id);
    }
}

#[test]
fn each_can_be_found_and_says_what_to_watch() {
    let mut ids = BTreeSet::new();
    for preset in preset::all() {
        assert_eq!(preset::find(preset.id), Some(preset));
        assert!(ids.insert(preset.id), "{} is here twice", preset.id);
        let scenario = preset.scenario();
        assert!(!scenario.title.is_empty(), "{} has no title", preset.id);
        assert!(scenario.notes.contains("\n\nWatch "), "{} does not say what to watch", preset.id);
        let view = &scenario.view;
        assert!(!view.keys.is_empty() && !view.clients.is_empty(), "{} has no controls", preset.id);
        let last = scenario.actions.iter().map(|action| action.at_us).max().unwrap_or(0);
        assert!(last < scenario.duration_us, "{} ends before its last action", preset.id);
        let in_order = scenario.actions.is_sorted_by_key(|action| action.at_us);
        assert!(in_order, "{}: the actions are not in order", preset.id);
    }
    assert_eq!(preset::find("no-such-preset"), None);
}

#[test]
fn each_is_named_as_its_document_says() {
    let names = preset::NAMES.iter().map(|(group, names)| {
        (*group, names.iter().map(|it| (it.id, it.title.to_owned())).collect::<Vec<_>>())
    });
    let documents = preset::GROUPS.iter().map(|group| {
        let names = group.presets.iter().map(|it| (it.id, it.scenario().title));
        (group.title, names.collect::<Vec<_>>())
    });
    assert!(names.eq(documents));
}

#[test]
fn the_first_is_what_its_document_says() {
    let document = preset::find(FIRST).expect("a preset").scenario();
    assert_eq!(first(), document);
    assert_eq!(first().to_json(), document.to_json());
}
