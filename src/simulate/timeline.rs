//! Time, forwards and backwards: a run and its earlier states.
//!
//! A state is a function of the scenario and of virtual time. So an earlier instant is reached by
//! running again from the last checkpoint before it. There are at most [`MOST`] checkpoints: when a
//! run needs more, every second one is dropped, so that seeking costs at most twice the run's
//! events divided by that number. A checkpoint shares its records with the run and copies the
//! state. Everything together stays within a budget of bytes (`memory.rs`): a run with a large
//! state, say a hundred thousand keys, keeps fewer checkpoints, so that a jump takes longer, and a
//! long run forgets its first records.
//!
//! An action in the past changes what comes after it: later checkpoints are
//! dropped, and later actions happen again.

mod memory;

use std::rc::Rc;

pub use memory::{BUDGET, LEAST_BUDGET, Memory, SMALL_BUDGET};

use super::{ActError, Advance, Simulation};
use crate::event::{Event, Record};
use crate::named::named;
use crate::scenario::{Action, Problem, Scenario, What};
use crate::time::{LONGEST_US, Micros};

/// The most checkpoints.
pub const MOST: usize = 64;

/// Events between two checkpoints of a short run.
const SPACING: u64 = 1_000;

named! {
    /// A kind of event at which to stop.
    pub enum Stop {
        /// Something goes wrong.
        Violation = "violation",
        /// A request begins.
        Request = "request",
    }
}

fn begins(record: &Record) -> bool {
    matches!(record.event, Event::Started { .. })
}

/// A run with its present state and its checkpoints.
pub struct Timeline {
    now: Simulation,
    /// Earlier states, in order of time; the first is the start.
    checkpoints: Vec<Simulation>,
    spacing: u64,
    /// The furthest state of this run, if that is not the present one.
    furthest: Option<Simulation>,
    /// Actions that were undone, the latest last.
    undone: Vec<Action>,
    /// The number of first actions that cannot be undone: they came with the scenario, or are kept.
    given: usize,
    /// How often the run's future has changed.
    forks: u64,
    /// The most bytes that everything may take.
    budget: u64,
    /// The size of the furthest state when last measured, in bytes.
    state_bytes: u64,
    /// The first record that checkpoints may have.
    oldest: u64,
}

impl Timeline {
    /// Makes a timeline of a run, at its first instant.
    pub fn new(scenario: &Scenario) -> Result<Timeline, Vec<Problem>> {
        let mut now = Simulation::new(scenario)?;
        now.keep_within(BUDGET / 4);
        Ok(Timeline {
            checkpoints: vec![now.clone()],
            state_bytes: now.state_bytes(),
            now,
            spacing: SPACING,
            furthest: None,
            undone: Vec::new(),
            given: scenario.actions.len(),
            forks: 0,
            budget: BUDGET,
            oldest: 0,
        })
    }

    /// The present state.
    pub fn now(&self) -> &Simulation {
        &self.now
    }

    /// The instant of the next event, without an action.
    pub fn next_at_us(&mut self) -> Option<Micros> {
        self.now.next_at_us()
    }

    /// The latest state that this run has reached, which is the known future if the present state
    /// is in the past.
    pub fn furthest(&self) -> &Simulation {
        self.furthest.as_ref().unwrap_or(&self.now)
    }

    /// Whether the present state is earlier than the latest one reached.
    pub fn is_past(&self) -> bool {
        self.furthest.as_ref().is_some_and(|furthest| furthest.now_us() > self.now.now_us())
    }

    /// How often the run's future has changed: by an action in the past, an undo or a redo.
    pub fn forks(&self) -> u64 {
        self.forks
    }

    /// Runs to an instant, with at most `most_events` events.
    pub fn advance(&mut self, until_us: Micros, most_events: u32) -> Advance {
        let end = self.now.events() + u64::from(most_events);
        loop {
            let next = (self.now.events() / self.spacing + 1) * self.spacing;
            let portion = (next.min(end) - self.now.events()).min(memory::PORTION);
            let advance = self.now.advance(until_us, portion as u32);
            if self.now.events() == next {
                self.check_in();
            }
            self.forget();
            if advance != Advance::Budget || self.now.events() >= end {
                self.catch_up();
                return advance;
            }
        }
    }

    /// Runs exactly one event.
    pub fn step(&mut self) -> Advance {
        let advance = self.now.step();
        self.catch_up();
        advance
    }

    /// Restores the last checkpoint before an instant. [`advance`](Timeline::advance) then gets
    /// there in a bounded number of events, however long the run is.
    pub fn turn_to(&mut self, at_us: Micros) {
        let is_before = |state: &Simulation| state.now_us() <= at_us;
        self.restore(at_us < self.now.now_us(), is_before);
    }

    /// Restores the last checkpoint before an instant at which nothing has happened yet.
    pub fn turn_before(&mut self, at_us: Micros) {
        let is_before = |state: &Simulation| {
            state.now_us() < at_us || state.events() == 0 && state.now_us() == 0
        };
        self.restore(!is_before(&self.now), is_before);
    }

    /// Goes back by one event. Returns false at the start.
    pub fn step_back(&mut self) -> bool {
        let Some(events) = self.now.events().checked_sub(1) else { return false };
        self.restore(true, |state| state.events() <= events);
        while self.now.events() < events {
            if self.now.step() != Advance::Budget {
                break;
            }
        }
        true
    }

    /// The next instant of this kind, in the known part of the run.
    pub fn next_us(&self, stop: Stop) -> Option<Micros> {
        let now_us = self.now.now_us();
        let history = self.furthest().history();
        match stop {
            Stop::Request => history
                .since(history.first_at(now_us + 1))
                .find_map(|(_, record)| begins(record).then_some(record.at_us)),
            Stop::Violation => self.violation_after_us(now_us),
        }
    }

    /// The first violation after an instant, in the known part of the run.
    pub fn violation_after_us(&self, after_us: Micros) -> Option<Micros> {
        self.violations().into_iter().find(|at_us| *at_us > after_us)
    }

    /// The last instant of this kind before now.
    pub fn previous_us(&self, stop: Stop) -> Option<Micros> {
        let now_us = self.now.now_us();
        match stop {
            Stop::Request => {
                let earlier = self.now.history().since(0).rev();
                let mut earlier = earlier.filter(|(_, record)| record.at_us < now_us);
                earlier.find_map(|(_, record)| begins(record).then_some(record.at_us))
            }
            Stop::Violation => self.violations().into_iter().rfind(|at_us| *at_us < now_us),
        }
    }

    /// Runs until the first event of this kind, with at most `most_events` events. Returns whether
    /// there was one.
    pub fn advance_to(&mut self, stop: Stop, most_events: u32) -> Result<bool, Advance> {
        for _ in 0..most_events {
            let (before, bad) = (self.now.history().len(), self.bad());
            // stop at the event, so that no time passes when nothing is left
            let next_us = self.next_at_us().filter(|at_us| *at_us <= LONGEST_US);
            let Some(next_us) = next_us else { return Err(Advance::Reached) };
            match self.advance(next_us, 1) {
                Advance::Budget => {}
                // nothing is left to happen
                end => return Err(end),
            }
            let found = match stop {
                Stop::Request => self.now.history().since(before).any(|(_, record)| begins(record)),
                Stop::Violation => self.bad() > bad,
            };
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn bad(&self) -> u64 {
        self.now.history().ledger().went_wrong()
    }

    /// The instants of violations, in order.
    fn violations(&self) -> Vec<Micros> {
        let ledger = self.furthest().history().ledger();
        ledger.violations().iter().map(|violation| violation.at_us).collect()
    }

    /// Does an action now, and records it. In the past, this changes what follows.
    pub fn act(&mut self, what: What) -> Result<(), ActError> {
        self.now.act(what)?;
        self.undone.clear();
        self.forks += u64::from(self.furthest.is_some());
        self.fork(self.now.now_us());
        Ok(())
    }

    /// The run as a scenario with everything that a person set up and did, which replays to the
    /// same state. If the run went beyond the scenario's end, the new scenario is longer. It opens
    /// at `at_us`, or at the start.
    pub fn session(&self, at_us: Option<Micros>) -> Scenario {
        let mut scenario = self.now.scenario().clone();
        scenario.view.at_us = at_us;
        let last_us = scenario.actions.iter().map(|action| action.at_us).chain(at_us).max();
        if last_us.is_some_and(|last_us| last_us >= scenario.duration_us) {
            let furthest_us = self.furthest().now_us();
            scenario.duration_us = furthest_us.max(last_us.unwrap_or(0) + 1);
        }
        scenario
    }

    /// Whether there is an action to undo.
    pub fn can_undo(&self) -> bool {
        self.now.scenario().actions.len() > self.given
    }

    /// Makes all actions so far permanent: none can be undone or redone.
    pub fn keep(&mut self) {
        self.given = self.now.scenario().actions.len();
        self.undone.clear();
    }

    /// Whether there is an action to redo.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Undoes the last action. Returns it, and the instant to
    /// [`advance`](Timeline::advance) to, which is the present one.
    pub fn undo(&mut self) -> Option<(What, Micros)> {
        if !self.can_undo() {
            return None;
        }
        let at_us = self.now.now_us();
        let mut scenario = (*self.now.scenario).clone();
        let action = scenario.actions.pop()?;
        let what = action.what.clone();
        self.rewrite(scenario, action.at_us);
        self.undone.push(action);
        Some((what, at_us))
    }

    /// Redoes the action undone last. Returns the same as [`undo`](Timeline::undo).
    pub fn redo(&mut self) -> Option<(What, Micros)> {
        let action = self.undone.pop()?;
        let at_us = self.now.now_us();
        let mut scenario = (*self.now.scenario).clone();
        let what = action.what.clone();
        let from_us = action.at_us;
        scenario.actions.push(action);
        self.rewrite(scenario, from_us);
        Some((what, at_us))
    }

    /// Replaces the actions from an instant on.
    fn rewrite(&mut self, scenario: Scenario, from_us: Micros) {
        let scenario = Rc::new(scenario);
        self.forks += 1;
        self.fork(from_us);
        if from_us <= self.now.now_us() {
            self.restore(true, |_| true);
            self.furthest = None;
        }
        self.now.follow(&scenario);
    }

    /// Forgets every state from an instant on.
    fn fork(&mut self, from_us: Micros) {
        self.furthest = None;
        let events = self.now.events();
        self.checkpoints.retain(|state| {
            state.events() == 0 || state.now_us() < from_us && state.events() <= events
        });
    }

    /// Restores the latest known state that `fits`, if it is further than the present
    /// one or `back` is set.
    fn restore(&mut self, back: bool, fits: impl Fn(&Simulation) -> bool) {
        let known = self.checkpoints.iter().chain(&self.furthest);
        let best = known.filter(|state| fits(state)).max_by_key(|state| state.events());
        let Some(best) = best.filter(|best| back || best.events() > self.now.events()) else {
            return;
        };
        let mut state = best.clone();
        state.follow(&self.now.scenario);
        let before = std::mem::replace(&mut self.now, state);
        if self.furthest.as_ref().is_none_or(|furthest| furthest.events() < before.events()) {
            self.furthest = Some(before);
        }
    }

    /// Makes a checkpoint of the present state.
    fn check_in(&mut self) {
        if self.checkpoints.last().is_some_and(|last| last.events() >= self.now.events()) {
            return;
        }
        self.checkpoints.push(self.now.clone());
        self.state_bytes = self.now.state_bytes();
        self.thin();
    }

    /// Forgets the furthest state once the present one is further.
    fn catch_up(&mut self) {
        if self.furthest.as_ref().is_some_and(|furthest| {
            (furthest.events(), furthest.now_us()) <= (self.now.events(), self.now.now_us())
        }) {
            self.furthest = None;
        }
    }
}
