//! Symmetry: of interchangeable clients it does not matter which begins first, so one order is
//! enough (Ip and Dill, *Better Verification Through Symmetry*, 1996).
//!
//! Two clients are interchangeable if exchanging them, with the keys and values that only they use,
//! leaves the scenario unchanged. Until one of them has begun, the exchange leaves the state
//! unchanged as well: then everything that follows if the later one begins first also follows,
//! under other names, if the earlier one does. So only the earlier one may begin. No state is
//! renamed, and every way found is a way of the scenario itself.

use std::collections::BTreeMap;

use super::script::{Deed, Script};
use crate::event::Fault;
use crate::identity::{Kind, Stamp};
use crate::strategy::value::{Scalar, Symbol};
use crate::world::{Request, World};

/// The first request of each client, with the requests that must begin before it: the first ones of
/// clients that are interchangeable with it.
#[derive(Clone, Debug, Default)]
pub struct Symmetry(Vec<(Stamp, Vec<Stamp>)>);

/// A client's requests, each with its position among all requests.
type Own<'a> = Vec<(usize, &'a Request)>;

impl Symmetry {
    /// Finds the interchangeable clients of a scenario.
    pub fn of(script: &Script) -> Symmetry {
        let names_a_message = |deed: &Deed| matches!(deed, Deed::Lose(_) | Deed::Duplicate(_));
        if script.check.is_some() || script.deeds.iter().any(|(_, deed)| names_a_message(deed)) {
            return Symmetry::default();
        }
        let mut clients: BTreeMap<Symbol, Own> = BTreeMap::new();
        for (at, request) in script.requests.iter().enumerate() {
            clients.entry(request.client).or_default().push((at, request));
        }
        let earlier = |client: &Symbol, own: &Own| -> Vec<Stamp> {
            let others = clients.iter().filter(|(_, other)| other[0].0 < own[0].0);
            let alike = others.filter(|(other, requests)| {
                script.setup.client(**other) == script.setup.client(*client)
                    && are_alike(script, requests, own)
            });
            alike.map(|(_, requests)| requests[0].1.stamp).collect()
        };
        let all = clients.iter().map(|(client, own)| (own[0].1.stamp, earlier(client, own)));
        Symmetry(all.filter(|(_, earlier)| !earlier.is_empty()).collect())
    }

    /// Whether a request may begin: not if it is the first one of its client, and an
    /// interchangeable client must begin before.
    pub fn may_begin(&self, world: &World, request: Request) -> bool {
        let own = self.0.iter().find(|(first, _)| *first == request.stamp);
        own.is_none_or(|(_, earlier)| earlier.iter().all(|first| !world.is_planned(*first)))
    }
}

/// Whether two clients' requests can be exchanged.
fn are_alike(script: &Script, one: &Own, other: &Own) -> bool {
    let pairs = || one.iter().zip(other);
    let mut keys: Vec<(Symbol, Symbol)> = pairs().map(|(a, b)| (a.1.key, b.1.key)).collect();
    let mut values: Vec<(Scalar, Scalar)> =
        pairs().map(|(a, b)| (value(*a), value(*b))).filter(|(a, b)| a != b).collect();
    keys.sort_unstable();
    keys.dedup();
    let same_kinds = pairs().all(|(a, b)| a.1.kind == b.1.kind);
    let added = pairs().any(|(a, b)| a.1.kind == Kind::Increment && a.1.value != b.1.value);
    if one.len() != other.len() || !same_kinds || added {
        return false;
    }
    let moved: Vec<(Symbol, Symbol)> = keys.iter().copied().filter(|(a, b)| a != b).collect();
    let moves_something = !moved.is_empty() || !values.is_empty();
    let mut programs = script.setup.strategies.iter().map(|deployed| &deployed.program);
    let is_tied = !moved.is_empty() && !script.setup.database.foreign_keys.is_empty();
    if is_tied || moves_something && !programs.all(|program| program.only_moves_values()) {
        return false;
    }
    // each of them appears once, on one side
    let mut sides: Vec<Symbol> = moved.iter().flat_map(|(a, b)| [*a, *b]).collect();
    sides.extend(keys.iter().filter(|(a, b)| a == b).map(|(a, _)| *a));
    values.dedup();
    moved.iter().all(|(a, b)| is_alone(script, *a, one) && is_alone(script, *b, other))
        && moved.iter().all(|(a, b)| {
            [*a, *b].iter().all(|key| sides.iter().filter(|side| *side == key).count() == 1)
                && row(script, *a) == row(script, *b)
                && script.setup.route(&script.setup.names.text(*a))
                    == script.setup.route(&script.setup.names.text(*b))
        })
        && values.iter().all(|(a, b)| {
            [*a, *b].iter().all(|value| times(script, *value) == 1) && is_true(*a) && is_true(*b)
        })
}

/// Whether only these requests touch a key.
fn is_alone(script: &Script, key: Symbol, own: &Own) -> bool {
    let mut others = (0..).zip(&script.requests).filter(|(_, request)| request.key == key);
    let mut entries = script.setup.entries.iter();
    others.all(|(at, _)| own.iter().any(|(own, _)| *own == at))
        && entries.all(|other| other.key != key)
        && script.deeds.iter().all(|(_, deed)| !is_about(deed, key))
}

fn is_about(deed: &Deed, key: Symbol) -> bool {
    match deed {
        Deed::Fault(
            Fault::Evict(_, about)
            | Fault::Expire(_, about)
            | Fault::OutsideWrite { key: about, .. }
            | Fault::OutsideDelete { key: about, .. },
        ) => *about == key,
        _ => false,
    }
}

fn row(script: &Script, key: Symbol) -> Option<Scalar> {
    let mut rows = script.setup.rows.iter();
    rows.find(|(own, _)| *own == key).map(|(_, value)| value.scalar)
}

/// The value that a request writes: its own number by default.
fn value((at, request): (usize, &Request)) -> Scalar {
    match (request.kind, request.value) {
        (Kind::Write, Scalar::None) => Scalar::Int(at as i64 + 1),
        (_, value) => value,
    }
}

/// How often a value occurs in rows, requests and outside writes.
fn times(script: &Script, value_of: Scalar) -> usize {
    let rows = script.setup.rows.iter().map(|(_, value)| value.scalar);
    let requests = script.requests.iter().enumerate().map(value);
    let outside = script.deeds.iter().filter_map(|(_, deed)| match deed {
        Deed::Fault(Fault::OutsideWrite { value, .. }) => Some(value.scalar),
        _ => None,
    });
    rows.chain(requests).chain(outside).filter(|each| *each == value_of).count()
}

/// Whether a value is true, which a program may ask without reading the value itself.
fn is_true(value: Scalar) -> bool {
    matches!(value, Scalar::Int(number) if number != 0) || matches!(value, Scalar::Text(_))
}
