//! Why no scenario plays a way.

use super::instants::is_inside;
use super::playable::sendings;
use super::way::{Way, tell};
use crate::event::Fault;
use crate::scenario::Scenario;
use crate::world::Transition;

/// Why no scenario plays this way, and what would let one.
pub(super) fn unplayable(scenario: &Scenario, way: &Way) -> String {
    let reads_clock = scenario
        .resolve()
        .is_ok_and(|setup| setup.strategies.iter().any(|deployed| deployed.program.reads_clock));
    let why = why(way, reads_clock);
    format!("no scenario can play this way: {why}")
}

fn why(way: &Way, reads_clock: bool) -> String {
    if reads_clock {
        return "a program reads the clock, which stands still in a search and goes on in a run; \
                have it compare versions of the database, not instants"
            .to_owned();
    }
    match between_two_steps(way) {
        Some(fault) => format!(
            "a program goes on at once after a call in its own process, and here something comes \
             in between ({fault}); a sleep at that place would let it"
        ),
        None => "its waits contradict each other; other lengths of sleeps and timeouts may let it"
            .to_owned(),
    }
}

/// The fault that comes while a message is under way that takes no time.
fn between_two_steps(way: &Way) -> Option<String> {
    let micros: Vec<_> = way.moves.iter().flat_map(|each| &each.micros).collect();
    let (sent, moved) = sendings(&micros);
    let ends = |nth: usize| moved.iter().position(|moved| *moved == Some(nth));
    let inside = sent.iter().enumerate().filter(|(_, (_, sent))| is_inside(sent));
    let mut spans = inside.map(|(nth, (from, _))| (*from, ends(nth).unwrap_or(micros.len())));
    spans.find_map(|(from, to)| {
        let mut between = micros[from..to].iter().skip(1);
        let fault = between.find(|micro| match micro.transition {
            // it can be ordered before
            Transition::Fault(Fault::FailNext { .. }) => false,
            Transition::Fault(_) => true,
            _ => false,
        })?;
        fault.notes.events.iter().find_map(|event| tell(event, &way.names))
    })
}
