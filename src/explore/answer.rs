//! What a search came to.

use serde::Serialize;

use super::question::{Budgets, Property};
use super::search::{Bound, Search, Way};
use crate::event::{Event, Record, RequestEnd};
use crate::history::line;
use crate::identity::Kind;
use crate::named::named;

named! {
    /// Whether a property holds.
    pub enum Verdict {
        Holds = "holds",
        Violated = "violated",
        /// A bound was reached before an answer.
        Unknown = "unknown",
    }
}

/// Within what an answer is one.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Limits {
    pub requests: usize,
    pub keys: usize,
    /// What the scenario does besides.
    pub deeds: usize,
    #[serde(flatten)]
    pub budgets: Budgets,
    pub max_states: u64,
    pub max_effects: u16,
    pub max_memory: u64,
    /// Why not everything was seen; empty: it was.
    pub cut: Vec<&'static str>,
}

/// One property, and what was found of it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Outcome {
    pub verdict: Verdict,
    pub property: Property,
    /// The fewest effects with which it is broken.
    pub effects: Option<u16>,
    pub states: u64,
    /// The number of effects up to which everything was seen.
    pub depth: u16,
    pub complete: bool,
    /// Why it says little that it holds.
    pub vacuous: Vec<&'static str>,
    pub bounds: Limits,
    /// The shortest way, step by step.
    pub schedule: Vec<Step>,
    /// The same as a scenario to be played.
    pub link: Option<String>,
}

/// All properties that were asked for; the first that is violated stands in front.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Answer {
    #[serde(flatten)]
    pub first: Outcome,
    pub results: Vec<Outcome>,
}

/// One step of a way, and what changed in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Step {
    /// Effects until then.
    pub effects: u16,
    pub what: Vec<String>,
}

impl Search {
    /// What the search has come to so far, without links.
    pub fn answer(&self) -> Option<Answer> {
        let asked = self.model.question.properties;
        let results: Vec<Outcome> = asked.iter().map(|each| self.outcome(each)).collect();
        let worst = |outcome: &&Outcome| match outcome.verdict {
            Verdict::Violated => 0,
            Verdict::Unknown => 1,
            Verdict::Holds => 2,
        };
        let first = results.iter().min_by_key(worst)?.clone();
        Some(Answer { first, results })
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
            effects: way.as_ref().map(Way::effects),
            states: progress.states,
            depth: progress.effects,
            complete,
            vacuous: match verdict {
                Verdict::Holds => self.vacuous(),
                _ => Vec::new(),
            },
            bounds,
            schedule: way.map(|way| way.steps()).unwrap_or_default(),
            link: None,
        }
    }

    fn limits(&self) -> Limits {
        let (script, question) = (&self.model.script, &self.model.question);
        let mut cut: Vec<&'static str> = self.cut().into_iter().map(Bound::words).collect();
        let programs = || script.setup.strategies.iter().map(|deployed| &deployed.program);
        if programs().any(|program| program.reads_clock) {
            cut.push("a program reads the clock, which stands still in a search");
        }
        if programs().any(|program| program.reads_ages) {
            cut.push("a program reads how old an entry is, and none grows older in a search");
        }
        if programs().any(|program| program.source.contains(".ttl")) {
            cut.push(
                "a program reads how long an entry has left, which stays the same in a search",
            );
        }
        if script.loses && question.budgets.losses == 0 {
            cut.push("the network loses messages by chance, and no budget allows a loss");
        }
        if script.doubles && question.budgets.duplicates == 0 {
            cut.push("the network doubles messages by chance, and no budget allows it");
        }
        if self.seen().threw {
            cut.push("dice were thrown, and fell in one way only");
        }
        let expires = question.budgets.expiries > 0;
        if expires && self.seen().remembers {
            cut.push("leases and remembered versions did not end by themselves");
        }
        Limits {
            requests: script.requests.len(),
            keys: script.keys.len(),
            deeds: script.deeds.len(),
            budgets: question.budgets,
            max_states: question.most_states,
            max_effects: question.most_effects,
            max_memory: question.most_memory,
            cut,
        }
    }

    fn vacuous(&self) -> Vec<&'static str> {
        let (seen, script) = (self.seen(), &self.model.script);
        let reads = script.requests.iter().any(|request| request.kind == Kind::Read);
        let writes = script.requests.iter().any(|request| request.kind.writes());
        let all = match script.deeds.len() {
            64 => u64::MAX,
            count => (1 << count) - 1,
        };
        let budgets = self.model.question.budgets;
        let unpaid = [
            (budgets.expiries, seen.paid.expiries),
            (budgets.evictions, seen.paid.evictions),
            (budgets.crashes, seen.paid.crashes),
            (budgets.losses, seen.paid.losses),
            (budgets.duplicates, seen.paid.duplicates),
            (budgets.failures, seen.paid.failures),
            (budgets.timeouts, seen.paid.timeouts),
        ];
        let reasons = [
            (!seen.set, "nothing was ever cached"),
            (!reads, "nothing is read"),
            (reads && !seen.hit, "no read ever hit"),
            (!writes, "nothing is written by a client"),
            (!seen.rest, "it never came to rest"),
            (seen.deeds != all, "a fault of the scenario never happened"),
            (
                unpaid.iter().any(|(most, paid)| *most > 0 && *paid == 0),
                "a fault that was allowed never happened",
            ),
        ];
        reasons.into_iter().filter_map(|(is_so, why)| is_so.then_some(why)).collect()
    }
}

impl Bound {
    /// What was cut off, in words.
    pub fn words(self) -> &'static str {
        match self {
            Bound::States => "the most states (--max-states)",
            Bound::Effects => "the most effects (--max-effects)",
            Bound::Memory => "the most memory (--max-memory)",
            Bound::Background => "background loops go on too long to see where they lead",
            Bound::Limits => "a limit of the scenario: tasks or instructions",
        }
    }
}

impl Way {
    /// How many effects it has.
    pub fn effects(&self) -> u16 {
        self.moves.iter().map(|each| each.effects).sum()
    }

    /// It in words, with only what changed in each step.
    pub fn steps(&self) -> Vec<Step> {
        let mut effects = 0;
        let mut steps = Vec::new();
        for each in &self.moves {
            effects += each.effects;
            let events = each.micros.iter().flat_map(|micro| &micro.notes.events);
            let what: Vec<String> = events.filter_map(|event| self.tell(event)).collect();
            if !what.is_empty() {
                steps.push(Step { effects, what });
            }
        }
        steps
    }

    fn tell(&self, event: &Event) -> Option<String> {
        match *event {
            Event::Ended { op, outcome: RequestEnd::Returned(value), kind, key, .. } => {
                let (op, key) = (op.label(), self.names.text(key));
                Some(match kind {
                    Kind::Read => {
                        format!("{op}: read {key} = {}", value.scalar.display(&self.names))
                    }
                    _ => format!("{op}: acknowledged"),
                })
            }
            Event::LoadEnded { op, key, seen: Some(_) } => {
                Some(format!("{}: loaded {} from the database", op.label(), self.names.text(key)))
            }
            event => line(&Record { at_us: 0, event }, &self.names).map(|(_, text)| text),
        }
    }
}
