//! Tasks, messages, processes, queues, links and workloads at an instant.

mod flight;
mod process;
mod queue;
mod task;

use std::sync::Arc;

pub use flight::FlightView;
pub use process::{NodeRole, ProcessView};
pub use queue::{ConsumerView, QueueView};
use serde::Serialize;
pub use task::{TaskView, Variable};

use super::View;
use crate::order;
use crate::scenario::LinkName;
use crate::world::Task;

/// Everything that is under way at an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Activity {
    pub processes: Vec<ProcessView>,
    /// Running tasks, oldest first; at most as many as requested.
    pub tasks: Vec<TaskView>,
    pub tasks_total: usize,
    /// Messages in flight and statements in service, in the order of sending: the first sixty.
    #[serde(rename = "messages")]
    pub flights: Vec<FlightView>,
    #[serde(rename = "messages_total")]
    pub flights_total: usize,
    pub queues: Vec<QueueView>,
    pub links: Vec<LinkView>,
    pub workloads: Vec<WorkloadView>,
}

/// A link between two kinds of process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Link"))]
pub struct LinkView {
    pub name: LinkName,
    pub cut: bool,
}

/// A workload: clients that send requests by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "WorkloadState"))]
pub struct WorkloadView {
    pub name: Arc<str>,
    pub running: bool,
    pub requests: u64,
    /// Its present rate, in thousandths of a request per second; `null` for a closed loop.
    pub rate_milli: Option<u64>,
}

impl View<'_> {
    /// Everything under way, with at most `most` tasks in full.
    pub fn activity(self, most: usize) -> Activity {
        let mut running: Vec<&Task> = self.world.tasks().map(|(_, task)| task).collect();
        order::by_key(&mut running, |task| (task.started_us, task.id.stamp));
        let (flights_total, flights) = self.flights();
        let links = LinkName::ALL.iter();
        let link = |&name| LinkView { name, cut: self.world.network.is_cut_anywhere(name) };
        Activity {
            processes: self.processes(),
            tasks_total: running.len(),
            tasks: running.into_iter().take(most).map(|task| self.task_view(task)).collect(),
            flights_total,
            flights,
            queues: self.queue_views(),
            links: links.map(link).collect(),
            workloads: self.schedule.workloads(),
        }
    }
}
