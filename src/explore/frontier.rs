//! The queue of states that are known and not yet examined: all by number, and the first of them
//! whole.
//!
//! A whole state takes kilobytes, a number four bytes. States that are not kept whole are
//! reconstructed from the nearest known state before them; neighbours in the queue share most of
//! their way.

use std::collections::VecDeque;

use super::model::Model;
use super::state::State;
use super::visited::Visited;

/// A queue of states.
#[derive(Default)]
pub struct Frontier {
    numbers: VecDeque<u32>,
    /// Whole states, each with its position in the queue, counted from the first state ever queued.
    whole: VecDeque<(u64, State)>,
    taken: u64,
}

/// A state taken from the queue.
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

    /// The number of whole states.
    pub fn whole(&self) -> usize {
        self.whole.len()
    }

    /// The size of the numbers, in bytes.
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

/// The states on the way to the last reconstructed one.
#[derive(Default)]
pub struct Trail(Vec<(u32, State)>);

impl Trail {
    /// Reconstructs a state from its number. `None`: the result differs, because two states share a
    /// fingerprint.
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
