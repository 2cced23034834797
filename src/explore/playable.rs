//! Turns a way into an ordinary scenario, which plays, can be shared, and goes wrong in the same
//! manner.
//!
//! Every message takes the same time, and a store no time, unless something has to happen while it
//! works. A message that lands later on the way than it would by itself is delayed by an action,
//! which uses the message's name in every run. `instants.rs` says when all this happens; if there
//! are no such instants (a sleep would have to end before a shorter one that began earlier), no
//! scenario plays this way. A plan counts only if its run breaks the property.

use std::collections::{BTreeMap, BTreeSet};

use super::acts::{asked, done};
use super::choices::Choice;
use super::instants::{Loops, Order, Plan, is_inside};
use super::played::{MOST_STEPS, expected, goes_wrong};
use super::recorder::{Micro, Sent};
use super::stamps::{Stamps, Turns};
use super::unplayable::unplayable;
use super::way::Way;
use crate::event::Event;
use crate::identity::{Stamp, message_name};
use crate::scenario::{Action, Cluster, Latency, LinkSettings, Scenario, What};
use crate::simulate::Simulation;
use crate::strategy::value::Scalar;
use crate::time::{MILLISECOND_US, Micros, SECOND_US};
use crate::world::{Request, Timer, Transition};

/// The time of a message, one way: the default of a scenario.
pub(super) const FLIGHT_US: Micros = 250;

/// The time between two events that must come one after the other.
pub(super) const GAP_US: Micros = 50;

/// The service time of a statement if something has to happen during it.
const SERVICE_US: Micros = 2_000;

/// The lag of a replica if something may happen meanwhile: longer than some requests.
const LAG_US: Micros = 20_000;

/// A timeout too long to occur.
const NEVER_US: Micros = 3_600 * SECOND_US;

/// A scenario that plays this way.
///
/// # Errors
/// Why there is none, or none was found, and what would let one.
pub fn playable(scenario: &Scenario, way: &Way) -> Result<Scenario, String> {
    found(scenario, way).ok_or_else(|| unplayable(scenario, way))
}

fn found(scenario: &Scenario, way: &Way) -> Option<Scenario> {
    // a change on its way to a replica takes its time where something happens meanwhile
    let is_follower = |cluster: &Cluster<'_>| !cluster.replicas.is_empty();
    let topology = &scenario.topology;
    let has_lag = topology.replica.is_some() || topology.clusters().iter().any(is_follower);
    let lags: &[Micros] = if has_lag { &[LAG_US, 0] } else { &[0] };
    let is_loop = |(timer, _): &(Timer, _)| matches!(timer, Timer::Loop { .. });
    let has_loops = way.start.timers.iter().any(is_loop);
    let loops: &[Loops] = if has_loops { &Loops::ALL } else { &[Loops::Follow] };
    let mut plans = Vec::new();
    for (&loops, cache_us) in loops.iter().flat_map(|each| [0, SERVICE_US].map(|us| (each, us))) {
        for (service_us, order) in
            [0, SERVICE_US].into_iter().flat_map(|us| Order::ALL.map(|order| (us, order)))
        {
            let plan = |&lag_us| Plan { order, service_us, cache_us, lag_us, loops };
            plans.extend(lags.iter().map(plan));
        }
    }
    plans.into_iter().find_map(|plan| {
        let mut scenario = Stage::new(way, plan)?.scenario(scenario)?;
        if plan.loops == Loops::Held {
            forget_undone(&mut scenario);
        }
        goes_wrong(&scenario, way).then_some(scenario)
    })
}

/// Leaves out what cannot be done: a consumer that was stopped has no next turn.
fn forget_undone(scenario: &mut Scenario) {
    let Ok(mut run) = Simulation::new(scenario) else { return };
    run.advance(scenario.duration_us, MOST_STEPS);
    let undone: BTreeSet<Micros> = run.undone().map(|(at_us, _)| at_us).collect();
    scenario.actions.retain(|action| {
        !matches!(action.what, What::Delay { .. }) || !undone.contains(&action.at_us)
    });
}

/// The transitions of a way, and their instants.
pub struct Stage<'a> {
    pub(super) way: &'a Way,
    pub(super) plan: Plan,
    pub(super) micros: Vec<&'a Micro>,
    pub(super) at_us: Vec<Micros>,
    /// The messages, each with the transition that sent it.
    pub(super) sent: Vec<(usize, Sent)>,
    /// The message that each transition delivers, loses or duplicates, by its position in `sent`.
    pub(super) moved: Vec<Option<usize>>,
    /// The requests, in the order in which they began.
    pub(super) requests: Vec<Request>,
    stamps: Stamps,
    turns: Turns,
}

impl<'a> Stage<'a> {
    fn new(way: &'a Way, plan: Plan) -> Option<Stage<'a>> {
        let micros: Vec<&Micro> = way.moves.iter().flat_map(|each| &each.micros).collect();
        let mut stage = Stage {
            way,
            plan,
            at_us: Vec::new(),
            sent: Vec::new(),
            moved: Vec::new(),
            requests: Vec::new(),
            stamps: Stamps::default(),
            turns: Turns::default(),
            micros,
        };
        stage.find_messages();
        stage.at_us = stage.instants()?;
        (stage.stamps, stage.turns) = stage.stamps();
        Some(stage)
    }

    /// Notes the requests, and which transition sent and which delivered each message.
    fn find_messages(&mut self) {
        let started = self.micros.iter().filter_map(|micro| match micro.transition {
            Transition::Start(request) => Some(request),
            _ => None,
        });
        self.requests = started.collect();
        (self.sent, self.moved) = sendings(&self.micros);
    }

    fn scenario(&self, of: &Scenario) -> Option<Scenario> {
        let end_us = self.at_us.iter().copied().max().unwrap_or(0);
        let mut actions = Vec::new();
        let names = &self.way.names;
        let starts = self.micros.iter().zip(&self.at_us).filter_map(|(micro, at_us)| {
            match micro.transition {
                Transition::Start(request) => Some((request, *at_us)),
                _ => None,
            }
        });
        for (request, at_us) in starts {
            actions.push(Action { at_us, what: asked(&request, names, self.value(&request)) });
        }
        let mut hands = Vec::new();
        for ((micro, moved), &at_us) in self.micros.iter().zip(&self.moved).zip(&self.at_us) {
            match micro.transition {
                Transition::Fault(fault) => {
                    hands.push(Action { at_us, what: done(fault, names)? });
                }
                Transition::Lose(_) => {
                    let message = self.message((*moved)?)?;
                    hands.push(Action { at_us, what: What::Drop { message } });
                }
                Transition::Duplicate(_) => {
                    let message = self.message((*moved)?)?;
                    hands.push(Action { at_us, what: What::Duplicate { message } });
                }
                _ => {}
            }
        }
        hands.extend(self.delays(end_us)?);
        if self.plan.loops == Loops::Held {
            hands.extend(self.turns.next_calls(end_us).map(|(at_us, call)| Action {
                at_us: at_us + FLIGHT_US / 2,
                what: What::Delay { message: message_name(call), by_us: NEVER_US },
            }));
        }
        hands.sort_by_key(|action| action.at_us);
        actions.extend(hands);
        let mut scenario = of.clone();
        let topology = &mut scenario.topology;
        topology.network.default = LinkSettings {
            latency: Latency::Constant { us: FLIGHT_US },
            loss_ppm: 0,
            duplicate_ppm: 0,
        };
        topology.network.links = BTreeMap::new();
        let none = Latency::Constant { us: 0 };
        let serves = Latency::Constant { us: self.plan.cache_us };
        for cache in std::iter::once(&mut topology.cache).chain(topology.caches.values_mut()) {
            (cache.service, cache.latency) = (serves, None);
        }
        let service = Latency::Constant { us: self.plan.service_us };
        (topology.database.read, topology.database.write) = (service, service);
        let caches = std::iter::once(&mut topology.cache).chain(topology.caches.values_mut());
        for replica in caches.filter_map(|cache| cache.replica.as_mut()) {
            replica.lag = Latency::Constant { us: self.plan.lag_us };
        }
        if let Some(replica) = &mut topology.replica {
            (replica.read, replica.lag) = (none, Latency::Constant { us: self.plan.lag_us });
        }
        let waits = |choice: &Choice| {
            let timer = match choice {
                Choice::Timeout(timer) | Choice::Fire(timer) => *timer,
                _ => return false,
            };
            matches!(
                timer,
                Timer::CallTimeout { .. }
                    | Timer::ClientTimeout { .. }
                    | Timer::NoConnection { .. }
                    | Timer::Canceled { .. }
                    | Timer::Idle { .. }
            )
        };
        if !self.way.moves.iter().any(|each| waits(&each.choice)) {
            topology.database.pool_wait_us = None;
            topology.database.statement_timeout_us = None;
            topology.database.idle_in_transaction_timeout_us = None;
            topology.network.cache_timeout_us = NEVER_US;
            topology.network.database_timeout_us = NEVER_US;
            topology.clients.timeout_us = NEVER_US;
            topology.client_overrides.values_mut().for_each(|each| each.timeout_us = NEVER_US);
        }
        scenario.duration_us = (end_us + 10 * FLIGHT_US).div_ceil(MILLISECOND_US) * MILLISECOND_US;
        scenario.title =
            format!("{}, broken after {} effects", self.way.property?, self.way.effects());
        scenario.notes = String::new();
        (scenario.actions, scenario.workloads) = (actions, Vec::new());
        scenario.expect = expected(self.way.property?);
        scenario.lesson = None;
        scenario.view.at_us = None;
        Some(scenario)
    }

    /// The value that a request writes.
    fn value(&self, request: &Request) -> Scalar {
        let events = self.micros.iter().filter(|micro| {
            matches!(micro.transition, Transition::Start(started) if started.stamp == request.stamp)
        });
        let mut events = events.flat_map(|micro| &micro.notes.events);
        let value = events.find_map(|event| match event {
            Event::Started { value, .. } => Some(value.scalar),
            _ => None,
        });
        value.unwrap_or(request.value)
    }

    /// The delays of messages that land later than they would by themselves.
    fn delays(&self, end_us: Micros) -> Option<Vec<Action>> {
        let mut lands: Vec<Option<Micros>> = vec![None; self.sent.len()];
        for (at, (micro, moved)) in self.micros.iter().zip(&self.moved).enumerate() {
            if let Some(moved) = *moved {
                let at_us = self.at_us[at] - self.serving_us(at);
                match micro.transition {
                    Transition::Deliver(_) => lands[moved] = Some(at_us),
                    Transition::Lose(_) => lands[moved] = Some(0),
                    _ => {}
                }
            }
        }
        let events = self.micros.iter().flat_map(|micro| &micro.notes.events);
        let dropped = events.filter_map(|event| match event {
            Event::Dropped { stamp, .. } => Some(*stamp),
            _ => None,
        });
        let dropped: BTreeSet<Stamp> = dropped.collect();
        let mut delays = Vec::new();
        for ((nth, (sender, sent)), lands) in self.sent.iter().enumerate().zip(lands) {
            if is_inside(sent) {
                continue;
            }
            let sent_us = self.at_us[*sender];
            let natural_us = sent_us + FLIGHT_US;
            let late_us = match lands {
                Some(at_us) => at_us.saturating_sub(natural_us),
                // what broke its link, or ended its process, has dropped it
                None if dropped.contains(&sent.stamp) => 0,
                // it has not landed by the end
                None if natural_us <= end_us => NEVER_US,
                None => 0,
            };
            if late_us > 0 {
                let what = What::Delay { message: self.message(nth)?, by_us: late_us };
                delays.push(Action { at_us: sent_us + FLIGHT_US / 2, what });
            }
        }
        Some(delays)
    }

    /// The name in the scenario of the message at this position in `sent`.
    fn message(&self, at: usize) -> Option<String> {
        let (_, sent) = self.sent.get(at)?;
        self.stamps.get(sent.stamp).map(message_name)
    }
}

/// Which transition sent each message, and which message each transition delivers, loses or
/// duplicates, by its position among those that were sent.
pub fn sendings(micros: &[&Micro]) -> (Vec<(usize, Sent)>, Vec<Option<usize>>) {
    let (mut all, mut moved) = (Vec::new(), Vec::new());
    // a name may be used again once its message has landed
    let mut in_flight: BTreeMap<Stamp, usize> = BTreeMap::new();
    for (at, micro) in micros.iter().enumerate() {
        moved.push(match micro.transition {
            Transition::Deliver(key) | Transition::Lose(key) => in_flight.remove(&key.name()),
            Transition::Duplicate(key) => in_flight.get(&key.name()).copied(),
            Transition::Start(_) | Transition::Fire(_) | Transition::Fault(_) => None,
        });
        for sent in micro.notes.set.iter().flat_map(|set| &set.sent) {
            in_flight.insert(sent.name, all.len());
            all.push((at, *sent));
        }
    }
    (all, moved)
}
