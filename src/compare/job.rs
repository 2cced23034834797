//! A run as a job: text in, text out, so that any thread can do it.
//!
//! A page sends the text of a [`Job`] to a worker, which begins a [`JobRun`] and sends back the
//! text of its progress ([`SoFar`]) and of its result ([`Kept`]).

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::plain::{Apart, PlainApart, PlainMeasured, PlainPicture};
use super::run::Run;
use super::{Candidate, Claim, Difference, Facts, Measured, RunPicture};
use crate::scenario::{Problem, Scenario};
use crate::simulate::trace::requests_in;

/// A run to be done.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The scenario as JSON; its strategy for all keys is the candidate.
    scenario: String,
    keep: Keep,
    trace: Option<TraceOf>,
}

/// What to keep of a finished run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Keep {
    /// The values of the measures.
    Values,
    /// Each value with its moment.
    Measured,
    /// The same, and the run as charts and ribbons.
    Picture,
    /// Whether this claim holds.
    Claim(String),
    /// What sets the run apart from that of another scenario.
    Apart(String),
}

/// Recorded requests, in place of the workloads. Their bytes go beside the job.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TraceOf {
    /// The name of the file, which says its format.
    pub name: String,
    /// All keys that it requests.
    pub keys: Vec<String>,
    /// The most bytes that the records of the run may take.
    pub budget: u64,
}

/// How far a run is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SoFar {
    pub permille: u64,
    /// The values of the measures so far; `None`: unchanged since they were last computed.
    pub values: Option<Vec<Option<u64>>>,
}

/// The result of a job, in the order of [`Keep`].
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    Values { values: Vec<Option<u64>>, stopped: Option<String> },
    Measured(Measured),
    Picture(Measured, RunPicture),
    Claim { holds: bool, found: Option<f64> },
    Apart(Apart),
}

#[derive(Serialize, Deserialize)]
enum PlainKept {
    Values(Vec<Option<u64>>, Option<String>),
    Measured(PlainMeasured),
    Picture(PlainMeasured, PlainPicture),
    Claim(bool, Option<f64>),
    Apart(PlainApart),
}

impl Job {
    /// A run of a scenario.
    pub fn new(scenario: &Scenario, keep: Keep) -> Job {
        Job { scenario: scenario.to_json(), keep, trace: None }
    }

    /// The same with recorded requests.
    pub fn with_trace(self, trace: TraceOf) -> Job {
        Job { trace: Some(trace), ..self }
    }

    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A job under way.
pub struct JobRun {
    run: Run,
    keep: Keep,
    /// The run with which it is compared, after this one.
    other: Option<Run>,
    /// At this many thousandths the values are computed again.
    due: u64,
}

/// Values are computed at the first report, and then each time that the run is this many times as
/// far: to compute them takes longer as a run grows.
const TIMES: u64 = 2;

const REHEARSAL: &str = r#"{
    "duration_us": 1000000000,
    "strategies": [
        {"strategy": "cache-aside"},
        {"prefix": "b", "strategy": "write-behind"}
    ],
    "rows": {"ranges": [{"prefix": "a", "count": 50, "value": 1}, {"prefix": "b", "count": 50, "value": 1}]},
    "workloads": [
        {"name": "a", "arrivals": {"kind": "poisson", "per_second": 500}, "keys": {"prefix": "a", "count": 50}, "read_permille": 900},
        {"name": "b", "arrivals": {"kind": "poisson", "per_second": 500}, "keys": {"prefix": "b", "count": 50}, "read_permille": 900}
    ]
}"#;

impl JobRun {
    /// Begins a job; `bytes` are those of its trace.
    ///
    /// # Errors
    /// Why it cannot run.
    pub fn begin(job: &str, bytes: Option<Rc<[u8]>>) -> Result<JobRun, String> {
        let job: Job = serde_json::from_str(job).map_err(|error| error.to_string())?;
        let said = |problems: Vec<Problem>| {
            problems.iter().map(Problem::to_string).collect::<Vec<_>>().join(" · ")
        };
        let read = |text: &str| Scenario::parse(text).map_err(|error| error.to_string());
        let scenario = read(&job.scenario)?;
        let run = match &job.trace {
            None => Run::of(&scenario).map_err(said)?,
            Some(trace) => {
                let bytes = bytes.unwrap_or_else(|| Rc::from([]));
                let requests = requests_in(&trace.name, bytes).map_err(|it| it.to_string())?;
                let keys = trace.keys.iter().map(String::as_str);
                let candidate = Candidate::of(&scenario);
                let mut run = Run::of_trace(&scenario, &candidate, keys, requests).map_err(said)?;
                run.keep_within(trace.budget);
                run
            }
        };
        let other = match &job.keep {
            Keep::Apart(other) => Some(Run::of(&read(other)?).map_err(said)?),
            _ => None,
        };
        Ok(JobRun { run, keep: job.keep, other, due: 0 })
    }

    /// A run like most that are compared, of which nothing is kept: reads and writes of a hundred
    /// keys.
    pub fn rehearsal() -> Option<JobRun> {
        let scenario = Scenario::parse(REHEARSAL).ok()?;
        let run = Run::of(&scenario).ok()?;
        Some(JobRun { run, keep: Keep::Values, other: None, due: 0 })
    }

    /// Runs at most `most_events` events. Returns true once the job is done.
    pub fn advance(&mut self, most_events: u32) -> bool {
        self.run.advance(most_events)
            && self.other.as_mut().is_none_or(|other| other.advance(most_events))
    }

    /// The progress, as text.
    pub fn so_far(&mut self) -> String {
        let share = |run: &Run| {
            let (now_us, until_us) = run.progress();
            now_us.saturating_mul(1_000) / until_us.max(1)
        };
        let permille = match &self.other {
            None => share(&self.run),
            Some(other) => (share(&self.run) + share(other)) / 2,
        };
        let shows = matches!(self.keep, Keep::Picture) && permille >= self.due;
        let values = shows.then(|| {
            self.due = permille.saturating_mul(TIMES).max(permille + 1);
            self.run.values()
        });
        serde_json::to_string(&SoFar { permille, values }).unwrap_or_default()
    }

    /// The result, as text.
    pub fn kept(&self) -> String {
        let run = &self.run;
        let kept = match &self.keep {
            Keep::Values => PlainKept::Values(run.values(), run.stopped().map(str::to_owned)),
            Keep::Measured => PlainKept::Measured(run.measured().plain()),
            Keep::Picture => PlainKept::Picture(run.measured().plain(), run.picture().plain()),
            Keep::Claim(claim) => {
                let facts = Facts::new(&run.simulation().report(), run.values().into_iter());
                let finding = Claim::parse(claim, &[]).ok().map(|claim| claim.judge(&[facts]));
                let left = finding.as_ref().and_then(|finding| finding.left);
                PlainKept::Claim(finding.is_some_and(|finding| finding.holds), left)
            }
            Keep::Apart(_) => {
                let other = self.other.as_ref().unwrap_or(run);
                let difference = Difference::of(run.simulation(), other.simulation());
                PlainKept::Apart(Apart::plain(difference))
            }
        };
        serde_json::to_string(&kept).unwrap_or_default()
    }
}

impl SoFar {
    pub fn read(text: &str) -> Option<SoFar> {
        serde_json::from_str(text).ok()
    }
}

impl Kept {
    /// Reads the result of the run of a candidate.
    pub fn read(text: &str, candidate: &Candidate) -> Option<Kept> {
        let measured = |plain| Measured::of_plain(candidate.clone(), plain);
        Some(match serde_json::from_str(text).ok()? {
            PlainKept::Values(values, stopped) => Kept::Values { values, stopped },
            PlainKept::Measured(plain) => Kept::Measured(measured(plain)),
            PlainKept::Picture(plain, picture) => {
                Kept::Picture(measured(plain), RunPicture::of_plain(picture))
            }
            PlainKept::Claim(holds, found) => Kept::Claim { holds, found },
            PlainKept::Apart(plain) => Kept::Apart(Apart::of_plain(plain)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::preset;

    fn kept(job: &Job, candidate: &Candidate, bytes: Option<Rc<[u8]>>) -> Kept {
        let mut run = JobRun::begin(&job.text(), bytes).expect("it can run");
        while !run.advance(100) {
            let so_far = SoFar::read(&run.so_far()).expect("progress");
            assert!(so_far.permille <= 1_000);
        }
        Kept::read(&run.kept(), candidate).expect("a result")
    }

    #[test]
    fn a_rehearsal_goes_on_for_long_and_uses_cache_and_queue() {
        let mut run = JobRun::rehearsal().expect("it can run");
        for _ in 0..100 {
            assert!(!run.advance(1_000));
        }
        let report = run.run.simulation().report();
        assert!(report.reads.hits > 100 && report.reads.misses > 10, "{:?}", report.reads);
        assert!(report.queue.max_depth > 0 && report.writes.lost == 0, "{:?}", report.writes);
    }

    #[test]
    fn a_job_keeps_what_the_run_itself_would() {
        for (id, name) in
            [("zipf-load", "leases"), ("ca6", "cache-aside:TTL=5"), ("wb3", "write-behind")]
        {
            let candidate = Candidate::parse(name).expect("built in");
            let whole = preset::find(id).expect("a preset").scenario();
            let whole = Scenario { duration_us: whole.duration_us.min(3_000_000), ..whole };
            let scenario = candidate.under(&whole);
            let mut run = Run::new(&whole, &candidate).expect("it can run");
            while !run.advance(1_000) {}
            let of = |keep| kept(&Job::new(&scenario, keep), &candidate, None);
            assert_eq!(of(Keep::Measured), Kept::Measured(run.measured()), "{id}");
            assert_eq!(of(Keep::Picture), Kept::Picture(run.measured(), run.picture()), "{id}");
            assert_eq!(of(Keep::Values), Kept::Values { values: run.values(), stopped: None });
            let claim = of(Keep::Claim("reads.total >= 1".to_owned()));
            let total = run.measured().facts.number("reads.total").expect("a number") as f64;
            assert_eq!(claim, Kept::Claim { holds: true, found: Some(total) });
            let none = Candidate::parse("no-cache").expect("built in").under(&whole);
            let Kept::Apart(apart) = of(Keep::Apart(none.to_json())) else {
                panic!("a difference")
            };
            let mut other = Run::of(&none).expect("it can run");
            while !other.advance(1_000) {}
            let difference = Difference::of(run.simulation(), other.simulation());
            assert_eq!(apart, Apart::of_plain(Apart::plain(difference)), "{id}");
            assert!(apart.parting.is_some() && apart.of > 0);
        }
    }

    #[test]
    fn values_come_while_a_run_is_under_way_and_ever_less_often() {
        let scenario = preset::find("zipf-load").expect("a preset").scenario();
        let job = Job::new(&scenario, Keep::Picture);
        let mut run = JobRun::begin(&job.text(), None).expect("it can run");
        let (mut reports, mut with_values) = (0, 0);
        while !run.advance(100) {
            reports += 1;
            with_values +=
                u32::from(SoFar::read(&run.so_far()).is_some_and(|it| it.values.is_some()));
        }
        assert!((2..=12).contains(&with_values), "{with_values} of {reports}");
        assert!(reports > 3 * with_values, "{with_values} of {reports}");
    }

    #[test]
    fn recorded_requests_go_beside_the_job() {
        let text = "time,client,operation,key\n0.1,ann,read,a\n0.2,ann,write,b\n0.3,bob,read,b\n";
        let base = Scenario { duration_us: 1_000_000, ..Scenario::default() };
        let candidate = Candidate::of(&base);
        let trace = TraceOf {
            name: "few.csv".to_owned(),
            keys: vec!["a".to_owned(), "b".to_owned()],
            budget: 1 << 20,
        };
        let job = Job::new(&base, Keep::Measured).with_trace(trace);
        let bytes = Some(text.as_bytes().into());
        let Kept::Measured(measured) = kept(&job, &candidate, bytes) else { panic!("measures") };
        assert_eq!(measured.facts.number("reads.total"), Some(2));
        assert_eq!(measured.facts.number("writes.total"), Some(1));
    }

    #[test]
    fn what_cannot_run_says_why() {
        let wrong = |job: &str| JobRun::begin(job, None).err().expect("it cannot run");
        assert!(wrong("{}").contains("missing field"));
        let unknown = Candidate::parse("cache-aside:SPEED=1").expect("a candidate");
        let job = Job::new(&unknown.under(&Scenario::default()), Keep::Values);
        assert!(wrong(&job.text()).contains("SPEED"), "{}", wrong(&job.text()));
    }
}
