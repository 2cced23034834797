//! Processes: up or down, and how busy.

use serde::Serialize;

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
        let apps = world.apps.iter().enumerate().map(|(index, app)| {
            let id = ProcessId::App(index as u16);
            (id, tasks_in(id), app.backlog.len())
        });
        let cache = (ProcessId::Cache, tasks_in(ProcessId::Cache), world.cache.pool.waiting());
        let pool = &world.database.pool;
        let database = (ProcessId::Database, pool.busy(), pool.waiting());
        let replica = world.replica.as_ref();
        let replica =
            replica.map(|each| (ProcessId::Replica, each.pool.busy(), each.pool.waiting()));
        let worker =
            world.has_worker().then(|| (ProcessId::Worker, tasks_in(ProcessId::Worker), 0));
        let others = apps.chain([cache]).chain(worker).chain([database]).chain(replica);
        let others = others.filter_map(|(id, busy, waiting)| {
            let process = world.process(id)?;
            let (up, slow_milli) = (process.up, process.slow_milli);
            Some(ProcessView { name: id.name(), kind: id.role(), up, slow_milli, busy, waiting })
        });
        std::iter::once(clients).chain(others).collect()
    }
}
