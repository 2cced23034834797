//! A view of a run at one instant: plain data, as text and numbers.
//!
//! A [`View`] borrows a world and its history, and asks a [`Schedule`] for what only the scheduler
//! knows. It changes nothing. Texts are ready to show; times are virtual.
//!
//! Each part is a file, with its types and the code that makes them: `stores.rs`, `activity/`,
//! `results.rs`, `problems.rs`, `charts.rs`, `counters.rs`, `log.rs`; over a time range
//! `diagram.rs` (with `mermaid.rs`) and `ribbon.rs`; the whole history `table.rs`.

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

/// A read-only view of a run.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub world: &'a World,
    pub history: &'a History,
    /// The present instant.
    pub now_us: Micros,
    /// The number of events.
    pub events: u64,
    pub schedule: &'a dyn Schedule,
}

/// What a scheduler knows and the world does not. A scheduler without times and held messages
/// implements nothing.
pub trait Schedule {
    /// When each message in flight lands, except for held ones.
    fn landings(&self) -> BTreeMap<MessageKey, Micros> {
        BTreeMap::new()
    }

    /// When each statement in service ends, by process and slot.
    fn services(&self) -> BTreeMap<(ProcessId, u32), Micros> {
        BTreeMap::new()
    }

    /// When each waiting client retries.
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

/// Everything that is shown of one instant. Each part is also available alone.
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
    /// The scene of the present instant: at most `rows` keys and `tasks` tasks in full.
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

    /// The totals so far, with the present differences between the stores and when they end.
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

    /// A run of a scenario's first second.
    pub fn run(scenario: &str) -> Simulation {
        let scenario = Scenario::parse(scenario).expect("a scenario");
        let mut run = Simulation::new(&scenario).expect("it runs");
        run.advance(1_000_000, u32::MAX);
        run
    }
}
