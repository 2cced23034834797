//! Comparisons: the same scenario under many strategies, and the results.
//!
//! - [`Candidate`]: a strategy with its parameters, which serves all keys
//! - [`Run`]: one run of a comparison, advanced in portions; [`Measured`] is its result
//! - [`MEASURES`]: the measures, one table; [`rows`] puts runs side by side
//! - [`Claim`]: what is expected across runs
//! - [`sweep`]: one strategy over ranges of parameters and settings, with several seeds
//! - [`courses`]: what courses say of strategies, beside what runs show
//! - [`advice`]: which runs meet an application's needs
//! - [`RunPicture`]: charts, ribbons and [distributions of latencies](distribution) of a run
//! - [`Difference`]: where two runs diverge, and what each key ended as
//! - [`job`]: a run as text in and text out, for another thread
//! - [`measured`]: results of the built-in strategies, kept in a table
//!
//! ```
//! use stalemate::compare::{Candidate, Run, rows};
//! use stalemate::scenario::preset;
//!
//! let scenario = preset::find("ca6").unwrap().scenario();
//! let runs = ["cache-aside:TTL=5", "leases"].map(|name| {
//!     let mut run = Run::new(&scenario, &Candidate::parse(name).unwrap()).unwrap();
//!     while !run.advance(10_000) {}
//!     run.measured()
//! });
//! let rows = rows(&runs);
//! let stale = rows.iter().find(|row| row.measure.name == "reads.stale").unwrap();
//! assert_eq!((stale.cells[0].value, stale.cells[1].value), (Some(2), Some(0)));
//! assert_eq!(stale.best, [1]);
//! // the read that was the first stale one, and when it ended
//! assert_eq!(stale.cells[0].moment.as_ref().unwrap().op.as_deref(), Some("R3"));
//! ```
//!
//! Nothing here starts a thread or reads a clock. A caller with several processors runs several
//! [`Run`]s in parallel; the results are the same.

pub mod advice;
mod claim;
pub mod courses;
mod difference;
pub mod distribution;
pub mod job;
mod measure;
pub mod measured;
mod moment;
mod picture;
mod plain;
mod row;
mod run;
pub mod sweep;

pub use crate::scenario::{Candidate, CandidateError};
pub use claim::{Claim, ClaimError, ClaimFinding, Facts};
pub use difference::{Difference, Holdings, KeyEnd, Parting};
pub use measure::{Better, MEASURES, Measure, Unit, lines_of_code};
pub use moment::Moment;
pub use picture::{RunPicture, telling_keys};
pub use plain::{Apart, Held};
pub use row::{Cell, Row, rows};
pub use run::{Measured, Run};

#[cfg(test)]
mod tests;
