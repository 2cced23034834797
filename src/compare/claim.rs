//! Claims across runs: `write-through.reads.stale <= cache-aside.reads.stale`.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::measure::{MEASURES, Unit};
use crate::decimal;
use crate::expect;
use crate::history::Report;
use crate::scenario::steps;
use crate::simulate::example;

/// A comparison of two sides, each a value of a run, a number, or a quotient of two of these.
///
/// A value is named as in a scenario's `expect`, by its path in the report, or by the name of a
/// [`Measure`](super::Measure). With several runs, the run's name comes first.
#[derive(Clone, Debug)]
pub struct Claim {
    text: String,
    left: Side,
    comparison: Comparison,
    right: Side,
}

/// The result of checking a claim.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ClaimFinding {
    pub claim: String,
    /// `null`: this run has no such value; then the claim does not hold.
    pub left: Option<f64>,
    pub right: Option<f64>,
    pub holds: bool,
}

/// Why a text is not a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimError {
    /// The text does not contain exactly one comparison.
    NoComparison,
    /// A side is not a value, a number, or two of them with `/` between.
    NoSide(String),
    /// The value does not begin with the name of a run.
    NoRun { value: String, runs: Vec<String> },
    /// No report has this value.
    NoValue(String),
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClaimError::NoComparison => f.write_str(
                "compares nothing; allowed: two values with <, <=, =, >= or > between, \
                 and spaces around it",
            ),
            ClaimError::NoSide(side) => write!(
                f,
                "`{side}` is no value; allowed: a path into the report, a number, a share such \
                 as 0.1%, or two with / between"
            ),
            ClaimError::NoRun { value, runs } => write!(
                f,
                "`{value}` names no run; allowed: {}",
                runs.iter().map(|run| format!("`{run}.…`")).collect::<Vec<_>>().join(", ")
            ),
            ClaimError::NoValue(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for ClaimError {}

#[derive(Clone, Copy, Debug)]
enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

const COMPARISONS: [(&str, Comparison); 5] = [
    ("<", Comparison::Less),
    ("<=", Comparison::AtMost),
    ("=", Comparison::Equal),
    (">=", Comparison::AtLeast),
    (">", Comparison::More),
];

/// One side: a term, optionally divided by another.
#[derive(Clone, Debug)]
struct Side {
    of: Term,
    per: Option<Term>,
}

#[derive(Clone, Debug)]
enum Term {
    Number(f64),
    Value { run: usize, path: String },
}

/// What claims are about: a run's report and its measures.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(Json);

impl Claim {
    /// Parses a claim about runs with these names; none: about a single run.
    ///
    /// # Errors
    /// If the text is not a claim, or names a run or a value that cannot exist.
    pub fn parse(text: &str, runs: &[String]) -> Result<Claim, ClaimError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let comparisons = words.iter().enumerate().filter_map(|(at, word)| {
            let found = COMPARISONS.iter().find(|(sign, _)| sign == word)?;
            Some((at, found.1))
        });
        let comparisons: Vec<_> = comparisons.collect();
        let [(at, comparison)] = comparisons[..] else { return Err(ClaimError::NoComparison) };
        let example = Facts::example();
        Ok(Claim {
            text: words.join(" "),
            left: Side::parse(&words[..at], runs, &example)?,
            comparison,
            right: Side::parse(&words[at + 1..], runs, &example)?,
        })
    }

    /// Checks the claim on these runs, in the order of their names.
    pub fn judge(&self, runs: &[Facts]) -> ClaimFinding {
        let (left, right) = (self.left.value(runs), self.right.value(runs));
        let holds = left.zip(right).is_some_and(|(left, right)| match self.comparison {
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::Equal => left == right,
            Comparison::AtLeast => left >= right,
            Comparison::More => left > right,
        });
        ClaimFinding { claim: self.text.clone(), left, right, holds }
    }
}

impl Claim {
    /// The path of the value that the claim is about; empty: a number.
    pub(super) fn subject(&self) -> &str {
        match &self.left.of {
            Term::Value { path, .. } => path,
            Term::Number(_) => "",
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Side {
    fn parse(words: &[&str], runs: &[String], example: &Facts) -> Result<Side, ClaimError> {
        let term = |word: &str| Term::parse(word, runs, example);
        match words {
            [one] => Ok(Side { of: term(one)?, per: None }),
            [number, "%"] => Ok(Side { of: term(&format!("{number}%"))?, per: None }),
            [one, "/", other] => Ok(Side { of: term(one)?, per: Some(term(other)?) }),
            _ => Err(ClaimError::NoSide(words.join(" "))),
        }
    }

    /// The value of this side; `None` also for a division by zero.
    fn value(&self, runs: &[Facts]) -> Option<f64> {
        let value = self.of.value(runs)?;
        match &self.per {
            None => Some(value),
            Some(per) => match per.value(runs)? {
                0.0 => None,
                per => Some(value / per),
            },
        }
    }
}

impl Term {
    fn parse(word: &str, runs: &[String], example: &Facts) -> Result<Term, ClaimError> {
        let percent = word.strip_suffix('%');
        let number = decimal::float(percent.unwrap_or(word)).filter(|it| it.is_finite());
        if let Some(number) = number {
            return Ok(Term::Number(if percent.is_some() { number / 100.0 } else { number }));
        }
        let own = |(_, run): &(usize, &String)| {
            word.strip_prefix(run.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        // of two names that begin alike, the longer one
        let named = runs.iter().enumerate().filter(own).max_by_key(|(_, run)| run.len());
        let (run, path) = match named {
            Some((index, run)) => (index, &word[run.len() + 1..]),
            None if runs.is_empty() => (0, word),
            None => {
                return Err(ClaimError::NoRun { value: word.to_owned(), runs: runs.to_vec() });
            }
        };
        if steps(path).is_none() {
            return Err(ClaimError::NoSide(word.to_owned()));
        }
        match expect::wrong_path(path, &example.0) {
            Some(why) => Err(ClaimError::NoValue(why)),
            None => Ok(Term::Value { run, path: path.to_owned() }),
        }
    }

    fn value(&self, runs: &[Facts]) -> Option<f64> {
        match self {
            Term::Number(number) => Some(*number),
            Term::Value { run, path } => expect::value_at(path, &runs.get(*run)?.0)?.as_f64(),
        }
    }
}

impl Facts {
    /// The facts in a report and the values of [`MEASURES`].
    pub fn new(report: &Report, values: impl Iterator<Item = Option<u64>>) -> Facts {
        // a report is made of what JSON has
        let mut facts = serde_json::to_value(report).unwrap_or_default();
        for (measure, value) in MEASURES.iter().zip(values) {
            if !measure.name.contains('.') {
                facts[measure.name] = match measure.unit {
                    Unit::Ppm => value.map(|value| value as f64 / 1e6).into(),
                    _ => value.into(),
                };
            }
        }
        Facts(facts)
    }

    /// The same without the report's lists, whose length has no small bound.
    pub(super) fn numbers(mut report: Report, values: &[Option<u64>]) -> Facts {
        // not even written
        report.intervals.clear();
        report.violations.clear();
        report.divergence.clear();
        report.series.steps.clear();
        let Facts(mut facts) = Facts::new(&report, values.iter().copied());
        leave_lists_out(&mut facts);
        Facts(facts)
    }

    /// A number of the report, by its path.
    pub fn number(&self, path: &str) -> Option<u64> {
        expect::value_at(path, &self.0)?.as_u64()
    }

    /// An example with every value that can exist.
    fn example() -> Facts {
        Facts::new(&example().report(), MEASURES.iter().map(|_| Some(1)))
    }
}

/// A list that is not there has no length: a claim about it does not hold by mistake.
fn leave_lists_out(facts: &mut Json) {
    if let Json::Object(fields) = facts {
        fields.retain(|_, value| !value.is_array());
        fields.values_mut().for_each(leave_lists_out);
    }
}
