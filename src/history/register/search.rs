//! Linearizability of one key by trying orders, for when two values are equal, which Gibbons and
//! Korach's zones do not allow.
//!
//! Depth first over the operations that may come next, as in Wing and Gong, "Testing and verifying
//! concurrent objects" (1993), with Lowe's memory of what was tried. It runs only if the zones find
//! a contradiction. It gives up, and the contradiction stands, if there are more operations than a
//! mask has bits, or too many states.

use std::collections::BTreeSet;

use crate::history::same::is_same;
use crate::identity::{Kind, OpId};
use crate::strategy::value::{Names, Origin, Scalar};

/// The most operations, and the most states, of a search.
const OPERATIONS: usize = 64;
const STATES: usize = 20_000;

/// The operations on a key, as its clients saw them.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    all: Vec<Observation>,
    /// There were more operations than can be remembered, or some with unknown values: only the
    /// latest writes are.
    is_partial: bool,
}

#[derive(Clone, Copy, Debug)]
struct Observation {
    op: OpId,
    start: u64,
    /// `None`: it has not ended, or its client does not know how: it may take effect late, or
    /// never.
    end: Option<u64>,
    value: Scalar,
}

impl Observed {
    /// Adds an operation: a write when it begins, a read when it ends.
    pub fn add(&mut self, op: OpId, start: u64, end: Option<u64>, value: Scalar) {
        if self.all.len() >= OPERATIONS {
            self.forget();
        }
        if !self.is_partial || op.kind().writes() {
            self.all.push(Observation { op, start, end, value });
        }
    }

    /// A write is acknowledged.
    pub fn end(&mut self, op: OpId, end: u64) {
        if let Some(operation) = self.all.iter_mut().rev().find(|each| each.op == op) {
            operation.end = Some(end);
        }
    }

    /// A write has written this, whatever its client asked for.
    pub fn comes_to(&mut self, op: OpId, value: Scalar) {
        let of_write = |each: &&mut Observation| each.op == op && op.kind() == Kind::Write;
        if let Some(operation) = self.all.iter_mut().rev().find(of_write) {
            operation.value = value;
        }
    }

    /// The writes among the operations, with their values.
    pub fn writes(&self) -> impl Iterator<Item = (Origin, Scalar)> {
        let writes = self.all.iter().filter(|each| each.op.kind().writes());
        writes.map(|each| (each.op.origin(), each.value))
    }

    /// What a write wrote.
    pub fn value_of(&self, origin: Origin) -> Option<Scalar> {
        self.writes().find(|(known, _)| *known == origin).map(|(_, value)| value)
    }

    /// The memory that they take, in bytes.
    pub fn bytes(&self) -> u64 {
        (self.all.capacity() * size_of::<Observation>()) as u64
    }

    /// Notes that what is known is no longer enough.
    pub fn forget(&mut self) {
        self.is_partial = true;
        self.all.retain(|each| each.op.kind().writes());
        let most = OPERATIONS / 2;
        self.all.drain(..self.all.len().saturating_sub(most));
    }

    /// Whether some order explains what clients saw; `None`: undecided.
    pub fn is_explained(&self, initial: Scalar, names: &Names) -> Option<bool> {
        if self.is_partial {
            return None;
        }
        let mut tried = BTreeSet::new();
        // what is done, and which write holds (0: none, its position and one)
        let mut left = vec![(0_u64, 0_usize)];
        while let Some((done, holds)) = left.pop() {
            if !tried.insert((done, holds)) {
                continue;
            }
            if tried.len() > STATES {
                return None;
            }
            let waits = |at: &usize| done & (1 << at) == 0;
            let all = || (0..self.all.len()).filter(waits);
            let first_end = all().filter_map(|at| self.all[at].end).min();
            let Some(first_end) = first_end else { return Some(true) };
            let value = if holds == 0 { initial } else { self.all[holds - 1].value };
            for at in all().filter(|at| self.all[*at].start <= first_end) {
                let operation = self.all[at];
                if operation.op.kind().writes() {
                    left.push((done | 1 << at, at + 1));
                } else if is_same(operation.value, value, names) {
                    left.push((done | 1 << at, holds));
                }
            }
        }
        Some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(all: &[(char, u64, Option<u64>, i64)]) -> Option<bool> {
        let mut seen = Observed::default();
        for (number, (kind, start, end, value)) in (1..).zip(all) {
            let kind = if *kind == 'r' { Kind::Read } else { Kind::Write };
            seen.add(OpId::new(number, kind), *start, *end, Scalar::Int(*value));
        }
        seen.is_explained(Scalar::Int(0), &Names::default())
    }

    #[test]
    fn a_value_that_two_writes_wrote_may_be_either_ones() {
        let first = [('w', 1, Some(2), 7), ('w', 3, Some(4), 8)];
        let again = ('w', 5, Some(6), 7);
        let read = ('r', 7, Some(8), 7);
        assert_eq!(seen(&[first[0], first[1], read]), Some(false));
        assert_eq!(seen(&[first[0], first[1], again, read]), Some(true));
    }

    #[test]
    fn what_nobody_was_told_of_may_take_effect_late_or_never() {
        let unknown = ('w', 1, None, 7);
        let [old, new] = [0, 7].map(|value| ('r', 10, Some(11), value));
        assert_eq!(seen(&[unknown, old]), Some(true));
        assert_eq!(seen(&[unknown, new]), Some(true));
        assert_eq!(seen(&[unknown, new, ('r', 12, Some(13), 0)]), Some(false));
    }

    #[test]
    fn of_too_many_it_is_not_found_out() {
        let many = [('w', 1, Some(2), 7); 65];
        assert_eq!(seen(&many), None);
    }

    #[test]
    fn of_too_many_the_values_of_the_latest_writes_are_known() {
        let mut seen = Observed::default();
        for number in 1..=200 {
            let kind = if number % 2 == 0 { Kind::Read } else { Kind::Write };
            seen.add(OpId::new(number, kind), number.into(), None, Scalar::Int(number.into()));
        }
        let value = |number| seen.value_of(OpId::new(number, Kind::Write).origin());
        assert_eq!([199, 151].map(value), [Some(Scalar::Int(199)), Some(Scalar::Int(151))]);
        assert_eq!(value(1), None);
        assert!(seen.writes().count() <= OPERATIONS);
        assert_eq!(seen.is_explained(Scalar::Int(0), &Names::default()), None);
    }
}
