//! The budget: how much of its past a run keeps.
//!
//! Half of it is for states: the present one, the furthest one if the present is in the past, and
//! checkpoints, of which every second is dropped when there are too many. The rest is for the
//! records of the present state and of the furthest one; when it is full, the first records are
//! forgotten. Everything derived from them stays exact: totals, verdicts, violations. An instant
//! without records can still be reached: it is replayed.

use super::{MOST, Simulation, Timeline};
use crate::time::Micros;

/// The default budget in bytes, and the one of an embedded page.
pub const BUDGET: u64 = 256 << 20;
pub const SMALL_BUDGET: u64 = 64 << 20;

/// The least budget allowed.
pub const LEAST_BUDGET: u64 = 1 << 20;

/// The most events between two checks of the memory.
pub(super) const PORTION: u64 = 1 << 16;

/// The memory of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    /// The bytes used, by the engine's own estimate of its large parts.
    pub bytes: u64,
    /// The most that it may be.
    pub budget: u64,
    /// The first instant whose records are kept, if earlier ones are forgotten.
    pub begins_us: Option<Micros>,
}

impl Simulation {
    /// Keeps only as many of the last records as fit into this many bytes.
    pub fn keep_within(&mut self, bytes: u64) {
        self.clock.history.keep_within(bytes);
    }
}

impl Timeline {
    /// The memory used, as of the latest checkpoint, and the budget.
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

    /// Changes the budget, in bytes.
    pub fn set_budget(&mut self, budget: u64) {
        self.budget = budget.max(LEAST_BUDGET);
        self.thin();
    }

    /// The most checkpoints that fit.
    fn most_checkpoints(&self) -> usize {
        let states = self.budget / 2 / self.state_bytes.max(1);
        // the present state and the furthest are not checkpoints
        states.saturating_sub(2).clamp(1, MOST as u64) as usize
    }

    /// The bytes of records that a state may have: half of what the states leave.
    fn record_bytes(&self) -> u64 {
        let states = (self.checkpoints.len() as u64 + 2) * self.state_bytes;
        (self.budget.saturating_sub(states) / 2).clamp(LEAST_BUDGET / 16, self.budget / 4)
    }

    /// Drops every second checkpoint until there are few enough, and records that do not fit.
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

    /// Makes checkpoints forget the records that the furthest state has forgotten.
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
