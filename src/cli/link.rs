//! `stalemate link` and `stalemate open`: a scenario as an address, and back.

use std::io::Write;

use clap::Args;
use serde_json::json;

use super::complaint::Complaint;
use super::input::{self, Changes, NotAllowed, address};
use super::run::{PORTION, ProgressLine};
use super::{Failure, write_json};
use crate::link::{self, LinkError, Outcome, Rerun};
use crate::time::{LONGEST_US, Micros, SECOND_US, from_seconds};

/// Print a link to a scenario.
///
/// It is the fragment of an address. The page opens it with this scenario, and warns if the result
/// differs from the one here.
#[derive(Args)]
pub struct Link {
    /// A file, a preset's id, a link, or - for standard input
    scenario: String,
    #[command(flatten)]
    changes: Changes,
    /// The page's address, to put before the link
    #[arg(long, value_name = "URL", value_parser = address)]
    base: Option<String>,
    /// Open at this virtual time
    #[arg(long, value_name = "SECONDS", value_parser = instant)]
    at: Option<Micros>,
    /// Store the whole scenario, even if it differs little from a preset
    #[arg(long)]
    whole: bool,
    /// Write one JSON document, errors included
    #[arg(long)]
    pub json: bool,
}

/// Print the scenario that a link holds.
///
/// A warning is printed if the result differs from the one in the link.
#[derive(Args)]
pub struct Open {
    /// An address, or its fragment
    link: String,
}

fn instant(text: &str) -> Result<Micros, NotAllowed> {
    let longest = LONGEST_US / SECOND_US;
    let us = text.parse().ok().and_then(from_seconds);
    us.ok_or_else(|| NotAllowed(format!("0..{longest} (one year)")))
}

impl Link {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        let mut document = input::read(&self.scenario)?;
        document.change(&self.changes)?;
        let scenario = &mut document.scenario;
        scenario.view.at_us = self.at.or(scenario.view.at_us);
        // says what is wrong, and where
        document.simulation()?;
        let scenario = &document.scenario;
        let wrong = |error: LinkError| Complaint::new(&document.file, error.to_string());
        let mut rerun =
            Rerun::new(scenario).map_err(|it| Failure::Wrong(document.complaints(&it)))?;
        let outcome = play(&mut rerun);
        let encode = if self.whole { link::encode_whole } else { link::encode };
        let link = encode(scenario, Some(outcome)).map_err(wrong)?;
        let text = match &self.base {
            Some(base) => link.on(base),
            None => link.text().to_owned(),
        };
        if self.json {
            let (codec, outcome) = (link.codec().letter(), outcome.to_string());
            write_json(out, &json!({ "link": text, "codec": codec, "outcome": outcome }))?;
        } else {
            writeln!(out, "{text}")?;
        }
        Ok(())
    }
}

impl Open {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        let wrong = |message: String| Complaint::new("link", message);
        let opened = link::decode(&self.link).map_err(|error| wrong(error.to_string()))?;
        writeln!(out, "{}", opened.scenario.to_json())?;
        out.flush()?;
        let Some(expected) = opened.outcome else { return Ok(()) };
        let rerun = Rerun::new(&opened.scenario);
        let mut rerun = rerun.map_err(|problems| {
            let problems = problems.iter().map(|problem| wrong(problem.to_string()));
            Failure::Wrong(problems.collect())
        })?;
        let outcome = play(&mut rerun);
        if let Err(mismatch) = rerun.compare(expected, outcome) {
            // the scenario is written; this is beside it
            let _ = writeln!(std::io::stderr(), "warning: {mismatch}");
        }
        Ok(())
    }
}

/// Plays to the instant of the outcome.
fn play(rerun: &mut Rerun) -> Outcome {
    let mut progress = ProgressLine::new();
    loop {
        if let Some(outcome) = rerun.advance(PORTION) {
            return outcome;
        }
        progress.show(rerun.now_us(), rerun.until_us());
    }
}
