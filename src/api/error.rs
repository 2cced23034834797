//! Errors: a code for programs, a message for people.

use std::fmt;

use crate::named::named;
use crate::scenario::{Problem, ScenarioError};

named! {
    /// The kind of error.
    pub enum ErrorCode {
        /// An argument of a method is not allowed.
        Argument = "argument",
        /// The document is not a scenario, or the scenario cannot run.
        Scenario = "scenario",
        /// There is no such preset.
        Preset = "preset",
        /// A link does not open, or a scenario is too large for a link.
        Link = "link",
        /// The value is not an action, or the action cannot be done now.
        Action = "action",
        /// The run cannot continue.
        Stopped = "stopped",
        /// The run was freed.
        // thrown by `stalemate.js`
        Freed = "freed",
        /// The engine has failed, most likely because it ran out of memory. Load the module again.
        // thrown by `stalemate.js`
        Broken = "broken",
    }
}

/// An error of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: ErrorCode,
    /// The error for people.
    pub message: String,
    /// Each problem of a document that is wrong; empty for other errors.
    pub problems: Vec<Problem>,
}

impl Error {
    /// An error with a code and a message.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Error {
        Error { code, message: message.into(), problems: Vec::new() }
    }

    /// An argument that is not allowed, with what is allowed.
    pub fn argument(name: &str, given: &str, allowed: &str) -> Error {
        Error::new(ErrorCode::Argument, format!("{name}: is {given}; allowed: {allowed}"))
    }

    /// A document with problems, one per line.
    pub fn of(code: ErrorCode, problems: Vec<Problem>) -> Error {
        let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
        Error { code, message: lines.join("\n"), problems }
    }
}

/// A text that is not a scenario.
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
