//! `stalemate advise`: finds the strategies that meet an application's needs.

use std::io::Write;

use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::json;

use super::compare::finish;
use super::complaint::Complaint;
use super::input::{NotAllowed, address, whole};
use super::parallel::{self, Progress, in_order};
use super::{Failure, write_json};
use crate::compare::advice::{Breakage, CANDIDATES, Needs, Ranked, Unmet};
use crate::compare::{Candidate, Measured, Run, Unit};
use crate::link;
use crate::scenario::{Problem, Scenario};
use crate::simulate::timeline::BUDGET;
use crate::time::{Micros, instant};

/// State your needs, and see which strategies meet them and where the others fail.
///
/// Each candidate runs for forty virtual seconds under these requests, or for as long as forty reads
/// and forty writes take; faults last for a second and a half after the middle. The best comes first: with the fewest needs unmet, then the fewest statements of the
/// database, then the fewest lines of code.
#[derive(Args)]
pub struct Advise {
    /// Reads per second
    #[arg(long, value_name = "RATE", default_value_t = 18.0, value_parser = rate)]
    reads: f64,
    /// Writes per second
    #[arg(long, value_name = "RATE", default_value_t = 2.0, value_parser = rate)]
    writes: f64,
    /// Number of keys, some requested much more often than others
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = whole::<u32>(1, 999_999))]
    keys: u32,
    /// Capacity of the cache, in entries; left out: no limit
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1, 1_000_000))]
    capacity: Option<u32>,
    /// How long a value may be stale, in seconds: 0 for never
    #[arg(long, value_name = "SECONDS", value_parser = stale)]
    stale: Option<Micros>,
    /// How many acknowledged writes may be lost
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0, u64::MAX))]
    lost: Option<u64>,
    /// Number of simultaneous reads of one cold key that a single load must serve
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1, 10_000))]
    burst: Option<u32>,
    /// A client that has written reads its own write or a newer one
    #[arg(long)]
    own_writes: bool,
    /// The least share of reads that the cache answers
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    hits: Option<f64>,
    /// 99 % of reads take at most this
    #[arg(long, value_name = "MS", value_parser = milliseconds)]
    read_p99: Option<Micros>,
    /// 99 % of writes take at most this
    #[arg(long, value_name = "MS", value_parser = milliseconds)]
    write_p99: Option<Micros>,
    /// Keys that are only written take no room in the cache
    #[arg(long)]
    no_pollution: bool,
    /// The most statements of the database per 100 requests
    #[arg(long, value_name = "N", value_parser = statements)]
    statements: Option<f64>,
    /// Faults that occur, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = PossibleValuesParser::new(Breakage::ALL.map(Breakage::name)))]
    faults: Vec<String>,
    /// No request may fail, whatever breaks
    #[arg(long)]
    available: bool,
    /// The candidates, as in compare; left out: eight that courses and papers name
    #[arg(long, value_name = "LIST")]
    strategies: Option<String>,
    /// The page's address, to put before links
    #[arg(long, value_name = "URL", value_parser = address)]
    base: Option<String>,
    /// Number of parallel runs; left out: one per processor
    #[arg(long, value_name = "N", value_parser = whole::<u16>(1, 1024))]
    threads: Option<u16>,
    /// Write one JSON document, errors included
    #[arg(long)]
    pub json: bool,
}

fn number(text: &str, most: f64, allowed: &str) -> Result<f64, NotAllowed> {
    let number = text.parse().ok().filter(|it| (0.0..=most).contains(it));
    number.ok_or_else(|| NotAllowed(allowed.to_owned()))
}

fn rate(text: &str) -> Result<f64, NotAllowed> {
    number(text, 10_000.0, "0..10000 a second")
}

fn percent(text: &str) -> Result<f64, NotAllowed> {
    number(text, 100.0, "0..100 %")
}

fn statements(text: &str) -> Result<f64, NotAllowed> {
    number(text, 1_000.0, "0..1000, for 100 requests")
}

fn stale(text: &str) -> Result<Micros, NotAllowed> {
    number(text, 86_400.0, "0..86400 seconds").map(|seconds| (seconds * 1e6).round() as Micros)
}

fn milliseconds(text: &str) -> Result<Micros, NotAllowed> {
    number(text, 3_600_000.0, "0..3600000 ms").map(|ms| (ms * 1e3).round() as Micros)
}

impl Advise {
    pub fn run(&self, out: &mut impl Write) -> Result<(), Failure> {
        let needs = self.needs();
        if needs.reads + needs.writes <= 0.0 {
            let message = "is 0, as is --writes; allowed: one of them more than 0";
            return Err(Complaint::new("--reads", message).into());
        }
        let scenario = needs.scenario();
        let candidates = self.candidates()?;
        let wrong = |problems: &[Problem]| {
            let each = problems.iter().map(|it| Complaint::new("advise", it.to_string()));
            Failure::Wrong(each.collect())
        };
        let work = |index: usize, progress: &Progress| {
            let mut run = Run::new(&scenario, &candidates[index])?;
            run.keep_within(BUDGET / 4);
            finish(&mut run, progress);
            Ok::<_, Vec<Problem>>(run.measured())
        };
        let mut runs: Vec<Measured> = Vec::new();
        let threads = self.threads.map_or_else(parallel::processors, usize::from);
        in_order(candidates.len(), threads, work, |_, run| {
            runs.push(run.map_err(|problems| wrong(&problems))?);
            Ok::<_, Failure>(())
        })?;
        let ranked = needs.rank(&runs);
        match self.json {
            true => self.write(&needs, &scenario, &ranked, out)?,
            false => self.tell(&needs, &scenario, &ranked, out)?,
        }
        out.flush()?;
        match ranked.first() {
            Some(best) if best.unmet.is_empty() => Ok(()),
            _ => Err(Failure::Unmet),
        }
    }

    fn needs(&self) -> Needs {
        let named = |name: &String| Breakage::ALL.into_iter().find(|it| it.name() == name);
        Needs {
            reads: self.reads,
            writes: self.writes,
            keys: self.keys,
            capacity: self.capacity,
            stale_us: self.stale,
            lost: self.lost,
            burst: self.burst,
            own_writes: self.own_writes,
            hit_percent: self.hits,
            read_p99_us: self.read_p99,
            write_p99_us: self.write_p99,
            no_pollution: self.no_pollution,
            statements_percent: self.statements,
            faults: self.faults.iter().filter_map(named).collect(),
            available: self.available,
        }
    }

    fn candidates(&self) -> Result<Vec<Candidate>, Failure> {
        let texts = match &self.strategies {
            Some(list) => Candidate::split(list),
            None => CANDIDATES.map(str::to_owned).to_vec(),
        };
        Candidate::check_list(&texts)
            .map_err(|(_, why)| Complaint::new("--strategies", why.to_string()))?;
        if texts.iter().any(|text| text == Candidate::OWN) {
            let message = "there is no scenario whose own strategy this is; allowed: ID or FILE.py";
            return Err(Complaint::new("--strategies own", message).into());
        }
        let candidate = |text: &String| {
            super::compare::candidate(text, &Scenario::default(), &|problems| {
                problems.iter().map(|it| Complaint::new("advise", it.to_string())).collect()
            })
        };
        texts.iter().map(candidate).collect::<Result<_, _>>().map_err(Failure::Wrong)
    }

    /// A link to a candidate's run, opened at the moment in which the need was missed.
    fn link(&self, scenario: &Scenario, candidate: &Candidate, unmet: &Unmet) -> Option<String> {
        let mut run = candidate.under(scenario);
        run.view.at_us = unmet.moment.as_ref().map(|moment| moment.at_us);
        let link = link::encode(&run, None).ok()?;
        Some(match &self.base {
            Some(base) => link.on(base),
            None => link.text().to_owned(),
        })
    }

    fn tell(
        &self,
        needs: &Needs,
        scenario: &Scenario,
        ranked: &[Ranked],
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        for (place, each) in ranked.iter().enumerate() {
            let statements = Unit::Ppm.words(each.statements_ppm);
            let name = each.candidate.name();
            let verdict = match each.unmet.len() {
                0 => "meets every need in this run".to_owned(),
                1 => "does not meet one need".to_owned(),
                more => format!("does not meet {more} needs"),
            };
            let failed = match each.requests.failed_ppm() {
                0 => String::new(),
                ppm => format!("; failed requests: {}", Unit::Ppm.words(ppm)),
            };
            writeln!(
                out,
                "{}. {name} {verdict}; statements for requests: {statements}{failed}",
                place + 1
            )?;
            for unmet in &each.unmet {
                let at = unmet.moment.as_ref().map(|moment| {
                    let op = moment.op.iter().map(|op| format!(" {op}")).collect::<String>();
                    format!(", at {}{op}", instant(moment.at_us))
                });
                writeln!(out, "   ✗ {unmet}{}", at.unwrap_or_default())?;
                match (self.link(scenario, &each.candidate, unmet), &self.base) {
                    (Some(link), Some(_)) => writeln!(out, "     {link}")?,
                    (Some(link), None) => writeln!(out, "     stalemate run '{link}'")?,
                    (None, _) => {}
                }
            }
        }
        writeln!(out, "\n{}", needs.tried(scenario))?;
        if ranked.iter().all(|each| !each.unmet.is_empty()) {
            writeln!(out, "\nNone of these meets every need.")?;
        }
        if let Some(first) = ranked.iter().find(|each| each.requests.are_few(needs)) {
            let (reads, writes) = (first.requests.reads, first.requests.writes);
            let length = instant(scenario.duration_us);
            writeln!(out, "\n{length} with {reads} reads and {writes} writes: too few to tell.")?;
        }
        Ok(())
    }

    fn write(
        &self,
        needs: &Needs,
        scenario: &Scenario,
        ranked: &[Ranked],
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let unmet = |candidate: &Candidate, unmet: &Unmet| {
            json!({
                "need": unmet.need,
                "found": unmet.found,
                "moment": unmet.moment,
                "link": self.link(scenario, candidate, unmet),
            })
        };
        let ranked = ranked.iter().map(|each| {
            let candidate = &each.candidate;
            let unmet: Vec<_> = each.unmet.iter().map(|it| unmet(candidate, it)).collect();
            json!({
                "strategy": candidate.strategy,
                "parameters": candidate.parameters,
                "statements_ppm": each.statements_ppm,
                "reads": each.requests.reads,
                "writes": each.requests.writes,
                "failed": each.requests.failed,
                "unmet": unmet,
            })
        });
        let ranked: Vec<_> = ranked.collect();
        let names =
            |faults: Vec<Breakage>| faults.into_iter().map(Breakage::name).collect::<Vec<_>>();
        let tried = json!({
            "runs": 1,
            "seed": scenario.seed,
            "faults": names(needs.faults.clone()),
            "crashes_not_tried": names(needs.crashes_not_tried()),
        });
        Ok(write_json(out, &json!({"scenario": scenario, "tried": tried, "ranked": ranked}))?)
    }
}
