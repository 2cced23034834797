//! Runs to look at, where nothing goes wrong.

use super::answer::Step;
use super::recorder::Set;
use super::search::Search;
use super::way::{Move, Way};
use crate::digest::mix;
use crate::strategy::value::Names;

/// The most choices of one run.
const LONGEST: u64 = 400;

impl Search {
    /// Some runs, each told step by step: the same in every search of the same question.
    pub fn samples(&self, count: u64) -> Vec<Vec<Step>> {
        (0..count).map(|run| self.sample(run).steps()).collect()
    }

    /// One run: of all that may happen next, something, until nothing is left to do.
    fn sample(&self, run: u64) -> Way {
        let mut start = Set::default();
        let mut state = self.model.begin(&mut start);
        let mut moves = Vec::new();
        for turn in 0..LONGEST {
            if state.is_at_rest() && !state.world.has_planned() {
                break;
            }
            let choices = self.model.choices(&state, false);
            if choices.is_empty() {
                break;
            }
            let choice = choices[(mix(run, turn) % choices.len() as u64) as usize];
            let mut path = Some(Vec::new());
            let Some(taken) = self.model.walk(&state, choice, &mut path) else { continue };
            let micros = path.unwrap_or_default();
            moves.push(Move { choice, effects: taken.effects, micros });
            state = taken.state;
        }
        Way { property: None, start, moves, names: Names::clone(state.world.names()) }
    }
}
