//! The result of a run over real servers, besides its report.

use serde::Serialize;

use crate::time::Micros;

/// How the servers compare with the model.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcome {
    /// The servers, for people.
    pub servers: String,
    /// Calls that a server carried out.
    pub calls: u64,
    /// Calls whose answer returned to the client and equals the model's.
    pub equal: u64,
    /// Answers that differ because a TTL ended at that very moment.
    pub at_the_edge: u64,
    /// Statements and commands that bypass the programs: outside writes, evictions, flushes.
    pub from_outside: u64,
    /// Crashes and restarts of servers.
    pub crashes: u64,
    /// Entries and rows compared at the end.
    pub entries: u64,
    pub rows: u64,
    /// The longest delay of an event behind the scenario's time.
    pub latest_us: Micros,
    /// How often a server differed from the model.
    pub different: u64,
    /// The first differences, at most 20.
    pub differences: Vec<Difference>,
}

/// A difference between a server and the model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    pub at_us: Micros,
    /// The call, or the row or entry at the end.
    pub what: String,
    pub server: String,
    pub model: String,
}

/// The most differences that are kept.
const MOST: usize = 20;

impl Outcome {
    pub(super) fn differs(&mut self, difference: Difference) {
        self.different += 1;
        if self.differences.len() < MOST {
            self.differences.push(difference);
        }
    }
}
