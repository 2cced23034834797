//! A scenario and a question as a model: its states, and the transitions between them.

use std::sync::Arc;

use super::check::{CheckError, Looked};
use super::choices::{Choice, store_call};
use super::eager;
use super::judge::Judge;
use super::question::{Budgets, Properties, Property, Question};
use super::recorder::{Micro, Notes, Set};
use super::script::{Deed, Script};
use super::state::State;
use super::symmetry::Symmetry;
use super::tally::{Happening, Tally};
use super::visited::Name;
use crate::event::{DropReason, Event, Fault};
use crate::identity::ProcessId;
use crate::store::queue::QueueEffect;
use crate::time::Micros;
use crate::vocabulary::{CacheId, Failure, Role, Store};
use crate::world::{JobKey, MessageKey, Setup, Timer, Transition, World};

/// The result of one choice.
pub struct Taken {
    pub state: State,
    /// 1 if it is an effect, else 0.
    pub effects: u16,
    pub broken: Properties,
    pub seen: Seen,
    /// Why a check could not be computed.
    pub mistake: Option<CheckError>,
}

/// What was met along the way; without it, a verdict means little.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seen {
    pub tally: Tally,
    pub threw: bool,
    /// The deeds done that did something, a bit for each.
    pub deeds: u64,
    pub paid: Budgets,
    /// A request began while another, or a task of the background, was under way.
    pub together: bool,
    /// A request has loaded a row under another key than its own.
    pub elsewhere: bool,
    /// A request began after every fault had ended; known where `recovers` is asked for.
    pub recovered: bool,
    /// The expression was computed, and has found a value in a store.
    pub computed: bool,
    pub found: bool,
    /// After a reply a program touched what others touch, in the same step.
    pub shared: bool,
    /// The first mistake of a program: the strategy's position, the line, and what is wrong.
    pub broken: Option<(u16, u32, Arc<str>)>,
}

/// A scenario and a question as a model.
pub struct Model {
    pub script: Script,
    pub question: Question,
    /// Whether writes are acknowledged only after their commit. Then it does not affect which of
    /// two writes is newer if clients get answers earlier or later.
    pub commits_come_first: bool,
    /// Whether a request's app server does not matter, because requests share nothing in it.
    pub apps_are_alike: bool,
    /// What a task computes between two calls touches nothing of other tasks.
    pub computes_alone: bool,
    /// Something may come between a call and its reply: where they are one step, not everything is
    /// seen.
    pub is_coarse: bool,
    pub symmetry: Symmetry,
}

impl Model {
    pub fn new(script: Script, question: Question) -> Model {
        let apps_are_alike = apps_are_alike(&script.setup);
        let mut programs = script.setup.strategies.iter().map(|deployed| &deployed.program);
        let commits_come_first =
            programs.all(|program| program.queues.is_empty() && !program.source.contains("spawn("));
        let symmetry = match question.symmetry {
            true => Symmetry::of(&script),
            false => Symmetry::default(),
        };
        let computes_alone = eager::computes_alone(&script, question.budgets);
        let is_coarse = eager::may_part(&script, question.budgets);
        Model {
            script,
            question,
            commits_come_first,
            apps_are_alike,
            computes_alone,
            is_coarse,
            symmetry,
        }
    }

    /// The state before anything has happened.
    pub fn first(&self) -> State {
        self.begin(&mut Set::default())
    }

    /// The first state, with what the setup has set in motion added to `set`.
    pub fn begin(&self, set: &mut Set) -> State {
        let mut notes = Notes { set: Some(Set::default()), ..Notes::default() };
        let mut world = World::new(self.script.setup.clone(), &mut notes);
        world.reuse_names();
        world.plan(self.script.requests.iter().copied());
        world.forget_expiry_timers();
        *set = notes.set.unwrap_or_default();
        let wanted = self.script.check.as_ref().map_or(0, super::check::Check::wanted);
        let judge = Judge::asked_for(wanted);
        State {
            world,
            judge,
            left: self.question.budgets,
            done: self.script.left_out,
            by_stamp: self.script.by_stamp(),
            first_call: None,
        }
    }

    /// Whether the instants at which requests begin and end may be shifted; some properties compare
    /// writes by them.
    pub fn may_shift_ends(&self) -> bool {
        let by_age = [
            Property::NoStaleRead,
            Property::ReadYourWrites,
            Property::MonotonicReads,
            Property::Linearizable,
            Property::Recovers,
        ];
        let by_age: Properties = by_age.into_iter().collect();
        self.commits_come_first || self.question.properties.and(by_age).is_empty()
    }

    /// Whether a process may still crash.
    pub fn may_crash(&self, state: &State, process: ProcessId) -> bool {
        let mut deeds = self.script.deeds.iter().enumerate();
        let paid = state.left.crashes > 0
            && !matches!(process, ProcessId::Client | ProcessId::Database | ProcessId::Replica(_));
        paid || deeds.any(|(at, (_, deed))| {
            *deed == Deed::Fault(Fault::Kill(process)) && state.done & 1 << at == 0
        })
    }

    /// Whether the database may still abort a statement, or a wait for a connection.
    fn may_be_given_up(&self, state: &State) -> bool {
        let database = &self.script.setup.database;
        state.left.timeouts > 0
            && (database.pool_wait_us.is_some()
                || database.statement_timeout_us.is_some()
                || database.idle_timeout_us.is_some())
    }

    /// The identity of a state.
    pub fn name(&self, state: &State) -> Name {
        #[cfg(not(target_arch = "wasm32"))]
        let exact = self.question.exact.then(|| state.canonical());
        #[cfg(target_arch = "wasm32")]
        let exact = None;
        Name { fingerprint: state.fingerprint(), exact }
    }

    /// Makes one choice; `None`: it is not possible.
    pub fn take(&self, from: &State, choice: Choice) -> Option<Taken> {
        self.walk(from, choice, &mut None)
    }

    /// Makes one choice and writes down all transitions.
    pub fn walk(
        &self,
        from: &State,
        choice: Choice,
        path: &mut Option<Vec<Micro>>,
    ) -> Option<Taken> {
        let mut taken = Taken {
            state: from.clone(),
            effects: 0,
            broken: Properties::NONE,
            seen: Seen::default(),
            mistake: None,
        };
        let state = &mut taken.state;
        state.first_call = None;
        match choice {
            Choice::Start(request) => {
                self.apply(&mut taken, Transition::Start(request), path)?;
            }
            Choice::Deliver(key) => self.deliver(&mut taken, key, path)?,
            Choice::Duplicate(key) => {
                (state.left.duplicates, taken.seen.paid.duplicates) =
                    (state.left.duplicates - 1, 1);
                self.apply(&mut taken, Transition::Duplicate(key), path)?;
            }
            Choice::Lose(key) => {
                (state.left.losses, taken.seen.paid.losses) = (state.left.losses - 1, 1);
                self.apply(&mut taken, Transition::Lose(key), path)?;
            }
            Choice::Fail(key) => {
                (state.left.failures, taken.seen.paid.failures) = (state.left.failures - 1, 1);
                let (store, nth, _) = state.world.message(key).and_then(store_call)?;
                let how = Failure::Error;
                let fault = Fault::FailNext { store, nth, call: None, how, times: 1 };
                self.apply(&mut taken, Transition::Fault(fault), path)?;
                self.deliver(&mut taken, key, path)?;
            }
            Choice::FailDeed(at, key) => {
                let Deed::Fail(fault) = self.script.deeds[at].1 else { return None };
                self.do_deed(&mut taken, at);
                self.apply(&mut taken, Transition::Fault(fault), path)?;
                self.deliver(&mut taken, key, path)?;
            }
            Choice::Fire(timer) => self.fire(&mut taken, timer, path)?,
            Choice::Timeout(timer) => {
                (state.left.timeouts, taken.seen.paid.timeouts) = (state.left.timeouts - 1, 1);
                if self.question.properties.has(Property::Recovers) {
                    state.judge.disturb();
                }
                self.apply(&mut taken, Transition::Fire(timer), path)?;
            }
            Choice::Fault(fault) => {
                let (left, paid) = (&mut state.left, &mut taken.seen.paid);
                let (left, paid) = match fault {
                    Fault::Kill(_) => (Some(&mut left.crashes), &mut paid.crashes),
                    Fault::Evict(..) => (Some(&mut left.evictions), &mut paid.evictions),
                    Fault::Expire(..) => (Some(&mut left.expiries), &mut paid.expiries),
                    // it comes with the crash
                    _ => (None, &mut paid.crashes),
                };
                if let Some(left) = left {
                    (*left, *paid) = (left.checked_sub(1)?, 1);
                }
                taken.effects = 1;
                self.apply(&mut taken, Transition::Fault(fault), path)?;
            }
            Choice::Deed(at) => {
                let (transition, effects) = self.deed(&state.world, at)?;
                taken.effects = effects;
                self.do_deed(&mut taken, at);
                let notes = self.apply(&mut taken, transition, path)?;
                let removes =
                    matches!(transition, Transition::Fault(Fault::Evict(..) | Fault::Expire(..)));
                if removes && !notes.events.iter().any(|event| matches!(event, Event::Cache { .. }))
                {
                    taken.seen.deeds &= !(1 << at);
                }
            }
        }
        if self.question.atomic {
            eager::settle(self, &mut taken, path);
        }
        if self.question.reduction {
            eager::run(self, &mut taken, path);
            if let Choice::Start(_) | Choice::Fire(Timer::Loop { .. }) = choice {
                taken.state.first_call = eager::first_call(self, from, &taken.state);
            }
        }
        taken.state.world.forget_expiry_timers();
        self.judge(&mut taken);
        Some(taken)
    }

    /// Notes that all is at rest after a choice. What is broken then also depends on what the
    /// background does after that (`rest.rs`).
    fn judge(&self, taken: &mut Taken) {
        let Taken { state, seen, mistake, .. } = taken;
        if !state.is_at_rest() {
            return;
        }
        seen.tally.add(Happening::AtRest);
        if let Some(check) = self.script.check.as_ref().filter(|_| !state.world.has_planned()) {
            match check.look(&state.world, |at| state.judge.reply(at)) {
                Ok(Looked { found, .. }) => {
                    seen.computed = true;
                    seen.found |= found;
                }
                Err(error) => *mistake = Some(error),
            }
        }
    }

    fn do_deed(&self, taken: &mut Taken, at: usize) {
        taken.state.done |= 1 << at;
        taken.seen.deeds |= 1 << at;
    }

    /// A deed of the scenario as a transition, and whether it is an effect.
    fn deed(&self, world: &World, at: usize) -> Option<(Transition, u16)> {
        let in_flight = |stamp| {
            let mut messages = world.messages();
            messages.find(|(_, message)| message.id.stamp == stamp).map(|(key, _)| key)
        };
        Some(match self.script.deeds[at].1 {
            Deed::Fault(fault @ (Fault::Cut { .. } | Fault::Heal { .. })) => {
                (Transition::Fault(fault), 0)
            }
            Deed::Fault(fault) | Deed::Fail(fault) => (Transition::Fault(fault), 1),
            Deed::Lose(stamp) => (Transition::Lose(in_flight(stamp)?), 0),
            Deed::Duplicate(stamp) => (Transition::Duplicate(in_flight(stamp)?), 0),
        })
    }

    /// Delivers a message. If its store cannot crash meanwhile, a call is carried out as soon as it
    /// lands: it might as well have landed later.
    fn deliver(
        &self,
        taken: &mut Taken,
        key: MessageKey,
        path: &mut Option<Vec<Micro>>,
    ) -> Option<()> {
        let message = taken.state.world.message(key)?;
        let (to, name, call) = (message.to, key.name(), store_call(message));
        let notes = self.apply(taken, Transition::Deliver(key), path)?;
        let Some((store, ..)) = call else { return Some(()) };
        let is_lost = notes.events.iter().any(|event| {
            matches!(event, Event::Dropped { why: DropReason::Injected, what, .. } if !what.reply)
        });
        let answered = notes.replied
            || notes.events.iter().any(|event| match event {
                Event::Failed { .. } => true,
                Event::Dropped { what, .. } => what.reply,
                _ => false,
            });
        taken.effects = u16::from(answered && !is_lost || store == Store::Queue);
        if self.question.atomic && !is_lost {
            // whether it is carried out at once or waits for another's lock
            taken.effects = 1;
            return Some(());
        }
        let fused = self.question.reduction
            && !self.may_crash(&taken.state, to)
            && !self.may_be_given_up(&taken.state);
        if fused && !answered && !is_lost && store != Store::Queue {
            let life = taken.state.world.process(to)?.life;
            let timer = Timer::Served { at: to, job: JobKey::named(name), life };
            self.apply(taken, Transition::Fire(timer), path)?;
            taken.effects = 1;
        }
        Some(())
    }

    fn fire(&self, taken: &mut Taken, timer: Timer, path: &mut Option<Vec<Micro>>) -> Option<()> {
        let Timer::Redelivery { queue } = timer else {
            let notes = self.apply(taken, Transition::Fire(timer), path)?;
            let replicated =
                notes.events.iter().any(|event| matches!(event, Event::Replicated { .. }));
            let is_effect = matches!(
                timer,
                Timer::Served { .. } | Timer::Following { .. } | Timer::Failover { .. }
            );
            taken.effects = u16::from(is_effect || replicated);
            return Some(());
        };
        // the one thing that asks whether its time has come
        let due_us = taken.state.world.queues().get(queue as usize)?.redelivery_us?;
        let is_over = taken.state.world.is_quiet();
        let notes = self.apply_at(taken, Transition::Fire(timer), due_us, path)?;
        let overdue = notes.events.iter().any(|event| {
            matches!(event, Event::Queue { effect: QueueEffect::Redelivered { .. }, .. })
        });
        if overdue && !is_over {
            let left = &mut taken.state.left.timeouts;
            (*left, taken.seen.paid.timeouts) = (left.checked_sub(1)?, 1);
        }
        // back to the instant at which all happens
        let nothing = Transition::Fire(Timer::Snapshot { cache: CacheId::FIRST, life: u32::MAX });
        let mut notes = Notes::default();
        taken.state.world.apply(nothing, NOW_US, &mut notes).ok()
    }

    pub(super) fn apply(
        &self,
        taken: &mut Taken,
        transition: Transition,
        path: &mut Option<Vec<Micro>>,
    ) -> Option<Notes> {
        self.apply_at(taken, transition, NOW_US, path)
    }

    fn apply_at(
        &self,
        taken: &mut Taken,
        transition: Transition,
        now_us: Micros,
        path: &mut Option<Vec<Micro>>,
    ) -> Option<Notes> {
        let mut notes = Notes { set: path.as_ref().map(|_| Set::default()), ..Notes::default() };
        let message = match transition {
            Transition::Deliver(key) if path.is_some() => taken.state.world.message(key).cloned(),
            _ => None,
        };
        taken.state.world.apply(transition, now_us, &mut notes).ok()?;
        self.note(taken, &notes);
        if let Some(path) = path {
            path.push(Micro { transition, notes: notes.clone(), message });
        }
        Some(notes)
    }

    /// Adds what a transition led to.
    pub(super) fn note(&self, taken: &mut Taken, notes: &Notes) {
        let Taken { state, broken, seen, .. } = taken;
        let asked = self.question.properties;
        let names = state.world.names();
        let declared = |key| self.script.declared_of(key, names);
        *broken = broken.or(state.judge.fold(&notes.events, &state.world, asked, &declared));
        seen.threw |= notes.threw;
        for event in &notes.events {
            seen.tally.note(event);
            match *event {
                Event::Started { .. } => {
                    seen.together |= state.world.operations().nth(1).is_some();
                    seen.recovered |= state.judge.waits_in_health(&state.world);
                }
                Event::TaskBegan { op, .. } => {
                    seen.together |= state.world.tasks().any(|(_, task)| task.op != op);
                }
                Event::LoadEnded { op, key, .. } => {
                    let at = op.number().checked_sub(1).map(|at| at as usize);
                    let request = at.and_then(|at| self.script.requests.get(at));
                    seen.elsewhere |= request.is_some_and(|request| request.key != key);
                }
                Event::Broken { strategy, line, message, .. } if seen.broken.is_none() => {
                    seen.broken = Some((strategy, line, state.world.names().text(message)));
                }
                _ => {}
            }
        }
    }
}

impl Seen {
    /// Adds what was met elsewhere.
    pub fn merge(&mut self, other: &Seen) {
        self.tally.merge(&other.tally);
        self.threw |= other.threw;
        self.together |= other.together;
        self.elsewhere |= other.elsewhere;
        self.shared |= other.shared;
        self.recovered |= other.recovered;
        self.computed |= other.computed;
        self.found |= other.found;
        if self.broken.is_none() {
            self.broken.clone_from(&other.broken);
        }
        self.deeds |= other.deeds;
        let Budgets { expiries, evictions, crashes, losses, duplicates, failures, timeouts } =
            other.paid;
        self.paid.expiries |= expiries;
        self.paid.evictions |= evictions;
        self.paid.crashes |= crashes;
        self.paid.losses |= losses;
        self.paid.duplicates |= duplicates;
        self.paid.failures |= failures;
        self.paid.timeouts |= timeouts;
    }
}

/// Whether it does not matter which app server a request gets, because requests share nothing in
/// it.
pub fn apps_are_alike(setup: &Setup) -> bool {
    let mut programs = setup.strategies.iter().map(|deployed| &deployed.program);
    setup.apps == 1
        || programs.all(|program| {
            let mut places = program.queues.iter().map(|queue| queue.place);
            let mut loops = program.loops.iter().map(|each| each.place);
            let is_app = |role| role == Role::App;
            let handlers = [Some(program.read), Some(program.write), program.delete];
            let mut handlers = handlers.into_iter().chain([program.increment]).flatten();
            let is_called = |name| program.source.contains(name);
            let locks = (is_called("lock(") || is_called("single_flight("))
                && handlers.any(|handler| is_app(program.place(handler)));
            !locks && !places.any(is_app) && !loops.any(is_app)
        })
}

/// The instant of every event of a search.
const NOW_US: Micros = 0;
