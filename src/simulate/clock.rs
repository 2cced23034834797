//! The clock: virtual time as the world's driver.

use super::agenda::{Agenda, AgendaItem};
use super::chance::{self, Purpose};
use super::heard::Heard;
use crate::event::Event;
use crate::history::History;
use crate::scenario::{Latency, LinkSettings, Scenario};
use crate::store::by_cache::ByCache;
use crate::strategy::value::Names;
use crate::time::Micros;
use crate::world::{
    Clock as WorldClock, Deed, Delay, Dice, Message, MessageKey, OpId, Passage, ProcessId, Sink,
    Stamp, Timer, link_between,
};

/// Draws how long everything takes, and keeps the agenda.
#[derive(Clone)]
pub struct Clock {
    pub now_us: Micros,
    pub agenda: Agenda,
    pub history: History,
    /// Requests that ended in the present transition; `None`: no workload needs them.
    pub ended: Option<Vec<OpId>>,
    /// What has happened since the last query; `None`: not recorded.
    pub heard: Option<Vec<Heard>>,
    seed: u64,
    /// By [`LinkName`](crate::scenario::LinkName).
    links: Vec<LinkSettings>,
    /// No link loses or duplicates messages at random.
    is_faithful: bool,
    caches: ByCache<CacheTimes>,
    database_read: Latency,
    database_write: Latency,
    replica_read: Latency,
    replica_lag: Latency,
}

/// The service time of a cache, and the time of its messages if that differs from the link's.
#[derive(Clone)]
struct CacheTimes {
    service: Latency,
    flight: Option<Latency>,
    /// The replication lag.
    lag: Latency,
}

impl Clock {
    /// A clock at the start of a scenario.
    pub fn new(scenario: &Scenario, history: History, wants_ended: bool) -> Clock {
        let topology = &scenario.topology;
        let network = &topology.network;
        let replica = topology.replica.clone().unwrap_or_default();
        let links = crate::scenario::LinkName::ALL
            .map(|name| network.links.get(&name).unwrap_or(&network.default).clone());
        Clock {
            now_us: 0,
            agenda: Agenda::default(),
            history,
            ended: wants_ended.then(Vec::new),
            heard: None,
            seed: scenario.seed,
            is_faithful: links.iter().all(|link| (link.loss_ppm, link.duplicate_ppm) == (0, 0)),
            links: links.to_vec(),
            caches: topology.by_cache(|cache| CacheTimes {
                service: cache.service,
                flight: cache.latency,
                lag: cache.replica.clone().unwrap_or_default().lag,
            }),
            database_read: topology.database.read,
            database_write: topology.database.write,
            replica_read: replica.read,
            replica_lag: replica.lag,
        }
    }

    fn link(&self, from: ProcessId, to: ProcessId) -> Option<&LinkSettings> {
        link_between(from, to).map(|link| &self.links[link as usize])
    }
}

/// A time multiplied by `slow_milli` / 1000.
fn slowed(us: Micros, slow_milli: u32) -> Micros {
    match slow_milli {
        1_000 => us,
        _ => us.saturating_mul(u64::from(slow_milli)) / 1_000,
    }
}

impl WorldClock for Clock {
    fn sent(&mut self, key: MessageKey, message: &Message, slow_milli: u32) {
        if let Some(heard) = &mut self.heard {
            heard.push(Heard::Sent(Box::new(message.clone())));
        }
        let flight_us = match self.link(message.from, message.to) {
            // inside one process
            None => 0,
            Some(link) => {
                let own = match (message.from, message.to) {
                    (ProcessId::Cache(cache), _) | (_, ProcessId::Cache(cache)) => {
                        self.caches[cache].flight.as_ref()
                    }
                    _ => None,
                };
                let latency = own.unwrap_or(&link.latency);
                let us = chance::latency(latency, self.seed, message.id.stamp, Purpose::Flight);
                slowed(us, slow_milli)
            }
        };
        self.agenda.put(self.now_us + flight_us, AgendaItem::Deliver(key));
    }

    fn timer(&mut self, timer: Timer, delay: Delay) {
        let after_us = match delay {
            Delay::After(us) => us,
            Delay::CacheService { cache, stamp, slow_milli } => {
                let us = chance::latency(
                    &self.caches[cache].service,
                    self.seed,
                    stamp,
                    Purpose::Service,
                );
                slowed(us, slow_milli)
            }
            Delay::DatabaseService { stamp, write, slow_milli } => {
                let service = if write { &self.database_write } else { &self.database_read };
                slowed(chance::latency(service, self.seed, stamp, Purpose::Service), slow_milli)
            }
            Delay::ReplicaService { stamp, slow_milli } => {
                let us = chance::latency(&self.replica_read, self.seed, stamp, Purpose::Service);
                slowed(us, slow_milli)
            }
            Delay::CacheLag { cache, stamp } => {
                chance::latency(&self.caches[cache].lag, self.seed, stamp, Purpose::Lag)
            }
            Delay::ReplicaLag { stamp } => {
                chance::latency(&self.replica_lag, self.seed, stamp, Purpose::Lag)
            }
        };
        match timer {
            Timer::CallTimeout { .. }
            | Timer::ClientTimeout { .. }
            | Timer::NoConnection { .. }
            | Timer::Canceled { .. }
            | Timer::Idle { .. } => {
                self.agenda.put_timeout(self.now_us, after_us, timer);
            }
            _ => self.agenda.put(self.now_us.saturating_add(after_us), AgendaItem::Fire(timer)),
        }
    }
}

impl Dice for Clock {
    fn random(&mut self, stamp: Stamp) -> u64 {
        chance::bits(self.seed, stamp, Purpose::Strategy)
    }

    #[inline]
    fn passage(&mut self, message: &Message) -> Passage {
        if self.is_faithful {
            return Passage::Arrives;
        }
        let Some(link) = self.link(message.from, message.to) else { return Passage::Arrives };
        let falls_within = |ppm: u32, purpose| {
            let bits = || chance::bits(self.seed, message.id.stamp, purpose);
            ppm > 0 && chance::below(bits(), 1_000_000) < u64::from(ppm)
        };
        match () {
            _ if falls_within(link.loss_ppm, Purpose::Loss) => Passage::Lost,
            _ if falls_within(link.duplicate_ppm, Purpose::Duplication) => Passage::Doubled,
            _ => Passage::Arrives,
        }
    }
}

impl Sink for Clock {
    fn record(&mut self, at_us: Micros, events: &[Event], names: &Names) {
        if let Some(ended) = &mut self.ended {
            ended.extend(events.iter().filter_map(|event| match event {
                Event::Ended { op, .. } => Some(*op),
                _ => None,
            }));
        }
        if let Some(heard) = &mut self.heard {
            heard.extend(events.iter().map(|event| Heard::Event(*event)));
        }
        self.history.record(at_us, events, names);
    }

    fn done(&mut self, deed: Deed) {
        if let Some(heard) = &mut self.heard {
            heard.push(Heard::Deed(deed));
        }
    }
}
