//! The history: records of what happened, and everything derived from them.
//!
//! The world writes one [`Record`] for everything that happens, through one door,
//! [`History::record`]. Everything reported about a run is folded from these records as they come,
//! and from nothing else: verdicts of reads and fates of writes, differences between cache and
//! database, metrics, words. So a strategy can't flatter itself, and a total is exact even where
//! only the last records are kept.
//!
//! # What the words mean
//!
//! Every value carries its [`Lineage`](crate::strategy::value::Lineage): the versions of rows, and
//! the operations, that it was made of. A read of a key is judged by its own row, or by all rows
//! from which its value was computed, by the one furthest behind. *Newer* is defined in [`Made`]:
//! requested after the other was acknowledged or, where the two overlap, committed later. What a
//! client cannot tell apart is not held against the system: one absence of a value is like any
//! other, whichever write made it.
//!
//! | a read is | if | after |
//! | --- | --- | --- |
//! | fresh | no newer write had been acknowledged when it began | the regular register of Lamport, "On interprocess communication" (1986) |
//! | stale | a newer write had been acknowledged: how long ago, and how many versions of the row behind (a write that was committed twice made two) | version and time staleness of Bailis and others, "Probabilistically bounded staleness" (2012) |
//! | dirty | the database did not hold its value yet | Adya, "Weak consistency" (1999), G1a and G1b |
//! | phantom | it never will, which the fate of its write decides | the same, G1a |
//! | foreign | it is an unchanged copy of another key's row, and the scenario does not declare that (`"derived": true`) | our own |
//! | unfounded | it comes from no store: a default after a failure, a constant | our own |
//! | failed | it returned no value | |
//!
//! | a write is | if | after |
//! | --- | --- | --- |
//! | acknowledged, failed | its client was told that it is done; or got an error or no answer | |
//! | unknown | failed, and its client cannot know whether it was applied | |
//! | committed | the database holds or has held it, alone or in a newer one that absorbed it | |
//! | pending | acknowledged; a queue, a task or a statement holds it | |
//! | given up | acknowledged; a queue has set it aside as a dead letter | |
//! | lost | acknowledged; no store, queue or task holds it any more | durability, Haerder and Reuter (1983) |
//! | overtaken | committed, and overwritten by one that had ended before it began | |
//! | a lost update | committed, and overwritten by a value that was made from its row without it | P4 of Berenson and others, "A critique of ANSI SQL isolation levels" (1995) |
//! | applied twice | included in its row more than once | at-least-once delivery |
//!
//! An entry is compared with the rows from which its value was made, whatever the name of its key.
//!
//! | a key is | if the cache |
//! | --- | --- |
//! | cold | has no entry |
//! | in sync | has the value of its row, or of the rows from which it was made |
//! | stale | has a value made from a row that was written since |
//! | ahead | has a value that is on its way to the database |
//! | phantom | has a value that will never reach the database |
//! | foreign | has a copy of another key's row, under a key that clients ask for |
//! | own | has a value that was made from no row, or is the source of truth |
//!
//! A read can also break a promise:
//!
//! | promise | broken if | equal values | after |
//! | --- | --- | --- | --- |
//! | read your writes | its client had been told that a newer write of its own is done | allowed: an equal value counts as that write | Terry and others, "Session guarantees for weakly consistent replicated data" (1994); `session.rs` |
//! | monotonic reads | its client had read a newer value | allowed, for both reads | the same |
//! | linearizability | no order of the key's operations explains what clients saw | allowed, by a search over at most 64 operations | Herlihy and Wing, "Linearizability" (1990); `register.rs`, `register/search.rs` |
//!
//! Verdicts of the table above are of versions, not of values: a read that returned an older write
//! of the same value is stale, and its violation says that it is the same value. Requests that fail
//! for a while are an *outage* (`outage.rs`). Events at one instant are ordered by their records,
//! not by time.
//!
//! `tests/engine/oracle` judges only by what clients and stores saw, and is compared with this;
//! `tests/engine/without.rs` removes each event of a cause chain from its scenario.

mod blocks;
mod greatest;
mod key;
mod latest;
mod ledger;
mod log;
mod metrics;
mod open;
mod order;
mod outage;
mod quantiles;
mod register;
mod report;
mod same;
mod series;
mod session;
mod span;
mod state;
mod tell;
mod totals;
mod violation;
mod write;

pub use key::{CacheAccount, Declared, EntryNow, KeyLedger, RowNow, RowRead};
pub use ledger::Ledger;
pub use log::{Tone, error, label, line, read_verdict, saying};
pub use metrics::{Latencies, Metrics, Peak, StaleRead};
pub use order::{Made, Moment};
pub use outage::Outage;
pub use report::{Divergence, Forecast, Report, SeriesStep, ViolationReport};
pub use series::{Bucket, Series};
pub use span::{Spans, StateSpan};
pub use state::KeyState;
pub use tell::{cause, event, violation};
pub use totals::{
    CacheTotals, Counts, DatabaseTotals, Linearizability, Percentiles, QueueTotals, Reads,
    Sessions, Writes,
};
pub use violation::{Broken, Promised, Violation, ViolationKind};
pub use write::{Fate, Fates, OnItsWay};

use std::hash::{Hash, Hasher};

use blocks::Blocks;

use crate::digest::Checksum;
use crate::event::{Event, Record};
use crate::store::by_cache::ByCache;
use crate::store::cache::Cache;
use crate::strategy::value::{Names, Symbol};
use crate::time::Micros;
use crate::vocabulary::CacheId;
use crate::world::Taker;

/// How many records copies share, and are forgotten, at a time.
const BLOCK: usize = 512;

/// Everything that happened in a run, and everything derived from it.
#[derive(Clone)]
pub struct History {
    records: Blocks<Record, BLOCK>,
    /// The most records that the scenario keeps.
    most: u64,
    checksum: Checksum,
    ledger: Ledger,
}

impl History {
    /// An empty history that keeps the last `keep` records, or all; with verdicts, or only with
    /// totals.
    pub fn new(keep: Option<u32>, verdicts: bool) -> History {
        History {
            records: Blocks::new(keep),
            most: keep.map_or(u64::MAX, u64::from),
            checksum: Checksum::default(),
            ledger: Ledger::new(keep.is_some(), verdicts),
        }
    }

    /// Declares something about the keys of a prefix, before the run begins.
    pub fn declare(&mut self, prefix: &str, declared: Declared) {
        self.ledger.declare(prefix, declared);
    }

    /// Declares that caches remember which app server has read which key, before the run begins.
    pub fn track_readers(&mut self) {
        self.ledger.track_readers();
    }

    /// Declares who takes from each queue, before the run begins.
    pub fn taken_by(&mut self, queues: Vec<Vec<Taker>>) {
        self.ledger.taken_by(queues);
    }

    /// Adds the events of an instant, in order; there is no other way to add any. `names` has the
    /// texts in them.
    pub fn record(&mut self, at_us: Micros, events: &[Event], names: &Names) {
        if events.is_empty() {
            return;
        }
        self.ledger.learn(names);
        for event in events {
            self.enter(at_us, event);
            if let Some(judged) = self.ledger.take_judged() {
                self.enter(at_us, &judged);
            }
        }
    }

    fn enter(&mut self, at_us: Micros, event: &Event) {
        (at_us, event).hash(&mut self.checksum);
        self.ledger.see(at_us, event);
        // copied last: by now a processor has written down what the event was made of,
        // in pieces, and reads it in whole words without waiting
        self.records.push(Record { at_us, event: *event });
    }

    /// A hash that two runs share only if the same events happened in both.
    pub fn checksum(&self) -> u64 {
        self.checksum.finish()
    }

    /// The number of records ever made.
    pub fn len(&self) -> u64 {
        self.records.len()
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keeps, from now on, only as many of the last records as fit into this many bytes.
    pub fn keep_within(&mut self, bytes: u64) {
        let records = bytes / size_of::<Record>() as u64;
        // they are forgotten by the block, of which the first and the last are not full
        let records = records.saturating_sub(2 * BLOCK as u64).max(1);
        self.records.keep_last(self.most.min(records));
    }

    /// Forgets the records before a number.
    pub fn forget_before(&mut self, sequence: u64) {
        self.records.forget_before(sequence);
    }

    /// The number of the first record kept.
    pub fn oldest(&self) -> u64 {
        self.records.oldest()
    }

    /// The instant of the first record kept; `None` if no records were forgotten.
    pub fn begins_us(&self) -> Option<Micros> {
        let oldest = self.oldest();
        Some(self.records.get(oldest).filter(|_| oldest > 0)?.at_us)
    }

    /// The memory of the records kept, in bytes; copies share most of them.
    pub fn bytes(&self) -> u64 {
        self.records.bytes()
    }

    /// The number of the first record kept that was made at this instant or later.
    pub fn first_at(&self, at_us: Micros) -> u64 {
        self.records.partition_point(|record| record.at_us < at_us)
    }

    /// The records kept, each with its number, from a number on.
    pub fn since(&self, sequence: u64) -> impl DoubleEndedIterator<Item = (u64, &Record)> {
        self.records.since(sequence)
    }

    /// The records kept, each with its number, newest first.
    pub fn latest(&self) -> impl Iterator<Item = (u64, &Record)> {
        self.records.since(0).rev()
    }

    /// What has been folded so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The texts in the records.
    pub fn names(&self) -> &Names {
        self.ledger.names()
    }

    /// The totals up to an instant. `forecast` says when a key's difference
    /// will end.
    pub fn report(
        &self,
        now_us: Micros,
        caches: &ByCache<&Cache>,
        forecast: &dyn Fn(Symbol, CacheId) -> Forecast,
    ) -> Report {
        Report::new(self, now_us, caches, forecast)
    }
}
