//! Tables for a terminal.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use crate::expect::Finding;
use crate::history::{
    CacheTotals, DatabaseTotals, Linearizability, QueueTotals, Reads, Report, Sessions,
    ViolationReport, Writes,
};
use crate::time::{Micros, duration};

/// Wide enough for most terminals; longer texts go on in the next line.
const WIDTH: u16 = 100;

/// How many violations are listed.
const MOST_LISTED: usize = 20;

/// Texts in columns, broken to fit.
fn texts<'a>(head: &[&str], rows: impl Iterator<Item = Vec<&'a str>>) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH)
        .set_header(head.to_vec());
    for row in rows {
        table.add_row(row);
    }
    table
}

/// Numbers in columns, without lines.
fn numbers(columns: &[&str], rows: &[(&str, Vec<String>)]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(std::iter::once(&"").chain(columns));
    for (name, each) in rows {
        table.add_row(std::iter::once(*name).chain(each.iter().map(String::as_str)));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// A run's result.
pub fn report(report: &Report) -> String {
    let Report { reads, writes, latency_us, database, cache, queue, staleness_us, .. } = report;
    let time = |us: Option<Micros>| us.map_or_else(|| "–".to_owned(), duration);
    let latency = |it: &[Option<Micros>]| it.iter().copied().map(time).collect::<Vec<_>>();
    let stale = [staleness_us.max, staleness_us.total].map(duration);
    let (read, write) = (&latency_us.read, &latency_us.write);
    let mut tables = vec![
        numbers(Reads::COLUMNS, &[("reads", reads.cells())]),
        numbers(Writes::COLUMNS, &[("writes", writes.cells())]),
        numbers(
            &["p50", "p95", "p99", "max"],
            &[
                ("read latency", latency(&[read.p50, read.p95, read.p99, read.max])),
                ("write latency", latency(&[write.p50, write.p95, write.p99, write.max])),
            ],
        ),
        numbers(DatabaseTotals::COLUMNS, &[("database", database.cells())]),
        numbers(
            &[CacheTotals::COLUMNS, &["longest stale", "all stale"]].concat(),
            &[("cache", [cache.cells(), stale.to_vec()].concat())],
        ),
    ];
    if queue.max_depth > 0 {
        let lag = latency(&[queue.flush_lag_us.p50, queue.flush_lag_us.max]);
        tables.push(numbers(
            &[QueueTotals::COLUMNS, &["flush lag p50", "max"]].concat(),
            &[("queue", [queue.cells(), lag].concat())],
        ));
    }
    let (sessions, keys) = (&report.sessions, &report.linearizability);
    if sessions.read_your_writes + sessions.monotonic_reads + keys.violated > 0 {
        tables.push(numbers(
            &[Sessions::COLUMNS, Linearizability::COLUMNS].concat(),
            &[("broken promises", [sessions.cells(), keys.cells()].concat())],
        ));
    }
    let mut text = tables.iter().map(|table| table.trim_fmt() + "\n\n").collect::<String>();
    divergence(report, &mut text);
    violations(report, &mut text);
    for error in &report.errors {
        text += &format!(
            "\nthe strategy failed {} times, in line {}: {}\n",
            error.times, error.line, error.message
        );
    }
    text += &format!("\nchecksum {}\n", report.checksum);
    text
}

/// A scenario's expectations, checked; empty: there are none.
pub fn expectations(findings: &[Finding], skipped: usize) -> String {
    if skipped > 0 {
        return format!(
            "\nexpectations: {skipped} skipped, which are of the preset as published\n"
        );
    }
    if findings.is_empty() {
        return String::new();
    }
    let held = findings.iter().filter(|finding| finding.holds).count();
    let mut text = format!("\nexpectations: {held} of {} hold\n", findings.len());
    for finding in findings {
        let sign = if finding.holds { '✓' } else { '✗' };
        text += &format!("  {sign} {}\n", finding.words);
        if !finding.note.is_empty() {
            text += &format!("    {}\n", finding.note);
        }
    }
    text
}

fn divergence(report: &Report, text: &mut String) {
    if report.divergence.is_empty() {
        *text += "at the end both stores agree on every key that the cache holds\n";
        return;
    }
    let rows: Vec<[String; 6]> = report
        .divergence
        .iter()
        .take(MOST_LISTED)
        .map(|it| {
            [
                it.key.clone(),
                it.state.name().to_owned(),
                serde_json::json!(it.cache).to_string(),
                serde_json::json!(it.database).to_string(),
                duration(it.since_us),
                it.forecast.clone(),
            ]
        })
        .collect();
    let rows = rows.iter().map(|row| row.iter().map(String::as_str).collect());
    let head = ["at the end, key", "state", "cache", "database", "since", "forecast"];
    *text += &format!("{}\n", texts(&head, rows).trim_fmt());
    more(report.divergence.len(), text);
}

fn violations(report: &Report, text: &mut String) {
    if report.violations.is_empty() {
        return;
    }
    *text += "\nwhat went wrong, the worst first\n";
    let mut worst: Vec<&ViolationReport> = report.violations.iter().collect();
    worst.sort_by_key(|violation| (violation.kind, violation.at_us));
    for violation in worst.into_iter().take(MOST_LISTED) {
        let at = duration(violation.at_us);
        let (kind, key, what) = (violation.kind.name(), &violation.key, &violation.what);
        *text += &format!("  {at}  {kind}  {key}: {what}\n");
        for cause in &violation.cause {
            *text += &format!("    {cause}\n");
        }
    }
    more(report.violations.len(), text);
}

fn more(all: usize, text: &mut String) {
    if all > MOST_LISTED {
        *text += &format!("  … and {} more; --json has them\n", all - MOST_LISTED);
    }
}
