//! Why a link does not open.

use std::fmt;

use crate::scenario::{LONGEST_DOCUMENT, Problem, Scenario, ScenarioError};

/// Why a link does not open, and what to do about it.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkError {
    /// It is not a link.
    NotALink,
    /// It is of a version that this build does not know.
    Newer { version: u32 },
    /// Its codec is unknown.
    UnknownCodec { codec: char },
    /// Its end is missing: how many characters it has, and should have, if known.
    Truncated { has: usize, of: Option<usize> },
    /// Something in it was changed; where that is known, at this character, from 1.
    Damaged { at: Option<usize> },
    /// It has more characters than are read.
    TooLong { most: usize },
    /// It unpacks to more than a scenario may have.
    TooLarge,
    /// It is nested deeper than any scenario.
    TooDeep,
    /// It is undamaged, but has no meaning.
    Meaningless,
    /// It holds a document that is no scenario.
    NoScenario(ScenarioError),
    /// It holds a scenario that can't run.
    Invalid { scenario: Box<Scenario>, problems: Vec<Problem> },
    /// It builds on a preset that this build does not have.
    PresetUnknown { id: String },
    /// It builds on a preset that has changed. `now` is the scenario that the link
    /// gives with the present one, if it fits.
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
                "This link is whole, but what it says means nothing. It was not made by Stalemate.",
            ),
            LinkError::NoScenario(error) => {
                write!(f, "This link holds something that is no scenario: {error}")
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

/// How many problems a message lists.
const TOLD: usize = 10;

impl std::error::Error for LinkError {}
