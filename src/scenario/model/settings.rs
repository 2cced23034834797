//! Settings of the history, of the limits, and of the page's view.

use serde::Deserialize;

use super::rule::{Any, EXACT, List, NAME, TIME, number, rules};
use crate::scenario::Candidate;
use crate::time::Micros;

/// What the history keeps.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct HistorySettings {
    /// Keep only this many of the last events; left out: all. Totals stay exact.
    pub keep: Option<u32>,
    /// Judge every read and follow every write; false: only totals of requests, latencies and
    /// loads, which is a little faster.
    pub verdicts: bool,
}

impl Default for HistorySettings {
    fn default() -> HistorySettings {
        HistorySettings { keep: None, verdicts: true }
    }
}

rules!(sparse HistorySettings { keep: number(1, 100_000_000), verdicts: Any("true or false") });

/// Limits that stop a runaway strategy.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema), schemars(rename = "Limits"))]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// The most instructions of one task.
    pub task_steps: u32,
    /// The most instructions of the whole run.
    pub total_steps: u64,
    /// The most tasks at a time.
    pub tasks: u32,
    /// The most events of the whole run.
    pub events: u64,
}

impl Default for LimitSettings {
    fn default() -> LimitSettings {
        LimitSettings {
            task_steps: 1_000_000,
            total_steps: 10_000_000_000,
            tasks: 100_000,
            events: 1_000_000_000,
        }
    }
}

rules!(sparse LimitSettings {
    task_steps: number(1, 1_000_000_000),
    total_steps: number(1, EXACT),
    tasks: number(1, 1_000_000),
    events: number(1, EXACT),
});

/// How the page shows the run.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema), schemars(rename = "View"))]
#[serde(deny_unknown_fields, default)]
pub struct ViewSettings {
    /// The instant at which the page opens; left out: the start.
    pub at_us: Option<Micros>,
    /// Virtual microseconds per real millisecond: 1000 is real time.
    pub speed_us_per_ms: u32,
    /// Keys that the page's controls offer.
    pub keys: Vec<String>,
    /// Clients that the page's controls offer.
    pub clients: Vec<String>,
    /// Two to eight strategies that the page compares: `own` for the strategy of all other keys, or
    /// built-in ones, optionally with parameters: `cache-aside:TTL=5,JITTER=1`.
    pub compare: Vec<String>,
}

impl Default for ViewSettings {
    fn default() -> ViewSettings {
        ViewSettings {
            at_us: None,
            speed_us_per_ms: 10,
            keys: Vec::new(),
            clients: Vec::new(),
            compare: Vec::new(),
        }
    }
}

rules!(sparse ViewSettings {
    at_us: TIME,
    speed_us_per_ms: number(1, 1_000_000),
    keys: List(200, NAME),
    clients: List(100, NAME),
    compare: List(Candidate::MOST, NAME),
});
