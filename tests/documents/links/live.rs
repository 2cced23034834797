//! A session as a link: what a person did happens again where it is opened.

use proptest::prelude::*;
use serde_json::{Value, json};
use stalemate::identity::derive;
use stalemate::link::{self, Outcome, Rerun};
use stalemate::scenario::{Scenario, What};
use stalemate::simulate::Simulation;
use stalemate::simulate::timeline::Timeline;

use crate::any::{action, any_scenario};

/// Ends the present instant.
fn settle(line: &mut Timeline) {
    let now_us = line.now().now_us();
    line.advance(now_us, u32::MAX);
}

/// What the session has come to at its present instant.
pub fn played(line: &Timeline) -> Outcome {
    Outcome::of(line.now())
}

/// A message in flight, as a person would take it.
fn message(line: &Timeline, which: u64) -> Option<String> {
    let flights = line.now().view().activity(100).flights;
    let names: Vec<String> = flights.into_iter().filter_map(|flight| flight.message).collect();
    names.get(which as usize % names.len().max(1)).cloned()
}

/// A session as a person has one: they ask, wait, break things, and hold
/// messages back and let them go.
pub fn session(base: &Scenario, seed: u64, actions: usize) -> Timeline {
    let mut line = Timeline::new(base).unwrap();
    let most = base.actions.len() + actions;
    let mut held: Vec<String> = Vec::new();
    for turn in 0.. {
        if line.now().scenario().actions.len() >= most {
            break;
        }
        let draw = |nth: u64, below: u64| derive(derive(seed, turn), nth) % below;
        // a frame is 16.7 ms, of 10 µs each ms and more
        let at_us = line.now().now_us() + 167 * (1 + draw(0, 3_000));
        line.advance(at_us, u32::MAX);
        let key = ["user:1", "user:2", "cart:7"][draw(1, 3) as usize];
        let client = ["ann", "ben", "eve"][draw(2, 3) as usize];
        let what = match draw(3, 20) {
            0..=7 => json!({"do": "read", "key": key, "client": client}),
            8..=10 => json!({"do": "write", "key": key, "client": client}),
            11 => json!({"do": "write", "key": key, "client": client, "value": draw(4, 1_000)}),
            12 => json!({"do": "outside-write", "key": key}),
            13..=15 => {
                // just behind a read of one's own, there is something to hold
                let read = json!({"do": "read", "key": key, "client": client});
                line.act(what(read)).unwrap();
                let at_us = line.now().now_us() + 100;
                line.advance(at_us, u32::MAX);
                let Some(message) = message(&line, draw(5, 9)) else { continue };
                held.push(message.clone());
                json!({"do": "hold", "message": message})
            }
            16 | 17 => match held.pop() {
                Some(message) => json!({"do": "release", "message": message}),
                None => continue,
            },
            18 => match draw(6, 3) {
                0 => json!({"do": "kill-cache"}),
                1 => json!({"do": "restart-cache"}),
                _ => json!({"do": "flush-cache"}),
            },
            _ if draw(6, 2) == 0 => json!({"do": "slow-database", "factor_milli": 3_000}),
            _ => json!({"do": "restore-database"}),
        };
        if line.now().scenario().actions.len() < most {
            // one that cannot be done is not recorded
            let _ = line.act(self::what(what));
        }
    }
    let at_us = line.now().now_us() + 2_000_000;
    line.advance(at_us, u32::MAX);
    line
}

fn what(action: Value) -> What {
    serde_json::from_value(action).unwrap()
}

/// The link to a session at its present instant comes to what the session came to.
fn comes_to_the_same(line: &mut Timeline) -> Result<(), TestCaseError> {
    settle(line);
    let scenario = line.session(Some(line.now().now_us()));
    let link = link::encode(&scenario, Some(played(line))).unwrap();
    let opened = link::decode(link.text()).unwrap();
    prop_assert_eq!(&opened.scenario, &scenario);
    let mut rerun = Rerun::new(&opened.scenario).unwrap();
    prop_assert_eq!(rerun.until_us(), line.now().now_us());
    let here = rerun.finish();
    prop_assert!(rerun.compare(opened.outcome.unwrap(), here).is_ok());
    let mut again = Simulation::new(&opened.scenario).unwrap();
    again.advance(line.now().now_us(), u32::MAX);
    prop_assert_eq!(again.history().checksum(), line.now().history().checksum());
    prop_assert_eq!(again.world().digest(), line.now().world().digest());
    Ok(())
}

#[test]
fn a_session_with_hands_on_messages_comes_to_the_same() {
    let base = Scenario::parse(r#"{"rows": {"each": {"user:1": "Ada"}}}"#).unwrap();
    let (mut held, mut released) = (0, 0);
    for seed in 0..20 {
        let mut line = session(&base, seed, 40);
        for action in &line.now().scenario().actions {
            held += u32::from(matches!(action.what, What::Hold { .. }));
            released += u32::from(matches!(action.what, What::Release { .. }));
        }
        comes_to_the_same(&mut line).unwrap();
    }
    assert!(held > 40 && released > 20, "{held} held, {released} released");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// … whatever was done in it, wherever a person went, and whatever they took back.
    #[test]
    fn any_session_comes_to_the_same(
        scenario in any_scenario(),
        moves in prop::collection::vec((0..8u8, 0..8_000_000u64, action()), 1..12),
    ) {
        let scenario = Scenario::parse(&scenario.to_string()).unwrap();
        let mut line = Timeline::new(&scenario).unwrap();
        for (kind, at_us, action) in moves {
            match kind {
                0 | 1 => {
                    line.turn_to(at_us);
                    line.advance(at_us, u32::MAX);
                }
                2 => for _ in 0..at_us % 40 {
                    line.step();
                },
                3 => {
                    let back = if at_us % 2 == 0 { line.undo() } else { line.redo() };
                    if let Some((_, at_us)) = back {
                        line.advance(at_us, u32::MAX);
                    }
                }
                4 | 5 => if let Some(message) = message(&line, at_us) {
                    let hand = ["hold", "release", "deliver", "drop"][at_us as usize % 4];
                    let _ = line.act(what(json!({"do": hand, "message": message})));
                },
                // one that cannot be done is not recorded
                _ => drop(line.act(what(action))),
            }
        }
        comes_to_the_same(&mut line)?;
    }
}

/// A scenario of 60 s in which something was done at 70 s lasts as long as
/// somebody looked at it.
#[test]
fn a_session_lasts_as_long_as_what_was_done_in_it() {
    let mut line = Timeline::new(&Scenario::default()).unwrap();
    line.advance(50_000_000, u32::MAX);
    line.act(What::KillCache { cache: None }).unwrap();
    line.advance(80_000_000, u32::MAX);
    assert_eq!(line.session(None).duration_us, 60_000_000);
    line.turn_to(70_000_000);
    line.advance(70_000_000, u32::MAX);
    line.act(What::RestartCache { cache: None }).unwrap();
    assert_eq!(line.session(None).duration_us, 70_000_001);
    line.advance(90_000_000, u32::MAX);
    line.turn_to(0);
    assert_eq!(line.session(None).duration_us, 90_000_000);
    assert_eq!(line.session(Some(5)).view.at_us, Some(5));
    let actions: Vec<u64> = line.session(None).actions.iter().map(|it| it.at_us).collect();
    assert_eq!(actions, [50_000_000, 70_000_000]);
}

/// An engine that comes to something else says so.
#[test]
fn a_run_that_comes_to_something_else_is_told_apart() {
    let scenario = |seed: u64| {
        let text = json!({"seed": seed, "duration_us": 5_000_000, "workloads": [{}]});
        Scenario::parse(&text.to_string()).unwrap()
    };
    let outcome = |seed| Rerun::new(&scenario(seed)).unwrap().finish();
    let (one, other) = (outcome(1), outcome(2));
    assert_eq!(one, outcome(1));
    let link = link::encode(&scenario(1), Some(other)).unwrap();
    let opened = link::decode(link.text()).unwrap();
    assert_eq!(opened.scenario, scenario(1));
    let mut rerun = Rerun::new(&opened.scenario).unwrap();
    // in portions, as a page does
    let mut portions = 0;
    let here = loop {
        portions += 1;
        if let Some(here) = rerun.advance(20) {
            break here;
        }
    };
    assert!(portions > 10);
    assert_eq!(here, one);
    let mismatch = rerun.compare(opened.outcome.unwrap(), here).unwrap_err();
    assert_eq!((mismatch.link, mismatch.here, mismatch.at_us), (other, one, 5_000_000));
    let words = mismatch.to_string();
    assert!(words.contains(&format!("{one} here, {other} in the link")), "{words}");
}
