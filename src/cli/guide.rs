//! `stalemate guide`: what cache libraries do.

use std::io::Write;

use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::json;

use super::complaint::Complaint;
use super::{Failure, write_json};
use crate::api;
use crate::field_guide::table::{self, Cell, Fault, NO_SUCH_THING};
use crate::field_guide::verdict::Small;
use crate::field_guide::{Column, Row, row, text};
use crate::link::{self, LinkError};

/// List cache libraries, explain what one does, or compare them all.
///
/// Each library is a strategy in the language that does what the library was measured to do.
/// The table is made by running them.
#[derive(Args)]
pub struct Guide {
    /// The library to explain
    id: Option<String>,
    /// Print its strategy
    #[arg(long, requires = "id", conflicts_with = "cell")]
    source: bool,
    /// Print the scenario behind one of its cells
    #[arg(long, requires = "id", value_name = "COLUMN",
        value_parser = PossibleValuesParser::new(Column::ALL.map(Column::name)))]
    cell: Option<String>,
    /// Run all of them, and show what they do side by side
    #[arg(long, conflicts_with = "id")]
    table: bool,
    /// Print the table as Markdown, for the documentation
    #[arg(long, conflicts_with_all = ["id", "table"], hide = true)]
    markdown: bool,
    /// Print the table as an HTML page, each cell with a link
    #[arg(long, conflicts_with_all = ["id", "table", "markdown"], hide = true)]
    html: bool,
    /// Print all strategies as JSON, for the page
    #[arg(long, conflicts_with_all = ["id", "table", "markdown", "html"], hide = true)]
    strategies: bool,
    /// Write one JSON document
    #[arg(long)]
    pub json: bool,
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        let Fault { row, column, what } = fault;
        Failure::from(Complaint::new(row, format!("{}: {what}", column.name())))
    }
}

impl Guide {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        if self.markdown {
            return Ok(out.write_all(text::markdown(&table::all()?).as_bytes())?);
        }
        if self.html {
            let wrong = |error: LinkError| Complaint::new("guide", error.to_string());
            return Ok(out.write_all(text::html(&table::all()?).map_err(wrong)?.as_bytes())?);
        }
        if self.strategies {
            return Ok(out.write_all(text::strategies().as_bytes())?);
        }
        if self.table {
            let lines = table::all()?;
            if self.json {
                let rows = lines.iter().map(|line| cells(line.row, &line.cells));
                write_json(out, &rows.collect::<Vec<_>>())?;
            } else {
                out.write_all(text::plain(&lines).as_bytes())?;
            }
            return Ok(());
        }
        match &self.id {
            Some(id) => {
                let unknown = || {
                    let ids = row::all().iter().map(|row| row.id);
                    Complaint::new(id, api::no_such("library", id, ids, "stalemate guide"))
                };
                self.one(row::find(id).ok_or_else(unknown)?, out)
            }
            None if self.json => {
                let one = |row: &Row| json!({"id": row.id, "title": row.title, "does": row.sentence, "basis": row.basis});
                Ok(write_json(out, &row::all().iter().map(one).collect::<Vec<_>>())?)
            }
            None => {
                for Row { id, title, sentence, .. } in row::all() {
                    writeln!(out, "{id:26}{title}: {sentence}")?;
                }
                Ok(writeln!(out, "\n{}", text::DISCLAIMER)?)
            }
        }
    }

    fn one(&self, row: &'static Row, out: &mut impl Write) -> Result<(), Failure> {
        if self.source {
            return Ok(out.write_all(row.source.as_bytes())?);
        }
        if let Some(column) = self.cell.as_deref().and_then(Column::find) {
            let Some(cell) = table::cell(row, column)? else {
                let why = column.reason(row).unwrap_or_default();
                let message = format!("{} has no answer: {why}", row.title);
                return Err(Complaint::new(column.name(), message).into());
            };
            return Ok(writeln!(out, "{}", cell.scenario.to_json())?);
        }
        let found = table::cells(row)?;
        match self.json {
            true => write_json(out, &cells(row, &found))?,
            false => out.write_all(text::explain(row, &found).as_bytes())?,
        }
        Ok(())
    }
}

/// A row as JSON: each cell with a link to its run.
fn cells(row: &'static Row, cells: &[Option<Cell>]) -> serde_json::Value {
    let orders = Small::of(row).map(|small| {
        let answer = small.verdict();
        let answer = json!({
            "verdict": answer.as_ref().map(|it| it.verdict.name()),
            "says": small.sentence(),
        });
        (small.heading().to_owned(), answer)
    });
    let one = |(column, cell): (Column, &Option<Cell>)| {
        let value = match cell {
            None => json!({"text": NO_SUCH_THING, "why": column.reason(row)}),
            Some(cell) => {
                let link = link::encode(&cell.scenario, None).ok();
                json!({"text": cell.text, "link": link.map(|link| link.text().to_owned())})
            }
        };
        (column.name().to_owned(), value)
    };
    let columns = row.columns().iter().copied();
    let cells: serde_json::Map<_, _> = columns.zip(cells).map(one).collect();
    json!({
        "id": row.id, "title": row.title, "does": row.sentence, "basis": row.basis,
        "surprise": row.surprise, "instead": row.instead, "cells": cells,
        "orders": orders.collect::<serde_json::Map<_, _>>(),
    })
}
