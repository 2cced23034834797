//! Stalemate: a playground for caching strategies.
//!
//! A person fires reads and writes at a cache and a database, kills one, slows
//! the other, and watches the two drift apart, key by key, until they can say
//! why. This page is the map of the engine below it.
//!
//! # The idea
//!
//! A **strategy** is a small program in a subset of Python, run exactly as shown. One interpreter
//! runs it, one call to a store at a time. Every call is a message there and a message back, and
//! between the two anything can happen: this is where races occur. A **world** is the state at one
//! instant: tasks, stores, messages in flight. It has no clock and no dice. A **scheduler** decides
//! what happens next; [`simulate`] does so by virtual time, with latencies drawn from the
//! scenario's seed. The **history** records every event, through one function; everything reported
//! about a run, from "stale for 2.1 s" to a percentile, is folded from these records.
//!
//! Data flows in one direction: scenario → world → history → verdicts, metrics → page.
//!
//! # A run in a few lines
//!
//! ```
//! use stalemate::scenario::Scenario;
//! use stalemate::simulate::{Advance, Simulation};
//!
//! let scenario = Scenario::parse(r#"{
//!     "rows": {"each": {"user:1": "Ada"}},
//!     "actions": [
//!         {"at_us": 0, "do": "read", "key": "user:1"},
//!         {"at_us": 100000, "do": "outside-write", "key": "user:1", "value": "Bob"},
//!         {"at_us": 200000, "do": "read", "key": "user:1"}
//!     ]
//! }"#).unwrap();
//! let mut run = Simulation::new(&scenario).unwrap();
//! assert_eq!(run.advance(300_000, 10_000), Advance::Reached);
//! // cache-aside does not notice a write that bypasses it
//! assert_eq!(run.report().reads.stale, 1);
//! ```
//!
//! # Invariants
//!
//! - The engine uses no browser, file, socket, clock or thread. The table in
//!   `tests/edges/tidy.rs` lists the places that may, each with its reason.
//! - There is no nondeterminism outside the scheduler: no hash map is iterated, no system time is
//!   read, no thread is started. The same scenario gives the same history, byte for byte, natively
//!   and in a browser.
//! - A strategy never sees the world; it sees replies.
//! - Verdicts come from the history alone, never from what a strategy says of itself.
//! - Numbers in the engine are integers: times are microseconds (`_us`), shares are thousandths
//!   (`_milli`, `_permille`) or millionths (`_ppm`).
//!
//! # The modules, in reading order
//!
//! The source of this file lists them in order, with a sentence on each. A module imports only from
//! those above it. [`guide`] has more: the path of one request, the glossary, and how to make
//! common changes.

// Enums whose variants have names.
mod named;

// Sorting and decimal numbers, in less code than the standard library's.
mod decimal;
mod order;

// Time: integer microseconds.
pub mod time;

// The words that all modules below share, each defined once: commands, stores, errors.
pub mod vocabulary;

// One number for a state, from the parts that can matter for the future.
pub mod digest;

// Parts of a state that copies share until one of them changes.
mod shared;

// The strategy language, from text to running tasks; `builtin/` has the built-in
// strategies.
pub mod strategy;

// Identities: operations, processes, stamps.
pub mod identity;

// The stores, as pure data: cache (`cache/eviction.rs`, `cache/expiry.rs`, …),
// database, queue, lock, pool.
pub mod store;

// Events as plain data: records, causes, verdicts on reads.
pub mod event;

// The state of a run and its transitions: requests, messages, processes, faults.
pub mod world;

// The history: records, verdicts, metrics, and their texts.
pub mod history;

// The part of Markdown that lessons may use, as a tree.
pub mod markdown;

// The panels of the page, as one table.
pub mod page;

// The document that describes a run, and the presets.
pub mod scenario;

// Whether a report is what the scenario expects.
pub mod expect;

// A view of a run at one instant: stores, activity, log, charts, …
pub mod view;

// The scheduler of virtual time: what happens if I do this?
pub mod simulate;

// The scheduler of every order: can this ever go wrong, and what is the shortest way?
pub mod explore;

// The same run under many strategies, side by side.
pub mod compare;

// Scenarios as fragments of addresses, with bounds.
pub mod link;
// Lessons: predict, then see.
pub mod lesson;

// Geometry of drawings: scales, ticks, paths.
pub mod layout;

// Cache libraries as strategies. The page links to a file made from them.
#[cfg(not(target_arch = "wasm32"))]
pub mod field_guide;

// The playground embedded in another page: its address, and their messages.
pub mod embed;

// The scheduler of real servers: does the model behave like them?
#[cfg(all(feature = "live", unix))]
pub mod live;

// The API for JavaScript, in a package of its own: the page does not contain it.
#[cfg(any(not(target_arch = "wasm32"), feature = "api"))]
pub mod api;

// The page.
pub mod ui;

// The command line.
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;

// For contributors.
#[doc = include_str!("guide.md")]
pub mod guide {}

// For people with code: what of it is a strategy, and what has to change.
#[doc = include_str!("paste.md")]
pub mod paste {}
