//! Why a call failed: what `except` matches on.

use crate::named::named;

/// Why a call failed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct StoreError {
    pub source: ErrorSource,
    pub reason: Reason,
}

named! {
    /// Whose call failed. `except CacheError` matches `Cache`, `except DatabaseError`
    /// matches `Database` and `Replica`, `except StoreError` all.
    pub enum ErrorSource {
        Cache = "cache",
        Database = "database",
        Replica = "replica",
        /// a queue in the app or the worker (one in the cache raises `Cache`)
        Queue = "queue",
        /// a function in another process
        Process = "app server",
    }
}

named! {
    /// What happened to the call.
    pub enum Reason {
        /// the process is down and said no: it was not applied
        Refused = "it is down",
        /// the connection broke while the call was under way
        Reset = "the connection broke",
        /// no answer in time; `except Timeout` matches this, whatever the source
        Timeout = "no answer in time",
        /// a person made this call fail
        Injected = "it was made to fail",
        /// the cache is full and evicts nothing (Redis: OOM with `noeviction`)
        OutOfMemory = "out of memory: it is full and evicts nothing",
        /// not a number where one is needed (Redis: "value is not an integer")
        NotANumber = "the value is not a whole number",
        /// a foreign key: the parent row is not there
        Constraint = "a foreign key is violated: the parent row is missing, or a child remains",
        /// the function in the other process failed with an error it did not catch
        Uncaught = "the strategy failed",
        /// a row has changed since a Repeatable Read transaction's snapshot (40001)
        Serialization = "a row has changed since the transaction's snapshot",
        /// transactions wait for each other's rows, and this one was chosen (40P01)
        Deadlock = "a deadlock: transactions wait for each other's rows",
        /// a statement of the transaction failed before (25P02), or its connection broke
        Aborted = "the transaction has been rolled back",
        /// `lock(key, wait=…)` gave up; `except Timeout` matches this too
        NotFree = "the lock was not free in time",
    }
}

named! {
    /// What kind of mistake a strategy made, by the name of Python's exception for it.
    pub enum MistakeKind {
        /// a value of a kind that this does not take
        Type = "TypeError",
        /// a value of the right kind that this does not take
        Value = "ValueError",
        /// a position beyond the ends of a list or a text
        Index = "IndexError",
        /// a field that a record does not have
        Key = "KeyError",
        /// what stands behind a dot, and nothing here has
        Attribute = "AttributeError",
        ZeroDivision = "ZeroDivisionError",
        /// a variable without a value
        Unbound = "UnboundLocalError",
        /// a number too large for Python too
        Overflow = "OverflowError",
        /// calls too deep
        Recursion = "RecursionError",
        /// beyond what this language has and Python would go on: 64 bits, lengths, steps
        Bound = "beyond a bound",
    }
}

named! {
    /// What `except` can name.
    pub enum ErrorClass {
        Store = "StoreError",
        Cache = "CacheError",
        Database = "DatabaseError",
        Timeout = "Timeout",
        Serialization = "SerializationError",
        Deadlock = "DeadlockError",
    }
}

impl ErrorClass {
    /// The class of a name; Python's for all errors is that of all of these.
    pub fn named(word: &str) -> Option<ErrorClass> {
        match word {
            "Exception" | "BaseException" => Some(ErrorClass::Store),
            _ => ErrorClass::ALL.into_iter().find(|class| class.name() == word),
        }
    }

    /// Its bit in the set of errors that one `except` catches.
    pub fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Whether a set of such bits has a class that this error belongs to.
    pub fn caught(bits: u8, error: StoreError) -> bool {
        let mut of = ErrorClass::Store.bit();
        of |= match error.source {
            ErrorSource::Cache => ErrorClass::Cache.bit(),
            ErrorSource::Database | ErrorSource::Replica => ErrorClass::Database.bit(),
            ErrorSource::Queue | ErrorSource::Process => 0,
        };
        of |= match error.reason {
            Reason::Timeout | Reason::NotFree => ErrorClass::Timeout.bit(),
            Reason::Serialization => ErrorClass::Serialization.bit(),
            Reason::Deadlock => ErrorClass::Deadlock.bit(),
            _ => 0,
        };
        bits & of != 0
    }
}

/// An error and its line as one number, which a slot of a machine can hold.
impl StoreError {
    pub fn pack(self, line: u32) -> i64 {
        i64::from(line) << 16 | (self.source as i64) << 8 | self.reason as i64
    }

    /// The error and the line of such a number.
    pub fn unpack(packed: i64) -> (StoreError, u32) {
        let error = StoreError {
            source: ErrorSource::ALL[(packed >> 8 & 0xff) as usize],
            reason: Reason::ALL[(packed & 0xff) as usize],
        };
        (error, (packed >> 16) as u32)
    }
}
