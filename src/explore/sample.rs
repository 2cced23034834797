//! Random runs: to show when nothing goes wrong, and to collect the texts that programs make.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::answer::Step;
use super::choices::Choice;
use super::model::{Model, Taken};
use super::recorder::{Micro, Set};
use super::search::Search;
use super::state::State;
use super::way::{Move, Way};
use crate::digest::mix;
use crate::strategy::value::Names;

/// The most choices of one run.
const LONGEST: u64 = 400;

/// The number of runs that collect texts.
const RUNS_FOR_TEXTS: u64 = 8;

impl Search {
    /// Sample runs, each step by step; the same in every search of the same question.
    pub fn samples(&self, count: u64) -> Vec<Vec<Step>> {
        (0..count).map(|run| self.sample(run).steps()).collect()
    }

    fn sample(&self, run: u64) -> Way {
        let (mut start, mut moves) = (Set::default(), Vec::new());
        let first = self.model.begin(&mut start);
        let last = self.model.stroll(run, first, |choice, taken, micros| {
            moves.push(Move { choice, effects: taken.effects, micros });
        });
        Way { property: None, start, moves, names: Names::clone(last.world.names()) }
    }
}

impl Model {
    /// The texts that programs make in some runs. A run numbers texts in the order in which it
    /// meets them; texts that are known from the start do not make states differ by that order.
    pub fn texts(&self) -> BTreeSet<Arc<str>> {
        let runs = (0..RUNS_FOR_TEXTS).map(|run| self.stroll(run, self.first(), |_, _, _| {}));
        runs.flat_map(|last| last.world.names().added().cloned().collect::<Vec<_>>()).collect()
    }

    /// One run: random choices until none is left. Returns the last state.
    fn stroll(
        &self,
        run: u64,
        mut state: State,
        mut each: impl FnMut(Choice, &Taken, Vec<Micro>),
    ) -> State {
        for turn in 0..LONGEST {
            if state.is_at_rest() && !state.world.has_planned() {
                break;
            }
            let choices = self.choices(&state, false);
            if choices.is_empty() {
                break;
            }
            let choice = choices[(mix(run, turn) % choices.len() as u64) as usize];
            let mut path = Some(Vec::new());
            let Some(taken) = self.walk(&state, choice, &mut path) else { continue };
            each(choice, &taken, path.unwrap_or_default());
            state = taken.state;
        }
        state
    }
}
