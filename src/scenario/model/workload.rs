//! Workloads: clients that send requests by themselves.

use serde::{Deserialize, Serialize};

use super::Latency;
use super::rule::{Any, Decimal, EXACT, List, NAME, Nested, PREFIX, TIME, number, rules, time};
use crate::scenario::tagged::tagged;
use crate::time::Micros;

/// Clients that send requests by themselves.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Workload {
    /// The name, from which its clients are named: `w`, `w-2`, …
    pub name: String,
    /// When it starts by itself; `null`: an action starts it.
    pub start_us: Option<Micros>,
    /// When it stops; left out: at the end.
    pub stop_us: Option<Micros>,
    /// The most requests; left out: no limit.
    pub most_requests: Option<u64>,
    /// When its requests arrive.
    pub arrivals: Arrivals,
    /// Which keys it requests.
    pub keys: Keys,
    /// Reads per thousand requests; the others are writes (or increments).
    pub read_permille: u32,
    /// Increments by one instead of writes.
    pub increments: bool,
}

impl Default for Workload {
    fn default() -> Workload {
        Workload {
            name: "users".to_owned(),
            start_us: Some(0),
            stop_us: None,
            most_requests: None,
            arrivals: Arrivals::Poisson { per_second: 20.0 },
            keys: Keys::default(),
            read_permille: 900,
            increments: false,
        }
    }
}

rules!(sparse Workload {
    name: NAME,
    start_us: TIME,
    stop_us: TIME,
    most_requests: number(1, EXACT),
    arrivals: Nested,
    keys: Nested,
    read_permille: number(0, 1_000),
    increments: Any("true or false"),
});

/// When requests arrive.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "kind")]
pub enum Arrivals {
    /// Open loop: requests arrive at random times, answered or not.
    Poisson { per_second: f64 },
    /// Open loop: one request every `every_us`.
    Fixed { every_us: Micros },
    /// Closed loop: each user waits for an answer, thinks, asks again.
    Closed { users: u32, think: Latency },
    /// Open loop at random times, at a rate that changes in steps: each point's rate holds until
    /// the next point.
    Steps { points: Vec<RatePoint> },
    /// Open loop at random times, at a rate that changes linearly from point to point.
    Ramps { points: Vec<RatePoint> },
    /// Open loop at random times, at a rate that rises and falls periodically, as by day and by
    /// night. It begins at its lowest.
    Wave { per_second: f64, swing_permille: u32, period_us: Micros },
}

tagged!(Arrivals by "kind" as ArrivalsFields {
    /// Requests per second, on average; for a wave, over a whole period.
    per_second: f64 = Decimal { least: 0.000_001, most: 1_000_000.0 },
    /// The time between two requests.
    every_us: Micros = time(1),
    /// The number of users, each with one request at a time.
    users: u32 = number(1, 10_000),
    /// The pause between an answer and the next request.
    think: Latency = Nested,
    /// The rate at some instants, in order of time. Before the first point the first rate holds,
    /// after the last point the last.
    points: Vec<RatePoint> = List(1_000, Nested),
    /// The amplitude of a wave, in thousandths of its mean.
    swing_permille: u32 = number(0, 1_000),
    /// The period of a wave.
    period_us: Micros = time(1),
}
    Poisson { per_second },
    Fixed { every_us },
    Closed { users, think },
    Steps { points },
    Ramps { points },
    Wave { per_second, swing_permille, period_us },
);

impl Arrivals {
    /// The number of users of a closed loop; `None`: the loop is open.
    pub fn users(&self) -> Option<u32> {
        match self {
            Arrivals::Closed { users, .. } => Some(*users),
            _ => None,
        }
    }
}

/// A rate at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RatePoint {
    /// The instant, from the start of the run.
    pub at_us: Micros,
    /// Requests per second; 0: none.
    pub per_second: f64,
}

rules!(RatePoint { at_us: TIME, per_second: Decimal { least: 0.0, most: 1_000_000.0 } });

/// Keys `<prefix>0` … `<prefix>count-1`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// The prefix of the keys.
    pub prefix: String,
    /// The number of keys, numbered from 0.
    pub count: u32,
    /// Zipf's exponent in thousandths: 0 is uniform, 990 is YCSB's default.
    pub zipf_milli: u32,
}

impl Default for Keys {
    fn default() -> Keys {
        Keys { prefix: "item:".to_owned(), count: 10, zipf_milli: 990 }
    }
}

rules!(sparse Keys {
    prefix: PREFIX,
    count: number(1, 1_000_000),
    zipf_milli: number(0, 10_000),
});
