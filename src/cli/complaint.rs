//! Errors in a command's input, each shown under its line.

use std::io::{IsTerminal, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

use super::locate::locate;
use crate::scenario::{Problem, ScenarioError};
use crate::strategy::{ParameterError, SyntaxError};

/// One error in an input.
#[derive(Clone, Debug, Serialize)]
pub struct Complaint {
    /// The file, the preset, or `-`.
    pub file: String,
    /// The field of the scenario; for a `source`, the position is within the program.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    pub message: String,
    /// What to write instead.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub advice: String,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    pub place: Option<Place>,
}

/// A position in a text, from 1.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    pub line: u32,
    pub column: u32,
    /// The length, in characters.
    #[serde(skip)]
    pub length: u32,
    #[serde(skip)]
    pub text: String,
}

impl Complaint {
    /// A complaint without a position.
    pub fn new(file: impl Into<String>, message: impl Into<String>) -> Complaint {
        Complaint {
            file: file.into(),
            path: String::new(),
            message: message.into(),
            advice: String::new(),
            place: None,
        }
    }

    /// A text that is not a scenario.
    pub fn of_text(file: &str, text: &str, error: &ScenarioError) -> Complaint {
        let at = match error.line {
            0 => locate(text, &error.path),
            line => Some((line, error.column)),
        };
        Complaint {
            path: error.path.clone(),
            place: at.map(|(line, column)| place(text, line, column)),
            ..Complaint::new(file, &error.message)
        }
    }

    /// A value that a scenario may not have.
    pub fn of_problem(file: &str, text: &str, problem: &Problem) -> Complaint {
        let at = locate(text, &problem.path);
        Complaint {
            path: problem.path.clone(),
            place: at.map(|(line, column)| place(text, line, column)),
            ..Complaint::new(file, &problem.message)
        }
    }

    /// A text that is not a program.
    pub fn of_program(file: &str, path: &str, source: &str, error: &SyntaxError) -> Complaint {
        Complaint {
            path: path.to_owned(),
            advice: error.advice.clone(),
            place: Some(Place {
                line: error.line,
                column: error.column,
                length: error.length,
                text: source.to_owned(),
            }),
            ..Complaint::new(file, &error.message)
        }
    }

    /// A value that a parameter may not have.
    pub fn of_parameter(error: &ParameterError) -> Complaint {
        Complaint::new(format!("--set {}", error.name), &error.message)
    }

    fn render(&self, renderer: &Renderer, level: &Level<'_>) -> String {
        // A program's lines are its own, not those of the document around it.
        let of_program = self.path.ends_with(".source");
        let title = match self.path.as_str() {
            path if path.is_empty() || of_program => self.message.clone(),
            path => format!("{path}: {}", self.message),
        };
        let origin = match of_program {
            true => format!("{} {}", self.file, self.path),
            false => self.file.clone(),
        };
        let Some(place) = &self.place else {
            let title = format!("{origin}: {title}");
            return renderer.render(&[Group::with_title(level.clone().primary_title(title))]);
        };
        let snippet = Snippet::source(place.text.as_str())
            .path(origin)
            .annotation(AnnotationKind::Primary.span(place.span()));
        let mut groups = vec![level.clone().primary_title(title).element(snippet)];
        if !self.advice.is_empty() {
            groups.push(Group::with_title(Level::HELP.secondary_title(self.advice.as_str())));
        }
        renderer.render(&groups)
    }
}

impl Place {
    /// The range of bytes to underline.
    fn span(&self) -> std::ops::Range<usize> {
        let before = self.line.saturating_sub(1) as usize;
        let line: usize = self.text.split_inclusive('\n').take(before).map(str::len).sum();
        let rest = &self.text[line..];
        let byte = |character: u32| {
            let found = rest.char_indices().nth(character as usize);
            line + found.map_or(rest.len(), |(at, _)| at)
        };
        let start = self.column.saturating_sub(1);
        byte(start)..byte(start + self.length)
    }
}

/// A position from serde_json, which counts columns in bytes and reports the end of what it has
/// read.
fn place(text: &str, line: usize, column: usize) -> Place {
    let before = text.split('\n').nth(line.saturating_sub(1)).unwrap_or("");
    let characters =
        before.char_indices().take_while(|(at, _)| *at < column.saturating_sub(1)).count();
    Place { line: line as u32, column: characters as u32 + 1, length: 1, text: text.to_owned() }
}

/// The JSON document of a command that failed.
#[derive(Serialize)]
struct Wrong<'a> {
    ok: bool,
    errors: &'a [Complaint],
}

/// Shows all errors: for people on standard error, for programs as one document on standard output.
pub fn show(complaints: &[Complaint], json: bool) {
    if json {
        // Nobody may be reading; the exit status says it, too.
        let _ = super::write_json(
            &mut std::io::stdout().lock(),
            &Wrong { ok: false, errors: complaints },
        );
        return;
    }
    print(complaints, &Level::ERROR);
}

/// The most warnings that are printed.
const MOST_WARNINGS: usize = 3;

/// Prints what is no error, but may not be what was meant.
pub fn warn(notes: &[Complaint]) {
    print(&notes[..notes.len().min(MOST_WARNINGS)], &Level::WARNING);
    if notes.len() > MOST_WARNINGS {
        let _ = writeln!(std::io::stderr(), "… and {} more", notes.len() - MOST_WARNINGS);
    }
}

fn print(complaints: &[Complaint], level: &Level<'_>) {
    let mut err = std::io::stderr().lock();
    let colours = err.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    for complaint in complaints {
        let _ = writeln!(err, "{}", complaint.render(&renderer, level));
    }
}
