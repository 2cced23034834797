//! The words that the language brings along: stores and their calls, functions,
//! attributes, errors. The compiler checks against these tables, and nothing
//! else decides what a call is named or which arguments it takes.

use super::call::{ErrorSource, Reason, StoreError};

/// A store, or `math`: what stands in front of the dot of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Object {
    Cache,
    Database,
    Replica,
    Queue,
    Math,
}

/// An argument of a call, and its value where it is left out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Argument {
    pub name: &'static str,
    pub default: Default,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Default {
    Required,
    None,
    Int(i64),
}

/// A call to a store. It takes its arguments from the stack, in the order of
/// [`StoreOp::arguments`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoreOp {
    CacheGet,
    CacheEntry,
    CacheSet,
    CacheAdd,
    CacheDelete,
    CacheIncr,
    CacheLease,
    CacheSetWithLease,
    CacheExpire,
    DatabaseRead,
    DatabaseRow,
    DatabaseWrite,
    DatabaseDelete,
    DatabaseIncr,
    DatabaseCompareAndSet,
    ReplicaRead,
    ReplicaRow,
    QueuePush,
    QueueAdd,
    QueueTake,
    QueueAck,
    QueueRetry,
    QueueDeadLetter,
}

const fn required(name: &'static str) -> Argument {
    Argument { name, default: Default::Required }
}

const fn optional(name: &'static str) -> Argument {
    Argument { name, default: Default::None }
}

const fn number(name: &'static str, value: i64) -> Argument {
    Argument { name, default: Default::Int(value) }
}

const KEY: Argument = required("key");
const VALUE: Argument = required("value");
const ITEM: Argument = required("item");

/// Every call to a store: where, its name, and what it is to the machine.
pub const STORE_CALLS: &[(Object, &str, StoreOp)] = &[
    (Object::Cache, "get", StoreOp::CacheGet),
    (Object::Cache, "entry", StoreOp::CacheEntry),
    (Object::Cache, "set", StoreOp::CacheSet),
    (Object::Cache, "add", StoreOp::CacheAdd),
    (Object::Cache, "delete", StoreOp::CacheDelete),
    (Object::Cache, "incr", StoreOp::CacheIncr),
    (Object::Cache, "lease", StoreOp::CacheLease),
    (Object::Cache, "set_with_lease", StoreOp::CacheSetWithLease),
    (Object::Cache, "expire", StoreOp::CacheExpire),
    (Object::Database, "read", StoreOp::DatabaseRead),
    (Object::Database, "row", StoreOp::DatabaseRow),
    (Object::Database, "write", StoreOp::DatabaseWrite),
    (Object::Database, "delete", StoreOp::DatabaseDelete),
    (Object::Database, "incr", StoreOp::DatabaseIncr),
    (Object::Database, "compare_and_set", StoreOp::DatabaseCompareAndSet),
    (Object::Replica, "read", StoreOp::ReplicaRead),
    (Object::Replica, "row", StoreOp::ReplicaRow),
    (Object::Queue, "push", StoreOp::QueuePush),
    (Object::Queue, "add", StoreOp::QueueAdd),
    (Object::Queue, "take", StoreOp::QueueTake),
    (Object::Queue, "ack", StoreOp::QueueAck),
    (Object::Queue, "retry", StoreOp::QueueRetry),
    (Object::Queue, "dead_letter", StoreOp::QueueDeadLetter),
];

impl StoreOp {
    /// What it takes, in order.
    pub fn arguments(self) -> &'static [Argument] {
        const TTL: Argument = optional("ttl");
        match self {
            StoreOp::CacheGet
            | StoreOp::CacheEntry
            | StoreOp::CacheLease
            | StoreOp::DatabaseRead
            | StoreOp::DatabaseRow
            | StoreOp::DatabaseDelete
            | StoreOp::ReplicaRead
            | StoreOp::ReplicaRow => &[KEY],
            StoreOp::CacheSet => {
                const { &[KEY, VALUE, TTL, number("stale", 0), optional("version")] }
            }
            StoreOp::CacheAdd => const { &[KEY, VALUE, TTL] },
            StoreOp::CacheDelete => const { &[KEY, optional("version")] },
            StoreOp::CacheIncr | StoreOp::DatabaseIncr | StoreOp::QueueAdd => {
                const { &[KEY, number("by", 1)] }
            }
            StoreOp::CacheSetWithLease => const { &[KEY, VALUE, required("lease"), TTL] },
            StoreOp::CacheExpire => const { &[KEY, required("ttl")] },
            StoreOp::DatabaseWrite | StoreOp::QueuePush => &[KEY, VALUE],
            StoreOp::DatabaseCompareAndSet => const { &[KEY, VALUE, required("version")] },
            StoreOp::QueueTake => const { &[number("n", 1)] },
            StoreOp::QueueAck | StoreOp::QueueDeadLetter => &[ITEM],
            StoreOp::QueueRetry => const { &[ITEM, number("after", 0)] },
        }
    }

    /// The call as it is written, the queue's name aside.
    pub fn name(self) -> &'static str {
        match self {
            StoreOp::CacheGet => "cache.get",
            StoreOp::CacheEntry => "cache.entry",
            StoreOp::CacheSet => "cache.set",
            StoreOp::CacheAdd => "cache.add",
            StoreOp::CacheDelete => "cache.delete",
            StoreOp::CacheIncr => "cache.incr",
            StoreOp::CacheLease => "cache.lease",
            StoreOp::CacheSetWithLease => "cache.set_with_lease",
            StoreOp::CacheExpire => "cache.expire",
            StoreOp::DatabaseRead => "db.read",
            StoreOp::DatabaseRow => "db.row",
            StoreOp::DatabaseWrite => "db.write",
            StoreOp::DatabaseDelete => "db.delete",
            StoreOp::DatabaseIncr => "db.incr",
            StoreOp::DatabaseCompareAndSet => "db.compare_and_set",
            StoreOp::ReplicaRead => "replica.read",
            StoreOp::ReplicaRow => "replica.row",
            StoreOp::QueuePush => "push",
            StoreOp::QueueAdd => "add",
            StoreOp::QueueTake => "take",
            StoreOp::QueueAck => "ack",
            StoreOp::QueueRetry => "retry",
            StoreOp::QueueDeadLetter => "dead_letter",
        }
    }
}

/// A function that the language brings along and that asks no store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Native {
    Now,
    Random,
    Log,
    Str,
    Int,
    Float,
    Len,
    Min,
    Max,
    Abs,
    MathLog,
    MathExp,
    MathSqrt,
    MathFloor,
    MathCeil,
}

/// Such a function: its name, how few and how many arguments it takes.
pub const NATIVES: &[(&str, Native, u8, u8)] = &[
    ("now", Native::Now, 0, 0),
    ("random", Native::Random, 0, 2),
    ("log", Native::Log, 1, 1),
    ("str", Native::Str, 1, 1),
    ("int", Native::Int, 1, 1),
    ("float", Native::Float, 1, 1),
    ("len", Native::Len, 1, 1),
    ("min", Native::Min, 2, 16),
    ("max", Native::Max, 2, 16),
    ("abs", Native::Abs, 1, 1),
    ("math.log", Native::MathLog, 1, 1),
    ("math.exp", Native::MathExp, 1, 1),
    ("math.sqrt", Native::MathSqrt, 1, 1),
    ("math.floor", Native::MathFloor, 1, 1),
    ("math.ceil", Native::MathCeil, 1, 1),
];

/// What can stand behind the dot of an entry, a row or an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attribute {
    Value,
    Age,
    Ttl,
    Fresh,
    Version,
    Key,
    Attempts,
    Add,
}

pub const ATTRIBUTES: &[(&str, Attribute)] = &[
    ("value", Attribute::Value),
    ("age", Attribute::Age),
    ("ttl", Attribute::Ttl),
    ("fresh", Attribute::Fresh),
    ("version", Attribute::Version),
    ("key", Attribute::Key),
    ("attempts", Attribute::Attempts),
    ("add", Attribute::Add),
];

/// What `except` can name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorClass {
    Store,
    Cache,
    Database,
    Timeout,
}

pub const ERRORS: &[(&str, ErrorClass)] = &[
    ("StoreError", ErrorClass::Store),
    ("CacheError", ErrorClass::Cache),
    ("DatabaseError", ErrorClass::Database),
    ("Timeout", ErrorClass::Timeout),
];

impl ErrorClass {
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
        if error.reason == Reason::Timeout {
            of |= ErrorClass::Timeout.bit();
        }
        bits & of != 0
    }
}

/// Names that a program cannot give to something of its own.
pub const RESERVED: &[&str] = &[
    "cache",
    "db",
    "replica",
    "math",
    "lock",
    "spawn",
    "sleep",
    "range",
    "now",
    "random",
    "log",
    "str",
    "int",
    "float",
    "len",
    "min",
    "max",
    "abs",
    "Queue",
    "Changes",
    "StoreError",
    "CacheError",
    "DatabaseError",
    "Timeout",
];
