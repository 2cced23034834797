//! The document that describes a run.
//!
//! - [`model`](self): the types, each with its defaults and the rules of its fields
//! - [`Scenario::parse`] and [`Scenario::validate`]: turn a text into a checked value
//! - [`Scenario::resolve`]: turns it into the setup of a world
//! - [`Candidate`]: another strategy for the same scenario
//! - [`preset`]: built-in scenarios
//! - [`first()`]: the one that the page opens with
//! - [`schema`]: the document's published JSON schema (native only)

mod candidate;
mod rule;
mod tagged;

mod model;
pub use candidate::{Candidate, CandidateError};
pub use model::*;
pub use rule::Problem;

mod parse;
mod place;
pub use parse::{LONGEST_DOCUMENT, ScenarioError, nearest};

mod setting;
pub use setting::{Setting, SettingUnit};

mod beyond;
mod resolve;
mod validate;

mod words;

pub mod preset;

mod first;
pub use first::{FIRST, first};

#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
