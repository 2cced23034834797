//! The errors of calls, and the classes that `except` matches.

use std::hash::{Hash, Hasher};
use std::num::NonZeroU32;

use crate::named::named;

/// Why a call failed, or what a strategy raised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoreError {
    pub source: ErrorSource,
    pub reason: Reason,
    /// Present only with [`Reason::Raised`].
    pub raised: Option<Raised>,
}

/// An error that a `raise CircuitOpen("…")` makes: the number of its class in the run (those of
/// [`ErrorClass`], followed by the programs' own), and the number of a text of the run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Raised(NonZeroU32);

impl Raised {
    /// The bits of a text's number: a run has at most 2²⁰ texts.
    const TEXT_BITS: u32 = 20;
    /// The bits of a class's number: both fit into [`StoreError::pack`].
    const CLASS_BITS: u32 = 10;

    /// Instead of a text's number.
    const NO_TEXT: u32 = (1 << Raised::TEXT_BITS) - 1;

    /// `None` if one of the numbers has more bits.
    pub fn new(class: u16, text: u32) -> Option<Raised> {
        let fits = text < Raised::NO_TEXT && u32::from(class) + 1 < 1 << Raised::CLASS_BITS;
        let packed = (u32::from(class) + 1) << Raised::TEXT_BITS | text;
        NonZeroU32::new(packed).filter(|_| fits).map(Raised)
    }

    pub fn class(self) -> u16 {
        ((self.0.get() >> Raised::TEXT_BITS) - 1) as u16
    }

    pub fn has_text(self) -> bool {
        self.text() != Raised::NO_TEXT
    }

    /// Whether a program declares its class.
    fn is_own(self) -> bool {
        usize::from(self.class()) >= ErrorClass::ALL.len()
    }

    pub fn text(self) -> u32 {
        self.0.get() & Raised::NO_TEXT
    }
}

/// A store's own error adds nothing for `raised` to a checksum, which is therefore the same as
/// before strategies could raise errors.
impl Hash for StoreError {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let StoreError { source, reason, raised } = self;
        (source, reason).hash(state);
        if let Some(raised) = raised {
            raised.hash(state);
        }
    }
}

named! {
    /// The store or process whose call failed. `except CacheError` matches `Cache`,
    /// `except DatabaseError` matches `Database` and `Replica`, `except StoreError` all.
    pub enum ErrorSource {
        Cache = "cache",
        Database = "database",
        Replica = "replica",
        /// a queue in the app or the worker (one in the cache raises `Cache`)
        Queue = "queue",
        /// a function in another process
        Process = "app server",
        /// no store: the strategy raised an error of its own class
        Strategy = "strategy",
    }
}

named! {
    /// Why a call failed.
    pub enum Reason {
        /// the process is down and refused the call: it was not applied
        Refused = "it is down",
        /// the connection broke while the call was under way
        Reset = "the connection broke",
        /// no answer in time; `except Timeout` matches this, from any source
        Timeout = "no answer in time",
        /// a person made this call fail
        Injected = "it was made to fail",
        /// the cache is full and evicts nothing (Redis: OOM with `noeviction`)
        OutOfMemory = "out of memory: it is full and evicts nothing",
        /// not a number where one is needed (Redis: "value is not an integer")
        NotANumber = "the value is not a whole number",
        /// a foreign key: the parent row is missing
        Constraint = "a foreign key is violated: the parent row is missing, or a child remains",
        /// the function in the other process failed with an error it did not catch
        Uncaught = "the strategy failed",
        /// a row has changed since a Repeatable Read transaction's snapshot (40001)
        Serialization = "a row has changed since the transaction's snapshot",
        /// transactions wait for each other's rows, and this one was aborted (40P01)
        Deadlock = "a deadlock: transactions wait for each other's rows",
        /// a statement of the transaction failed before (25P02), or its connection broke
        Aborted = "the transaction has been rolled back",
        /// `lock(key, wait=…)` gave up; `except Timeout` matches this too
        NotFree = "the lock was not free in time",
        /// all connections of the pool were in use for too long (HikariCP's
        /// `connectionTimeout`, PgBouncer's `query_wait_timeout`); `except Timeout` too
        NoConnection = "no connection of the pool was free in time",
        /// the statement ran for too long, and was undone (PostgreSQL's `statement_timeout`,
        /// 57014); `except Timeout` too
        Canceled = "the statement was canceled: it ran into its timeout",
        /// a `raise` of the strategy itself
        Raised = "raised",
        /// a key that Memcached does not take (`CLIENT_ERROR bad command line format`)
        BadKey = "the key has more than 250 bytes, or a space",
        /// a call that Memcached has no command for
        Unsupported = "memcached has no such command",
    }
}

named! {
    /// The kind of a strategy's mistake, named after Python's exception for it.
    pub enum MistakeKind {
        /// a value of a kind that is not accepted
        Type = "TypeError",
        /// a value of the right kind that is not accepted
        Value = "ValueError",
        /// a position beyond the ends of a list or a text
        Index = "IndexError",
        /// a field that a record does not have
        Key = "KeyError",
        /// an attribute that the value does not have
        Attribute = "AttributeError",
        ZeroDivision = "ZeroDivisionError",
        /// a variable without a value
        Unbound = "UnboundLocalError",
        /// a number too large for Python too
        Overflow = "OverflowError",
        /// calls too deep
        Recursion = "RecursionError",
        /// a bound of this language that Python does not have: 64 bits, lengths, steps
        Bound = "beyond a bound",
    }
}

named! {
    /// The classes that `except` can name.
    pub enum ErrorClass {
        Store = "StoreError",
        Cache = "CacheError",
        Database = "DatabaseError",
        Timeout = "Timeout",
        Serialization = "SerializationError",
        Deadlock = "DeadlockError",
        /// all of these, and the strategy's own errors
        Every = "Exception",
    }
}

impl ErrorClass {
    /// The class of this name.
    pub fn named(word: &str) -> Option<ErrorClass> {
        match word {
            "BaseException" => Some(ErrorClass::Every),
            _ => ErrorClass::ALL.into_iter().find(|class| class.name() == word),
        }
    }

    /// Its bit in the set of errors that one `except` catches. A program's own classes use the
    /// higher bits.
    pub fn bit(self) -> u32 {
        1 << self as u32
    }

    /// The classes that this one derives from, itself included.
    pub fn lineage(self) -> u32 {
        let of = match self {
            ErrorClass::Every => 0,
            ErrorClass::Store => ErrorClass::Every.lineage(),
            ErrorClass::Cache | ErrorClass::Database | ErrorClass::Timeout => {
                ErrorClass::Store.lineage()
            }
            ErrorClass::Serialization | ErrorClass::Deadlock => ErrorClass::Database.lineage(),
        };
        self.bit() | of
    }

    /// Whether a set of such bits contains a class that a store's error belongs to.
    pub fn caught(bits: u32, error: StoreError) -> bool {
        let mut of = ErrorClass::Store.lineage();
        of |= match error.source {
            ErrorSource::Cache => ErrorClass::Cache.bit(),
            ErrorSource::Database | ErrorSource::Replica => ErrorClass::Database.bit(),
            ErrorSource::Queue | ErrorSource::Process | ErrorSource::Strategy => 0,
        };
        of |= match error.reason {
            Reason::Timeout | Reason::NotFree | Reason::NoConnection | Reason::Canceled => {
                ErrorClass::Timeout.bit()
            }
            Reason::Serialization => ErrorClass::Serialization.bit(),
            Reason::Deadlock => ErrorClass::Deadlock.bit(),
            _ => 0,
        };
        bits & of != 0
    }
}

/// An error and its line as one number, which fits into a slot of a machine.
impl StoreError {
    /// A store's own error.
    pub const fn new(source: ErrorSource, reason: Reason) -> StoreError {
        StoreError { source, reason, raised: None }
    }

    /// The kind of the error: of one that a program raised, whatever its text is.
    pub fn without_text(self) -> StoreError {
        let own = self.raised.filter(|raised| raised.is_own());
        StoreError { raised: own.map(|own| Raised(own.0 | Raised::NO_TEXT)), ..self }
    }

    /// The first bit of the line and of the raised error: a program of 64 KiB has fewer than 2¹⁷
    /// lines.
    const LINE: u32 = 16;
    const RAISED: u32 = StoreError::LINE + 17;

    pub fn pack(self, line: u32) -> i64 {
        let raised = self.raised.map_or(0, |raised| i64::from(raised.0.get()));
        raised << StoreError::RAISED
            | i64::from(line) << StoreError::LINE
            | (self.source as i64) << 8
            | self.reason as i64
    }

    /// The error and the line in such a number.
    pub fn unpack(packed: i64) -> (StoreError, u32) {
        let error = StoreError {
            source: ErrorSource::ALL[(packed >> 8 & 0xff) as usize],
            reason: Reason::ALL[(packed & 0xff) as usize],
            raised: NonZeroU32::new((packed >> StoreError::RAISED) as u32).map(Raised),
        };
        (error, (packed >> StoreError::LINE) as u32 & 0x1_ffff)
    }
}
