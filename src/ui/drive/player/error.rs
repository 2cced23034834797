//! The errors of commands.

use std::fmt;

use crate::lesson::{ProgressError, StepError};
use crate::scenario::Problem;
use crate::simulate::ActError;
use crate::simulate::timeline::Stop;

/// Why a command was not carried out, worded for the person who gave it.
#[derive(Clone, Debug, PartialEq)]
pub enum CommandError {
    /// The page is read-only.
    ReadOnly,
    /// There is no preset of this id.
    NoPreset(String),
    /// The scenario has no strategy at this position.
    NoStrategy,
    DoesNotRun(Vec<Problem>),
    /// A strategy's parameter cannot have this value.
    Parameter {
        name: String,
        problems: Vec<Problem>,
    },
    /// Why a link does not open.
    Link(String),
    /// What reads scenarios is not loaded.
    NotLoaded,
    /// The engine cannot do this action now.
    Action(ActError),
    NothingLeft,
    AtStart,
    NoneBefore(Stop),
    NothingToUndo,
    NothingToRedo,
    NoLesson,
    /// Earlier steps of the lesson are being replayed.
    LessonArrives,
    /// The lesson's step is playing.
    StepPlays,
    AnswerFirst,
    NothingToSkip,
    Step(StepError),
    Progress(ProgressError),
    /// The file of this name could not be made or saved.
    File {
        name: String,
        why: String,
    },
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            CommandError::ReadOnly => {
                "This playground is read-only: you can play it and look around."
            }
            CommandError::NoPreset(id) => return write!(f, "There is no preset “{id}”."),
            CommandError::NoStrategy => "That strategy is not part of this run.",
            CommandError::DoesNotRun(problems) => {
                return write!(f, "This scenario does not run. {}", list(problems, " · "));
            }
            CommandError::Parameter { name, problems } => {
                let said: Vec<&str> = problems.iter().map(|it| it.message.as_str()).collect();
                return write!(f, "{name} {}.", said.join("; "));
            }
            CommandError::Link(why) => why,
            CommandError::NotLoaded => {
                "The scenario could not be loaded. Try again when you are online; if that does not \
                 help, reload the page."
            }
            CommandError::Action(why) => return why.fmt(f),
            CommandError::NothingLeft => "There is nothing left to happen. Send a read.",
            CommandError::AtStart => "This is the start.",
            CommandError::NoneBefore(Stop::Request) => "No earlier request.",
            CommandError::NoneBefore(Stop::Violation) => "No earlier problem.",
            CommandError::NothingToUndo => "There is nothing to undo.",
            CommandError::NothingToRedo => "There is nothing to redo.",
            CommandError::NoLesson => "There is no lesson here.",
            CommandError::LessonArrives => "The lesson is still playing the steps before this one.",
            CommandError::StepPlays => "The step is still playing. Go on to its end first.",
            CommandError::AnswerFirst => "Commit to an answer first.",
            CommandError::NothingToSkip => "There is nothing to skip.",
            CommandError::Step(why) => return write!(f, "This cannot be done: {why}."),
            CommandError::Progress(why) => {
                return write!(f, "Your progress in this lesson could not be restored: {why}.");
            }
            CommandError::File { name, why } => {
                return write!(f, "{name} could not be saved: {why}.");
            }
        };
        f.write_str(text)
    }
}

impl std::error::Error for CommandError {}

/// Problems of a scenario, one after another.
pub fn list(problems: &[Problem], separator: &str) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join(separator)
}
