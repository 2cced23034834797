//! A search as a job: text in, text out, so that a page can have it done in another thread.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::answer::{Outcome, Step, Verdict};
use super::graph::Graph;
use super::playable::playable;
use super::question::{Budgets, Properties, Property, Question};
use super::search::Search;
use crate::scenario::Scenario;

/// A search to be done.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The scenario as JSON.
    scenario: String,
    properties: Vec<Property>,
    /// The budgets, in the order of [`Budgets::named`].
    budgets: [u8; 7],
    most_memory: u64,
}

/// How far a search is.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct SoFar {
    pub states: u64,
    pub waiting: u64,
    pub effects: u16,
}

/// The result of a search, as a page shows it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Found {
    pub states: u64,
    pub depth: u16,
    pub complete: bool,
    pub requests: usize,
    pub keys: usize,
    pub deeds: usize,
    /// Why not every state was seen.
    pub cut: Vec<String>,
    pub results: Vec<PropertyFound>,
    /// Some runs, if all properties hold.
    pub samples: Vec<Vec<Vec<String>>>,
    /// The graph of the states, if they are few.
    pub graph: Option<Graph>,
}

/// The most states of a graph.
const MOST_IN_GRAPH: u16 = 300;

/// The result for one property.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PropertyFound {
    pub property: Property,
    /// `None`: a bound was reached before there was an answer.
    pub holds: Option<bool>,
    pub effects: Option<u16>,
    /// The number of effects of the way that is shown.
    pub shown_effects: Option<u16>,
    pub vacuous: Vec<Arc<str>>,
    /// The shortest way, step by step.
    pub schedule: Vec<Vec<String>>,
    /// A scenario that plays it, as JSON.
    pub played: Option<Result<String, String>>,
}

/// A search under way.
pub struct JobSearch {
    scenario: Scenario,
    search: Search,
}

impl Job {
    pub fn new(
        scenario: &Scenario,
        properties: &[Property],
        budgets: Budgets,
        most_memory: u64,
    ) -> Job {
        let mut each = budgets.named().map(|(_, budget)| budget);
        Job {
            scenario: scenario.to_json(),
            properties: properties.to_vec(),
            budgets: std::array::from_fn(|_| each.next().unwrap_or_default()),
            most_memory,
        }
    }

    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn question(&self) -> Question {
        let [expiries, evictions, crashes, losses, duplicates, failures, timeouts] = self.budgets;
        Question {
            properties: self.properties.iter().copied().collect::<Properties>(),
            budgets: Budgets {
                expiries,
                evictions,
                crashes,
                losses,
                duplicates,
                failures,
                timeouts,
            },
            most_memory: self.most_memory,
            ..Question::default()
        }
    }
}

impl JobSearch {
    /// Begins a search.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub fn begin(job: &str) -> Result<JobSearch, String> {
        let job: Job = serde_json::from_str(job).map_err(|error| error.to_string())?;
        let scenario = Scenario::parse(&job.scenario).map_err(|error| error.to_string())?;
        let search = Search::new(&scenario, job.question()).map_err(|why| why.to_string())?;
        Ok(JobSearch { scenario, search })
    }

    /// Examines at most `states` states. Returns true once the search is over.
    pub fn advance(&mut self, states: u32) -> bool {
        self.search.advance(states)
    }

    /// The progress, as text.
    pub fn so_far(&self) -> String {
        let progress = self.search.progress();
        let (states, waiting) = (progress.states, progress.waiting);
        let so_far = SoFar { states, waiting, effects: progress.effects };
        serde_json::to_string(&so_far).unwrap_or_default()
    }

    /// The result so far, as text: a [`Found`], or why there is none.
    pub fn found(&self) -> String {
        let found = match (self.search.mistake(), self.search.answer()) {
            (Some(mistake), _) => Err(mistake.to_string()),
            (None, None) => Err("no property is asked for".to_owned()),
            (None, Some(answer)) => {
                let Outcome { states, depth, complete, bounds, .. } = answer.first;
                Ok(Found {
                    states,
                    depth,
                    complete,
                    requests: bounds.requests,
                    keys: bounds.keys,
                    deeds: bounds.deeds,
                    cut: bounds.cut,
                    results: answer.results.into_iter().map(|each| self.result(each)).collect(),
                    samples: answer.samples.into_iter().map(words).collect(),
                    graph: self.search.graph(MOST_IN_GRAPH),
                })
            }
        };
        serde_json::to_string(&found).unwrap_or_default()
    }

    fn result(&self, outcome: Outcome) -> PropertyFound {
        let way = self.search.way_to(outcome.property);
        let played = way.map(|way| playable(&self.scenario, &way));
        PropertyFound {
            property: outcome.property,
            holds: match outcome.verdict {
                Verdict::Holds => Some(true),
                Verdict::Violated => Some(false),
                Verdict::Unknown => None,
            },
            effects: outcome.effects,
            shown_effects: outcome.schedule.last().map(|step| step.effects),
            vacuous: outcome.vacuous.into_iter().map(Arc::from).collect(),
            schedule: words(outcome.schedule),
            played: played.map(|played| played.map(|played| played.to_json())),
        }
    }
}

fn words(steps: Vec<Step>) -> Vec<Vec<String>> {
    steps.into_iter().map(|step| step.what).collect()
}

impl SoFar {
    pub fn read(text: &str) -> Option<SoFar> {
        serde_json::from_str(text).ok()
    }
}

impl Found {
    /// Reads a result.
    ///
    /// # Errors
    /// Why the search has none.
    pub fn read(text: &str) -> Result<Found, String> {
        serde_json::from_str(text).unwrap_or_else(|error| Err(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::preset;

    #[test]
    fn a_job_finds_what_the_search_itself_does() {
        for (id, properties) in
            [("ca6", &Property::DEFAULT[..]), ("fx2", &[Property::Converges, Property::NoPhantom])]
        {
            let scenario = preset::find(id).expect("a preset").scenario();
            let job = Job::new(&scenario, properties, Budgets::default(), 1 << 30);
            let mut run = JobSearch::begin(&job.text()).expect("it can be searched");
            while !run.advance(50) {
                let so_far = SoFar::read(&run.so_far()).expect("progress");
                assert!(so_far.states >= so_far.waiting);
            }
            let found = Found::read(&run.found()).expect("a result");
            let question = Question {
                properties: properties.iter().copied().collect(),
                ..Question::default()
            };
            let mut search = Search::new(&scenario, question).expect("it can be searched");
            while !search.advance(u32::MAX) {}
            let answer = search.answer().expect("something is asked");
            assert_eq!((found.states, found.depth), (answer.first.states, answer.first.depth));
            assert_eq!(found.results.len(), properties.len());
            for (found, outcome) in found.results.iter().zip(&answer.results) {
                assert_eq!(found.property, outcome.property);
                assert_eq!(
                    found.holds,
                    match outcome.verdict {
                        Verdict::Holds => Some(true),
                        Verdict::Violated => Some(false),
                        Verdict::Unknown => None,
                    }
                );
                assert_eq!(
                    (found.effects, &found.schedule[..]),
                    (outcome.effects, &words(outcome.schedule.clone())[..])
                );
                let way = search.way_to(outcome.property);
                let played = way.map(|way| playable(&scenario, &way));
                let read = found.played.as_ref().map(|played| {
                    played.as_ref().map(|json| Scenario::parse(json).expect("a scenario"))
                });
                let read = read.map(|read| read.map_err(String::clone));
                assert_eq!(read, played);
            }
            assert_eq!(found.samples.len(), answer.samples.len());
            assert_eq!(found.graph, search.graph(MOST_IN_GRAPH));
        }
    }

    #[test]
    fn budgets_and_refusals_arrive() {
        let scenario = preset::find("ca6").expect("a preset").scenario();
        let budgets = Budgets { expiries: 1, timeouts: 2, ..Budgets::default() };
        let job = Job::new(&scenario, &Property::BUILT_IN, budgets, 5 << 20);
        let read: Job = serde_json::from_str(&job.text()).expect("it is read");
        let Question { budgets: read, most_memory, .. } = read.question();
        assert_eq!((read, most_memory), (budgets, 5 << 20));
        let nothing = Job::new(&Scenario::default(), &Property::DEFAULT, budgets, 1 << 20);
        let why = JobSearch::begin(&nothing.text()).err().expect("nothing happens in it");
        let own = Search::new(&Scenario::default(), Question::default()).err().expect("the same");
        assert_eq!(why, own.to_string());
    }
}
