//! The engine: what happens in a run, when exactly, and what a run is judged to be.
#![cfg(not(target_arch = "wasm32"))]

/// any scenario, for properties
mod any;
/// small scenarios, and what a run of one came to
mod support;

mod act;
mod any_run;
mod claims;
mod faults;
mod flight;
mod races;
mod ribbons;
mod timeline;
mod verdicts;
