//! The topology: the processes and links, and how fast each is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rule::{
    Any, Free, List, NAME, Nested, PREFIX, StoreName, TIME, Table, TableKey, number, rules, time,
};
use super::{CacheReplicaSettings, Latency};
use crate::store::by_cache::ByCache;
use crate::store::cache::{Engine, Eviction};
use crate::store::placement::{MOST_NODES, Placement};
use crate::time::{MILLISECOND_US, Micros, SECOND_US};
use crate::vocabulary::{LinkName, Tracking};

/// The processes and links, and how fast each is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Topology {
    /// The app servers.
    pub apps: Apps,
    /// The cache.
    pub cache: CacheSettings,
    /// Further caches, by name: a strategy calls `near` with `near.get(key)`.
    pub caches: BTreeMap<String, CacheSettings>,
    /// A cache in each app server, which a strategy calls with `local.get(key)`, without a message;
    /// left out: none.
    pub local: Option<LocalSettings>,
    /// The database.
    pub database: DatabaseSettings,
    /// A read replica of the database, which lags behind it; left out: none.
    pub replica: Option<ReplicaSettings>,
    /// The links between the processes.
    pub network: NetworkSettings,
    /// How every client behaves.
    pub clients: ClientSettings,
    /// The behaviour of certain clients, by name.
    pub client_overrides: BTreeMap<String, ClientSettings>,
}

rules!(sparse Topology {
    apps: Nested,
    cache: Nested,
    caches: Table(MOST_CACHES, StoreName, Nested),
    local: Nested,
    database: Nested,
    replica: Nested,
    network: Nested,
    clients: Nested,
    client_overrides: Table(1_000, NAME, Nested),
});

impl Topology {
    /// One value for each cache: for the first, for the named ones in order, for the other nodes of
    /// each, in the order of [`clusters`](Topology::clusters), and for those of the app servers.
    pub fn by_cache<T>(&self, mut each: impl FnMut(&CacheSettings) -> T) -> ByCache<T> {
        let first = each(&self.cache);
        let nodes = self.clusters();
        let nodes = nodes.iter().flat_map(|cluster| {
            let more = cluster.ids().skip(1);
            more.map(|_| cluster.settings)
        });
        let local = self.local.as_ref().map(LocalSettings::as_cache);
        let local = local.iter().cycle().take(usize::from(self.local_count()));
        ByCache::new(first, self.caches.values().chain(nodes).chain(local).map(each))
    }

    /// The number of app servers with a cache of their own.
    pub fn local_count(&self) -> u16 {
        self.local.as_ref().map_or(0, |_| self.apps.count)
    }
}

/// The cache in each app server, after Caffeine or a dictionary with a limit.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LocalSettings {
    /// The capacity of each, in entries; left out: no limit.
    pub capacity: Option<u32>,
    /// Which entry is removed to make room.
    pub eviction: Eviction,
    /// The other caches remember which server has read which key, and notify it of the next change
    /// (Redis: `CLIENT TRACKING`); left out: they do not.
    pub tracking: Option<Tracking>,
}

rules!(sparse LocalSettings {
    capacity: number(1, 1_000_000),
    eviction: Any("an eviction policy"),
    tracking: Any("what becomes of the copies when the connection is lost"),
});

impl Free for Tracking {}

impl LocalSettings {
    fn as_cache(&self) -> CacheSettings {
        let LocalSettings { capacity, eviction, tracking: _ } = *self;
        CacheSettings { capacity, eviction: Some(eviction), ..CacheSettings::default() }
    }
}

/// The most caches besides the first.
const MOST_CACHES: usize = 7;

/// The app servers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Apps {
    /// The number of app servers. Requests go to them round robin.
    pub count: u16,
    /// The most requests that one server processes at a time; further ones wait in line.
    pub max_in_progress: u32,
    /// The longest such line; further requests are refused.
    pub backlog: u32,
}

impl Default for Apps {
    fn default() -> Apps {
        Apps { count: 2, max_in_progress: 1_000, backlog: 1_000 }
    }
}

rules!(sparse Apps {
    count: number(1, 16),
    max_in_progress: number(1, 1_000_000),
    backlog: number(0, 1_000_000),
});

/// A cache, after Redis or Memcached. With several nodes, or with a replica, it is a cluster: a program calls it
/// by one name, and these settings apply to each node.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CacheSettings {
    /// The product that it behaves like. Memcached has a clock of whole seconds, leases that are
    /// entries, and counters that do not begin by themselves; it has no replicas, no snapshots, no
    /// versions and no scripts. Two of its rules are left out: no value is too large, and none can be
    /// marked as stale (`md KEY I`).
    pub like: Engine,
    /// The number of nodes that share its keys. Their names are `cache_1`, `cache_2`, after the
    /// cache's name.
    pub nodes: u16,
    /// Further nodes, which get no keys until an action adds them.
    pub spare_nodes: u16,
    /// How keys are divided among the nodes.
    pub placement: Placement,
    /// A replica of each node, which can replace it; left out: none.
    pub replica: Option<CacheReplicaSettings>,
    /// The capacity of each node, in entries; left out: no limit.
    pub capacity: Option<u32>,
    /// Which entry is removed to make room; left out: `allkeys-lru`, or Memcached's segmented LRU,
    /// which allows `noeviction` (`-M`) instead.
    pub eviction: Option<Eviction>,
    /// The interval of snapshots (Redis: RDB); a restart loads the last one. Left out: no
    /// snapshots.
    pub snapshot_every_us: Option<Micros>,
    /// How long one command takes in the cache.
    pub service: Latency,
    /// How long a message to or from it takes, one way; left out: as its link says.
    pub latency: Option<Latency>,
}

impl Default for CacheSettings {
    fn default() -> CacheSettings {
        CacheSettings {
            like: Engine::default(),
            nodes: 1,
            spare_nodes: 0,
            placement: Placement::default(),
            replica: None,
            capacity: None,
            eviction: None,
            snapshot_every_us: None,
            service: Latency::Constant { us: 0 },
            latency: None,
        }
    }
}

rules!(sparse CacheSettings {
    like: Any("a product"),
    nodes: number(1, MOST_NODES as i64),
    spare_nodes: number(0, MOST_NODES as i64 - 1),
    placement: Any("a way to place keys"),
    replica: Nested,
    capacity: number(1, 1_000_000),
    eviction: Any("an eviction policy"),
    snapshot_every_us: time(1_000),
    service: Nested,
    latency: Nested,
});

impl Free for Engine {}
impl Free for Eviction {}
impl Free for Placement {}

/// The database, after PostgreSQL.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseSettings {
    /// Statements that run at a time; further ones wait in line, first come, first served.
    pub connections: u32,
    /// How long a statement, or the beginning of a transaction, waits for a connection before it
    /// fails (HikariCP: `connectionTimeout`, 30 s; PgBouncer: `query_wait_timeout`, 120 s). Left
    /// out: without limit.
    pub pool_wait_us: Option<Micros>,
    /// How long a statement may run, including waits for another transaction's row, before it and
    /// its transaction are rolled back (PostgreSQL: `statement_timeout`). A `COMMIT` is not
    /// bounded. Left out: no limit, as in PostgreSQL.
    pub statement_timeout_us: Option<Micros>,
    /// How long a transaction may wait for its client's next statement before it is rolled back;
    /// then its rows and its connection are free, and the client's next statement fails
    /// (PostgreSQL: `idle_in_transaction_session_timeout`, error 25P03). Left out: no limit, as in
    /// PostgreSQL.
    pub idle_in_transaction_timeout_us: Option<Micros>,
    /// How long a read takes in the database.
    pub read: Latency,
    /// How long a write takes; it commits at the end of that time.
    pub write: Latency,
    /// Foreign keys: a child's row requires its parent's.
    pub constraints: Vec<Constraint>,
}

impl Default for DatabaseSettings {
    fn default() -> DatabaseSettings {
        DatabaseSettings {
            connections: 20,
            pool_wait_us: None,
            statement_timeout_us: None,
            idle_in_transaction_timeout_us: None,
            read: Latency::Constant { us: 9_500 },
            write: Latency::Constant { us: 9_500 },
            constraints: Vec::new(),
        }
    }
}

rules!(sparse DatabaseSettings {
    connections: number(1, 10_000),
    pool_wait_us: time(1),
    statement_timeout_us: time(1),
    idle_in_transaction_timeout_us: time(1),
    read: Nested,
    write: Nested,
    constraints: List(64, Nested),
});

/// A row `<child><id>` or `<child><id>:…` requires the row `<parent><id>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    /// The prefix of the child's keys.
    pub child: String,
    /// The prefix of the parent's keys.
    pub parent: String,
}

rules!(Constraint { child: PREFIX, parent: PREFIX });

/// A read replica.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ReplicaSettings {
    /// The time from a commit until the change is visible here.
    pub lag: Latency,
    /// How long a read takes in the replica.
    pub read: Latency,
}

impl Default for ReplicaSettings {
    fn default() -> ReplicaSettings {
        ReplicaSettings {
            lag: Latency::Constant { us: 100 * MILLISECOND_US },
            read: Latency::Constant { us: 9_500 },
        }
    }
}

rules!(sparse ReplicaSettings { lag: Nested, read: Nested });

/// The links, with one-way settings; a round trip takes twice the time.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema), schemars(rename = "Network"))]
#[serde(deny_unknown_fields, default)]
pub struct NetworkSettings {
    /// The settings of links not named in `links`.
    pub default: LinkSettings,
    /// Links with other settings, by name; a field left out has its general default.
    pub links: BTreeMap<LinkName, LinkSettings>,
    /// How long a caller waits for a reply from the cache (or another process).
    pub cache_timeout_us: Micros,
    /// How long a caller waits for a reply from the database or its replica.
    pub database_timeout_us: Micros,
}

impl Default for NetworkSettings {
    fn default() -> NetworkSettings {
        NetworkSettings {
            default: LinkSettings::default(),
            links: BTreeMap::new(),
            cache_timeout_us: SECOND_US,
            database_timeout_us: 5 * SECOND_US,
        }
    }
}

rules!(sparse NetworkSettings {
    default: Nested,
    links: Table(LinkName::ALL.len(), Any("a link"), Nested),
    cache_timeout_us: time(1),
    database_timeout_us: time(1),
});

/// One link, in one direction.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LinkSettings {
    /// How long a message takes, one way.
    pub latency: Latency,
    /// Messages lost, per million.
    pub loss_ppm: u32,
    /// Messages that arrive twice, per million: a network may deliver a packet more than once, and
    /// a proxy may repeat a request.
    pub duplicate_ppm: u32,
}

impl Default for LinkSettings {
    fn default() -> LinkSettings {
        LinkSettings { latency: Latency::Constant { us: 250 }, loss_ppm: 0, duplicate_ppm: 0 }
    }
}

rules!(sparse LinkSettings { latency: Nested, loss_ppm: number(0, 1_000_000), duplicate_ppm: number(0, 1_000_000) });

impl Free for LinkName {}

impl TableKey for LinkName {
    fn path(&self) -> String {
        self.name().to_owned()
    }
}

/// How a client reacts to an error, or to a missing answer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ClientSettings {
    /// How long it waits for an answer.
    pub timeout_us: Micros,
    /// Further tries after the first.
    pub retries: u32,
    /// The wait before the first retry; doubled before each further one.
    pub backoff_us: Micros,
}

impl Default for ClientSettings {
    fn default() -> ClientSettings {
        ClientSettings { timeout_us: 10 * SECOND_US, retries: 0, backoff_us: 100 * MILLISECOND_US }
    }
}

rules!(sparse ClientSettings { timeout_us: time(1), retries: number(0, 20), backoff_us: TIME });
