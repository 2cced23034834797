//! The guide in words: for a terminal, for the documentation, for the page.

use std::fmt::Write;

use serde_json::{Value, json};

use super::table::{Cell, Line, NO_SUCH_THING};
use super::{Column, Row};

/// Whose work the libraries are.
pub const DISCLAIMER: &str = "The libraries are their authors' work. None of them endorses this guide, or has to do with it.";

fn said(cell: &Option<Cell>) -> &str {
    cell.as_ref().map_or(NO_SUCH_THING, |cell| &cell.text)
}

/// What a library does, question by question.
pub fn explain(row: &Row, cells: &[Option<Cell>]) -> String {
    let mut out = format!("{}: {}\n{}\n\n", row.title, row.sentence, row.basis);
    let widest = Column::ALL.map(|column| column.heading().len()).into_iter().max().unwrap_or(0);
    for (column, cell) in Column::ALL.into_iter().zip(cells) {
        let _ = writeln!(out, "  {:widest$}  {}", column.heading(), said(cell));
    }
    for (label, text) in [("Surprise", &row.surprise), ("Instead", &row.instead)] {
        if let Some(text) = text {
            let _ = writeln!(out, "\n{label}: {text}");
        }
    }
    let id = row.id;
    let _ = writeln!(
        out,
        "\nThe run behind a line:  stalemate guide {id} --cell delete | stalemate run - --log\n\
         As a strategy:          stalemate guide {id} --source > mine.py"
    );
    out
}

/// The table for a terminal.
pub fn plain(lines: &[Line]) -> String {
    let mut rows = vec![
        std::iter::once("library".to_owned())
            .chain(Column::ALL.map(|column| column.name().to_owned()))
            .collect::<Vec<_>>(),
    ];
    rows.extend(lines.iter().map(|line| {
        let cells = line.cells.iter().map(|cell| said(cell).to_owned());
        std::iter::once(line.row.id.to_owned()).chain(cells).collect()
    }));
    let widths: Vec<usize> = (0..=Column::ALL.len())
        .map(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in &rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let _ = writeln!(out, "{}", cells.join("  ").trim_end());
    }
    for column in Column::ALL {
        let _ = write!(out, "\n{}: {}", column.name(), column.question());
    }
    let _ = writeln!(out, "\n\n{DISCLAIMER}");
    out
}

/// The table for the documentation.
pub fn markdown(lines: &[Line]) -> String {
    let mut out = String::from(
        "# What each does\n\nWritten by `make generated`, from runs. `stalemate guide ID` explains a \
         row; `stalemate guide ID --cell COLUMN | stalemate run - --log` is the run behind a \
         cell. In the page, \"How your library does it\" opens it.\n\n",
    );
    for column in Column::ALL {
        let _ = writeln!(
            out,
            "- **{}** (`{}`): {}",
            column.heading(),
            column.name(),
            column.question()
        );
    }
    let headings = Column::ALL.map(Column::heading).join(" | ");
    let _ = writeln!(out, "\n| library | `stalemate guide` | {headings} |");
    let _ = writeln!(out, "|{}", " --- |".repeat(2 + Column::ALL.len()));
    for Line { row, cells } in lines {
        let cells: Vec<&str> = cells.iter().map(said).collect();
        let _ = writeln!(out, "| {} | `{}` | {} |", row.title, row.id, cells.join(" | "));
    }
    out.push_str("\n# What surprises, and what to do about it\n\n");
    for Line { row, .. } in lines {
        let _ = write!(out, "- **{}** ({}): {}.", row.title, row.basis, row.sentence);
        for (label, text) in [("", &row.surprise), ("Instead: ", &row.instead)] {
            if let Some(text) = text {
                let _ = write!(out, " {label}{text}");
            }
        }
        out.push('\n');
    }
    out
}

/// What the page fetches: the rows with their cells, and each column's scenario without a
/// strategy.
pub fn page(lines: &[Line]) -> Value {
    let rows = lines.iter().map(|Line { row, cells }| {
        json!({
            "id": row.id, "title": row.title, "does": row.sentence, "basis": row.basis,
            "surprise": row.surprise, "instead": row.instead, "source": row.source,
            "cells": cells.iter().map(said).collect::<Vec<_>>(),
        })
    });
    let columns = Column::ALL.map(|column| {
        json!({
            "id": column.name(), "heading": column.heading(), "question": column.question(),
            "parameters": column.parameters(), "scenario": column.frame(),
        })
    });
    json!({ "columns": columns, "rows": rows.collect::<Vec<_>>(), "disclaimer": DISCLAIMER })
}
