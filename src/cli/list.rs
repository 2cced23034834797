//! `stalemate strategies` and `stalemate presets`: what comes along.

use std::io::Write;

use clap::Args;
use serde_json::{Value as Json, json};

use super::complaint::Complaint;
use super::{Failure, write_json};
use crate::scenario::nearest;
use crate::scenario::preset::{self, Preset};
use crate::strategy::builtin::{self, Builtin};
use crate::strategy::compile;
use crate::strategy::value::{Names, Scalar};

/// List the built-in strategies, or print one.
#[derive(Args)]
pub struct Strategies {
    /// Print this one's source
    id: Option<String>,
    /// One JSON document
    #[arg(long)]
    pub json: bool,
}

/// List the scenarios that come along, or print one.
#[derive(Args)]
pub struct Presets {
    /// Print this one's document
    id: Option<String>,
    /// One JSON document
    #[arg(long)]
    pub json: bool,
}

impl Strategies {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        match &self.id {
            Some(id) => {
                let ids = builtin::all().iter().map(|each| each.id);
                let one = builtin::find(id).ok_or_else(|| unknown("strategy", id, ids))?;
                match self.json {
                    true => write_json(out, &strategy(one))?,
                    false => out.write_all(one.source.as_bytes())?,
                }
            }
            None if self.json => {
                write_json(out, &builtin::all().iter().map(strategy).collect::<Vec<_>>())?;
            }
            None => {
                for Builtin { id, title, sentence, .. } in builtin::all() {
                    writeln!(out, "{id:32}{title}: {sentence}")?;
                }
            }
        }
        Ok(())
    }
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
                write_json(out, &preset::all().map(scenario).collect::<Vec<_>>())?;
            }
            None => {
                for preset in preset::all() {
                    writeln!(out, "{:32}{}", preset.id, preset.scenario().title)?;
                }
            }
        }
        Ok(())
    }
}

fn unknown(kind: &str, id: &str, known: impl Iterator<Item = &'static str>) -> Complaint {
    let plural = if kind == "strategy" { "strategies" } else { "presets" };
    let hint = match nearest(id, known) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("`stalemate {plural}` lists them"),
    };
    Complaint::new(id, format!("there is no such {kind}; {hint}"))
}

fn strategy(builtin: &Builtin) -> Json {
    let names = Names::default();
    let parameters: Vec<Json> = compile(builtin.source, &names)
        .map(|program| program.parameters)
        .unwrap_or_default()
        .iter()
        .map(|parameter| {
            let default = match parameter.default {
                Scalar::None => Json::Null,
                Scalar::Bool(value) => value.into(),
                Scalar::Int(value) => value.into(),
                Scalar::Float(value) => value.0.into(),
                Scalar::Text(text) => (*names.text(text)).into(),
            };
            json!({
                "name": &*parameter.name,
                "default": default,
                "low": parameter.low,
                "high": parameter.high,
                "text": parameter.text,
            })
        })
        .collect();
    json!({
        "id": builtin.id,
        "title": builtin.title,
        "sentence": builtin.sentence,
        "parameters": parameters,
        "source": builtin.source,
    })
}

fn scenario(preset: Preset) -> Json {
    let scenario = preset.scenario();
    let strategies: Vec<&str> =
        scenario.strategies.iter().map(|each| each.strategy.as_str()).collect();
    json!({
        "id": preset.id,
        "title": scenario.title,
        "notes": scenario.notes,
        "strategies": strategies,
    })
}
