//! States that are known and not yet looked at: by number, the first of them whole.
//!
//! A whole state takes kilobytes, a number four bytes. What is not kept is made again, from
//! the nearest state before it that is at hand: those that wait beside each other have most of
//! their way in common.

use std::collections::VecDeque;

use super::model::Model;
use super::state::State;
use super::visited::Visited;

/// A line of states.
#[derive(Default)]
pub struct Frontier {
    numbers: VecDeque<u32>,
    /// Each with its place in the line, counted from the beginning of all.
    whole: VecDeque<(u64, State)>,
    taken: u64,
}

/// One out of a line.
pub struct Waiting {
    pub number: u32,
    pub state: Option<State>,
}

impl Frontier {
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// How many are whole.
    pub fn whole(&self) -> usize {
        self.whole.len()
    }

    /// The bytes that the numbers take.
    pub fn bytes(&self) -> u64 {
        (self.numbers.capacity() * size_of::<u32>()) as u64
    }

    pub fn push(&mut self, number: u32, state: Option<State>) {
        if let Some(state) = state {
            self.whole.push_back((self.taken + self.numbers.len() as u64, state));
        }
        self.numbers.push_back(number);
    }

    pub fn pop(&mut self) -> Option<Waiting> {
        let number = self.numbers.pop_front()?;
        let is_first = self.whole.front().is_some_and(|(place, _)| *place == self.taken);
        let state = if is_first { self.whole.pop_front() } else { None };
        self.taken += 1;
        Some(Waiting { number, state: state.map(|(_, state)| state) })
    }
}

/// The states on the way to the one that was made last.
#[derive(Default)]
pub struct Trail(Vec<(u32, State)>);

impl Trail {
    /// A state again, by its number. `None`: it did not come out the same, since two states
    /// have one fingerprint.
    pub fn remake(&mut self, model: &Model, visited: &Visited, number: u32) -> Option<State> {
        let mut missing = Vec::new();
        let mut at = number;
        let known = loop {
            if let Some(known) = self.0.iter().rposition(|(known, _)| *known == at) {
                break known;
            }
            if at == 0 {
                self.0 = vec![(0, model.first())];
                break 0;
            }
            missing.push(at);
            at = visited.node(at).parent;
        };
        self.0.truncate(known + 1);
        for at in missing.into_iter().rev() {
            let before = &self.0.last()?.1;
            let choice = *model.choices(before, false).get(usize::from(visited.node(at).choice))?;
            let state = model.take(before, choice)?.state;
            self.0.push((at, state));
        }
        let (_, state) = self.0.last()?;
        visited.is(number, &model.name(state)).then(|| state.clone())
    }
}
