//! Processes: up or down, and how busy.

use serde::Serialize;

use crate::named::named;
use crate::store::pool::Pool;
use crate::view::View;
use crate::vocabulary::{CacheId, Role};
use crate::world::ProcessId;

named! {
    /// The role of a process in a cache with several.
    pub enum NodeRole {
        /// A node with keys, one of several.
        Node = "node",
        /// A node without keys, which can be added.
        Spare = "spare",
        /// A node with all keys of its cache, and a replica that can replace it.
        Primary = "primary",
        /// The replica of a primary, which it can replace.
        Replica = "replica",
    }
}

/// A process: up or down, and how busy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Process"))]
pub struct ProcessView {
    pub name: String,
    pub kind: Role,
    pub up: bool,
    /// Service times in thousandths of normal; 1000: normal speed.
    pub slow_milli: u32,
    /// Requests, statements or tasks in progress.
    pub busy: usize,
    pub waiting: usize,
    /// The role of a process in a cache with several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeRole>,
}

impl View<'_> {
    pub(super) fn processes(self) -> Vec<ProcessView> {
        let world = self.world;
        let tasks_in =
            |id: ProcessId| world.tasks.values().filter(|task| task.process == id).count();
        let clients = ProcessView {
            name: "clients".to_owned(),
            kind: Role::Client,
            up: true,
            slow_milli: 1_000,
            busy: world.operations.len(),
            waiting: 0,
            node: None,
        };
        let others = world.processes().filter_map(|id| {
            let (busy, waiting) = match id {
                ProcessId::App(app) => {
                    (tasks_in(id), world.apps.get(usize::from(app))?.backlog.len())
                }
                ProcessId::Cache(cache) => {
                    (tasks_in(id), world.stores.caches[cache].pool.waiting())
                }
                ProcessId::Database => load(&world.stores.database.pool),
                ProcessId::Replica(replica) => load(&world.stores.replica(replica)?.pool),
                ProcessId::Client | ProcessId::Worker => (tasks_in(id), 0),
            };
            let process = world.process(id)?;
            let (up, slow_milli) = (process.up, process.slow_milli);
            let name = id.name(self.names().stores());
            let node = match id {
                ProcessId::Cache(cache) => self.node_role(cache),
                _ => None,
            };
            Some(ProcessView { name, kind: id.role(), up, slow_milli, busy, waiting, node })
        });
        std::iter::once(clients).chain(others).collect()
    }
}

impl View<'_> {
    /// The role of a process in its cache; `None`: it is the only one.
    fn node_role(self, cache: CacheId) -> Option<NodeRole> {
        let of = self.world.node_of(cache)?;
        let several = self.world.setup().clusters[of.cluster].nodes.len() > 1;
        Some(match () {
            _ if !of.is_primary => NodeRole::Replica,
            _ if !self.world.is_asked(cache) => NodeRole::Spare,
            _ if several => NodeRole::Node,
            _ => NodeRole::Primary,
        })
    }
}

/// The number of running statements, and of waiting ones.
fn load<J: Clone>(pool: &Pool<J>) -> (usize, usize) {
    (pool.busy(), pool.waiting())
}
