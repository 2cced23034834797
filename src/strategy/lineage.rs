//! Lineages: the rows and operations from which a value was made.
//!
//! A value from a row has one parent, the version of that row; a value from a client has one, its
//! operation. Both need no memory beside the value. A value computed from several is a node in a
//! table, with two parents, and so on down to rows and operations. Strategies cannot see lineages.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::value::{Datum, Origin, Symbol};

/// The most computed values whose parents a run remembers. For later ones, only the newer parent is
/// known.
pub const MOST_LINEAGES: usize = 1 << 20;

/// What a value was made of, in addition to its [`Origin`]: the row that it was read from, or a
/// node of [`Lineages`].
///
/// It is information for observers, not part of the value: all lineages are equal, and hash alike.
#[derive(Clone, Copy, Default)]
pub struct Lineage(u32);

const NODE: u32 = 1 << 31;
const COMPUTED: u32 = 1 << 30;
/// Flag of a node: an operation went in by itself, not only as a version of a row.
const OPERATION: u32 = 1 << 29;

impl Lineage {
    /// No row: a value from a client, or a literal.
    pub const NONE: Lineage = Lineage(0);

    /// A value from a row.
    pub fn of_row(key: Symbol) -> Lineage {
        // a run knows fewer texts than that
        Lineage((key.0 + 1) & (COMPUTED - 1))
    }

    /// The row that it was read from, if it was made of nothing else.
    pub fn row(self) -> Option<Symbol> {
        let key = self.0 & (COMPUTED - 1);
        (self.0 & NODE == 0 && key > 0).then(|| Symbol(key - 1))
    }

    /// Whether it was computed, rather than copied.
    pub fn is_computed(self) -> bool {
        self.0 & (NODE | COMPUTED) != 0
    }

    /// Whether another value has the same parents, computed or not.
    pub fn is_same(self, other: Lineage) -> bool {
        self.computed().0 == other.computed().0
    }

    /// Whether it names neither a row nor a node.
    pub(super) fn is_of_nothing(self) -> bool {
        self.0 & !COMPUTED == 0
    }

    fn node(self) -> Option<usize> {
        (self.0 & NODE != 0).then_some((self.0 & !(NODE | OPERATION)) as usize)
    }

    /// Whether a value of this lineage, which is not a literal, contains an operation that does not
    /// come from a row.
    pub fn has_operation(self) -> bool {
        match self.0 & NODE {
            0 => self.row().is_none(),
            _ => self.0 & OPERATION != 0,
        }
    }

    /// As far as it decides whose write a value becomes, and whether it is a copy: an operation's or
    /// nobody's (0), a row's (1), computed of rows alone (2), computed of an operation (3).
    fn class(self) -> u8 {
        match (self.has_operation(), self.is_computed()) {
            (true, false) => 0,
            (false, false) => 1,
            (false, true) => 2,
            (true, true) => 3,
        }
    }

    fn computed(self) -> Lineage {
        Lineage(if self.0 & NODE == 0 { self.0 | COMPUTED } else { self.0 })
    }
}

impl PartialEq for Lineage {
    fn eq(&self, _: &Lineage) -> bool {
        true
    }
}
impl Eq for Lineage {}
impl Hash for Lineage {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
impl fmt::Debug for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.row(), self.node()) {
            (Some(Symbol(key)), _) => write!(f, "row {key}"),
            (None, Some(node)) => write!(f, "node {node}"),
            (None, None) => f.write_str("-"),
        }
    }
}

/// A parent without parents: a version of a row, named by the write that made it, or an operation
/// whose value or amount went in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Parent {
    pub origin: Origin,
    /// `None`: it does not come from a row.
    pub row: Option<Symbol>,
}

/// One of the two parents of a computed value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct ParentLink {
    origin: Origin,
    bits: u32,
}

impl ParentLink {
    fn of(value: Datum) -> ParentLink {
        ParentLink { origin: value.origin, bits: value.lineage.0 & !COMPUTED }
    }
}

/// The one of two values whose origin a value that `by` computes from them gets.
fn maker(one: Datum, other: Datum, by: Origin) -> Datum {
    let rank = |value: Datum| {
        let has_operation = value.lineage.has_operation();
        (has_operation && value.origin == by, has_operation, value.origin)
    };
    if rank(one) > rank(other) { one } else { other }
}

/// The computed values of a run, each with its two parents: a node comes after its parents.
///
/// Copies share what they have in common, as [`Names`](super::value::Names) do.
#[derive(Clone, Default)]
pub struct Lineages {
    /// Oldest first; each is larger than the one after it, so there are few.
    layers: Vec<Arc<Layer>>,
    /// The number of nodes in all layers.
    count: u32,
}

#[derive(Clone, Default)]
struct Layer {
    /// The number of the first node.
    first: usize,
    nodes: IndexSet<[ParentLink; 2], FxBuildHasher>,
}

impl Lineages {
    /// The number of computed values remembered.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }

    /// The origin and the lineage of a value that a function of the operation `by` computes from
    /// two. Its origin is the operation that went into it: of two, `by` if it is one of them, or
    /// else the newer. Without an operation, it is the write that made the newer row.
    #[inline]
    pub fn unite(&mut self, one: Datum, other: Datum, by: Origin) -> (Origin, Lineage) {
        match (one.is_literal(), other.is_literal()) {
            (true, true) => (Origin::INITIAL, Lineage::NONE),
            (false, true) => (one.origin, one.lineage.computed()),
            (true, false) => (other.origin, other.lineage.computed()),
            (false, false) => {
                let maker = maker(one, other, by);
                (maker.origin, self.join(one, other, maker))
            }
        }
    }

    fn join(&mut self, one: Datum, other: Datum, maker: Datum) -> Lineage {
        let pair = [ParentLink::of(one), ParentLink::of(other)];
        let has_operation = one.lineage.has_operation() || other.lineage.has_operation();
        let operation = if has_operation { OPERATION } else { 0 };
        if pair[0] == pair[1] {
            return one.lineage.computed();
        }
        if let Some(known) = self.find(&pair) {
            return Lineage(NODE | operation | known as u32);
        }
        if self.len() >= MOST_LINEAGES {
            return maker.lineage.computed();
        }
        let layer = self.layer_to_fill();
        let node = layer.first + layer.nodes.insert_full(pair).0;
        self.count += 1;
        Lineage(NODE | operation | node as u32)
    }

    fn find(&self, pair: &[ParentLink; 2]) -> Option<usize> {
        let in_layer = |layer: &Arc<Layer>| Some(layer.first + layer.nodes.get_index_of(pair)?);
        self.layers.iter().rev().find_map(in_layer)
    }

    fn get(&self, node: usize) -> Option<[ParentLink; 2]> {
        let layer = self.layers.iter().rev().find(|layer| layer.first <= node)?;
        layer.nodes.get_index(node - layer.first).copied()
    }

    fn layer_to_fill(&mut self) -> &mut Layer {
        let first = self.len();
        if self.layers.last_mut().is_none_or(|last| Arc::get_mut(last).is_none()) {
            while let [.., before, last] = &self.layers[..]
                && last.nodes.len() >= before.nodes.len()
            {
                let mut joined = Layer::clone(before);
                joined.nodes.extend(last.nodes.iter().copied());
                self.layers.truncate(self.layers.len() - 2);
                self.layers.push(Arc::new(joined));
            }
            self.layers.push(Arc::new(Layer { first, ..Layer::default() }));
        }
        let last = self.layers.len() - 1;
        Arc::make_mut(&mut self.layers[last])
    }

    /// The rows and operations from which a value was made, without duplicates, the most recently
    /// added first; at most `most` steps are followed. Empty: a literal.
    pub fn parents(&self, value: Datum, most: usize) -> Vec<Parent> {
        let (mut found, mut known) = (Vec::new(), BTreeSet::new());
        self.walk(value, most, |parent| {
            if known.insert(parent) {
                found.push(parent);
            }
            true
        });
        found
    }

    /// Adds what a value was made of: its class, and its parents in an order of their own.
    pub(super) fn digest(&self, value: Datum, sum: &mut impl Hasher) {
        value.lineage.class().hash(sum);
        match value.lineage.node() {
            None => value.lineage.row().hash(sum),
            Some(_) => {
                let mut parents = self.parents(value, usize::MAX);
                parents.sort_unstable();
                parents.hash(sum);
            }
        }
    }

    /// Whether a value was made from a version of this row.
    pub fn is_made_from(&self, value: Datum, key: Symbol, most: usize) -> bool {
        let mut is_it = false;
        self.walk(value, most, |parent| {
            is_it |= parent.row == Some(key);
            !is_it
        });
        is_it
    }

    /// Follows the parents of a value, the most recently added first, while `go_on` returns true;
    /// it is called for an operation as often as it was added. False if more than `most` steps were
    /// needed.
    pub fn walk(&self, value: Datum, most: usize, mut go_on: impl FnMut(Parent) -> bool) -> bool {
        let mut nodes = BTreeSet::new();
        let mut enter = |link: ParentLink, nodes: &mut BTreeSet<usize>| -> bool {
            let ParentLink { origin, bits } = link;
            match Lineage(bits).node() {
                Some(node) => {
                    nodes.insert(node);
                    true
                }
                None => {
                    let parent = Parent { origin, row: Lineage(bits).row() };
                    let is_literal = origin == Origin::INITIAL && parent.row.is_none();
                    is_literal || go_on(parent)
                }
            }
        };
        if !enter(ParentLink::of(value), &mut nodes) {
            return true;
        }
        for _ in 0..most {
            let Some(node) = nodes.pop_last() else { return true };
            let Some([one, other]) = self.get(node) else { return false };
            // of two, the newer operation is the one that was added
            let (first, second) =
                if one.origin > other.origin { (one, other) } else { (other, one) };
            if !enter(first, &mut nodes) || !enter(second, &mut nodes) {
                return true;
            }
        }
        nodes.is_empty()
    }
}

impl fmt::Debug for Lineages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lineages({})", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::value::Scalar;

    fn value(origin: u32, lineage: Lineage) -> Datum {
        Datum { scalar: Scalar::Int(1), origin: Origin(origin), lineage }
    }

    fn parent(origin: u32, row: Option<u32>) -> Parent {
        Parent { origin: Origin(origin), row: row.map(Symbol) }
    }

    #[test]
    fn a_value_with_one_parent_takes_no_room() {
        let mut lineages = Lineages::default();
        let row = value(0, Lineage::of_row(Symbol(7)));
        assert_eq!(lineages.parents(row, 9), [parent(0, Some(7))]);
        let (_, more) = lineages.unite(row, value(0, Lineage::NONE), Origin::INITIAL);
        assert!(more.is_computed() && !row.lineage.is_computed());
        assert_eq!(lineages.parents(value(0, more), 9), [parent(0, Some(7))]);
        assert!(lineages.parents(value(0, Lineage::NONE), 9).is_empty(), "a literal has none");
        assert!(lineages.is_empty());
    }

    #[test]
    fn a_sum_has_the_parents_of_both_and_each_once() {
        let mut lineages = Lineages::default();
        let row = value(4, Lineage::of_row(Symbol(1)));
        let sum = value(9, lineages.unite(row, value(9, Lineage::NONE), Origin::INITIAL).1);
        let twice = value(9, lineages.unite(sum, sum, Origin::INITIAL).1);
        assert_eq!(lineages.parents(twice, 9), [parent(9, None), parent(4, Some(1))]);
        let again = value(9, lineages.unite(row, value(9, Lineage::NONE), Origin::INITIAL).1);
        assert_eq!(lineages.len(), 1, "the same is remembered once: {again:?}");
    }

    #[test]
    fn what_is_computed_was_made_by_the_operation_that_went_in() {
        let mut lineages = Lineages::default();
        let newer_row = value(9, Lineage::of_row(Symbol(1)));
        let (origin, lineage) = lineages.unite(newer_row, value(4, Lineage::NONE), Origin::INITIAL);
        assert_eq!(origin, Origin(4), "which began before the row was made");
        let sum = value(4, lineage);
        assert_eq!(lineages.unite(sum, newer_row, Origin::INITIAL).0, Origin(4));
        assert_eq!(lineages.unite(sum, value(7, Lineage::NONE), Origin::INITIAL).0, Origin(7));
        let own = lineages.unite(sum, value(7, Lineage::NONE), Origin(4)).0;
        assert_eq!(own, Origin(4), "of two, the one that computes");
        let third = lineages.unite(sum, value(7, Lineage::NONE), Origin(9)).0;
        assert_eq!(third, Origin(7), "unless its own value is not in it");
        let other = value(5, Lineage::of_row(Symbol(2)));
        assert_eq!(lineages.unite(newer_row, other, Origin::INITIAL).0, Origin(9));
    }

    #[test]
    fn a_long_sum_is_gone_back_as_far_as_is_asked_for() {
        let mut lineages = Lineages::default();
        let mut sum = value(1, Lineage::NONE);
        for origin in 2..1_000 {
            let (_, lineage) = lineages.unite(sum, value(origin, Lineage::NONE), Origin::INITIAL);
            sum = value(origin, lineage);
            if origin % 100 == 0 {
                _ = lineages.clone();
            }
        }
        assert_eq!(lineages.parents(sum, 3).len(), 3, "the newest");
        let all = lineages.parents(sum, 2_000);
        assert_eq!(all.iter().map(|each| each.origin.0).collect::<Vec<_>>(), {
            (1..1_000).rev().collect::<Vec<_>>()
        });
        assert!(!lineages.walk(sum, 10, |_| true));
    }

    #[test]
    fn copies_share_what_they_have_in_common() {
        let mut one = Lineages::default();
        let mut copies = Vec::new();
        for origin in 1..500 {
            let (one_value, other) =
                (value(origin, Lineage::NONE), value(origin + 1, Lineage::NONE));
            one.unite(one_value, other, Origin::INITIAL);
            copies.push((one.len(), one.clone()));
        }
        assert!(one.layers.len() < 20, "{} layers", one.layers.len());
        assert!(copies.iter().all(|(len, copy)| copy.len() == *len));
    }
}
