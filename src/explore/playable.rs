//! Turns a way into an ordinary scenario, which plays, can be shared, and goes wrong in the same
//! manner.
//!
//! Every message takes the same time, and a store no time, unless something has to happen while it
//! works. A message that lands later on the way than it would by itself is delayed by an action,
//! which uses the message's name in every run. The instants follow from a system of differences: a
//! landing is at least a flight after the sending, a timer fires exactly a delay after it was set,
//! and events that must come in an order do. Its smallest solution, by Bellman and Ford, is the
//! plan. If there is none (a sleep would have to end before a shorter one that began earlier), no
//! scenario plays this way. A plan counts only if its run breaks the property.

use std::collections::BTreeMap;

use super::choices::Choice;
use super::played::{expected, goes_wrong};
use super::recorder::{Micro, Sent};
use super::way::Way;
use crate::event::{ConsumerFault, Event, Fault};
use crate::identity::{Kind, ProcessId, Source, Stamp, derive, message_name};
use crate::scenario::{Action, Cluster, Latency, LinkSettings, Literal, Scenario, What};
use crate::strategy::value::{Names, Real, Scalar};
use crate::time::{MILLISECOND_US, Micros, SECOND_US};
use crate::vocabulary::{CacheId, ReplicaId, StoreId};
use crate::world::{Body, Delay, Request, Timer, Transition};

/// The time of a message, one way: the default of a scenario.
const FLIGHT_US: Micros = 250;

/// The time between two events that must come one after the other.
const GAP_US: Micros = 50;

/// The service time of a statement if something has to happen during it.
const SERVICE_US: Micros = 2_000;

/// The lag of a replica if something may happen meanwhile: longer than some requests.
const LAG_US: Micros = 20_000;

/// A timeout too long to occur.
const NEVER_US: Micros = 3_600 * SECOND_US;

/// A scenario that plays this way. `None`: there is none, or none was found.
pub fn playable(scenario: &Scenario, way: &Way) -> Option<Scenario> {
    let plans = [0, SERVICE_US].map(|service_us| Order::ALL.map(|order| (order, service_us)));
    // a change on its way to a replica takes its time where something happens meanwhile
    let is_follower = |cluster: &Cluster<'_>| !cluster.replicas.is_empty();
    let topology = &scenario.topology;
    let has_lag = topology.replica.is_some() || topology.clusters().iter().any(is_follower);
    let lags: &[Micros] = if has_lag { &[LAG_US, 0] } else { &[0] };
    let plans = plans.as_flattened().iter();
    let plans = plans.flat_map(|plan| lags.iter().map(move |lag_us| (*plan, *lag_us)));
    plans.into_iter().find_map(|((order, service_us), lag_us)| {
        let stage = Stage::new(way, order, service_us, lag_us)?;
        let scenario = stage.scenario(scenario)?;
        goes_wrong(&scenario, way).then_some(scenario)
    })
}

/// Which transitions come in the order of the way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Those on which others may depend.
    Anchors,
    /// … and all landings: who waits for a lock depends on whose reply came first.
    Landings,
    /// All.
    All,
}

impl Order {
    const ALL: [Order; 3] = [Order::Anchors, Order::Landings, Order::All];

    fn has(self, micro: &Micro) -> bool {
        match self {
            Order::Anchors => is_anchor(micro),
            Order::Landings => {
                is_anchor(micro) || matches!(micro.transition, Transition::Deliver(_))
            }
            Order::All => true,
        }
    }
}

/// The transitions of a way, and their instants.
struct Stage<'a> {
    way: &'a Way,
    /// The service time of a statement.
    service_us: Micros,
    /// The lag of a replica.
    lag_us: Micros,
    micros: Vec<&'a Micro>,
    at_us: Vec<Micros>,
    /// The messages, each with the transition that sent it.
    sent: Vec<(usize, Sent)>,
    /// The message that each transition delivers, loses or duplicates, by its position in `sent`.
    moved: Vec<Option<usize>>,
    /// The requests, in the order in which they began.
    requests: Vec<Request>,
    /// Stamps on the way, with their stamps in the scenario.
    stamps: BTreeMap<Stamp, Stamp>,
}

/// One transition is at least (or exactly) this much later than the other.
struct Later {
    than: Option<usize>,
    what: usize,
    by_us: Micros,
    exactly: bool,
}

impl<'a> Stage<'a> {
    fn new(way: &'a Way, order: Order, service_us: Micros, lag_us: Micros) -> Option<Stage<'a>> {
        let micros: Vec<&Micro> = way.moves.iter().flat_map(|each| &each.micros).collect();
        let mut stage = Stage {
            way,
            service_us,
            lag_us,
            at_us: Vec::new(),
            sent: Vec::new(),
            moved: Vec::new(),
            requests: Vec::new(),
            stamps: BTreeMap::new(),
            micros,
        };
        stage.name();
        let later = stage.constraints(order)?;
        stage.at_us = solve(stage.micros.len(), &later)?;
        Some(stage)
    }

    /// Notes which transition sent which message, and its name in the scenario.
    fn name(&mut self) {
        let started = self.micros.iter().filter_map(|micro| match micro.transition {
            Transition::Start(request) => Some(request),
            _ => None,
        });
        self.requests = started.collect();
        for (at, request) in (0..).zip(&self.requests) {
            self.stamps.insert(request.stamp, Source::Action(at).stamp(0));
        }
        for index in 0..16 {
            for turn in 0..64 {
                let stamp = Source::Loop(index).stamp(turn);
                self.stamps.insert(stamp, stamp);
            }
        }
        // a name may be used again once its message has landed
        let mut in_flight: BTreeMap<Stamp, usize> = BTreeMap::new();
        for (at, micro) in self.micros.iter().enumerate() {
            self.moved.push(match micro.transition {
                Transition::Deliver(key) | Transition::Lose(key) => in_flight.remove(&key.name()),
                Transition::Duplicate(key) => in_flight.get(&key.name()).copied(),
                Transition::Start(_) | Transition::Fire(_) | Transition::Fault(_) => None,
            });
            for sent in micro.notes.set.iter().flat_map(|set| &set.sent) {
                in_flight.insert(sent.name, self.sent.len());
                self.sent.push((at, *sent));
                if let Some(own) = renamed(&self.stamps, sent.stamp) {
                    self.stamps.insert(sent.stamp, own);
                }
            }
        }
    }

    /// The order constraints between transitions; `None`: one waits for something that never
    /// happened.
    fn constraints(&self, order: Order) -> Option<Vec<Later>> {
        let mut later = Vec::new();
        let mut timers: BTreeMap<Timer, (Option<usize>, Delay)> = BTreeMap::new();
        timers.extend(self.way.start.timers.iter().map(|(timer, delay)| (*timer, (None, *delay))));
        let mut last: Option<usize> = None;
        for (at, micro) in self.micros.iter().enumerate() {
            let mut exactly = None;
            match micro.transition {
                Transition::Deliver(_) => {
                    let (sender, sent) = &self.sent[self.moved[at]?];
                    let (by_us, exact) = match is_inside(sent) {
                        true => (0, true),
                        false => (FLIGHT_US, false),
                    };
                    later.push(Later { than: Some(*sender), what: at, by_us, exactly: exact });
                    exactly = exact.then_some(*sender);
                }
                // a hand is laid on a message while it flies
                Transition::Lose(_) | Transition::Duplicate(_) => {
                    let (sender, _) = &self.sent[self.moved[at]?];
                    let by_us = FLIGHT_US / 2;
                    later.push(Later { than: Some(*sender), what: at, by_us, exactly: true });
                    exactly = Some(*sender);
                }
                Transition::Fire(timer) => {
                    let (setter, delay) = *timers.get(&timer)?;
                    let by_us = match delay {
                        Delay::After(us) => us,
                        Delay::DatabaseService { .. } => self.service_us,
                        Delay::CacheLag { .. } | Delay::ReplicaLag { .. } => self.lag_us,
                        _ => 0,
                    };
                    later.push(Later { than: setter, what: at, by_us, exactly: true });
                    exactly = setter;
                }
                Transition::Start(_) | Transition::Fault(_) => {}
            }
            let set = micro.notes.set.iter().flat_map(|set| &set.timers);
            timers.extend(set.map(|(timer, delay)| (*timer, (Some(at), *delay))));
            if order.has(micro) {
                let by_us = if exactly.is_some() { 0 } else { GAP_US };
                later.push(Later { than: last, what: at, by_us, exactly: false });
                last = Some(at);
            }
        }
        Some(later)
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
        topology.cache.service = none;
        let service = Latency::Constant { us: self.service_us };
        (topology.database.read, topology.database.write) = (service, service);
        let caches = std::iter::once(&mut topology.cache).chain(topology.caches.values_mut());
        for replica in caches.filter_map(|cache| cache.replica.as_mut()) {
            replica.lag = Latency::Constant { us: self.lag_us };
        }
        if let Some(replica) = &mut topology.replica {
            (replica.read, replica.lag) = (none, Latency::Constant { us: self.lag_us });
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
        for ((micro, moved), &at_us) in self.micros.iter().zip(&self.moved).zip(&self.at_us) {
            if let Some(moved) = *moved {
                match micro.transition {
                    Transition::Deliver(_) => lands[moved] = Some(at_us),
                    Transition::Lose(_) => lands[moved] = Some(0),
                    _ => {}
                }
            }
        }
        let mut delays = Vec::new();
        for ((nth, (sender, sent)), lands) in self.sent.iter().enumerate().zip(lands) {
            if is_inside(sent) {
                continue;
            }
            let sent_us = self.at_us[*sender];
            let natural_us = sent_us + FLIGHT_US;
            let late_us = match lands {
                Some(at_us) => at_us.saturating_sub(natural_us),
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
        self.stamps.get(&sent.stamp).map(|stamp| message_name(*stamp))
    }
}

/// Whether a message stays inside one process and so takes no time.
fn is_inside(sent: &Sent) -> bool {
    crate::world::link_between(sent.from, sent.to).is_none()
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

/// The stamp of an object whose ancestor has another stamp in the scenario.
fn renamed(known: &BTreeMap<Stamp, Stamp>, stamp: Stamp) -> Option<Stamp> {
    const REPLY: u64 = u64::MAX;
    const COPY: u64 = u64::MAX - 1;
    let children = || (0..32).chain([REPLY, COPY]);
    if let Some(own) = known.get(&stamp) {
        return Some(*own);
    }
    let child = |(old, new): (&Stamp, &Stamp)| {
        let nth = children().find(|nth| derive(*old, *nth) == stamp)?;
        Some(derive(*new, nth))
    };
    known.iter().find_map(child).or_else(|| {
        known.iter().find_map(|(old, new)| {
            children().find_map(|task| child((&derive(*old, task), &derive(*new, task))))
        })
    })
}

/// The earliest instants that satisfy all constraints.
fn solve(count: usize, later: &[Later]) -> Option<Vec<Micros>> {
    let mut at_us = vec![0i128; count];
    for _ in 0..=count * 2 + 1 {
        let mut settled = true;
        for Later { than, what, by_us, exactly } in later {
            let least = than.map_or(0, |than| at_us[than]) + i128::from(*by_us);
            if at_us[*what] < least {
                (at_us[*what], settled) = (least, false);
            }
            let most = at_us[*what] - i128::from(*by_us);
            match than {
                Some(than) if *exactly && at_us[*than] < most => {
                    (at_us[*than], settled) = (most, false);
                }
                // what is set at the start goes off when it does
                None if *exactly && most > 0 => return None,
                _ => {}
            }
        }
        if settled {
            return at_us.into_iter().map(|us| Micros::try_from(us).ok()).collect();
        }
    }
    None
}

fn literal(scalar: Scalar, names: &Names) -> Option<Literal> {
    match scalar {
        Scalar::None => None,
        Scalar::Bool(value) => Some(Literal::Bool(value)),
        Scalar::Int(value) => Some(Literal::Int(value)),
        Scalar::Float(Real(value)) => Some(Literal::Float(value)),
        Scalar::Text(text) | Scalar::Dictionary(text) => {
            Some(Literal::Text(names.text(text).to_string()))
        }
    }
}

/// A request as an action.
fn asked(request: &Request, names: &Names, written: Scalar) -> What {
    let Request { kind, key, value, client, .. } = *request;
    let key = names.text(key).to_string();
    let client = Some(names.text(client).to_string());
    let times = 1;
    match kind {
        Kind::Read => What::Read { key, client, times },
        Kind::Write => What::Write { key, value: literal(written, names), client, times },
        Kind::Delete => What::Delete { key, client },
        Kind::Increment => {
            let by = if let Scalar::Int(by) = value { by } else { 1 };
            What::Increment { key, by, client, times }
        }
    }
}

/// A fault as an action.
fn done(fault: Fault, names: &Names) -> Option<What> {
    let text = |symbol| names.text(symbol).to_string();
    let named = |cache| names.stores().cache_name(cache).map(str::to_owned);
    let titled = |cache| names.stores().title(StoreId::Cache(cache)).to_owned();
    Some(match fault {
        Fault::Kill(process) => match process {
            ProcessId::Cache(cache) => What::KillCache { cache: named(cache) },
            ProcessId::App(app) => What::CrashApp { app },
            ProcessId::Worker => What::CrashWorker,
            ProcessId::Database => What::StopDatabase,
            ProcessId::Replica(ReplicaId::FIRST) => What::StopReplica,
            _ => return None,
        },
        Fault::Restart(process) => match process {
            ProcessId::Cache(cache) => What::RestartCache { cache: named(cache) },
            ProcessId::App(app) => What::RestartApp { app },
            ProcessId::Worker => What::RestartWorker,
            ProcessId::Database => What::RestoreDatabase,
            ProcessId::Replica(ReplicaId::FIRST) => What::RestoreReplica,
            _ => return None,
        },
        Fault::Flush(cache) => What::FlushCache { cache: named(cache) },
        Fault::Evict(cache, key) => What::Evict { key: text(key), cache: named(cache) },
        Fault::Expire(cache, key) => What::Expire { key: text(key), cache: named(cache) },
        Fault::Join(cache) => What::AddNode { cache: titled(cache) },
        Fault::Leave(cache) => What::RemoveNode { cache: titled(cache) },
        Fault::Failover(cache) => What::Failover { cache: titled(cache) },
        Fault::Cut { link, app } => What::Cut { link, app },
        Fault::Heal { link, app } => What::Heal { link, app },
        Fault::FailNext { store, nth, call, how, times } => {
            let cache = named(CacheId(nth));
            What::FailNext { store, cache, call: call.map(text), how, times }
        }
        Fault::OutsideWrite { key, value, .. } => {
            What::OutsideWrite { key: text(key), value: literal(value.scalar, names) }
        }
        Fault::OutsideDelete { key, .. } => What::OutsideDelete { key: text(key) },
        Fault::Consumer { name, app, how } => match how {
            ConsumerFault::Stop => What::StopConsumer { consumer: text(name), app },
            ConsumerFault::Kill => What::KillConsumer { consumer: text(name), app },
            ConsumerFault::Start => What::StartConsumer { consumer: text(name), app },
        },
        Fault::Replay { queue, app } => What::ReplayDeadLetters { queue: text(queue), app },
        _ => return None,
    })
}
