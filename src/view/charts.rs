//! The metrics over time, as the page draws them.

use super::View;
use crate::history::{Bucket, Latencies};
use crate::time::{Micros, SECOND_US};

/// Metrics over time, in equal steps from instant 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Charts {
    /// The length of a step. It doubles as the run grows, so that there are never
    /// more than 128 steps.
    pub step_us: Micros,
    pub charts: Vec<Chart>,
}

/// One small chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// A stable key: "hit-ratio".
    pub id: &'static str,
    /// "Hit ratio"
    pub title: &'static str,
    pub unit: Quantity,
    pub lines: Vec<Line>,
}

/// One line of a chart: a value for each step, `None` if there was nothing to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The name: "p99".
    pub name: &'static str,
    pub values: Vec<Option<u64>>,
    /// The value for the whole run, if that makes sense.
    pub overall: Option<u64>,
}

/// The unit of a chart's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quantity {
    /// Thousandths of one.
    Permille,
    /// Microseconds.
    Micros,
    /// Thousandths of one per second.
    MilliPerSecond,
    Count,
}

impl View<'_> {
    /// Every chart, including those without data.
    pub fn charts(self) -> Charts {
        let ledger = self.history.ledger();
        let (series, metrics) = (ledger.series(), ledger.metrics());
        let steps = series.steps();
        let step_us = series.step_us();
        let fates = ledger.writes().fates();
        let line = |name: &'static str, value: &dyn Fn(&Bucket) -> Option<u64>, overall| Line {
            name,
            values: steps.iter().map(value).collect(),
            overall,
        };
        let rate = |count: u64, us: Micros| count * 1_000 * SECOND_US / us.max(1);
        let last = self.now_us / step_us;
        // the last step is not over yet
        let length_us = |at: usize| match at as Micros == last {
            true => (self.now_us % step_us).max(1),
            false => step_us,
        };
        let rates = |name: &'static str, count: &dyn Fn(&Bucket) -> u64, total: u64| Line {
            name,
            values: (0..)
                .zip(steps)
                .map(|(at, step)| Some(rate(count(step), length_us(at))))
                .collect(),
            overall: Some(rate(total, self.now_us)),
        };
        let ratio = |part: u64, whole: u64| (whole > 0).then(|| part * 1_000 / whole);
        let (hits, looks) = (metrics.counts.hits, metrics.counts.hits + metrics.counts.misses);
        let chart = |id, title, unit, lines| Chart { id, title, unit, lines };
        let held = |value: u64| Some(value);
        let charts = vec![
            chart(
                "hit-ratio",
                "Hit ratio",
                Quantity::Permille,
                vec![line(
                    "hits",
                    &|step| ratio(step.counts.hits, step.counts.hits + step.counts.misses),
                    ratio(hits, looks),
                )],
            ),
            chart(
                "read-latency",
                "Read latency",
                Quantity::Micros,
                quantiles(
                    steps,
                    &|step, permille| step.read_latency.at_permille(permille),
                    &metrics.read_latency,
                ),
            ),
            chart(
                "write-latency",
                "Write latency",
                Quantity::Micros,
                quantiles(
                    steps,
                    &|step, permille| step.write_latency.at_permille(permille),
                    &metrics.write_latency,
                ),
            ),
            chart(
                "database-load",
                "Database load",
                Quantity::MilliPerSecond,
                vec![
                    rates(
                        "reads",
                        &|step| step.counts.database_reads,
                        metrics.counts.database_reads,
                    ),
                    rates(
                        "writes",
                        &|step| step.counts.database_writes,
                        metrics.counts.database_writes,
                    ),
                ],
            ),
            chart(
                "loads-of-one-key",
                "Simultaneous loads of one key",
                Quantity::Count,
                vec![line(
                    "loads",
                    &|step| held(step.most_loads.into()),
                    held(metrics.loads_of_one_key.most),
                )],
            ),
            chart(
                "queue-depth",
                "Queue depth",
                Quantity::Count,
                vec![line("items", &|step| held(step.queue_depth), held(metrics.queue_most))],
            ),
            chart(
                "flush-lag",
                "Flush lag",
                Quantity::Micros,
                vec![line("longest", &|step| step.flush_lag_us, metrics.flush_lag.max())],
            ),
            chart(
                "bad-reads",
                "Bad reads",
                Quantity::Count,
                vec![
                    line("stale", &|step| held(step.counts.stale), held(metrics.counts.stale)),
                    line("dirty", &|step| held(step.dirty), held(fates.dirty_reads)),
                    line("phantom", &|step| held(step.phantom), held(fates.phantom_reads)),
                ],
            ),
            chart(
                "lost-writes",
                "Lost writes",
                Quantity::Count,
                vec![line("lost", &|step| held(step.lost), held(fates.lost))],
            ),
            chart(
                "memory",
                "Entries in the cache",
                Quantity::Count,
                vec![
                    line("entries", &|step| held(step.entries), None),
                    line("never read", &|step| held(step.unread), None),
                ],
            ),
        ];
        Charts { step_us, charts }
    }
}

fn quantiles(
    steps: &[Bucket],
    of: &dyn Fn(&Bucket, u32) -> Option<Micros>,
    all: &Latencies,
) -> Vec<Line> {
    [("p50", 500), ("p95", 950), ("p99", 990)]
        .into_iter()
        .map(|(name, permille)| Line {
            name,
            values: steps.iter().map(|step| of(step, permille)).collect(),
            overall: all.at_permille(permille),
        })
        .collect()
}
