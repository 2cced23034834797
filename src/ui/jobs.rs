//! What workers do: runs and searches.
//!
//! Their code is in chunks of its own, which workers load; the page does so only where it has to
//! do the work itself.

use yew::platform::spawn_local;

use crate::compare::job::JobRun;
use crate::explore::job::JobSearch;
use crate::ui::browser::chunk::chunks;
use crate::ui::browser::workers::{Doer, Order, Work, kind, serve};

/// A kind of work.
#[derive(Clone, Copy)]
pub enum Kind {
    Runs,
    Search,
}

chunks! { Kind => Doer:
    Kind::Runs => the_runs RUNS, in runs;
    Kind::Search => the_searches SEARCH, in search;
}

const RUNS: Doer = Doer { begin: begin_run, rehearsal: rehearse_run, serve };
const SEARCH: Doer = Doer { begin: begin_search, rehearsal: || None, serve };

/// Events of a run between two checks of the clock.
const EVENTS: u32 = 500;
/// States of a search between two checks of the clock.
const STATES: u32 = 20;

impl Kind {
    const ALL: [Kind; 2] = [Kind::Runs, Kind::Search];

    /// What its workers are started as.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Runs => "runs",
            Kind::Search => "search",
        }
    }

    /// Loads what does the work.
    pub fn load(self) -> crate::ui::browser::chunk::Loading<Doer> {
        load(self)
    }
}

/// Begins to carry out orders. Returns false if this is no worker, but the page.
pub fn start() -> bool {
    let Some(name) = kind() else { return false };
    if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == name) {
        spawn_local(async move {
            match load(kind).await {
                Ok(doer) => (doer.serve)(doer),
                // the page hears of an error
                Err(_) => wasm_bindgen::throw_str("a chunk could not be loaded"),
            }
        });
    }
    true
}

fn begin_run(order: Order) -> Result<Box<dyn Work>, String> {
    Ok(Box::new(JobRun::begin(&order.text, order.bytes)?))
}

fn rehearse_run() -> Option<Box<dyn Work>> {
    Some(Box::new(JobRun::rehearsal()?))
}

fn begin_search(order: Order) -> Result<Box<dyn Work>, String> {
    Ok(Box::new(JobSearch::begin(&order.text)?))
}

impl Work for JobRun {
    fn advance(&mut self) -> bool {
        self.advance(EVENTS)
    }

    fn so_far(&mut self) -> String {
        self.so_far()
    }

    fn result(&mut self) -> String {
        self.kept()
    }
}

impl Work for JobSearch {
    fn advance(&mut self) -> bool {
        self.advance(STATES)
    }

    fn so_far(&mut self) -> String {
        JobSearch::so_far(self)
    }

    fn result(&mut self) -> String {
        self.found()
    }
}
