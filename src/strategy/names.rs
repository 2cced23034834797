//! The texts of a run, each stored once.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::lineage::Lineages;
use super::stores::StoreNames;
use super::value::{Datum, Lineage, Origin, Scalar, Symbol, Value};
use crate::digest::{Digest, Lens, Sum};
use crate::vocabulary::{ErrorClass, Raised};

/// The most texts of one run. A strategy that makes more (for example by appending the time to a
/// key) is stopped with an error.
pub const MOST_NAMES: usize = 1 << 20;

/// The most bytes of all these texts together.
pub const MOST_TEXT: usize = 32 << 20;

/// Every text of a run, numbered in the order of first use.
///
/// Copies are independent, and share what they have in common, so a copy costs a few pointers,
/// however many texts there are. The run may depend on the numbers: which key is "the third", which
/// of two expires first. So the numbers depend only on the path of the run.
#[derive(Clone, Default)]
pub struct Names {
    /// The texts known at set-up; unchanged after [`freeze`](Names::freeze).
    frozen: Arc<Layer>,
    /// The texts that the run has added, oldest first. All layers but the last are shared with
    /// copies, and each is larger than the one after it, so there are few.
    added: Vec<Arc<Layer>>,
    /// The number of texts in all layers.
    count: u32,
    stores: Arc<StoreNames>,
    /// The names of the errors that its programs declare, by their numbers in the run.
    errors: Arc<Vec<Arc<str>>>,
    /// The lineages of its computed values.
    lineages: Lineages,
    /// The operation for which values are computed at the moment.
    computing: Origin,
}

/// Texts with consecutive numbers.
#[derive(Clone, Default)]
struct Layer {
    /// The number of the first text.
    first: u32,
    texts: IndexSet<Arc<str>, FxBuildHasher>,
    bytes: usize,
}

impl Layer {
    fn find(&self, text: &str) -> Option<Symbol> {
        self.texts.get_index_of(text).map(|at| Symbol(self.first + at as u32))
    }

    fn end(&self) -> u32 {
        self.first + self.texts.len() as u32
    }

    fn push(&mut self, text: &str) -> Symbol {
        self.bytes += text.len();
        Symbol(self.first + self.texts.insert_full(text.into()).0 as u32)
    }
}

impl Names {
    /// The symbol of a text, which is added if it is new; `None` if that would exceed
    /// [`MOST_NAMES`] or [`MOST_TEXT`].
    pub fn intern(&mut self, text: &str) -> Option<Symbol> {
        if let Some(known) = self.find(text) {
            return Some(known);
        }
        if self.len() >= MOST_NAMES || self.bytes() + text.len() > MOST_TEXT {
            return None;
        }
        self.count += 1;
        Some(self.layer_to_fill().push(text))
    }

    /// The symbols of the numbered texts `item:0`, `item:1` and so on; see
    /// [`intern`](Names::intern).
    pub fn intern_numbered(
        &mut self,
        prefix: &str,
        count: u32,
    ) -> impl Iterator<Item = Option<Symbol>> {
        let mut text = prefix.to_owned();
        (0..count).map(move |number| {
            text.truncate(prefix.len());
            push_number(&mut text, number);
            self.intern(&text)
        })
    }

    /// The symbol of a text, if the run knows it.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.layers().rev().find_map(|layer| layer.find(text))
    }

    /// The text of a symbol from this table.
    pub fn text(&self, symbol: Symbol) -> Arc<str> {
        let layer = self.layers().rev().find(|layer| layer.first <= symbol.0);
        let layer = layer.unwrap_or(&self.frozen);
        layer.texts[(symbol.0 - layer.first) as usize].clone()
    }

    /// The texts added after the set-up, in order.
    pub fn added(&self) -> impl Iterator<Item = &Arc<str>> {
        self.added.iter().flat_map(|layer| layer.texts.iter())
    }

    /// Ends the set-up: every copy shares what is known now.
    pub fn freeze(&mut self) {
        if let ([_], true) = (&self.added[..], self.frozen.texts.is_empty()) {
            self.frozen = self.added.remove(0);
        } else if !self.added.is_empty() {
            let mut all = Layer::default();
            for layer in self.layers() {
                all.texts.extend(layer.texts.iter().cloned());
            }
            all.bytes = self.bytes();
            (self.frozen, self.added) = (Arc::new(all), Vec::new());
        }
    }

    /// An empty table, of a run with these stores.
    pub fn of(stores: StoreNames) -> Names {
        Names { stores: Arc::new(stores), ..Names::default() }
    }

    /// The names of the run's stores.
    pub fn stores(&self) -> &StoreNames {
        &self.stores
    }

    /// The number of a program's own error in the run; errors with one name have one number.
    pub fn declare_error(&mut self, name: &str) -> u16 {
        let known = self.errors.iter().position(|known| **known == *name);
        let at = known.unwrap_or_else(|| {
            Arc::make_mut(&mut self.errors).push(name.into());
            self.errors.len() - 1
        });
        (ErrorClass::ALL.len() + at) as u16
    }

    /// The name of an error that a program declares; `None`: the language has it.
    pub fn own_error(&self, raised: Raised) -> Option<&str> {
        let at = usize::from(raised.class()).checked_sub(ErrorClass::ALL.len())?;
        self.errors.get(at).map(|name| &**name)
    }

    /// Whose are the values that are computed from now on, if its own went into them.
    #[inline]
    pub fn compute_for(&mut self, operation: Origin) {
        self.computing = operation;
    }

    /// The origin and the lineage of a value computed from two.
    #[inline]
    pub fn unite(&mut self, one: Datum, other: Datum) -> (Origin, Lineage) {
        self.lineages.unite(one, other, self.computing)
    }

    /// A value computed from another.
    pub fn computed(&mut self, of: Datum, scalar: Scalar) -> Datum {
        let (origin, lineage) = self.unite(of, Datum::NONE);
        Datum { scalar, origin, lineage }
    }

    /// A value with the origin and lineage of all these values together; its scalar is `None`.
    pub fn united<'v>(&mut self, values: impl IntoIterator<Item = &'v Value>) -> Datum {
        let mut all = Datum::NONE;
        for value in values {
            if let Value::Datum(datum) = value {
                (all.origin, all.lineage) = self.unite(all, *datum);
            }
        }
        all
    }

    /// The lineages of the run's computed values.
    pub fn lineages(&self) -> &Lineages {
        &self.lineages
    }

    /// Whether another copy has the same number of texts and lineages.
    #[inline]
    pub(crate) fn is_as_long_as(&self, other: &Names) -> bool {
        self.len() == other.len() && self.lineages.len() == other.lineages.len()
    }

    /// The number of texts.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there are no texts yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn bytes(&self) -> usize {
        self.layers().map(|layer| layer.bytes).sum()
    }

    /// The layers, oldest first.
    fn layers(&self) -> impl DoubleEndedIterator<Item = &Layer> {
        std::iter::once(&*self.frozen).chain(self.added.iter().map(|layer| &**layer))
    }

    /// A layer that no copy shares. If the last one is shared, a new one begins; before that,
    /// layers that have outgrown the previous one are merged into it, so that there are few layers,
    /// and a text is copied few times.
    fn layer_to_fill(&mut self) -> &mut Layer {
        let first = self.added.last().unwrap_or(&self.frozen).end();
        if self.added.last_mut().is_none_or(|last| Arc::get_mut(last).is_none()) {
            while let [.., before, last] = &self.added[..]
                && last.texts.len() >= before.texts.len()
            {
                let mut joined = Layer::clone(before);
                joined.texts.extend(last.texts.iter().cloned());
                joined.bytes += last.bytes;
                self.added.truncate(self.added.len() - 2);
                self.added.push(Arc::new(joined));
            }
            self.added.push(Arc::new(Layer { first, ..Layer::default() }));
        }
        let last = self.added.len() - 1;
        Arc::make_mut(&mut self.added[last])
    }
}

/// Adds a number's digits; formatting would be slow for a hundred thousand rows.
fn push_number(text: &mut String, number: u32) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Names({})", self.len())
    }
}

/// The texts added by the run: if two runs have added different texts, their symbols have different
/// meanings.
impl Digest for Names {
    fn digest(&self, _: &Lens, sum: &mut impl Sum) {
        for layer in &self.added {
            layer.texts.iter().for_each(|text| text.hash(sum));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_does_not_know_what_the_other_learns() {
        let mut one = Names::default();
        let a = one.intern("a").unwrap();
        one.freeze();
        let mut other = one.clone();
        let b = one.intern("b").unwrap();
        assert_eq!(other.find("b"), None);
        let c = other.intern("c").unwrap();
        assert_eq!(b, c, "each run numbers what it learns by itself");
        assert_eq!((&*one.text(b), &*other.text(c), &*other.text(a)), ("b", "c", "a"));
        assert_eq!((one.len(), other.len()), (2, 2));
    }

    #[test]
    fn numbers_and_texts_survive_any_pattern_of_copies() {
        let mut names = Names::default();
        let mut copies = Vec::new();
        for number in 0..2_000u32 {
            assert_eq!(names.intern(&format!("text {number}")), Some(Symbol(number)));
            if number % 7 == 0 {
                copies.push((number, names.clone()));
            }
            if number == 100 {
                names.freeze();
            }
        }
        assert!(names.added.len() < 20, "{} layers", names.added.len());
        for (last, copy) in copies {
            assert_eq!(copy.len(), last as usize + 1);
            for number in 0..=last {
                assert_eq!(&*copy.text(Symbol(number)), format!("text {number}"));
                assert_eq!(copy.find(&format!("text {number}")), Some(Symbol(number)));
            }
            assert_eq!(copy.find(&format!("text {}", last + 1)), None);
        }
    }

    #[test]
    fn texts_are_bounded() {
        let mut names = Names::default();
        let long = "x".repeat(MOST_TEXT / 2);
        assert!(names.intern(&long).is_some());
        assert!(names.intern(&format!("{long}y")).is_none());
        assert_eq!(names.intern(&long), Some(Symbol(0)), "what is known stays known");
    }
}
