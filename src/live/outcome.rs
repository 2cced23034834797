//! What came of a run over real servers, beside its report.

use serde::Serialize;

use crate::time::Micros;

/// How the servers and the model have got on with each other.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcome {
    /// Which servers, in words.
    pub servers: String,
    /// Calls that a server has carried out.
    pub calls: u64,
    /// Those of them whose answer came back to their client, and equals the model's.
    pub equal: u64,
    /// Answers that differ because a time to live ended at that very moment.
    pub at_the_edge: u64,
    /// Statements and commands from outside: a script's write, an eviction, a flush.
    pub from_outside: u64,
    /// Crashes and restarts of servers.
    pub crashes: u64,
    /// Entries and rows that were compared at the end.
    pub entries: u64,
    pub rows: u64,
    /// By how much, at most, something happened later than the scenario says.
    pub latest_us: Micros,
    /// How often a server did something else than the model.
    pub different: u64,
    /// The first of these.
    pub differences: Vec<Difference>,
}

/// A server has done something else than the model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    pub at_us: Micros,
    /// Of which call, or of what at the end.
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
