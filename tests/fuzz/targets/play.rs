//! What a person can do with a scenario that was accepted, within bounds.

use std::rc::Rc;

use stalemate::explore::{Question, Search};
use stalemate::history::{line, violation};
use stalemate::lesson::{Course, Guide, any_answer};
use stalemate::link;
use stalemate::scenario::Scenario;
use stalemate::simulate::timeline::Timeline;

/// The most events of a run, and the most states of a search.
const EVENTS: u32 = 3_000;
const STATES: u64 = 60;

/// A text of a sensible length.
pub fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| text.len() <= 20_000)
}

/// Runs a scenario, turns back, shares it, searches it and takes its lesson.
pub fn play(scenario: &Scenario) {
    let again = Scenario::parse(&scenario.to_json()).expect("what was written can be read");
    assert_eq!(again, *scenario, "what was written is read otherwise");
    let Ok(mut run) = Timeline::new(scenario) else { return };
    run.advance(scenario.duration_us, EVENTS);
    let (checksum, end_us) = (run.now().history().checksum(), run.now().now_us());
    let report = run.now().report();
    assert!(report.reads.stale <= report.reads.total, "{:?}", report.reads);
    for each in run.now().history().ledger().violations() {
        assert!(!violation(&each, run.now().names()).is_empty());
    }
    for (_, record) in run.now().history().since(0) {
        line(record, run.now().names());
    }
    run.turn_to(end_us / 2);
    run.turn_to(end_us);
    assert_eq!(run.now().history().checksum(), checksum, "a look at the past changed the run");
    if let Ok(link) = link::encode(scenario, None) {
        let mut opened = link::decode(link.text()).expect("a link that was written opens").scenario;
        // a link carries no expectations; a preset's own come back with it
        opened.expect.clone_from(&scenario.expect);
        assert_eq!(opened, *scenario, "a link opens as another scenario");
    }
    let question = Question { most_states: STATES, most_memory: 64 << 20, ..Question::default() };
    if let Ok(mut search) = Search::new(scenario, question) {
        for _ in 0..10 {
            if !search.advance(20) {
                break;
            }
        }
    }
    if let Ok(course) = Course::new(scenario) {
        learn(&Rc::new(course));
    }
}

/// Takes a lesson, answering something.
fn learn(course: &Rc<Course>) {
    let Ok((mut guide, mut timeline)) = Guide::new(course) else { return };
    for _ in 0..course.lesson.steps.len() {
        if let Some(question) = guide.step().question.clone() {
            let _ = guide.commit(any_answer(&question));
        }
        guide.show(&timeline);
        let until_us = timeline.now().now_us() + 60_000_000;
        guide.play(&mut timeline, until_us, EVENTS);
        if guide.next(&mut timeline).is_err() {
            break;
        }
    }
}
