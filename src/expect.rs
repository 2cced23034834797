//! Checks a run's report against what its scenario expects.
//!
//! It looks at the report's JSON, which is what the author of a scenario sees, and never at how the
//! report is made.

use std::fmt;

use serde::Serialize;
use serde_json::Value as Json;

use crate::scenario::{Amount, Expectation, PathStep, Problem, nearest, steps};

/// The result of checking one expectation.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Finding {
    pub path: String,
    /// The comparisons, as the scenario has them: `{"at_most": 3}`.
    pub expected: Json,
    /// The value at the path. `null` also where the report has no such value (the third of two
    /// violations): then the expectation does not hold.
    pub found: Json,
    pub holds: bool,
    /// "writes.lost is 3; expected 0"
    pub words: String,
    /// Why it is expected, in the author's words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Compares a report with the expectations.
///
/// # Errors
/// If a path names something that no report has, or something other than a single value. Each
/// problem says what can be named instead.
pub fn judge(expect: &[Expectation], report: &Json) -> Result<Vec<Finding>, Vec<Problem>> {
    let mut findings = Vec::new();
    let mut problems = Vec::new();
    for (index, each) in expect.iter().enumerate() {
        match find(&each.path, report, Sort::Report) {
            Ok(place) => findings.push(finding(each, &place)),
            Err(error) => problems.push(problem(index, error.to_string())),
        }
    }
    if problems.is_empty() { Ok(findings) } else { Err(problems) }
}

/// Checks one expectation whose path is known to be valid. It does not hold if the value is
/// missing.
pub fn finding_of(expected: &Expectation, facts: &Json) -> Finding {
    finding(
        expected,
        &find(&expected.path, facts, Sort::Report)
            .unwrap_or_else(|error| Place::Missing(error.to_string())),
    )
}

/// The value at a path, if there is one.
pub fn value_at(path: &str, facts: &Json) -> Option<Json> {
    match find(path, facts, Sort::Report) {
        Ok(Place::There(value)) => Some(value),
        Ok(Place::Missing(_)) | Err(_) => None,
    }
}

/// Why no report of this shape has such a path; see [`wrong_paths`].
pub fn wrong_path(path: &str, example: &Json) -> Option<String> {
    // What is no path has been complained of.
    steps(path)?;
    find(path, example, Sort::Example).err().map(|error| error.to_string())
}

/// The expectations whose paths cannot exist, judged by an example report that has one of
/// everything. Below an empty list or a `null` of the example, any path is accepted.
pub fn wrong_paths(expect: &[Expectation], example: &Json) -> Vec<Problem> {
    let check =
        |(index, each)| wrong_comparison(each, example).map(|message| problem(index, message));
    expect.iter().enumerate().filter_map(check).collect()
}

/// What is wrong with one expectation; see [`wrong_paths`].
pub fn wrong_comparison(expected: &Expectation, example: &Json) -> Option<String> {
    let path = &expected.path;
    steps(path)?;
    match find(path, example, Sort::Example) {
        Err(error) => Some(error.to_string()),
        Ok(Place::There(value @ (Json::Bool(_) | Json::String(_))))
            if expected.equals.is_none() =>
        {
            Some(format!("`{path}` is {}, not a number; allowed: `equals`", kind(&value)))
        }
        Ok(_) => None,
    }
}

/// The key of an example object that stands for every name not listed.
pub const ANY: &str = "*";

fn problem(index: usize, message: String) -> Problem {
    Problem { path: format!("expect[{index}].path"), message }
}

fn finding(expected: &Expectation, place: &Place) -> Finding {
    let Expectation { path, equals, at_least, at_most, note } = expected;
    let (found, is) = match place {
        Place::There(value) => (value.clone(), format!("{path} is {value}")),
        Place::Missing(why) => (Json::Null, format!("there is no {path}: {why}")),
    };
    let number = found.as_f64();
    let least = at_least.is_none_or(|it| number.is_some_and(|number| number >= it.number()));
    let most = at_most.is_none_or(|it| number.is_some_and(|number| number <= it.number()));
    let same = equals.as_ref().is_none_or(|it| same(&it.json(), &found));
    let comparisons = [
        ("equals", equals.as_ref().map(|it| it.json())),
        ("at_least", at_least.map(Amount::json)),
        ("at_most", at_most.map(Amount::json)),
    ];
    let comparisons = comparisons.into_iter();
    Finding {
        path: path.clone(),
        expected: comparisons
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        holds: matches!(place, Place::There(_)) && same && least && most,
        found,
        words: format!("{is}; expected {}", expected.words()),
        note: note.clone(),
    }
}

/// Whether two values are equal; 3 and 3.0 are.
fn same(one: &Json, other: &Json) -> bool {
    one == other
        || matches!((one.as_f64(), other.as_f64()), (Some(one), Some(other)) if one == other)
}

/// What a path leads to.
enum Place {
    There(Json),
    /// Nothing in this report; another report may have it.
    Missing(String),
}

/// The kind of report in which a path is looked up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// The report of a run.
    Report,
    /// A report that shows what is possible: its first item stands for all items.
    Example,
}

/// Why a path is invalid in every report.
enum PathError {
    /// The text does not have the form of a path.
    NotAPath(String),
    /// No object at that place has this field.
    NoField { place: String, field: String, instead: String },
    /// It ends at an object or a list, or continues below a plain value.
    Elsewhere { place: Option<String>, is: String },
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathError::NotAPath(text) => write!(f, "\"{text}\" is not a path"),
            PathError::NoField { place, field, instead } => {
                write!(f, "{place} has no `{field}`; {instead}")
            }
            PathError::Elsewhere { place: Some(place), is } => write!(f, "{place} is {is}"),
            PathError::Elsewhere { place: None, is } => write!(f, "is {is}"),
        }
    }
}

/// Follows a path into a report.
fn find(path: &str, report: &Json, sort: Sort) -> Result<Place, PathError> {
    let steps = steps(path).ok_or_else(|| PathError::NotAPath(path.to_owned()))?;
    let mut here = report;
    let mut gone = String::new();
    for (index, step) in steps.iter().enumerate() {
        let name = || if gone.is_empty() { "the report".to_owned() } else { format!("`{gone}`") };
        match (step, here) {
            (PathStep::Name(field), Json::Object(fields)) => {
                here = fields.get(*field).or_else(|| fields.get(ANY)).ok_or_else(|| {
                    let known: Vec<&str> = fields.keys().map(String::as_str).collect();
                    let instead = match nearest(field, known.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("allowed: {}", list(&known)),
                    };
                    PathError::NoField { place: name(), field: (*field).to_owned(), instead }
                })?;
            }
            (PathStep::Name("length"), Json::Array(items)) if index + 1 == steps.len() => {
                return Ok(Place::There(items.len().into()));
            }
            (PathStep::Item(item), Json::Array(items)) => {
                let there = match sort {
                    Sort::Report => items.get(*item),
                    Sort::Example => items.first(),
                };
                let Some(there) = there else {
                    let items = match items.len() {
                        1 => "1 item".to_owned(),
                        count => format!("{count} items"),
                    };
                    return Ok(Place::Missing(format!("`{gone}` has {items}")));
                };
                here = there;
            }
            (_, Json::Null) => return Ok(Place::Missing(format!("{} is null", name()))),
            _ => {
                let is = what_goes_on(here, &gone);
                return Err(PathError::Elsewhere { place: Some(name()), is });
            }
        }
        match step {
            PathStep::Name(field) if gone.is_empty() => gone.push_str(field),
            PathStep::Name(field) => gone = format!("{gone}.{field}"),
            PathStep::Item(item) => gone = format!("{gone}[{item}]"),
        }
    }
    match here {
        Json::Object(_) | Json::Array(_) => {
            Err(PathError::Elsewhere { place: None, is: what_goes_on(here, &gone) })
        }
        value => Ok(Place::There(value.clone())),
    }
}

/// What kind of value it is, and how a path may continue from it.
fn what_goes_on(value: &Json, path: &str) -> String {
    match value {
        Json::Object(fields) => {
            let fields: Vec<String> = fields.keys().map(|name| format!("{path}.{name}")).collect();
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            format!("an object; allowed: {}", list(&fields))
        }
        Json::Array(_) => {
            format!("a list; allowed: `{path}.length`, or an item such as `{path}[0]`")
        }
        other => format!("{}, with nothing below it; allowed: `{path}`", kind(other)),
    }
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
