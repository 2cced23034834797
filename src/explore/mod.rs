//! The scheduler of every order: can this ever go wrong, and what is the shortest way to it?
//!
//! A [`Search`] splits a scenario into requests and deeds, and tries every order in which they,
//! and everything that follows from them, can happen: breadth first over the states of one
//! [`World`](crate::world::World). So the way that it finds to a violation is a shortest one.
//!
//! # What may happen when
//!
//! - **Requests** are those of the scenario's actions, and the first few of each workload. One
//!   client's requests come in order, each after the answer to the previous one; requests of
//!   different clients come in any order.
//! - **Deeds** are the scenario's other actions: kill, restart, stop, cut, outside write, expire,
//!   evict, a failing call. Each may happen at any moment, as often as the scenario has it, or not
//!   at all. A [budget](Budgets) allows more. Speeds, `at_us` and the network's loss rates have no
//!   meaning here.
//! - **Messages** land at any time after they were sent, in any order; a store carries out a
//!   call at any time after that, unless its line is full.
//! - **Sleeps** end at any time after they began: they order what their own task does, and
//!   nothing else. A loop's turn, a client's retry, a snapshot and a change on its way to a
//!   replica come at any time, too.
//! - **A timeout** comes at any time once the reply can no longer come; while it still can, the
//!   budget `timeouts` pays. The same holds for a statement that gets no connection in time or
//!   runs for too long, and for an item of a queue that was taken and not acknowledged. Items to
//!   be retried come back in the order of their delays.
//! - **A TTL** ends only as the scenario (`expire`) or the budget `expiries` says. The same holds
//!   for a lease, and for the version of a deleted entry.
//! - **The clock** stands still, and every random draw has the same result: of programs that read
//!   the clock or the age of an entry, or draw numbers, not everything is seen, and the answer
//!   says so.
//!
//! # Loops
//!
//! A loop that changes nothing, such as `while not cache.add("lock", 1): sleep(0.1)`, comes back to
//! the same state, so that a search with one ends: a state does not contain how often a task has
//! called, and a call has the least ordinal that nothing of an earlier call can be confused with
//! (`world/reuse.rs` says why no two states are merged that can behave differently). Every turn
//! that changes something is a state of its own: one that counts its turns without a bound, or
//! writes a row each time, never ends. A request that waits in a loop for ever breaks `recovers`,
//! once every fault has ended, and no other property. Where an action of the scenario loses or
//! duplicates a message by its name, each turn up to that is a state of its own.
//!
//! # What is counted
//!
//! The length of a way is its number of *effects*: a call carried out at a store, refused or
//! not, its reply lost or not; a commit from outside; an expiry, an eviction, a flush; a crash,
//! a restart; a change that reaches the replica. Beginnings and ends of requests, messages,
//! locks and turns of loops cost nothing. Nor do calls that are no message to a store: of an app
//! server's own cache (`local`), which it carries out itself, and of a channel (`publish`).
//!
//! # What is compared with what
//!
//! `converges` compares each entry with the rows of which it was made: its own row, or those that a
//! strategy cached under a key of its own (`f"user:{key}"`, a page of several rows). It is broken by
//! an entry that stays as it was although one of its rows has changed, whether a later read would
//! look at it or not; so a scheme of generations, which leaves old entries behind, breaks it, and
//! `no-stale-read` says whether clients notice. A copy of another row under a key that clients ask
//! for is foreign, unless the scenario says `derived`; keys of which the cache is the source of truth
//! are compared with no row. In the same way a read breaks `no-stale-read`, `read-your-writes` and
//! `monotonic-reads` with each row of which its answer was made.
//!
//! # Step by step
//!
//! A [`Search`] has no clock and no threads, and runs in wasm: the caller decides how long it
//! continues, and drops it to end it.
//!
//! ```
//! use stalemate::explore::{Property, Question, Search, Verdict};
//! use stalemate::scenario::preset;
//!
//! let scenario = preset::find("ca6").unwrap().scenario();
//! let mut search = Search::new(&scenario, Question::default()).unwrap();
//! while !search.advance(50) {
//!     // states, those that wait, the depth so far
//!     let progress = search.progress();
//!     assert!(progress.states >= progress.waiting);
//!     // the shortest way so far; until the end, one that is an effect shorter may be found
//!     let _found: Option<u16> = search.effects_to(Property::Converges);
//! }
//! // fewest requests, faults and switches between tasks: may take a while
//! search.simplify();
//! let answer = search.answer().unwrap();
//! assert_eq!((answer.first.verdict, answer.first.effects), (Verdict::Violated, Some(5)));
//! ```
//!
//! [`Search::answer`] can be called at any time: what is not known yet is `unknown`. Natively,
//! `Search::advance_on` uses several processors, with the same result.
//!
//! # A call and its reply as one step
//!
//! With `--atomic`, a call, its reply and what the program then does are one step: fewer states, and
//! the model that TLC gets. It leaves out what comes in between: a crash, a lost reply, a wait that
//! ends early, and another task that is quicker at a lock, a shared load or an app server's own
//! cache. Where one of these was possible, nothing is said to hold.
//!
//! # Beyond one machine
//!
//! `stalemate explore SCENARIO --tla DIR` writes the same model in TLA+, for the model checker
//! TLC: `tla()`. Each call is an action of its own, named after its function, command and line;
//! variables keep their names. It is the model of a search with `--atomic` (a call, its reply and
//! what the program then does are one step) and without reduction and symmetry: it has the same
//! number of distinct states, and breaks the same properties in as many effects. `make tlc`
//! compares them. TLC does not know what that step leaves out: where a search says `unknown` for
//! it, TLC finds nothing. What cannot be written is refused by name: transactions, cut links, lost
//! and duplicated messages, timeouts of a budget, calls of many keys, queues with rules of their
//! own, caches like Memcached, retrying clients, errors that a program raises, crashes of a
//! database whose changes are passed on, and the property `recovers`. A mistake of a strategy,
//! such as a set of `None`, ends a request there as it does here.
//!
//! ```text
//! java -cp tla2tools.jar tlc2.TLC -deadlock -workers auto -config ca6.cfg ca6
//! ```
//!
//! TLC stops at a way with the fewest steps, which include the beginnings of requests. With
//! `ca6Length.cfg` it says whether anything is broken in fewer effects than `MostEffects`. It
//! examines about a thousand states per second and core, a search tens of thousands; but TLC
//! keeps states on disk, and several machines can share the work:
//!
//! ```text
//! java -cp tla2tools.jar tlc2.tool.distributed.TLCServer -config ca6.cfg ca6   # on one machine
//! java -cp tla2tools.jar tlc2.tool.distributed.TLCWorker SERVER                # on the others
//! ```
//!
//! # How
//!
//! - `question.rs`: properties, budgets and bounds; `script.rs`: the scenario as requests and deeds
//! - `state.rs`, `choices.rs`, `model.rs`: states, choices, and transitions; `recorder.rs`: the
//!   world's driver
//! - `judge/`: the verdicts, as a part of the state; `rest.rs`: properties broken at
//!   rest; `waiting.rs`: requests that wait for ever
//! - `eager.rs`: steps taken at once; `symmetry.rs`: interchangeable clients
//! - `visited.rs`, `frontier.rs`: the states met, and those still to examine; `expand.rs`: the
//!   successors of a state; `search.rs`: the order; `parallel.rs`: several processors
//! - `tally.rs`, `sample.rs`: counts of events, and sample runs
//! - `way.rs`, `shrink.rs`: ways, replayed and simplified
//! - `tla/`: the model as a TLA+ module
//! - `answer.rs`: the result; `vacuous.rs`: why it may mean little; `itf.rs`: a way as a trace
//! - `playable.rs`: a way as a scenario; `instants.rs`: when everything in it happens; `stamps.rs`:
//!   names of its messages; `acts.rs`: its actions; `played.rs`: whether it goes wrong;
//!   `unplayable.rs`: why there is none
//! - `graph.rs`: the states of a small search as a graph
//! - `job.rs`: a search as text in and text out, for another thread
//! - `claims.rs`: the verdicts of the built-in claims, kept in a table

mod acts;
mod answer;
mod check;
mod choices;
mod claims;
mod eager;
mod expand;
mod frontier;
mod graph;
mod instants;
mod itf;
pub mod job;
mod judge;
#[cfg(test)]
mod merging;
mod model;
#[cfg(not(target_arch = "wasm32"))]
mod parallel;
mod playable;
mod played;
mod question;
mod recorder;
mod rest;
mod sample;
mod script;
mod search;
mod shrink;
mod stamps;
mod state;
mod symmetry;
mod tally;
#[cfg(not(target_arch = "wasm32"))]
mod tla;
mod unplayable;
mod vacuous;
mod visited;
mod waiting;
mod way;

pub use answer::{Answer, Limits, Outcome, Step, Verdict};
pub use check::{Check, CheckError};
pub use choices::Choice;
pub use claims::{ClaimAnswer, MOST_STATES as MOST_CLAIM_STATES};
pub use graph::{Graph, GraphEdge, GraphState};
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
