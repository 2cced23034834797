//! Errors of playing a lesson and of restoring progress.

use std::fmt;

use crate::scenario::Problem;

/// Why a step of a lesson cannot be answered, or another step cannot begin.
#[derive(Clone, Debug, PartialEq)]
pub enum StepError {
    NothingAsked,
    AlreadyAnswered,
    Answer(AnswerError),
    StepNotOver,
    FirstStep,
    LastStep,
    /// The run of the step cannot begin.
    Run(Problem),
}

/// Why an answer does not fit its question.
#[derive(Clone, Debug, PartialEq)]
pub enum AnswerError {
    NotANumber,
    NotAChoice,
    /// A choice that the question does not have, or choices out of order.
    Choices {
        chosen: Vec<u16>,
        choices: usize,
    },
    /// The question takes exactly one answer.
    NotOne(usize),
}

/// Why a learner's progress cannot be restored.
#[derive(Clone, Debug, PartialEq)]
pub enum ProgressError {
    TooLong {
        bytes: usize,
        most: usize,
    },
    Version {
        found: u64,
        known: u32,
    },
    /// It is not the JSON of a progress; the parser's message.
    Malformed(String),
    OtherLesson {
        found: String,
        expected: String,
    },
    NoSuchStep {
        step: u32,
        last: usize,
    },
    NoSuchQuestion(String),
    Answer {
        question: String,
        why: AnswerError,
    },
    /// The run of the step cannot begin.
    Run(Problem),
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StepError::NothingAsked => "this step asks nothing",
            StepError::AlreadyAnswered => "this step is answered already",
            StepError::StepNotOver => "this step is not over",
            StepError::FirstStep => "this is the first step",
            StepError::LastStep => "this is the last step",
            StepError::Answer(why) => return why.fmt(f),
            StepError::Run(why) => return why.fmt(f),
        })
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AnswerError::NotANumber => f.write_str("the answer must be a number"),
            AnswerError::NotAChoice => f.write_str("the answer must be a choice"),
            AnswerError::Choices { chosen, choices } => {
                write!(f, "chooses {chosen:?}; allowed: of 0..{}, in order", choices - 1)
            }
            AnswerError::NotOne(chosen) => write!(f, "chooses {chosen}; allowed: one"),
        }
    }
}

impl fmt::Display for ProgressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProgressError::TooLong { bytes, most } => {
                write!(f, "it has {bytes} bytes; allowed: up to {most}")
            }
            ProgressError::Version { found, known } if *found > u64::from(*known) => {
                write!(f, "its version is {found}, of a later Stalemate; this one reads {known}")
            }
            ProgressError::Version { found, known } => {
                write!(f, "its version is {found}; this Stalemate reads {known}")
            }
            ProgressError::Malformed(why) => write!(f, "it is not a learner's progress: {why}"),
            ProgressError::OtherLesson { found, expected } => {
                write!(f, "it is of the lesson {found}; this one is {expected}")
            }
            ProgressError::NoSuchStep { step, last } => {
                write!(f, "its step is {step}; allowed: 0..{last}")
            }
            ProgressError::NoSuchQuestion(id) => {
                write!(f, "it answers a question {id}, which the lesson does not ask")
            }
            ProgressError::Answer { question, why } => write!(f, "answers.{question}: {why}"),
            ProgressError::Run(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for StepError {}
impl std::error::Error for AnswerError {}
impl std::error::Error for ProgressError {}

impl From<AnswerError> for StepError {
    fn from(why: AnswerError) -> StepError {
        StepError::Answer(why)
    }
}
