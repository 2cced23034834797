//! The API for JavaScript: one handle, plain data in and out.
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
//! - [`Run`] is the handle without JavaScript: it takes texts and numbers and
//!   returns values that serde serialises, so it is tested natively.
//! - `js.rs` makes it a class for JavaScript. The feature `api` compiles it for the package alone:
//!   the page does not contain it.
//! - [`Exploration`] is a search over all orders, in portions; `stalemate.js` wraps it in a
//!   promise, with progress and an `AbortSignal`.
//! - `npm/` is the package around it. `stalemate.js` has the public class, with
//!   its listeners and `free`; `index.d.ts` declares that class, by hand. The
//!   types of all data, `scenario.d.ts` and `report.d.ts`, are generated: `types/`.
//!
//! # Rules of the API
//!
//! - Fields have the names of the scenario and of `stalemate run --json`. Methods have names as is
//!   usual in JavaScript.
//! - Times are whole virtual microseconds, up to a year: numbers. A whole number
//!   beyond 2⁵³, which no number holds exactly, is a `bigint`; only values that
//!   a strategy computes and sums over all keys can be that large.
//! - An error is an [`Error`] with an [`ErrorCode`] and the words that the page
//!   and the command line use.
//! - A call runs at most [`EVENTS`] events, a fraction of a second, and says
//!   whether it reached its destination. What it returns is bounded as well.

mod activity;
mod argument;
mod catalog;
mod change;
mod error;
mod explore;
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
pub use explore::{Exploration, ExploreOptions, ExploreProgress};
#[cfg(all(target_arch = "wasm32", feature = "api"))]
pub use js::{ExplorationHandle, Handle};
pub use run::{EVENTS, LinkCheck, Run};
pub use stores::{CacheEntry, KeyRow, Stores};

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
