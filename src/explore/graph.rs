//! The states of a small search as a graph, each with what the stores hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::model::Model;
use super::question::Property;
use super::search::Search;
use super::state::State;
use super::way::tell;
use crate::strategy::value::Names;

/// States, and the steps between them.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Graph {
    /// The states that a search has met; the first is the beginning.
    pub states: Vec<GraphState>,
    pub edges: Vec<GraphEdge>,
}

/// A state.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct GraphState {
    /// What the stores hold: names with values.
    pub held: Vec<(Arc<str>, Arc<str>)>,
    /// The properties that are broken in it.
    pub broken: Vec<Property>,
}

/// A step from one state to another.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct GraphEdge {
    pub from: u16,
    pub to: u16,
    /// What happens.
    pub what: Vec<String>,
}

impl Search {
    /// The graph of all states met so far; `None`: they are more than `most`.
    pub fn graph(&self, most: u16) -> Option<Graph> {
        if self.visited.len() > usize::from(most) {
            return None;
        }
        let model = &self.model;
        let asked = model.question.properties;
        let first = model.first();
        let mut numbers = BTreeMap::from([(first.fingerprint(), 0)]);
        let mut graph = Graph { states: vec![model.graph_state(&first)], edges: Vec::new() };
        let mut open = vec![first];
        let mut at = 0;
        while let Some(state) = open.get(at).cloned() {
            for choice in model.choices(&state, false) {
                let mut path = Some(Vec::new());
                let Some(taken) = model.walk(&state, choice, &mut path) else { continue };
                let name = model.name(&taken.state);
                if !self.visited.is_known(&name, u16::MAX) {
                    continue;
                }
                let next = u16::try_from(open.len()).ok()?;
                let to = *numbers.entry(name.fingerprint).or_insert(next);
                if to == next {
                    graph.states.push(model.graph_state(&taken.state));
                    open.push(taken.state.clone());
                }
                let broken = taken.broken.and(asked);
                let known = &mut graph.states[usize::from(to)].broken;
                known
                    .extend(broken.iter().filter(|each| !known.contains(each)).collect::<Vec<_>>());
                let names = taken.state.world.names();
                let events = path.iter().flatten().flat_map(|micro| &micro.notes.events);
                let what = events.filter_map(|event| tell(event, names)).collect();
                graph.edges.push(GraphEdge { from: at as u16, to, what });
            }
            at += 1;
        }
        Some(graph)
    }
}

impl Model {
    fn graph_state(&self, state: &State) -> GraphState {
        let names: &Names = state.world.names();
        let mut held = Vec::new();
        for &key in &self.script.keys {
            let caches = state.world.caches();
            for (nth, (_, cache)) in caches.iter().enumerate() {
                let value = cache.peek(key).map(|entry| entry.value.scalar.display(names));
                let cache =
                    if nth == 0 { "cache".to_owned() } else { format!("cache {}", nth + 1) };
                held.push((cache, key, value));
            }
            let mut rows = state.world.database().rows();
            let row = rows.find(|(own, _)| *own == key);
            let value = row.map(|(_, row)| row.value.scalar.display(names));
            held.push(("database".to_owned(), key, value));
        }
        let held = held.into_iter().map(|(store, key, value)| {
            let name = format!("{store} {}", names.text(key));
            (name.into(), value.unwrap_or_else(|| "nothing".to_owned()).into())
        });
        let asked = self.question.properties;
        let broken = self.broken_for_good(state, asked).unwrap_or_default();
        GraphState { held: held.collect(), broken: broken.iter().collect() }
    }
}

impl GraphEdge {
    /// What changes in the stores, such as "cache user:1 = old".
    pub fn changed(&self, states: &[GraphState]) -> Vec<String> {
        let of = |at: u16| states.get(usize::from(at)).map_or(&[][..], |state| &state.held);
        let pairs = of(self.from).iter().zip(of(self.to));
        let new = pairs.filter(|(before, after)| before != after);
        new.map(|(_, (name, value))| format!("{name} = {value}")).collect()
    }
}

impl Graph {
    /// The graph in which states whose stores hold the same, and that break the same, are one; and
    /// how many each of them stands for.
    pub fn collapsed(&self) -> (Graph, Vec<usize>) {
        let mut kinds: Vec<GraphState> = Vec::new();
        let mut counts: Vec<usize> = Vec::new();
        let kind = |state: &GraphState| {
            let known = kinds.iter().position(|kind| kind == state);
            let at = known.unwrap_or_else(|| {
                kinds.push(state.clone());
                counts.push(0);
                kinds.len() - 1
            });
            counts[at] += 1;
            at as u16
        };
        let of: Vec<u16> = self.states.iter().map(kind).collect();
        let mut edges: Vec<GraphEdge> = Vec::new();
        for edge in &self.edges {
            let (from, to) = (of[usize::from(edge.from)], of[usize::from(edge.to)]);
            if from == to {
                continue;
            }
            // one of several ways is enough
            if !edges.iter().any(|known| (known.from, known.to) == (from, to)) {
                edges.push(GraphEdge { from, to, what: edge.what.clone() });
            }
        }
        (Graph { states: kinds, edges }, counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::{Question, Verdict};
    use crate::scenario::preset;

    fn searched(id: &str) -> Search {
        let scenario = preset::find(id).expect("a preset").scenario();
        let mut search = Search::new(&scenario, Question::default()).expect("it can be searched");
        while !search.advance(u32::MAX) {}
        search
    }

    #[test]
    fn the_graph_has_every_state_and_shows_what_is_broken() {
        let search = searched("ca2");
        let graph = search.graph(300).expect("a small search");
        assert_eq!(graph.states.len() as u64, search.progress().states);
        let reached = |at: usize| graph.edges.iter().any(|edge| usize::from(edge.to) == at);
        assert!((1..graph.states.len()).all(reached), "a state that nothing leads to");
        let answer = search.answer().expect("an answer");
        for outcome in &answer.results {
            let breaks = |state: &GraphState| state.broken.contains(&outcome.property);
            let is_broken = graph.states.iter().any(breaks);
            assert_eq!(is_broken, outcome.verdict == Verdict::Violated, "{}", outcome.property);
        }
        assert!(searched("ca1").graph(300).is_none());
    }

    #[test]
    fn an_edge_says_what_changes_and_equal_stores_are_one() {
        let graph = searched("ca2").graph(300).expect("a small search");
        let changes = graph.edges.iter().map(|edge| edge.changed(&graph.states));
        let changes: Vec<_> = changes.filter(|changed| !changed.is_empty()).collect();
        assert!(changes.iter().all(|changed| changed.len() == 1), "{changes:?}");
        let (few, counts) = graph.collapsed();
        assert!(few.states.len() < graph.states.len() / 2);
        assert_eq!(counts.iter().sum::<usize>(), graph.states.len());
        assert!(few.edges.iter().all(|edge| edge.from != edge.to));
        for (at, state) in few.states.iter().enumerate() {
            assert!(!few.states[..at].contains(state));
        }
    }
}
