//! Steps that are taken at once, because it would change nothing to take them later.
//!
//! What a task does between two calls is invisible to others: the reply to its last call lands, it
//! runs, and its next call is sent. Both messages may take any time, so it does not matter when it
//! runs between the two effects; it may as well run at once. The same holds for a task that wakes
//! up, for a request that has reached its app server, and for the answer to a client: an early
//! answer only widens what the client may rely on.
//!
//! Such a step is an ample set of its own (Clarke, Grumberg, Minea and Peled, *State Space
//! Reduction using Partial Order Techniques*, 1999): it cannot be prevented, and commutes with
//! everything that may happen before it. This holds only if no budget or deed may lose or duplicate
//! a message, cut a link or end a wait early; while one of these is left, no step is taken at once.
//! Nor is a step that turns out to touch what others touch: a lock, a line of requests, the turn of
//! an app server, a process that may still crash. (A call finds out whether its process has crashed
//! since it was sent, so it matters when it is sent there.)
//!
//! If a write may be acknowledged before it is committed, ends are not shifted for properties that
//! decide by them which of two writes is newer.
//!
//! A request, and a loop's turn, begins immediately before its first call is carried out
//! (`first_call`).
//!
//! The cycle proviso (C3) holds because at most [`LONGEST`] such steps follow one another; then
//! everything that may happen is tried.

use std::collections::BTreeSet;

use super::model::{Model, Taken};
use super::question::Budgets;
use super::recorder::{Micro, Notes, Set};
use super::script::{Deed, Script};
use super::state::State;
use crate::event::{Event, Fault};
use crate::identity::{OpId, ProcessId};
use crate::strategy::Program;
use crate::strategy::call::Call;
use crate::strategy::ops::Op;
use crate::strategy::value::Symbol;
use crate::vocabulary::{Native, Role};
use crate::world::{Body, Message, MessageKey, TaskKey, Timer, Transition, World};

/// The most steps that are taken at once, one after the other.
const LONGEST: u32 = 10_000;

/// Takes all steps that can be taken at once.
pub fn run(model: &Model, taken: &mut Taken, path: &mut Option<Vec<Micro>>) {
    if !is_safe(model, &taken.state) {
        return;
    }
    for _ in 0..LONGEST {
        if model.computes_alone {
            let Some(next) = first_candidate(model, &taken.state.world) else { return };
            if model.apply(taken, next, path).is_none() {
                return;
            }
            continue;
        }
        let step = candidates(model, &taken.state.world).into_iter().find_map(|transition| {
            let trace = path.is_some();
            let (world, notes) = attempt(model, &taken.state, transition, trace)?;
            Some((transition, world, notes))
        });
        let Some((transition, world, notes)) = step else { return };
        let before = std::mem::replace(&mut taken.state.world, world);
        model.note(taken, &notes);
        if let Some(path) = path {
            let message = match transition {
                Transition::Deliver(key) => before.message(key).cloned(),
                _ => None,
            };
            path.push(Micro { transition, notes, message });
        }
    }
}

/// Whether what a task computes never touches what others touch, whatever happens: then it need
/// not be looked at each time (`attempt`).
pub fn computes_alone(script: &Script, budgets: Budgets) -> bool {
    let setup = &script.setup;
    let shares = |op: &Op| match op {
        Op::Lock | Op::Unlock(_) | Op::SingleFlight { .. } | Op::ForgetFlight | Op::Gather => true,
        Op::Native { native, .. } => matches!(native, Native::Random | Native::RandomInt),
        Op::Store { command, .. } => !command.is_written(),
        _ => false,
    };
    let is_alone = |program: &Program| {
        let mut places = program.functions.iter().map(|function| function.place);
        !program.code.iter().any(shares) && !places.any(|place| place == Some(Role::App))
    };
    let tries_again = setup.clients.retries > 0
        || setup.client_overrides.values().any(|patience| patience.retries > 0);
    budgets.crashes == 0
        && !script.deeds.iter().any(|(_, deed)| matches!(deed, Deed::Fault(Fault::Kill(_))))
        && setup.local.is_none()
        && setup.max_in_progress as usize >= script.requests.len()
        && !tries_again
        && setup.strategies.iter().all(|deployed| is_alone(&deployed.program))
}

/// Whether a call may be parted from its reply, by what a budget or a deed does.
pub fn may_part(script: &Script, budgets: Budgets) -> bool {
    let parts = |deed: &Deed| {
        matches!(deed, Deed::Lose(_) | Deed::Fault(Fault::Cut { .. } | Fault::Kill(_)))
    };
    budgets.crashes + budgets.losses + budgets.timeouts > 0
        || script.deeds.iter().any(|(_, deed)| parts(deed))
}

/// Does all that follows from a step until every task waits for a store: a call, its reply and
/// what the program then does become one step. A message that nobody waits for stays under way.
///
/// Others might have come in between if the program then touches what they touch: that is noted.
pub fn settle(model: &Model, taken: &mut Taken, path: &mut Option<Vec<Micro>>) {
    for _ in 0..LONGEST {
        let Some(next) = unsettled(&taken.state.world) else { return };
        let may_share = !model.computes_alone && is_reply(&taken.state.world, next);
        let before = may_share.then(|| taken.state.world.clone());
        let Some(notes) = model.apply(taken, next, path) else { return };
        if let Some(before) = before {
            let is_local = |event: &Event| matches!(event, Event::Cache { .. });
            taken.seen.shared |=
                notes.events.iter().any(is_local) || has_entered(&before, &taken.state.world);
        }
    }
}

fn is_reply(world: &World, transition: Transition) -> bool {
    let Transition::Deliver(key) = transition else { return false };
    world.message(key).is_some_and(|message| matches!(message.body, Body::Reply { .. }))
}

/// Whether a task has asked for a lock, or a shared load has changed.
fn has_entered(before: &World, after: &World) -> bool {
    after.processes().any(|id| {
        let (Some(one), Some(other)) = (before.process(id), after.process(id)) else {
            return false;
        };
        let asked: BTreeSet<_> = asks(before, id).collect();
        one.flights != other.flights || asks(after, id).any(|each| !asked.contains(&each))
    })
}

/// Who holds or waits for which lock of a process.
fn asks(world: &World, id: ProcessId) -> impl Iterator<Item = (Symbol, TaskKey)> {
    let lines = world.process(id).into_iter().flat_map(|process| process.locks.lines());
    lines.flat_map(|(key, line)| line.map(move |task| (key, task)))
}

fn unsettled(world: &World) -> Option<Transition> {
    let computes = |body: &Body| match body {
        Body::Ask { .. } | Body::Answer { .. } | Body::Reply { .. } => true,
        Body::Call { call, .. } => matches!(call, Call::Invoke { .. }),
        Body::Forget { .. } => false,
    };
    let messages = world.messages().filter(|(_, message)| computes(&message.body));
    if let Some(key) = messages.map(|(key, _)| key).min() {
        return Some(Transition::Deliver(key));
    }
    world.wakes().chain(world.jobs()).min().map(Transition::Fire)
}

/// The first call of the request, or of the loop's turn, that has just begun, where that is
/// all that it does.
///
/// It might as well begin later: right before its first call is carried out. That only widens
/// what a request may rely on, since more has been acknowledged by then. Which app server a
/// request gets depends on when it begins, so that must not matter either.
pub fn first_call(model: &Model, before: &State, state: &State) -> Option<MessageKey> {
    let world = &state.world;
    // a name may be used again, a stamp never
    let is_same = |key: MessageKey, message: &Message| {
        before.world.message(key).is_some_and(|other| other.id.stamp == message.id.stamp)
    };
    let mut new = world.messages().filter(|(key, message)| !is_same(*key, message));
    let (key, message) = new.next()?;
    let is_alone =
        new.next().is_none() && world.tasks().count() <= before.world.tasks().count() + 1;
    let is_call = matches!(&message.body, Body::Call { call, .. } if call.command().is_some());
    let mut crash = [message.from, message.to].into_iter();
    let is_safe = is_safe(model, state)
        && world.setup.local.is_none()
        && (message.op == OpId::NOBODY || model.apps_are_alike && model.may_shift_ends())
        && !crash.any(|process| model.may_crash(state, process));
    (is_call && is_alone && is_safe).then_some(key)
}

/// Whether nothing is left that could come in between.
fn is_safe(model: &Model, state: &State) -> bool {
    let left = state.left;
    // where a call goes depends on when it sets out
    let mut clusters = model.script.setup.clusters.iter();
    if clusters.any(|cluster| !cluster.replicas.is_empty()) {
        return false;
    }
    // what may crash is asked of each process
    let undone = model.script.deeds.iter().enumerate().filter(|(at, _)| state.done & 1 << at == 0);
    let mut deeds = undone.map(|(_, (_, deed))| deed);
    left.losses + left.duplicates + left.timeouts == 0
        && !deeds.any(|deed| {
            matches!(
                deed,
                Deed::Lose(_)
                    | Deed::Duplicate(_)
                    | Deed::Fault(
                        Fault::Cut { .. } | Fault::Heal { .. } | Fault::Join(_) | Fault::Leave(_)
                    )
            )
        })
}

/// The messages that only make a task compute.
fn computing<'a>(model: &Model, world: &'a World) -> impl Iterator<Item = MessageKey> + 'a {
    let may_shift_ends = model.may_shift_ends();
    let computes = move |body: &Body| match body {
        Body::Answer { .. } => may_shift_ends,
        Body::Ask { .. } | Body::Reply { .. } => true,
        Body::Call { call, .. } => matches!(call, Call::Invoke { .. } | Call::Spawn { .. }),
        // it changes an app server's copy
        Body::Forget { .. } => false,
    };
    let messages = world.messages().filter(move |(_, message)| computes(&message.body));
    messages.map(|(key, _)| key)
}

/// The first of the candidates.
fn first_candidate(model: &Model, world: &World) -> Option<Transition> {
    let message = computing(model, world).min().map(Transition::Deliver);
    message.or_else(|| world.wakes().min().map(Transition::Fire))
}

fn candidates(model: &Model, world: &World) -> Vec<Transition> {
    let mut messages: Vec<_> = computing(model, world).collect();
    messages.sort_unstable();
    let mut wakes: Vec<Timer> = world.wakes().collect();
    wakes.sort_unstable();
    let messages = messages.into_iter().map(Transition::Deliver);
    messages.chain(wakes.into_iter().map(Transition::Fire)).collect()
}

/// The world after a step, if that has touched nothing of others.
fn attempt(
    model: &Model,
    state: &State,
    transition: Transition,
    trace: bool,
) -> Option<(World, Notes)> {
    let world = &state.world;
    let (own, process) = match transition {
        Transition::Deliver(key) => world.message(key).map(|message| (message.op, message.to))?,
        Transition::Fire(Timer::Wake { task, .. }) => {
            let mut tasks = world.tasks();
            tasks.find(|(key, _)| *key == task).map(|(_, task)| (task.op, task.process))?
        }
        _ => return None,
    };
    if model.may_crash(state, process) {
        return None;
    }
    let begins = match transition {
        Transition::Deliver(key) => {
            matches!(world.message(key)?.body, Body::Ask { .. } | Body::Call { .. })
        }
        _ => false,
    };
    let mut next = world.clone();
    let mut notes = Notes { set: trace.then(Set::default), ..Notes::default() };
    next.apply(transition, world.now_us(), &mut notes).ok()?;
    let mut began = notes.events.iter().filter_map(|event| match event {
        Event::TaskBegan { op, .. } => Some(*op),
        _ => None,
    });
    let is_own = match begins {
        true => began.any(|op| op == own),
        false => began.all(|op| op == own),
    };
    let is_local = is_own
        && !notes.called.iter().any(|process| model.may_crash(state, *process))
        && !notes.took_turn
        && !notes.threw
        && next.halted().is_none()
        && next.stores.database.sessions == world.stores.database.sessions
        // an app server's own cache is asked without a message
        && !notes.events.iter().any(|event| matches!(event, Event::Cache { .. }))
        && world.processes().all(|process| match (world.process(process), next.process(process)) {
            (Some(one), Some(other)) => (&one.locks, &one.flights) == (&other.locks, &other.flights),
            (one, other) => one.is_none() && other.is_none(),
        });
    is_local.then_some((next, notes))
}
