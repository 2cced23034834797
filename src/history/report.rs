//! The totals of a run as one document.

use serde::Serialize;
use serde_json::Value as Json;

use super::metrics::Latencies;
use super::verdict::{Cause, KEPT, Violation, ViolationKind};
use super::words::{duration, label};
use super::{History, KeyState, Metrics};
use crate::identity::OpId;
use crate::store::cache::Cache as Store;
use crate::strategy::value::{Names, Real, Scalar};
use crate::time::Micros;

/// What a run came to. Times are in virtual microseconds.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    pub at_us: Micros,
    pub reads: Reads,
    pub writes: Writes,
    pub latency_us: LatencyUs,
    pub database: Database,
    pub cache: Cache,
    pub queue: Queue,
    pub staleness_us: Staleness,
    /// Keys in which the two stores differ now.
    pub divergence: Vec<Divergence>,
    /// What went wrong, in the order of time; at most the first 1,000 reads
    /// and all lost writes.
    pub violations: Vec<ViolationReport>,
    /// What a strategy did that it cannot do.
    pub errors: Vec<ErrorReport>,
    /// The same only where the same happened.
    pub checksum: String,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
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

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Writes {
    pub total: u64,
    pub acknowledged: u64,
    pub committed: u64,
    pub pending: u64,
    pub lost: u64,
    pub overtaken: u64,
    pub failed: u64,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LatencyUs {
    pub read: Percentiles,
    pub write: Percentiles,
}

/// Of requests that ended well, to three digits; `null` where there are none.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Percentiles {
    pub p50: Option<Micros>,
    pub p95: Option<Micros>,
    pub p99: Option<Micros>,
    pub max: Option<Micros>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Database {
    pub reads: u64,
    pub writes: u64,
    pub max_concurrent_loads_of_one_key: u32,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Cache {
    pub entries: usize,
    /// Entries that were never served: those there now and those that are gone.
    pub never_read: u64,
    pub evictions: u64,
    pub expirations: u64,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Queue {
    pub max_depth: u64,
    pub absorbed: u64,
    pub dead_letters: u64,
}

/// Time during which entries were older than their rows.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Staleness {
    pub max: Micros,
    /// Over all keys.
    pub total: Micros,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Divergence {
    pub key: String,
    pub state: &'static str,
    pub cache: Json,
    pub database: Json,
    /// When an expiry will end it; `null`: nothing that is known will.
    pub until_us: Option<Micros>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ViolationReport {
    pub kind: &'static str,
    pub key: String,
    pub at_us: Micros,
    pub cause: Vec<String>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ErrorReport {
    pub strategy: u16,
    pub line: u32,
    pub message: String,
    pub times: u64,
}

impl Report {
    pub(super) fn new(history: &History, now_us: Micros, cache: &Store) -> Report {
        let ledger = history.ledger();
        let names = history.names();
        let metrics = &ledger.metrics;
        let (fates, lost) = ledger.writes.fates();
        let unread = cache.entries().filter(|(_, entry)| entry.reads == 0).count() as u64;
        let mut staleness = Staleness { max: metrics.longest_stale_us, total: metrics.stale_us };
        let mut divergence = Vec::new();
        for &key in ledger.keys() {
            let Some(account) = ledger.key(key) else { continue };
            if account.state == KeyState::Stale {
                let for_us = now_us - account.since_us;
                staleness.total += for_us;
                staleness.max = staleness.max.max(for_us);
            }
            let state = match account.state {
                KeyState::Cold | KeyState::InSync => continue,
                KeyState::Stale => "stale",
                KeyState::Ahead => "ahead",
                KeyState::Phantom => "phantom",
            };
            divergence.push(Divergence {
                key: names.text(key).to_string(),
                state,
                cache: account.entry.map_or(Json::Null, |entry| json(entry.value.scalar, names)),
                database: account.row.map_or(Json::Null, |row| json(row.value.scalar, names)),
                until_us: account.entry.and_then(|entry| entry.gone_us.or(entry.expires_us)),
            });
        }
        let mut violations: Vec<Violation> = ledger.violations.clone();
        for (origin, write) in lost.into_iter().take(KEPT) {
            let acked_us = write.acked_us().unwrap_or(write.started_us);
            let mut cause = vec![Cause::Began { op: OpId::of(origin), at_us: write.started_us }];
            cause.push(Cause::Acknowledged { write: origin, at_us: acked_us });
            cause.push(Cause::NeverCommitted { write: origin });
            violations.push(Violation {
                kind: ViolationKind::LostWrite,
                key: write.key,
                at_us: acked_us,
                op: OpId::of(origin),
                cause,
            });
        }
        violations.sort_by_key(|violation| violation.at_us);
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
            },
            latency_us: LatencyUs {
                read: percentiles(&metrics.read_latency),
                write: percentiles(&metrics.write_latency),
            },
            database: Database {
                reads: metrics.database_reads,
                writes: metrics.database_writes,
                max_concurrent_loads_of_one_key: metrics.most_loads_of_one_key,
            },
            cache: Cache {
                entries: cache.len(),
                never_read: metrics.never_read + unread,
                evictions: metrics.evictions,
                expirations: metrics.expirations,
            },
            queue: queue(metrics),
            staleness_us: staleness,
            divergence,
            violations: violations.iter().map(|violation| in_words(violation, names)).collect(),
            errors: ledger
                .errors
                .iter()
                .map(|(&(strategy, line, message), &times)| ErrorReport {
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

fn percentiles(latencies: &Latencies) -> Percentiles {
    Percentiles {
        p50: latencies.at_permille(500),
        p95: latencies.at_permille(950),
        p99: latencies.at_permille(990),
        max: latencies.max(),
    }
}

fn queue(metrics: &Metrics) -> Queue {
    Queue {
        max_depth: metrics.queue_most,
        absorbed: metrics.absorbed,
        dead_letters: metrics.dead_letters,
    }
}

fn in_words(violation: &Violation, names: &Names) -> ViolationReport {
    ViolationReport {
        kind: violation.kind.name(),
        key: names.text(violation.key).to_string(),
        at_us: violation.at_us,
        cause: violation.cause.iter().map(|cause| cause_in_words(*cause)).collect(),
    }
}

/// One link of a cause chain in words.
pub fn cause_in_words(cause: Cause) -> String {
    let who =
        |op: OpId| if op == OpId::NOBODY { "a background task".to_owned() } else { op.label() };
    let at = duration;
    match cause {
        Cause::Began { op, at_us } => format!("{} began at {}", who(op), at(at_us)),
        Cause::Acknowledged { write, at_us } => {
            format!("{} was acknowledged at {}", label(write), at(at_us))
        }
        Cause::Committed { write, version, at_us } => {
            format!("{} committed version {version} at {}", label(write), at(at_us))
        }
        Cause::Cached { by, write, at_us } => {
            format!("{} put the value of {} into the cache at {}", who(by), label(write), at(at_us))
        }
        Cause::Returned { op, write, at_us } => {
            format!("{} returned the value of {} at {}", who(op), label(write), at(at_us))
        }
        Cause::NeverCommitted { write } => format!("the database did not hold {}", label(write)),
        Cause::Overtook { by, at_us } => {
            format!("the older {} overwrote it at {}", label(by), at(at_us))
        }
    }
}

fn json(scalar: Scalar, names: &Names) -> Json {
    match scalar {
        Scalar::None => Json::Null,
        Scalar::Bool(value) => value.into(),
        Scalar::Int(value) => value.into(),
        Scalar::Float(Real(value)) => value.into(),
        Scalar::Text(symbol) => (*names.text(symbol)).into(),
    }
}
