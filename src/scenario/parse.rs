//! Parses a text into a scenario, or into an error that says where and what is allowed.

use serde::Deserialize;

use super::place;
use super::rule::Checked;
use super::{Scenario, VERSION};

/// The longest document accepted, in bytes: 1 MiB.
pub const LONGEST_DOCUMENT: usize = 1 << 20;

/// Why a text is not a scenario.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ScenarioError {
    /// The field: `topology.apps.count`; empty for the text as a whole.
    pub path: String,
    /// What is wrong, and what is allowed.
    pub message: String,
    /// The line, from 1; 0 if not known.
    pub line: usize,
    /// The column, from 1; 0 if not known.
    pub column: usize,
}

impl std::fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = if self.path.is_empty() { "the scenario" } else { &self.path };
        write!(f, "{path}: ")?;
        f.write_str(&self.message)?;
        if self.line > 0 {
            write!(f, " (line {}, column {})", self.line, self.column)?;
        }
        Ok(())
    }
}

impl std::error::Error for ScenarioError {}

impl Scenario {
    /// Parses a document. This checks its types; [`Scenario::validate`] checks that its values are
    /// within their ranges and fit together.
    ///
    /// # Errors
    /// If the text is longer than [`LONGEST_DOCUMENT`], is not JSON, is nested deeper than 128
    /// levels, comes from a later version, or does not have the document's shape.
    pub fn parse(text: &str) -> Result<Scenario, ScenarioError> {
        if text.len() > LONGEST_DOCUMENT {
            return Err(whole(format!(
                "has {} bytes; allowed: up to {LONGEST_DOCUMENT}",
                text.len()
            )));
        }
        // a byte order mark, which editors on Windows write
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // serde would read a list as the fields in order.
        if text.trim_start().starts_with('[') {
            return Err(whole("is a list; allowed: an object".to_owned()));
        }
        let mut json = serde_json::Deserializer::from_str(text);
        let read = Scenario::deserialize(&mut json)
            .map_err(|error| explain(text, &error))
            .and_then(|scenario| {
                json.end().map_err(|error| explain_syntax(&error))?;
                Ok(scenario)
            });
        // A later version may have fields that this build does not know: that
        // it is later says more than what is unknown in it.
        match version(text) {
            Some(later) if later > VERSION.into() => Err(ScenarioError {
                path: "version".to_owned(),
                message: format!(
                    "is {later}, from a later Stalemate; this one reads up to {VERSION}"
                ),
                line: 0,
                column: 0,
            }),
            _ => read,
        }
    }

    /// The document as indented JSON, without fields that equal their defaults.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("every part of a scenario can be JSON")
    }
}

/// The version that a document names, whatever else it contains.
fn version(text: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Said {
        version: u64,
    }
    serde_json::from_str::<Said>(text).ok().map(|said| said.version)
}

fn whole(message: String) -> ScenarioError {
    ScenarioError { path: String::new(), message, line: 0, column: 0 }
}

fn explain_syntax(error: &serde_json::Error) -> ScenarioError {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text);
    let message = match message {
        "recursion limit exceeded" => "is nested deeper than 128 levels".to_owned(),
        other => format!("is not JSON: {other}"),
    };
    ScenarioError { line: error.line(), column: error.column(), ..whole(message) }
}

fn explain(document: &str, error: &serde_json::Error) -> ScenarioError {
    if !error.is_data() {
        return explain_syntax(error);
    }
    let path = place::field(document, error);
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    let (problem, expected) = text.split_once(", expected ").unwrap_or((text, ""));
    let message = if let Some(unknown) = quoted(problem, "unknown field ") {
        format!("has no field `{unknown}`{}", instead(unknown, expected))
    } else if let Some(unknown) = quoted(problem, "unknown variant ") {
        format!("is `{unknown}`{}", instead(unknown, expected))
    } else if let Some(missing) = quoted(problem, "missing field ") {
        format!("`{missing}` is missing")
    } else if let Some(twice) = quoted(problem, "duplicate field ") {
        format!("`{twice}` is here twice")
    } else if let Some(given) = given(problem) {
        let below: Vec<&str> = path.iter().map(String::as_str).collect();
        let allowed = Scenario::allowed(&below).unwrap_or_else(|| expected.to_owned());
        format!("is {given}; allowed: {allowed}")
    } else {
        text.to_owned()
    };
    let mut whole = String::new();
    for segment in &path {
        if !segment.starts_with('[') && !whole.is_empty() {
            whole.push('.');
        }
        whole.push_str(segment);
    }
    ScenarioError { path: whole, message, line: error.line(), column: error.column() }
}

/// The name in backticks after `start`.
fn quoted<'a>(problem: &'a str, start: &str) -> Option<&'a str> {
    problem.strip_prefix(start)?.strip_prefix('`')?.strip_suffix('`')
}

/// serde's description of the value found, in a reader's words.
fn given(problem: &str) -> Option<String> {
    let found =
        problem.strip_prefix("invalid type: ").or(problem.strip_prefix("invalid value: "))?;
    Some(match found.split_once(' ') {
        Some(("integer" | "floating", number)) => {
            number.trim_start_matches("point ").trim_matches('`').to_owned()
        }
        Some(("boolean", value)) => value.trim_matches('`').to_owned(),
        Some(("string", text)) => format!("the text {text}"),
        _ => match found {
            "map" => "an object".to_owned(),
            "sequence" => "a list".to_owned(),
            other => other.to_owned(),
        },
    })
}

/// The name that an unknown one may stand for, from serde's list of known names.
fn instead(unknown: &str, expected: &str) -> String {
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let near = nearest(unknown, known.iter().copied());
    match near.or_else(|| known.iter().copied().find(|name| abbreviates(unknown, name))) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if known.is_empty() => String::new(),
        None => format!("; allowed: {list}"),
    }
}

/// Whether a name of several words stands for another, `app-db` or `db-app` for `app-database`: each
/// word begins with the same letter, and its letters are in the other word, in their order.
fn abbreviates(typed: &str, name: &str) -> bool {
    let word = |(typed, name): (&str, &str)| {
        let mut rest = name.chars();
        typed.chars().next() == name.chars().next() && typed.chars().all(|c| rest.any(|it| it == c))
    };
    let (typed, name): (Vec<&str>, Vec<&str>) =
        (typed.split('-').collect(), name.split('-').collect());
    let fits = |name: &mut dyn Iterator<Item = &str>| typed.iter().copied().zip(name).all(word);
    typed.len() > 1
        && typed.len() == name.len()
        && (fits(&mut name.iter().copied()) || fits(&mut name.iter().rev().copied()))
}

/// The known name that a mistyped one most likely stands for: at most a third of its letters
/// differ. The first of several equally near ones.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (distance(typed, name), name))
        .filter(|(distance, name)| *distance * 3 <= name.chars().count().max(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The number of letters to insert, delete, replace or swap with their neighbour (the optimal
/// string alignment distance).
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    // Names are short; a long text is not a mistyped one.
    if from.len().max(to.len()) > 64 {
        return usize::MAX / 3;
    }
    let mut rows = vec![(0..=to.len()).collect::<Vec<usize>>()];
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(a != b);
            let mut best = replaced.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}
