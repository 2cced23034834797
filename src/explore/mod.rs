//! The scheduler of every order: can this ever go wrong, and what is the shortest way?
//!
//! A [`Search`] takes a scenario apart into requests and deeds, and tries every order in which
//! they, and all that follows from them, can happen: breadth first over the states of one
//! [`World`](crate::world::World). What it finds is a shortest way.
//!
//! # What may happen when
//!
//! - **Requests** are the scenario's actions that ask for something, and the first few of each
//!   workload. Those of one client come in their order, each after the answer to the one
//!   before; of different clients in any order.
//! - **Deeds** are what else the scenario does: kill, restart, stop, cut, write from outside,
//!   expire, evict, a failing call. Each may happen at any moment, once for each time that it
//!   stands there, or not at all. A [budget](Budgets) allows more. How slow something is says
//!   nothing here, nor does `at_us`, nor how often the network loses messages by chance.
//! - **Messages** land at any time after they were sent, in any order; a store carries out a
//!   call at any time after that, unless its line is full.
//! - **Sleeps** end at any time after they began: they order what their own task does, and
//!   nothing else. A loop's turn, a client's retry, a snapshot and a change that is to reach
//!   the replica come at any time, too.
//! - **A timeout** comes when what it waits for cannot come any more, at any time after that;
//!   where it still could come, the budget `timeouts` pays. The same goes for a statement that
//!   gets no connection in time or runs for too long, and for an item of a
//!   queue that was taken and not acknowledged. Items that are to be tried again come back in
//!   the order of their delays.
//! - **A TTL** ends only as far as the scenario (`expire`) or the budget `expiries` says.
//!   The same goes for a lease, and for the version of a deleted entry.
//! - **The clock** stands still, and a die always falls the same way: what programs do that
//!   read the clock or the age of an entry, or throw dice, is not all seen, and the answer
//!   says so.
//!
//! # What is counted
//!
//! The length of a way is its number of *effects*: a call carried out at a store, refused or
//! not, its reply lost or not; a commit from outside; an expiry, an eviction, a flush; a crash,
//! a restart; a change that reaches the replica. Beginnings and ends of requests, messages,
//! locks and turns of loops cost nothing.
//!
//! # Step by step
//!
//! A [`Search`] has no clock and no threads, and runs in wasm: whoever has it decides how long
//! it goes on, and drops it to end it.
//!
//! ```
//! use stalemate::explore::{Property, Question, Search, Verdict};
//! use stalemate::scenario::preset;
//!
//! let scenario = preset::find("ca6").unwrap().scenario();
//! let mut search = Search::new(&scenario, Question::default()).unwrap();
//! while !search.advance(50) {
//!     // states, those that wait, the depth so far; a rate is a matter of the caller's clock
//!     let progress = search.progress();
//!     assert!(progress.states >= progress.waiting);
//!     // what was found so far; until all is over, a way that is one effect shorter may come
//!     let _found: Option<u16> = search.effects_to(Property::Converges);
//! }
//! // fewest requests, faults and changes from one task to another: may take a while
//! search.simplify();
//! let answer = search.answer().unwrap();
//! assert_eq!((answer.first.verdict, answer.first.effects), (Verdict::Violated, Some(5)));
//! ```
//!
//! [`Search::answer`] can be asked for at any time: what is not known yet is `unknown`.
//! Natively `Search::advance_on` does the same on several processors, and comes to the same.
//!
//! # Beyond one machine
//!
//! `stalemate explore SCENARIO --tla DIR` writes the same model in TLA+, for the model checker
//! TLC: `tla()`. Each call is an action of its own, called after its function, command and
//! line; variables keep their names. It is the model that a search goes through with
//! `--atomic` (a call, its reply and what the program then does are one step) and without
//! reduction and symmetry: as many distinct states, and the same verdicts. `make tlc` compares
//! them. What can't be written is refused by its name: transactions, crashes, cut links,
//! lost and doubled messages, calls of many keys, queues with rules of their own,
//! retrying clients, errors that a program raises, and the property `recovers`. A mistake of a
//! strategy, such as a set of `None`, ends a request there as it does here.
//!
//! ```text
//! java -cp tla2tools.jar tlc2.TLC -deadlock -workers auto -config ca6.cfg ca6
//! ```
//!
//! TLC stops at a way with the fewest steps; begins of requests are steps, too. With
//! `ca6Length.cfg` it says whether anything is broken in fewer effects than `MostEffects`. It
//! looks at about a thousand states a second and core, where a search looks at tens of
//! thousands, but it keeps them on disk, and several machines can share the work:
//!
//! ```text
//! java -cp tla2tools.jar tlc2.tool.distributed.TLCServer -config ca6.cfg ca6   # on one machine
//! java -cp tla2tools.jar tlc2.tool.distributed.TLCWorker SERVER                # on the others
//! ```
//!
//! # How
//!
//! - `question.rs`: properties, budgets and bounds; `script.rs`: the scenario, taken apart
//! - `state.rs`, `choices.rs`, `model.rs`: a state, what may come next, and doing it; `recorder.rs`: the
//!   world's driver
//! - `judge/`: the verdicts, as a part of the state; `rest.rs`: what stays broken once all is quiet
//! - `eager.rs`: what is taken at once, because nobody could tell the difference;
//!   `symmetry.rs`: who may begin first of those that are alike
//! - `visited.rs`, `frontier.rs`: which states were met, and which wait; `expand.rs`: what one
//!   leads to; `search.rs`: in which order; `parallel.rs`: the same on several processors
//! - `tally.rs`, `sample.rs`: what happened, and runs to look at
//! - `way.rs`, `shrink.rs`: a way walked again, and made simple
//! - `tla/`: the same model as a TLA+ module
//! - `answer.rs`: what a search came to; `playable.rs`: a way as a scenario that goes it;
//!   `itf.rs`: as a trace, and back

mod answer;
mod check;
mod choices;
mod eager;
mod expand;
mod frontier;
mod itf;
mod judge;
mod model;
#[cfg(not(target_arch = "wasm32"))]
mod parallel;
mod playable;
mod question;
mod recorder;
mod rest;
mod sample;
mod script;
mod search;
mod shrink;
mod state;
mod symmetry;
mod tally;
#[cfg(not(target_arch = "wasm32"))]
mod tla;
mod visited;
mod way;

pub use answer::{Answer, Limits, Outcome, Step, Verdict};
pub use check::{Check, CheckError};
pub use choices::Choice;
pub use itf::ItfError;
pub use judge::MOST_OPERATIONS;
pub use model::Seen;
#[cfg(not(target_arch = "wasm32"))]
pub use parallel::processors;
pub use playable::playable;
pub use question::{Budgets, Properties, Property, Question};
pub use recorder::{Micro, Notes, Sent, Set};
pub use script::{Deed, ExploreError};
pub use search::{Bound, Progress, Search};
pub use tally::{Happening, Tally};
#[cfg(not(target_arch = "wasm32"))]
pub use tla::{Tla, TlaError, tla};
pub use way::{Move, Way};
