//! Clients that come by themselves.

use serde::{Deserialize, Serialize};

use super::Latency;
use super::rule::{Any, Decimal, EXACT, List, NAME, Nested, PREFIX, TIME, number, rules, time};
use crate::scenario::tagged::tagged;
use crate::time::Micros;

/// Clients that come by themselves.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Workload {
    /// Its clients are named after it: `w`, `w-2`, …
    pub name: String,
    /// When it starts by itself; `null`: not before an action starts it.
    pub start_us: Option<Micros>,
    /// Left out: until the end.
    pub stop_us: Option<Micros>,
    /// Left out: no limit.
    pub most_requests: Option<u64>,
    /// When its requests come.
    pub arrivals: Arrivals,
    /// Which keys it asks for.
    pub keys: Keys,
    /// Reads, of a thousand requests; the others are writes (or increments).
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

/// When requests come.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "kind")]
pub enum Arrivals {
    /// Open loop: requests come, answered or not, at random times.
    Poisson { per_second: f64 },
    /// Open loop: one request every `every_us`.
    Fixed { every_us: Micros },
    /// Closed loop: each user waits for an answer, thinks, asks again.
    Closed { users: u32, think: Latency },
    /// Open loop at random times, at a rate that jumps: from each point on it is the point's.
    Steps { points: Vec<RatePoint> },
    /// The same, at a rate that goes in a straight line from point to point.
    Ramps { points: Vec<RatePoint> },
    /// The same, at a rate that goes up and down for ever, as by day and by night. It begins
    /// at its lowest.
    Wave { per_second: f64, swing_permille: u32, period_us: Micros },
}

tagged!(Arrivals by "kind" as ArrivalsFields {
    /// Requests a second, on average; of a wave, over a whole period.
    per_second: f64 = Decimal { least: 0.000_001, most: 1_000_000.0 },
    /// The time between two requests.
    every_us: Micros = time(1),
    /// How many users ask, each with one request at a time.
    users: u32 = number(1, 10_000),
    /// The pause between an answer and the next request.
    think: Latency = Nested,
    /// The rate at some instants, in the order of time. Before the first it is the first's,
    /// after the last the last's.
    points: Vec<RatePoint> = List(1_000, Nested),
    /// How far a wave goes up and down, in thousandths of its mean.
    swing_permille: u32 = number(0, 1_000),
    /// The time from one lowest rate to the next.
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
    /// How many users a closed loop has; `None`: it is an open one.
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
    /// When, from the start of the run.
    pub at_us: Micros,
    /// Requests a second; 0: none.
    pub per_second: f64,
}

rules!(RatePoint { at_us: TIME, per_second: Decimal { least: 0.0, most: 1_000_000.0 } });

/// Keys `<prefix>0` … `<prefix>count-1`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// What the keys begin with.
    pub prefix: String,
    /// How many keys, numbered from 0.
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
