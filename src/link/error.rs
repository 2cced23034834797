//! The errors of opening a link.

use std::fmt;

use crate::scenario::{LONGEST_DOCUMENT, Problem, Scenario, ScenarioError};

/// Why a link does not open, and what to do about it.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkError {
    /// The text is not a link.
    NotALink,
    /// The link has a version that this build does not know.
    Newer { version: u32 },
    /// Its codec is unknown.
    UnknownCodec { codec: char },
    /// The end is missing: the number of characters present and, if known, the expected number.
    Truncated { has: usize, of: Option<usize> },
    /// A character was changed; its position, from 1, if known.
    Damaged { at: Option<usize> },
    /// The link has more characters than are accepted.
    TooLong { most: usize },
    /// It unpacks to more bytes than a scenario may have.
    TooLarge,
    /// It is nested deeper than any scenario.
    TooDeep,
    /// It is undamaged, but has no meaning.
    Meaningless,
    /// The document in it is not a scenario.
    NoScenario(ScenarioError),
    /// The scenario in it cannot run.
    Invalid { scenario: Box<Scenario>, problems: Vec<Problem> },
    /// It builds on a preset that this build does not have.
    PresetUnknown { id: String },
    /// It builds on a preset that has changed. `now` is the scenario that results from the present
    /// version, if the differences fit.
    PresetChanged { id: String, now: Option<Box<Scenario>> },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::NotALink => f.write_str(
                "This is not a Stalemate link: one has #v1. in it. Copy the whole address again.",
            ),
            LinkError::Newer { version } => write!(
                f,
                "This link is of version {version}, from a newer Stalemate; this one reads version 1. \
                 Reload the page, or open the link where it was made."
            ),
            LinkError::UnknownCodec { codec } => write!(
                f,
                "This link is packed in a way that this Stalemate does not know ({codec:?}). Reload \
                 the page; if that does not help, the link was changed on its way: copy it again."
            ),
            LinkError::Truncated { has, of } => {
                write!(f, "The end of this link is missing: it has {has} characters")?;
                if let Some(of) = of {
                    write!(f, " of {of}")?;
                }
                f.write_str(". Copy it again, to its very end.")
            }
            LinkError::Damaged { at } => {
                f.write_str("This link was changed on its way")?;
                if let Some(at) = at {
                    write!(f, ": no link has the character at position {at}")?;
                }
                f.write_str(". Copy it again from where it came from.")
            }
            LinkError::TooLong { most } => write!(
                f,
                "This link is too long: at most {most} characters are read. Share the scenario as \
                 a file instead."
            ),
            LinkError::TooLarge => write!(
                f,
                "This link unpacks to more than a scenario may be, {LONGEST_DOCUMENT} bytes. \
                 Nothing was opened."
            ),
            LinkError::TooDeep => f.write_str(
                "This link unpacks to something nested deeper than any scenario. Nothing was opened.",
            ),
            LinkError::Meaningless => f.write_str(
                "This link is intact, but its content has no meaning. It was not made by Stalemate.",
            ),
            LinkError::NoScenario(error) => {
                write!(f, "The content of this link is not a scenario: {error}")
            }
            LinkError::Invalid { problems, .. } => {
                f.write_str("This link holds a scenario that can't run:")?;
                problems.iter().take(TOLD).try_for_each(|problem| write!(f, "\n{problem}"))?;
                match problems.len().checked_sub(TOLD) {
                    Some(more @ 1..) => write!(f, "\n… and {more} more"),
                    _ => Ok(()),
                }
            }
            LinkError::PresetUnknown { id } => write!(
                f,
                "This link builds on the preset {id:?}, which this Stalemate does not have. Open \
                 it where it was made."
            ),
            LinkError::PresetChanged { id, .. } => write!(
                f,
                "This link builds on the preset {id:?}, which has changed since. Open the preset \
                 as it is now, or open the link where it was made."
            ),
        }
    }
}

/// The most problems that a message lists.
const TOLD: usize = 10;

impl std::error::Error for LinkError {}
