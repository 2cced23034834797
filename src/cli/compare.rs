//! `stalemate compare`: the same run under several strategies.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::complaint::Complaint;
use super::input::{self, Document, SEEDS, Wanted, seconds, whole};
use super::parallel::{self, Progress, WHOLE, in_order};
use super::run::PORTION;
use super::sweep::measure;
use super::trace::Trace;
use super::{Failure, table, write_json};
use crate::compare::{
    Better, Candidate, Cell, Claim, ClaimFinding, Difference, Facts, Measured, Row, Run, Unit,
    courses, rows,
};
use crate::history::Report;
use crate::link;
use crate::scenario::{Literal, Problem, Scenario};
use crate::simulate::timeline::BUDGET;
use crate::strategy::compile;
use crate::strategy::value::Names;
use crate::time::{Micros, instant};

/// Run a scenario under two to eight strategies, and compare the results.
///
/// Each strategy serves all keys, with the same rows, workloads, actions, faults and seed.
#[derive(Args)]
pub struct Compare {
    /// A file, a preset's id, a link, or - for standard input
    scenario: Option<String>,
    /// Two to eight candidates, separated by commas: ID, FILE.py, or either with parameters, as
    /// cache-aside:TTL=5,JITTER=1; or own, the scenario's strategy; left out: the scenario's own
    /// list
    #[arg(long, value_name = "LIST")]
    strategies: Option<String>,
    /// Print the table that courses print, measured under a reference workload
    #[arg(long, conflicts_with_all = ["scenario", "strategies", "expect", "difference", "moments", "trace", "until"])]
    courses: bool,
    /// Take requests from a CSV of time,client,operation,key, or from a file of libCacheSim
    /// (.oracleGeneral), instead of from the workloads; times count from the first request, the
    /// scenario's actions stay, and the run goes on until a second after the last request
    #[arg(long, value_name = "FILE", conflicts_with = "difference")]
    trace: Option<String>,
    /// Seed of all random draws: latencies, keys, losses
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0, SEEDS))]
    seed: Option<u64>,
    /// Run until this virtual time
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    until: Option<Micros>,
    /// A claim that must hold across the runs, such as 'write-through.reads.stale <=
    /// cache-aside.reads.stale'
    #[arg(long, value_name = "CLAIM")]
    expect: Vec<String>,
    /// Measures to show, separated by commas; left out: all
    #[arg(long, value_name = "MEASURES", value_delimiter = ',', value_parser = measure, conflicts_with = "json")]
    show: Vec<usize>,
    /// Show for each value when it arose, and in which request
    #[arg(long, conflicts_with = "json")]
    moments: bool,
    /// Show where the first two runs diverge, and which keys end differently
    #[arg(long)]
    difference: bool,
    /// Number of parallel runs; left out: one per processor
    #[arg(long, value_name = "N", value_parser = whole::<u16>(1, 1024))]
    threads: Option<u16>,
    /// Write one JSON document, errors included
    #[arg(long)]
    pub json: bool,
}

/// The JSON document of a comparison.
#[derive(Serialize)]
struct CompareDocument<'a> {
    runs: Vec<RunOf<'a>>,
    rows: Vec<RowOf<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    expectations: &'a [ClaimFinding],
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<&'a Difference>,
    /// Candidates that could not run, or did not reach the end.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Complaint],
}

#[derive(Serialize)]
struct RunOf<'a> {
    strategy: &'a str,
    parameters: &'a BTreeMap<String, Literal>,
    seed: u64,
    report: &'a Report,
    /// A link to the run, which opens at its start; `link --at` makes one that opens at another
    /// moment. Left out if the requests come from a trace, or if the link would be too long.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'a str>,
}

#[derive(Serialize)]
struct RowOf<'a> {
    name: &'a str,
    heading: &'a str,
    unit: Unit,
    better: Better,
    cells: &'a [Cell],
    best: &'a [usize],
    worst: &'a [usize],
}

impl Compare {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        if self.courses {
            return self.courses(out);
        }
        let Some(name) = &self.scenario else {
            let message = "needs a SCENARIO: a file, a preset's id, a link, or - for standard \
                           input; or --courses, for the table that courses print";
            return Err(Complaint::new("compare", message).into());
        };
        let mut document = input::read(name)?;
        let scenario = &mut document.scenario;
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        scenario.duration_us = self.until.unwrap_or(scenario.duration_us);
        let texts = match &self.strategies {
            Some(list) => Candidate::split(list),
            None => scenario.view.compare.clone(),
        };
        if texts.is_empty() {
            return Err(Complaint::new(
                "--strategies",
                "is missing, and the scenario compares nothing (`view.compare`)",
            )
            .into());
        }
        Candidate::check_list(&texts)
            .map_err(|(_, why)| Complaint::new("--strategies", why.to_string()))?;
        // what no candidate can be is most likely mistyped: nothing runs before it is mended
        let unknown: Vec<Complaint> =
            texts.iter().filter_map(|text| unknown(text, scenario)).collect();
        if !unknown.is_empty() {
            return Err(Failure::Wrong(unknown));
        }
        let (mut candidates, mut names) = (Vec::new(), Vec::new());
        let mut wrong = Vec::new();
        for text in &texts {
            match candidate(text, &document.scenario, &|it| document.complaints(it)) {
                Ok(candidate) => {
                    names.push(heading(text, &candidate, &texts));
                    candidates.push(candidate);
                }
                Err(complaints) => wrong.extend(complaints),
            }
        }
        let claims = match wrong.is_empty() {
            true => self.claims(&names)?,
            // what is claimed of a run that cannot be is not to be judged
            false => Vec::new(),
        };
        let threads = self.threads.map_or_else(parallel::processors, usize::from);
        let trace = self.trace.as_ref().map(|file| Trace::read(file)).transpose()?;
        let start = |candidate: &Candidate| match &trace {
            None => Run::new(&document.scenario, candidate),
            Some(trace) => {
                let keys = trace.keys.iter().map(String::as_str);
                Run::of_trace(&document.scenario, candidate, keys, trace.requests())
            }
        };
        let complain = |problems: &[Problem]| document.complaints(problems);
        let (runs, reports): (Vec<Measured>, Vec<Report>) =
            all(&candidates, threads, start, complain).map_err(Failure::Wrong)?.into_iter().unzip();
        let stopped = runs.iter().zip(&reports).filter_map(|(run, report)| {
            let why = run.stopped.as_ref()?;
            let at = instant(report.at_us);
            Some(Complaint::new(run.candidate.name(), format!("stopped at {at}: {why}")))
        });
        wrong.extend(stopped);
        let difference = match (self.difference, &candidates[..]) {
            (true, [one, other, ..]) => Some(difference(&document, one, other)?),
            _ => None,
        };
        let values = |run: &Measured| run.cells.iter().map(|cell| cell.value).collect::<Vec<_>>();
        let facts = runs.iter().zip(&reports);
        let facts: Vec<Facts> =
            facts.map(|(run, report)| Facts::new(report, values(run).into_iter())).collect();
        let findings: Vec<ClaimFinding> = claims.iter().map(|it| it.judge(&facts)).collect();
        let rows = rows(&runs);
        if self.json {
            let link = |run: &Measured| {
                let whole = run.candidate.under(&document.scenario);
                let link = self.trace.is_none().then(|| link::encode(&whole, None).ok());
                link.flatten().map(|link| link.text().to_owned())
            };
            write_json(
                out,
                &as_document(link, &runs, &reports, &rows, &findings, difference.as_ref(), &wrong),
            )?;
        } else if !runs.is_empty() {
            writeln!(out, "{}\n", title(&document))?;
            out.write_all(table::comparison(&names, &self.shown(&rows), self.moments).as_bytes())?;
            if let Some(difference) = &difference {
                out.write_all(table::difference(&names, difference).as_bytes())?;
            }
            out.write_all(table::claims(&findings).as_bytes())?;
        }
        out.flush()?;
        match (wrong.is_empty(), findings.iter().all(|finding| finding.holds)) {
            (false, _) if self.json => Err(Failure::Stopped(Vec::new())),
            (false, _) => Err(Failure::Stopped(wrong)),
            (true, false) => Err(Failure::Unmet),
            (true, true) => Ok(()),
        }
    }

    fn shown<'a>(&self, rows: &'a [Row]) -> Vec<&'a Row> {
        match self.show.is_empty() {
            true => rows.iter().collect(),
            false => self.show.iter().map(|&at| &rows[at]).collect(),
        }
    }

    /// Prints the table of the courses, measured.
    fn courses(&self, out: &mut impl Write) -> Result<(), Failure> {
        let mut scenario = courses::reference();
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        // they are built in
        let candidates = courses::STRATEGIES.iter().filter_map(|id| Candidate::parse(id).ok());
        let candidates: Vec<Candidate> = candidates.collect();
        let threads = self.threads.map_or_else(parallel::processors, usize::from);
        let complain = |problems: &[Problem]| {
            problems.iter().map(|it| Complaint::new("--courses", it.to_string())).collect()
        };
        let start = |candidate: &Candidate| Run::new(&scenario, candidate);
        let runs = all(&candidates, threads, start, complain).map_err(Failure::Wrong)?;
        let runs: Vec<Measured> = runs.into_iter().map(|(run, _)| run).collect();
        let judged = courses::judge(&runs);
        let link = |strategy: &str, at_us: Option<Micros>| {
            let mut run = Candidate::parse(strategy).ok()?.under(&scenario);
            run.view.at_us = at_us;
            link::encode(&run, None).ok().map(|link| link.text().to_owned())
        };
        match self.json {
            true => write_json(out, &table::courses_json(&judged, link))?,
            false => out.write_all(table::courses(&judged, link).as_bytes())?,
        }
        Ok(())
    }

    fn claims(&self, names: &[String]) -> Result<Vec<Claim>, Failure> {
        let claim = |text: &String| {
            let claim = Claim::parse(text, names);
            claim.map_err(|error| {
                Failure::from(Complaint::new(format!("--expect {text}"), error.to_string()))
            })
        };
        self.expect.iter().map(claim).collect()
    }
}

/// The name of a run: two of them never have the same.
fn heading(text: &str, candidate: &Candidate, texts: &[String]) -> String {
    let name = candidate.name();
    let is_own = text == Candidate::OWN;
    let is_taken = texts.contains(&name);
    if is_own && (candidate.source.is_some() || is_taken) { text.to_owned() } else { name }
}

fn title(document: &Document) -> String {
    let scenario = &document.scenario;
    let title = if scenario.title.is_empty() { &document.file } else { &scenario.title };
    format!("{title}\n{}, seed {}", instant(scenario.duration_us), scenario.seed)
}

/// What is wrong with a candidate's name.
fn unknown(text: &str, scenario: &Scenario) -> Option<Complaint> {
    match Candidate::listed(text, scenario) {
        Err(why) => Some(Complaint::new("--strategies", why.to_string())),
        Ok(Candidate { strategy, source: None, .. })
            if Candidate::names_a_program(&strategy) && !Path::new(&strategy).exists() =>
        {
            Some(Complaint::new(&strategy, Wanted::Program.missing(&strategy)))
        }
        Ok(_) => None,
    }
}

/// A candidate that can run, or everything that is wrong with it.
pub(super) fn candidate(
    text: &str,
    scenario: &Scenario,
    complain: &dyn Fn(&[Problem]) -> Vec<Complaint>,
) -> Result<Candidate, Vec<Complaint>> {
    let origin = format!("--strategies {text}");
    let mut candidate = Candidate::listed(text, scenario)
        .map_err(|error| vec![Complaint::new("--strategies", error.to_string())])?;
    if candidate.source.is_none() && Candidate::names_a_program(&candidate.strategy) {
        let source =
            input::read_text(&candidate.strategy, Wanted::Program).map_err(
                |failure| match failure {
                    Failure::Wrong(complaints) => complaints,
                    _ => Vec::new(),
                },
            )?;
        let mut names = Names::of(scenario.store_names());
        compile(&source, &mut names).map_err(|errors| -> Vec<Complaint> {
            let file = &candidate.strategy;
            errors.iter().map(|it| Complaint::of_program(file, "", &source, it)).collect()
        })?;
        candidate.source = Some(source);
    }
    scenario.validate().map_err(|problems| complain(&problems))?;
    match Run::new(scenario, &candidate) {
        Ok(_) => Ok(candidate),
        Err(problems) => {
            let of_it = "strategies[0].";
            let complaint = |problem: &Problem| {
                let path = problem.path.strip_prefix(of_it).unwrap_or(&problem.path);
                Complaint { path: path.to_owned(), ..Complaint::new(&origin, &problem.message) }
            };
            Err(problems.iter().map(complaint).collect())
        }
    }
}

/// Runs all candidates to their ends.
fn all(
    candidates: &[Candidate],
    threads: usize,
    start: impl Fn(&Candidate) -> Result<Run, Vec<Problem>> + Sync,
    complain: impl Fn(&[Problem]) -> Vec<Complaint>,
) -> Result<Vec<(Measured, Report)>, Vec<Complaint>> {
    let work = |index: usize, progress: &Progress| {
        let mut run = start(&candidates[index])?;
        run.keep_within(BUDGET / 4);
        finish(&mut run, progress);
        let report = run.simulation().report();
        Ok((run.measured_with(report.clone()), report))
    };
    let mut runs = Vec::new();
    let take = |_, run: Result<(Measured, Report), Vec<Problem>>| {
        runs.push(run.map_err(|problems| complain(&problems))?);
        Ok::<_, Vec<Complaint>>(())
    };
    in_order(candidates.len(), threads, work, take)?;
    Ok(runs)
}

/// Runs to the end, and reports progress.
pub(super) fn finish(run: &mut Run, progress: &Progress) {
    let mut told = 0;
    let mut tell = |thousandths: u64| {
        progress.add(thousandths.saturating_sub(told));
        told = told.max(thousandths);
    };
    while !run.advance(PORTION) {
        let (now_us, until_us) = run.progress();
        let part = u128::from(WHOLE) * u128::from(now_us) / u128::from(until_us.max(1));
        tell(part as u64);
    }
    tell(WHOLE);
}

/// Runs two candidates again, to compare their histories.
fn difference(
    document: &Document,
    one: &Candidate,
    other: &Candidate,
) -> Result<Difference, Failure> {
    let play = |candidate: &Candidate| {
        let run = Run::new(&document.scenario, candidate);
        let mut run = run.map_err(|it| Failure::Wrong(document.complaints(&it)))?;
        while !run.advance(PORTION) {}
        Ok::<_, Failure>(run)
    };
    Ok(Difference::of(play(one)?.simulation(), play(other)?.simulation()))
}

fn as_document<'a>(
    link: impl Fn(&Measured) -> Option<String>,
    runs: &'a [Measured],
    reports: &'a [Report],
    rows: &'a [Row],
    expectations: &'a [ClaimFinding],
    difference: Option<&'a Difference>,
    errors: &'a [Complaint],
) -> CompareDocument<'a> {
    let run = |(run, report): (&'a Measured, &'a Report)| RunOf {
        strategy: &run.candidate.strategy,
        parameters: &run.candidate.parameters,
        seed: run.seed,
        report,
        link: link(run),
        stopped: run.stopped.as_deref(),
    };
    let row = |Row { measure, cells, best, worst }: &'a Row| RowOf {
        name: measure.name,
        heading: measure.heading,
        unit: measure.unit,
        better: measure.better,
        cells,
        best,
        worst,
    };
    CompareDocument {
        runs: runs.iter().zip(reports).map(run).collect(),
        rows: rows.iter().map(row).collect(),
        expectations,
        difference,
        errors,
    }
}
