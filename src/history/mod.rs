//! What happened, and what it means.
//!
//! The world writes one [`Record`] for everything that happens, through one
//! door, [`History::record`]. All that is said about a run is folded from
//! these records as they come, and from nothing else: verdicts of reads and
//! fates of writes, differences between cache and database, metrics, words.
//! So a strategy can't flatter itself, and a total is exact even where only
//! the last records are kept.

mod cause;
mod checksum;
mod key;
mod ledger;
mod metrics;
mod open;
mod order;
mod record;
mod register;
mod report;
mod series;
mod session;
mod span;
mod tell;
mod verdict;
mod words;
mod write;

use std::collections::VecDeque;

pub use cause::{Cause, Happening};
pub use checksum::Checksum;
pub use key::{EntryNow, KeyLedger, KeyState, Load, OnItsWay, RowNow};
pub use ledger::Ledger;
pub use metrics::{Latencies, Metrics};
pub use record::{Drop, Event, Fault, Outcome, Record, Saying, Seen, Verb};
pub use report::{Forecast, Report, ViolationReport};
pub use series::{Series, Step};
pub use span::Span;
pub use tell::{cause, happening, violation};
pub use verdict::{Broken, ReadVerdict, Violation, ViolationKind};
pub use words::{Tone, duration, label, line, read_verdict, reason, saying};
pub use write::{Fate, Fates};

use std::hash::{Hash, Hasher};

use crate::store::cache::Cache;
use crate::strategy::value::{Names, Symbol};
use crate::time::Micros;

/// Everything that happened in a run, and what it came to.
#[derive(Clone)]
pub struct History {
    records: VecDeque<Record>,
    /// How many records were dropped at the front.
    dropped: u64,
    /// The most records that are kept.
    keep: usize,
    checksum: Checksum,
    ledger: Ledger,
    names: Names,
}

impl History {
    /// A history without a record, that keeps the last `keep`, or all; with
    /// verdicts, or with totals alone.
    pub fn new(keep: Option<u32>, verdicts: bool, names: Names) -> History {
        History {
            records: VecDeque::new(),
            dropped: 0,
            keep: keep.map_or(usize::MAX, |keep| keep as usize),
            checksum: Checksum::default(),
            ledger: Ledger::new(keep.is_some(), verdicts, names.clone()),
            names,
        }
    }

    /// The one door: something happened.
    pub fn record(&mut self, at_us: Micros, event: Event) {
        self.enter(Record { at_us, event });
        if let Some(event) = self.ledger.take_judged() {
            self.enter(Record { at_us, event });
        }
    }

    fn enter(&mut self, record: Record) {
        record.hash(&mut self.checksum);
        self.ledger.see(&record);
        if self.records.len() >= self.keep {
            self.records.pop_front();
            self.dropped += 1;
        }
        if self.keep > 0 {
            self.records.push_back(record);
        } else {
            self.dropped += 1;
        }
    }

    /// A number that two runs share only if the same happened in both.
    pub fn checksum(&self) -> u64 {
        self.checksum.finish()
    }

    /// How many records there were.
    pub fn len(&self) -> u64 {
        self.dropped + self.records.len() as u64
    }

    /// Whether nothing happened yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The records that are kept, each with its number, from a number on.
    pub fn since(&self, sequence: u64) -> impl Iterator<Item = (u64, &Record)> {
        let skipped = sequence.saturating_sub(self.dropped) as usize;
        (self.dropped..).zip(self.records.iter()).skip(skipped)
    }

    /// The records that are kept, each with its number, newest first.
    pub fn latest(&self) -> impl Iterator<Item = (u64, &Record)> {
        let last = self.len();
        (0..).zip(self.records.iter().rev()).map(move |(back, record)| (last - 1 - back, record))
    }

    /// What has been folded so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The texts of this run.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The totals up to an instant. `forecast` says when a key's difference
    /// will end.
    pub fn report(
        &self,
        now_us: Micros,
        cache: &Cache,
        forecast: &dyn Fn(Symbol) -> Forecast,
    ) -> Report {
        Report::new(self, now_us, cache, forecast)
    }
}
