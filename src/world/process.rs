//! Processes: whether each is up, how often it has started, and its contents.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::digest::digested;

use super::id::TaskKey;
use super::message::{Message, Pending};
use crate::event::Seen;
use crate::identity::{OpId, Stamp};
use crate::shared::Shared;
use crate::store::cache::{Cache, CacheSnapshot};
use crate::store::database::{Commit, Database, Replica, Transaction};
use crate::store::lock::Locks;
use crate::store::pool::Pool;
use crate::store::queue::Queue;
use crate::store::single_flight::SingleFlights;
use crate::strategy::call::{Call, DatabaseCall, QueueCall, QueueId};
use crate::strategy::value::{Composite, Origin, Symbol, Value};
use crate::time::Micros;
use crate::vocabulary::{Failure, Store};

/// The common state of all processes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Process {
    pub up: bool,
    /// How often it has started.
    pub life: u32,
    /// Its service times, in thousandths of their normal length.
    pub slow_milli: u32,
    /// The locks of `with lock(key):`, by strategy: two strategies never share a lock.
    pub locks: Locks<TaskKey>,
    /// The runs of `single_flight(key, function)`, by strategy.
    pub flights: SingleFlights<TaskKey>,
}

impl Default for Process {
    fn default() -> Process {
        Process {
            up: true,
            life: 0,
            slow_milli: 1_000,
            locks: Locks::default(),
            flights: SingleFlights::default(),
        }
    }
}

/// An app server.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct App {
    pub process: Process,
    /// Client requests in progress.
    pub in_progress: u32,
    /// Client requests waiting in line.
    pub backlog: VecDeque<Shared<Message>>,
}

/// The process of a cache.
#[derive(Clone, Debug)]
pub struct CacheProcess {
    pub process: Process,
    pub cache: Cache,
    /// Waiting commands: a cache processes one at a time, as Redis does. Always empty if it answers
    /// at once.
    pub pool: Pool<Pending<Call>>,
    /// The instant for which the expiry timer is set.
    pub expiry_us: Option<Micros>,
    pub snapshot: Option<CacheSnapshot>,
}

/// The process of the database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DatabaseProcess {
    pub process: Process,
    pub database: Database,
    pub pool: Pool<Statement>,
    /// Open transactions, the oldest first.
    pub sessions: Vec<Session>,
    /// Statements that wait for a row, by name: first come, first served.
    pub lock_line: VecDeque<Stamp>,
}

/// An open transaction and its connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The task that has it.
    pub task: TaskKey,
    pub op: OpId,
    /// The ordinal of the task's latest call that arrived here.
    pub latest: u32,
    /// Its connection.
    pub slot: u32,
    pub transaction: Transaction,
    /// Whether a statement has failed: its changes are undone, and it accepts only its end.
    pub failed: bool,
}

/// A statement, waiting or running.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    pub pending: Pending<DatabaseCall>,
    /// What a read saw when it began: PostgreSQL's Read Committed takes a
    /// snapshot at the start of each statement.
    pub seen: Option<Snapshot>,
    pub phase: Phase,
    /// The reads that a call of many keys consists of.
    pub many: Option<Arc<[Call]>>,
}

/// The state of a statement on a connection.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Phase {
    Runs,
    /// It waits for a row that another transaction has locked.
    WaitsForRow,
    /// It is done, and its transaction keeps the connection.
    Over,
}

impl Statement {
    /// A statement that has arrived.
    pub fn new(pending: Pending<DatabaseCall>) -> Statement {
        Statement { pending, seen: None, phase: Phase::Runs, many: None }
    }

    /// The rows that it reads.
    pub fn rows_read(&self) -> impl Iterator<Item = Symbol> {
        let one = match self.pending.call {
            DatabaseCall::Read { key } | DatabaseCall::Row { key } => Some(key),
            _ => None,
        };
        let many = self.many.iter().flat_map(|calls| calls.iter());
        one.filter(|_| self.many.is_none()).into_iter().chain(many.filter_map(Call::key))
    }

    /// Its reply, with `reply` as its snapshot.
    pub fn reply(&self, mut reply: impl FnMut(&DatabaseCall) -> Value) -> Value {
        match &self.many {
            None => reply(&self.pending.call),
            Some(calls) => {
                let all = calls.iter().map(|call| match call {
                    Call::Database(call) => reply(call),
                    _ => Value::NONE,
                });
                Value::List(all.collect())
            }
        }
    }
}

/// What a reading statement saw, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    pub value: Value,
    pub at_us: Micros,
}

impl Snapshot {
    /// For the history: each row that was read.
    pub fn each_seen(&self) -> impl Iterator<Item = Seen> {
        let values = match &self.value {
            Value::List(values) => &values[..],
            value => std::slice::from_ref(value),
        };
        values.iter().map(|value| Seen { origin: origin(value), at_us: self.at_us })
    }

    /// For the history: the row that was read.
    pub fn seen(&self) -> Seen {
        Seen { origin: origin(&self.value), at_us: self.at_us }
    }
}

/// The origin of a value, or of a row's value.
fn origin(value: &Value) -> Origin {
    match value {
        Value::Datum(datum) => datum.origin,
        Value::Composite(record) => match &**record {
            Composite::Row { value, .. } => value.origin,
            Composite::Entry { .. } | Composite::Item { .. } => Origin::INITIAL,
        },
        Value::List(_) | Value::Tuple(_) => Origin::INITIAL,
    }
}

/// The process of a replica.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplicaProcess {
    pub process: Process,
    pub replica: Replica,
    pub pool: Pool<Statement>,
    /// Commits on their way to it, in order.
    pub stream: VecDeque<Streamed>,
}

/// A commit on its way to the replica.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Streamed {
    pub commit: Commit,
    /// Its lag is over: it is applied as soon as all earlier ones are.
    pub is_due: bool,
}

/// A queue of one strategy, in one process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueueSlot {
    pub strategy: u16,
    pub id: QueueId,
    pub process: super::ProcessId,
    pub queue: Queue,
    /// Pushes that wait for room.
    pub waiting: VecDeque<Pending<QueueCall>>,
    /// The instant for which the redelivery timer is set.
    pub redelivery_us: Option<Micros>,
}

/// A background loop in one process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoopSlot {
    pub strategy: u16,
    pub function: crate::strategy::call::FunctionId,
    pub process: super::ProcessId,
    pub every_us: Micros,
    /// Its task, while one runs; a turn that is due meanwhile is skipped.
    pub running: Option<TaskKey>,
    /// It takes nothing from queues, and begins no turn.
    pub stopped: bool,
    /// The number of turns so far.
    pub turns: u64,
}

/// A failure that a person asked for and that has not happened yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trap {
    pub store: Store,
    /// The position of the store among those of its kind.
    pub nth: u8,
    pub call: Option<Symbol>,
    pub how: Failure,
    pub times: u32,
}

digested!(Process {
    matters: up, life, slow_milli, locks, flights;
});

digested!(App {
    matters: process, in_progress, backlog;
});

digested!(CacheProcess {
    matters: process, cache, pool, snapshot;
    due: expiry_us;
});

digested!(DatabaseProcess {
    matters: process, database, pool, sessions, lock_line;
});

digested!(Session {
    matters: task, op, latest, transaction, failed;
    told: slot;
});

digested!(Statement {
    matters: pending, seen, phase, many;
});

crate::digest::plain!(Phase);

digested!(Snapshot {
    matters: value;
    told: at_us;
});

digested!(ReplicaProcess {
    matters: process, replica, pool, stream;
});

digested!(Streamed {
    matters: commit, is_due;
});

digested!(QueueSlot {
    matters: strategy, id, process, queue, waiting;
    due: redelivery_us;
});

digested!(LoopSlot {
    matters: strategy, function, process, every_us, running, stopped;
    told: turns;
});

digested!(Trap {
    matters: store, nth, call, how, times;
});
