//! One entry of the history: small, plain, and enough to explain everything.

use super::fault::Fault;
use super::saying::Saying;
use super::verdict::{ReadVerdict, Told};
use crate::identity::{Kind, OpId, ProcessId, Stamp};
use crate::store::cache::CacheEffect;
use crate::store::database::Commit;
use crate::store::queue::QueueEffect;
use crate::strategy::call::StoreError;
use crate::strategy::value::{Datum, Origin, Symbol};
use crate::time::Micros;
use crate::vocabulary::{CacheId, ReplicaId};

/// Something that happened, and when.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Record {
    pub at_us: Micros,
    pub event: Event,
}

/// What can happen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Event {
    /// A row or an entry that was there at the start.
    Initial {
        key: Symbol,
        value: Datum,
    },
    /// A client began a request.
    Started {
        op: OpId,
        kind: Kind,
        key: Symbol,
        value: Datum,
        client: Symbol,
    },
    /// It tries again.
    Retried {
        op: OpId,
        attempt: u32,
    },
    /// A request ended, as its client saw it.
    Ended {
        op: OpId,
        kind: Kind,
        key: Symbol,
        client: Symbol,
        started_us: Micros,
        outcome: RequestEnd,
    },
    /// What a read was worth.
    Judged {
        op: OpId,
        key: Symbol,
        client: Symbol,
        value: Datum,
        started_us: Micros,
        verdict: ReadVerdict,
    },
    /// A task began, and ended.
    TaskBegan {
        op: OpId,
        process: ProcessId,
        task: Stamp,
    },
    TaskEnded {
        op: OpId,
        process: ProcessId,
        task: Stamp,
    },
    /// A strategy did something that it cannot do.
    Broken {
        op: OpId,
        strategy: u16,
        line: u32,
        message: Symbol,
    },
    /// A strategy did not catch a store's error.
    Uncaught {
        op: OpId,
        strategy: u16,
        line: u32,
        error: StoreError,
    },
    /// `log(…)`
    Logged {
        op: OpId,
        text: Symbol,
    },
    /// A message landed.
    Arrived {
        stamp: Stamp,
        op: OpId,
        from: ProcessId,
        to: ProcessId,
        sent_us: Micros,
        what: Saying,
        carries: Carried,
    },
    /// A message will never land.
    Dropped {
        stamp: Stamp,
        op: OpId,
        from: ProcessId,
        to: ProcessId,
        sent_us: Micros,
        what: Saying,
        why: DropReason,
        carries: Carried,
    },
    /// A reply did not come in time.
    TimedOut {
        op: OpId,
        what: Saying,
        /// The write whose value the call carries, or that makes it.
        write: Origin,
        to: ProcessId,
    },
    /// A store refused or failed a call.
    Failed {
        op: OpId,
        what: Saying,
        /// The write whose value the call carries, or that makes it.
        write: Origin,
        error: StoreError,
    },
    Cache {
        op: OpId,
        cache: CacheId,
        effect: CacheEffect,
    },
    /// A read of a row reached the database, and left it: with what it saw, or
    /// broken off.
    LoadBegan {
        op: OpId,
        key: Symbol,
    },
    LoadEnded {
        op: OpId,
        key: Symbol,
        seen: Option<Seen>,
    },
    /// A replica has answered a read of a row.
    ReplicaRead {
        op: OpId,
        replica: ReplicaId,
        key: Symbol,
        seen: Seen,
    },
    /// A statement that writes has run and committed.
    Committed {
        op: OpId,
        commit: Commit,
    },
    /// A statement that deletes has run, and found no row: what `write` asked
    /// for is so already.
    NothingToDelete {
        op: OpId,
        key: Symbol,
        write: Origin,
    },
    Queue {
        op: OpId,
        /// The task that asked for it; 0: none.
        task: Stamp,
        queue: u16,
        effect: QueueEffect,
    },
    /// A replica has caught up to this version of a key.
    Replicated {
        replica: ReplicaId,
        key: Symbol,
        version: i64,
    },
    /// A cache came back with so many entries of its snapshot.
    Restored {
        cache: CacheId,
        entries: u32,
    },
    Fault(Fault),
    /// An action could not be carried out.
    Refused {
        text: Symbol,
    },
    /// A compare-and-set has found another version, and changed nothing.
    NotSwapped {
        op: OpId,
        key: Symbol,
        /// The write whose value it carries.
        write: Origin,
    },
    /// A statement of a transaction that wrote is undone.
    RolledBack {
        op: OpId,
        key: Symbol,
        value: Datum,
        /// The write whose value it is, or that made it.
        write: Origin,
    },
    /// A task waits for the result of a run that another request has begun, and has it.
    Joined {
        op: OpId,
        key: Symbol,
        of: OpId,
    },
    Shared {
        op: OpId,
        key: Symbol,
        of: OpId,
    },
    /// The database has ended a transaction that was idle for too long.
    EndedIdle {
        op: OpId,
    },
}

/// The write that a message brings to the database, if it brings one. People are not
/// told of it, and it tells no record from another.
pub type Carried = Told<Origin>;

/// How a request ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RequestEnd {
    /// A read's value; a write is acknowledged.
    Returned(Datum),
    /// An error came back. `maybe_applied` is false where no try of it can have
    /// changed anything.
    Failed { error: StoreError, maybe_applied: bool },
    /// No answer; whether it was applied is unknown.
    TimedOut,
}

/// What a read of a row saw.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Seen {
    /// The write that had made the row.
    pub origin: Origin,
    /// When its snapshot was taken.
    pub at_us: Micros,
}

/// Why a message never landed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DropReason {
    /// The network lost it.
    Loss,
    /// The link is cut.
    Cut,
    /// A person asked for it.
    Injected,
    /// Nobody waits for this reply any more.
    Late,
}
