//! Messages: everything that passes from one process to another.

use std::hash::Hash;

use super::id::{JobKey, OperationKey, TaskKey};
use super::table::Named;
use crate::digest::{Digest, Lens, Sum, digested};
use crate::identity::{Identity, Kind, OpId, ProcessId, Stamp};
use crate::shared::Shared;
use crate::strategy::call::{Call, StoreError};
use crate::strategy::value::{Datum, Symbol, Value};
use crate::time::Micros;
use crate::vocabulary::{CacheId, ReplicaId};

/// One message in flight.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    pub from: ProcessId,
    pub to: ProcessId,
    /// The message's identity, the same in every run in which it is sent.
    pub id: Identity,
    /// How often the receiver had started when this was sent. If the receiver has restarted since,
    /// a request finds its connection broken.
    pub life: u32,
    pub sent_us: Micros,
    /// The operation on whose behalf it is sent.
    pub op: OpId,
    pub body: Body,
}

impl Message {
    /// The stamp of the reply to it.
    pub fn reply_stamp(&self) -> Stamp {
        self.id.child(super::request::ANSWER).stamp
    }
}

/// The content of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// A client's request to an app server.
    Ask { operation: OperationKey, attempt: u32, kind: Kind, key: Symbol, value: Datum },
    /// The answer to a client's request.
    Answer { operation: OperationKey, attempt: u32, result: Result<Datum, StoreError> },
    /// A task's call to a store, a queue, or a function elsewhere.
    Call { caller: Caller, call: Call },
    /// A cache notifies an app server that a key which it has read has changed.
    Forget { key: Symbol },
    /// The reply to a call.
    Reply { caller: Caller, result: Result<Value, StoreError> },
}

/// The receiver of a reply: a task, and the ordinal of its call.
///
/// A reply that comes when the task waits for another call is too late, and
/// is dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caller {
    pub task: TaskKey,
    pub ordinal: u32,
    /// The strategy that the task runs.
    pub strategy: u16,
}

/// A call that has reached its store, and the receiver of the reply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending<C> {
    pub caller: Caller,
    pub from: ProcessId,
    pub id: Identity,
    pub op: OpId,
    pub call: C,
    pub arrived_us: Micros,
    /// A person asked that the reply be lost.
    pub lose_reply: bool,
}

/// A timer. The world sets it; the scheduler decides when, or in which order, timers fire. One that
/// nothing waits for has no effect.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Timer {
    /// A reply has not arrived in time.
    CallTimeout { task: TaskKey, ordinal: u32 },
    /// A `sleep` has ended, or a spawned task may start.
    Wake { task: TaskKey, ordinal: u32 },
    /// A client has waited long enough.
    ClientTimeout { operation: OperationKey, attempt: u32 },
    /// A client retries.
    Retry { operation: OperationKey, attempt: u32 },
    /// A cache has processed a command, or the database or a replica a statement.
    Served { at: ProcessId, job: JobKey, life: u32 },
    /// A statement has waited too long for a connection of the database.
    NoConnection { job: JobKey, life: u32 },
    /// A statement has run too long in the database.
    Canceled { job: JobKey, life: u32 },
    /// A transaction has waited too long for its task's next statement, since its call `ordinal`.
    Idle { task: TaskKey, ordinal: u32 },
    /// A background loop's turn.
    Loop { index: u32, life: u32 },
    /// Something in a cache expires.
    Expiry { cache: CacheId },
    /// An item of a queue becomes visible again.
    Redelivery { queue: u32 },
    /// The commit that gave a row this version reaches a replica.
    Replication { replica: ReplicaId, key: Symbol, version: i64 },
    /// A cache saves a snapshot.
    Snapshot { cache: CacheId, life: u32 },
    /// A change of its primary reaches a replica of a cache.
    Following { cache: CacheId, number: u64 },
    /// A replica of a cache replaces its primary, which has been down since its life `life` ended.
    Failover { cache: CacheId, life: u32 },
}

/// How long a timer takes: exactly, or drawn by the scheduler.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Delay {
    After(Micros),
    /// A command in a cache, a statement in the database or a replica;
    /// times `slow_milli` / 1000.
    CacheService {
        cache: CacheId,
        stamp: Stamp,
        slow_milli: u32,
    },
    DatabaseService {
        stamp: Stamp,
        write: bool,
        slow_milli: u32,
    },
    ReplicaService {
        stamp: Stamp,
        slow_milli: u32,
    },
    ReplicaLag {
        stamp: Stamp,
    },
    /// The lag of a change on its way to a replica of a cache.
    CacheLag {
        cache: CacheId,
        stamp: Stamp,
    },
}

impl Named for Shared<Message> {
    fn name(&self) -> Stamp {
        self.id.name
    }

    fn rename(&mut self, name: Stamp) {
        self.id.name = name;
    }

    fn is_background(&self) -> bool {
        self.op == OpId::NOBODY
    }
}

digested!(Message {
    matters: from, to, id, life, op, body;
    told: sent_us;
});

digested!(Caller {
    matters: task, ordinal, strategy;
});

digested!(Pending<C> where C {
    matters: caller, from, id, op, call, lose_reply;
    told: arrived_us;
});

impl Digest for Body {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        std::mem::discriminant(self).hash(sum);
        match self {
            Body::Ask { operation, attempt, kind, key, value } => {
                (operation, attempt, kind, key, value).hash(sum);
            }
            Body::Forget { key } => key.hash(sum),
            Body::Answer { operation, attempt, result } => (operation, attempt, result).hash(sum),
            Body::Call { caller, call } => {
                caller.digest(lens, sum);
                call.digest(lens, sum);
            }
            Body::Reply { caller, result } => {
                caller.digest(lens, sum);
                result.digest(lens, sum);
            }
        }
    }
}
