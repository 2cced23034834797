//! Simplifies a way: fewest requests, then fewest faults, then fewest switches between tasks. It
//! never gets longer; it gets shorter if a client's earlier requests were not needed.
//!
//! Part of the scenario is left out and searched again; if the new way is no longer, that part was
//! not needed. Such searches are small, since they go no further than the length of the way.

use super::choices::Choice;
use super::model::Model;
use super::question::{Budgets, Properties, Property, Question};
use super::search::Search;
use super::way::Way;
use crate::identity::Stamp;
use crate::world::{Timer, Transition};

/// The most states of a search with something left out.
const MOST_STATES: u64 = 100_000;

impl Search {
    /// Simplifies each way found, within bounds.
    pub fn simplify(&mut self) {
        for property in self.model.question.properties.iter() {
            let is_simple = |each: &Simple| each.way.property == Some(property);
            if self.simple.iter().any(is_simple) {
                continue;
            }
            if let Some(way) = self.way_to(property) {
                let simple = self.with_less(property, way);
                self.simple.push(simple);
            }
        }
    }

    fn with_less(&self, property: Property, way: Way) -> Simple {
        let mut best = Smaller { way, search: None };
        let mut tries = Vec::new();
        // what an expression says of all requests says nothing without one of them
        if property != Property::Check {
            let requests = self.model.script.requests.iter().rev();
            tries.extend(requests.map(|request| Less::Request(request.stamp)));
        }
        tries.extend((0..self.model.script.deeds.len()).rev().map(Less::Deed));
        tries.extend([
            Less::Budget(|budgets| &mut budgets.expiries),
            Less::Budget(|budgets| &mut budgets.evictions),
            Less::Budget(|budgets| &mut budgets.crashes),
            Less::Budget(|budgets| &mut budgets.losses),
            Less::Budget(|budgets| &mut budgets.duplicates),
            Less::Budget(|budgets| &mut budgets.failures),
            Less::Budget(|budgets| &mut budgets.timeouts),
        ]);
        for less in tries {
            let of = best.search.as_ref().unwrap_or(self);
            if let Some(smaller) = of.without(property, &best.way, less) {
                best = smaller;
            }
        }
        let of = best.search.as_ref().unwrap_or(self);
        let way = of.with_fewer_changes(property, best.way);
        let way = of.with_late_turns(property, way);
        Simple { way, model: best.search.map(|search| search.model) }
    }

    /// A way that is no longer, from a search with something left out.
    fn without(&self, property: Property, way: &Way, less: Less) -> Option<Smaller> {
        let (mut script, mut budgets) = (self.model.script.clone(), self.model.question.budgets);
        match less {
            Less::Request(stamp) => script.requests.retain(|request| request.stamp != stamp),
            // its place stays: others are called by theirs
            Less::Deed(at) => {
                if script.left_out & 1 << at != 0 {
                    return None;
                }
                script.left_out |= 1 << at;
            }
            Less::Budget(of) => {
                let left = of(&mut budgets);
                *left = left.checked_sub(1)?;
            }
        }
        if script.requests.is_empty() && script.deeds.is_empty() {
            return None;
        }
        let mut properties = Properties::NONE;
        properties.add(property);
        let question = Question {
            properties,
            budgets,
            most_states: MOST_STATES,
            most_effects: way.effects(),
            ..self.model.question.clone()
        };
        let mut search = Search::of(Model::new(script, question)).ok()?;
        while search.effects_to(property).is_none() && !search.advance(1_000) {}
        let found = search.way_to(property).filter(|found| found.effects() <= way.effects())?;
        Some(Smaller { way: found, search: Some(search) })
    }

    /// The same choices in an order in which each task continues as long as it can.
    fn with_fewer_changes(&self, property: Property, way: Way) -> Way {
        let mut best = way;
        for _ in 0..3 {
            let before = changes(&best);
            for at in 1..best.moves.len() {
                for to in (0..at).rev() {
                    let mut choices: Vec<Choice> =
                        best.moves.iter().map(|each| each.choice).collect();
                    let moved = choices.remove(at);
                    choices.insert(to, moved);
                    let other = self.by_choices(property, &choices);
                    let is_better = |other: &Way| {
                        other.effects() <= best.effects() && changes(other) < changes(&best)
                    };
                    if let Some(other) = other.filter(is_better) {
                        best = other;
                        break;
                    }
                }
            }
            if changes(&best) == before {
                break;
            }
        }
        best
    }
}

impl Search {
    /// The same choices, but each turn of a loop begins as late as it can: what it calls in its own
    /// process follows without delay in a run, so nothing can come in between there.
    fn with_late_turns(&self, property: Property, way: Way) -> Way {
        let mut best = way;
        for at in (0..best.moves.len()).rev() {
            let mut choices: Vec<Choice> = best.moves.iter().map(|each| each.choice).collect();
            let turn = choices.remove(at);
            if !matches!(turn, Choice::Fire(Timer::Loop { .. })) {
                continue;
            }
            let later = (at + 1..=choices.len()).rev().find_map(|to| {
                let mut choices = choices.clone();
                choices.insert(to, turn);
                let other = self.by_choices(property, &choices)?;
                (other.effects() <= best.effects()).then_some(other)
            });
            best = later.unwrap_or(best);
        }
        best
    }
}

/// A simplified way.
pub struct Simple {
    pub way: Way,
    /// The model that it is a way of, if that is smaller than the one asked about.
    pub model: Option<Model>,
}

/// A way, and the search that found it; `None`: the search being simplified.
struct Smaller {
    way: Way,
    search: Option<Search>,
}

/// Something that can be left out.
#[derive(Clone, Copy)]
enum Less {
    Request(Stamp),
    Deed(usize),
    /// One unit of a budget.
    Budget(fn(&mut Budgets) -> &mut u8),
}

/// How often a way switches from one operation to another.
fn changes(way: &Way) -> usize {
    let acts = way.moves.iter().flat_map(|each| &each.micros).filter_map(|micro| {
        match (&micro.message, micro.transition) {
            (Some(message), _) => Some(message.op),
            (None, Transition::Start(_)) => {
                micro.notes.events.iter().find_map(|event| match event {
                    crate::event::Event::Started { op, .. } => Some(*op),
                    _ => None,
                })
            }
            _ => None,
        }
    });
    let acts: Vec<_> = acts.collect();
    acts.windows(2).filter(|pair| pair[0] != pair[1]).count()
}
