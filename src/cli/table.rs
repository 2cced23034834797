//! Tables for a terminal.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::json;

use crate::compare::courses::{ASPECTS, Aspect, Judged, Saying, Word};
use crate::compare::sweep::{Mean, Points};
use crate::compare::{Cell, ClaimFinding, Difference, Holdings, MEASURES, Row, Unit};
use crate::expect::Finding;
use crate::history::{
    CacheTotals, DatabaseTotals, Linearizability, QueueTotals, Reads, Report, Sessions,
    ViolationReport, Writes,
};
use crate::scenario::Literal;
use crate::time::{Micros, duration, instant};
use crate::view::LogLine;

/// The width of a table, in characters, which fits most terminals; longer texts wrap.
const WIDTH: u16 = 100;

/// The most violations listed.
const MOST_LISTED: usize = 20;

/// A table of texts, wrapped to fit.
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

/// A table of numbers, without lines.
pub(super) fn numbers(columns: &[&str], rows: &[(&str, Vec<String>)]) -> Table {
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

/// A scenario's expectations, checked; empty: it has none.
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

/// Runs side by side: a row for each measure, ▲ at the best and ▼ at the worst.
pub fn comparison(names: &[String], rows: &[&Row], moments: bool) -> String {
    // of many or long names, letters head the columns
    let wide: usize = names.iter().map(|name| name.chars().count() + 3).sum();
    let letters: Vec<String> = (b'A'..).take(names.len()).map(|it| char::from(it).into()).collect();
    let is_wide = wide + 28 > usize::from(WIDTH);
    let heads = if is_wide { &letters } else { names };
    let cells = |row: &&Row| {
        let cells = row.cells.iter().enumerate();
        let cells = cells.map(|(at, cell)| {
            let sign = match () {
                () if row.best.contains(&at) => " ▲",
                () if row.worst.contains(&at) => " ▼",
                () => "  ",
            };
            let mut text = value(cell, row.measure.unit);
            if moments && let Some(moment) = &cell.moment {
                let op = moment.op.iter().map(|op| format!(" {op}")).collect::<String>();
                text = format!("{text} @ {}{op}", instant(moment.at_us));
            }
            text + sign
        });
        (row.measure.heading, cells.collect())
    };
    let heads: Vec<String> = heads.iter().map(|head| format!("{head}  ")).collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let rows: Vec<(&str, Vec<String>)> = rows.iter().map(cells).collect();
    let mut text = String::new();
    if is_wide {
        for (letter, name) in letters.iter().zip(names) {
            text += &format!("{letter}  {name}\n");
        }
        text.push('\n');
    }
    text + &trimmed(&numbers(&heads, &rows).trim_fmt()) + "\n▲ best  ▼ worst\n"
}

/// Removes spaces at the ends of lines.
fn trimmed(text: &str) -> String {
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn value(cell: &Cell, unit: Unit) -> String {
    cell.value.map_or_else(|| "–".to_owned(), |value| unit.words(value))
}

/// The points of a sweep, with means over seeds, and the knee of each measure.
pub fn sweep(points: &Points, names: &[&str], shown: &[usize]) -> String {
    // one that has a single value is not varied
    let axes: Vec<&str> = match points.axes.is_empty() {
        true => names.to_vec(),
        false => points.axes.iter().map(String::as_str).collect(),
    };
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let headings = shown.iter().map(|&at| format!("{}  ", MEASURES[at].heading));
    let axes_heads = if points.axes.is_empty() { Vec::new() } else { axes };
    table.set_header(axes_heads.iter().map(|&name| name.to_owned()).chain(headings));
    let knees: Vec<Option<usize>> = shown.iter().map(|&at| points.knee(at)).collect();
    for (at, point) in points.points.iter().enumerate() {
        let cells = shown.iter().zip(&knees).map(|(&measure, knee)| {
            let sign = if *knee == Some(at) { " ◆" } else { "  " };
            mean(point.means[measure], MEASURES[measure].unit) + sign
        });
        table.add_row(point.set.iter().map(Literal::plain).chain(cells));
    }
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut text = trimmed(&table.trim_fmt());
    if points.points.iter().any(|point| point.runs > 1) {
        text += "\n± 95 % confidence, Student's t: t(n − 1) · s / √n\n";
    }
    if knees.iter().any(Option::is_some) {
        text += "\n◆ the knee: farthest from the line between the first and the last\n";
    }
    text
}

fn mean(mean: Option<Mean>, unit: Unit) -> String {
    mean.map_or("–".to_owned(), |mean| mean.words(unit))
}

/// The table of the courses: words derived from numbers, and where the courses disagree.
pub fn courses(judged: &[Judged], link: impl Fn(&str, Option<Micros>) -> Option<String>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let names = judged.iter().map(|each| each.strategy.as_str());
    table.set_header(std::iter::once("").chain(names));
    for (at, aspect) in ASPECTS.iter().enumerate() {
        let cells = judged.iter().map(|each| {
            let Some(word) = each.words.get(at) else { return "–".to_owned() };
            let said = word.said.iter().map(|(saying, agrees)| {
                format!("\n{} {}: {}", if *agrees { '=' } else { '≠' }, saying.by, saying.word)
            });
            format!("{}\n{}{}", word.word, value(&word.cell, word.unit), said.collect::<String>())
        });
        table.add_row(std::iter::once(aspect.name.to_owned()).chain(cells));
    }
    let mut text =
        "The reference workload, measured; below, what courses A to E say\n\n".to_owned();
    text += &trimmed(&table.trim_fmt());
    text += "\nhow a number becomes a word\n";
    for aspect in &ASPECTS {
        text += &format!("  {}: {}\n", aspect.name, aspect.rule);
    }
    text += "\nwhere a course and the run disagree\n";
    for Judged { strategy, words } in judged {
        for word in words {
            for (saying, _) in word.said.iter().filter(|(_, agrees)| !agrees) {
                let Saying { aspect, by, word: says, .. } = saying;
                let found = value(&word.cell, word.unit);
                text += &format!(
                    "  {strategy}, {aspect}: {by} says {says}; it is {} ({found})\n",
                    word.word
                );
                if let Some(link) = link(strategy, word.cell.moment.as_ref().map(|it| it.at_us)) {
                    text += &format!("    play it: stalemate run '{link}'\n");
                }
            }
        }
    }
    text
}

/// The table of the courses as JSON.
pub fn courses_json(
    judged: &[Judged],
    link: impl Fn(&str, Option<Micros>) -> Option<String>,
) -> serde_json::Value {
    let cell = |strategy: &str, (aspect, word): (&Aspect, &Word)| {
        let said = word.said.iter().map(
            |(saying, agrees)| json!({"by": saying.by, "word": saying.word, "agrees": agrees}),
        );
        json!({
            "aspect": aspect.name,
            "rule": aspect.rule,
            "word": word.word,
            "unit": word.unit,
            "value": word.cell.value,
            "moment": word.cell.moment,
            "said": said.collect::<Vec<_>>(),
            "link": link(strategy, word.cell.moment.as_ref().map(|it| it.at_us)),
        })
    };
    let row = |each: &Judged| {
        let cells = ASPECTS.iter().zip(&each.words).map(|it| cell(&each.strategy, it));
        json!({"strategy": each.strategy, "aspects": cells.collect::<Vec<_>>()})
    };
    json!({"courses": judged.iter().map(row).collect::<Vec<_>>()})
}

/// Claims across runs, checked; empty: there are none.
pub fn claims(findings: &[ClaimFinding]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let held = findings.iter().filter(|finding| finding.holds).count();
    let mut text = format!("\nexpectations: {held} of {} hold\n", findings.len());
    for ClaimFinding { claim, left, right, holds } in findings {
        let sign = if *holds { '✓' } else { '✗' };
        let number = |value: &Option<f64>| value.map_or("nothing".to_owned(), |it| it.to_string());
        text += &format!("  {sign} {claim}: {} and {}\n", number(left), number(right));
    }
    text
}

/// Where two runs diverge, and which keys end differently.
pub fn difference(names: &[String], difference: &Difference) -> String {
    let line = |line: &Option<LogLine>| match line {
        Some(line) => format!("{}  {}", instant(line.at_us), line.text),
        None => "nothing more".to_owned(),
    };
    let [one, other, ..] = names else { return String::new() };
    let Some(parting) = &difference.parting else {
        return format!("\n{one} and {other}: the same events happened in both\n");
    };
    let mut text = format!("\n{one} and {other} part\n");
    if parting.before.is_some() {
        text += &format!("  both: {}\n", line(&parting.before));
    }
    text += &format!("  {one}: {}\n", line(&parting.one));
    text += &format!("  {other}: {}\n", line(&parting.other));
    let keys: Vec<_> = difference.keys.iter().filter(|key| key.differs()).collect();
    if keys.is_empty() {
        return text + "and end with the same contents of both stores\n";
    }
    let words = |held: &Holdings| {
        format!("{}, cache {}, database {}", held.state, held.cache, held.database)
    };
    let rows: Vec<[String; 3]> = keys
        .iter()
        .take(MOST_LISTED)
        .map(|key| [key.label().to_string(), words(&key.one), words(&key.other)])
        .collect();
    let rows = rows.iter().map(|row| row.iter().map(String::as_str).collect());
    text += &trimmed(&texts(&["at the end, key", one, other], rows).trim_fmt());
    more(keys.len(), &mut text);
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
                match &it.cache_name {
                    Some(cache) => format!("{} in {cache}", it.key),
                    None => it.key.clone(),
                },
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
