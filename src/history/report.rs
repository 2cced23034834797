//! The totals of a run as one document.

use serde::Serialize;

use super::metrics::Latencies;
use super::span::Span;
use super::violation::{Promised, Violation, ViolationKind};
use super::{History, KeyState, Ledger, Metrics, Series, tell};
use crate::store::cache::Cache;
use crate::strategy::PlainValue;
use crate::strategy::value::{Names, Symbol};
use crate::time::Micros;

/// The totals of a run up to an instant: what `stalemate run --json` writes.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Report {
    /// The instant.
    pub at_us: Micros,
    pub reads: Reads,
    pub writes: Writes,
    /// Latencies of requests that ended well.
    pub latency_us: LatencyUs,
    pub database: DatabaseTotals,
    pub cache: CacheTotals,
    pub queue: QueueTotals,
    /// Time during which entries were older than their rows.
    pub staleness_us: Staleness,
    pub sessions: Sessions,
    pub linearizability: Linearizability,
    /// Keys in which the two stores differ now.
    pub divergence: Vec<Divergence>,
    /// The states of each key over time, in the order of first use; at most
    /// 10000 of them, and of each key the last where the history is bounded.
    pub intervals: Vec<Interval>,
    /// What went wrong, in the order of time; at most the first 1000 of each kind.
    pub violations: Vec<ViolationReport>,
    /// The metrics over time.
    pub series: SeriesReport,
    /// What a strategy did that it cannot do.
    pub errors: Vec<StrategyFault>,
    /// Sixteen hexadecimal digits: the same only where the same happened.
    pub checksum: String,
}

/// Reads, by what became of them.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Reads {
    pub total: u64,
    /// Reads whose first look into the cache found a value.
    pub hits: u64,
    pub misses: u64,
    pub stale: u64,
    pub dirty: u64,
    pub phantom: u64,
    pub failed: u64,
}

/// Writes, by what became of them.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Writes {
    pub total: u64,
    pub acknowledged: u64,
    pub committed: u64,
    pub pending: u64,
    pub lost: u64,
    pub overtaken: u64,
    /// Not acknowledged: an error, or no answer in time.
    pub failed: u64,
    /// Of the failed ones, those that may have been applied: their clients cannot know.
    pub unknown: u64,
}

/// Reads that broke a promise to their own client.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Sessions {
    /// Reads that returned something older than what their client had written.
    pub read_your_writes: u64,
    /// … or than what it had read before.
    pub monotonic_reads: u64,
}

/// Keys, each as a register of its own.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Linearizability {
    pub keys: usize,
    /// Keys for which no order of the operations explains what clients saw.
    pub violated: u64,
}

/// Latencies of requests that ended well.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct LatencyUs {
    pub read: Percentiles,
    pub write: Percentiles,
}

/// Percentiles to three digits; `null` where nothing was measured.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Percentiles {
    pub p50: Option<Micros>,
    pub p95: Option<Micros>,
    pub p99: Option<Micros>,
    pub max: Option<Micros>,
}

/// What the database had to do.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct DatabaseTotals {
    pub reads: u64,
    pub writes: u64,
    /// How large a stampede was.
    pub max_concurrent_loads_of_one_key: u32,
}

/// What the cache held and gave up.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct CacheTotals {
    /// Entries there are now.
    pub entries: usize,
    /// Entries that were never served: those there now and those that are gone.
    pub never_read: u64,
    pub evictions: u64,
    pub expirations: u64,
}

/// What the queues had to hold.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct QueueTotals {
    pub max_depth: u64,
    /// Writes that a newer one replaced before they were flushed.
    pub absorbed: u64,
    pub dead_letters: u64,
    /// From an acknowledgement to the commit, where that came after it.
    pub flush_lag_us: Percentiles,
}

/// Time during which entries were older than their rows.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Staleness {
    pub max: Micros,
    /// Over all keys.
    // a sum over many keys can pass 2^53, as no single time does
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "i64"))]
    pub total: Micros,
}

/// A key in which the two stores differ.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Divergence {
    pub key: String,
    pub state: KeyState,
    pub cache: PlainValue,
    pub database: PlainValue,
    pub since_us: Micros,
    /// When an expiry will end it; `null`: nothing that is known will.
    pub until_us: Option<Micros>,
    /// The same in words, with what else may end it.
    pub forecast: String,
    /// What led to it, oldest first.
    pub cause: Vec<String>,
}

/// When a difference will end.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Forecast {
    /// `None`: nothing that is known will end it.
    pub until_us: Option<Micros>,
    pub words: String,
}

/// A state of a key, from an instant to another.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Interval {
    pub key: String,
    pub state: KeyState,
    pub from_us: Micros,
    /// `null`: it lasts.
    pub until_us: Option<Micros>,
    /// What began it.
    pub began: String,
    /// What ended it.
    pub ended: Option<String>,
}

/// Metrics in equal steps from 0, at most 128.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Series"))]
pub struct SeriesReport {
    /// How long a step is. It doubles as the run grows.
    pub step_us: Micros,
    pub steps: Vec<SeriesStep>,
}

/// What happened in one step.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct SeriesStep {
    pub reads: u64,
    pub hits: u64,
    pub misses: u64,
    pub stale: u64,
    pub dirty: u64,
    pub phantom: u64,
    pub failed: u64,
    pub writes: u64,
    pub database_reads: u64,
    pub database_writes: u64,
    /// The most loads of one key at a time.
    pub max_concurrent_loads_of_one_key: u32,
    /// Of the deepest queue.
    pub queue_depth: u64,
    /// The longest time from an acknowledgement to the commit after it.
    pub flush_lag_us: Option<Micros>,
    /// Lost writes so far.
    pub lost: u64,
    /// Entries of the cache.
    pub entries: u64,
    /// Of these, entries that were never served.
    pub never_read: u64,
    /// Keys whose entry is older than the row.
    pub stale_keys: u64,
    pub read_p50_us: Option<Micros>,
    pub read_p99_us: Option<Micros>,
    pub write_p50_us: Option<Micros>,
    pub write_p99_us: Option<Micros>,
}

/// Something that went wrong, and why.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Violation"))]
pub struct ViolationReport {
    pub kind: ViolationKind,
    pub key: String,
    /// The request: "R12", "W3".
    pub op: String,
    pub at_us: Micros,
    /// What it breaks besides.
    pub breaks: Vec<Promised>,
    /// In a sentence.
    pub what: String,
    /// What led to it, oldest first: two to five events.
    pub cause: Vec<String>,
}

/// What a strategy did that it cannot do.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct StrategyFault {
    /// Which of the scenario's strategies, from 0.
    pub strategy: u16,
    /// From 1.
    pub line: u32,
    pub message: String,
    pub times: u64,
}

/// How many intervals a report tells of.
const INTERVALS: usize = 10_000;

impl Report {
    pub(super) fn new(
        history: &History,
        now_us: Micros,
        cache: &Cache,
        forecast: &dyn Fn(Symbol) -> Forecast,
    ) -> Report {
        let ledger = history.ledger();
        let names = history.names();
        let metrics = ledger.metrics();
        let fates = ledger.writes().fates();
        let unread = cache.entries().filter(|(_, entry)| entry.reads == 0).count() as u64;
        Report {
            at_us: now_us,
            reads: Reads {
                total: metrics.reads,
                hits: metrics.hits,
                misses: metrics.misses,
                stale: metrics.stale,
                dirty: fates.dirty_reads,
                phantom: fates.phantom_reads,
                failed: metrics.failed_reads,
            },
            writes: Writes {
                total: metrics.writes,
                acknowledged: metrics.acknowledged,
                committed: metrics.committed,
                pending: fates.pending,
                lost: fates.lost,
                overtaken: metrics.overtaken,
                failed: metrics.failed_writes,
                unknown: metrics.unknown_writes,
            },
            latency_us: LatencyUs {
                read: percentiles(&metrics.read_latency),
                write: percentiles(&metrics.write_latency),
            },
            database: DatabaseTotals {
                reads: metrics.database_reads,
                writes: metrics.database_writes,
                max_concurrent_loads_of_one_key: metrics.most_loads_of_one_key,
            },
            cache: CacheTotals {
                entries: cache.len(),
                never_read: metrics.never_read + unread,
                evictions: metrics.evictions,
                expirations: metrics.expirations,
            },
            queue: queue(metrics),
            staleness_us: staleness(ledger, now_us),
            sessions: Sessions {
                read_your_writes: metrics.not_own_writes,
                monotonic_reads: metrics.not_monotonic,
            },
            linearizability: Linearizability {
                keys: ledger.keys().len(),
                violated: metrics.not_linearizable,
            },
            divergence: divergence(ledger, names, forecast),
            intervals: intervals(ledger, names),
            violations: history.violations(),
            series: series(ledger.series()),
            errors: ledger
                .errors()
                .iter()
                .map(|(&(strategy, line, message), &times)| StrategyFault {
                    strategy,
                    line,
                    message: names.text(message).to_string(),
                    times,
                })
                .collect(),
            checksum: format!("{:016x}", history.checksum()),
        }
    }
}

impl History {
    /// What went wrong, in the order of time; of each kind the first
    /// [`KEPT`](super::verdict::KEPT).
    pub fn violations(&self) -> Vec<ViolationReport> {
        let names = self.names();
        self.ledger().violations().iter().map(|each| violation(each, names)).collect()
    }
}

fn percentiles(latencies: &Latencies) -> Percentiles {
    Percentiles {
        p50: latencies.at_permille(500),
        p95: latencies.at_permille(950),
        p99: latencies.at_permille(990),
        max: latencies.max(),
    }
}

fn queue(metrics: &Metrics) -> QueueTotals {
    QueueTotals {
        max_depth: metrics.queue_most,
        absorbed: metrics.absorbed,
        dead_letters: metrics.dead_letters,
        flush_lag_us: percentiles(&metrics.flush_lag),
    }
}

/// Up to now: keys that are stale still have been so for a while.
fn staleness(ledger: &Ledger, now_us: Micros) -> Staleness {
    let metrics = ledger.metrics();
    let mut staleness = Staleness { max: metrics.longest_stale_us, total: metrics.stale_us };
    let accounts = ledger.keys().iter().filter_map(|&key| ledger.key(key));
    for account in accounts.filter(|account| account.state == KeyState::Stale) {
        let for_us = now_us - account.since_us;
        staleness.total += for_us;
        staleness.max = staleness.max.max(for_us);
    }
    staleness
}

fn divergence(
    ledger: &Ledger,
    names: &Names,
    forecast: &dyn Fn(Symbol) -> Forecast,
) -> Vec<Divergence> {
    let accounts = ledger.keys().iter().filter_map(|&key| Some((key, ledger.key(key)?)));
    accounts
        .filter(|(_, account)| account.state.differs())
        .map(|(key, account)| {
            let forecast = forecast(key);
            Divergence {
                key: names.text(key).to_string(),
                state: account.state,
                cache: account
                    .entry
                    .map_or(PlainValue::None, |entry| entry.value.scalar.plain(names)),
                database: account.row.map_or(PlainValue::None, |row| row.value.scalar.plain(names)),
                since_us: account.since_us,
                until_us: forecast.until_us,
                forecast: forecast.words,
                cause: ledger.why_different(key).into_iter().map(tell::cause).collect(),
            }
        })
        .collect()
}

fn intervals(ledger: &Ledger, names: &Names) -> Vec<Interval> {
    let of_key = |&key: &Symbol| {
        let account = ledger.key(key)?;
        let told = move |(span, next): (&Span, Option<&Span>)| Interval {
            key: names.text(key).to_string(),
            state: span.state,
            from_us: span.from_us,
            until_us: next.map(|next| next.from_us),
            began: tell::happening(span.why.what),
            ended: next.map(|next| tell::happening(next.why.what)),
        };
        Some(account.spans.iter().map(told))
    };
    ledger.keys().iter().filter_map(of_key).flatten().take(INTERVALS).collect()
}

fn violation(violation: &Violation, names: &Names) -> ViolationReport {
    ViolationReport {
        kind: violation.kind,
        key: names.text(violation.key).to_string(),
        op: violation.op.label(),
        at_us: violation.at_us,
        breaks: violation.broken.promises(),
        what: tell::violation(violation),
        cause: violation.cause.iter().map(|each| tell::cause(*each)).collect(),
    }
}

fn series(series: &Series) -> SeriesReport {
    let steps = series.steps().iter().map(|step| SeriesStep {
        reads: step.reads,
        hits: step.hits,
        misses: step.misses,
        stale: step.stale,
        dirty: step.dirty,
        phantom: step.phantom,
        failed: step.failed,
        writes: step.writes,
        database_reads: step.database_reads,
        database_writes: step.database_writes,
        max_concurrent_loads_of_one_key: step.most_loads,
        queue_depth: step.queue_depth,
        flush_lag_us: step.flush_lag_us,
        lost: step.lost,
        entries: step.entries,
        never_read: step.unread,
        stale_keys: step.stale_keys,
        read_p50_us: step.read_latency.at_permille(500),
        read_p99_us: step.read_latency.at_permille(990),
        write_p50_us: step.write_latency.at_permille(500),
        write_p99_us: step.write_latency.at_permille(990),
    });
    SeriesReport { step_us: series.step_us(), steps: steps.collect() }
}
