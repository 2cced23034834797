//! The records of the history: small, plain, and enough to explain everything.

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

/// An event, with its instant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Record {
    pub at_us: Micros,
    pub event: Event,
}

/// Everything that can happen.
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
    /// A client tries its request again.
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
    /// The verdict on a read.
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
    /// A strategy made a mistake that ends its task.
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
    /// A reply did not arrive in time.
    TimedOut {
        op: OpId,
        what: Saying,
        /// The write whose value the call carries, or that the call makes.
        write: Origin,
        to: ProcessId,
    },
    /// A store refused or failed a call.
    Failed {
        op: OpId,
        what: Saying,
        /// The write whose value the call carries, or that the call makes.
        write: Origin,
        error: StoreError,
    },
    Cache {
        op: OpId,
        cache: CacheId,
        effect: CacheEffect,
    },
    /// A read of a row reached the database; it ended, with what it saw, or was broken off.
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
    /// A writing statement ran and committed.
    Committed {
        op: OpId,
        commit: Commit,
    },
    /// A deleting statement found no row: what `write` asked for was already the case.
    NothingToDelete {
        op: OpId,
        key: Symbol,
        write: Origin,
    },
    Queue {
        op: OpId,
        /// The task that sent it; 0: none.
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
    /// A cache restarted with this many entries of its snapshot.
    Restored {
        cache: CacheId,
        entries: u32,
    },
    Fault(Fault),
    /// An action could not be carried out.
    Refused {
        text: Symbol,
    },
    /// A compare-and-set found another version, and changed nothing.
    NotSwapped {
        op: OpId,
        key: Symbol,
        /// The write whose value the call carries.
        write: Origin,
    },
    /// A writing statement of a transaction was undone.
    RolledBack {
        op: OpId,
        key: Symbol,
        value: Datum,
        /// The write whose value it is, or that it makes.
        write: Origin,
    },
    /// A task waits for the result of a run that another request began, and gets it.
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

/// The write that a message brings to the database, if it brings one. It is not shown to people,
/// and does not count when records are compared.
pub type Carried = Told<Origin>;

/// How a request ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RequestEnd {
    /// With a read's value, or a write's acknowledgement.
    Returned(Datum),
    /// With an error. `maybe_applied` is false if no try can have changed anything.
    Failed { error: StoreError, maybe_applied: bool },
    /// Without an answer; whether it was applied is unknown.
    TimedOut,
}

/// What a read of a row saw in the database.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Seen {
    /// The write that made the row.
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
    /// A person dropped it.
    Injected,
    /// Nobody waits for this reply any more.
    Late,
}
