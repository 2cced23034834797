//! The document: one value that describes a whole run.
//!
//! Every field has a default, so that a small scenario is a small file, and a
//! field that equals its default is left out when it is written. Times are
//! integers in microseconds, and say so in their names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Micros;

/// The version of the document that this build writes.
pub const VERSION: u32 = 1;

/// A scenario: everything that decides what happens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// The version of this format: 1.
    pub version: u32,
    pub title: String,
    /// What it is about and what to watch, as Markdown.
    pub notes: String,
    /// Seeds every latency, key and loss. The same seed gives the same run.
    pub seed: u64,
    /// How long the run lasts for the command line, and the page's time axis.
    pub duration_us: Micros,
    pub topology: Topology,
    /// What serves which keys: the longest prefix that matches a key wins.
    pub strategies: Vec<StrategyUse>,
    /// Rows that the database holds at the start.
    pub rows: Rows,
    /// Entries that the cache holds at the start.
    pub entries: Vec<InitialEntry>,
    pub workloads: Vec<Workload>,
    pub actions: Vec<Action>,
    pub history: HistorySettings,
    pub limits: Limits,
    pub view: View,
}

/// Which strategy serves the keys of a prefix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct StrategyUse {
    /// The keys that it serves: those that begin with this text. Empty: all others.
    pub prefix: String,
    /// A built-in strategy's id. Ignored where `source` is given.
    pub strategy: String,
    /// The program itself, in the strategy language.
    pub source: Option<String>,
    /// Values for the program's parameters, by name.
    pub parameters: BTreeMap<String, Literal>,
}

/// A plain value in a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Literal {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

/// Rows by key, and numbered ones that need not be written out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Rows {
    /// key → value
    pub each: BTreeMap<String, Literal>,
    /// `{"prefix": "item:", "count": 1000, "value": 0}`: item:0 … item:999
    pub ranges: Vec<RowRange>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RowRange {
    pub prefix: String,
    pub count: u32,
    pub value: Literal,
}

/// An entry that the cache holds at the start, a copy of the row of its key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InitialEntry {
    pub key: String,
    /// Left out: never expires.
    #[serde(default)]
    pub ttl_us: Option<Micros>,
}

/// Who is there, and how fast each is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Topology {
    pub apps: Apps,
    pub cache: CacheSettings,
    pub database: DatabaseSettings,
    pub replica: Option<ReplicaSettings>,
    pub network: Network,
    /// How every client behaves, and exceptions by client name.
    pub clients: ClientSettings,
    pub client_overrides: BTreeMap<String, ClientSettings>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Apps {
    /// How many app servers stand behind the round robin.
    pub count: u16,
    /// The most requests that one server works on at a time; more wait in line.
    pub max_in_progress: u32,
    /// The longest such line; beyond it a request is refused.
    pub backlog: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CacheSettings {
    /// The most entries that it holds; left out: no limit.
    pub capacity: Option<u32>,
    pub eviction: Eviction,
    /// Taken every so often (Redis: RDB); a restart loads the last one. Left out: none.
    pub snapshot_every_us: Option<Micros>,
    /// How long one command takes in the cache.
    pub service: Latency,
}

/// Which entry makes room for a new one (Redis: `maxmemory-policy`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Eviction {
    /// None: a set that needs room is refused.
    Noeviction,
    #[default]
    AllkeysLru,
    AllkeysLfu,
    AllkeysRandom,
    /// The one that expires first; entries without a TTL are never evicted.
    VolatileTtl,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseSettings {
    /// Statements that run at a time; more wait in line, first come first served.
    pub connections: u32,
    pub read: Latency,
    pub write: Latency,
    /// Foreign keys: a child's row needs its parent's.
    pub constraints: Vec<Constraint>,
}

/// A row `<child><id>` or `<child><id>:…` needs the row `<parent><id>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    pub child: String,
    pub parent: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ReplicaSettings {
    /// How long after its commit a change is visible here.
    pub lag: Latency,
    pub read: Latency,
}

/// A distribution of times.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "kind")]
pub enum Latency {
    Constant {
        us: Micros,
    },
    Uniform {
        low_us: Micros,
        high_us: Micros,
    },
    Exponential {
        mean_us: Micros,
    },
    /// `sigma` is the standard deviation of the logarithm, in thousandths.
    Lognormal {
        median_us: Micros,
        sigma_milli: u32,
    },
}

/// The links, each one way; a round trip is twice that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// For every link that is not named in `links`.
    pub default: LinkSettings,
    pub links: BTreeMap<LinkName, LinkSettings>,
    /// How long a caller waits for a reply from the cache (or a process).
    pub cache_timeout_us: Micros,
    /// How long a caller waits for a reply from the database or its replica.
    pub database_timeout_us: Micros,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LinkSettings {
    pub latency: Latency,
    /// Messages lost, of a million.
    pub loss_ppm: u32,
}

/// Which two kinds of process a link joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LinkName {
    ClientApp,
    AppCache,
    AppDatabase,
    AppReplica,
    AppWorker,
    CacheDatabase,
    CacheReplica,
    CacheWorker,
    WorkerDatabase,
    WorkerReplica,
    DatabaseReplica,
}

/// What a client does when it gets no answer, or an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ClientSettings {
    pub timeout_us: Micros,
    /// Further tries after the first.
    pub retries: u32,
    /// Wait before the first retry; doubled before each further one.
    pub backoff_us: Micros,
}

/// Clients that come by themselves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Workload {
    /// Its clients are named after it: `w`, `w-2`, …
    pub name: String,
    pub start_us: Micros,
    /// Left out: until the end.
    pub stop_us: Option<Micros>,
    /// Left out: no limit.
    pub most_requests: Option<u64>,
    pub arrivals: Arrivals,
    pub keys: Keys,
    /// Reads, of a thousand requests; the others are writes (or increments).
    pub read_permille: u32,
    /// Increments by one instead of writes.
    pub increments: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "lowercase", tag = "kind")]
pub enum Arrivals {
    /// Open loop: requests come, answered or not, at random times.
    Poisson { per_second: f64 },
    /// Open loop: one request every `every_us`.
    Fixed { every_us: Micros },
    /// Closed loop: each user waits for an answer, thinks, asks again.
    Closed { users: u32, think: Latency },
}

/// Keys `<prefix>0` … `<prefix>count-1`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    pub prefix: String,
    pub count: u32,
    /// Zipf's exponent in thousandths: 0 is uniform, 990 is YCSB's default.
    pub zipf_milli: u32,
}

/// Something that a person does at an instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Action {
    pub at_us: Micros,
    #[serde(flatten)]
    pub what: What,
}

/// What a person can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "do")]
pub enum What {
    Read {
        key: String,
        #[serde(default)]
        client: Option<String>,
        #[serde(default = "one")]
        times: u32,
    },
    /// Left out, the value is a number that no other write has.
    Write {
        key: String,
        #[serde(default)]
        value: Option<Literal>,
        #[serde(default)]
        client: Option<String>,
        #[serde(default = "one")]
        times: u32,
    },
    Delete {
        key: String,
        #[serde(default)]
        client: Option<String>,
    },
    Increment {
        key: String,
        #[serde(default = "one_more")]
        by: i64,
        #[serde(default)]
        client: Option<String>,
        #[serde(default = "one")]
        times: u32,
    },
    KillCache,
    RestartCache,
    FlushCache,
    Evict {
        key: String,
    },
    Expire {
        key: String,
    },
    /// Service times are multiplied by `factor_milli` / 1000.
    SlowDatabase {
        factor_milli: u32,
    },
    /// The same for the cache's service times and, since these are small, its links.
    SlowCache {
        factor_milli: u32,
    },
    StopDatabase,
    /// Up again, and at full speed.
    RestoreDatabase,
    RestoreCache,
    StopReplica,
    RestoreReplica,
    /// The next call that matches fails.
    FailNext {
        store: Store,
        /// A command's name (`delete`, `write`, …); left out: any.
        #[serde(default)]
        call: Option<String>,
        #[serde(default)]
        how: Failure,
        #[serde(default = "one")]
        times: u32,
    },
    Cut {
        link: LinkName,
        #[serde(default)]
        app: Option<u16>,
    },
    Heal {
        link: LinkName,
        #[serde(default)]
        app: Option<u16>,
    },
    /// Server 0 is the first.
    CrashApp {
        app: u16,
    },
    RestartApp {
        app: u16,
    },
    CrashWorker,
    RestartWorker,
    /// Past the application: a migration script.
    OutsideWrite {
        key: String,
        #[serde(default)]
        value: Option<Literal>,
    },
    OutsideDelete {
        key: String,
    },
    StartWorkload {
        workload: String,
    },
    StopWorkload {
        workload: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Store {
    Cache,
    Database,
    Replica,
    Queue,
}

/// How an injected failure looks from outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// An error comes back; nothing was applied.
    #[default]
    Error,
    /// The request is lost on its way; the caller times out.
    LostRequest,
    /// It is applied, the reply is lost; the caller times out.
    LostReply,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct HistorySettings {
    /// Keep only the last so many events; left out: all. Totals stay exact.
    pub keep: Option<u32>,
}

/// What stops a strategy that would run away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Instructions that one task may run in all.
    pub task_steps: u32,
    /// Instructions that the whole run may take.
    pub total_steps: u64,
    /// Tasks alive at a time.
    pub tasks: u32,
    /// Events of the whole run.
    pub events: u64,
}

/// How the page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct View {
    /// Virtual microseconds a real millisecond: 1000 is real time.
    pub speed_us_per_ms: u32,
    /// Keys that the page's controls offer.
    pub keys: Vec<String>,
    /// Clients that the page's controls offer.
    pub clients: Vec<String>,
}

fn one() -> u32 {
    1
}

fn one_more() -> i64 {
    1
}
