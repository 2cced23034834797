//! Advice: which strategies' runs meet an application's needs.

use std::fmt;

use serde_json::json;

use super::Candidate;
use super::claim::Claim;
use super::measure::{MEASURES, Measure, Unit};
use super::moment::Moment;
use super::run::Measured;
use crate::named::named;
use crate::scenario::Scenario;
use crate::time::{Micros, SECOND_US, duration};

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
    /// A fault that lasts for a second and a half in the middle of a run.
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
}

/// When the fault begins, and when it ends.
const BREAKS_US: Micros = 20_500_000;
const MENDED_US: Micros = 22_000_000;

impl Needs {
    /// The scenario that candidates run: forty seconds of requests, the burst at 5 s, faults from
    /// 20.5 s to 22 s.
    pub fn scenario(&self) -> Scenario {
        let all = self.reads + self.writes;
        let permille = if all > 0.0 { (self.reads * 1_000.0 / all).round() } else { 0.0 };
        let mut actions = Vec::new();
        if let Some(times) = self.burst {
            let at_us = 5 * SECOND_US;
            actions.push(json!({"at_us": at_us, "do": "read", "key": "hot:0", "times": times}));
        }
        for fault in &self.faults {
            let (breaks, mends) = match fault {
                Breakage::Cache => (json!({"do": "kill-cache"}), json!({"do": "restart-cache"})),
                Breakage::App => {
                    (json!({"do": "crash-app", "app": 0}), json!({"do": "restart-app", "app": 0}))
                }
                Breakage::Worker => {
                    (json!({"do": "crash-worker"}), json!({"do": "restart-worker"}))
                }
                Breakage::SlowDatabase => (
                    json!({"do": "slow-database", "factor_milli": 100_000}),
                    json!({"do": "restore-database"}),
                ),
            };
            for (at_us, mut action) in [(BREAKS_US, breaks), (MENDED_US, mends)] {
                action["at_us"] = at_us.into();
                actions.push(action);
            }
        }
        let document = json!({
            "title": "What is needed",
            "duration_us": 40 * SECOND_US,
            "topology": {"cache": match self.capacity {
                Some(capacity) => json!({"capacity": capacity}),
                None => json!({}),
            }},
            "rows": {
                "each": {"hot:0": 0},
                "ranges": [{"prefix": "item:", "count": self.keys.max(1), "value": 0}],
            },
            "workloads": [{
                "name": "users",
                "arrivals": {"kind": "poisson", "per_second": all.clamp(0.001, 100_000.0)},
                "keys": {"prefix": "item:", "count": self.keys.max(1)},
                "read_permille": permille as u32,
            }],
            "actions": actions,
        });
        Scenario::parse(&document.to_string()).expect("it has the document's shape")
    }

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
                format!("nothing is stale for more than {}", duration(us)),
                format!("staleness_us.max <= {us}"),
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
            let claim = "sessions.read_your_writes = 0".to_owned();
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
                "cache.entries <= 0".to_owned(),
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

    /// Ranks candidates by their runs of [`Needs::scenario`], the best first: fewest needs unmet,
    /// then fewest statements of the database, then fewest lines of code.
    pub fn rank(&self, runs: &[Measured]) -> Vec<Ranked> {
        let requirements = self.requirements();
        let statements = Measure::position("statements_per_request");
        let ranked = |(at, run): (usize, &Measured)| {
            let unmet = requirements.iter().filter_map(|Requirement { words, claim }| {
                let finding = claim.judge(std::slice::from_ref(&run.facts));
                let moment = || moment(run, claim.subject());
                (!finding.holds).then(|| Unmet {
                    need: words.clone(),
                    found: finding.left,
                    unit: Measure::position(claim.subject())
                        .map_or(Unit::Count, |at| MEASURES[at].unit),
                    moment: moment(),
                })
            });
            Ranked {
                candidate: run.candidate.clone(),
                run: at,
                unmet: unmet.collect(),
                statements_ppm: statements.and_then(|at| run.cells[at].value).unwrap_or_default(),
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
    if subject == "sessions.read_your_writes" {
        return run.own_write_missed.clone();
    }
    run.cells[Measure::position(subject)?].moment.clone()
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
        assert!((20_000_000..=BREAKS_US).contains(&at_us), "{at_us}");
    }
}
