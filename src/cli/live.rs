//! `stalemate live`: runs a scenario over real servers.

use std::fmt::Display;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::Args;
use serde::Serialize;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::complaint::Complaint;
use super::input::{self, Changes, whole};
use super::{Failure, table, write_json};
use crate::expect::Finding;
use crate::history::Report;
use crate::lesson::judge;
use crate::live::{LiveError, Measured, Options, Outcome, Servers, measure, play};
use crate::time::instant;

/// Run a scenario over a real Redis (or Valkey), or a real Memcached if the scenario's cache is like
/// one, and a real PostgreSQL, and print the result.
///
/// Without URLs, it starts them for the run, on free ports of this machine and in a temporary
/// folder, and stops them afterwards. A server given by URL is never stopped or flushed: the run
/// uses its own key prefix and its own schema, and removes them.
///
/// Exit status 1: a server behaved differently from the model, or an expectation of the scenario
/// does not hold.
#[derive(Args)]
pub struct LiveArguments {
    /// A file, a preset's id, a link, or - for standard input
    #[arg(required_unless_present = "measure")]
    scenario: Option<String>,
    #[command(flatten)]
    changes: Changes,
    /// A running Redis or Valkey: redis://host:port/0
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// A running Memcached: memcached://host:port
    #[arg(long, value_name = "URL")]
    memcached: Option<String>,
    /// A running PostgreSQL: postgres://user:password@host:port/database
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Real seconds per second of the scenario
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = scale)]
    scale: u64,
    /// Run no scenario, but ask each server so many times how long it takes here; print that beside
    /// what the model makes of it, and the part of a scenario that has these latencies
    #[arg(long, value_name = "REQUESTS", num_args = 0..=1, default_missing_value = "2000",
        value_parser = whole::<u32>(100, 1_000_000),
        conflicts_with_all = ["scenario", "memcached", "scale", "log"])]
    measure: Option<u32>,
    /// Print each event as text
    #[arg(long, conflicts_with = "json")]
    log: bool,
    /// Write one JSON document, errors included
    #[arg(long)]
    pub json: bool,
}

/// The JSON document of a run over real servers.
#[derive(Serialize)]
struct LiveDocument<'a> {
    #[serde(flatten)]
    report: &'a Report,
    live: &'a Outcome,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    expectations: &'a [Finding],
}

/// Parses a factor, in thousandths.
fn scale(text: &str) -> Result<u64, String> {
    let factor: f64 = text.parse().map_err(|_| "allowed: a number from 0.01 to 100".to_owned())?;
    match factor {
        0.01..=100.0 => Ok((factor * 1_000.0).round() as u64),
        _ => Err("allowed: 0.01 to 100".to_owned()),
    }
}

impl LiveArguments {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        if let Some(requests) = self.measure {
            return self.measure(requests, out);
        }
        let name = self.scenario.as_deref().unwrap_or_default();
        let mut document = input::read(name)?;
        document.change(&self.changes)?;
        let mut simulation = document.simulation()?;
        let complain = |error: LiveError| Complaint::new(name, error.to_string());
        let interrupted = interrupted()?;
        let mut servers =
            Servers::new(self.redis.as_deref(), self.postgres.as_deref()).map_err(complain)?;
        if let Some(url) = &self.memcached {
            servers = servers.with_memcached(url).map_err(complain)?;
        }
        servers.prepare(&simulation).map_err(complain)?;
        if !self.json {
            let scenario = &document.scenario;
            let title = if scenario.title.is_empty() { &document.file } else { &scenario.title };
            let until = instant(scenario.duration_us);
            let which = servers.words();
            writeln!(out, "{title}\n{until}, seed {}, over {which}\n", scenario.seed)?;
            out.flush()?;
        }
        let options = Options { scale_milli: self.scale, interrupted };
        let outcome = play(&mut simulation, &mut servers, &options).map_err(complain)?;
        drop(servers);
        let report = simulation.report();
        let expectations = judge(&simulation)
            .map_err(|problems| Failure::Wrong(document.complaints(&problems)))?;
        if self.json {
            let live =
                LiveDocument { report: &report, live: &outcome, expectations: &expectations };
            write_json(out, &live)?;
        } else {
            if self.log {
                for line in simulation.view().log_from(0, usize::MAX) {
                    writeln!(out, "{:>12}  {}", instant(line.at_us), line.text)?;
                }
                writeln!(out)?;
            }
            out.write_all(table::report(&report).as_bytes())?;
            out.write_all(table::expectations(&expectations, document.skipped).as_bytes())?;
            out.write_all(words(&outcome).as_bytes())?;
        }
        out.flush()?;
        if let Some(why) = simulation.stopped() {
            let message = format!("stopped at {}: {why}", instant(simulation.now_us()));
            return Err(Failure::Stopped(vec![Complaint::new(name, message)]));
        }
        let met = expectations.iter().all(|each| each.holds);
        if met && outcome.different == 0 { Ok(()) } else { Err(Failure::Unmet) }
    }
}

impl LiveArguments {
    fn measure(&self, requests: u32, out: &mut impl Write) -> Result<(), Failure> {
        let complain = |error: LiveError| Complaint::new("--measure", error.to_string());
        let interrupted = interrupted()?;
        let servers = Servers::new(self.redis.as_deref(), self.postgres.as_deref());
        let mut servers = servers.map_err(complain)?;
        if !self.json {
            writeln!(out, "{requests} requests of each kind, over {}\n", servers.words())?;
            out.flush()?;
        }
        let measured = measure(&mut servers, requests, &interrupted).map_err(complain)?;
        drop(servers);
        let topology = serde_json::json!({ "topology": measured.topology() });
        if self.json {
            return Ok(write_json(out, &topology)?);
        }
        writeln!(out, "{}", beside(&measured))?;
        writeln!(out, "\nA scenario has these latencies with:\n\n{topology:#}")?;
        Ok(out.flush()?)
    }
}

/// Is set when a person wants the run to stop.
fn interrupted() -> Result<Arc<AtomicBool>, Failure> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, interrupted.clone())?;
    }
    Ok(interrupted)
}

/// What was measured, and what a simulation with the same distributions says.
fn beside(measured: &Measured) -> impl Display + use<> {
    let requests = [
        ("cache: SET, GET", &measured.cache),
        ("database: a row read", &measured.read),
        ("database: a row written", &measured.write),
    ];
    let simulated = measured.simulated().map(|all| all.map(|it| [it.p50, it.p95, it.p99]));
    let rows = requests.into_iter().enumerate().map(|(nth, (name, times))| {
        let real = [500, 950, 990].map(|permille| times.quantile_us(permille));
        let model = simulated.map_or([None; 3], |all| all[nth]);
        let pairs = real.into_iter().zip(model).flat_map(|(real, model)| {
            [format!("{real:.0}"), model.map_or_else(|| "–".to_owned(), |us| us.to_string())]
        });
        (name, pairs.collect())
    });
    let columns = ["p50 µs", "simulated", "p95 µs", "simulated", "p99 µs", "simulated"];
    table::numbers(&columns, &rows.collect::<Vec<_>>())
}

/// The delay from which a run counts as late.
const LATE_US: u64 = 500_000;

/// The result at the servers, for people.
fn words(outcome: &Outcome) -> String {
    let Outcome { calls, equal, at_the_edge, entries, rows, different, .. } = outcome;
    let mut text = format!(
        "\nReal servers: {} carried out {calls} calls. {equal} answers came back to the program, \
         and equal the model's; so do {entries} entries and {rows} rows at the end.\n",
        outcome.servers
    );
    if *at_the_edge > 0 {
        text += &format!("{at_the_edge} answers differ because a TTL ended at that moment.\n");
    }
    text += &format!(
        "From outside: {} changes, {} crashes. The latest event was {:.1} ms late.\n",
        outcome.from_outside,
        outcome.crashes,
        outcome.latest_us as f64 / 1_000.0
    );
    if outcome.latest_us > LATE_US {
        text += "The servers could not keep up, and TTLs end by the clock: a greater --scale gives \
                 them time.\n";
    }
    if *different > 0 {
        text += &format!("\n{different} differences between the servers and the model:\n");
        for each in &outcome.differences {
            let at = instant(each.at_us);
            text += &format!(
                "{at:>12}  {}: the server: {} · the model: {}\n",
                each.what, each.server, each.model
            );
        }
    }
    text
}
