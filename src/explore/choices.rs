//! What can happen next in a search.

use super::model::Model;
use super::question::Budgets;
use super::script::Deed;
use super::state::State;
use crate::event::Fault;
use crate::strategy::call::Call;
use crate::vocabulary::{Role, Store};
use crate::world::{Body, MessageKey, Request, Timer, Transition, World};

/// One choice: a thing that can happen next.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Choice {
    Start(Request),
    Deliver(MessageKey),
    Fire(Timer),
    /// A deed of the scenario, by its position.
    Deed(usize),
    /// A deed that makes this call fail.
    FailDeed(usize, MessageKey),
    /// A failure of a call that the budget pays for.
    Fail(MessageKey),
    Lose(MessageKey),
    Duplicate(MessageKey),
    Timeout(Timer),
    Fault(Fault),
}

impl Model {
    /// Every choice, in an order that depends on the state alone. `in_background`: only what
    /// happens by itself, or ends a fault, without a request.
    pub fn choices(&self, state: &State, in_background: bool) -> Vec<Choice> {
        let left = if in_background { Budgets::default() } else { state.left };
        let world = &state.world;
        let mut choices = Vec::new();
        if let Some(key) = state.first_call {
            choices.push(Choice::Deliver(key));
            if !in_background {
                self.list_failures(state, key, &mut choices);
            }
            return choices;
        }
        let breaks = left.losses + left.duplicates + left.evictions + left.expiries > 0
            || self.question.budgets.crashes > 0;
        for transition in if breaks { world.enabled() } else { world.coming() } {
            match transition {
                Transition::Start(request)
                    if !in_background && self.symmetry.may_begin(world, request) =>
                {
                    choices.push(Choice::Start(request));
                }
                Transition::Deliver(key) => {
                    choices.push(Choice::Deliver(key));
                    if !in_background {
                        self.list_failures(state, key, &mut choices);
                    }
                }
                Transition::Lose(key) if left.losses > 0 => choices.push(Choice::Lose(key)),
                Transition::Duplicate(key) if left.duplicates > 0 => {
                    choices.push(Choice::Duplicate(key));
                }
                Transition::Fire(timer) => choices.extend(fired(world, timer, left.timeouts > 0)),
                Transition::Fault(fault) if self.is_paid(state, fault, left) => {
                    choices.push(Choice::Fault(fault));
                }
                _ => {}
            }
        }
        self.list_deeds(state, in_background, &mut choices);
        choices
    }

    /// The deeds that can be done; of equal ones only the first.
    fn list_deeds(&self, state: &State, in_background: bool, choices: &mut Vec<Choice>) {
        let deeds = &self.script.deeds;
        let is_undone = |at: usize| state.done & 1 << at == 0;
        for (at, (_, deed)) in deeds.iter().enumerate() {
            let mends = matches!(deed, Deed::Fault(Fault::Restart(_) | Fault::Heal { .. }));
            let may = !matches!(deed, Deed::Fail(_)) && (mends || !in_background);
            let mut earlier = (0..at).filter(|earlier| deeds[*earlier].1 == *deed);
            if may && is_undone(at) && !earlier.any(is_undone) {
                choices.push(Choice::Deed(at));
            }
        }
    }

    /// The ways to make a call fail that does not fail already, because its store is down or was.
    fn list_failures(&self, state: &State, key: MessageKey, choices: &mut Vec<Choice>) {
        let heard = state.world.message(key).filter(|message| {
            let process = state.world.process(message.to);
            process.is_some_and(|process| process.up && process.life == message.life)
        });
        let Some((store, nth, command)) = heard.and_then(store_call) else { return };
        if state.left.failures > 0 {
            choices.push(Choice::Fail(key));
        }
        for (at, (_, deed)) in self.script.deeds.iter().enumerate() {
            let Deed::Fail(Fault::FailNext { store: of, nth: of_nth, call, .. }) = *deed else {
                continue;
            };
            let names = state.world.names();
            let matches = (of, of_nth) == (store, nth)
                && call.is_none_or(|call| *names.text(call) == *command);
            if state.done & 1 << at == 0 && matches {
                choices.push(Choice::FailDeed(at, key));
            }
        }
    }

    fn is_paid(&self, state: &State, fault: Fault, left: Budgets) -> bool {
        match fault {
            Fault::Kill(process) => {
                let role = process.role();
                left.crashes > 0 && !matches!(role, Role::Database | Role::Replica)
            }
            Fault::Restart(_) => self.question.budgets.crashes > 0,
            Fault::Evict(..) => left.evictions > 0,
            Fault::Expire(cache, key) => {
                left.expiries > 0 && state.world.cache(cache).may_expire(key)
            }
            _ => false,
        }
    }
}

/// The store that a message calls, its position among those of its kind, and the command.
pub(super) fn store_call(message: &crate::world::Message) -> Option<(Store, u8, &'static str)> {
    let Body::Call { call, .. } = &message.body else { return None };
    let nth = match call {
        Call::Cache(cache, _) => cache.0,
        Call::Replica(replica, _) => replica.0,
        _ => 0,
    };
    call.command().map(|command| (command.store(), nth, command.name()))
}

/// How a timer may fire.
fn fired(world: &World, timer: Timer, pays: bool) -> Option<Choice> {
    let in_vain = match timer {
        // an entry's TTL is a budget's
        Timer::Expiry { .. } => return None,
        Timer::Redelivery { queue } if world.queues()[queue as usize].queue.depth() == 0 => {
            return None;
        }
        Timer::CallTimeout { task, .. } => !world.may_be_answered(task),
        Timer::ClientTimeout { operation, .. } => !world.may_end(operation),
        Timer::Idle { task, .. } => world.hangs(task),
        Timer::NoConnection { .. } | Timer::Canceled { .. } => false,
        _ => true,
    };
    match in_vain {
        true => Some(Choice::Fire(timer)),
        false if pays => Some(Choice::Timeout(timer)),
        false => None,
    }
}
