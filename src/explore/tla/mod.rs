//! The model for TLC: a strategy, its scenario and the properties as a TLA+ module.
//!
//! The program is compiled, not modelled by hand: its instructions are followed from one call to
//! the next ([`walk`]), and the computation between two calls becomes one TLA+ expression. Each
//! call is an action of its own, named after its function, command and line; variables keep their
//! names. The stores, and the conditions that break a property, are defined once, in
//! `Stalemate.tla`.
//!
//! It is the model of a search with [`Question::atomic`] and without reduction and symmetry: it has
//! the same number of distinct states, and the same verdicts.

mod actions;
mod command;
mod mortal;
mod need;
mod place;
mod refused;
mod repeat;
mod scenario;
mod text;
mod walk;

use std::fmt;

use super::model::Model;
use super::question::Question;
use super::script::{ExploreError, Script};
use crate::scenario::Scenario;

/// The files of a model: their names and contents.
#[derive(Clone, Debug)]
pub struct Tla {
    /// The name of the module of the scenario.
    pub module: String,
    pub files: Vec<(String, String)>,
}

/// Why a model cannot be written in TLA+.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlaError {
    Scenario(ExploreError),
    /// Something in a program, with the strategy and the line, from 1.
    Program {
        strategy: usize,
        line: u32,
        what: String,
    },
    /// Something in the scenario or the question.
    Unsupported {
        what: String,
    },
}

/// The stores, tasks and verdicts that all models have in common.
const COMMON: &str = include_str!("Stalemate.tla");

/// Writes a scenario and a question as a module for TLC.
///
/// # Errors
/// What cannot be written.
pub fn tla(scenario: &Scenario, question: Question, name: &str) -> Result<Tla, TlaError> {
    let question = Question { atomic: true, reduction: false, symmetry: false, ..question };
    let script = Script::new(scenario, &question).map_err(TlaError::Scenario)?;
    let model = Model::new(script, question);
    let module = text::module_name(name);
    let text = scenario::write(&model, &module)?;
    let files = vec![
        (format!("{module}.tla"), text),
        (format!("{module}.cfg"), scenario::config(&model, false)),
        (format!("{module}Length.cfg"), scenario::config(&model, true)),
        ("Stalemate.tla".to_owned(), COMMON.to_owned()),
    ];
    Ok(Tla { module, files })
}

impl TlaError {
    pub(super) fn of(what: impl Into<String>) -> TlaError {
        TlaError::Unsupported { what: what.into() }
    }
}

impl fmt::Display for TlaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlaError::Scenario(error) => error.fmt(f),
            TlaError::Program { strategy, line, what } => {
                write!(f, "strategy {strategy}, line {line}: {what} can't be written in TLA+ yet")
            }
            TlaError::Unsupported { what } => write!(f, "{what} can't be written in TLA+ yet"),
        }
    }
}
