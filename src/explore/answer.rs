//! The result of a search.

use std::collections::BTreeMap;

use serde::Serialize;

use super::question::{Budgets, Property};
use super::search::{Bound, Search};
use crate::named::named;

named! {
    /// Whether a property holds.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "ExploreVerdict"))]
    pub enum Verdict {
        Holds = "holds",
        Violated = "violated",
        /// A bound was reached before there was an answer.
        Unknown = "unknown",
    }
}

/// The bounds within which an answer is valid.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(schemars::JsonSchema),
    schemars(rename = "ExploreLimits")
)]
pub struct Limits {
    pub requests: usize,
    pub keys: usize,
    /// The number of deeds of the scenario.
    pub deeds: usize,
    #[serde(flatten)]
    pub budgets: Budgets,
    pub max_states: u64,
    pub max_effects: u16,
    pub max_memory: u64,
    /// The seconds after which the command line ends a search; `null`: it takes as long as it
    /// takes.
    pub max_seconds: Option<u64>,
    /// A call and its reply were one step.
    pub atomic: bool,
    /// The probability that two different states have the same 64-bit fingerprint; 0 if whole
    /// states were compared.
    pub odds: f64,
    /// Why not every state was seen; empty: every state was.
    pub cut: Vec<String>,
}

/// The result for one property.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(schemars::JsonSchema),
    schemars(rename = "ExploreOutcome")
)]
pub struct Outcome {
    pub verdict: Verdict,
    pub property: Property,
    /// The fewest effects with which it is broken, with all requests made in their clients' order.
    pub effects: Option<u16>,
    pub states: u64,
    /// Every state with up to this many effects was seen.
    pub depth: u16,
    pub complete: bool,
    /// Why it means little that the property holds.
    pub vacuous: Vec<String>,
    pub bounds: Limits,
    /// The shortest way, step by step, without requests and faults that it does not need; leaving
    /// them out may save effects.
    pub schedule: Vec<Step>,
    /// A link to a scenario that plays the way.
    pub link: Option<String>,
    /// Why a way has no link.
    pub why_no_link: Option<String>,
}

impl Answer {
    /// Gives each way its link. For a property, `link` returns the link, or why there is none.
    pub fn link_ways(&mut self, mut link: impl FnMut(Property) -> Result<String, String>) {
        for outcome in &mut self.results {
            if outcome.verdict == Verdict::Violated {
                (outcome.link, outcome.why_no_link) = match link(outcome.property) {
                    Ok(link) => (Some(link), None),
                    Err(why) => (None, Some(why)),
                };
            }
        }
        let own = self.results.iter().find(|each| each.property == self.first.property);
        self.first.link = own.and_then(|own| own.link.clone());
        self.first.why_no_link = own.and_then(|own| own.why_no_link.clone());
    }
}

/// The results for all properties asked for; the first violated one comes first.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(schemars::JsonSchema),
    schemars(rename = "ExploreAnswer")
)]
pub struct Answer {
    #[serde(flatten)]
    pub first: Outcome,
    pub results: Vec<Outcome>,
    /// How often each kind of event happened, over all transitions tried.
    pub events: BTreeMap<&'static str, u64>,
    /// If all properties hold: some runs, step by step.
    pub samples: Vec<Vec<Step>>,
}

/// One step of a way, and what it changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(schemars::JsonSchema),
    schemars(rename = "ExploreStep")
)]
pub struct Step {
    /// The number of effects up to here.
    pub effects: u16,
    pub what: Vec<String>,
}

/// The number of sample runs shown.
const SAMPLES: u64 = 5;

impl Search {
    /// The results so far, without links.
    pub fn answer(&self) -> Option<Answer> {
        let asked = self.model.question.properties;
        let results: Vec<Outcome> = asked.iter().map(|each| self.outcome(each)).collect();
        let worst = |outcome: &&Outcome| match outcome.verdict {
            Verdict::Violated => 0,
            Verdict::Unknown => 1,
            Verdict::Holds => 2,
        };
        let first = results.iter().min_by_key(worst)?.clone();
        let events = self.seen().tally.all().map(|(each, count)| (each.name(), count)).collect();
        let holds = results.iter().any(|each| each.verdict == Verdict::Holds);
        let samples = if holds { self.samples(SAMPLES) } else { Vec::new() };
        Some(Answer { first, results, events, samples })
    }

    fn outcome(&self, property: Property) -> Outcome {
        let bounds = self.limits();
        let complete = bounds.cut.is_empty() && self.is_exhausted();
        let way = self.way_to(property);
        let verdict = match (&way, self.effects_to(property)) {
            (Some(_), _) => Verdict::Violated,
            (None, None) if complete => Verdict::Holds,
            // one that did not break it when walked again would be a collision
            _ => Verdict::Unknown,
        };
        let progress = self.progress();
        Outcome {
            verdict,
            property,
            effects: way.as_ref().and(self.effects_to(property)),
            states: progress.states,
            depth: progress.effects,
            complete,
            vacuous: match verdict {
                Verdict::Holds => self.vacuous(property),
                _ => Vec::new(),
            },
            bounds,
            schedule: way.map(|way| way.steps()).unwrap_or_default(),
            link: None,
            why_no_link: None,
        }
    }

    fn limits(&self) -> Limits {
        let (script, question) = (&self.model.script, &self.model.question);
        let cut = self.cut().into_iter().map(Bound::words);
        let mut cut: Vec<String> = cut.map(str::to_owned).collect();
        let programs = || script.setup.strategies.iter().map(|deployed| &deployed.program);
        let left_out = [
            (
                programs().any(|program| program.reads_clock),
                "a program reads the clock, which stands still in a search",
            ),
            (
                programs().any(|program| program.reads_ages),
                "a program reads how old an entry is, and none grows older in a search",
            ),
            (
                programs().any(|program| program.source.contains(".ttl")),
                "a program reads how long an entry has left, which stays the same in a search",
            ),
            (
                script.loses && question.budgets.losses == 0,
                "the network loses messages at random, and no budget allows a loss",
            ),
            (
                script.doubles && question.budgets.duplicates == 0,
                "the network duplicates messages at random, and no budget allows it",
            ),
            (
                question.atomic && (self.model.is_coarse || self.seen().shared),
                "with --atomic nothing comes between a call and its reply, nor before the next \
                 lock or the next call of a server's own cache",
            ),
            (self.seen().threw, "random numbers were drawn, always with the same result"),
        ];
        cut.extend(left_out.into_iter().filter(|(is_so, _)| *is_so).map(|(_, why)| why.to_owned()));
        cut.extend(self.mistake().map(ToString::to_string));
        Limits {
            requests: script.requests.len(),
            keys: script.keys.len(),
            deeds: script.deeds.len(),
            budgets: question.budgets,
            max_states: question.most_states,
            max_effects: question.most_effects,
            max_memory: question.most_memory,
            max_seconds: None,
            atomic: question.atomic,
            odds: if self.visited.is_exact() { 0.0 } else { odds(self.progress().states) },
            cut,
        }
    }
}

/// The birthday bound for n states, n² / 2⁶⁵.
fn odds(states: u64) -> f64 {
    let states = states as f64;
    states * states / 2f64.powi(65)
}

impl Bound {
    /// The bound in words.
    pub fn words(self) -> &'static str {
        match self {
            Bound::States => "the most states (--max-states)",
            Bound::Effects => "the most effects (--max-effects)",
            Bound::Time => "the most seconds (--max-seconds)",
            Bound::Memory => "the most memory (--max-memory)",
            Bound::Background => "the activity of background loops is too much to examine",
            Bound::Waiting => "whether requests ever end is too much to examine",
            Bound::Limits => "a limit of the scenario: tasks or instructions",
            Bound::Collision => "two states have the same fingerprint",
            Bound::Interrupted => "it was interrupted",
        }
    }
}
