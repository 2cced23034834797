//! What a person sees of a run at one instant: plain data, in words and numbers.
//!
//! A [`View`] borrows a world and its history, and asks a [`Schedule`] for what
//! only the scheduler knows. It changes nothing, and nothing in what it makes
//! can be acted on. Texts are ready to show; times are virtual.
//!
//! Each part is a file, with its types and what makes them: `stores.rs`,
//! `activity/`, `results.rs`, `problems.rs`, `charts.rs`, `counters.rs`,
//! `log.rs`; over a stretch of time `diagram.rs` (with `mermaid.rs`) and
//! `ribbon.rs`; the whole history `table.rs`.

mod activity;
mod charts;
mod counters;
mod diagram;
mod forecast;
mod log;
mod mermaid;
mod problems;
mod results;
pub mod ribbon;
mod stores;
mod table;
mod text;

use std::collections::BTreeMap;

pub use activity::{
    Activity, ConsumerView, FlightView, LinkView, NodeRole, ProcessView, QueueView, TaskView,
    Variable, WorkloadView,
};
pub use charts::{Chart, Charts, Line, Quantity};
pub use counters::Counters;
pub use diagram::{Arrow, ArrowEnd, Diagram, Lane, Mark};
pub use log::LogLine;
pub use problems::{CauseLine, ProblemView, Problems};
pub use results::RequestResult;
pub use ribbon::{Ribbon, RibbonSpan};
pub use stores::{EntryView, KeyRow, RowView, Stores};
pub use table::TableRow;

pub use crate::history::{KeyState, Tone};
pub use crate::identity::ProcessId;

use crate::history::{History, Report};
use crate::strategy::value::Names;
use crate::time::Micros;
use crate::world::{MessageKey, OperationKey, World};

/// A run, to be looked at.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub world: &'a World,
    pub history: &'a History,
    /// The present instant.
    pub now_us: Micros,
    /// How many events there were.
    pub events: u64,
    pub schedule: &'a dyn Schedule,
}

/// What a scheduler knows and the world does not. One that has no times, and
/// holds nothing back, has nothing to add.
pub trait Schedule {
    /// When each message in flight lands; without those that are held.
    fn landings(&self) -> BTreeMap<MessageKey, Micros> {
        BTreeMap::new()
    }

    /// When each statement in service will have run, by process and slot.
    fn services(&self) -> BTreeMap<(ProcessId, u32), Micros> {
        BTreeMap::new()
    }

    /// When each client that waits to try again does so.
    fn retries(&self) -> BTreeMap<OperationKey, Micros> {
        BTreeMap::new()
    }

    /// Whether a person holds a message.
    fn is_held(&self, _message: MessageKey) -> bool {
        false
    }

    /// The workloads, in the scenario's order.
    fn workloads(&self) -> Vec<WorkloadView> {
        Vec::new()
    }
}

/// All that is shown of one instant. Each part can be had alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    pub at_us: Micros,
    pub counters: Counters,
    pub stores: Stores,
    pub activity: Activity,
    /// The latest finished requests, newest first.
    pub results: Vec<RequestResult>,
    pub problems: Problems,
    pub charts: Charts,
}

impl<'a> View<'a> {
    /// The present instant: at most `rows` keys and `tasks` tasks in full.
    pub fn scene(self, rows: usize, tasks: usize) -> Scene {
        Scene {
            at_us: self.now_us,
            counters: self.counters(),
            stores: self.stores(rows),
            activity: self.activity(tasks),
            results: self.results(),
            problems: self.problems(),
            charts: self.charts(),
        }
    }

    /// The totals so far, with the differences between the stores that are left
    /// and when they end.
    pub fn report(self) -> Report {
        let under_way = self.under_way();
        let forecast = |key, cache| self.forecast(key, cache, &under_way);
        self.history.report(self.now_us, &self.world.caches(), &forecast)
    }

    fn names(self) -> &'a Names {
        self.world.names()
    }
}

#[cfg(test)]
pub(crate) mod played {
    use crate::scenario::Scenario;
    use crate::simulate::Simulation;

    /// A run of a scenario's first second, to be looked at.
    pub fn run(scenario: &str) -> Simulation {
        let scenario = Scenario::parse(scenario).expect("a scenario");
        let mut run = Simulation::new(&scenario).expect("it runs");
        run.advance(1_000_000, u32::MAX);
        run
    }
}
