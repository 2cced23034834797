//! Processes: up or down, and how busy.

use serde::Serialize;

use crate::store::pool::Pool;
use crate::view::View;
use crate::vocabulary::Role;
use crate::world::ProcessId;

/// A process: up or down, and how busy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Process"))]
pub struct ProcessView {
    pub name: String,
    pub kind: Role,
    pub up: bool,
    /// 1000: at normal speed.
    pub slow_milli: u32,
    /// Requests, statements or tasks in progress.
    pub busy: usize,
    pub waiting: usize,
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
            Some(ProcessView { name, kind: id.role(), up, slow_milli, busy, waiting })
        });
        std::iter::once(clients).chain(others).collect()
    }
}

/// Statements that run, and those in line.
fn load<J: Clone>(pool: &Pool<J>) -> (usize, usize) {
    (pool.busy(), pool.waiting())
}
