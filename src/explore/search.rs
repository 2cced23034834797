//! Breadth first in effects, with all that is none free of charge.

use std::collections::{BTreeSet, VecDeque};

use super::check::CheckError;
use super::model::{Choice, Model, Seen};
use super::question::{Properties, Property, Question};
use super::recorder::{Micro, Set};
use super::script::{ExploreError, Script};
use super::state::State;
use super::visited::{Met, Node, Visited};
use crate::scenario::Scenario;
use crate::strategy::value::{Names, Scalar};

/// A search under way.
pub struct Search {
    pub(super) model: Model,
    visited: Visited,
    /// States of the present number of effects, to be looked at, and those of one more.
    now: VecDeque<(u32, State)>,
    next: VecDeque<(u32, State)>,
    effects: u16,
    /// The shortest way so far in which each property was broken.
    found: [Option<Found>; Property::ALL.len()],
    transitions: u64,
    seen: Seen,
    mistake: Option<CheckError>,
    cut: Option<Bound>,
    is_over: bool,
}

/// The last step to where a property is broken.
#[derive(Clone, Copy, Debug)]
struct Found {
    parent: u32,
    choice: u16,
    effects: u16,
}

/// Why a search did not see everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    States,
    Effects,
    Memory,
    /// What goes on in the background alone was too much to see where it leads.
    Background,
    /// A run reached one of the scenario's own limits.
    Limits,
}

/// How far a search is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub states: u64,
    pub transitions: u64,
    /// States that are known and not yet looked at.
    pub waiting: u64,
    pub effects: u16,
    /// Bytes that the states take, roughly.
    pub memory: u64,
    /// Of these, those of all states that were met.
    pub visited_bytes: u64,
}

/// Roughly what a state takes that waits to be looked at, in bytes.
const WAITING_BYTES: u64 = 3_000;

/// The most states of what goes on in the background.
const MOST_IN_BACKGROUND: usize = 20_000;

impl Search {
    /// A search at its start.
    ///
    /// # Errors
    /// Why this scenario can't be searched.
    pub fn new(scenario: &Scenario, question: Question) -> Result<Search, ExploreError> {
        let script = Script::new(scenario, &question)?;
        let model = Model::new(script, question);
        let first = model.first();
        if let Some(check) = &model.script.check {
            // what it computes of nothing tells whether it is a truth value
            let error = check.is_true(&first.world, |_| Scalar::None).err();
            let is_wrong = |error: &CheckError| !matches!(error, CheckError::Mistake(_));
            if let Some(error) = error.filter(is_wrong) {
                return Err(ExploreError::Check(error));
            }
        }
        let mut visited = Visited::new();
        let fingerprint = first.fingerprint();
        visited.meet(Node { fingerprint, parent: 0, choice: 0, effects: 0 });
        Ok(Search {
            model,
            visited,
            now: VecDeque::from([(0, first)]),
            next: VecDeque::new(),
            effects: 0,
            found: [None; Property::ALL.len()],
            transitions: 0,
            seen: Seen::default(),
            mistake: None,
            cut: None,
            is_over: false,
        })
    }

    /// Looks at no more than `most` states. True: the search is over.
    pub fn advance(&mut self, most: u32) -> bool {
        for _ in 0..most {
            if self.is_over {
                break;
            }
            match self.now.pop_front() {
                Some((number, state)) => {
                    // a cheaper way to it may have been found meanwhile
                    if self.visited.node(number).effects == self.effects {
                        self.look_at(number, &state);
                    }
                }
                None => self.is_over = !self.go_on(),
            }
        }
        self.is_over
    }

    pub fn progress(&self) -> Progress {
        let waiting = (self.now.len() + self.next.len()) as u64;
        Progress {
            states: self.visited.len() as u64,
            transitions: self.transitions,
            waiting,
            effects: self.effects,
            memory: self.visited.bytes() + waiting * WAITING_BYTES,
            visited_bytes: self.visited.bytes(),
        }
    }

    /// Turns to the states of one effect more. False: there are none, or none are needed.
    fn go_on(&mut self) -> bool {
        let asked = self.model.question.properties;
        let open = asked.iter().any(|property| {
            self.found[property as usize].is_none_or(|found| found.effects > self.effects + 1)
        });
        if !open || self.next.is_empty() {
            return false;
        }
        if self.effects >= self.model.question.most_effects {
            self.cut = Some(Bound::Effects);
            return false;
        }
        self.effects += 1;
        std::mem::swap(&mut self.now, &mut self.next);
        true
    }

    fn look_at(&mut self, number: u32, state: &State) {
        for (at, choice) in (0..=u16::MAX).zip(self.model.choices(state, false)) {
            let Some(taken) = self.model.take(state, choice) else { continue };
            self.transitions += 1;
            if taken.state.world.halted().is_some() {
                self.cut = Some(Bound::Limits);
            }
            self.seen.merge(&taken.seen);
            if self.mistake.is_none() {
                self.mistake = taken.mistake;
            }
            let effects = self.effects + taken.effects;
            let mut broken = taken.broken;
            let fingerprint = taken.state.fingerprint();
            let met = self.visited.meet(Node { fingerprint, parent: number, choice: at, effects });
            if met != Met::Known && self.asks(Property::Converges, effects) {
                match self.differs_for_good(&taken.state) {
                    Some(true) => broken.add(Property::Converges),
                    Some(false) => {}
                    None => self.cut = Some(Bound::Background),
                }
            }
            self.note(broken, Found { parent: number, choice: at, effects });
            match met {
                Met::New(child) | Met::Cheaper(child) if taken.effects == 0 => {
                    self.now.push_back((child, taken.state));
                }
                Met::New(child) | Met::Cheaper(child) => {
                    self.next.push_back((child, taken.state));
                }
                Met::Known => {}
                Met::Full => return self.stop(Bound::States),
            }
        }
        let Progress { states, memory, .. } = self.progress();
        if states >= self.model.question.most_states {
            self.stop(Bound::States);
        } else if memory >= self.model.question.most_memory {
            self.stop(Bound::Memory);
        }
    }

    fn stop(&mut self, bound: Bound) {
        if self.now.is_empty() && self.next.is_empty() {
            return;
        }
        self.cut = Some(bound);
        self.is_over = true;
    }

    /// Whether a shorter way to break a property is asked for.
    fn asks(&self, property: Property, effects: u16) -> bool {
        let found = self.found[property as usize];
        self.model.question.properties.has(property)
            && found.is_none_or(|found| effects < found.effects)
    }

    fn note(&mut self, broken: Properties, way: Found) {
        for property in broken.iter() {
            if self.asks(property, way.effects) {
                self.found[property as usize] = Some(way);
            }
        }
    }

    /// Whether an entry differs from its row, all is at rest, and nothing that goes on in the
    /// background will change that. `None`: too much goes on there.
    fn differs_for_good(&self, state: &State) -> Option<bool> {
        let keys = &self.model.script.keys;
        let differs = |state: &State| state.judge.differs(&state.world, keys);
        if !state.is_at_rest() || !differs(state) {
            return Some(false);
        }
        let mut known = BTreeSet::from([state.fingerprint()]);
        let mut open = vec![state.clone()];
        while let Some(state) = open.pop() {
            for choice in self.model.choices(&state, true) {
                let Some(taken) = self.model.take(&state, choice) else { continue };
                if !known.insert(taken.state.fingerprint()) {
                    continue;
                }
                if taken.state.is_at_rest() && !differs(&taken.state) {
                    return Some(false);
                }
                if known.len() > MOST_IN_BACKGROUND {
                    return None;
                }
                open.push(taken.state);
            }
        }
        Some(true)
    }

    /// Whether nothing is left to look at.
    pub fn is_exhausted(&self) -> bool {
        self.is_over && self.now.is_empty() && self.next.is_empty()
    }

    /// What the search has found so far.
    pub fn seen(&self) -> Seen {
        self.seen
    }

    /// Why the check could not be computed, if so.
    pub fn mistake(&self) -> Option<&CheckError> {
        self.mistake.as_ref()
    }

    /// Why it did not see everything, if so.
    pub fn cut(&self) -> Option<Bound> {
        self.cut
    }

    /// The number of effects after which a property is broken, at the least.
    pub fn effects_to(&self, property: Property) -> Option<u16> {
        self.found[property as usize].map(|found| found.effects)
    }

    /// The shortest way to where a property is broken; it has been walked again, and broke
    /// the property again.
    pub fn way_to(&self, property: Property) -> Option<Way> {
        let found = self.found[property as usize]?;
        let mut choices = vec![found.choice];
        let mut at = found.parent;
        while at != 0 {
            let node = self.visited.node(at);
            choices.push(node.choice);
            at = node.parent;
        }
        choices.reverse();
        let names = Names::default();
        let mut way =
            Way { property: Some(property), start: Set::default(), moves: Vec::new(), names };
        let mut state = self.model.begin(&mut way.start);
        let mut broken = Properties::NONE;
        for choice in choices {
            let choice = *self.model.choices(&state, false).get(usize::from(choice))?;
            let mut path = Some(Vec::new());
            let taken = self.model.walk(&state, choice, &mut path)?;
            let (effects, micros) = (taken.effects, path.unwrap_or_default());
            way.moves.push(Move { choice, effects, micros });
            (state, broken) = (taken.state, taken.broken);
        }
        if property == Property::Converges && self.differs_for_good(&state) == Some(true) {
            broken.add(property);
        }
        let names = state.world.names().clone();
        broken.has(property).then_some(Way { names, ..way })
    }
}

/// A way to where a property is broken.
#[derive(Clone, Debug)]
pub struct Way {
    /// `None`: it breaks none.
    pub property: Option<Property>,
    /// What was set in motion before anything happened.
    pub start: Set,
    pub moves: Vec<Move>,
    /// The texts that it is told in.
    pub names: Names,
}

/// One choice, and all that was taken at once with it.
#[derive(Clone, Debug)]
pub struct Move {
    pub choice: Choice,
    pub effects: u16,
    pub micros: Vec<Micro>,
}
