//! The ribbons: what they show of a key is what its intervals say, however the run got there.

use stalemate::scenario::preset;
use stalemate::simulate::Simulation;
use stalemate::view::KeyState;
use stalemate::view::ribbon::{CELLS, Ribbons, badness};

const MOST: usize = 20;

/// A preset's run, looked at every so many microseconds.
fn run(id: &str, until_us: u64, look_us: u64, duration_us: u64) -> (Simulation, Ribbons) {
    let scenario = preset::find(id).expect("a preset").scenario();
    let mut run = Simulation::new(&scenario).expect("it runs");
    let mut ribbons = Ribbons::new(duration_us);
    let mut at_us = 0;
    while at_us < until_us {
        at_us = (at_us + look_us).min(until_us);
        run.advance(at_us, u32::MAX);
        ribbons.keep_up(run.view(), MOST);
    }
    (run, ribbons)
}

const PRESETS: [&str; 5] = ["ca6", "ca7", "mx1", "wb1", "cache-aside"];

#[test]
fn each_step_shows_the_worst_that_a_key_was_in() {
    for id in PRESETS {
        // half as long as expected, just as long, and much longer
        for duration_us in [20_000_000, 10_000_000, 300_000] {
            let (run, ribbons) = run(id, 10_000_000, 333_333, duration_us);
            let step_us = ribbons.step_us();
            for ribbon in ribbons.drawn(run.view()) {
                assert_eq!(ribbon.cells.len() as u64, 10_000_000 / step_us + 1);
                assert!(ribbon.cells.len() <= CELLS);
                let (spans, _) = run.view().intervals(&ribbon.key, usize::MAX);
                for (at, cell) in ribbon.cells.iter().enumerate() {
                    let from_us = at as u64 * step_us;
                    let until_us = from_us + step_us;
                    let here = spans.iter().filter(|span| {
                        let end_us = span.until_us.unwrap_or(u64::MAX).max(span.from_us + 1);
                        span.from_us < until_us && end_us > from_us
                    });
                    let worst = here.map(|span| span.state).max_by_key(|state| badness(*state));
                    let worst = worst.unwrap_or(KeyState::Cold);
                    assert_eq!(*cell, worst, "{id}: {} at {from_us}", ribbon.key);
                    let (told, _) =
                        run.view().worst_within(&ribbon.key, from_us, until_us).expect("known");
                    assert_eq!(told.state, worst, "{id}: {} at {from_us}", ribbon.key);
                }
            }
        }
    }
}

#[test]
fn how_often_one_looks_changes_nothing() {
    for id in PRESETS {
        let (end, once) = run(id, 10_000_000, 10_000_000, 4_000_000);
        let (_, often) = run(id, 10_000_000, 7_001, 4_000_000);
        assert_eq!(once.drawn(end.view()), often.drawn(end.view()), "{id}");
    }
}

#[test]
fn an_interval_says_what_began_and_what_ended_it() {
    let (run, _) = run("ca6", 4_000_000, 4_000_000, 10_000_000);
    let (stale, others) = run.view().worst_within("user:1", 0, 4_000_000).expect("known");
    assert_eq!((stale.state, stale.from_us, stale.until_us), (KeyState::Stale, 111_000, None));
    assert!(!stale.began.is_empty() && stale.ended.is_none() && others >= 1);
    let (cold, _) = run.view().worst_within("user:1", 0, 1).expect("known");
    assert_eq!((cold.state, cold.from_us), (KeyState::Cold, 0));
    assert!(cold.ended.is_some() == cold.until_us.is_some());
    assert_eq!(run.view().worst_within("nobody", 0, 1), None);
    let (last, all) = run.view().intervals("user:1", 1);
    assert_eq!((last.len(), last[0].state), (1, KeyState::Stale));
    assert!(all >= 1);
}
