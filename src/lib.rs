//! Stalemate: a playground for caching strategies.
//!
//! A person fires reads and writes at a cache and a database, kills one, slows
//! the other, and watches the two drift apart, key by key, until they can say
//! why. This page is the map of the engine below it.
//!
//! # The idea
//!
//! A **strategy** is a small program in a subset of Python, run exactly as
//! shown. One interpreter runs it, one call to a store at a time, and every
//! call is a message there and a message back: between the two anything can
//! happen, and that is where every race lives. A **world** is the state at one
//! instant: tasks, stores, messages in flight. It has no clock and no dice. A
//! **scheduler** decides what happens next; [`simulate`] does so by virtual
//! time, latencies being drawn from the scenario's seed. The **history** is
//! told everything through one door, and all that is said about a run, from
//! "stale for 2.1 s" to a percentile, is folded from it.
//!
//! Data flows one way: scenario → world → history → verdicts, metrics → page.
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
//! // cache-aside cannot know what a script wrote behind its back
//! assert_eq!(run.report().reads.stale, 1);
//! ```
//!
//! # Invariants
//!
//! - The engine names no browser, no file, no socket, no clock and no thread. The
//!   places that may are in the table of `tests/edges/tidy.rs`, each with its reason.
//! - No nondeterminism outside the scheduler: no hash map is iterated, no
//!   system time is read, no thread is started. The same scenario gives the
//!   same history, byte for byte, natively and in a browser.
//! - A strategy never sees the world; it sees replies.
//! - Verdicts come from the history alone, never from what a strategy says of
//!   itself.
//! - Integers inside: times are microseconds (`_us`), shares are thousandths
//!   (`_milli`, `_permille`) or millionths (`_ppm`).
//!
//! # The modules, in reading order
//!
//! In the order of this file, which has a sentence on each. A module imports only
//! from those above it. [`guide`] has more: the way of one request, the words, and
//! how to make common changes.

// Enums whose variants have names.
mod named;

// Time: integer microseconds.
pub mod time;

// The words that all of the below share, each said once: commands, stores, errors.
pub mod vocabulary;

// One number for a state: what of it can matter for the future.
pub mod digest;

// Parts of a state that copies share until one of them changes.
mod shared;

// What a strategy says: the language, from text to running tasks; `builtin/`
// has the built-in strategies.
pub mod strategy;

// Who is who: operations, processes, stamps.
pub mod identity;

// What a backing store does, as pure data: cache (`cache/eviction.rs`,
// `cache/expiry.rs`, …), database, queue, lock, pool.
pub mod store;

// What can happen, as plain data: records, causes, verdicts of reads.
pub mod event;

// One state, one transition at a time: requests, messages, processes, faults.
pub mod world;

// What happened and what it means: records, verdicts, metrics, words.
pub mod history;

// The part of Markdown that lessons may use, as a tree.
pub mod markdown;

// The panels of the page, as one table.
pub mod page;

// The document that describes a run, and the presets.
pub mod scenario;

// Whether a report is what the scenario expects.
pub mod expect;

// What a person sees of a run at one instant: stores, activity, log, charts, …
pub mod view;

// The scheduler of virtual time: what happens when I do this?
pub mod simulate;

// The scheduler of every order: can this ever go wrong, and what is the shortest way?
pub mod explore;

// The same run under many strategies, side by side.
pub mod compare;

// A scenario as the fragment of an address, and back, within bounds.
pub mod link;
// Lessons: predict, then see.
pub mod lesson;

// Where things lie in a drawing: scales, ticks, paths.
pub mod layout;

// What cache libraries do, as strategies. The page fetches what it shows of it.
#[cfg(not(target_arch = "wasm32"))]
pub mod field_guide;

// A part of another page: its address, and the messages between the two.
pub mod embed;

// The scheduler of real servers: does the model tell the truth?
#[cfg(all(feature = "live", unix))]
pub mod live;

// What JavaScript sees, in a package of its own: the page does not carry it.
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

// For who has code: what of it is a strategy, and what has to change.
#[doc = include_str!("paste.md")]
pub mod paste {}
