//! The budget: how much of its past a run keeps.
//!
//! A half of it is for states: the present one, the furthest one where the present is in
//! the past, and checkpoints, of which every second is dropped when there are too many.
//! The rest is for the records of the present state and of the furthest one, the first of
//! which are forgotten when there are more. What is folded from them stays exact: totals, verdicts, what went wrong. An
//! instant from which no record is left can still be gone to: it is played again.

use super::{MOST, Simulation, Timeline};
use crate::time::Micros;

/// The bytes that a run may take, and one in a page within another page.
pub const BUDGET: u64 = 256 << 20;
pub const SMALL_BUDGET: u64 = 64 << 20;

/// The least that a budget can be.
pub const LEAST_BUDGET: u64 = 1 << 20;

/// The most events between two looks at the memory.
pub(super) const PORTION: u64 = 1 << 16;

/// What a run takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    /// By the engine's own count of what is large.
    pub bytes: u64,
    /// The most that it may be.
    pub budget: u64,
    /// The first instant of which the records are kept, where earlier ones are gone.
    pub begins_us: Option<Micros>,
}

impl Simulation {
    /// Keeps only as many of the last records as take so many bytes.
    pub fn keep_within(&mut self, bytes: u64) {
        self.clock.history.keep_within(bytes);
    }
}

impl Timeline {
    /// What the run takes, as of its latest checkpoint, and of how much.
    pub fn memory(&self) -> Memory {
        let live = std::iter::once(&self.now).chain(&self.furthest);
        let (mut bytes, mut states) = (0, self.checkpoints.len() as u64);
        for state in live {
            bytes += state.history().bytes();
            states += 1;
        }
        Memory {
            bytes: bytes + states * self.state_bytes,
            budget: self.budget,
            begins_us: self.now.history().begins_us(),
        }
    }

    /// Another budget, in bytes.
    pub fn set_budget(&mut self, budget: u64) {
        self.budget = budget.max(LEAST_BUDGET);
        self.thin();
    }

    /// How many checkpoints there may be.
    fn most_checkpoints(&self) -> usize {
        let states = self.budget / 2 / self.state_bytes.max(1);
        // the present state and the furthest are not checkpoints
        states.saturating_sub(2).clamp(1, MOST as u64) as usize
    }

    /// How many bytes of records a state may have: the half of what states leave of it.
    fn record_bytes(&self) -> u64 {
        let states = (self.checkpoints.len() as u64 + 2) * self.state_bytes;
        (self.budget.saturating_sub(states) / 2).clamp(LEAST_BUDGET / 16, self.budget / 4)
    }

    /// Drops every second checkpoint until there are few enough, and records of which
    /// there are too many.
    pub(super) fn thin(&mut self) {
        let most = self.most_checkpoints();
        while self.checkpoints.len() > most {
            self.spacing *= 2;
            let spacing = self.spacing;
            self.checkpoints.retain(|state| state.events() % spacing == 0);
        }
        let bytes = self.record_bytes();
        let states = self.checkpoints.iter_mut().chain(&mut self.furthest);
        for state in states.chain([&mut self.now]) {
            state.keep_within(bytes);
        }
    }

    /// Checkpoints forget the records that the furthest state has forgotten.
    pub(super) fn forget(&mut self) {
        let oldest = self.furthest().history().oldest();
        if self.oldest != oldest {
            self.oldest = oldest;
            for state in &mut self.checkpoints {
                state.clock.history.forget_before(oldest);
            }
        }
    }
}
