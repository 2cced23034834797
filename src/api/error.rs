//! What is wrong, with a name that a program can compare.

use std::fmt;

use serde::Serialize;

use crate::scenario::{Problem, ScenarioError};

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Code {
    /// A method was called with something that it does not take.
    Argument,
    /// It is no scenario, or one that can't run.
    Scenario,
    /// There is no such preset.
    Preset,
    /// A link does not open, or a scenario is too long for one.
    Link,
    /// It is no action, or one that can't be done now.
    Action,
    /// The run can't go on.
    Stopped,
    /// The run was freed. `stalemate.js` says so.
    Freed,
    /// The engine has broken down, for want of memory. `stalemate.js` says so.
    Broken,
}

impl Code {
    /// Every code.
    pub const ALL: [Code; 8] = [
        Code::Argument,
        Code::Scenario,
        Code::Preset,
        Code::Link,
        Code::Action,
        Code::Stopped,
        Code::Freed,
        Code::Broken,
    ];

    /// Its name for a program.
    pub fn name(self) -> &'static str {
        match self {
            Code::Argument => "argument",
            Code::Scenario => "scenario",
            Code::Preset => "preset",
            Code::Link => "link",
            Code::Action => "action",
            Code::Stopped => "stopped",
            Code::Freed => "freed",
            Code::Broken => "broken",
        }
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: Code,
    /// For people.
    pub message: String,
    /// One by one, where it is a document that is wrong.
    pub problems: Vec<Problem>,
}

impl Error {
    /// What is wrong, in a sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Error {
        Error { code, message: message.into(), problems: Vec::new() }
    }

    /// An argument that is not what it should be.
    pub fn argument(name: &str, given: &str, allowed: &str) -> Error {
        Error::new(Code::Argument, format!("{name}: is {given}; allowed: {allowed}"))
    }

    /// A document with these things wrong, each in a line.
    pub fn of(code: Code, problems: Vec<Problem>) -> Error {
        let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
        Error { code, message: lines.join("\n"), problems }
    }
}

/// A text that is no scenario.
impl From<ScenarioError> for Error {
    fn from(error: ScenarioError) -> Error {
        let message = error.to_string();
        let problem = Problem { path: error.path, message: error.message };
        Error { code: Code::Scenario, message, problems: vec![problem] }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
