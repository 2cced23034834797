//! How far a learner has come, and what they answered: small enough to be kept
//! in a browser's storage or in a link.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::ProgressError;

/// The version of [`Progress`] that this build writes.
pub const VERSION: u32 = 1;

/// The longest text that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// How far a learner has come in a lesson. It says nothing about who they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    pub version: u32,
    /// The lesson's id.
    pub lesson: String,
    /// The step they are at, from 0.
    pub step: u32,
    /// What they answered, by the question's id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Given>,
    /// They have been through all of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub done: bool,
}

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The first one: later ones were given by somebody who has seen the answer.
    pub answer: Answer,
    /// Whether it was right.
    pub right: bool,
    /// How many answers were given in all.
    pub tries: u32,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The positions of what is chosen, from 0, in ascending order.
    Choices(Vec<u16>),
    /// In the question's own unit.
    Number(f64),
}

impl Progress {
    /// Reads what [`Progress::to_json`] wrote.
    ///
    /// # Errors
    /// Where the text is longer than 64 KiB, is of a later version, or is not
    /// of this shape.
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

    /// As JSON, in one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts can be JSON")
    }

    /// How many of the answers were right at the first try.
    pub fn right(&self) -> usize {
        self.answers.values().filter(|given| given.right).count()
    }
}
