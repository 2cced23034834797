//! The report: the totals of a run as one document.

use serde::Serialize;

use super::span::StateSpan;
use super::totals::{
    CacheTotals, DatabaseTotals, Linearizability, Percentiles, QueueTotals, Reads, Sessions, Whole,
    Writes,
};
use super::violation::{Promised, Violation, ViolationKind};
use super::{History, KeyState, Ledger, Metrics, Series, error, tell};
use crate::store::by_cache::ByCache;
use crate::store::cache::Cache;
use crate::strategy::PlainValue;
use crate::strategy::call::StoreError;
use crate::strategy::value::{Names, Symbol};
use crate::time::Micros;
use crate::vocabulary::CacheId;

/// The totals of a run up to an instant, as `stalemate run --json` writes them.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Report {
    /// The instant of the report.
    pub at_us: Micros,
    pub reads: Reads,
    pub writes: Writes,
    /// How long requests took.
    pub latency_us: LatencyUs,
    /// Failed requests, by reason.
    pub failures: Vec<FailureReport>,
    /// Periods in which requests failed, oldest first.
    pub outages: Vec<OutageReport>,
    pub database: DatabaseTotals,
    pub cache: CacheTotals,
    pub queue: QueueTotals,
    /// The time for which entries were older than their rows.
    pub staleness_us: Staleness,
    pub sessions: Sessions,
    pub linearizability: Linearizability,
    /// Keys in which cache and database differ now.
    pub divergence: Vec<Divergence>,
    /// The states of each key over time, in the order of first use; at most 10000 in all, and of
    /// each key only the last ones if the history is bounded.
    pub intervals: Vec<Interval>,
    /// The violations, in order of time; at most the first 1000 of each kind.
    pub violations: Vec<ViolationReport>,
    /// The metrics over time.
    pub series: SeriesReport,
    /// Mistakes of the strategies.
    pub errors: Vec<StrategyFault>,
    /// Sixteen hexadecimal digits, equal only if the same events happened.
    pub checksum: String,
}

/// Latencies of requests: of those that succeeded, and of all.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct LatencyUs {
    pub read: Percentiles,
    pub write: Percentiles,
    /// Of all requests, failed ones included.
    pub read_all: Percentiles,
    pub write_all: Percentiles,
}

/// Requests that failed for one reason.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct FailureReport {
    /// The reason, as the clients were told.
    pub reason: String,
    pub reads: u64,
    pub writes: u64,
}

/// A period in which requests failed.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Outage"))]
pub struct OutageReport {
    /// When the first request that failed began.
    pub from_us: Micros,
    /// When the last request that failed ended.
    pub until_us: Micros,
    pub failed: u64,
    /// Requests that ended meanwhile, failed ones included.
    pub total: u64,
    /// The fault that began it.
    pub cause: Option<String>,
    /// Requests continued to fail after that fault had ended.
    pub outlived_cause: bool,
}

/// The time for which entries were older than their rows.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Staleness {
    pub max: Micros,
    /// The longest time for which a newer write had been acknowledged when a read began that did
    /// not return it.
    pub read_max: Micros,
    /// Summed over all keys.
    // a sum over many keys can pass 2^53, as no single time does
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "i64"))]
    pub total: Micros,
}

/// A key in which cache and database differ.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Divergence {
    pub key: String,
    /// The cache's name; `null` for the cache that every scenario has.
    pub cache_name: Option<String>,
    pub state: KeyState,
    pub cache: PlainValue,
    pub database: PlainValue,
    pub since_us: Micros,
    /// When an expiry will end the difference; `null`: no known expiry will.
    pub until_us: Option<Micros>,
    /// The same as text, with what else may end it.
    pub forecast: String,
    /// The events that led to it, oldest first.
    pub cause: Vec<String>,
}

/// When a difference will end.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Forecast {
    /// `None`: no known event will end it.
    pub until_us: Option<Micros>,
    pub words: String,
}

/// A state of a key between two instants.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Interval {
    pub key: String,
    /// The cache's name; `null` for the cache that every scenario has.
    pub cache_name: Option<String>,
    pub state: KeyState,
    pub from_us: Micros,
    /// `null`: it has not ended.
    pub until_us: Option<Micros>,
    /// The event that began it.
    pub began: String,
    /// The event that ended it.
    pub ended: Option<String>,
}

/// Metrics over time, in at most 128 equal steps from 0.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Series"))]
pub struct SeriesReport {
    /// The length of a step. It doubles as the run grows.
    pub step_us: Micros,
    pub steps: Vec<SeriesStep>,
}

/// The metrics of one step.
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
    /// The depth of the deepest queue.
    pub queue_depth: u64,
    /// The longest time from an acknowledgement to a later commit.
    pub flush_lag_us: Option<Micros>,
    /// Lost writes so far.
    pub lost: u64,
    /// Entries of the cache that can be found. After a node joined or left and entries did not
    /// move, entries that are no longer asked for are left out; `cache.entries` counts them.
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

/// A violation, with its cause chain.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Violation"))]
pub struct ViolationReport {
    pub kind: ViolationKind,
    pub key: String,
    /// The request: "R12", "W3".
    pub op: String,
    pub at_us: Micros,
    /// Other promises that it breaks.
    pub breaks: Vec<Promised>,
    /// The violation in a sentence.
    pub what: String,
    /// The events that led to it, oldest first: two to six.
    pub cause: Vec<String>,
}

/// A mistake of a strategy.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct StrategyFault {
    /// The position of the strategy in the scenario, from 0.
    pub strategy: u16,
    /// The line of the program, from 1.
    pub line: u32,
    pub message: String,
    pub times: u64,
}

/// The most intervals in a report.
const INTERVALS: usize = 10_000;

impl Report {
    pub(super) fn new(
        history: &History,
        now_us: Micros,
        caches: &ByCache<&Cache>,
        forecast: &dyn Fn(Symbol, CacheId) -> Forecast,
    ) -> Report {
        let ledger = history.ledger();
        let names = history.names();
        let metrics = ledger.metrics();
        let run = Whole::new(ledger, caches);
        Report {
            at_us: now_us,
            reads: Reads::of(&run),
            writes: Writes::of(&run),
            latency_us: LatencyUs {
                read: Percentiles::of(&metrics.read_latency),
                write: Percentiles::of(&metrics.write_latency),
                read_all: Percentiles::of(&metrics.all_read_latency),
                write_all: Percentiles::of(&metrics.all_write_latency),
            },
            failures: failures(metrics, names),
            outages: ledger
                .outages()
                .map(|outage| OutageReport {
                    from_us: outage.from_us,
                    until_us: outage.until_us,
                    failed: outage.failed,
                    total: outage.total,
                    cause: outage.cause().map(|each| tell::event(each, names)),
                    outlived_cause: outage.outlived_cause(),
                })
                .collect(),
            database: DatabaseTotals::of(&run),
            cache: CacheTotals::of(&run),
            queue: QueueTotals::of(&run),
            staleness_us: staleness(ledger, now_us),
            sessions: Sessions::of(&run),
            linearizability: Linearizability::of(&run),
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
    /// The violations, in order of time; the first thousand of each kind.
    pub fn violations(&self) -> Vec<ViolationReport> {
        let names = self.names();
        self.ledger().violations().iter().map(|each| violation(each, names)).collect()
    }
}

fn failures(metrics: &Metrics, names: &Names) -> Vec<FailureReport> {
    let failure = |&(reason, [reads, writes]): &(Option<StoreError>, [u64; 2])| FailureReport {
        reason: reason.map_or("no answer in time".to_owned(), |why| error(why, names)),
        reads,
        writes,
    };
    metrics.failures.iter().map(failure).collect()
}

/// Staleness up to now, including keys that are still stale.
fn staleness(ledger: &Ledger, now_us: Micros) -> Staleness {
    let metrics = ledger.metrics();
    let still_us: Micros = ledger.stale_since().map(|since_us| now_us - since_us).sum();
    Staleness {
        max: ledger.longest_stale(now_us).most,
        read_max: metrics.stalest_read.map_or(0, |read| read.for_us),
        total: metrics.stale_us + still_us,
    }
}

fn divergence(
    ledger: &Ledger,
    names: &Names,
    forecast: &dyn Fn(Symbol, CacheId) -> Forecast,
) -> Vec<Divergence> {
    let accounts = ledger.keys().iter().filter_map(|&key| Some((key, ledger.key(key)?)));
    accounts
        .flat_map(|(key, account)| account.caches.iter().map(move |(id, cache)| (key, id, cache)))
        .filter(|(_, _, cache)| cache.state.differs())
        .map(|(key, id, cache)| {
            let forecast = forecast(key, id);
            Divergence {
                key: names.text(key).to_string(),
                cache_name: cache_name(id, names),
                state: cache.state,
                cache: cache
                    .entry
                    .map_or(PlainValue::None, |entry| entry.value.scalar.plain(names)),
                database: ledger
                    .row_behind(key, id)
                    .map_or(PlainValue::None, |row| row.value.scalar.plain(names)),
                since_us: cache.since_us,
                until_us: forecast.until_us,
                forecast: forecast.words,
                cause: ledger
                    .why_different(key, id)
                    .into_iter()
                    .map(|each| tell::cause(each, names))
                    .collect(),
            }
        })
        .collect()
}

fn cache_name(cache: CacheId, names: &Names) -> Option<String> {
    names.stores().cache_name(cache).map(str::to_owned)
}

fn intervals(ledger: &Ledger, names: &Names) -> Vec<Interval> {
    let of_key = |&key: &Symbol| {
        let account = ledger.key(key)?;
        let told = move |id: CacheId, (span, next): (&StateSpan, Option<&StateSpan>)| Interval {
            key: names.text(key).to_string(),
            cache_name: cache_name(id, names),
            state: span.state,
            from_us: span.from_us,
            until_us: next.map(|next| next.from_us),
            began: tell::event(span.why, names),
            ended: next.map(|next| tell::event(next.why, names)),
        };
        Some(
            account
                .caches
                .iter()
                .flat_map(move |(id, cache)| cache.spans.iter().map(move |span| told(id, span))),
        )
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
        what: tell::violation(violation, names),
        cause: violation.cause.iter().map(|each| tell::cause(*each, names)).collect(),
    }
}

fn series(series: &Series) -> SeriesReport {
    let steps = series.steps().iter().map(|step| SeriesStep {
        reads: step.counts.reads,
        hits: step.counts.hits,
        misses: step.counts.misses,
        stale: step.counts.stale,
        dirty: step.dirty,
        phantom: step.phantom,
        failed: step.counts.failed_reads + step.counts.failed_writes,
        writes: step.counts.writes,
        database_reads: step.counts.database_reads,
        database_writes: step.counts.database_writes,
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
