//! `stalemate check`: finds errors without running anything.

use std::io::Write;

use clap::Args;

use super::complaint::Complaint;
use super::{Failure, input, lesson, write_json};
use crate::strategy::compile;
use crate::strategy::value::Names;

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
        let title = if self.name.ends_with(".py") { self.strategy()? } else { self.scenario()? };
        if self.json {
            write_json(out, &serde_json::json!({ "ok": true, "title": title }))?;
        } else {
            writeln!(out, "ok: {}", if title.is_empty() { &self.name } else { &title })?;
        }
        Ok(())
    }

    fn scenario(&self) -> Result<String, Failure> {
        let document = input::read(&self.name)?;
        document.simulation()?;
        if document.scenario.lesson.is_some() {
            lesson::rehearsed(&document)?;
        }
        Ok(document.scenario.title)
    }

    fn strategy(&self) -> Result<String, Failure> {
        let source = input::read_text(&self.name)?;
        match compile(&source, &mut Names::default()) {
            Ok(program) => Ok(program.title),
            Err(errors) => Err(Failure::Wrong(
                errors
                    .iter()
                    .map(|it| Complaint::of_program(&self.name, "", &source, it))
                    .collect(),
            )),
        }
    }
}
