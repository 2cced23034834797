//! The engine: what happens in a run, when exactly, and what a run is judged to be.
#![cfg(not(target_arch = "wasm32"))]

/// any scenario, for properties
mod any;
mod bounded;
/// small scenarios, and what a run of one came to
mod support;

/// chains of causes, against the records that they tell of
mod chains;
/// what is true of every report
mod sound;

mod act;
mod any_run;
mod cases;
mod claims;
mod consumers;
mod explore;
mod flight;
mod forecasts;
mod gathers;
mod hangs;
mod limits;
mod locks;
mod memcached;
mod memory;
mod nodes;
mod oracle;
mod races;
mod ribbons;
mod single_flights;
mod tiers;
mod timeline;
mod transactions;
mod verdicts;
mod without;
mod words;
mod world;
