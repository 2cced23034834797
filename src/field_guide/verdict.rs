//! What a search of every order says of each row: a table that a test keeps true.
//!
//! The question is small: one read and one write of a row, at the same time, on one server and on
//! two; of a queue, two writes of which the first try fails. It asks for the four default
//! properties, up to [`MOST_STATES`] states. A program that asks for the time has no verdict, since
//! a search has no clock.

use serde_json::json;

use super::column::{KEY, NEW, OLD};
use super::row::Row;
use crate::explore::{ClaimAnswer, Verdict};
use crate::scenario::{Scenario, ScenarioError};
use crate::time::SECOND_US;

/// More states than that, and the answer is `unknown`.
pub const MOST_STATES: u64 = 30_000;

/// One row each, as in the table of claims; the first cell is the row's id, with `@2` where there
/// are two servers.
const TABLE: &str = include_str!("verdicts.tsv");

/// A row of the guide in one of its small scenarios.
#[derive(Clone, Copy, Debug)]
pub struct Small {
    pub row: &'static Row,
    pub servers: u16,
}

impl Small {
    /// Those of a row.
    pub fn of(row: &'static Row) -> impl Iterator<Item = Small> {
        let most = if row.is_queue() { 1 } else { 2 };
        (1..=most).map(move |servers| Small { row, servers })
    }

    /// The first cell of its row in the table.
    pub fn id(self) -> String {
        match self.servers {
            1 => self.row.id.to_owned(),
            servers => format!("{}@{servers}", self.row.id),
        }
    }

    /// The heading of its column.
    pub const fn heading(self) -> &'static str {
        match self.servers {
            1 => "every order",
            _ => "every order, two servers",
        }
    }

    /// The scenario that is searched.
    ///
    /// # Errors
    /// The row's strategy is wrong.
    pub fn scenario(self) -> Result<Scenario, ScenarioError> {
        let write = |at_us: u64, client: &str, value: &str| json!({"at_us": at_us, "do": "write", "key": KEY, "value": value, "client": client});
        let actions = match self.row.is_queue() {
            true => json!([
                {"at_us": 0, "do": "fail-next", "store": "database", "call": "write", "times": 1},
                write(0, "a", "1"),
                write(0, "b", "2"),
            ]),
            false => json!([
                {"at_us": 0, "do": "read", "key": KEY, "client": "a"},
                write(0, "b", NEW),
            ]),
        };
        let document = json!({
            "version": 1,
            "title": format!("{}: {}", self.row.title, self.heading()),
            "duration_us": 15 * SECOND_US,
            "topology": {"apps": {"count": self.servers}, "local": {}},
            "strategies": [{"source": self.row.program()}],
            "rows": {"each": {KEY: OLD}},
            "actions": actions,
        });
        Scenario::parse(&document.to_string())
    }

    /// What a search of every order says.
    pub fn verdict(self) -> Option<ClaimAnswer> {
        let id = self.id();
        TABLE.lines().filter_map(ClaimAnswer::read).find(|answer| answer.preset == id)
    }
}

impl Small {
    /// What a search of every order says, in a sentence.
    pub fn sentence(self) -> String {
        match self.verdict() {
            Some(answer) if answer.verdict != Verdict::Unknown => answer.sentence(),
            _ => "A search has no clock, by which this one decides.".to_owned(),
        }
    }
}

/// An answer in a cell: "✗ the cache differs from the database for good".
pub fn words(answer: Option<&ClaimAnswer>) -> String {
    match answer {
        None => "-".to_owned(),
        Some(ClaimAnswer { verdict: Verdict::Unknown, .. }) => "?".to_owned(),
        Some(ClaimAnswer { verdict: Verdict::Holds, states, .. }) => format!("✓ {states} states"),
        Some(ClaimAnswer { broken, .. }) => {
            let broken: Vec<&str> = broken.iter().map(|(property, _)| property.broken()).collect();
            format!("✗ {}", broken.join("; "))
        }
    }
}
