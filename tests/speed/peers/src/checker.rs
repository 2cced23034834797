//! Every order of a few readers and writers of one key under cache-aside.

use serde_json::{Value, json};
use stalemate::explore::{Property, Question, Search};
use stalemate::scenario::Scenario;
use stateright::{Checker, Model, Property as Checked};

use super::Rate;

/// The search without reductions: each call and its reply are one step, as in the model below.
pub fn stalemate(readers: u8, writers: u8) -> Rate {
    let reads = (0..readers)
        .map(|at| json!({"at_us": 0, "do": "read", "key": "k", "client": format!("r{at}")}));
    let writes = (0..writers).map(|at| {
        json!({"at_us": 0, "do": "write", "key": "k", "value": at + 1, "client": format!("w{at}")})
    });
    let actions: Vec<Value> = reads.chain(writes).collect();
    let document = json!({
        "strategies": [{"strategy": "cache-aside"}],
        "topology": {"apps": {"count": 1}},
        "rows": {"each": {"k": 0}},
        "actions": actions,
    });
    let scenario = Scenario::parse(&document.to_string()).expect("a scenario");
    let question = Question {
        properties: [Property::Converges].into_iter().collect(),
        reduction: false,
        symmetry: false,
        atomic: true,
        ..Question::default()
    };
    Rate::of(|| {
        let mut search = Search::new(&scenario, question).expect("it can be searched");
        while !search.advance(1_000_000) {}
        search.progress().states
    })
}

/// Where a client is, and the value that it holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum At {
    Start,
    Get,
    Read,
    Set(u8),
    Write,
    Delete,
    End,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct State {
    cache: Option<u8>,
    row: u8,
    clients: Vec<At>,
}

struct CacheAside {
    readers: usize,
    writers: usize,
}

impl Model for CacheAside {
    type State = State;
    /// A client's next step.
    type Action = usize;

    fn init_states(&self) -> Vec<State> {
        vec![State { cache: None, row: 0, clients: vec![At::Start; self.readers + self.writers] }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<usize>) {
        actions.extend((0..state.clients.len()).filter(|at| state.clients[*at] != At::End));
    }

    fn next_state(&self, last: &State, client: usize) -> Option<State> {
        let mut state = last.clone();
        state.clients[client] = match last.clients[client] {
            At::Start if client < self.readers => At::Get,
            At::Start => At::Write,
            At::Get if state.cache.is_some() => At::End,
            At::Get => At::Read,
            At::Read => At::Set(state.row),
            At::Set(value) => {
                state.cache = Some(value);
                At::End
            }
            At::Write => {
                state.row = (client - self.readers + 1) as u8;
                At::Delete
            }
            At::Delete => {
                state.cache = None;
                At::End
            }
            At::End => return None,
        };
        Some(state)
    }

    fn properties(&self) -> Vec<Checked<Self>> {
        // one that always holds, so that every state is visited
        vec![Checked::always("rows are written by writers", |model, state: &State| {
            usize::from(state.row) <= model.writers
        })]
    }
}

pub fn stateright(readers: u8, writers: u8) -> Rate {
    let model = CacheAside { readers: readers.into(), writers: writers.into() };
    Rate::of(|| model.checker().threads(1).spawn_bfs().join().unique_state_count() as u64)
}
