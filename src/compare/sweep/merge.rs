//! Combines shards: the lines of one sweep, each once.

use std::collections::BTreeMap;
use std::fmt;

use super::line::{LineError, SweepLine};

/// The file and number of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePlace {
    pub file: String,
    /// From 1.
    pub line: usize,
}

/// Why lines are not one complete sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergeError {
    /// A line cannot be read.
    Line { at: LinePlace, error: LineError },
    /// A line belongs to another sweep than the first.
    OtherSweep { at: LinePlace },
    /// A run occurs twice.
    Twice { run: u64, first: LinePlace, again: LinePlace },
    /// The sweep has no such run.
    NoSuchRun { run: u64, at: LinePlace },
    /// Ranges of missing runs, first and last.
    Missing { ranges: Vec<(u64, u64)>, of: u64 },
    /// There is no line at all.
    Nothing,
}

impl fmt::Display for LinePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MergeError::Line { at, error } => write!(f, "{at}: {error}"),
            MergeError::OtherSweep { at } => write!(
                f,
                "{at}: is of another sweep: the scenario, the values and the number of seeds \
                 have to be the same in all"
            ),
            MergeError::Twice { run, first, again } => {
                write!(f, "{again}: run {run} is there twice, first in {first}")
            }
            MergeError::NoSuchRun { run, at } => write!(f, "{at}: this sweep has no run {run}"),
            MergeError::Missing { ranges, of } => {
                const MOST: usize = 10;
                let words = |(from, to): &(u64, u64)| match from == to {
                    true => from.to_string(),
                    false => format!("{from} to {to}"),
                };
                let listed: Vec<String> = ranges.iter().take(MOST).map(words).collect();
                let more = if ranges.len() > MOST { ", …" } else { "" };
                write!(f, "of {of} runs (from 0) these are missing: {}{more}", listed.join(", "))
            }
            MergeError::Nothing => f.write_str("there is no line in these files"),
        }
    }
}

impl std::error::Error for MergeError {}

/// The lines of files, each given with its name and text, in the order of the runs; with everything
/// that prevents them from being one complete sweep.
pub fn merge<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> (Vec<SweepLine>, Vec<MergeError>) {
    let mut runs: BTreeMap<u64, (SweepLine, LinePlace)> = BTreeMap::new();
    let mut errors = Vec::new();
    let mut first: Option<SweepLine> = None;
    for (file, text) in files {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let at = LinePlace { file: file.to_owned(), line: number + 1 };
            let line = match SweepLine::parse(line) {
                Ok(line) => line,
                Err(error) => {
                    errors.push(MergeError::Line { at, error });
                    continue;
                }
            };
            let first = first.get_or_insert_with(|| line.clone());
            if line.sweep != first.sweep || line.runs != first.runs {
                errors.push(MergeError::OtherSweep { at });
            } else if line.run >= line.runs {
                errors.push(MergeError::NoSuchRun { run: line.run, at });
            } else if let Some((_, first)) = runs.get(&line.run) {
                errors.push(MergeError::Twice { run: line.run, first: first.clone(), again: at });
            } else {
                runs.insert(line.run, (line, at));
            }
        }
    }
    match first {
        None if errors.is_empty() => errors.push(MergeError::Nothing),
        None => {}
        Some(first) => {
            let mut ranges = Vec::new();
            let mut next = 0;
            for &run in runs.keys().chain([&first.runs]) {
                if run > next {
                    ranges.push((next, run - 1));
                }
                next = run + 1;
            }
            if !ranges.is_empty() {
                errors.push(MergeError::Missing { ranges, of: first.runs });
            }
        }
    }
    (runs.into_values().map(|(line, _)| line).collect(), errors)
}
