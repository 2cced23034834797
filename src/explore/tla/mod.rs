//! The same model for TLC: a strategy, its scenario and the properties as a TLA+ module.
//!
//! The program is not modelled, it is compiled: its instructions are walked through from one
//! call to the next ([`walk`]), and what it computes between two calls becomes one TLA+
//! expression. Each call is an action of its own, called after its function, command and line;
//! variables keep their names. What the stores do, and what breaks a property, is written once,
//! in `Stalemate.tla`.
//!
//! It is the model that a search with [`Question::atomic`] and without reduction and symmetry
//! goes through: as many distinct states, and the same verdicts.

mod actions;
mod command;
mod need;
mod place;
mod repeat;
mod scenario;
mod text;
mod walk;

use std::fmt;

use super::model::Model;
use super::question::Question;
use super::script::{ExploreError, Script};
use crate::scenario::Scenario;

/// The files of a model: a name, and what is in it.
#[derive(Clone, Debug)]
pub struct Tla {
    /// The name of the module of the scenario.
    pub module: String,
    pub files: Vec<(String, String)>,
}

/// Why a model can't be written in TLA+.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlaError {
    Scenario(ExploreError),
    /// Something in a program: which line of which strategy, counted from 1.
    Program {
        strategy: usize,
        line: u32,
        what: String,
    },
    /// Something in the scenario, or in the question.
    Unsupported {
        what: String,
    },
}

/// The stores, tasks and verdicts that all models have in common.
const COMMON: &str = include_str!("Stalemate.tla");

/// Writes a scenario and a question as a module for TLC.
///
/// # Errors
/// What of it can't be written.
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
