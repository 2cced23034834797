//! Workloads: clients that send requests by themselves.

use std::rc::Rc;

use rand_distr::Distribution;
use rand_distr::weighted::WeightedAliasIndex;

use super::chance::{self, Purpose};
use super::rate::Rate;
use crate::scenario::{Arrivals, Workload};
use crate::strategy::value::{Names, Scalar, Symbol};
use crate::time::{Micros, SECOND_US};
use crate::world::{Kind, Request, Source, Stamp, derive};

/// One workload of a run.
#[derive(Clone)]
pub struct WorkloadRun {
    /// Shared by all copies of a run.
    fixed: Rc<Fixed>,
    pub running: bool,
    /// How often it was started. Requests of an earlier start are not continued.
    pub run: u32,
    pub requests: u64,
}

struct Fixed {
    index: u32,
    workload: Workload,
    name: Symbol,
    /// The clients of a closed workload's users; for an open one, the single client.
    clients: Vec<Symbol>,
    keys: Vec<Symbol>,
    popularity: WeightedAliasIndex<u64>,
}

impl WorkloadRun {
    /// A workload, not yet started. `None`: its clients and keys need more texts than a run may
    /// know.
    pub fn new(index: u32, workload: &Workload, names: &mut Names) -> Option<WorkloadRun> {
        let users = workload.arrivals.users().unwrap_or(1);
        let name = names.intern(&workload.name)?;
        let clients = match users {
            1 => vec![name],
            _ => (1..=users)
                .map(|user| names.intern(&format!("{}-{user}", workload.name)))
                .collect::<Option<_>>()?,
        };
        let keys = names.intern_numbered(&workload.keys.prefix, workload.keys.count);
        let keys = keys.collect::<Option<_>>()?;
        let exponent = f64::from(workload.keys.zipf_milli) / 1_000.0;
        let weight = |rank: u32| (libm::pow(f64::from(rank), -exponent) * WEIGHT).max(1.0) as u64;
        let popularity =
            WeightedAliasIndex::new((1..=workload.keys.count).map(weight).collect()).ok()?;
        let workload = workload.clone();
        let fixed = Rc::new(Fixed { index, workload, name, clients, keys, popularity });
        Some(WorkloadRun { fixed, running: false, run: 0, requests: 0 })
    }

    /// The workload's name.
    pub fn name(&self) -> Symbol {
        self.fixed.name
    }

    /// Its settings in the scenario.
    pub fn workload(&self) -> &Workload {
        &self.fixed.workload
    }

    /// The number of users of a closed workload; `None`: it is open.
    pub fn users(&self) -> Option<u32> {
        self.fixed.workload.arrivals.users()
    }

    /// Whether more requests are to come.
    pub fn goes_on(&self, run: u32) -> bool {
        self.running
            && self.run == run
            && self.fixed.workload.most_requests.is_none_or(|most| self.requests < most)
    }

    /// The time until the next request of an open workload, if now is the time of the last one.
    pub fn gap_us(&self, seed: u64, now_us: Micros) -> Micros {
        let bits = || chance::bits(seed, self.stamp(), Purpose::Gap);
        match self.fixed.workload.arrivals {
            Arrivals::Poisson { per_second } => {
                chance::exponential(SECOND_US as f64 / per_second, bits())
            }
            Arrivals::Fixed { every_us } => every_us,
            Arrivals::Closed { .. } => 0,
            Arrivals::Steps { .. } | Arrivals::Ramps { .. } | Arrivals::Wave { .. } => {
                let rate = Rate::of(&self.fixed.workload.arrivals);
                rate.map_or(0, |rate| rate.gap_us(now_us, chance::unit_exponential(bits())))
            }
        }
    }

    /// The rate of an open workload at an instant, in requests per thousand seconds.
    pub fn rate_milli(&self, at_us: Micros) -> Option<u64> {
        let per_second = match self.fixed.workload.arrivals {
            Arrivals::Poisson { per_second } => per_second,
            Arrivals::Fixed { every_us } => SECOND_US as f64 / every_us as f64,
            ref other => Rate::of(other)?.per_second(at_us),
        };
        Some(libm::round(per_second * 1_000.0) as u64)
    }

    /// The think time of a user before the next request.
    pub fn think_us(&self, seed: u64, user: u32) -> Micros {
        match &self.fixed.workload.arrivals {
            Arrivals::Closed { think, .. } => {
                chance::latency(think, seed, derive(self.stamp(), u64::from(user)), Purpose::Think)
            }
            _ => 0,
        }
    }

    /// The next request.
    pub fn request(&mut self, seed: u64, user: u32) -> Request {
        self.requests += 1;
        let stamp = self.stamp();
        let Fixed { workload, clients, keys, popularity, .. } = &*self.fixed;
        let mut generator = chance::generator(seed, stamp, Purpose::Key);
        let key = keys[popularity.sample(&mut generator)];
        let roll = chance::below(chance::bits(seed, stamp, Purpose::Kind), 1_000);
        let (kind, value) = match () {
            _ if roll < u64::from(workload.read_permille) => (Kind::Read, Scalar::None),
            _ if workload.increments => (Kind::Increment, Scalar::Int(1)),
            _ => (Kind::Write, Scalar::None),
        };
        Request { kind, key, value, client: clients[user as usize], stamp }
    }

    fn stamp(&self) -> Stamp {
        Source::Workload(self.fixed.index).stamp(self.requests)
    }
}

/// The weight of the most popular key. With an exponent of 1, the least popular of
/// a million still has a weight of more than 4,000.
const WEIGHT: f64 = (1u64 << 32) as f64;
