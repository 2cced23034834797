//! What a strategy computes with, and what the stores hold.
//!
//! Every value remembers the write that made it, its [`Origin`], through
//! caches, queues and arithmetic. That is what makes a verdict provable: two
//! writes of the same text are still two different values.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// A text, as its position in [`Names`]. Keys are symbols.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub u32);

/// The most texts that one run may know. A strategy that makes up more
/// (say, by gluing the time to a key) is stopped with an error.
pub const MOST_NAMES: usize = 1 << 20;

/// The most bytes that all these texts may have together.
pub const MOST_TEXT: usize = 32 << 20;

/// The longest text that a strategy may build, in bytes.
pub const LONGEST_TEXT: usize = 1_000;

/// Every text of a run, each stored once. Clones share one table, so that a
/// symbol means the same in a copied world as in its original. Texts are
/// numbered as the run comes across them, and what a run does may depend on
/// these numbers: which key is "the third", which of two expires first.
#[derive(Clone, Default)]
pub struct Names(Rc<RefCell<Table>>);

#[derive(Default)]
struct Table {
    texts: IndexSet<Rc<str>, FxBuildHasher>,
    bytes: usize,
    /// How many of them the run has come across up to where it is now.
    known: usize,
}

impl Names {
    /// The symbol of a text; `None` once [`MOST_NAMES`] or [`MOST_TEXT`] bytes
    /// of others are known.
    pub fn intern(&self, text: &str) -> Option<Symbol> {
        let mut table = self.0.borrow_mut();
        if let Some(at) = table.texts.get_index_of(text) {
            table.known = table.known.max(at + 1);
            return Some(Symbol(at as u32));
        }
        if table.texts.len() >= MOST_NAMES || table.bytes + text.len() > MOST_TEXT {
            return None;
        }
        table.bytes += text.len();
        let at = table.texts.insert_full(text.into()).0;
        table.known = at + 1;
        Some(Symbol(at as u32))
    }

    /// How many of the texts the run has come across up to where it is now: in
    /// the past of a run there are more than that.
    pub fn known(&self) -> usize {
        self.0.borrow().known
    }

    /// The run goes on from an instant at which it knew so many texts.
    pub fn turn_to(&self, known: usize) {
        self.0.borrow_mut().known = known;
    }

    /// Takes out all texts but the first `known`, in their order. What becomes
    /// another run at this instant numbers its texts as if the one that was to
    /// come had never been; no state of that one may be used any more.
    pub fn split_off(&self, known: usize) -> Vec<Rc<str>> {
        let mut table = self.0.borrow_mut();
        let known = known.min(table.texts.len());
        let rest: Vec<Rc<str>> = table.texts.drain(known..).collect();
        table.bytes -= rest.iter().map(|text| text.len()).sum::<usize>();
        table.known = table.known.min(known);
        rest
    }

    /// Puts back what [`split_off`](Names::split_off) took out, but for the
    /// first of them, where the run has come across these again.
    pub fn append(&self, rest: Vec<Rc<str>>) {
        let mut table = self.0.borrow_mut();
        for text in rest {
            let bytes = text.len();
            if table.texts.insert(text) {
                table.bytes += bytes;
            }
        }
    }

    /// The text of a symbol that this table gave.
    pub fn text(&self, symbol: Symbol) -> Rc<str> {
        self.0.borrow().texts[symbol.0 as usize].clone()
    }

    /// How many texts are known.
    pub fn len(&self) -> usize {
        self.0.borrow().texts.len()
    }

    /// Whether no text is known yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The operation that made a value: the id of a client's write, an increment,
/// or a write from outside. [`Origin::INITIAL`] marks initial rows and all
/// that a strategy made up by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Origin(pub u32);

impl Origin {
    /// No write: an initial row, a literal, a computed number.
    pub const INITIAL: Origin = Origin(0);
}

/// A floating point number with a total order and a hash: by its bits.
#[derive(Clone, Copy, Debug)]
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
/// The tag is a whole word, so that a copy is two words: with a small tag it is
/// copied in pieces, and reading it back waits for all of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u64)]
pub enum Scalar {
    None,
    Bool(bool),
    Int(i64),
    Float(Real),
    Text(Symbol),
}

/// A plain value and the write that made it: what stores hold.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Datum {
    pub scalar: Scalar,
    pub origin: Origin,
}

impl Datum {
    /// `None`, made by nobody.
    pub const NONE: Datum = Datum::computed(Scalar::None);

    /// A value that no write made.
    pub const fn computed(scalar: Scalar) -> Datum {
        Datum { scalar, origin: Origin::INITIAL }
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
    /// A tuple or a list; immutable.
    List(Rc<[Value]>),
    /// What `cache.entry`, `db.row` and `queue.take` return.
    Record(Rc<Record>),
}

/// The compound replies of stores, whose attributes a strategy reads.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Record {
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
        /// the row's version, where the item is a change of the database
        version: Option<i64>,
        /// whether it was put there by `add`: an amount, not a value
        add: bool,
    },
}

impl Value {
    /// `None`.
    pub const NONE: Value = Value::Datum(Datum::NONE);

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
    /// The value as Python would print it, texts without quotes.
    pub fn display(self, names: &Names) -> String {
        match self {
            Scalar::None => "None".to_owned(),
            Scalar::Bool(true) => "True".to_owned(),
            Scalar::Bool(false) => "False".to_owned(),
            Scalar::Int(value) => value.to_string(),
            Scalar::Float(Real(value)) => super::float::print_float(value),
            Scalar::Text(symbol) => names.text(symbol).to_string(),
        }
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Names({})", self.len())
    }
}
