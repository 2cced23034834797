//! The document: one value that describes a whole run.
//!
//! Every field has a default, so that a small scenario is a small file, and fields that equal their
//! defaults are not written. Times are integers in microseconds, as their names say (`_us`).

mod action;
mod cluster;
mod expect;
mod latency;
mod lesson;
mod question;
mod settings;
mod start;
mod topology;
mod workload;

pub use crate::store::cache::{Engine, Eviction};
pub use crate::store::placement::Placement;
pub use crate::strategy::Literal;
pub use crate::vocabulary::{Failure, LinkName, Store, Tracking};
pub use action::{Action, What};
pub use cluster::{CacheReplicaSettings, Cluster, ReadsFrom};
pub use expect::{Amount, Expectation, PathStep, Plain, steps};
pub use latency::Latency;
pub use lesson::{Goal, Lesson, LessonGroup, LessonStep, Play, Restart, Watch};
pub use question::{Choice, Guess, Question, Unit};
pub use settings::{HistorySettings, LimitSettings, ViewSettings};
pub use start::{InitialEntry, RowRange, Rows, StrategyUse, Truth};
pub use topology::{
    Apps, CacheSettings, ClientSettings, Constraint, DatabaseSettings, LinkSettings, LocalSettings,
    NetworkSettings, ReplicaSettings, Topology,
};
pub use workload::{Arrivals, Keys, RatePoint, Workload};

use serde::Deserialize;

use super::rule::{self, Checker, EXACT, List, Nested, Rule, number, rules, text, time};
use crate::time::{Micros, SECOND_US};

/// The version of the document that this build writes.
pub const VERSION: u32 = 1;

/// A scenario: everything that determines a run.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// The address of this document's schema, with which an editor can check it.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// The version of this format: 1.
    pub version: u32,
    /// The heading on the page.
    pub title: String,
    /// What the scenario shows and what to watch, as Markdown.
    pub notes: String,
    /// The seed of every latency, key and loss. The same seed gives the same run.
    pub seed: u64,
    /// The duration of the run on the command line, and of the page's time axis.
    pub duration_us: Micros,
    /// The processes and links, and how fast each is.
    pub topology: Topology,
    /// The strategies; for each key the longest matching prefix wins.
    pub strategies: Vec<StrategyUse>,
    /// Rows that the database holds at the start.
    pub rows: Rows,
    /// Entries that the caches hold at the start.
    pub entries: Vec<InitialEntry>,
    /// Clients that send requests by themselves.
    pub workloads: Vec<Workload>,
    /// Actions with their instants; at one instant, in the order of the list.
    pub actions: Vec<Action>,
    /// Conditions at the end of the run, if the scenario is a test.
    pub expect: Vec<Expectation>,
    /// What the history keeps.
    pub history: HistorySettings,
    /// Limits that stop a runaway strategy.
    pub limits: LimitSettings,
    /// How the page shows the run.
    pub view: ViewSettings,
    /// A guided lesson about the run.
    pub lesson: Option<Lesson>,
}

impl Default for Scenario {
    fn default() -> Scenario {
        Scenario {
            schema: String::new(),
            version: VERSION,
            title: String::new(),
            notes: String::new(),
            seed: 1,
            duration_us: 60 * SECOND_US,
            topology: Topology::default(),
            strategies: vec![StrategyUse::default()],
            rows: Rows::default(),
            entries: Vec::new(),
            workloads: Vec::new(),
            actions: Vec::new(),
            expect: Vec::new(),
            history: HistorySettings::default(),
            limits: LimitSettings::default(),
            view: ViewSettings::default(),
            lesson: None,
        }
    }
}

/// The most actions of a scenario.
pub const MOST_ACTIONS: usize = 10_000;

rules!(sparse Scenario {
    schema as "$schema": text(0, 2_000),
    version: Version,
    title: text(0, 200),
    notes: text(0, 20_000),
    seed: number(0, EXACT),
    duration_us: time(1),
    topology: Nested,
    strategies: List(16, Nested),
    rows: Nested,
    entries: List(100_000, Nested),
    workloads: List(64, Nested),
    actions: List(MOST_ACTIONS, Nested),
    expect: List(1_000, expect::Compares),
    history: Nested,
    limits: Nested,
    view: Nested,
    lesson: Nested,
});

/// Always written: a document names its version, whatever the default of later versions.
struct Version;

impl Rule<u32> for Version {
    fn check(&self, value: &u32, at: &mut Checker) {
        Rule::check(&number(1, VERSION.into()), value, at);
    }

    fn allowed(&self, below: &[&str]) -> Option<String> {
        Rule::<u32>::allowed(&number(1, VERSION.into()), below)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn describe(&self, schema: &mut serde_json::Value) {
        Rule::<u32>::describe(&number(1, VERSION.into()), schema);
    }

    fn always_written(&self) -> bool {
        true
    }
}

/// For `skip_serializing_if`: a default is left out.
fn is_one(times: &u32) -> bool {
    *times == 1
}

fn is_one_more(by: &i64) -> bool {
    *by == 1
}

// Defaults of variants' fields, for the schema; reading has them in `tagged!`.
#[cfg(not(target_arch = "wasm32"))]
fn one() -> u32 {
    1
}

#[cfg(not(target_arch = "wasm32"))]
fn one_more() -> i64 {
    1
}
