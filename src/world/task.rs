//! Tasks: functions of a strategy that run now, and requests that wait.

use super::id::OperationKey;
use super::message::Caller;
use crate::identity::Stamp;
use crate::identity::{Kind, OpId, ProcessId};
use crate::strategy::Machine;
use crate::strategy::call::{Call, FunctionId};
use crate::strategy::value::{Datum, Symbol};
use crate::time::Micros;

/// A function that runs, from its start to its reply.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Task {
    pub process: ProcessId,
    /// Which of the scenario's strategies.
    pub strategy: u16,
    pub function: FunctionId,
    pub stamp: Stamp,
    pub op: OpId,
    pub started_us: Micros,
    pub work: Work,
    /// Calls made so far.
    pub calls: u32,
    /// Random numbers drawn so far.
    pub draws: u32,
    pub waiting: Waiting,
    pub parent: Parent,
    /// The database or a queue has taken a write from it, or may have.
    pub wrote: bool,
    /// The operation's key: what a write of it puts there is its own.
    pub key: Option<Symbol>,
}

/// What a task does.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Work {
    Program(Machine),
    /// The app server hands a request on to a function that is placed elsewhere.
    Forward,
}

/// What a task waits for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Waiting {
    /// Its first turn.
    Start,
    /// The reply to its latest call; the call is kept for those who look on.
    Reply {
        call: Call,
        to: ProcessId,
        since_us: Micros,
    },
    Sleep {
        until_us: Micros,
    },
    Lock {
        key: Symbol,
        since_us: Micros,
    },
}

/// Who gets the result.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Parent {
    Client {
        operation: OperationKey,
        attempt: u32,
    },
    /// A task in another process.
    Task {
        caller: Caller,
        process: ProcessId,
    },
    /// A background loop, by its position.
    Loop(u32),
    /// Nobody: it was spawned.
    Nobody,
}

/// A request as its client knows it, until it ends.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Operation {
    pub id: OpId,
    pub kind: Kind,
    pub key: Symbol,
    /// What a write writes and an increment adds; `None` for the others.
    pub value: Datum,
    pub client: Symbol,
    pub stamp: Stamp,
    pub attempt: u32,
    pub started_us: Micros,
    /// Whether an earlier try may have been applied.
    pub uncertain: bool,
}
