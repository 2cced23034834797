//! `stalemate sweep` and `stalemate merge`: one strategy over ranges of values, on all processors
//! and on several machines.

use std::io::{self, Write};

use clap::Args;
use serde_json::json;

use super::compare::finish;
use super::complaint::Complaint;
use super::input::{self, Changes, Document, NotAllowed, SEEDS, seconds, whole};
use super::parallel::{self, Progress, in_order};
use super::{Failure, table, write_json};
use crate::compare::sweep::{
    Answer, Axis, Bisection, MOST_AXES, MOST_RUNS, MergeError, Points, Sweep, SweepLine, merge,
};
use crate::compare::{Claim, Facts, MEASURES, Measure};
use crate::scenario::{Problem, nearest};
use crate::simulate::timeline::BUDGET;
use crate::time::{Micros, instant};

/// Run a scenario over ranges of parameters and settings.
///
/// A NAME is a parameter of a strategy, one of capacity, servers, connections and rate, or a path
/// in the document, such as topology.database.connections.
#[derive(Args)]
pub struct SweepArguments {
    /// A file, a preset's id, a link, or - for standard input
    scenario: String,
    /// Values to vary: TTL=1..60, TTL=5..60/5, capacity=10..1000*2, TTL=1,5,20
    #[arg(long, value_name = "NAME=VALUES", required = true)]
    set: Vec<String>,
    /// Replace the strategy of all keys that no other strategy serves
    #[arg(long, value_name = "ID|FILE.py")]
    strategy: Option<String>,
    /// The first seed
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0, SEEDS))]
    seed: Option<u64>,
    /// Number of seeds for each combination of values
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u32>(1, 10_000))]
    seeds: u32,
    /// Run until this virtual time
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    until: Option<Micros>,
    /// Measures to show, separated by commas
    #[arg(long, value_name = "MEASURES", value_delimiter = ',', value_parser = measure, default_value = SHOWN)]
    show: Vec<usize>,
    /// Find the value from which, or up to which, this claim holds with every seed, such as
    /// 'reads.stale / reads.total < 0.1%'
    #[arg(long, value_name = "CLAIM", conflicts_with = "shard")]
    find: Option<String>,
    /// Do every K-th run, starting with the I-th; merge combines the shards
    #[arg(long, value_name = "I/K", value_parser = shard, requires = "json")]
    shard: Option<Shard>,
    /// Number of parallel runs; left out: one per processor
    #[arg(long, value_name = "N", value_parser = whole::<u16>(1, 1024))]
    threads: Option<u16>,
    /// Write a table as CSV, each row as soon as it is done
    #[arg(long, conflicts_with_all = ["json", "find"])]
    csv: bool,
    /// Write one line of JSON for each run, as soon as it is done; with --find, one document
    #[arg(long)]
    pub json: bool,
}

/// Combine the shards of a sweep.
#[derive(Args)]
pub struct Merge {
    /// Files with the lines that sweep --json wrote, or - for standard input
    #[arg(required = true)]
    files: Vec<String>,
    /// Measures to show, separated by commas
    #[arg(long, value_name = "MEASURES", value_delimiter = ',', value_parser = measure, default_value = SHOWN)]
    show: Vec<usize>,
    /// Write a table as CSV, in the order of the runs
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Write one line of JSON for each run, in order
    #[arg(long)]
    pub json: bool,
}

/// The measures shown by default.
const SHOWN: &str = "hit_ratio,stale_share,latency_us.read.p99,database.reads";

pub(super) fn measure(name: &str) -> Result<usize, NotAllowed> {
    Measure::position(name).ok_or_else(|| {
        let names = || MEASURES.iter().map(|measure: &Measure| measure.name);
        NotAllowed(match nearest(name, names()) {
            Some(near) => format!("{near}?"),
            None => names().collect::<Vec<_>>().join(", "),
        })
    })
}

/// One of several parts of a sweep.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shard {
    part: u64,
    of: u64,
}

fn shard(text: &str) -> Result<Shard, NotAllowed> {
    let numbers = text.split_once('/').and_then(|(part, of)| {
        let (part, of) = (part.parse::<u64>().ok()?, of.parse::<u64>().ok()?);
        (1..=of).contains(&part).then_some(Shard { part, of })
    });
    numbers.ok_or_else(|| NotAllowed("I/K with 1 ≤ I ≤ K, such as 3/10".to_owned()))
}

impl SweepArguments {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        let (document, sweep) = self.sweep()?;
        let threads = self.threads.map_or_else(parallel::processors, usize::from);
        if let Some(claim) = &self.find {
            return self.search(&document, &sweep, claim, threads, out);
        }
        let is_table = !self.json && !self.csv;
        if is_table {
            let scenario = &document.scenario;
            let title = if scenario.title.is_empty() { &document.file } else { &scenario.title };
            let (length, runs) = (instant(scenario.duration_us), sweep.runs());
            let seeds = match self.seeds {
                1 => format!("seed {}", scenario.seed),
                more => {
                    format!("seeds {} to {}", scenario.seed, scenario.seed + u64::from(more) - 1)
                }
            };
            writeln!(out, "{title}\n{length}, {seeds}, {runs} runs\n")?;
        }
        let shard = self.shard.unwrap_or(Shard { part: 1, of: 1 });
        let runs: Vec<u64> = (shard.part - 1..sweep.runs()).step_by(shard.of as usize).collect();
        let work = |index: usize, progress: &Progress| line(&sweep, runs[index], progress);
        let mut lines = Vec::new();
        let take = |_, line: Result<SweepLine, Vec<Problem>>| {
            let line = line.map_err(|it| {
                let wrong = Failure::Wrong(complaints(&document, &it));
                // no other document may follow lines of JSON
                if lines.is_empty() { wrong } else { wrong.after_output() }
            })?;
            if !is_table {
                write_line(out, &line, self.csv, lines.is_empty())?;
                // whatever interrupts the next one, this one is done
                out.flush()?;
            }
            lines.push(line);
            Ok::<_, Failure>(())
        };
        in_order(runs.len(), threads, work, take)?;
        if is_table {
            let names: Vec<_> = sweep.axes().iter().map(|axis| axis.name.as_str()).collect();
            out.write_all(table::sweep(&Points::of(&lines), &names, &self.show).as_bytes())?;
        }
        stopped(&lines)
    }

    fn sweep(&self) -> Result<(Document, Sweep), Failure> {
        let mut document = input::read(&self.scenario)?;
        document.change(&Changes {
            seed: self.seed,
            until: self.until,
            set: Vec::new(),
            strategy: self.strategy.clone(),
        })?;
        // says what is wrong with the document, before anything else of it changes
        document.simulation()?;
        let mut axes = Vec::new();
        for text in &self.set {
            let axis = Axis::parse(text, &document.scenario);
            let wrong = |message| Complaint::new(format!("--set {text}"), message);
            let axis = axis.map_err(|error| wrong(error.to_string()))?;
            if axes.iter().any(|other: &Axis| other.name == axis.name) {
                return Err(wrong(format!("{} is varied twice", axis.name)).into());
            }
            axes.push(axis);
        }
        let wide = axes.iter().filter(|axis| axis.values.len() > 1).count();
        let sweep = Sweep::new(document.scenario.clone(), axes, self.seeds);
        let wrong = |message: String| Failure::from(Complaint::new("--set", message));
        if wide > MOST_AXES {
            return Err(wrong(format!("varies {wide} things; allowed: up to {MOST_AXES}")));
        }
        if sweep.runs() > MOST_RUNS {
            let runs = sweep.runs();
            return Err(wrong(format!("makes {runs} runs; allowed: up to {MOST_RUNS}")));
        }
        // the first and the last say whether names and ranges are right, before all are run
        for run in [0, sweep.runs() - 1] {
            sweep.start(run).map_err(|it| Failure::Wrong(complaints(&document, &it)))?;
        }
        Ok((document, sweep))
    }

    fn search(
        &self,
        document: &Document,
        sweep: &Sweep,
        text: &str,
        threads: usize,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let wrong = |message: String| Complaint::new(format!("--find {text}"), message);
        let claim = Claim::parse(text, &[]).map_err(|error| wrong(error.to_string()))?;
        let wide: Vec<&Axis> = sweep.axes().iter().filter(|axis| axis.values.len() > 1).collect();
        let [axis] = wide[..] else {
            let number = wide.len();
            return Err(wrong(format!("varies {number} things; allowed: one")).into());
        };
        let mut search = Bisection::new(axis.values.len());
        let mut trials = Trials { document, sweep, claim: &claim, threads, tried: Vec::new() };
        while let Some(at) = search.next() {
            let trial = trials.at(at)?;
            self.show_trial(axis, &trial, out)?;
            search.tell(trial.holds);
        }
        let Some(answer) = search.answer() else { return Ok(()) };
        if !self.json {
            writeln!(out, "\nwhether it changes more than once:")?;
        }
        let mut otherwise = Vec::new();
        for at in search.probes() {
            let trial = trials.at(at)?;
            self.show_trial(axis, &trial, out)?;
            if trial.holds != answer.holds_at(at) {
                otherwise.push(&axis.values[at]);
            }
        }
        let name = &axis.name;
        if self.json {
            let kind = match answer {
                Answer::Smallest(_) => "smallest",
                Answer::Largest(_) => "largest",
                Answer::Everywhere => "everywhere",
                Answer::Nowhere => "nowhere",
            };
            let found = answer.value().map(|at| &axis.values[at]);
            let tried: Vec<_> = trials.tried.iter().map(|trial| trial.json(axis)).collect();
            write_json(
                out,
                &json!({"claim": claim.to_string(), "name": name, "answer": kind, "value": found,
                    "otherwise": otherwise, "tried": tried}),
            )?;
        } else {
            let (tried, of) = (trials.tried.len(), axis.values.len());
            writeln!(out, "\n{}: {claim} ({tried} of {of} values tried)", answer.words(axis))?;
            if !otherwise.is_empty() {
                let values: Vec<String> = otherwise.iter().map(|value| value.plain()).collect();
                let values = values.join(", ");
                writeln!(
                    out,
                    "but it changes more than once: it is otherwise at {name}={values}; without \
                     --find, each value is run"
                )?;
            }
        }
        match answer {
            Answer::Nowhere => Err(Failure::Unmet),
            _ => Ok(()),
        }
    }

    /// A line for each value that a search has tried.
    fn show_trial(&self, axis: &Axis, trial: &Trial, out: &mut impl Write) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        let value = axis.values[trial.at].plain();
        let sign = if trial.holds { '✓' } else { '✗' };
        let found =
            trial.left.iter().map(|it| it.map_or("nothing".to_owned(), |it| it.to_string()));
        let found = found.collect::<Vec<_>>().join(", ");
        writeln!(out, "  {sign} {}={value}: {found}", axis.name)?;
        out.flush()
    }
}

/// The values that a search tries.
struct Trials<'a> {
    document: &'a Document,
    sweep: &'a Sweep,
    claim: &'a Claim,
    threads: usize,
    tried: Vec<Trial>,
}

/// A claim at one value of an axis.
#[derive(Clone)]
struct Trial {
    /// The position of the value.
    at: usize,
    /// With every seed.
    holds: bool,
    /// The left side of the claim, with each seed.
    left: Vec<Option<f64>>,
}

impl Trial {
    fn json(&self, axis: &Axis) -> serde_json::Value {
        json!({"value": axis.values[self.at], "holds": self.holds, "left": self.left})
    }
}

impl Trials<'_> {
    /// Runs a value with every seed.
    ///
    /// # Errors
    /// Also if a run does not reach its end: what it shows is not the claim's.
    fn at(&mut self, at: usize) -> Result<Trial, Failure> {
        let seeds = u64::from(self.sweep.seeds());
        let work = |seed: usize, progress: &Progress| {
            let number = at as u64 * seeds + seed as u64;
            let mut run = self.sweep.start(number)?;
            finish(&mut run, progress);
            let facts = Facts::new(&run.simulation().report(), run.values().into_iter());
            Ok::<_, Vec<Problem>>((self.claim.judge(&[facts]), self.sweep.line(number, &run)))
        };
        let mut trial = Trial { at, holds: true, left: Vec::new() };
        in_order(seeds as usize, self.threads, work, |_, done| {
            let wrong = |it: Vec<Problem>| Failure::Wrong(complaints(self.document, &it));
            let (finding, line) = done.map_err(wrong)?;
            stopped(&[line])?;
            trial.holds &= finding.holds;
            trial.left.push(finding.left);
            Ok::<_, Failure>(())
        })?;
        self.tried.push(trial.clone());
        Ok(trial)
    }
}

impl Merge {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        let mut texts = Vec::new();
        for file in &self.files {
            texts.push(input::read_all(file)?);
        }
        let files = self.files.iter().map(String::as_str).zip(texts.iter().map(String::as_str));
        let (lines, errors) = merge(files);
        if !errors.is_empty() {
            let complaint = |error: &MergeError| Complaint::new("merge", error.to_string());
            return Err(Failure::Wrong(errors.iter().map(complaint).collect()));
        }
        if self.json || self.csv {
            for (at, line) in lines.iter().enumerate() {
                write_line(out, line, self.csv, at == 0)?;
            }
        } else {
            let names = lines.iter().take(1).flat_map(|line| &line.set);
            let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
            out.write_all(table::sweep(&Points::of(&lines), &names, &self.show).as_bytes())?;
        }
        stopped(&lines)
    }
}

fn write_line(out: &mut impl Write, line: &SweepLine, csv: bool, first: bool) -> io::Result<()> {
    match csv {
        true if first => writeln!(out, "{}\n{}", line.csv_head(), line.to_csv()),
        true => writeln!(out, "{}", line.to_csv()),
        false => writeln!(out, "{}", line.to_json()),
    }
}

fn line(sweep: &Sweep, number: u64, progress: &Progress) -> Result<SweepLine, Vec<Problem>> {
    let mut run = sweep.start(number)?;
    run.keep_within(BUDGET / 4);
    finish(&mut run, progress);
    Ok(sweep.line(number, &run))
}

fn complaints(document: &Document, problems: &[Problem]) -> Vec<Complaint> {
    let complaint = |problem: &Problem| Complaint {
        path: problem.path.clone(),
        ..Complaint::new(&document.file, &problem.message)
    };
    problems.iter().map(complaint).collect()
}

/// Reports the runs that did not reach their end.
fn stopped(lines: &[SweepLine]) -> Result<(), Failure> {
    let stopped = lines.iter().filter_map(|line| {
        let why = line.stopped.as_ref()?;
        Some(Complaint::new(format!("run {}", line.run), format!("stopped: {why}")))
    });
    let stopped: Vec<Complaint> = stopped.collect();
    if stopped.is_empty() { Ok(()) } else { Err(Failure::Stopped(stopped)) }
}
