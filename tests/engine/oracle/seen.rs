//! What clients and stores saw of a run: values and times.

use std::collections::{BTreeMap, BTreeSet};

use stalemate::event::{Event, Fault, ReadVerdict, RequestEnd};
use stalemate::simulate::Simulation;
use stalemate::strategy::value::{Scalar, Symbol};
use stalemate::world::{Kind, OpId};

/// An operation as its client saw it. Times are numbers of records.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub kind: Kind,
    pub key: Symbol,
    /// Nobody: it came past the application.
    pub client: Option<Symbol>,
    pub start: usize,
    pub start_us: u64,
    /// `None`: it has not ended, or failed: it may take effect late, or never.
    pub end: Option<usize>,
    pub end_us: u64,
    pub value: Scalar,
    /// Its client was told that it cannot have come to the database.
    pub is_void: bool,
    /// What the fast judge says of it, if it is a read that returned.
    pub verdict: Option<ReadVerdict>,
}

impl Seen {
    /// Whether it was acknowledged before a record.
    pub fn is_acked_before(&self, at: usize) -> bool {
        self.end.is_some_and(|end| end < at)
    }

    /// Whether it was acknowledged before the other began.
    pub fn is_before(&self, other: &Seen) -> bool {
        self.is_acked_before(other.start)
    }
}

/// What a row held, and since which record.
#[derive(Clone, Copy, Debug)]
pub struct State {
    pub at: usize,
    pub value: Scalar,
}

/// All that was seen.
pub struct Sight {
    pub operations: Vec<(OpId, Seen)>,
    pub rows: BTreeMap<Symbol, Vec<State>>,
    /// Two writes may come to the database as one.
    pub has_queue: bool,
    /// Operations that the fast judge says broke a promise to their client.
    pub not_own: BTreeSet<OpId>,
    pub not_monotonic: BTreeSet<OpId>,
}

impl Sight {
    pub fn of(run: &Simulation) -> Sight {
        let has_queue = !run.world().queues().is_empty();
        let mut all: BTreeMap<OpId, Seen> = BTreeMap::new();
        let mut rows: BTreeMap<Symbol, Vec<State>> = BTreeMap::new();
        for (at, (_, record)) in run.history().since(0).enumerate() {
            let at_us = record.at_us;
            let outside = |kind, key, value| Seen {
                kind,
                key,
                client: None,
                start: at,
                start_us: at_us,
                end: Some(at),
                end_us: at_us,
                value,
                is_void: false,
                verdict: None,
            };
            match record.event {
                Event::Initial { key, value } => {
                    rows.entry(key).or_default().push(State { at, value: value.scalar });
                }
                Event::Committed { commit, .. } => {
                    let state = State { at, value: commit.value.scalar };
                    rows.entry(commit.key).or_default().push(state);
                }
                Event::Started { op, kind, key, value, client } => {
                    let seen = outside(kind, key, value.scalar);
                    all.insert(op, Seen { client: Some(client), end: None, ..seen });
                }
                Event::Ended { op, kind, outcome: RequestEnd::Returned(value), .. } => {
                    if let Some(seen) = all.get_mut(&op) {
                        (seen.end, seen.end_us) = (Some(at), at_us);
                        if kind == Kind::Read {
                            seen.value = value.scalar;
                        }
                    }
                }
                Event::Ended {
                    op,
                    outcome: RequestEnd::Failed { maybe_applied: false, .. },
                    ..
                } => {
                    if let Some(seen) = all.get_mut(&op) {
                        seen.is_void = true;
                    }
                }
                Event::Judged { op, verdict, .. } => {
                    if let Some(seen) = all.get_mut(&op) {
                        seen.verdict = Some(verdict);
                    }
                }
                Event::Fault(Fault::OutsideWrite { op, key, value, .. }) => {
                    all.insert(op, outside(Kind::Write, key, value.scalar));
                }
                Event::Fault(Fault::OutsideDelete { op, key, .. }) => {
                    all.insert(op, outside(Kind::Delete, key, Scalar::None));
                }
                _ => {}
            }
        }
        let violations = run.history().ledger().violations();
        let broke = |is: fn(&stalemate::history::Broken) -> bool| {
            violations.iter().filter(|each| is(&each.broken)).map(|each| each.op).collect()
        };
        Sight {
            operations: all.into_iter().collect(),
            rows,
            has_queue,
            not_own: broke(|broken| broken.read_your_writes),
            not_monotonic: broke(|broken| broken.monotonic_reads),
        }
    }

    /// The operations on a key.
    pub fn on(&self, key: Symbol) -> impl Iterator<Item = &Seen> {
        self.operations.iter().map(|(_, seen)| seen).filter(move |seen| seen.key == key)
    }

    /// What a row held at the start.
    pub fn initial(&self, key: Symbol) -> Scalar {
        let first = self.rows.get(&key).and_then(|states| states.first());
        // a row that was there is told of before anything happens
        let is_first =
            |state: &&State| self.operations.iter().all(|(_, seen)| seen.start > state.at);
        first.filter(is_first).map_or(Scalar::None, |state| state.value)
    }
}
