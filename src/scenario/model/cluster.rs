//! The nodes of a cache and their replicas: their names, and their positions among the caches of a
//! run.

use serde::Deserialize;

use super::rule::{Any, Free, Nested, rules, time};
use super::{CacheSettings, Latency, Topology};
use crate::named::named;
use crate::store::placement::MOST_NODES;
use crate::time::{MILLISECOND_US, Micros};
use crate::vocabulary::CacheId;

/// A replica of each node of a cache, after Redis: replication is asynchronous, so changes that
/// have not reached it are lost when it takes over.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CacheReplicaSettings {
    /// The time from a change until it is visible here.
    pub lag: Latency,
    /// How long a node must be down before its replica takes over (Redis Cluster:
    /// `cluster-node-timeout`, 15 s); left out: only an action makes it take over.
    pub failover_after_us: Option<Micros>,
    /// Which process answers calls that only read.
    pub reads: ReadsFrom,
}

impl Default for CacheReplicaSettings {
    fn default() -> CacheReplicaSettings {
        CacheReplicaSettings {
            lag: Latency::Constant { us: MILLISECOND_US },
            failover_after_us: None,
            reads: ReadsFrom::default(),
        }
    }
}

rules!(sparse CacheReplicaSettings {
    lag: Nested,
    failover_after_us: time(1),
    reads: Any("who answers reads"),
});

named! {
    /// Which process of a cache with a replica answers calls that only read.
    #[derive(Deserialize, Default)]
    pub enum ReadsFrom {
        #[default]
        Primary = "primary",
        /// The replica, while it is up (Redis Cluster: `READONLY`).
        Replica = "replica",
    }
}

impl Free for ReadsFrom {}

/// A cache of several nodes, or of one with a replica.
pub struct Cluster<'t> {
    /// The name that programs use.
    pub word: &'t str,
    pub settings: &'t CacheSettings,
    /// The nodes, followed by the spare ones.
    pub nodes: Vec<CacheId>,
    /// The replica of each node; empty: none.
    pub replicas: Vec<CacheId>,
}

impl Cluster<'_> {
    /// Every process: the nodes, then their replicas.
    pub fn ids(&self) -> impl Iterator<Item = CacheId> {
        self.nodes.iter().chain(&self.replicas).copied()
    }

    /// The names for people, in the same order: `cache_1`; a single node has the cache's own name.
    pub fn titles(&self) -> Vec<String> {
        let word = self.word;
        let node = |nth: usize| match self.nodes.len() {
            1 => word.to_owned(),
            _ => format!("{word}_{}", nth + 1),
        };
        let nodes = (0..self.nodes.len()).map(node);
        let replicas = (0..self.replicas.len()).map(|nth| format!("{}_replica", node(nth)));
        nodes.chain(replicas).collect()
    }
}

impl Topology {
    /// The caches with more than one process, in the order of all caches.
    pub fn clusters(&self) -> Vec<Cluster<'_>> {
        let named = self.caches.iter().map(|(name, settings)| (name.as_str(), settings));
        let mut next = 1 + self.caches.len();
        let mut clusters = Vec::new();
        for ((word, settings), first) in [("cache", &self.cache)].into_iter().chain(named).zip(0..)
        {
            // what is outside its range is told by the check
            let spare = settings.spare_nodes.min(MOST_NODES);
            let count = usize::from((settings.nodes.clamp(1, MOST_NODES) + spare).min(MOST_NODES));
            if count == 1 && settings.replica.is_none() {
                continue;
            }
            let mut take = |count: usize| {
                let from = next;
                next += count;
                (from..next).map(|nth| CacheId(nth as u8))
            };
            let nodes = std::iter::once(CacheId(first)).chain(take(count - 1)).collect();
            let replicas = take(if settings.replica.is_some() { count } else { 0 }).collect();
            clusters.push(Cluster { word, settings, nodes, replicas });
        }
        clusters
    }
}
