//! The totals of a run, as one table: for each count, the field of the report and the column of the
//! command line.
//!
//! To add a count: a row here, a [`Ledger::count`](super::Ledger::count) where it
//! happens, and a line in a chart (`view/charts.rs`), where each step of the
//! series has it as well.

use serde::Serialize;

use super::metrics::Latencies;
use super::write::Fates;
use super::{Ledger, Metrics};
use crate::store::by_cache::ByCache;
use crate::store::cache::Cache;
use crate::time::Micros;

macro_rules! totals {
    (@value $whole:ident, counts $count:ident) => { $whole.metrics.counts.$count };
    (@value $whole:ident, is |$run:ident| $value:expr) => {{ let $run = $whole; $value }};
    (@name $field:ident $count:ident) => { stringify!($field) };
    ($($(#[$about:meta])* $group:ident {
        $($(#[$doc:meta])* $field:ident: $type:ty
            $(, column $column:literal)?
            $(, counts $count:ident)?
            $(, is |$run:ident| $value:expr)?;)*
    })*) => {
        /// What is counted as it happens, in the whole run and in each step of its series.
        #[derive(Clone, Debug, Default)]
        pub struct Counts {
            $($($(pub $count: u64,)?)*)*
        }

        impl Counts {
            pub(super) fn add(&mut self, more: &Counts) {
                $($($(self.$count += more.$count;)?)*)*
            }
        }

        $(
            $(#[$about])*
            #[derive(Clone, PartialEq, Debug, Serialize)]
            #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
            pub struct $group {
                $($(#[$doc])* pub $field: $type,)*
            }

            impl $group {
                /// The headings of the table's columns.
                pub const COLUMNS: &[&str] = &[$($($column,)?)*];

                /// Every field.
                pub const FIELDS: &[&str] = &[$(stringify!($field)),*];

                /// The fields that are counted as they happen.
                pub const COUNTED: &[&str] = &[$($(totals!(@name $field $count),)?)*];

                /// The values in those columns.
                pub fn cells(&self) -> Vec<String> {
                    vec![$($({ let _: &str = $column; self.$field.to_string() },)?)*]
                }

                pub(super) fn of(run: &Whole<'_>) -> $group {
                    $group {
                        $($field: totals!(@value run
                            $(, counts $count)? $(, is |$run| $value)?),)*
                    }
                }
            }
        )*
    };
}

totals! {
    /// Reads, by result.
    Reads {
        total: u64, column "total", counts reads;
        /// Reads that looked into the cache and were answered without the database.
        hits: u64, column "hits", counts hits;
        /// Reads that looked into the cache and needed the database.
        misses: u64, column "misses", counts misses;
        stale: u64, column "stale", counts stale;
        dirty: u64, column "dirty", is |run| run.fates.dirty_reads;
        phantom: u64, column "phantom", is |run| run.fates.phantom_reads;
        failed: u64, column "failed", counts failed_reads;
        /// Reads that returned a copy of another key's row.
        foreign: u64, column "foreign", counts foreign;
        /// Reads that returned a value that comes from no store.
        unfounded: u64, column "unfounded", counts unfounded;
    }
    /// Writes, by result.
    Writes {
        total: u64, column "total", counts writes;
        acknowledged: u64, column "acknowledged", counts acknowledged;
        committed: u64, column "committed", counts committed;
        pending: u64, column "pending", is |run| run.fates.pending;
        lost: u64, column "lost", is |run| run.fates.lost;
        overtaken: u64, column "overtaken", counts overtaken;
        /// Not acknowledged: an error, or no answer in time.
        failed: u64, column "failed", counts failed_writes;
        /// Of the failed writes, those that may have been applied: their clients cannot know.
        unknown: u64, column "unknown", counts unknown_writes;
        /// Committed, and overwritten by a value made without it.
        lost_update: u64, column "lost updates",
            is |run| run.ledger.lost_updates();
        /// Applied more than once to the same row.
        applied_twice: u64, column "applied twice", counts applied_twice;
        /// Set aside by a queue that has given up on them.
        given_up: u64, column "given up", is |run| run.fates.given_up;
    }
    /// Reads that broke a promise to their own client.
    Sessions {
        /// Reads that returned an older value than their client had written.
        read_your_writes: u64, column "own writes not read", counts not_own_writes;
        /// Reads that returned an older value than their client had read before.
        monotonic_reads: u64, column "non-monotonic reads", counts not_monotonic;
    }
    /// Linearizability, with each key as a register of its own.
    Linearizability {
        keys: usize, is |run| run.ledger.keys().len();
        /// Keys for which no order of the operations explains what clients saw.
        violated: u64, column "keys not linearizable", counts not_linearizable;
    }
    /// The work of the database.
    DatabaseTotals {
        reads: u64, column "reads", counts database_reads;
        writes: u64, column "writes", counts database_writes;
        /// The most simultaneous loads of one key: the size of a stampede.
        max_concurrent_loads_of_one_key: u32, column "most loads of one key",
            is |run| u32::try_from(run.metrics.loads_of_one_key.most).unwrap_or(u32::MAX);
    }
    /// The contents of the cache, and what it removed.
    CacheTotals {
        /// Present entries, including those that are no longer asked for.
        entries: usize, column "entries", is |run| run.caches.iter().map(|(_, cache)| cache.len()).sum();
        /// The most entries at a time that could be found.
        most_entries: u64, is |run| run.metrics.entries.most;
        /// Present entries that a write has put there, and that nobody has read.
        only_written: usize, is |run| run.only_written();
        /// Entries that were never read, present ones and removed ones.
        never_read: u64, column "never read", is |run| run.never_read();
        evictions: u64, column "evictions", counts evictions;
        expirations: u64, column "expirations", counts expirations;
        /// Single look-ups, by reads and by all other tasks, that found an entry, and that found
        /// none.
        lookup_hits: u64, counts lookup_hits;
        lookup_misses: u64, counts lookup_misses;
    }
    /// The contents of the queues.
    QueueTotals {
        max_depth: u64, column "most waiting", is |run| run.metrics.queue_most;
        /// Writes that a newer one replaced before they were flushed.
        absorbed: u64, column "absorbed", counts absorbed;
        dead_letters: u64, column "dead letters", counts dead_letters;
        /// Times from an acknowledgement to a later commit.
        flush_lag_us: Percentiles, is |run| Percentiles::of(&run.metrics.flush_lag);
    }
}

/// The parts of a run from which totals are computed.
pub(super) struct Whole<'a> {
    ledger: &'a Ledger,
    metrics: &'a Metrics,
    fates: Fates,
    caches: &'a ByCache<&'a Cache>,
}

impl<'a> Whole<'a> {
    pub fn new(ledger: &'a Ledger, caches: &'a ByCache<&'a Cache>) -> Whole<'a> {
        Whole { ledger, metrics: ledger.metrics(), fates: ledger.writes().fates(), caches }
    }

    fn only_written(&self) -> usize {
        let accounts = self.ledger.keys().iter().filter_map(|&key| self.ledger.key(key));
        let entries = accounts.flat_map(|account| account.entries());
        entries.filter(|entry| entry.reads == 0 && entry.by.kind().writes()).count()
    }

    fn never_read(&self) -> u64 {
        let entries = self.caches.iter().flat_map(|(_, cache)| cache.entries());
        let here = entries.filter(|(_, entry)| entry.reads == 0).count() as u64;
        self.metrics.never_read + here
    }
}

/// Percentiles to three digits; `null` if nothing was measured.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Percentiles {
    pub p50: Option<Micros>,
    pub p95: Option<Micros>,
    pub p99: Option<Micros>,
    pub max: Option<Micros>,
}

impl Percentiles {
    pub(super) fn of(latencies: &Latencies) -> Percentiles {
        Percentiles {
            p50: latencies.at_permille(500),
            p95: latencies.at_permille(950),
            p99: latencies.at_permille(990),
            max: latencies.max(),
        }
    }
}
