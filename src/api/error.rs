//! Errors: a code for the program, words for people.

use std::fmt;

use crate::named::named;
use crate::scenario::{Problem, ScenarioError};

named! {
    /// What kind of thing is wrong.
    pub enum ErrorCode {
        /// A method was called with an argument that it does not take.
        Argument = "argument",
        /// The document is not a scenario, or the scenario cannot run.
        Scenario = "scenario",
        /// There is no such preset.
        Preset = "preset",
        /// A link does not open, or a scenario is too long for one.
        Link = "link",
        /// The value is not an action, or the action cannot be done now.
        Action = "action",
        /// The run cannot go on.
        Stopped = "stopped",
        /// The run was freed.
        // thrown by `stalemate.js`
        Freed = "freed",
        /// The engine has failed, most likely because memory ran out: load the module again.
        // thrown by `stalemate.js`
        Broken = "broken",
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: ErrorCode,
    /// For people.
    pub message: String,
    /// One by one, where it is a document that is wrong.
    pub problems: Vec<Problem>,
}

impl Error {
    /// What is wrong, in a sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Error {
        Error { code, message: message.into(), problems: Vec::new() }
    }

    /// An argument that is not what it should be.
    pub fn argument(name: &str, given: &str, allowed: &str) -> Error {
        Error::new(ErrorCode::Argument, format!("{name}: is {given}; allowed: {allowed}"))
    }

    /// A document with these things wrong, each in a line.
    pub fn of(code: ErrorCode, problems: Vec<Problem>) -> Error {
        let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
        Error { code, message: lines.join("\n"), problems }
    }
}

/// A text that is no scenario.
impl From<ScenarioError> for Error {
    fn from(error: ScenarioError) -> Error {
        let message = error.to_string();
        let problem = Problem { path: error.path, message: error.message };
        Error { code: ErrorCode::Scenario, message, problems: vec![problem] }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
