//! The guide as text: for a terminal, for the documentation, for the page.

use std::fmt::Write;

use super::table::{Cell, Line, NO_SUCH_THING};
use super::verdict::{self, Small};
use super::{Column, Row, row};
use crate::link::{self, LinkError};

/// States whose work the libraries are.
pub const DISCLAIMER: &str = "The libraries are their authors' work. None of them endorses this guide, or has to do with it.";

fn said(cell: &Option<Cell>) -> &str {
    cell.as_ref().map_or(NO_SUCH_THING, |cell| &cell.text)
}

/// What a dash in a column says.
fn dash(column: Column) -> String {
    column.usual_reason().map_or(String::new(), |reason| format!(" ({NO_SUCH_THING}: {reason}.)"))
}

/// Why columns have no answer, where that is for a reason of the row's own.
fn reasons(row: &Row) -> String {
    let told = row.reasons.chunk_by(|(_, one), (_, next)| one == next).map(|same| {
        let columns: Vec<_> =
            same.iter().map(|(column, _)| format!("\"{}\"", column.heading())).collect();
        let reason = same.first().map_or("", |(_, reason)| reason);
        format!(" No answer to {}: {reason}.", columns.join(" and "))
    });
    told.collect()
}

/// What the last columns say.
const EVERY_ORDER: &str = "One read and one write of a row at the same time (of a \
                           queue: two writes, and the first try fails). Does any order of all \
                           messages leave something wrong for good (✗), none (✓), or is it a \
                           matter of the clock, which a search does not have (?)?";

/// A library's answers, question by question.
pub fn explain(row: &'static Row, cells: &[Option<Cell>]) -> String {
    let mut out = format!("{}: {}\n{}\n\n", row.title, row.sentence, row.basis);
    let columns = row.columns();
    let widest = columns.iter().map(|column| column.heading().len()).max().unwrap_or(0);
    for (column, cell) in columns.iter().zip(cells) {
        let why = column.reason(row).map_or(String::new(), |reason| format!("  ({reason})"));
        let _ = writeln!(out, "  {:widest$}  {}{why}", column.heading(), said(cell));
    }
    for small in Small::of(row) {
        let _ = writeln!(out, "  {:widest$}  {}", small.heading(), small.sentence());
    }
    for (label, text) in [("Surprise", &row.surprise), ("Instead", &row.instead)] {
        if let Some(text) = text {
            let _ = writeln!(out, "\n{label}: {text}");
        }
    }
    let id = row.id;
    let _ = writeln!(
        out,
        "\nThe run behind a line:  stalemate guide {id} --cell {} | stalemate run - --log\n\
         As a strategy:          stalemate guide {id} --source > mine.py",
        if row.is_queue() { Column::FailedOne.name() } else { Column::Delete.name() }
    );
    out
}

/// The two tables: what heads their first column, their columns, and whether a row is theirs.
const TABLES: [(&str, &[Column], bool); 2] =
    [("library", &Column::CACHES, false), ("queue", &Column::QUEUES, true)];

/// The tables for a terminal.
pub fn plain(lines: &[Line]) -> String {
    let mut out = String::new();
    for (first, columns, is_queue) in TABLES {
        let lines = lines.iter().filter(|line| line.row.is_queue() == is_queue);
        plain_table(&mut out, first, columns, lines);
    }
    let _ = writeln!(out, "{DISCLAIMER}");
    out
}

fn plain_table<'a>(
    out: &mut String,
    first: &str,
    columns: &[Column],
    lines: impl Iterator<Item = &'a Line>,
) {
    let mut rows = vec![
        std::iter::once(first.to_owned())
            .chain(columns.iter().map(|column| column.name().to_owned()))
            .collect::<Vec<_>>(),
    ];
    rows.extend(lines.map(|line| {
        let cells = line.cells.iter().map(|cell| said(cell).to_owned());
        std::iter::once(line.row.id.to_owned()).chain(cells).collect()
    }));
    let widths: Vec<usize> = (0..=columns.len())
        .map(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0))
        .collect();
    for row in &rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let _ = writeln!(out, "{}", cells.join("  ").trim_end());
    }
    for column in columns {
        let _ = write!(out, "\n{}: {}{}", column.name(), column.question(), dash(*column));
    }
    out.push_str("\n\n");
}

/// The table for the documentation.
pub fn markdown(lines: &[Line]) -> String {
    let mut out = String::from(
        "# What each does\n\nWritten by `make generated`, from runs. `stalemate guide ID` explains a \
         row; `stalemate guide ID --cell COLUMN | stalemate run - --log` is the run behind a \
         cell. The page \"How your library does it\" has a link to each.\n\n",
    );
    for (first, columns, is_queue) in TABLES {
        for column in columns {
            let _ = writeln!(
                out,
                "- **{}** (`{}`): {}{}",
                column.heading(),
                column.name(),
                column.question(),
                dash(*column)
            );
        }
        let of_table: Vec<&Line> =
            lines.iter().filter(|line| line.row.is_queue() == is_queue).collect();
        let mut headings: Vec<_> = columns.iter().map(|column| column.heading()).collect();
        let orders = of_table.first().map(|line| Small::of(line.row));
        headings.extend(orders.into_iter().flatten().map(Small::heading));
        let _ = writeln!(out, "- **every order**: {EVERY_ORDER}");
        let _ = writeln!(out, "\n| {first} | `stalemate guide` | {} |", headings.join(" | "));
        let _ = writeln!(out, "|{}", " --- |".repeat(2 + headings.len()));
        for Line { row, cells } in of_table {
            let mut cells: Vec<String> = cells.iter().map(|cell| said(cell).to_owned()).collect();
            cells.extend(Small::of(row).map(|small| verdict::words(small.verdict().as_ref())));
            let _ = writeln!(out, "| {} | `{}` | {} |", row.title, row.id, cells.join(" | "));
        }
        out.push('\n');
    }
    out.push_str("# What surprises, and what to do about it\n\n");
    for Line { row, .. } in lines {
        let _ = write!(out, "- **{}** ({}): {}.", row.title, row.basis, row.sentence);
        for (label, text) in [("", &row.surprise), ("Instead: ", &row.instead)] {
            if let Some(text) = text {
                let _ = write!(out, " {label}{text}");
            }
        }
        out.push_str(&reasons(row));
        out.push('\n');
    }
    out
}

/// Every strategy as a JSON document, for the page.
pub fn strategies() -> String {
    let one = |row: &Row| {
        let (id, title, does) = (row.id, row.title, row.sentence);
        serde_json::json!({"id": id, "title": title, "does": does, "source": row.program()})
    };
    let all: Vec<_> = row::all().iter().map(one).collect();
    serde_json::Value::from(all).to_string() + "\n"
}

/// The table as a page of its own: each cell is a link to its run.
///
/// # Errors
/// A run does not fit into a link.
pub fn html(lines: &[Line]) -> Result<String, LinkError> {
    let mut out = String::from(HEAD);
    let _ = write!(out, "  <p class=\"quiet\">{DISCLAIMER}</p>\n</header>\n<main>\n");
    for (first, columns, is_queue) in TABLES {
        let lines = lines.iter().filter(|line| line.row.is_queue() == is_queue);
        html_table(&mut out, first, columns, lines)?;
    }
    out.push_str("<h2>What surprises, and what to do about it</h2>\n");
    for Line { row, .. } in lines {
        let (title, does, basis) = (escaped(row.title), escaped(row.sentence), escaped(row.basis));
        let _ = write!(
            out,
            "<h3 id=\"{}\">{title}: {does}</h3>\n<p class=\"quiet\">{basis}</p>\n",
            row.id
        );
        for (label, text) in [("", &row.surprise), ("Instead: ", &row.instead)] {
            if let Some(text) = text {
                let _ = writeln!(out, "<p>{label}{}</p>", escaped(text));
            }
        }
        if !row.reasons.is_empty() {
            let _ = writeln!(out, "<p>{}</p>", escaped(reasons(row).trim_start()));
        }
    }
    out.push_str("</main>\n</body>\n</html>\n");
    Ok(out)
}

/// A table of links to the runs, and what its columns ask.
fn html_table<'a>(
    out: &mut String,
    first: &str,
    columns: &[Column],
    lines: impl Iterator<Item = &'a Line>,
) -> Result<(), LinkError> {
    let _ = write!(
        out,
        "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"What each {first} does\">\n<table>\n<thead><tr><th scope=\"col\">{first}</th>"
    );
    for column in columns {
        let _ = write!(out, "<th scope=\"col\">{}</th>", column.heading());
    }
    let mut lines = lines.peekable();
    for small in lines.peek().into_iter().flat_map(|line| Small::of(line.row)) {
        let _ = write!(out, "<th scope=\"col\">{}</th>", small.heading());
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for Line { row, cells } in lines {
        let _ = write!(
            out,
            "<tr><th scope=\"row\"><a href=\"#{}\">{}</a></th>",
            row.id,
            escaped(row.title)
        );
        for (column, cell) in columns.iter().zip(cells) {
            match cell {
                None => {
                    let why = escaped(column.reason(row).unwrap_or_default());
                    let _ = write!(out, "<td title=\"{why}\">{NO_SUCH_THING}</td>");
                }
                Some(Cell { text, scenario, .. }) => {
                    let link = link::encode(scenario, None)?;
                    // an order of messages is one word
                    let is_order =
                        |letter: char| letter == 'f' || letter == ' ' || letter.is_ascii_digit();
                    let text = match text.chars().all(is_order) {
                        true => text.replace(' ', "&nbsp;"),
                        false => escaped(text),
                    };
                    let _ = write!(out, "<td><a href=\"./#{}\">{text}</a></td>", link.text());
                }
            }
        }
        for small in Small::of(row) {
            let link = link::encode(&small.scenario().map_err(LinkError::NoScenario)?, None)?;
            let text = escaped(&verdict::words(small.verdict().as_ref()));
            let _ = write!(out, "<td><a href=\"./#{}\">{text}</a></td>", link.text());
        }
        out.push_str("</tr>\n");
    }
    let _ =
        write!(out, "</tbody>\n</table>\n</div>\n<h2>What is asked of each {first}</h2>\n<ul>\n");
    for column in columns {
        let _ = writeln!(
            out,
            "<li><strong>{}</strong>: {}{}</li>",
            column.heading(),
            column.question(),
            dash(*column)
        );
    }
    let _ = writeln!(out, "<li><strong>every order</strong>: {EVERY_ORDER}</li>");
    out.push_str("</ul>\n");
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'">
  <meta name="referrer" content="no-referrer">
  <title>How your library does it: a field guide to caches</title>
  <meta name="description" content="What cache libraries do on concurrent misses, on a deletion during a load, on failing loads: each answer is a run that you can play.">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="embedding.css">
</head>
<body class="guide">
<header>
  <h1>How your library does it</h1>
  <p>Each library is a strategy that does what the library was measured to do. Each answer comes from a run of that strategy: choose it to see the run in <a href="./">the playground</a>.</p>
"#;
