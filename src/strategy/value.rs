//! The values of strategies and stores.
//!
//! Every value carries the write that made it, its [`Origin`], through caches, queues and
//! arithmetic. That makes verdicts provable: two writes of the same text are still two different
//! values.

use std::hash::Hash;
use std::sync::Arc;

use crate::digest::{Digest, Lens, Sum};

pub use super::lineage::{Lineage, Lineages, MOST_LINEAGES, Parent};
pub use super::names::{MOST_NAMES, MOST_TEXT, Names};

/// A text, as its position in [`Names`]. Keys are symbols.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub u32);

/// The longest text that a strategy may build, in bytes.
pub const LONGEST_TEXT: usize = 1_000;

/// The operation that made a value: the id of a client's write, an increment, or an outside write.
/// [`Origin::INITIAL`] marks initial rows and values that a strategy made up by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Origin(pub u32);

impl Origin {
    /// No write: an initial row, a literal, a computed number.
    pub const INITIAL: Origin = Origin(0);
}

/// An item of a queue that a program refers to, with one of its tries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Receipt {
    pub item: u32,
    /// How often it had been taken, this time included.
    pub attempt: u32,
}

impl std::hash::Hash for Receipt {
    /// The try counts if [`Lens::attempts`] is set.
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.item.hash(state);
    }
}

/// A floating point number with a total order and a hash: by its bits.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Real(pub f64);

impl PartialEq for Real {
    fn eq(&self, other: &Real) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}
impl Eq for Real {}
impl std::hash::Hash for Real {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// One plain value, without its origin.
///
/// The tag is a whole word, so that a copy is two words: a small tag would be copied in pieces, and
/// reading it back would wait for all of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u64)]
pub enum Scalar {
    None,
    Bool(bool),
    Int(i64),
    Float(Real),
    Text(Symbol),
    /// a small dictionary, by its JSON text
    Dictionary(Symbol),
}

/// A plain value and the write that made it: what stores hold.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Datum {
    pub scalar: Scalar,
    pub origin: Origin,
    /// What it was made of; for observers, not part of the value.
    pub lineage: Lineage,
}

impl Datum {
    /// `None`, which no write made.
    pub const NONE: Datum = Datum::computed(Scalar::None);

    /// A value that no write made.
    pub const fn computed(scalar: Scalar) -> Datum {
        Datum { scalar, origin: Origin::INITIAL, lineage: Lineage::NONE }
    }

    /// A value made by an operation.
    pub const fn made_by(origin: Origin, scalar: Scalar) -> Datum {
        Datum { scalar, origin, lineage: Lineage::NONE }
    }

    /// Whether neither a row nor a client contributed to it.
    pub fn is_literal(self) -> bool {
        self.origin == Origin::INITIAL && self.lineage.is_of_nothing()
    }

    /// Whether this is `None`.
    pub fn is_none(self) -> bool {
        self.scalar == Scalar::None
    }
}

/// A value in a running strategy: plain, or one of the few compound ones.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Value {
    Datum(Datum),
    /// Immutable.
    List(Arc<[Value]>),
    Tuple(Arc<[Value]>),
    /// What `cache.entry`, `db.row` and `queue.take` return.
    Composite(Arc<Composite>),
}

/// The compound replies of stores, whose attributes a strategy reads.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Composite {
    /// `cache.entry(key)`: `.value .age .ttl .fresh .version`
    Entry {
        value: Datum,
        /// since it was set
        age_us: u64,
        /// until it expires (its grace not counted); `None`: never
        ttl_us: Option<u64>,
        /// false during its grace
        fresh: bool,
        version: Option<i64>,
    },
    /// `db.row(key)`: `.value .version`
    Row { value: Datum, version: i64 },
    /// `queue.take(n)` gives a list of these: `.key .value .attempts .version .add`
    Item {
        /// names the item in `ack`, `retry` and `dead_letter`
        id: u32,
        key: Symbol,
        value: Datum,
        /// how often it was taken, this time included
        attempts: u32,
        /// the row's version, if the item is a change of the database
        version: Option<i64>,
        /// whether it was pushed by `add`: an amount, not a value
        add: bool,
    },
}

impl Value {
    /// `None`.
    pub const NONE: Value = Value::Datum(Datum::NONE);

    /// The items of a list or a tuple.
    pub fn items(&self) -> Option<&Arc<[Value]>> {
        match self {
            Value::List(items) | Value::Tuple(items) => Some(items),
            Value::Datum(_) | Value::Composite(_) => None,
        }
    }

    /// A truth value that no write made.
    pub fn bool(value: bool) -> Value {
        Value::Datum(Datum::computed(Scalar::Bool(value)))
    }

    /// A whole number that no write made.
    pub fn int(value: i64) -> Value {
        Value::Datum(Datum::computed(Scalar::Int(value)))
    }
}

impl From<Datum> for Value {
    fn from(datum: Datum) -> Value {
        Value::Datum(datum)
    }
}

impl Scalar {
    /// The value as Python prints it, texts without quotes.
    pub fn display(self, names: &Names) -> String {
        self.plain(names).to_string()
    }
}

crate::digest::plain!(Symbol, Origin, Scalar);

impl Digest for Datum {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self.hash(sum);
        self.digest_source(lens, sum);
    }
}

impl Datum {
    /// Adds what decides whose write the value becomes when it is written (a value that nobody made
    /// becomes the writer's, as does one that was computed of rows alone), and from which rows its
    /// entry differs.
    pub(super) fn digest_source(&self, lens: &Lens, sum: &mut impl Sum) {
        match lens.made_of {
            Some(lineages) => lineages.digest(*self, sum),
            None if self.origin == Origin::INITIAL && !self.is_none() => {
                self.is_literal().hash(sum);
            }
            None => {}
        }
    }
}

impl Digest for Value {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        std::mem::discriminant(self).hash(sum);
        match self {
            Value::Datum(datum) => datum.digest(lens, sum),
            Value::List(items) | Value::Tuple(items) => items.digest(lens, sum),
            Value::Composite(record) => match &**record {
                Composite::Entry { value, age_us, ttl_us, fresh, version } => {
                    (0u8, ttl_us, fresh, version).hash(sum);
                    value.digest(lens, sum);
                    if lens.ages {
                        age_us.hash(sum);
                    }
                }
                Composite::Row { value, version } => {
                    (1u8, version).hash(sum);
                    value.digest(lens, sum);
                }
                Composite::Item { id, key, value, attempts, version, add } => {
                    (2u8, id, key, version, add).hash(sum);
                    value.digest(lens, sum);
                    if lens.attempts {
                        attempts.hash(sum);
                    }
                }
            },
        }
    }
}
