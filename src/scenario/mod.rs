//! The document that describes a run.

mod defaults;
mod model;

pub use model::*;
