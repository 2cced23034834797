//! Property test: the zones find the same contradictions as trying every order.

use proptest::prelude::*;

use super::*;
use crate::identity::Kind;

/// An operation on the register: a write of its own value, or a read of the
/// value of the write at `of`.
#[derive(Clone, Copy, Debug)]
struct Observation {
    start: u64,
    /// `None`: never acknowledged.
    end: Option<u64>,
    of: Option<usize>,
}

/// A few operations whose beginnings and ends all differ. A read returns a write that had begun
/// before the read ended.
fn any_history() -> impl Strategy<Value = Vec<Observation>> {
    let instants = Just((1..=14).collect::<Vec<u64>>()).prop_shuffle();
    let kinds = prop::collection::vec((0..3u8, any::<prop::sample::Index>(), 0..5u8), 2..8);
    (instants, kinds).prop_map(|(instants, kinds)| {
        let mut all: Vec<Observation> = Vec::new();
        for (at, (kind, of, lost)) in kinds.iter().enumerate() {
            let (a, b) = (instants[2 * at], instants[2 * at + 1]);
            let (start, end) = (a.min(b), a.max(b));
            let seen: Vec<usize> = (0..all.len())
                .filter(|&write| all[write].of.is_none() && all[write].start < end)
                .collect();
            let of = (*kind > 0 && !seen.is_empty()).then(|| seen[of.index(seen.len())]);
            let lost = of.is_none() && *lost == 0;
            all.push(Observation { start, end: (!lost).then_some(end), of });
        }
        all
    })
}

/// Whether some order explains the operations, by trying all of them.
fn explains(all: &[Observation], done: u32, holds: Option<usize>) -> bool {
    let left = |at: usize| done & (1 << at) == 0;
    if (0..all.len()).all(|at| !left(at) || all[at].end.is_none()) {
        return true;
    }
    // whoever comes next must have begun before all that are left have ended
    let first_end = (0..all.len()).filter(|&at| left(at)).filter_map(|at| all[at].end).min();
    (0..all.len()).filter(|&at| left(at)).any(|at| {
        let Observation { start, of, .. } = all[at];
        let in_time = first_end.is_none_or(|first_end| start <= first_end);
        match of {
            Some(write) => in_time && holds == Some(write) && explains(all, done | 1 << at, holds),
            None => in_time && explains(all, done | 1 << at, Some(at)),
        }
    })
}

/// Whether the zones find no contradiction, with the operations added in the order of their ends.
fn register_explains(all: &[Observation]) -> bool {
    let op = |at: usize| {
        let kind = if all[at].of.is_some() { Kind::Read } else { Kind::Write };
        OpId::new(at as u32 + 1, kind)
    };
    let edge = |at: usize, seq: u64| Edge { op: op(at), at: Moment { seq, at_us: seq } };
    let mut order: Vec<usize> = (0..all.len()).filter(|&at| all[at].end.is_some()).collect();
    order.sort_by_key(|&at| all[at].end);
    let mut register = Register::default();
    for at in order {
        let Observation { start, end: Some(end), of } = all[at] else { continue };
        let write = of.unwrap_or(at);
        let acked = all[write].end.filter(|acked| *acked < end);
        let (start, end) = (edge(at, start), edge(at, end));
        let begun = edge(write, all[write].start);
        let start = if begun.at > start.at { begun } else { start };
        let end = acked.map_or(end, |acked| edge(write, acked));
        if register.note(op(write).origin(), start, end).is_some() {
            return false;
        }
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn zones_find_what_every_order_finds(history in any_history()) {
        prop_assert_eq!(register_explains(&history), explains(&history, 0, None));
    }
}

#[test]
fn the_clusters_that_began_last_are_remembered() {
    let write = |nth: u32| OpId::new(nth, Kind::Write);
    let edge = |nth: u32, seq: u32| {
        let seq = u64::from(seq);
        Edge { op: write(nth), at: Moment { seq, at_us: seq } }
    };
    let mut register = Register::default();
    for nth in 1..=CLUSTERS as u32 + 2 {
        let (start, end) = (edge(nth, 2 * nth), edge(nth, 2 * nth + 1));
        assert_eq!(register.note(write(nth).origin(), start, end), None);
    }
    assert_eq!(register.clusters.len(), CLUSTERS);
    assert_eq!(register.clusters.iter().map(|it| it.origin).min(), Some(write(3).origin()));
}
