//! What JavaScript sees: one handle, plain data in and out.
//!
//! ```js
//! import { Stalemate } from "stalemate";
//!
//! const run = new Stalemate({ rows: { each: { k: 1 } } });
//! run.act({ do: "read", key: "k" });
//! run.advance(1_000_000);
//! run.report().reads.misses; // 1
//! ```
//!
//! - [`Run`] is the handle without JavaScript: texts and numbers in, values that
//!   serde knows out. So it is tried natively, too.
//! - `js.rs` makes it a class for JavaScript. It is compiled for the package
//!   alone, by the feature `api`: the page does not carry it.
//! - `npm/` is the package around it: `stalemate.js` has the class that a caller
//!   sees, who listens and what happens after `free`; `index.d.ts` has the types,
//!   written by hand.
//!
//! # What holds for all of it
//!
//! - Data have the names of the scenario and of `stalemate run --json`. Methods
//!   are named as JavaScript does.
//! - Times are whole virtual microseconds, up to a year: numbers. A whole number
//!   beyond 2⁵³, which no number holds exactly, is a `bigint`; only values that
//!   a strategy computes and sums over all keys can be.
//! - What is wrong is an [`Error`] with a [`ErrorCode`] and the same words as
//!   everywhere.
//! - A call runs at most [`EVENTS`] events, a fraction of a second; whether it
//!   got to where it should, it says. What it gives back is bounded as well.

mod activity;
mod argument;
mod catalog;
mod change;
mod error;
mod run;
mod stores;
#[cfg(not(target_arch = "wasm32"))]
pub mod types;

#[cfg(all(target_arch = "wasm32", feature = "api"))]
mod js;

pub use activity::Activity;
pub use catalog::{PresetInfo, StrategyInfo, no_such, preset, presets, strategies};
pub use change::{Change, HistoryEvent};
pub use error::{Error, ErrorCode};
#[cfg(all(target_arch = "wasm32", feature = "api"))]
pub use js::Handle;
pub use run::{EVENTS, LinkCheck, Run};
pub use stores::{CacheEntry, KeyRow, Stores};

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
