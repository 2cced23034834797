//! `stalemate run`: simulates a scenario.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;

use super::complaint::{self, Complaint};
use super::input::{self, Changes};
use super::trace::Trace;
use super::{Failure, table, write_json};
use crate::expect::Finding;
use crate::history::Report;
use crate::lesson::judge;
use crate::simulate::timeline::BUDGET;
use crate::simulate::trace::{Replay, Requests};
use crate::simulate::{Advance, Simulation};
use crate::time::instant;

/// Simulate a scenario, and print the result.
#[derive(Args)]
pub struct RunArguments {
    /// A file, a preset's id, a link, or - for standard input
    scenario: String,
    #[command(flatten)]
    changes: Changes,
    /// Take requests from a CSV of time,client,operation,key, or from a file of libCacheSim
    /// (.oracleGeneral), instead of from the workloads; times count from the first request, the
    /// scenario's actions stay, and the run goes on until a second after the last request
    #[arg(long, value_name = "FILE")]
    trace: Option<String>,
    /// Print each event as text, as it happens
    #[arg(long, conflicts_with = "json")]
    log: bool,
    /// Write one JSON document, errors included
    #[arg(long)]
    pub json: bool,
}

/// The JSON document of a run.
#[derive(Serialize)]
struct RunDocument<'a> {
    #[serde(flatten)]
    report: &'a Report,
    /// The scenario's expectations, checked; empty: it has none, or did not run to its end.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    expectations: &'a [Finding],
    /// The number of expectations skipped because the preset was changed.
    #[serde(skip_serializing_if = "is_none")]
    expectations_skipped: usize,
    /// What the run never comes to.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [Complaint],
    /// Why the run stopped early.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'a str>,
}

fn is_none(skipped: &usize) -> bool {
    *skipped == 0
}

/// Events between two updates of the progress line.
pub(super) const PORTION: u32 = 100_000;

/// More log lines than one portion of events can have.
const LINES: usize = 10 * PORTION as usize;

impl RunArguments {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        let mut document = input::read(&self.scenario)?;
        document.change(&self.changes)?;
        let scenario = &document.scenario;
        let mut simulation = document.simulation()?;
        let mut replay = match &self.trace {
            None => None,
            Some(file) => {
                let trace = Trace::read(file)?;
                let keys = trace.keys.iter().map(String::as_str);
                simulation = Simulation::for_trace(scenario, keys)
                    .map_err(|problems| Failure::Wrong(document.complaints(&problems)))?;
                Some(Replay::new(trace.requests(), scenario.duration_us))
            }
        };
        // an expectation may look at all events; a line of the log is printed long before
        // its event is forgotten
        if scenario.expect.is_empty() {
            simulation.keep_within(BUDGET / 4);
        }
        // a trace makes the run longer
        let notes = match &self.trace {
            None => document.notes(Some(&self.changes)),
            Some(_) => Vec::new(),
        };
        if !self.json {
            complaint::warn(&notes);
            let title = if scenario.title.is_empty() { &document.file } else { &scenario.title };
            let until = instant(scenario.duration_us);
            writeln!(out, "{title}\n{until}, seed {}\n", scenario.seed)?;
        }
        let stopped = self.advance(&mut simulation, &mut replay, scenario.duration_us, out)?;
        let report = simulation.report();
        let expectations = match stopped {
            Some(_) => Vec::new(),
            None => judge(&simulation)
                .map_err(|problems| Failure::Wrong(document.complaints(&problems)))?,
        };
        if self.json {
            let stopped = stopped.as_deref();
            let outcome = RunDocument {
                report: &report,
                expectations: &expectations,
                expectations_skipped: document.skipped,
                notes: &notes,
                stopped,
            };
            write_json(out, &outcome)?;
        } else {
            out.write_all(table::report(&report).as_bytes())?;
            out.write_all(table::expectations(&expectations, document.skipped).as_bytes())?;
        }
        out.flush()?;
        let Some(why) = stopped else {
            let met = expectations.iter().all(|each| each.holds);
            return if met { Ok(()) } else { Err(Failure::Unmet) };
        };
        let message = format!("stopped at {}: {why}", instant(simulation.now_us()));
        Err(Failure::Stopped(vec![Complaint::new(&self.scenario, message)]))
    }

    /// Runs to the end. Returns why it stopped, if it stopped early.
    fn advance(
        &self,
        simulation: &mut Simulation,
        replay: &mut Option<Replay<Requests>>,
        until_us: u64,
        out: &mut impl Write,
    ) -> Result<Option<String>, Failure> {
        let mut progress = ProgressLine::new();
        let mut told = 0;
        loop {
            let advance = match replay {
                None => simulation.advance(until_us, PORTION),
                Some(replay) => replay
                    .advance(simulation, PORTION)
                    .unwrap_or_else(|error| Advance::Stopped(error.to_string())),
            };
            if self.log {
                for line in simulation.view().log_from(told, LINES) {
                    writeln!(out, "{:>12}  {}", instant(line.at_us), line.text)?;
                }
                told = simulation.history().len();
            }
            match advance {
                Advance::Budget => progress.show(simulation.now_us(), until_us),
                Advance::Reached => return Ok(None),
                Advance::Stopped(why) => return Ok(Some(why)),
            }
        }
    }
}

/// The progress of a long run, on a terminal.
pub(super) struct ProgressLine {
    shown: Option<Instant>,
}

impl ProgressLine {
    pub(super) fn new() -> ProgressLine {
        ProgressLine { shown: std::io::stderr().is_terminal().then(Instant::now) }
    }

    pub(super) fn show(&mut self, now_us: u64, until_us: u64) {
        self.draw(now_us, until_us, || instant(now_us));
    }

    /// Draws the progress, `done` of `all` in any unit, with words beside it.
    pub(super) fn draw(&mut self, done: u64, all: u64, words: impl FnOnce() -> String) {
        let Some(shown) = self.shown else { return };
        if shown.elapsed() < Duration::from_millis(200) {
            return;
        }
        self.shown = Some(Instant::now());
        let percent = u128::from(done) * 100 / u128::from(all.max(1));
        let bar = "█".repeat(percent as usize / 5);
        let _ = write!(std::io::stderr(), "\r{bar:<20} {percent:>3} %  {:<12}", words());
    }
}

impl Drop for ProgressLine {
    /// Clears the line, however the run ended.
    fn drop(&mut self) {
        if self.shown.is_some() {
            let _ = write!(std::io::stderr(), "\r{:<50}\r", "");
        }
    }
}
