//! Advice: which strategies' runs meet an application's needs.

mod scenario;

use std::fmt;

use super::Candidate;
use super::claim::Claim;
use super::measure::{MEASURES, Measure, Unit};
use super::moment::Moment;
use super::run::Measured;
use crate::named::named;
use crate::scenario::Scenario;
use crate::time::{Micros, duration};

/// What an application needs of its cache.
#[derive(Clone, Debug, PartialEq)]
pub struct Needs {
    /// Requests per second.
    pub reads: f64,
    pub writes: f64,
    /// The number of keys requested, some much more often than others.
    pub keys: u32,
    /// The capacity of the cache, in entries; `None`: no limit.
    pub capacity: Option<u32>,
    /// How long a value may be stale when it is read; `None`: no limit.
    pub stale_us: Option<Micros>,
    /// The most acknowledged writes that may be lost; `None`: no limit.
    pub lost: Option<u64>,
    /// This many clients read the same cold key at once, and a single load must serve them all.
    pub burst: Option<u32>,
    /// A client that has written reads its own write or a newer one.
    pub own_writes: bool,
    /// The least share of reads that the cache answers, in percent.
    pub hit_percent: Option<f64>,
    pub read_p99_us: Option<Micros>,
    pub write_p99_us: Option<Micros>,
    /// In the end, the cache holds no entry that was only written.
    pub no_pollution: bool,
    /// The most statements of the database per request, in percent.
    pub statements_percent: Option<f64>,
    /// The faults during the run.
    pub faults: Vec<Breakage>,
    /// No request may fail, whatever breaks.
    pub available: bool,
}

named! {
    /// A fault that lasts for a second and a half after the middle of a run.
    pub enum Breakage {
        /// The cache crashes, and comes back empty.
        Cache = "cache",
        /// An app server crashes.
        App = "app",
        /// The background worker crashes.
        Worker = "worker",
        /// The database is a hundred times slower.
        SlowDatabase = "slow-database",
    }
}

impl Default for Needs {
    /// No needs besides an answer.
    fn default() -> Needs {
        Needs {
            reads: 18.0,
            writes: 2.0,
            keys: 100,
            capacity: None,
            stale_us: None,
            lost: None,
            burst: None,
            own_writes: false,
            hit_percent: None,
            read_p99_us: None,
            write_p99_us: None,
            no_pollution: false,
            statements_percent: None,
            faults: Vec::new(),
            available: false,
        }
    }
}

/// The default candidates.
pub const CANDIDATES: [&str; 8] = [
    "cache-aside",
    "read-through",
    "write-through",
    "write-behind",
    "write-behind-durable",
    "write-around",
    "single-flight",
    "leases",
];

/// A need, as a claim about a run.
struct Requirement {
    words: String,
    claim: Claim,
}

/// A need that a run does not meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Unmet {
    pub need: String,
    /// The measured value; `None`: there was nothing to measure.
    pub found: Option<f64>,
    /// The unit of that value; a share is a fraction of 1.
    pub unit: Unit,
    /// The moment in which the need was missed, if there is one.
    pub moment: Option<Moment>,
}

/// A candidate, judged by the needs.
#[derive(Clone, Debug)]
pub struct Ranked {
    pub candidate: Candidate,
    /// The position of its run.
    pub run: usize,
    pub unmet: Vec<Unmet>,
    /// Statements of the database per request, in millionths.
    pub statements_ppm: u64,
    pub requests: Requests,
}

/// The requests of a run, by which one can tell how much it shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Requests {
    pub reads: u64,
    pub writes: u64,
    /// Of both, those that failed.
    pub failed: u64,
}

/// Reads, and writes, below which a run shows little.
const FEW: u64 = 20;

impl Requests {
    fn of(run: &Measured) -> Requests {
        let number = |path| run.facts.number(path).unwrap_or_default();
        Requests {
            reads: number("reads.total"),
            writes: number("writes.total"),
            failed: number("reads.failed") + number("writes.failed"),
        }
    }

    /// The share of failed requests, in millionths.
    pub fn failed_ppm(self) -> u64 {
        (self.failed * 1_000_000).checked_div(self.reads + self.writes).unwrap_or_default()
    }

    /// Whether there are too few for these needs to be tried.
    pub fn are_few(self, needs: &Needs) -> bool {
        let few = |rate: f64, number: u64| rate > 0.0 && number < FEW;
        few(needs.reads, self.reads) || few(needs.writes, self.writes)
    }
}

/// Values of a report that are no measures.
const STALEST_READ: &str = "staleness_us.read_max";
const OWN_WRITES_MISSED: &str = "sessions.read_your_writes";
const ONLY_WRITTEN: &str = "cache.only_written";

impl Needs {
    fn requirements(&self) -> Vec<Requirement> {
        let mut all = Vec::new();
        let mut need = |words: String, claim: String| {
            // each is written here, and a test reads them all
            if let Ok(claim) = Claim::parse(&claim, &[]) {
                all.push(Requirement { words, claim });
            }
        };
        match self.stale_us {
            Some(0) => need("no stale read".to_owned(), "reads.stale = 0".to_owned()),
            Some(us) => need(
                format!("nothing is read that is out of date by more than {}", duration(us)),
                format!("{STALEST_READ} <= {us}"),
            ),
            None => {}
        }
        if self.stale_us == Some(0) {
            need("nothing is read that is lost".to_owned(), "reads.phantom = 0".to_owned());
        }
        if let Some(lost) = self.lost {
            let words = match lost {
                0 => "no acknowledged write is lost".to_owned(),
                most => format!("at most {most} acknowledged writes are lost"),
            };
            need(words, format!("writes.lost <= {lost}"));
        }
        if self.burst.is_some() {
            let claim = "database.max_concurrent_loads_of_one_key <= 1".to_owned();
            need("one load serves a burst".to_owned(), claim);
        }
        if self.own_writes {
            let claim = format!("{OWN_WRITES_MISSED} = 0");
            need("who has written reads that".to_owned(), claim);
        }
        if let Some(percent) = self.hit_percent {
            let words = format!("the cache answers {percent} % of reads");
            need(words, format!("hit_ratio >= {percent}%"));
        }
        for (name, most) in [("read", self.read_p99_us), ("write", self.write_p99_us)] {
            if let Some(us) = most {
                let words = format!("99 % of {name}s within {}", duration(us));
                need(words, format!("latency_us.{name}.p99 <= {us}"));
            }
        }
        if self.no_pollution {
            need(
                "nothing is cached that was only written".to_owned(),
                format!("{ONLY_WRITTEN} = 0"),
            );
        }
        if let Some(percent) = self.statements_percent {
            let words = format!("at most {percent} statements for 100 requests");
            need(words, format!("statements_per_request <= {percent}%"));
        }
        if self.available {
            need("no read fails".to_owned(), "reads.failed = 0".to_owned());
            need("no write fails".to_owned(), "writes.failed = 0".to_owned());
        }
        all
    }

    /// Crashes that the run does not have, although one could lose what must not be lost.
    pub fn crashes_not_tried(&self) -> Vec<Breakage> {
        let crashes = [Breakage::Cache, Breakage::App, Breakage::Worker].into_iter();
        crashes.filter(|it| self.lost.is_some() && !self.faults.contains(it)).collect()
    }

    /// What a run of the needs' scenario shows, and what it does not.
    pub fn tried(&self, scenario: &Scenario) -> String {
        let list = |faults: &[Breakage], between: &str| {
            faults.iter().map(|it| it.name()).collect::<Vec<_>>().join(between)
        };
        let faults = match self.faults.as_slice() {
            [] => "without a fault".to_owned(),
            some => format!("with these faults: {}", list(some, ", ")),
        };
        let seed = scenario.seed;
        let one = format!(
            "This is one run of each, with seed {seed} and {faults}; `stalemate explore` tries \
             every order of events."
        );
        match self.crashes_not_tried().as_slice() {
            [] => one,
            crashes => format!(
                "{one}\nCrashes that can lose writes were not tried: --faults {}",
                list(crashes, ",")
            ),
        }
    }

    /// Ranks candidates by their runs of [`Needs::scenario`], the best first: fewest needs unmet,
    /// then fewest statements of the database, then fewest lines of code.
    pub fn rank(&self, runs: &[Measured]) -> Vec<Ranked> {
        let requirements = self.requirements();
        let statements = Measure::position("statements_per_request");
        let ranked = |(at, run): (usize, &Measured)| {
            let unmet = requirements.iter().filter_map(|Requirement { words, claim }| {
                let finding = claim.judge(std::slice::from_ref(&run.facts));
                (!finding.holds).then(|| Unmet {
                    need: words.clone(),
                    found: finding.left,
                    unit: unit(claim.subject()),
                    moment: moment(run, claim.subject()),
                })
            });
            Ranked {
                candidate: run.candidate.clone(),
                run: at,
                unmet: stopped(run).into_iter().chain(unmet).collect(),
                statements_ppm: statements.and_then(|at| run.cells[at].value).unwrap_or_default(),
                requests: Requests::of(run),
            }
        };
        let mut all: Vec<Ranked> = runs.iter().enumerate().map(ranked).collect();
        all.sort_by_key(|it| {
            let lines = super::lines_of_code(it.candidate.text());
            (it.unmet.len(), it.statements_ppm, lines)
        });
        all
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.need)?;
        match self.found {
            Some(found) => {
                let whole = if self.unit == Unit::Ppm { found * 1e6 } else { found };
                write!(f, " (measured: {})", self.unit.words(whole.round() as u64))
            }
            None => f.write_str(" (nothing was measured)"),
        }
    }
}

/// The moment in which a run failed a claim about `subject`.
fn moment(run: &Measured, subject: &str) -> Option<Moment> {
    match subject {
        OWN_WRITES_MISSED => run.own_write_missed.clone(),
        STALEST_READ => run.stalest_read.clone(),
        ONLY_WRITTEN => run.facts.number("at_us").map(|at_us| Moment { at_us, op: None }),
        _ => run.cells[Measure::position(subject)?].moment.clone(),
    }
}

fn unit(subject: &str) -> Unit {
    match subject {
        STALEST_READ => Unit::Us,
        _ => Measure::position(subject).map_or(Unit::Count, |at| MEASURES[at].unit),
    }
}

/// A run that did not reach its end shows nothing of the rest.
fn stopped(run: &Measured) -> Option<Unmet> {
    let why = run.stopped.as_ref()?;
    let at_us = run.facts.number("at_us")?;
    Some(Unmet {
        need: format!("it runs to the end: {why}"),
        found: Some(at_us as f64),
        unit: Unit::Us,
        moment: Some(Moment { at_us, op: None }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Run;

    const FUNDAMENTAL: [&str; 5] =
        ["cache-aside", "read-through", "write-through", "write-behind", "write-around"];

    fn rank(needs: &Needs) -> Vec<Ranked> {
        let runs = FUNDAMENTAL.map(|id| {
            let candidate = Candidate::parse(id).expect("built in");
            let mut run = Run::new(&needs.scenario(), &candidate).expect("it can run");
            while !run.advance(100_000) {}
            run.measured()
        });
        needs.rank(&runs)
    }

    /// The decision tables of the courses: a need, and the strategy that they name for it.
    #[test]
    fn the_decision_tables_of_courses_come_out_of_runs() {
        let usual = Needs { faults: vec![Breakage::Cache], ..Needs::default() };
        let tables = [
            // profiles: there without a cache, and nothing lost
            ("cache-aside", Needs { lost: Some(0), available: true, keys: 20, ..usual.clone() }),
            // pages: one load for all that miss
            ("read-through", Needs { lost: Some(0), burst: Some(50), ..usual.clone() }),
            // balances: never lost, fresh, from the cache
            (
                "write-through",
                Needs {
                    reads: 10.0,
                    writes: 10.0,
                    keys: 5,
                    lost: Some(0),
                    stale_us: Some(0),
                    hit_percent: Some(90.0),
                    ..usual.clone()
                },
            ),
            // clicks: cheap to write, a second of them may be lost
            (
                "write-behind",
                Needs {
                    reads: 0.0,
                    writes: 30.0,
                    keys: 3,
                    lost: Some(45),
                    write_p99_us: Some(2_000),
                    statements_percent: Some(20.0),
                    ..usual.clone()
                },
            ),
            // logs: written, hardly ever read
            (
                "write-around",
                Needs {
                    reads: 0.0,
                    writes: 10.0,
                    keys: 10_000,
                    lost: Some(0),
                    write_p99_us: Some(10_500),
                    no_pollution: true,
                    ..usual
                },
            ),
        ];
        for (named, needs) in tables {
            let ranked = rank(&needs);
            assert_eq!(ranked[0].candidate.strategy, named, "{ranked:#?}");
            assert_eq!(ranked[0].unmet, []);
            for loser in &ranked[1..] {
                assert!(!loser.unmet.is_empty(), "{named}: {loser:#?}");
            }
        }
    }

    /// The requests of a run in each second, reads and writes.
    fn rates(needs: &Needs) -> (f64, f64) {
        let scenario = needs.scenario();
        let mut run = Run::new(&scenario, &Candidate::parse("no-cache").unwrap()).unwrap();
        while !run.advance(100_000) {}
        let requests = Requests::of(&run.measured());
        let seconds = scenario.duration_us as f64 / 1e6;
        (requests.reads as f64 / seconds, requests.writes as f64 / seconds)
    }

    #[test]
    fn requests_are_as_many_as_needed_however_rare_one_kind_is() {
        for (reads, writes) in [(18.0, 2.0), (500.0, 1.0), (0.0, 30.0), (2.0, 700.0), (0.5, 0.05)] {
            let needs = Needs { reads, writes, ..Needs::default() };
            let found = rates(&needs);
            for (found, wanted) in [(found.0, reads), (found.1, writes)] {
                // within four standard deviations of a Poisson count
                let seconds = needs.scenario().duration_us as f64 / 1e6;
                let off = 4.0 * libm::sqrt(wanted / seconds);
                assert!((found - wanted).abs() <= off, "{found} for {wanted} of {needs:?}");
                assert!(wanted == 0.0 || found * seconds >= 20.0, "{found} in {seconds} s");
            }
        }
    }

    #[test]
    fn a_rare_write_still_makes_a_read_stale() {
        let needs = Needs { reads: 500.0, writes: 0.2, stale_us: Some(0), ..Needs::default() };
        let ranked = rank(&needs);
        let around = ranked.iter().find(|it| it.candidate.strategy == "write-around").unwrap();
        assert_eq!(around.unmet.len(), 1, "{around:?}");
        assert!(around.unmet[0].moment.is_some());
    }

    #[test]
    fn staleness_counts_when_it_is_read() {
        let scenario = |read_us: u64| {
            crate::scenario::Scenario::parse(&format!(
                r#"{{"rows": {{"each": {{"k": 0}}}}, "duration_us": 20000000,
                "strategies": [{{"strategy": "write-around"}}], "actions": [
                {{"at_us": 0, "do": "read", "key": "k"}},
                {{"at_us": 1000000, "do": "write", "key": "k"}},
                {{"at_us": {read_us}, "do": "read", "key": "k"}}]}}"#
            ))
            .unwrap()
        };
        let needs = Needs { stale_us: Some(5_000_000), ..Needs::default() };
        let unmet = |read_us| {
            let mut run = Run::of(&scenario(read_us)).unwrap();
            while !run.advance(1_000) {}
            needs.rank(&[run.measured()]).remove(0).unmet
        };
        // the entry is out of date until its TTL, but nobody reads it after the first second
        assert_eq!(unmet(2_000_000), []);
        let late = unmet(15_000_000);
        assert_eq!(late.len(), 1);
        assert_eq!(
            late[0].to_string(),
            "nothing is read that is out of date by more than 5 s (measured: 13.99 s)"
        );
        assert_eq!(late[0].moment.as_ref().unwrap().op.as_deref(), Some("R3"));
    }

    #[test]
    fn what_is_read_is_no_pollution() {
        let needs =
            Needs { reads: 30.0, writes: 10.0, keys: 500, no_pollution: true, ..Needs::default() };
        for ranked in rank(&needs) {
            let sets = matches!(&*ranked.candidate.strategy, "write-through" | "write-behind");
            assert_eq!(ranked.unmet.len(), usize::from(sets), "{ranked:?}");
        }
    }

    #[test]
    fn a_run_that_stops_meets_nothing() {
        let needs = Needs { lost: Some(0), ..Needs::default() };
        let mut scenario = needs.scenario();
        scenario.limits.events = 1_000;
        let mut run = Run::new(&scenario, &Candidate::parse("cache-aside").unwrap()).unwrap();
        while !run.advance(1_000) {}
        let [unmet] = &needs.rank(&[run.measured()]).remove(0).unmet[..] else { panic!("one") };
        assert!(unmet.need.starts_with("it runs to the end: "), "{unmet}");
    }

    #[test]
    fn every_need_is_a_claim_and_a_loser_has_its_moment() {
        let needs = Needs {
            stale_us: Some(0),
            lost: Some(0),
            burst: Some(10),
            own_writes: true,
            hit_percent: Some(99.0),
            read_p99_us: Some(1),
            write_p99_us: Some(1),
            no_pollution: true,
            statements_percent: Some(1.0),
            available: true,
            faults: Breakage::ALL.to_vec(),
            ..Needs::default()
        };
        assert_eq!(needs.requirements().len(), 12);
        let ranked = rank(&needs);
        let behind = ranked.iter().find(|it| it.candidate.strategy == "write-behind").unwrap();
        let lost = behind.unmet.iter().find(|it| it.need.contains("is lost")).unwrap();
        let at_us = lost.moment.as_ref().expect("a write was lost").at_us;
        // acknowledged since the flush before it
        assert!((20_000_000..=needs.breaks_us()).contains(&at_us), "{at_us}");
    }
}
