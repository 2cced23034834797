//! `stalemate strategies` and `stalemate presets`: lists of what is built in.

use std::io::Write;

use clap::Args;
use serde_json::{Value as Json, json};

use super::complaint::Complaint;
use super::{Failure, write_json};
use crate::api::{self, StrategyInfo};
use crate::compare::measured::MeasuredRow;
use crate::explore::ClaimAnswer;
use crate::field_guide::{Row, row, text};
use crate::scenario::preset;
use crate::strategy::builtin::{self, Builtin};

/// List the built-in strategies and those of the field guide, or print one.
#[derive(Args)]
pub struct Strategies {
    /// Print this one's source
    id: Option<String>,
    /// Write one JSON document
    #[arg(long)]
    pub json: bool,
}

/// List the built-in scenarios, or print one.
#[derive(Args)]
pub struct Presets {
    /// Print this one's document
    id: Option<String>,
    /// Write one JSON document
    #[arg(long)]
    pub json: bool,
}

impl Strategies {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        match &self.id {
            Some(id) => {
                let libraries = row::all().iter().map(|row| row.id);
                let ids = builtin::all().iter().map(|each| each.id).chain(libraries);
                match (builtin::find(id), row::find(id), self.json) {
                    (Some(one), _, true) => write_json(out, &StrategyInfo::of(one))?,
                    (Some(one), _, false) => out.write_all(one.source.as_bytes())?,
                    (None, Some(row), true) => write_json(out, &library(row))?,
                    (None, Some(row), false) => out.write_all(row.source.as_bytes())?,
                    (None, None, _) => return Err(unknown("strategy", id, ids).into()),
                }
            }
            None if self.json => {
                let built_in = api::strategies().map(|one| json!(one));
                let all: Vec<Json> = built_in.chain(row::all().iter().map(library)).collect();
                write_json(out, &all)?;
            }
            None => {
                for Builtin { id, title, sentence, .. } in builtin::all() {
                    let known = MeasuredRow::of(id).map_or(String::new(), |row| row.sentence());
                    writeln!(out, "{id:32}{title}: {sentence} {known}")?;
                }
                writeln!(
                    out,
                    "\nHow libraries and queues do it (stalemate guide ID says more):\n"
                )?;
                for Row { id, title, sentence, .. } in row::all() {
                    writeln!(out, "{id:32}{title}: {sentence}")?;
                }
                writeln!(out, "\n{}", text::DISCLAIMER)?;
            }
        }
        Ok(())
    }
}

/// A strategy of the field guide, as those that are built in are written.
fn library(row: &Row) -> Json {
    json!({
        "id": row.id,
        "title": row.title,
        "sentence": row.sentence,
        "source": row.program(),
        "library": true,
    })
}

impl Presets {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        match &self.id {
            // The document is JSON either way.
            Some(id) => {
                let ids = preset::all().map(|each| each.id);
                let one = preset::find(id).ok_or_else(|| unknown("preset", id, ids))?;
                out.write_all(one.json.as_bytes())?;
            }
            None if self.json => {
                write_json(out, &api::presets().collect::<Vec<_>>())?;
            }
            None => {
                for preset in preset::all() {
                    let title = preset.scenario().title;
                    match ClaimAnswer::of(preset.id) {
                        Some(claim) => {
                            writeln!(out, "{:32}{title} · {}", preset.id, claim.sentence())?
                        }
                        None => writeln!(out, "{:32}{title}", preset.id)?,
                    }
                }
            }
        }
        Ok(())
    }
}

fn unknown(kind: &str, id: &str, known: impl Iterator<Item = &'static str>) -> Complaint {
    let plural = if kind == "strategy" { "strategies" } else { "presets" };
    Complaint::new(id, api::no_such(kind, id, known, &format!("stalemate {plural}")))
}
