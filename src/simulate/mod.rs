//! The scheduler of virtual time: what happens if I do this?
//!
//! A [`Simulation`] drives one [`World`] with a `Clock`: the scenario's
//! distributions and seed decide how long each message and each statement takes.
//! A caller runs it to an instant, in portions of any size: the page runs one
//! portion per frame.

mod act;
mod agenda;
pub mod chance;
mod clock;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod digest_tests;
mod error;
mod example;
mod flight;
mod heard;
mod load;
mod look;
mod rate;
mod requests;
pub mod timeline;
pub mod trace;
mod upcoming;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

pub(crate) use act::fault_of;
pub use error::ActError;
pub use example::example;
pub use heard::Heard;
pub use requests::requests;

use agenda::AgendaItem;
use clock::Clock;
use load::WorkloadRun;

use crate::event::{Event, Fault};

use crate::history::{Declared, History, Report};
use crate::scenario::{Action, MOST_ACTIONS, Problem, Scenario, StrategyUse, Truth, What};
use crate::strategy::value::{Datum, Names, Scalar, Symbol};
use crate::time::Micros;
use crate::world::{Halt, OpId, Request, Transition, World};

/// A run of a scenario, up to some instant.
#[derive(Clone)]
pub struct Simulation {
    scenario: Rc<Scenario>,
    world: World,
    clock: Clock,
    loads: Vec<WorkloadRun>,
    /// The client of actions that name none.
    nobody: Symbol,
    /// The user of a closed workload who waits for this request.
    thinking: BTreeMap<OpId, (u32, u32, u32)>,
    stopped: Option<String>,
    /// The number of events at the present instant so far.
    at_once: u32,
    events: u64,
    /// Actions that could not be done.
    undone: Vec<(Micros, Symbol)>,
}

/// How far `advance` got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advance {
    /// It has reached the instant.
    Reached,
    /// The limit on events is reached; there is more to do.
    Budget,
    /// The run cannot continue, and why.
    Stopped(String),
}

/// The most events at one instant. A run with more has a loop in which no time passes.
pub const MOST_AT_ONCE: u32 = 1_000_000;

/// What a scenario declares about the keys of a strategy.
pub fn declared(of: &StrategyUse) -> Declared {
    Declared { derived: of.derived, in_cache: of.truth == Truth::Cache, kept_in: None }
}

impl Simulation {
    /// Makes a run, at its first instant.
    pub fn new(scenario: &Scenario) -> Result<Simulation, Vec<Problem>> {
        Simulation::with_rows(scenario, [])
    }

    /// Makes a run with rows of these keys added; each is 0 if the scenario has none.
    fn with_rows<'k>(
        scenario: &Scenario,
        keys: impl IntoIterator<Item = &'k str>,
    ) -> Result<Simulation, Vec<Problem>> {
        let mut setup = scenario.resolve()?;
        let mut problems = Vec::new();
        let names = &mut setup.names;
        let known: BTreeSet<Symbol> = setup.rows.iter().map(|(key, _)| *key).collect();
        for key in keys {
            match names.intern(key) {
                Some(key) if known.contains(&key) => {}
                Some(key) => setup.rows.push((key, Datum::computed(Scalar::Int(0)))),
                None => {
                    problems.push(Problem {
                        path: "trace".to_owned(),
                        message: "has more keys than one run may have in all".to_owned(),
                    });
                    break;
                }
            }
        }
        let mut loads = Vec::new();
        for (index, workload) in scenario.workloads.iter().enumerate() {
            match WorkloadRun::new(index as u32, workload, names) {
                Some(load) => loads.push(load),
                None => problems.push(Problem {
                    path: format!("workloads[{index}].keys.count"),
                    message: "gives more keys than one run may have in all".to_owned(),
                }),
            }
        }
        let nobody = names.intern("client");
        let (Some(nobody), true) = (nobody, problems.is_empty()) else { return Err(problems) };
        let wants_ended = loads.iter().any(|load| load.users().is_some());
        let mut history = History::new(scenario.history.keep, scenario.history.verdicts);
        for (nth, each) in scenario.strategies.iter().enumerate() {
            let program = setup.strategies.get(nth).map(|deployed| &deployed.program);
            let program = program.filter(|_| each.truth == Truth::Cache);
            let kept_in = program.and_then(|program| program.first_cache());
            history.declare(&each.prefix, Declared { kept_in, ..declared(each) });
        }
        if scenario.topology.local.as_ref().is_some_and(|local| local.tracking.is_some()) {
            history.track_readers();
        }
        let mut clock = Clock::new(scenario, history, wants_ended);
        for (index, action) in scenario.actions.iter().enumerate() {
            clock.agenda.put_action(action.at_us, index as u32);
        }
        for (index, load) in loads.iter().enumerate() {
            if let Some(start_us) = load.workload().start_us {
                clock.agenda.put(start_us, AgendaItem::Begin(index as u32));
            }
            if let Some(stop_us) = load.workload().stop_us {
                clock.agenda.put(stop_us, AgendaItem::End(index as u32));
            }
        }
        setup.names.freeze();
        let world = World::new(Arc::new(setup), &mut clock);
        clock.history.taken_by(world.takers().collect());
        Ok(Simulation {
            scenario: Rc::new(scenario.clone()),
            world,
            clock,
            loads,
            nobody,
            thinking: BTreeMap::new(),
            stopped: None,
            at_once: 0,
            events: 0,
            undone: Vec::new(),
        })
    }

    /// The present instant.
    pub fn now_us(&self) -> Micros {
        self.clock.now_us
    }

    /// The scenario, with the actions that were recorded so far.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The world's present state.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The history so far.
    pub fn history(&self) -> &History {
        &self.clock.history
    }

    /// The texts of this run.
    pub fn names(&self) -> &Names {
        self.world.names()
    }

    /// The strategies, in the scenario's order.
    pub fn programs(&self) -> &[crate::world::Deployed] {
        &self.world.setup().strategies
    }

    /// Why the run cannot continue, if so.
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    /// The number of events so far.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The scenario's actions that could not be done at their instants, and why: for example, the
    /// message that an action names is not in flight in this run.
    pub fn undone(&self) -> impl ExactSizeIterator<Item = (Micros, std::sync::Arc<str>)> {
        self.undone.iter().map(|&(at_us, text)| (at_us, self.names().text(text)))
    }

    /// The approximate size of its state in bytes, without records.
    pub(crate) fn state_bytes(&self) -> u64 {
        const KEY: usize = 320;
        const TASK: usize = 1_024;
        const MESSAGE: usize = 512;
        let (ledger, world) = (self.history().ledger(), &self.world);
        let keys = ledger.keys().len() * KEY;
        let world = world.tasks.len() * TASK + world.messages.len() * MESSAGE;
        ledger.bytes() + (keys + world) as u64
    }

    /// The instant of the next event, without an action.
    pub fn next_at_us(&mut self) -> Option<Micros> {
        self.clock.agenda.next_at_us(&self.world)
    }

    /// The world's next transition; `None`: an action or a workload comes first, or nothing is
    /// left.
    pub fn next_transition(&mut self) -> Option<Transition> {
        match self.clock.agenda.peek(&self.world)? {
            AgendaItem::Deliver(message) => Some(Transition::Deliver(message)),
            AgendaItem::Fire(timer) => Some(Transition::Fire(timer)),
            _ => None,
        }
    }

    /// Runs to an instant, with at most `most_events` events.
    pub fn advance(&mut self, until_us: Micros, most_events: u32) -> Advance {
        for _ in 0..most_events {
            if let Some(why) = &self.stopped {
                return Advance::Stopped(why.clone());
            }
            if !self.next_event(until_us) {
                self.move_to(until_us.max(self.clock.now_us));
                return Advance::Reached;
            }
        }
        Advance::Budget
    }

    /// Runs exactly one event; time jumps to it. Returns `Reached` if there is none.
    pub fn step(&mut self) -> Advance {
        if let Some(why) = &self.stopped {
            return Advance::Stopped(why.clone());
        }
        if self.next_event(Micros::MAX) { Advance::Budget } else { Advance::Reached }
    }

    /// The totals so far.
    pub fn report(&self) -> Report {
        self.view().report()
    }

    /// Whether nothing that a person started is still under way. A background loop between two
    /// turns counts as idle; a queue with writes to flush does not.
    ///
    /// A message that a person holds, and the task that sent it, count as idle.
    pub fn is_quiet(&self) -> bool {
        let world = &self.world;
        let messages = world.messages();
        let held = messages.filter(|(key, _)| self.clock.agenda.is_held(*key)).count();
        let statements = world.stores.statements().count();
        world.tasks.len() <= held
            && world.messages.len() + statements == held
            && world.queues.iter().all(|slot| slot.queue.depth() == 0)
            && self.loads.iter().all(|load| !load.running)
    }

    fn move_to(&mut self, at_us: Micros) {
        if at_us > self.clock.now_us {
            self.clock.now_us = at_us;
            self.at_once = 0;
        }
    }

    /// Runs one event at or before `until_us`, if there is one.
    fn next_event(&mut self, until_us: Micros) -> bool {
        let Some((at_us, item)) = self.clock.agenda.take(&self.world, until_us) else {
            return false;
        };
        self.move_to(at_us);
        self.events += 1;
        self.at_once += 1;
        match item {
            AgendaItem::Deliver(message) => self.apply(Transition::Deliver(message)),
            AgendaItem::Fire(timer) => self.apply(Transition::Fire(timer)),
            AgendaItem::Action(index) => {
                let what = self.scenario.actions[index as usize].what.clone();
                if let Err(why) = self.carry_out(index, &what)
                    && let Some(text) =
                        self.world.names_mut().intern(&format!("{}: {why}", what.words()))
                {
                    self.record(Event::Refused { text });
                    self.undone.push((at_us, text));
                }
            }
            AgendaItem::Begin(load) => self.begin(load),
            AgendaItem::End(load) => self.end(load),
            AgendaItem::Arrival { workload, run } => self.arrive(workload, run),
            AgendaItem::Thought { workload, run, user } => self.ask(workload, run, user),
        }
        self.let_think();
        self.check_limits();
        true
    }

    #[inline]
    fn check_limits(&mut self) {
        let is_over = self.world.halted().is_some()
            || self.at_once >= MOST_AT_ONCE
            || self.events >= self.scenario.limits.events;
        if is_over {
            self.stop();
        }
    }

    /// The error for a limit that ends the run.
    #[cold]
    fn stop(&mut self) {
        let (limits, most_events) = (&self.world.setup().limits, self.scenario.limits.events);
        let why = match self.world.halted() {
            Some(Halt::Tasks) => format!(
                "more than {} tasks run at once: does a function spawn itself, or wait for ever?",
                limits.tasks
            ),
            Some(Halt::Steps) => format!(
                "the strategies have run {} instructions, which is this scenario's limit",
                limits.total_steps
            ),
            None if self.at_once >= MOST_AT_ONCE => format!(
                "{MOST_AT_ONCE} events happened at the same instant: does a loop call the store \
                 of its own process, or spawn, without ever sleeping?"
            ),
            None => format!("{most_events} events have happened, which is this scenario's limit"),
        };
        self.stopped = Some(why);
    }

    /// A workload starts.
    fn begin(&mut self, index: u32) {
        let load = &mut self.loads[index as usize];
        if load.running {
            return;
        }
        load.running = true;
        load.run += 1;
        let (run, name) = (load.run, load.name());
        self.record(Event::Fault(Fault::StartWorkload(name)));
        let load = &mut self.loads[index as usize];
        match load.users() {
            None => {
                let at_us = self.clock.now_us + load.gap_us(self.scenario.seed, self.clock.now_us);
                self.clock.agenda.put(at_us, AgendaItem::Arrival { workload: index, run });
            }
            Some(users) => {
                for user in 0..users {
                    self.think(index, run, user);
                }
            }
        }
    }

    fn end(&mut self, index: u32) {
        let load = &mut self.loads[index as usize];
        if load.running {
            load.running = false;
            let name = load.name();
            self.record(Event::Fault(Fault::StopWorkload(name)));
        }
    }

    fn think(&mut self, workload: u32, run: u32, user: u32) {
        let us = self.loads[workload as usize].think_us(self.scenario.seed, user);
        self.clock.agenda.put(self.clock.now_us + us, AgendaItem::Thought { workload, run, user });
    }

    /// A user of a closed workload sends a request.
    fn ask(&mut self, workload: u32, run: u32, user: u32) {
        let load = &mut self.loads[workload as usize];
        if load.goes_on(run) {
            let request = load.request(self.scenario.seed, user);
            let op = self.start(request);
            self.thinking.insert(op, (workload, run, user));
        }
    }

    /// An open workload sends a request, and schedules the next one.
    fn arrive(&mut self, workload: u32, run: u32) {
        let load = &mut self.loads[workload as usize];
        if !load.goes_on(run) {
            return;
        }
        let request = load.request(self.scenario.seed, 0);
        let at_us = self.clock.now_us + load.gap_us(self.scenario.seed, self.clock.now_us);
        self.clock.agenda.put(at_us, AgendaItem::Arrival { workload, run });
        self.start(request);
    }

    fn start(&mut self, request: Request) -> OpId {
        self.apply(Transition::Start(request));
        self.world.latest_operation()
    }

    /// Applies a transition that cannot be refused.
    fn apply(&mut self, transition: Transition) {
        let done = self.world.apply(transition, self.clock.now_us, &mut self.clock);
        debug_assert!(done.is_ok(), "only faults are refused");
    }

    /// Records an event that the world does not know of.
    fn record(&mut self, event: Event) {
        self.clock.history.record(self.clock.now_us, &[event], self.world.names());
    }

    /// Begins the think time of users whose requests have ended.
    #[inline]
    fn let_think(&mut self) {
        if self.clock.ended.as_ref().is_some_and(|ended| !ended.is_empty()) {
            self.let_ended_think();
        }
    }

    #[inline(never)]
    fn let_ended_think(&mut self) {
        for op in self.clock.ended.as_mut().map(std::mem::take).unwrap_or_default() {
            if let Some((workload, run, user)) = self.thinking.remove(&op) {
                self.think(workload, run, user);
            }
        }
    }

    /// Adopts another version of the scenario, with the same actions up to now.
    fn follow(&mut self, scenario: &Rc<Scenario>) {
        if Rc::ptr_eq(&self.scenario, scenario) {
            return;
        }
        self.scenario = scenario.clone();
        self.clock.agenda.forget_actions();
        for (index, action) in (0..).zip(&scenario.actions) {
            // actions come first within an instant
            let to_come = action.at_us > self.clock.now_us
                || action.at_us == self.clock.now_us && self.at_once == 0;
            if to_come {
                self.clock.agenda.put_action(action.at_us, index);
            }
        }
    }

    /// Does an action now, and records it in the scenario.
    ///
    /// A replay does an action before anything else at its instant. So events that are due now
    /// happen first, and if something has already happened at this instant, the action comes one
    /// microsecond later.
    ///
    /// # Errors
    /// Why the action cannot be done; then it is not recorded.
    pub fn act(&mut self, what: What) -> Result<(), ActError> {
        if self.scenario.actions.len() >= MOST_ACTIONS {
            return Err(ActError::TooManyActions);
        }
        self.check_action(&what)?;
        let is_due = self.next_at_us() == Some(self.clock.now_us);
        let mut late = self.at_once > 0 || is_due;
        while late {
            match self.advance(self.clock.now_us, MOST_AT_ONCE) {
                Advance::Reached => self.move_to(self.clock.now_us + 1),
                Advance::Budget => {}
                Advance::Stopped(why) => return Err(ActError::Stopped(why)),
            }
            // this action must be the last of its instant, as it is in the scenario
            late = self.clock.agenda.next_action_us() == Some(self.clock.now_us);
        }
        let index = self.scenario.actions.len() as u32;
        let names = self.names().clone();
        if let Err(why) = self.carry_out(index, &what) {
            // it is not recorded, so a replay will not intern its texts
            *self.world.names_mut() = names;
            return Err(why);
        }
        // a replay counts it as an event
        self.events += 1;
        Rc::make_mut(&mut self.scenario).actions.push(Action { at_us: self.clock.now_us, what });
        self.let_think();
        self.check_limits();
        Ok(())
    }
}
