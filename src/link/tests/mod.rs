//! Tests of links that do not open, each with its own error.

mod hostile;

use super::token::Writer;
use super::*;
use crate::scenario::preset;
use crate::scenario::{Action, Literal, What};

/// A link with this content.
fn sealed(codec: Codec, content: &[u8]) -> String {
    let content = match codec.is_packed() {
        true => pack::pack(content),
        false => content.to_vec(),
    };
    envelope::seal(codec, &[&[0], content.as_slice()].concat()).expect("it is short")
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

/// A link to a document, as a file could hold it.
fn link_to(document: &str) -> String {
    sealed(Codec::Scenario, &tokens(&json(document)))
}

/// A link to a preset of this id and digest, with these differences.
fn link_from(id: &str, digest: &[u8], changed: &str) -> String {
    let changed = json(changed);
    let mut writer = Writer::default();
    writer.text(id);
    writer.bytes(digest);
    if !changed.is_null() {
        writer.value(&changed);
    }
    sealed(Codec::Preset, &writer.finish())
}

/// A preset as links refer to it: without expectations.
fn published(id: &str) -> Scenario {
    let preset = preset::find(id).expect("a preset").scenario();
    assert!(!preset.expect.is_empty(), "{id} has nothing that links leave out");
    Scenario { expect: Vec::new(), ..preset }
}

/// The digest of a preset at present.
fn digest(id: &str) -> Vec<u8> {
    let preset = base::document(&published(id));
    envelope::digest(&tokens(&preset.expect("JSON"))).to_vec()
}

#[track_caller]
fn refused(link: &str, expected: LinkError) {
    let error = decode(link).expect_err("it does not open");
    assert_eq!(error, expected, "{link}");
    let words = error.to_string();
    assert!(words.starts_with("This link") || words.starts_with("The end of this link"));
}

fn example() -> String {
    let mut scenario = preset::find("ca6").expect("a preset").scenario();
    scenario.actions.push(Action { at_us: 7_000_000, what: What::KillCache { cache: None } });
    encode(&scenario, Some(Outcome::read(2, 0xc0ff_ee00))).expect("it is short").text
}

#[test]
fn what_is_no_link_says_so() {
    for text in ["", " ", "#", "hello", "v", "v1x", "vv1.s.", "v0.s.AAAA", "v-1.s.", "ca6", "#top"]
    {
        let error = decode(text).expect_err("it does not open");
        assert_eq!(error, LinkError::NotALink, "{text:?}");
        assert!(!is_meant(text), "{text:?}");
    }
    let error = decode("https://example.org/stalemate/?preset=ca6").expect_err("no fragment");
    assert_eq!(error, LinkError::NotALink);
    assert!(error.to_string().starts_with("This is not a Stalemate link"));
}

#[test]
fn an_address_a_fragment_and_its_text_open_alike() {
    let link = example();
    let opened = decode(&link);
    assert!(opened.is_ok());
    for whole in [format!("#{link}"), format!(" https://example.org/a?b=c#{link}\n")] {
        assert!(is_meant(&whole));
        assert_eq!(decode(&whole), opened);
    }
}

#[test]
fn a_newer_link_says_so() {
    refused("v2.s.AAAA", LinkError::Newer { version: 2 });
    refused("#v17.anything at all", LinkError::Newer { version: 17 });
    refused("v3", LinkError::Newer { version: 3 });
}

#[test]
fn a_codec_that_is_not_known_says_so() {
    refused("v1.x.AAAA", LinkError::UnknownCodec { codec: 'x' });
    refused("v1.S.AAAA", LinkError::UnknownCodec { codec: 'S' });
    refused("v1.ss.AAAA", LinkError::UnknownCodec { codec: 's' });
    refused("v1.é.AAAA", LinkError::UnknownCodec { codec: 'é' });
}

#[test]
fn a_link_that_lost_its_end_says_so_wherever_it_was_cut() {
    let link = example();
    for has in 2..link.len() {
        let error = decode(&link[..has]).expect_err("its end is missing");
        let LinkError::Truncated { has: said, of } = error else { panic!("{has}: {error}") };
        assert_eq!(said, has);
        // from the fourth character of the last part on, it says how much is missing
        assert_eq!(of, (has >= 9).then_some(link.len()));
    }
}

#[test]
fn a_link_in_which_one_character_was_changed_says_so() {
    let link = example();
    let sealed = link.rfind('.').expect("two dots") + 1;
    for at in sealed..link.len() {
        for other in ["A", "B", "z", "-", "_"].into_iter().filter(|it| **it != link[at..=at]) {
            let changed = format!("{}{other}{}", &link[..at], &link[at + 1..]);
            refused(&changed, LinkError::Damaged { at: None });
        }
        let changed = format!("{}+{}", &link[..at], &link[at + 1..]);
        refused(&changed, LinkError::Damaged { at: Some(at + 1) });
    }
    refused(&format!("{link}A"), LinkError::Damaged { at: None });
    refused(&format!("{link}."), LinkError::Damaged { at: Some(link.len() + 1) });
    // another codec that there is
    refused(&link.replace("v1.p", "v1.q"), LinkError::Damaged { at: None });
    // two that have changed places
    let (start, end) = link.split_at(sealed + 12);
    let swapped = format!("{start}{}{}{}", &end[1..2], &end[..1], &end[2..]);
    refused(&swapped, LinkError::Damaged { at: None });
}

#[test]
fn a_link_that_is_too_long_is_not_read() {
    let link = format!("v1.s.{}", "A".repeat(LONGEST_LINK));
    refused(&link, LinkError::TooLong { most: LONGEST_LINK });
    let scenario = |rows: u64| {
        let mut scenario = Scenario::default();
        // numbers that nothing can compress
        let keys = (0..rows).map(|at| crate::identity::derive(at, at).to_string());
        scenario.rows.each = keys.map(|key| (key, Literal::Int(1))).collect();
        scenario
    };
    let error = encode(&scenario(36_000), None).expect_err("it does not fit");
    assert!(matches!(error, LinkError::TooLong { .. }), "{error}");
    let scenario = scenario(20_000);
    let link = encode(&scenario, None).expect("it fits");
    assert!(link.text.len() > 200_000);
    assert!(decode(&link.text).is_ok_and(|opened| opened.scenario == scenario));
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let zeros = vec![0; LONGEST_DOCUMENT + 1];
    for codec in [Codec::PackedScenario, Codec::PackedPreset] {
        refused(&sealed(codec, &zeros), LinkError::TooLarge);
    }
    // one text, named a thousand times
    let text = "x".repeat(2_000);
    let bomb = format!("[{}]", vec![format!("\"{text}\""); 1_000].join(","));
    let link = link_to(&bomb);
    assert!(link.len() < 5_000);
    refused(&link, LinkError::TooLarge);
    let link = link_from("ca6", &digest("ca6"), &format!("{{\"notes\": {bomb}}}"));
    refused(&link, LinkError::TooLarge);
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    refused(&link_to(&deep), LinkError::TooDeep);
    refused(&link_from("ca6", &digest("ca6"), &deep), LinkError::TooDeep);
}

#[test]
fn what_is_whole_and_means_nothing_is_refused() {
    refused(&envelope::seal(Codec::Scenario, &[]).expect("short"), LinkError::Meaningless);
    refused(&envelope::seal(Codec::Scenario, &[7]).expect("short"), LinkError::Meaningless);
    refused(&envelope::seal(Codec::Scenario, &[1, 2]).expect("short"), LinkError::Meaningless);
    refused(&envelope::seal(Codec::PackedPreset, &[0, 9]).expect("short"), LinkError::Meaningless);
    refused(&sealed(Codec::Preset, &[]), LinkError::Meaningless);
    refused(&link_from("ca6", &digest("ca6"), "[9, {}]"), LinkError::Meaningless);
    refused(&link_from("ca6", &digest("ca6"), "true"), LinkError::Meaningless);
}

#[test]
fn what_is_no_scenario_says_which_field_is_wrong() {
    #[track_caller]
    fn check(link: &str, expected: &str) {
        match decode(link) {
            Err(LinkError::NoScenario(error)) => assert_eq!(error.to_string(), expected),
            other => panic!("{other:?}"),
        }
    }
    check(&link_to(r#"{"sede": 1}"#), "the scenario: has no field `sede`; did you mean `seed`?");
    check(&link_to("[]"), "the scenario: is a list; allowed: an object");
    check(
        &link_to(r#"{"version": 2}"#),
        "version: is 2, from a later Stalemate; this one reads up to 1",
    );
    check(
        &link_from("ca6", &digest("ca6"), r#"{"seed": ["x"]}"#),
        "seed: is the text \"x\"; allowed: 0..9007199254740992",
    );
}

#[test]
fn what_can_not_run_comes_with_its_problems() {
    let link = link_to(r#"{"topology": {"apps": {"count": 99}}, "view": {"keys": [""]}}"#);
    let Err(LinkError::Invalid { scenario, problems }) = decode(&link) else {
        panic!("it does not open");
    };
    assert_eq!(scenario.topology.apps.count, 99);
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["topology.apps.count", "view.keys[0]"]);
    let words = LinkError::Invalid { scenario, problems }.to_string();
    assert!(words.contains("\ntopology.apps.count: is 99; allowed: 1..16\n"), "{words}");
}

#[test]
fn a_preset_that_is_not_here_says_so() {
    let unknown = LinkError::PresetUnknown { id: "gone".to_owned() };
    refused(&link_from("gone", &[1, 2, 3], "null"), unknown);
}

#[test]
fn a_preset_that_has_changed_says_so_and_what_it_would_be_now() {
    let link = link_from("ca6", &[1, 2, 3], r#"{"seed": [5]}"#);
    let Err(LinkError::PresetChanged { id, now: Some(now) }) = decode(&link) else {
        panic!("it has changed");
    };
    assert_eq!((id.as_str(), *now), ("ca6", Scenario { seed: 5, ..published("ca6") }));
    // … unless what was changed in it is not there any more
    let link = link_from("ca6", &[1, 2, 3], r#"{"workloads": [3, {}]}"#);
    refused(&link, LinkError::PresetChanged { id, now: None });
}

#[test]
fn a_difference_can_name_a_preset_by_its_title_or_its_notes() {
    let preset = published("ca6");
    let check = |scenario: &Scenario, expected: Option<&str>| {
        let link = encode(scenario, None).expect("it is short");
        let opened = decode(link.text()).expect("it was encoded");
        assert_eq!((opened.preset.as_deref(), &opened.scenario), (expected, scenario));
    };
    check(&preset, Some("ca6"));
    check(&Scenario { title: "Mine".to_owned(), ..preset.clone() }, Some("ca6"));
    check(&Scenario { notes: "Watch it.".to_owned(), ..preset.clone() }, Some("ca6"));
    check(&Scenario { title: "Mine".to_owned(), notes: String::new(), ..preset }, None);
    check(&Scenario::default(), None);
}

#[test]
fn a_link_stands_on_any_address() {
    let link = encode(&Scenario::default(), None).expect("it is short");
    let text = link.text();
    assert_eq!(link.on("https://a.example/"), format!("https://a.example/#{text}"));
    assert_eq!(
        link.on("https://a.example/?embed=1#v1.s.old"),
        format!("https://a.example/?embed=1#{text}")
    );
    assert!(text.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it)));
}
