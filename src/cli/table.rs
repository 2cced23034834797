//! Tables for people.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use crate::history::{Report, duration};
use crate::time::Micros;

/// Wide enough for most terminals; texts that are longer go on below.
const WIDTH: u16 = 100;

/// How many violations are listed.
const MOST_LISTED: usize = 20;

/// A table whose texts are broken to fit.
pub fn wide<'a>(head: &[&str], rows: impl Iterator<Item = Vec<&'a str>>) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH)
        .set_header(head.to_vec());
    for row in rows {
        table.add_row(row);
    }
    table
}

/// One line of numbers under their names.
fn numbers(name: &str, each: &[(&str, String)]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(std::iter::once(name).chain(each.iter().map(|(name, _)| *name)));
    table.add_row(std::iter::once(String::new()).chain(each.iter().map(|(_, it)| it.clone())));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// What a run came to.
pub fn report(report: &Report) -> String {
    let Report { reads, writes, latency_us, database, cache, queue, staleness_us, .. } = report;
    let n = |value: u64| value.to_string();
    let time = |us: Option<Micros>| us.map_or_else(|| "–".to_owned(), duration);
    let latency = |name, p50, p95, p99, max| {
        numbers(
            name,
            &[("p50", time(p50)), ("p95", time(p95)), ("p99", time(p99)), ("max", time(max))],
        )
    };
    let (read, write) = (&latency_us.read, &latency_us.write);
    let mut tables = vec![
        numbers(
            "reads",
            &[
                ("total", n(reads.total)),
                ("hits", n(reads.hits)),
                ("misses", n(reads.misses)),
                ("stale", n(reads.stale)),
                ("dirty", n(reads.dirty)),
                ("phantom", n(reads.phantom)),
                ("failed", n(reads.failed)),
            ],
        ),
        numbers(
            "writes",
            &[
                ("total", n(writes.total)),
                ("acknowledged", n(writes.acknowledged)),
                ("committed", n(writes.committed)),
                ("pending", n(writes.pending)),
                ("lost", n(writes.lost)),
                ("overtaken", n(writes.overtaken)),
                ("failed", n(writes.failed)),
            ],
        ),
        latency("read latency", read.p50, read.p95, read.p99, read.max),
        latency("write latency", write.p50, write.p95, write.p99, write.max),
        numbers(
            "database",
            &[
                ("reads", n(database.reads)),
                ("writes", n(database.writes)),
                ("most loads of one key", n(database.max_concurrent_loads_of_one_key.into())),
            ],
        ),
        numbers(
            "cache",
            &[
                ("entries", n(cache.entries as u64)),
                ("never read", n(cache.never_read)),
                ("evictions", n(cache.evictions)),
                ("expirations", n(cache.expirations)),
                ("longest stale", duration(staleness_us.max)),
                ("stale in all", duration(staleness_us.total)),
            ],
        ),
    ];
    if queue.max_depth > 0 {
        tables.push(numbers(
            "queue",
            &[
                ("most waiting", n(queue.max_depth)),
                ("absorbed", n(queue.absorbed)),
                ("dead letters", n(queue.dead_letters)),
            ],
        ));
    }
    let mut text = tables.iter().map(|table| format!("{table}\n")).collect::<String>();
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

fn divergence(report: &Report, text: &mut String) {
    if report.divergence.is_empty() {
        *text += "\nat the end both stores agree on every key that the cache holds\n";
        return;
    }
    let rows: Vec<[String; 5]> = report
        .divergence
        .iter()
        .take(MOST_LISTED)
        .map(|it| {
            let until = it.until_us.map_or_else(|| "for good".to_owned(), duration);
            [
                it.key.clone(),
                it.state.to_owned(),
                it.cache.to_string(),
                it.database.to_string(),
                until,
            ]
        })
        .collect();
    let rows = rows.iter().map(|row| row.iter().map(String::as_str).collect());
    let head = ["at the end, key", "state", "cache", "database", "until"];
    *text += &format!("{}\n", wide(&head, rows));
    more(report.divergence.len(), text);
}

fn violations(report: &Report, text: &mut String) {
    if report.violations.is_empty() {
        return;
    }
    *text += "\nwhat went wrong\n";
    for violation in report.violations.iter().take(MOST_LISTED) {
        let at = duration(violation.at_us);
        *text += &format!("  {at}  {}  {}\n", violation.kind, violation.key);
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
