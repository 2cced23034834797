//! A learner's progress and answers, small enough for a browser's storage or a link.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::ProgressError;

/// The version of [`Progress`] that this build writes.
pub const VERSION: u32 = 1;

/// The longest text accepted, in bytes.
const LONGEST: usize = 64 * 1024;

/// A learner's progress in a lesson. It says nothing about who the learner is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    pub version: u32,
    /// The lesson's id.
    pub lesson: String,
    /// The present step, from 0.
    pub step: u32,
    /// The answers, by the question's id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Given>,
    /// The learner has finished the lesson.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub done: bool,
}

/// A learner's answer to a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The first answer. Later ones do not count, because the learner has seen the right one.
    pub answer: Answer,
    /// Whether it was right.
    pub right: bool,
    /// The number of answers given in all.
    pub tries: u32,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The positions of the choices, from 0, in ascending order.
    Choices(Vec<u16>),
    /// In the question's own unit.
    Number(f64),
}

impl Progress {
    /// Parses the output of [`Progress::to_json`].
    ///
    /// # Errors
    /// If the text is longer than 64 KiB, is of a later version, or has another shape.
    pub fn parse(text: &str) -> Result<Progress, ProgressError> {
        #[derive(Deserialize)]
        struct Said {
            version: u64,
        }
        if text.len() > LONGEST {
            return Err(ProgressError::TooLong { bytes: text.len(), most: LONGEST });
        }
        // A later version may look different: that it is later says more.
        if let Ok(Said { version }) = serde_json::from_str(text)
            && version != u64::from(VERSION)
        {
            return Err(ProgressError::Version { found: version, known: VERSION });
        }
        serde_json::from_str(text).map_err(|error| ProgressError::Malformed(error.to_string()))
    }

    /// The progress as JSON, in one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts can be JSON")
    }

    /// The number of answers that were right at the first try.
    pub fn right(&self) -> usize {
        self.answers.values().filter(|given| given.right).count()
    }
}
