//! Violations: what went wrong.

use crate::event::Cause;
use crate::identity::OpId;
use crate::named::named;
use crate::strategy::value::{Origin, Symbol};
use crate::time::Micros;

named! {
    /// What can go wrong, the worst first.
    pub enum ViolationKind {
        /// An acknowledged write is in no store, no queue and no task.
        LostWrite = "lost write",
        /// A read returned a value that the database never held and never will.
        PhantomRead = "phantom read",
        /// A write that was there was overwritten by a value made without it.
        LostUpdate = "lost-update",
        /// An increment, or what a write adds to a value, is in the row more than once.
        AppliedTwice = "applied-twice",
        /// An acknowledged write was set aside by its queue, and is tried no more.
        GivenUp = "given-up",
        /// A read returned a copy of another key's row.
        ForeignRead = "foreign-read",
        /// A read returned a value that comes from no store.
        UnfoundedRead = "unfounded-read",
        /// Requests failed for a while.
        Outage = "outage",
        /// A committed write was overwritten by one that had ended before it began.
        Overtaken = "overtaken write",
        /// A client did not see what it had written itself.
        NotOwnWrite = "own write not read",
        /// A client saw something older than it had seen before.
        NotMonotonic = "non-monotonic read",
        /// No order of the operations on a key explains what its clients saw.
        NotLinearizable = "not linearizable",
        /// A newer write had been acknowledged when the read began.
        StaleRead = "stale read",
        /// A read returned a value that the database did not hold yet.
        DirtyRead = "dirty read",
    }
}

named! {
    /// A promise that an operation can break besides.
    pub enum Promised {
        ReadYourWrites = "read your writes",
        MonotonicReads = "monotonic reads",
        Linearizability = "linearizability",
    }
}

/// Promises that one operation can break besides: a stale read may also be one
/// that does not see its client's own write.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Broken {
    pub read_your_writes: bool,
    pub monotonic_reads: bool,
    pub linearizability: bool,
}

impl Broken {
    /// The promises that are broken.
    pub fn promises(self) -> Vec<Promised> {
        let all = [
            (self.read_your_writes, Promised::ReadYourWrites),
            (self.monotonic_reads, Promised::MonotonicReads),
            (self.linearizability, Promised::Linearizability),
        ];
        all.into_iter().filter_map(|(broken, promise)| broken.then_some(promise)).collect()
    }

    /// The kind of violation that the first broken promise is, for an operation
    /// in which nothing worse happened.
    pub(super) fn kind(self) -> Option<ViolationKind> {
        self.promises().first().map(|promise| match promise {
            Promised::ReadYourWrites => ViolationKind::NotOwnWrite,
            Promised::MonotonicReads => ViolationKind::NotMonotonic,
            Promised::Linearizability => ViolationKind::NotLinearizable,
        })
    }
}

/// Something that went wrong. An operation has one violation at most: the worst kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    pub kind: ViolationKind,
    pub broken: Broken,
    pub key: Symbol,
    pub at_us: Micros,
    pub op: OpId,
    /// The write that it is about: whose value was returned, or that was lost.
    pub write: Origin,
    /// The row that it is about, where that is not the key's.
    pub other: Option<Symbol>,
    /// The value that it returned is that of the newer write, too: another write of the
    /// same.
    pub same_value: bool,
    /// What led to it, oldest first.
    pub cause: Vec<Cause>,
}

impl Violation {
    /// One that is about a write, and about the key's own row.
    pub fn of_write(
        kind: ViolationKind,
        key: Symbol,
        at_us: Micros,
        write: Origin,
        cause: Vec<Cause>,
    ) -> Violation {
        let (broken, op) = (Broken::default(), OpId::of(write));
        Violation { kind, broken, key, at_us, op, write, other: None, same_value: false, cause }
    }
}

/// How many violations of each kind are kept in full; all are counted.
pub const KEPT: usize = 1_000;
