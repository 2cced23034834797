//! Breadth-first search by the number of effects; other steps cost nothing.

use super::check::CheckError;
use super::expand::{Expansion, expand};
use super::frontier::{Frontier, Trail, Waiting};
use super::model::{Model, Seen};
use super::question::{Properties, Property, Question};
use super::script::{ExploreError, Script};
use super::shrink::Simple;
use super::visited::{Met, Name, Node, Visited};
use super::waiting::Ending;
use crate::scenario::Scenario;
use crate::strategy::value::Scalar;

/// A search in progress.
pub struct Search {
    pub(super) model: Model,
    pub(super) visited: Visited,
    /// The states with the present number of effects that are still to be examined, and those with
    /// one more.
    now: Frontier,
    next: Frontier,
    trail: Trail,
    /// States from which all requests under way can end, where a property asks for it.
    ending: Ending,
    effects: u16,
    /// The shortest way so far to a violation of each property.
    pub(super) found: [Option<Found>; Property::ALL.len()],
    /// The ways after simplification.
    pub(super) simple: Vec<Simple>,
    transitions: u64,
    seen: Seen,
    mistake: Option<CheckError>,
    cut: Option<Bound>,
    is_over: bool,
}

/// The last step of the way to a violation.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    pub parent: u32,
    pub choice: u16,
    pub effects: u16,
}

/// Why a search did not see everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    States,
    Effects,
    Memory,
    /// The background activity was too much to examine.
    Background,
    /// Whether requests ever end was too much to examine.
    Waiting,
    /// A run reached one of the scenario's own limits.
    Limits,
    /// Two states have the same fingerprint.
    Collision,
    /// The caller ended it.
    Interrupted,
    /// The caller ended it, because its time was over.
    Time,
}

/// The progress of a search.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub states: u64,
    pub transitions: u64,
    /// States that are known and not yet examined.
    pub waiting: u64,
    pub effects: u16,
    /// The approximate size of all states, in bytes.
    pub memory: u64,
    /// Of these, the bytes for all states met so far.
    pub visited_bytes: u64,
}

/// The approximate size of a whole state in the queue, in bytes: all allocations, measured with
/// small scenarios.
const WHOLE_BYTES: u64 = 6_000;

/// The share of the memory for whole states: one part in this many.
const WHOLE_SHARE: u64 = 8;

impl Search {
    /// Starts a search.
    ///
    /// # Errors
    /// Why this scenario can't be searched.
    pub fn new(scenario: &Scenario, question: Question) -> Result<Search, ExploreError> {
        let script = Script::new(scenario, &question)?;
        let mut model = Model::new(script, question);
        let texts = model.texts();
        model.script.know(&texts);
        Search::of(model)
    }

    /// The model in which the way to a property was found.
    pub(super) fn model_of(&self, property: Property) -> &Model {
        let simple = self.simple.iter().find(|each| each.way.property == Some(property));
        simple.and_then(|each| each.model.as_ref()).unwrap_or(&self.model)
    }

    pub(super) fn of(model: Model) -> Result<Search, ExploreError> {
        let first = model.first();
        if let Some(check) = &model.script.check {
            // what it computes of nothing tells whether it is a truth value
            let error = check.is_true(&first.world, |_| Scalar::None).err();
            let is_wrong = |error: &CheckError| !matches!(error, CheckError::Mistake(_));
            if let Some(error) = error.filter(is_wrong) {
                return Err(ExploreError::Check(error));
            }
        }
        #[cfg(not(target_arch = "wasm32"))]
        let exact = model.question.exact;
        #[cfg(target_arch = "wasm32")]
        let exact = false;
        let mut visited = Visited::new(exact);
        let Name { fingerprint, exact } = model.name(&first);
        visited.meet(Node { fingerprint, parent: 0, choice: 0, effects: 0 }, exact);
        let mut now = Frontier::default();
        now.push(0, Some(first));
        Ok(Search {
            model,
            visited,
            now,
            next: Frontier::default(),
            trail: Trail::default(),
            ending: Ending::default(),
            effects: 0,
            found: [None; Property::ALL.len()],
            simple: Vec::new(),
            transitions: 0,
            seen: Seen::default(),
            mistake: None,
            cut: None,
            is_over: false,
        })
    }

    /// Examines at most `most` states. Returns true once the search is over.
    pub fn advance(&mut self, most: u32) -> bool {
        for _ in 0..most {
            match self.take_portion(1).pop() {
                Some(waiting) => self.look_at(waiting),
                None if self.is_over() => break,
                None => {}
            }
        }
        self.is_over()
    }

    /// Takes up to `most` of the next states, all with the same number of effects. Empty: they were
    /// found at a lower cost meanwhile, the next number of effects is due, or the search is over.
    pub(super) fn take_portion(&mut self, most: usize) -> Vec<Waiting> {
        let mut portion = Vec::new();
        if self.now.is_empty() && !self.is_over {
            self.is_over = !self.go_on();
        }
        while portion.len() < most && !self.is_over {
            let Some(waiting) = self.now.pop() else { break };
            if self.visited.node(waiting.number).effects == self.effects {
                portion.push(waiting);
            }
        }
        portion
    }

    pub(super) fn look_at(&mut self, waiting: Waiting) {
        let effects = self.effects();
        let (model, visited) = (&self.model, &self.visited);
        let expansion = expand(model, visited, &mut self.trail, waiting, effects);
        self.take_in(expansion);
    }

    pub fn progress(&self) -> Progress {
        let waiting = (self.now.len() + self.next.len()) as u64;
        let numbers = self.now.bytes() + self.next.bytes();
        let whole = (self.now.whole() + self.next.whole()) as u64;
        Progress {
            states: self.visited.len() as u64,
            transitions: self.transitions,
            waiting,
            effects: self.effects,
            memory: self.visited.bytes() + numbers + whole * WHOLE_BYTES,
            visited_bytes: self.visited.bytes(),
        }
    }

    /// The number of effects of the states being examined.
    pub(super) fn effects(&self) -> u16 {
        self.effects
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Moves on to the states with one more effect. False: there are none, or none are needed.
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

    /// Merges the successors of a state.
    pub(super) fn take_in(&mut self, expansion: Expansion) {
        let Expansion { number, children, seen, mistake, halted, collided } = expansion;
        if self.is_over {
            // it still waits
            return self.now.push(number, None);
        }
        self.seen.merge(&seen);
        if self.mistake.is_none() {
            self.mistake = mistake;
        }
        if halted {
            self.cut = Some(Bound::Limits);
        }
        if collided {
            self.cut = Some(Bound::Collision);
        }
        for child in children {
            self.transitions += 1;
            let effects = self.effects + child.effects;
            let (Name { fingerprint, exact }, choice) = (child.name, child.choice);
            let node = Node { fingerprint, parent: number, choice, effects };
            let met = self.visited.meet(node, exact);
            let mut broken = child.broken;
            let state = child.state.filter(|_| met != Met::Known);
            if let Some(state) = &state {
                let asked = self.model.question.properties.iter();
                let asked = asked.filter(|property| self.asks(*property, effects)).collect();
                match self.model.broken_for_good(state, asked) {
                    Some(for_good) => broken = broken.or(for_good),
                    None => self.cut = Some(Bound::Background),
                }
                if self.asks(Property::Recovers, effects) {
                    match self.model.waits_for_ever(state, &mut self.ending) {
                        Some(true) => broken.add(Property::Recovers),
                        Some(false) => {}
                        None => self.cut = Some(Bound::Waiting),
                    }
                }
            }
            self.note(broken, Found { parent: number, choice, effects });
            let whole = self.now.whole() + self.next.whole();
            let keeps = whole as u64 * WHOLE_BYTES * WHOLE_SHARE < self.model.question.most_memory;
            let state = state.filter(|_| keeps);
            match met {
                Met::New(new) | Met::Cheaper(new) if child.effects == 0 => {
                    self.now.push(new, state);
                }
                Met::New(new) | Met::Cheaper(new) => self.next.push(new, state),
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

    /// Ends a search early: what it has found so far stays.
    pub fn interrupt(&mut self) {
        self.stop(Bound::Interrupted);
    }

    /// The same, because its time is over.
    pub fn time_out(&mut self) {
        self.stop(Bound::Time);
    }

    /// Whether a shorter way to break a property is still wanted.
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

    /// Whether no state is left to examine.
    pub fn is_exhausted(&self) -> bool {
        self.is_over && self.now.is_empty() && self.next.is_empty()
    }

    /// What the search has met so far.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Why the check could not be computed, if it could not.
    pub fn mistake(&self) -> Option<&CheckError> {
        self.mistake.as_ref()
    }

    /// Why the search did not see everything, if it did not.
    pub fn cut(&self) -> Option<Bound> {
        self.cut
    }

    /// The fewest effects found so far with which a property is broken.
    pub fn effects_to(&self, property: Property) -> Option<u16> {
        self.found[property as usize].map(|found| found.effects)
    }
}
