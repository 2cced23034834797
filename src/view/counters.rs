//! The totals in the page's header.

use super::View;

/// The totals in the page's header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub reads: u64,
    pub hits: u64,
    pub misses: u64,
    pub stale_reads: u64,
    pub writes: u64,
    pub lost_writes: u64,
    pub failed: u64,
    pub database_reads: u64,
    pub database_writes: u64,
    pub events: u64,
}

impl View<'_> {
    /// The totals so far.
    pub fn counters(self) -> Counters {
        let ledger = self.history.ledger();
        let metrics = ledger.metrics();
        Counters {
            reads: metrics.counts.reads,
            hits: metrics.counts.hits,
            misses: metrics.counts.misses,
            stale_reads: metrics.counts.stale,
            writes: metrics.counts.writes,
            lost_writes: ledger.writes().fates().lost,
            failed: metrics.counts.failed_reads + metrics.counts.failed_writes,
            database_reads: metrics.counts.database_reads,
            database_writes: metrics.counts.database_writes,
            events: self.events,
        }
    }
}
