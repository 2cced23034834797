//! The search over all orders, in portions, so that the caller stays in control.

use serde::{Deserialize, Serialize};

use super::argument::shortened;
use super::{Error, ErrorCode};
use crate::explore::{Answer, Budgets, ExploreError, Property, Question, Search, playable};
use crate::link;
use crate::scenario::Scenario;

/// What to look for, and the bounds. Defaults are those of the command line.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct ExploreOptions {
    /// The properties to check, by name.
    properties: Option<Vec<Property>>,
    /// An expression that must be true in the end, such as `db.read("k") == R2`.
    check: Option<String>,
    /// The number of requests of each workload.
    requests: Option<u32>,
    /// How many TTLs may expire, besides those of the scenario.
    expiries: u8,
    /// How many entries may be evicted.
    evictions: u8,
    /// How often the cache, an app server or the worker may crash.
    crashes: u8,
    /// How many messages may be lost.
    losses: u8,
    /// How many messages may be delivered twice.
    duplicates: u8,
    /// How many calls a store may answer with an error.
    failures: u8,
    /// How many timeouts may end a wait although the reply could still come.
    timeouts: u8,
    /// Stop after this many states.
    max_states: Option<u64>,
    /// Stop at this many effects.
    max_effects: Option<u16>,
    /// Stop when the states take this many megabytes; 200 by default.
    max_memory: Option<u64>,
    /// False: also try orders that differ only in steps that nobody can tell apart.
    reduction: Option<bool>,
    /// False: also let each of several interchangeable clients begin first.
    symmetry: Option<bool>,
    /// A call, its reply, and what the program then does are one step.
    atomic: bool,
}

/// The progress of a search.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ExploreProgress {
    pub states: u64,
    /// States that are known and not yet examined.
    pub waiting: u64,
    pub effects: u16,
    /// The approximate size of all states, in bytes.
    pub memory: u64,
}

/// A search in progress.
pub struct Exploration {
    scenario: Scenario,
    search: Search,
}

/// The default limit on the memory of a search in a page, in megabytes.
const MEMORY_MB: u64 = 200;

impl ExploreOptions {
    /// Parses the options. An empty text means the defaults.
    pub fn read(json: &str) -> Result<ExploreOptions, Error> {
        let json = if json.is_empty() { "{}" } else { json };
        match json.starts_with('{') {
            true => serde_json::from_str(json).map_err(|error| {
                let said = error.to_string();
                let said = said.split(" at line ").next().unwrap_or(&said).to_owned();
                Error::new(ErrorCode::Argument, format!("options: {said}"))
            }),
            false => Err(Error::argument("options", &shortened(json), "an object")),
        }
    }

    fn question(self) -> Question {
        let usual = Question::default();
        let mut properties = usual.properties;
        if self.properties.is_some() || self.check.is_some() {
            let named = self.properties.unwrap_or_default();
            properties =
                named.into_iter().chain(self.check.iter().map(|_| Property::Check)).collect();
        }
        Question {
            properties,
            check: self.check,
            budgets: Budgets {
                expiries: self.expiries,
                evictions: self.evictions,
                crashes: self.crashes,
                losses: self.losses,
                duplicates: self.duplicates,
                failures: self.failures,
                timeouts: self.timeouts,
            },
            requests: self.requests.unwrap_or(usual.requests),
            reduction: self.reduction.unwrap_or(true),
            symmetry: self.symmetry.unwrap_or(true),
            atomic: self.atomic,
            most_states: self.max_states.unwrap_or(usual.most_states),
            most_effects: self.max_effects.unwrap_or(usual.most_effects),
            most_memory: self.max_memory.unwrap_or(MEMORY_MB).saturating_mul(1 << 20),
            #[cfg(not(target_arch = "wasm32"))]
            exact: false,
        }
    }
}

impl Exploration {
    /// Starts a search.
    ///
    /// # Errors
    /// Code `scenario`: the scenario can't be searched. Code `argument`: an option is wrong.
    pub fn new(scenario: &str, options: &str) -> Result<Exploration, Error> {
        let question = ExploreOptions::read(options)?.question();
        let scenario = Scenario::parse(scenario)?;
        let search = Search::new(&scenario, question).map_err(|error| match error {
            ExploreError::Invalid(problems) => Error::of(ErrorCode::Scenario, problems),
            ExploreError::Check(error) => Error::new(ErrorCode::Argument, error.to_string()),
            error => Error::new(ErrorCode::Scenario, error.to_string()),
        })?;
        Ok(Exploration { scenario, search })
    }

    /// Examines at most `states` states. Returns true once the search is over.
    pub fn advance(&mut self, states: u32) -> bool {
        self.search.advance(states)
    }

    pub fn progress(&self) -> ExploreProgress {
        let progress = self.search.progress();
        let (states, waiting) = (progress.states, progress.waiting);
        ExploreProgress { states, waiting, effects: progress.effects, memory: progress.memory }
    }

    /// The result so far. Each way is simplified, and has a link that plays it.
    ///
    /// # Errors
    /// Code `argument`: the check can't be computed.
    pub fn answer(&mut self) -> Result<Option<Answer>, Error> {
        if let Some(mistake) = self.search.mistake() {
            return Err(Error::new(ErrorCode::Argument, mistake.to_string()));
        }
        self.search.simplify();
        let Some(mut answer) = self.search.answer() else { return Ok(None) };
        answer.link_ways(|property| {
            let way = self.search.way_to(property).ok_or("there is no way")?;
            let played = playable(&self.scenario, &way)?;
            let link = link::encode(&played, None).map_err(|error| error.to_string())?;
            Ok(link.text().to_owned())
        });
        Ok(Some(answer))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::explore::Verdict;

    fn ca6() -> String {
        super::super::preset("ca6").expect("a preset").to_json()
    }

    #[test]
    fn a_search_in_portions_comes_to_what_it_comes_to_at_once() {
        let options = r#"{"properties": ["converges"], "maxStates": 100000}"#;
        let mut portions = Exploration::new(&ca6(), options).expect("it can be searched");
        let mut waiting = 0;
        while !portions.advance(10) {
            waiting = waiting.max(portions.progress().waiting);
        }
        assert!(waiting > 0 && portions.progress().states > 10);
        let answer = portions.answer().expect("an answer").expect("something is asked");
        assert_eq!((answer.first.verdict, answer.first.effects), (Verdict::Violated, Some(5)));
        assert!(answer.first.link.is_some(), "it plays");
        let mut at_once = Exploration::new(&ca6(), options).expect("it can be searched");
        while !at_once.advance(u32::MAX) {}
        assert_eq!(at_once.answer(), Ok(Some(answer)));
    }

    #[test]
    fn a_way_without_a_link_says_why() {
        let mut search = Exploration::new(&ca6(), "{}").expect("it can be searched");
        while !search.advance(u32::MAX) {}
        let mut answer = search.answer().expect("an answer").expect("something is asked");
        assert_eq!(answer.first.why_no_link, None);
        answer.link_ways(|_| Err("too long".to_owned()));
        assert_eq!(answer.first.why_no_link.as_deref(), Some("too long"));
        let reasons = |verdict| {
            let of = answer.results.iter().filter(move |each| each.verdict == verdict);
            of.map(|each| (each.link.as_deref(), each.why_no_link.as_deref())).collect::<Vec<_>>()
        };
        assert!(reasons(Verdict::Violated).iter().all(|it| *it == (None, Some("too long"))));
        assert!(reasons(Verdict::Holds).iter().all(|it| *it == (None, None)));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let refused = |options: &str| match Exploration::new(&ca6(), options) {
            Ok(_) => panic!("{options} is taken"),
            Err(error) => (error.code, error.message),
        };
        for (options, part) in [
            ("[]", "allowed: an object"),
            (r#"{"expiry": 1}"#, "unknown field `expiry`"),
            (r#"{"expiries": 1000}"#, "options: "),
            (r#"{"properties": ["converge"]}"#, "unknown variant `converge`"),
            (r#"{"check": "1 +"}"#, "the check, column"),
        ] {
            let (code, message) = refused(options);
            assert_eq!(code, ErrorCode::Argument, "{message}");
            assert!(message.contains(part), "{options}: {message}");
        }
        let error = Exploration::new("{}", "").err().expect("nothing happens in it");
        assert_eq!(error.code, ErrorCode::Scenario);
    }
}
