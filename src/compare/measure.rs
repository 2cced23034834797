//! The measures of a run, in one table.

use serde::Serialize;

use super::moment::Origin;
use crate::history::{Report, ViolationKind};
use crate::time::{Micros, SECOND_US, duration, exactly};

/// One measure of a run.
#[derive(Debug)]
pub struct Measure {
    /// Its path in the report, or a name of its own if the report lacks it.
    pub name: &'static str,
    /// The heading, for people.
    pub heading: &'static str,
    pub unit: Unit,
    pub better: Better,
    pub(super) value: fn(&Source<'_>) -> Option<u64>,
    /// Where in a run the value comes from.
    pub(super) origin: Origin,
}

/// The unit of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Count,
    /// Microseconds.
    Us,
    /// Millionths.
    Ppm,
    PerSecond,
}

/// Which values are better.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    Lower,
    Higher,
}

/// What values are computed from.
pub(super) struct Source<'a> {
    pub report: &'a Report,
    /// The program's text.
    pub text: &'a str,
}

/// A field of the report that can be a measure's value.
trait Number {
    fn number(self) -> Option<u64>;
}

impl Number for u64 {
    fn number(self) -> Option<u64> {
        Some(self)
    }
}

impl Number for u32 {
    fn number(self) -> Option<u64> {
        Some(self.into())
    }
}

impl Number for Option<Micros> {
    fn number(self) -> Option<u64> {
        self
    }
}

/// A row: the report's field gives the name and the value.
macro_rules! measure {
    ($a:ident.$b:ident $(.$c:ident)?, $heading:literal, $unit:ident, $origin:expr) => {
        Measure {
            name: concat!(stringify!($a), ".", stringify!($b) $(, ".", stringify!($c))?),
            heading: $heading,
            unit: Unit::$unit,
            better: Better::Lower,
            value: |it| it.report.$a.$b$(.$c)?.number(),
            origin: $origin,
        }
    };
    ($name:literal, $heading:literal, $unit:ident, $better:ident, $origin:expr, $value:expr) => {
        Measure {
            name: $name,
            heading: $heading,
            unit: Unit::$unit,
            better: Better::$better,
            value: $value,
            origin: $origin,
        }
    };
}

use Origin::{
    End, First, FirstFailed, FirstOutage, LongestStale, MostEntries, MostLoads, Request, Step,
};

const READ: Origin = Request { writes: false, failed_too: false };
const READ_ALL: Origin = Request { writes: false, failed_too: true };
const WRITE: Origin = Request { writes: true, failed_too: false };
const WRITE_ALL: Origin = Request { writes: true, failed_too: true };

/// Every measure, in the order of the table.
pub const MEASURES: &[Measure] = &[
    measure!(latency_us.read.p50, "read latency, p50", Us, READ),
    measure!(latency_us.read.p99, "read latency, p99", Us, READ),
    measure!(latency_us.read_all.p50, "reads, failed ones too, p50", Us, READ_ALL),
    measure!(latency_us.read_all.p99, "reads, failed ones too, p99", Us, READ_ALL),
    measure!(latency_us.write.p50, "write latency, p50", Us, WRITE),
    measure!(latency_us.write.p99, "write latency, p99", Us, WRITE),
    measure!(latency_us.write_all.p50, "writes, failed ones too, p50", Us, WRITE_ALL),
    measure!(latency_us.write_all.p99, "writes, failed ones too, p99", Us, WRITE_ALL),
    measure!("hit_ratio", "hit ratio", Ppm, Higher, End, |it| {
        let reads = &it.report.reads;
        ppm(reads.hits, reads.hits + reads.misses)
    }),
    measure!(reads.stale, "stale reads", Count, First(ViolationKind::StaleRead)),
    measure!(
        "stale_share",
        "stale reads of all",
        Ppm,
        Lower,
        First(ViolationKind::StaleRead),
        |it| { ppm(it.report.reads.stale, it.report.reads.total) }
    ),
    measure!(staleness_us.max, "longest stale", Us, LongestStale),
    measure!(reads.dirty, "dirty reads", Count, First(ViolationKind::DirtyRead)),
    measure!(reads.phantom, "phantom reads", Count, First(ViolationKind::PhantomRead)),
    measure!(writes.lost, "lost writes", Count, First(ViolationKind::LostWrite)),
    measure!(writes.applied_twice, "doubled writes", Count, First(ViolationKind::AppliedTwice)),
    measure!(writes.lost_update, "lost updates", Count, First(ViolationKind::LostUpdate)),
    measure!(writes.overtaken, "overtaken writes", Count, First(ViolationKind::Overtaken)),
    measure!("outages.length", "outages", Count, Lower, FirstOutage, |it| {
        Some(it.report.outages.len() as u64)
    }),
    measure!(reads.failed, "failed reads", Count, FirstFailed { writes: false }),
    measure!(writes.failed, "failed writes", Count, FirstFailed { writes: true }),
    measure!(database.reads, "database reads", Count, End),
    measure!(database.writes, "database writes", Count, End),
    measure!("statements_per_request", "statements of requests", Ppm, Lower, End, |it| {
        let Report { database, reads, writes, .. } = it.report;
        ppm(database.reads + database.writes, reads.total + writes.total)
    }),
    measure!("database_peak", "database, busiest step", PerSecond, Lower, Step(statements), |it| {
        let series = &it.report.series;
        let most = series.steps.iter().map(statements).max()?;
        Some(most * SECOND_US / series.step_us.max(1))
    }),
    measure!(database.max_concurrent_loads_of_one_key, "most loads of one key", Count, MostLoads),
    measure!("memory", "most entries", Count, Lower, MostEntries, |it| {
        Some(it.report.cache.most_entries)
    }),
    measure!(cache.never_read, "entries never read", Count, End),
    measure!("lines_of_code", "lines of code", Count, Lower, Origin::Program, |it| {
        Some(lines_of_code(it.text))
    }),
];

fn statements(step: &crate::history::SeriesStep) -> u64 {
    step.database_reads + step.database_writes
}

fn ppm(part: u64, whole: u64) -> Option<u64> {
    (u128::from(part) * 1_000_000).checked_div(whole.into()).map(|share| share as u64)
}

/// Lines of a program that are neither empty nor comments.
pub fn lines_of_code(program: &str) -> u64 {
    let says = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
    program.lines().filter(says).count() as u64
}

impl Measure {
    /// The position of the measure of this name in [`MEASURES`].
    pub fn position(name: &str) -> Option<usize> {
        MEASURES.iter().position(|measure| measure.name == name)
    }
}

impl Unit {
    /// A value as text: "12.5 ms", "97.12 %".
    pub fn words(self, value: u64) -> String {
        match self {
            Unit::Count => value.to_string(),
            Unit::Us => duration(value),
            Unit::Ppm => format!("{} %", exactly(value / 10, 1_000)),
            Unit::PerSecond => format!("{value}/s"),
        }
    }
}
