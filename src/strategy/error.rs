//! Errors of a program's text, of a parameter's value, and of a running task.

use std::fmt;

use super::syntax::token::Span;
pub use crate::vocabulary::MistakeKind;

/// An error in a program's text, with its position and what to write instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// from 1
    pub line: u32,
    /// from 1, in characters
    pub column: u32,
    /// how many characters to underline, at least 1
    pub length: u32,
    /// what is wrong
    pub message: String,
    /// what to write instead
    pub advice: String,
}

impl SyntaxError {
    pub(super) fn new(
        span: Span,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> SyntaxError {
        SyntaxError {
            line: span.line,
            column: span.column,
            length: span.length.max(1),
            message: message.into(),
            advice: advice.into(),
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {} – {}", self.line, self.column, self.message, self.advice)
    }
}

impl std::error::Error for SyntaxError {}

/// An error in a parameter's value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParameterError {
    /// the parameter
    pub name: String,
    /// what is wrong, and which values are allowed
    pub message: String,
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parameter {}: {}", self.name, self.message)
    }
}

impl std::error::Error for ParameterError {}

/// A strategy's mistake, such as adding a number to a text, a key that is not a text, or too many
/// steps. No `except` catches it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Mistake {
    pub kind: MistakeKind,
    /// what is wrong and what to write instead
    pub message: String,
}

impl Mistake {
    pub fn new(kind: MistakeKind, message: impl Into<String>) -> Mistake {
        Mistake { kind, message: message.into() }
    }

    /// A value of a kind that does not fit.
    pub fn of_type(message: impl Into<String>) -> Mistake {
        Mistake::new(MistakeKind::Type, message)
    }

    /// A value of the right kind that does not fit.
    pub fn of_value(message: impl Into<String>) -> Mistake {
        Mistake::new(MistakeKind::Value, message)
    }

    /// An attribute that a value does not have.
    pub fn of_attribute(message: impl Into<String>) -> Mistake {
        Mistake::new(MistakeKind::Attribute, message)
    }

    /// A bound of the language was exceeded.
    pub fn of_bound(message: impl Into<String>) -> Mistake {
        Mistake::new(MistakeKind::Bound, message)
    }
}

/// A mistake of a running task, with its line.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RuntimeError {
    /// from 1
    pub line: u32,
    pub mistake: Mistake,
}

impl fmt::Display for RuntimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.mistake.message)
    }
}

impl std::error::Error for RuntimeError {}

/// The candidate that a mistyped name most likely means.
pub(super) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let long = name.chars().count() > 3;
    let first = name.chars().next();
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|&(distance, candidate)| {
            distance <= 1 || distance == 2 && long && candidate.chars().next() == first
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The number of insertions, deletions and replacements from one text to the other, ignoring case;
/// long texts are far from everything.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 40 || b.len() > 40 {
        return usize::MAX;
    }
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let here = (diagonal + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = here;
        }
    }
    row[b.len()]
}
