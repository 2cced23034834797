//! Tests of the handle without JavaScript.

use proptest::prelude::*;

use super::*;
use crate::event::{EventName, VerdictKind};
use crate::history::ViolationKind;
use crate::link::{self, Rerun};
use crate::time::LONGEST_US;

const KEY: &str = r#"{"rows": {"each": {"k": 1}}}"#;

fn run(scenario: &str) -> Run {
    Run::of_text(scenario).expect("a scenario")
}

#[track_caller]
fn refused<T>(result: Result<T, Error>, code: ErrorCode, said: &str) {
    let error = result.map(|_| ()).expect_err("it is wrong");
    assert_eq!((error.code, error.message.as_str()), (code, said));
}

#[test]
fn a_document_that_is_wrong_is_told_in_the_documents_words() {
    let check = |json: &str, said: &str| refused(Run::of_text(json), ErrorCode::Scenario, said);
    check(
        r#"{"sed": 1}"#,
        "the scenario: has no field `sed`; did you mean `seed`? (line 1, column 6)",
    );
    check(r#"{"topology": {"apps": {"count": 0}}}"#, "topology.apps.count: is 0; allowed: 1..16");
    check("5", "the scenario: is 5; allowed: an object (line 1, column 1)");
    check("[]", "the scenario: is a list; allowed: an object");
    let error = Run::of_text(r#"{"seed": -1, "duration_us": 0}"#).map(|_| ()).expect_err("wrong");
    assert_eq!(error.problems.len(), 1, "{error:?}");
    let both = r#"{"duration_us": 0, "topology": {"apps": {"count": 0}}}"#;
    let error = Run::of_text(both).map(|_| ()).expect_err("wrong");
    let paths: Vec<&str> = error.problems.iter().map(|each| each.path.as_str()).collect();
    assert_eq!(paths, ["duration_us", "topology.apps.count"]);
    assert_eq!(error.message.lines().count(), 2);
}

#[test]
fn an_action_that_is_wrong_is_told_in_the_documents_words() {
    let check = |json: &str, said: &str| refused(run(KEY).act(json), ErrorCode::Action, said);
    check("5", "the action: is 5; allowed: an object");
    check("null", "the action: is null; allowed: an object");
    check("{", "the action: is not JSON: EOF while parsing an object");
    check("[]", "the action: is a list; allowed: an object");
    check("{}", "the action: `do` is missing");
    check(r#"{"do": "raed", "key": "k"}"#, "do: is `raed`; did you mean `read`?");
    check(r#"{"do": "read"}"#, "the action: `read` needs `key`");
    check(r#"{"do": "read", "key": 7}"#, "key: is 7; allowed: a text of 1 to 200 characters");
    check(r#"{"do": "read", "key": ""}"#, "key: is empty; allowed: a text of 1 to 200 characters");
    check(
        r#"{"do": "read", "key": "k", "at_us": 0}"#,
        "at_us: does not belong here: `act` does it now",
    );
    check(
        r#"{"do": "crash-worker", "key": "k"}"#,
        "the action: `key` does not belong here: `crash-worker` takes nothing",
    );
    check(r#"{"do": "restart-cache"}"#, "the cache is up already");
    let deep = format!(r#"{{"do": {}1{}}}"#, "[".repeat(200), "]".repeat(200));
    assert_eq!(run(KEY).act(&deep).expect_err("it is deep").code, ErrorCode::Action);
}

#[test]
fn a_number_that_is_no_time_is_told_what_is_allowed() {
    let year = format!("a whole number, 0..{LONGEST_US} microseconds");
    for (given, said) in [
        (f64::NAN, "NaN"),
        (f64::INFINITY, "Infinity"),
        (f64::NEG_INFINITY, "-Infinity"),
        (-1.0, "-1"),
        (0.5, "0.5"),
        (9_007_199_254_740_993.0, "9007199254740992"),
        (1e300, "1e300"),
    ] {
        let words = |name: &str| format!("{name}: is {said}; allowed: {year}");
        refused(run(KEY).advance(given), ErrorCode::Argument, &words("forUs"));
        refused(run(KEY).seek(given), ErrorCode::Argument, &words("atUs"));
        let count = format!("most: is {said}; allowed: a whole number, 0..100000");
        refused(run(KEY).stores(given), ErrorCode::Argument, &count);
    }
    let mut run = run(KEY);
    assert_eq!(run.seek(LONGEST_US as f64), Ok(true));
    refused(
        run.advance(1.0),
        ErrorCode::Argument,
        "forUs: is 1; allowed: a whole number, 0..0 microseconds",
    );
    assert_eq!(run.advance(-0.0), Ok(true));
}

#[test]
fn what_there_is_not_is_told_what_is_near() {
    refused(preset("ca66"), ErrorCode::Preset, "ca66: there is no such preset; did you mean ca6?");
    refused(preset(""), ErrorCode::Preset, ": there is no such preset; `presets()` lists them");
    let said = "stop: is \"end\"; allowed: \"violation\" or \"request\"";
    refused(run(KEY).next("end"), ErrorCode::Argument, said);
    refused(run(KEY).previous("end"), ErrorCode::Argument, said);
    for options in ["[]", "5", r#"{"bsae": "x"}"#, r#"{"now": 1}"#] {
        let error = run(KEY).link(options).expect_err("it is wrong");
        assert_eq!(error.code, ErrorCode::Argument, "{options}");
    }
    refused(
        Run::of_link("v1.s."),
        ErrorCode::Link,
        "The end of this link is missing: it has 5 characters. Copy it again, to its very end.",
    );
}

#[test]
fn there_is_no_time_after_nothing() {
    let mut run = run("{}");
    assert_eq!(run.next("violation"), Ok(false));
    assert_eq!((run.has_arrived(), run.now_us()), (true, 0));
    assert_eq!(run.step(), Ok(false));
    assert!(!run.back());
    assert_eq!(run.previous("request"), Ok(false));
    assert_eq!((run.undo(), run.redo()), (Ok(None), Ok(None)));
}

#[test]
fn a_run_that_stops_says_why_and_can_still_be_looked_at() {
    let mut run = run(r#"{"limits": {"events": 3},
        "actions": [{"at_us": 0, "do": "read", "key": "k"}]}"#);
    let said = "3 events have happened, which is this scenario's limit";
    refused(run.advance(1_000_000.0), ErrorCode::Stopped, said);
    refused(run.step(), ErrorCode::Stopped, said);
    refused(run.next("violation"), ErrorCode::Stopped, said);
    refused(run.act(r#"{"do": "read", "key": "k"}"#), ErrorCode::Stopped, said);
    assert_eq!(run.report().reads.total, 1);
    assert!(run.back());
    assert_eq!(run.events_so_far(), 2);
}

#[test]
fn a_scenario_takes_no_more_actions_than_a_document() {
    let read = r#"{"at_us": 0, "do": "read", "key": "k"}"#;
    let actions = vec![read; 9_999].join(",");
    let mut run = run(&format!(r#"{{"actions": [{actions}], "history": {{"verdicts": false}}}}"#));
    assert_eq!(run.act(r#"{"do": "flush-cache"}"#), Ok(()));
    let said = "10000 actions are in the scenario, which is the most";
    refused(run.act(r#"{"do": "flush-cache"}"#), ErrorCode::Action, said);
    assert_eq!(run.scenario().validate(), Ok(()));
}

#[test]
fn a_link_opens_where_it_was_made_and_comes_to_the_same() {
    let mut run = Run::new(&preset("ca6").expect("it is there")).expect("it runs");
    assert_eq!(run.seek(600_000.0), Ok(true));
    run.act(r#"{"do": "flush-cache"}"#).expect("it is done");
    let link = run.link(r#"{"now": true, "base": "https://example.org/#old"}"#).expect("a link");
    assert!(link.starts_with("https://example.org/#v1."), "{link}");
    let mut opened = Run::of_link(&link).expect("it opens");
    assert_eq!((opened.now_us(), opened.report()), (run.now_us(), run.report()));
    assert_eq!(opened.check_link(), Some(LinkCheck { done: true, mismatch: None }));
    assert_eq!(run.check_link(), None);
    assert!(!opened.can_undo(), "what came with the link is its own");
}

#[test]
fn a_link_that_comes_to_something_else_says_so() {
    let scenario = preset("ca6").expect("it is there");
    let other = Rerun::new(&preset("wb1").expect("it is there")).expect("it runs").finish();
    let link = link::encode(&scenario, Some(other)).expect("it is short");
    let mut run = Run::of_link(link.text()).expect("it opens");
    let check = run.check_link().expect("the link says something");
    let mismatch = check.mismatch.expect("it comes to something else");
    assert!(check.done && mismatch.starts_with("This run comes to something else"), "{mismatch}");
    assert_eq!(run.check_link().map(|check| check.done), Some(true));
}

#[test]
fn a_change_tells_what_happened_once() {
    let mut run = Run::new(&preset("ca6").expect("it is there")).expect("it runs");
    run.mark();
    assert_eq!(run.change(), None);
    run.advance(501_000.0).expect("it goes on");
    let change = run.change().expect("it moved");
    assert_eq!((change.from_us, change.at_us, change.left_out), (0, 501_000, 0));
    assert_eq!(change.events, run.events(1.0, 1000.0).expect("all but the initial row"));
    assert_eq!(change.violations, run.violations());
    assert_eq!(change.violations[0].kind, ViolationKind::StaleRead);
    let judged: Vec<_> = change.events.iter().filter_map(|each| each.verdict).collect();
    assert_eq!(judged, [VerdictKind::Fresh, VerdictKind::Stale]);
    assert_eq!(run.change(), None);
    run.seek(0.0).expect("it goes back");
    let change = run.change().expect("it moved");
    assert!(change.went_back && !change.forked && change.events.is_empty());
    run.act(r#"{"do": "flush-cache"}"#).expect("it is done");
    let change = run.change().expect("it moved");
    assert!(change.forked && !change.went_back);
    assert_eq!(change.events.last().map(|each| each.event), Some(EventName::Action));
    run.undo().expect("it is taken back");
    assert!(run.change().is_some_and(|change| change.forked && change.went_back));
}

#[test]
fn values_of_the_stores_are_the_values_themselves() {
    let mut run = run(r#"{"rows": {"each": {"a": "x", "b": 1.5, "c": true, "d": 7}},
        "entries": [{"key": "a", "ttl_us": 5000}, {"key": "b"}]}"#);
    run.advance(1_000.0).expect("it goes on");
    let stores = run.stores(3.0).expect("them");
    assert_eq!((stores.keys.len(), stores.keys_total), (3, 4));
    let json = serde_json::to_value(&stores.keys).expect("JSON");
    assert_eq!(
        (&json[0]["cache"]["value"], &json[0]["cache"]["ttl_us"]),
        (&"x".into(), &4000.into())
    );
    assert_eq!(
        (&json[1]["cache"]["value"], &json[1]["cache"]["ttl_us"]),
        (&1.5.into(), &().into())
    );
    assert_eq!((&json[2]["cache"], &json[2]["database"]["value"]), (&().into(), &true.into()));
}

#[test]
fn every_code_has_a_name_of_its_own() {
    for code in ErrorCode::ALL {
        assert_eq!(serde_json::to_value(code).expect("JSON"), code.name());
    }
}

/// A call that a program may make.
#[derive(Clone, Debug)]
enum Call {
    Act(&'static str),
    Advance(f64),
    Seek(f64),
    Step,
    Back,
    Next(&'static str),
    Previous(&'static str),
    Undo,
    Redo,
    GoOn,
}

fn any_call() -> impl Strategy<Value = Call> {
    let time = || prop_oneof![0.0..2e6_f64, Just(f64::NAN), Just(-1.0)].prop_map(f64::trunc);
    let stop = || prop_oneof![Just("violation"), Just("request"), Just("")];
    prop_oneof![
        3 => prop_oneof![
            Just(r#"{"do": "read", "key": "user:1"}"#),
            Just(r#"{"do": "write", "key": "user:1"}"#),
            Just(r#"{"do": "outside-write", "key": "user:1", "value": 7}"#),
            Just(r#"{"do": "kill-cache"}"#),
            Just(r#"{"do": "restart-cache"}"#),
            Just(r#"{"do": "delay", "message": "0123456789abcdef", "by_us": 1}"#),
            Just("nonsense"),
        ].prop_map(Call::Act),
        3 => time().prop_map(Call::Advance),
        2 => time().prop_map(Call::Seek),
        1 => Just(Call::Step),
        1 => Just(Call::Back),
        1 => stop().prop_map(Call::Next),
        1 => stop().prop_map(Call::Previous),
        1 => Just(Call::Undo),
        1 => Just(Call::Redo),
        1 => Just(Call::GoOn),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is called in any order, each action is in the scenario.
    #[test]
    fn after_any_calls_the_scenario_comes_to_the_same(
        id in prop_oneof![Just("ca6"), Just("wb1"), Just("empty")],
        calls in prop::collection::vec(any_call(), 1..24),
    ) {
        let mut run = Run::new(&preset(id).expect("it is there")).expect("it runs");
        run.mark();
        for call in calls {
            let before_us = run.now_us();
            let result = match call {
                Call::Act(json) => run.act(json),
                Call::Advance(us) => run.advance(us).map(|_| ()),
                Call::Seek(us) => run.seek(us).map(|_| ()),
                Call::Step => run.step().map(|_| ()),
                Call::Back => { run.back(); Ok(()) }
                Call::Next(stop) => run.next(stop).map(|_| ()),
                Call::Previous(stop) => run.previous(stop).map(|_| ()),
                Call::Undo => run.undo().map(|_| ()),
                Call::Redo => run.redo().map(|_| ()),
                Call::GoOn => run.go_on().map(|_| ()),
            };
            if let Err(error) = result {
                prop_assert!(matches!(error.code, ErrorCode::Argument | ErrorCode::Action), "{}", error);
            }
            let change = run.change();
            prop_assert!(change.is_some() || run.now_us() == before_us);
        }
        // the whole of this instant, for a step may stand in the middle of it
        let at_us = run.now_us() as f64;
        while !run.seek(at_us).expect("it goes on") {}
        let mut again = Run::new(&run.scenario()).expect("it runs");
        while !again.seek(at_us).expect("it goes on") {}
        prop_assert_eq!(again.report().checksum, run.report().checksum);
    }
}
