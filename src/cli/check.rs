//! `stalemate check`: finds errors without running anything.

use std::io::Write;

use clap::Args;

use super::complaint::{self, Complaint};
use super::input::Wanted;
use super::{Failure, input, lesson, write_json};
use crate::strategy::value::Names;
use crate::strategy::{StoreNames, SyntaxError, compile};

/// Check a scenario, or a strategy in a .py file, for errors.
#[derive(Args)]
pub struct Check {
    /// A file, a preset's id, a link, or - for standard input
    #[arg(value_name = "SCENARIO|FILE.py")]
    name: String,
    /// Write one JSON document, errors included
    #[arg(long)]
    pub json: bool,
}

impl Check {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        let (title, notes) =
            if self.name.ends_with(".py") { self.strategy()? } else { self.scenario()? };
        if self.json {
            let mut document = serde_json::json!({ "ok": true, "title": title });
            if !notes.is_empty() {
                document["notes"] = serde_json::json!(notes);
            }
            write_json(out, &document)?;
        } else {
            complaint::warn(&notes);
            writeln!(out, "ok: {}", if title.is_empty() { &self.name } else { &title })?;
        }
        Ok(())
    }

    fn scenario(&self) -> Result<(String, Vec<Complaint>), Failure> {
        let document = input::read(&self.name)?;
        document.simulation()?;
        if document.scenario.lesson.is_some() {
            lesson::rehearsed(&document)?;
        }
        let notes = document.notes(None);
        Ok((document.scenario.title, notes))
    }

    /// A program may use each store that some scenario has; a note says which it needs.
    fn strategy(&self) -> Result<(String, Vec<Complaint>), Failure> {
        let source = input::read_text(&self.name, Wanted::Program)?;
        let complaints = |errors: Vec<SyntaxError>| -> Vec<Complaint> {
            let complaint = |it| Complaint::of_program(&self.name, "", &source, it);
            errors.iter().map(complaint).collect()
        };
        let all = StoreNames::default().with_local(1);
        let program = compile(&source, &mut Names::of(all));
        let program = program.map_err(|errors| Failure::Wrong(complaints(errors)))?;
        let bare = StoreNames::default().without_replica();
        let needs = compile(&source, &mut Names::of(bare)).err().unwrap_or_default();
        let mut notes = complaints(needs);
        for note in &mut notes {
            note.message += ", unless the scenario has one";
        }
        Ok((program.title, notes))
    }
}
