//! The instants of a way's transitions in an ordinary run.
//!
//! They follow from a system of differences: a landing is at least a flight after the sending, a
//! timer fires exactly a delay after it was set, and events that must come in an order do. Its
//! smallest solution, by Bellman and Ford, is the plan.

use std::collections::BTreeMap;

use super::playable::{FLIGHT_US, GAP_US, Stage};
use super::recorder::{Micro, Sent};
use crate::event::{Event, Fault};
use crate::identity::ProcessId;
use crate::strategy::call::Call;
use crate::time::Micros;
use crate::vocabulary::{CacheId, ReplicaId, Role, Store};
use crate::world::{Body, Delay, Timer, Transition, link_between};

/// How long everything takes in a run that plays a way, and what comes in the way's order.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub order: Order,
    /// The service time of a statement.
    pub service_us: Micros,
    /// The service time of a cache's command.
    pub cache_us: Micros,
    /// The lag of a replica.
    pub lag_us: Micros,
    pub loops: Loops,
}

/// What becomes of the turns of loops that the way does not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loops {
    /// There are none, except after the last one of the way.
    Follow,
    /// They find nothing to do.
    Idle,
    /// There are none, and the first call after the last one of the way is held.
    Held,
}

impl Loops {
    pub const ALL: [Loops; 3] = [Loops::Follow, Loops::Idle, Loops::Held];
}

/// Which transitions come in the order of the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Those on which others may depend.
    Anchors,
    /// … and all landings: who waits for a lock depends on whose reply came first.
    Landings,
    /// All.
    All,
    /// Of any two, those that touch the same store, or the same task: a search lets a request that
    /// waits for nothing stand still while another one's timeout passes, and a run does not.
    Dependent,
    /// Of any two, those that touch the same store: a task that has its reply may stand still, too.
    Stores,
}

impl Order {
    pub const ALL: [Order; 5] =
        [Order::Anchors, Order::Landings, Order::All, Order::Dependent, Order::Stores];

    fn has(self, micro: &Micro) -> bool {
        match self {
            Order::Anchors => is_anchor(micro),
            Order::Landings => {
                is_anchor(micro) || matches!(micro.transition, Transition::Deliver(_))
            }
            Order::All => true,
            Order::Dependent | Order::Stores => false,
        }
    }
}

/// One transition is later than the other.
struct Later {
    than: Option<usize>,
    what: usize,
    by_us: Micros,
    how: How,
}

/// How much later.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    AtLeast,
    Exactly,
    /// A whole number of times, at least once.
    Times,
}

impl Stage<'_> {
    /// The earliest instants that keep the order of the plan; `None`: there are none.
    pub(super) fn instants(&self) -> Option<Vec<Micros>> {
        solve(self.micros.len(), &self.constraints()?)
    }

    /// The order constraints between transitions; `None`: one waits for something that never
    /// happened.
    fn constraints(&self) -> Option<Vec<Later>> {
        let Plan { order, service_us, cache_us, lag_us, loops } = self.plan;
        let mut later = Vec::new();
        let mut timers: BTreeMap<Timer, (Option<usize>, Delay)> = BTreeMap::new();
        timers.extend(self.way.start.timers.iter().map(|(timer, delay)| (*timer, (None, *delay))));
        let mut served: BTreeMap<ProcessId, usize> = BTreeMap::new();
        let mut last: Option<usize> = None;
        for (at, micro) in self.micros.iter().enumerate() {
            let mut exactly = None;
            match micro.transition {
                Transition::Deliver(_) => {
                    let (sender, sent) = &self.sent[self.moved[at]?];
                    let (flight_us, how) = match is_inside(sent) {
                        true => (0, How::Exactly),
                        false => (FLIGHT_US, How::AtLeast),
                    };
                    let serving_us = self.serving_us(at);
                    let by_us = flight_us + serving_us;
                    later.push(Later { than: Some(*sender), what: at, by_us, how });
                    // a cache carries out one command after the other
                    if serving_us > 0 {
                        let than = served.insert(sent.to, at);
                        let how = How::AtLeast;
                        later.push(Later { than, what: at, by_us: serving_us, how });
                    }
                    exactly = (how == How::Exactly).then_some(*sender);
                }
                // a hand is laid on a message while it flies
                Transition::Lose(_) | Transition::Duplicate(_) => {
                    let (sender, _) = &self.sent[self.moved[at]?];
                    let by_us = FLIGHT_US / 2;
                    later.push(Later { than: Some(*sender), what: at, by_us, how: How::Exactly });
                    exactly = Some(*sender);
                }
                Transition::Fire(timer) => {
                    let (setter, delay) = *timers.get(&timer)?;
                    let by_us = match delay {
                        Delay::After(us) => us,
                        Delay::DatabaseService { .. } => service_us,
                        Delay::CacheService { .. } => cache_us,
                        Delay::CacheLag { .. } | Delay::ReplicaLag { .. } => lag_us,
                        Delay::ReplicaService { .. } => 0,
                    };
                    let is_turn = by_us > 0 && matches!(timer, Timer::Loop { .. });
                    let turns = is_turn && loops == Loops::Idle;
                    let how = if turns { How::Times } else { How::Exactly };
                    later.push(Later { than: setter, what: at, by_us, how });
                    exactly = setter.filter(|_| !turns);
                }
                Transition::Start(_) | Transition::Fault(_) => {}
            }
            let set = micro.notes.set.iter().flat_map(|set| &set.timers);
            timers.extend(set.map(|(timer, delay)| (*timer, (Some(at), *delay))));
            let by_us = if exactly.is_some() { 0 } else { GAP_US };
            let how = How::AtLeast;
            if order.has(micro) {
                later.push(Later { than: last, what: at, by_us, how });
                last = Some(at);
            }
            if matches!(order, Order::Dependent | Order::Stores) {
                let touched = |micro: &Micro| match micro.message.as_ref().map(|it| &it.body) {
                    Some(Body::Call { call, .. }) if call.command().is_some() => touched(micro),
                    Some(Body::Answer { .. }) | None => touched(micro),
                    _ if order == Order::Stores => Touched::Nothing,
                    _ => touched(micro),
                };
                let own = touched(micro);
                for (than, earlier) in self.micros[..at].iter().enumerate() {
                    if exactly != Some(than) && touched(earlier).meets(&own) {
                        later.push(Later { than: Some(than), what: at, by_us, how });
                    }
                }
            }
        }
        Some(later)
    }

    /// How long a cache works for the command that this transition lands and carries out.
    pub(super) fn serving_us(&self, at: usize) -> Micros {
        let micro = self.micros[at];
        let is_call = micro.message.as_ref().is_some_and(|message| {
            let is_command =
                matches!(&message.body, Body::Call { call, .. } if is_of_a_cache(call));
            is_command && message.to.role() == Role::Cache
        });
        let fails = |event: &Event| matches!(event, Event::Failed { .. } | Event::Dropped { .. });
        let at_once = micro.notes.replied && !micro.notes.events.iter().any(fails);
        if is_call && at_once { self.plan.cache_us } else { 0 }
    }
}

fn is_of_a_cache(call: &Call) -> bool {
    call.command().is_some_and(|command| command.store() == Store::Cache)
}

/// Whether a message stays inside one process and so takes no time.
pub(super) fn is_inside(sent: &Sent) -> bool {
    link_between(sent.from, sent.to).is_none()
}

/// Transitions on which others may depend: calls at stores, faults, beginnings and ends of
/// requests.
fn is_anchor(micro: &Micro) -> bool {
    match micro.transition {
        Transition::Start(_) | Transition::Fault(_) => true,
        Transition::Deliver(_) => micro.message.as_ref().is_some_and(|message| {
            matches!(message.body, Body::Answer { .. })
                || matches!(&message.body, Body::Call { call, .. } if call.command().is_some())
        }),
        Transition::Fire(timer) => !matches!(timer, Timer::Wake { .. } | Timer::Served { .. }),
        Transition::Lose(_) | Transition::Duplicate(_) => false,
    }
}

/// What a transition acts on, or looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Touched {
    Everything,
    Nothing,
    /// The order of beginnings and ends of requests.
    Clients,
    /// The database, and what clients can know of it.
    Outside,
    Process(ProcessId),
    /// The queues, wherever they are.
    Queues,
}

impl Touched {
    fn meets(&self, other: &Touched) -> bool {
        let both = |one: &Touched, other: &Touched| match one {
            Touched::Everything => *other != Touched::Nothing,
            Touched::Outside => {
                matches!(other, Touched::Clients | Touched::Process(ProcessId::Database))
            }
            _ => false,
        };
        (self == other && *self != Touched::Nothing) || both(self, other) || both(other, self)
    }
}

fn touched(micro: &Micro) -> Touched {
    match micro.transition {
        Transition::Start(_) => Touched::Clients,
        Transition::Deliver(_) => match &micro.message {
            Some(message) => match &message.body {
                Body::Answer { .. } => Touched::Clients,
                Body::Call { call, .. } => match call.command().map(|command| command.store()) {
                    Some(Store::Queue) => Touched::Queues,
                    _ => Touched::Process(message.to),
                },
                _ => Touched::Process(message.to),
            },
            None => Touched::Everything,
        },
        Transition::Fire(timer) => match timer {
            Timer::Served { at, .. } => Touched::Process(at),
            Timer::Redelivery { .. } => Touched::Queues,
            Timer::Following { cache, .. }
            | Timer::Failover { cache, .. }
            | Timer::Snapshot { cache, .. }
            | Timer::Expiry { cache } => Touched::Process(cache.into()),
            Timer::Replication { replica, .. } => Touched::Process(ProcessId::Replica(replica)),
            // its own task alone, which is ordered by what it sends and gets
            Timer::CallTimeout { .. }
            | Timer::ClientTimeout { .. }
            | Timer::Wake { .. }
            | Timer::Retry { .. }
            | Timer::Idle { .. }
            | Timer::Loop { .. } => Touched::Nothing,
            Timer::NoConnection { .. } | Timer::Canceled { .. } => Touched::Everything,
        },
        Transition::Fault(fault) => match fault {
            Fault::Evict(cache, _) | Fault::Expire(cache, _) | Fault::Flush(cache) => {
                Touched::Process(cache.into())
            }
            Fault::OutsideWrite { .. } | Fault::OutsideDelete { .. } => Touched::Outside,
            // it waits for its call
            Fault::FailNext { store, nth, .. } => match store {
                Store::Cache => Touched::Process(CacheId(nth).into()),
                Store::Database => Touched::Process(ProcessId::Database),
                Store::Replica => Touched::Process(ProcessId::Replica(ReplicaId(nth))),
                Store::Queue => Touched::Queues,
            },
            _ => Touched::Everything,
        },
        Transition::Lose(_) | Transition::Duplicate(_) => Touched::Nothing,
    }
}

/// The earliest instants that satisfy all constraints.
fn solve(count: usize, later: &[Later]) -> Option<Vec<Micros>> {
    let mut at_us = vec![0i128; count];
    for _ in 0..=count * 2 + 1 {
        let mut settled = true;
        for Later { than, what, by_us, how } in later {
            let (by_us, from_us) = (i128::from(*by_us), than.map_or(0, |than| at_us[than]));
            let least = match how {
                How::AtLeast | How::Exactly => from_us + by_us,
                How::Times => {
                    let times = (at_us[*what] - from_us + by_us - 1).div_euclid(by_us);
                    from_us + times.max(1) * by_us
                }
            };
            if at_us[*what] < least {
                (at_us[*what], settled) = (least, false);
            }
            let most = at_us[*what] - by_us;
            match than {
                Some(than) if *how == How::Exactly && at_us[*than] < most => {
                    (at_us[*than], settled) = (most, false);
                }
                // what is set at the start goes off when it does
                None if *how == How::Exactly && most > 0 => return None,
                _ => {}
            }
        }
        if settled {
            return at_us.into_iter().map(|us| Micros::try_from(us).ok()).collect();
        }
    }
    None
}
