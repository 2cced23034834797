//! Time forwards and backwards: a state that is reached by seeking is the one
//! that is reached by playing.

use crate::any::{action, any_scenario};
use crate::support::begin;
use proptest::prelude::*;
use serde_json::{Value, json};
use stalemate::scenario::{Scenario, What};
use stalemate::simulate::timeline::{MOST, Stop, Timeline};
use stalemate::simulate::{Advance, Simulation};

fn timeline(scenario: &Value) -> Timeline {
    let scenario = Scenario::parse(&scenario.to_string()).expect("a scenario");
    Timeline::new(&scenario).expect("it runs")
}

/// Goes to an instant; how many events that took.
#[track_caller]
fn seek(line: &mut Timeline, at_us: u64) -> u64 {
    line.turn_to(at_us);
    let before = line.now().events();
    assert_eq!(line.advance(at_us, u32::MAX), Advance::Reached);
    line.now().events() - before
}

/// All that a person can see of a run.
fn seen(run: &Simulation) -> String {
    let log: Vec<String> = run
        .view()
        .log_from(0, usize::MAX)
        .iter()
        .map(|line| format!("{} {}\n", line.at_us, line.text))
        .collect();
    format!("{}{:#?}", log.concat(), run.view().scene(100, 100))
}

/// The same scenario, with what was done in it, played from its start.
fn played(line: &Timeline) -> Simulation {
    let scenario = serde_json::to_value(line.now().scenario()).expect("JSON");
    let mut run = begin(&scenario);
    run.advance(line.now().now_us(), u32::MAX);
    run
}

fn what(action: Value) -> What {
    serde_json::from_value(action).expect("an action")
}

/// A long run of one hot key.
fn load(per_second: f64) -> Value {
    json!({
        "workloads": [{
            "name": "load",
            "arrivals": {"kind": "poisson", "per_second": per_second},
            "keys": {"prefix": "k", "count": 10},
        }],
        "rows": {"ranges": [{"prefix": "k", "count": 10, "value": 0}]},
    })
}

#[test]
fn seeking_costs_a_bounded_number_of_events() {
    let mut line = timeline(&load(2_000.0));
    line.advance(60_000_000, u32::MAX);
    let all = line.now().events();
    assert!(all > 500_000);
    let bound = 2 * all / MOST as u64 + 1_000;
    for at_us in [59_000_000, 1_000_000, 30_123_456, 30_123_455, 0, 45_000_000, 60_000_000] {
        let events = seek(&mut line, at_us);
        assert!(events <= bound, "{events} events to {at_us}");
        assert_eq!(line.now().now_us(), at_us);
    }
    assert_eq!(line.now().events(), all);
    assert!(!line.is_past());
}

#[test]
fn every_single_step_can_be_taken_back() {
    let mut line = timeline(&json!({"actions": [
        {"at_us": 0, "do": "read", "key": "a"},
        {"at_us": 200, "do": "write", "key": "a"},
    ]}));
    let mut states = vec![seen(line.now())];
    while line.next_at_us().is_some() {
        line.step();
        states.push(seen(line.now()));
    }
    assert!(states.len() > 10);
    states.pop();
    while let Some(state) = states.pop() {
        assert!(line.step_back());
        assert_eq!(seen(line.now()), state);
    }
    assert!(!line.step_back(), "this is the start");
}

#[test]
fn an_action_in_the_past_changes_what_comes_after_and_can_be_taken_back() {
    let mut line = timeline(&json!({
        "rows": {"each": {"a": 0}},
        "actions": [
            {"at_us": 0, "do": "read", "key": "a"},
            {"at_us": 2_000_000, "do": "read", "key": "a"},
        ],
    }));
    line.advance(3_000_000, u32::MAX);
    let end = seen(line.now());
    let stale = |line: &Timeline| line.now().report().reads.stale;
    assert_eq!(stale(&line), 0);
    seek(&mut line, 1_000_000);
    assert!(line.is_past());
    line.act(what(json!({"do": "outside-write", "key": "a", "value": 1}))).unwrap();
    assert!(!line.is_past(), "what was to come is another run's");
    seek(&mut line, 3_000_000);
    // the read at 2 s, done in the scenario, happens again, and finds the old value
    assert_eq!(stale(&line), 1);
    assert_eq!(
        line.undo().map(|(what, at_us)| (what.words(), at_us)),
        Some((what(json!({"do": "outside-write", "key": "a", "value": 1})).words(), 3_000_000,))
    );
    assert!(!line.can_undo());
    seek(&mut line, 3_000_000);
    assert_eq!(seen(line.now()), end);
    line.redo().expect("something was taken back");
    seek(&mut line, 3_000_000);
    assert_eq!(stale(&line), 1);
}

/// What a run does can depend on how its texts are numbered: which key is the
/// one to evict, in which order a dead cache loses its entries.
#[test]
fn another_run_numbers_its_texts_as_if_the_first_had_never_been() {
    let evictions = ["allkeys-random", "volatile-ttl"];
    for eviction in evictions {
        let mut line = timeline(&json!({
            "topology": {"cache": {"capacity": 2, "eviction": eviction}},
            "rows": {"ranges": [{"prefix": "k", "count": 1, "value": 0}]},
        }));
        let read = |key: &str| what(json!({"do": "read", "key": key, "client": key}));
        let write = |key: &str| what(json!({"do": "write", "key": key, "value": key}));
        for (second, key) in ["a", "b", "c", "d"].into_iter().enumerate() {
            seek(&mut line, second as u64 * 1_000_000);
            line.act(write(key)).unwrap();
            line.act(read(key)).unwrap();
        }
        seek(&mut line, 5_000_000);
        seek(&mut line, 500_000);
        // one that cannot be done leaves all as it was
        line.act(what(json!({"do": "evict", "key": "never"}))).unwrap_err();
        assert!(line.is_past());
        seek(&mut line, 5_000_000);
        seek(&mut line, 500_000);
        line.act(write("e")).unwrap();
        line.act(read("e")).unwrap();
        seek(&mut line, 6_000_000);
        let played = played(&line);
        assert_eq!(line.now().history().checksum(), played.history().checksum(), "{eviction}");
        assert_eq!(seen(line.now()), seen(&played), "{eviction}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whatever a person does, wherever they go: what they see is what they
    /// would see had they played their scenario up to there.
    #[test]
    fn seeking_is_playing(
        scenario in any_scenario(),
        moves in prop::collection::vec((0..6u8, 0..8_000_000u64, action()), 1..12),
    ) {
        let mut line = timeline(&scenario);
        for (kind, at_us, action) in moves {
            match kind {
                0 | 1 => {
                    seek(&mut line, at_us);
                }
                2 => {
                    for _ in 0..at_us % 40 {
                        line.step();
                    }
                }
                3 => {
                    line.step_back();
                }
                4 => {
                    let back = if at_us % 2 == 0 { line.undo() } else { line.redo() };
                    if let Some((_, at_us)) = back {
                        seek(&mut line, at_us);
                    }
                }
                _ => {
                    // one that cannot be done is not recorded
                    let _ = line.act(what(action));
                }
            }
            // in the middle of an instant there is no way to play up to
            let at_us = line.now().now_us();
            seek(&mut line, at_us);
            let played = self::played(&line);
            prop_assert_eq!(line.now().history().checksum(), played.history().checksum());
            prop_assert_eq!(line.now().world().digest(), played.world().digest());
            let (seen, played) = (seen(line.now()), seen(&played));
            let mut lines = seen.lines().zip(played.lines());
            let differ = lines.find(|(seen, played)| seen != played);
            prop_assert_eq!(differ, None);
            prop_assert_eq!(seen.len(), played.len());
        }
    }
}

#[test]
fn one_can_go_from_request_to_request_and_from_violation_to_violation() {
    let mut line = timeline(&json!({
        "rows": {"each": {"a": 0}},
        "actions": [
            {"at_us": 0, "do": "read", "key": "a"},
            {"at_us": 1_000_000, "do": "outside-write", "key": "a", "value": 1},
            {"at_us": 2_000_000, "do": "read", "key": "a"},
            {"at_us": 3_000_000, "do": "read", "key": "a"},
        ],
    }));
    // ahead of all that is known, it goes on until something happens
    assert_eq!(line.next_us(Stop::Violation), None);
    assert_eq!(line.advance_to(Stop::Violation, 1_000), Ok(true));
    assert_eq!(line.now().now_us(), 2_001_000);
    assert_eq!(line.advance_to(Stop::Violation, 1_000), Ok(true));
    assert_eq!(line.now().now_us(), 3_001_000);
    assert_eq!(line.advance_to(Stop::Violation, 1_000), Err(Advance::Reached));
    // and back
    assert_eq!(line.previous_us(Stop::Request), Some(3_000_000));
    seek(&mut line, 2_500_000);
    assert_eq!(line.previous_us(Stop::Violation), Some(2_001_000));
    assert_eq!(line.next_us(Stop::Violation), Some(3_001_000));
    assert_eq!(line.previous_us(Stop::Request), Some(2_000_000));
    seek(&mut line, 2_000_000);
    assert_eq!(line.previous_us(Stop::Request), Some(0));
    assert_eq!(line.next_us(Stop::Request), Some(3_000_000));
}

#[test]
fn looking_for_what_never_comes_takes_no_time_where_nothing_happens() {
    for stop in [Stop::Request, Stop::Violation] {
        let mut line = timeline(&json!({}));
        assert_eq!(line.advance_to(stop, 10), Err(Advance::Reached));
        assert_eq!(line.now().now_us(), 0);
    }
}
