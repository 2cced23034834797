//! The set-up of a world, which never changes.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::request::handler;
use super::{Kind, ProcessId};
use crate::store::by_cache::ByCache;
use crate::store::cache::{Cache, Eviction};
use crate::store::database::ForeignKey;
use crate::store::placement::Placement;
use crate::strategy::value::{Datum, Names, Scalar, Symbol};
use crate::strategy::{Program, route};
use crate::time::Micros;
use crate::vocabulary::{CacheId, Role, Tracking};

/// An entry that a cache holds at the start: a copy of its key's row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StartEntry {
    pub key: Symbol,
    /// The cache, or the first node of one that has several.
    pub cache: CacheId,
    /// The TTL; `None`: it never expires.
    pub ttl_us: Option<Micros>,
}

/// Everything that a run needs to know and that no event changes.
pub struct Setup {
    pub names: Names,
    /// In the scenario's order.
    pub strategies: Vec<Deployed>,
    pub apps: u16,
    /// The most requests that one app server processes at a time.
    pub max_in_progress: u32,
    /// The most requests that wait for one app server.
    pub backlog: u32,
    /// The settings of each cache; the names of caches are in `names`.
    pub caches: ByCache<CacheSetup>,
    /// The caches with more than one process.
    pub clusters: Vec<ClusterSetup>,
    /// The first of the app servers' own caches, which are the last of `caches`.
    pub local: Option<CacheId>,
    /// How the other caches notify app servers of changes, if they do.
    pub tracking: Option<Tracking>,
    pub database: DatabaseSetup,
    pub replicas: u8,
    /// How long a caller waits for a reply from a cache or another process.
    pub cache_timeout_us: Micros,
    /// How long a caller waits for a reply from the database or a replica.
    pub database_timeout_us: Micros,
    pub clients: Patience,
    pub client_overrides: BTreeMap<Symbol, Patience>,
    /// Rows that the database holds at the start.
    pub rows: Vec<(Symbol, Datum)>,
    /// Entries that caches hold at the start.
    pub entries: Vec<StartEntry>,
    pub limits: Limits,
    /// Whether dead letters are pushed again at some time.
    pub replays: bool,
}

/// A strategy with its parameters, and the keys that it serves.
pub struct Deployed {
    pub prefix: String,
    /// A built-in's title, or the first comment of its source.
    pub title: String,
    pub program: Arc<Program>,
    /// Bound values, in the order of [`Program::parameters`].
    pub parameters: Vec<Scalar>,
}

/// The settings of a cache.
#[derive(Clone, Debug)]
pub struct CacheSetup {
    /// The text of no characters, if it is like Memcached; `None`: it is like Redis.
    pub memcached: Option<Symbol>,
    /// The capacity in entries; `None`: no limit.
    pub capacity: Option<u32>,
    pub eviction: Eviction,
    /// The interval of snapshots; `None`: no snapshots.
    pub snapshot_every_us: Option<Micros>,
    /// Whether it answers at the instant at which a command arrives.
    pub is_instant: bool,
}

impl CacheSetup {
    /// The cache at the start.
    pub fn empty_cache(&self) -> Cache {
        match self.memcached {
            Some(empty) => {
                Cache::memcached(self.capacity, self.eviction != Eviction::Noeviction, empty)
            }
            None => Cache::new(self.capacity, self.eviction),
        }
    }
}

/// The settings of a cache of several nodes, or of one with a replica.
#[derive(Clone, Debug)]
pub struct ClusterSetup {
    pub placement: Placement,
    /// The number of nodes with keys at the start: the first ones.
    pub start: u16,
    /// The nodes; the first has the id that programs use for the cache.
    pub nodes: Vec<CacheId>,
    /// The replica of each node; empty: none.
    pub replicas: Vec<CacheId>,
    /// How long a primary is down before its replica takes over; `None`: never.
    pub failover_us: Option<Micros>,
    /// Whether calls that only read go to the replicas.
    pub reads_replicas: bool,
}

/// The settings of the database.
#[derive(Clone, Debug)]
pub struct DatabaseSetup {
    /// The most statements that run at a time, in a replica as well.
    pub connections: u32,
    /// How long a statement waits for a connection; `None`: without limit.
    pub pool_wait_us: Option<Micros>,
    /// How long a statement may run; `None`: without limit.
    pub statement_timeout_us: Option<Micros>,
    /// How long a transaction waits for its next statement; `None`: without limit.
    pub idle_timeout_us: Option<Micros>,
    pub foreign_keys: Vec<ForeignKey>,
}

/// How long a client waits, and how often it retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    pub timeout_us: Micros,
    /// Further tries after the first.
    pub retries: u32,
    /// The wait before the first retry; doubled before each further one.
    pub backoff_us: Micros,
}

/// Limits that stop a runaway strategy.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most instructions of one task.
    pub task_steps: u32,
    /// The most instructions of all tasks.
    pub total_steps: u64,
    /// The most tasks at a time.
    pub tasks: u32,
}

/// A function that a request needs and its key's strategy does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingHandler {
    /// With its arguments: "delete(key)".
    pub function: &'static str,
    pub key: String,
    /// The strategy's title.
    pub strategy: String,
}

impl fmt::Display for MissingHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MissingHandler { function, key, strategy } = self;
        write!(f, "the strategy of {key} ({strategy}) has no function {function}")
    }
}

impl Setup {
    /// Whether some program computes values or names keys of its own, rather than move what it is
    /// given from key to the same key.
    pub fn computes_values(&self) -> bool {
        self.strategies.iter().any(|deployed| deployed.program.computes_values)
    }

    /// The strategy that serves a key: the one with the longest matching prefix.
    pub fn route(&self, key: &str) -> u16 {
        let prefixes = self.strategies.iter().map(|deployed| deployed.prefix.as_str());
        route(key, prefixes).map_or(0, |at| at as u16)
    }

    /// Checks that the strategy of a key has a function for a kind of request.
    ///
    /// # Errors
    /// The missing function.
    pub fn serves(&self, kind: Kind, key: &str) -> Result<(), MissingHandler> {
        let deployed = &self.strategies[usize::from(self.route(key))];
        let function = match (kind, handler(&deployed.program, kind)) {
            (Kind::Delete, None) => "delete(key)",
            (Kind::Increment, None) => "increment(key, by)",
            _ => return Ok(()),
        };
        Err(MissingHandler { function, key: key.to_owned(), strategy: deployed.title.clone() })
    }

    /// The consumers: functions with `@every` that take from a queue, and where each runs.
    pub fn consumers(&self) -> Vec<(&str, Role)> {
        let programs = self.strategies.iter().map(|deployed| &deployed.program);
        programs
            .flat_map(|program| {
                let loops = program.loops.iter();
                let takes = loops.filter(|each| program.takes_from(each.function).next().is_some());
                takes.map(|each| {
                    (&*program.functions[usize::from(each.function.0)].name, each.place)
                })
            })
            .collect()
    }

    /// Queues that strategies fill, and where each is.
    pub fn buffers(&self) -> Vec<(&str, Role)> {
        let queues = self.strategies.iter().flat_map(|deployed| &deployed.program.queues);
        queues.filter(|queue| !queue.changes).map(|queue| (&*queue.name, queue.place)).collect()
    }

    /// An app server's own cache.
    pub fn local_of(&self, app: u16) -> Option<CacheId> {
        self.local.map(|CacheId(first)| CacheId(first + app as u8))
    }

    /// Whether this is an app server's own cache.
    pub fn is_local(&self, id: ProcessId) -> bool {
        matches!((id, self.local), (ProcessId::Cache(cache), Some(first)) if cache >= first)
    }

    /// The settings of a client.
    pub fn client(&self, name: Symbol) -> &Patience {
        self.client_overrides.get(&name).unwrap_or(&self.clients)
    }
}
