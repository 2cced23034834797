//! What a strategy asks of the world, one call at a time.
//!
//! The interpreter stops at each of these and hands it out; the world sends it
//! as one message, and hands the reply back as another. Nothing here is ever
//! fused with its neighbour: between two calls anything can happen.

use super::value::{Datum, Symbol, Value};

/// Where a function runs, and where a queue lives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    App,
    Cache,
    Worker,
    /// Only a change stream lives here; no function does.
    Database,
}

/// A function of a program, by its position in [`Program::functions`](super::Program).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FunctionId(pub u16);

/// A queue of a program, by its position in [`Program::queues`](super::Program).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct QueueId(pub u16);

/// One thing that a task asks for, and waits for the reply to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Call {
    Cache(CacheCall),
    Database(DatabaseCall),
    /// `replica.read(key)`: the value, or `None`
    ReplicaRead(Symbol),
    /// `replica.row(key)`: the row, or `None`
    ReplicaRow(Symbol),
    Queue(QueueId, QueueCall),
    /// Enter `with lock(key):`. Locks belong to the process that the task runs in.
    Lock(Symbol),
    /// Leave it. Replied at once.
    Unlock(Symbol),
    /// `spawn(fn, …)`: a new task, nobody waits for it. Replies `None` at once
    /// (when `function` is placed elsewhere, once it has been asked for there).
    Spawn {
        function: FunctionId,
        args: Box<[Value]>,
    },
    /// A call of a function that is placed in another process: a request there
    /// and a reply back, as to a store.
    Invoke {
        function: FunctionId,
        args: Box<[Value]>,
    },
    /// `sleep(seconds)`
    Sleep {
        us: u64,
    },
}

impl From<DatabaseCall> for Call {
    fn from(call: DatabaseCall) -> Call {
        Call::Database(call)
    }
}

/// The cache's commands; see [`store::cache`](crate::store::cache) for what each does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CacheCall {
    Get {
        key: Symbol,
    },
    Entry {
        key: Symbol,
    },
    Set {
        key: Symbol,
        value: Datum,
        options: SetOptions,
    },
    Add {
        key: Symbol,
        value: Datum,
        ttl_us: Option<u64>,
    },
    /// `version`: what a later set with a lower one is refused by
    Delete {
        key: Symbol,
        version: Option<i64>,
    },
    Incr {
        key: Symbol,
        by: Datum,
    },
    Lease {
        key: Symbol,
    },
    SetWithLease {
        key: Symbol,
        value: Datum,
        lease: i64,
        ttl_us: Option<u64>,
    },
    Expire {
        key: Symbol,
        ttl_us: u64,
    },
}

/// The keyword arguments of `cache.set`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct SetOptions {
    /// `None`: never expires
    pub ttl_us: Option<u64>,
    /// grace after the TTL during which `cache.entry` still returns it
    pub stale_us: u64,
    /// refused where the cache has seen a newer one
    pub version: Option<i64>,
}

/// The database's statements; see [`store::database`](crate::store::database).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DatabaseCall {
    Read {
        key: Symbol,
    },
    Row {
        key: Symbol,
    },
    Write {
        key: Symbol,
        value: Datum,
    },
    Delete {
        key: Symbol,
    },
    Incr {
        key: Symbol,
        by: Datum,
    },
    /// writes only where the row's version is `version` (0: where there is no row)
    CompareAndSet {
        key: Symbol,
        value: Datum,
        version: i64,
    },
}

/// A queue's commands; see [`store::queue`](crate::store::queue).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum QueueCall {
    Push {
        key: Symbol,
        value: Datum,
    },
    Add {
        key: Symbol,
        by: Datum,
    },
    Take {
        most: u32,
    },
    Ack {
        item: u32,
    },
    /// back to its place in the line, not before `after_us` from now
    Retry {
        item: u32,
        after_us: u64,
    },
    DeadLetter {
        item: u32,
    },
}

/// Why a call failed: what `except` matches on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct StoreError {
    pub source: ErrorSource,
    pub reason: Reason,
}

/// Whose call failed. `except CacheError` matches `Cache`, `except DatabaseError`
/// matches `Database` and `Replica`, `except StoreError` all.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ErrorSource {
    Cache,
    Database,
    Replica,
    /// a queue in the app or the worker (one in the cache raises `Cache`)
    Queue,
    /// a function in another process
    Process,
}

/// What happened to the call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// the process is down and said no: it was not applied
    Refused,
    /// the connection broke while the call was under way
    Reset,
    /// no answer in time; `except Timeout` matches this, whatever the source
    Timeout,
    /// a person made this call fail
    Injected,
    /// the cache is full and evicts nothing (Redis: OOM with `noeviction`)
    OutOfMemory,
    /// not a number where one is needed (Redis: "value is not an integer")
    NotANumber,
    /// a foreign key: the parent row is not there
    Constraint,
    /// the function in the other process failed with an error it did not catch
    Uncaught,
}

impl Reason {
    /// Why a call failed, in words.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Refused => "it is down",
            Reason::Reset => "the connection broke",
            Reason::Timeout => "no answer in time",
            Reason::Injected => "it was made to fail",
            Reason::OutOfMemory => "out of memory: it is full and evicts nothing",
            Reason::NotANumber => "the value is not a whole number",
            Reason::Constraint => {
                "a foreign key is violated: the parent row is missing, or a child remains"
            }
            Reason::Uncaught => "the strategy failed",
        }
    }
}
