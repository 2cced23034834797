//! Violations: the ways in which a run can go wrong.

use crate::event::Cause;
use crate::identity::OpId;
use crate::named::named;
use crate::strategy::value::{Origin, Symbol};
use crate::time::Micros;

named! {
    /// The kinds of violation, the worst first.
    pub enum ViolationKind {
        /// An acknowledged write is in no store, no queue and no task.
        LostWrite = "lost write",
        /// A read returned a value that the database never held and never will.
        PhantomRead = "phantom read",
        /// A committed write was overwritten by a value made without it.
        LostUpdate = "lost-update",
        /// An increment, or what a write adds to a value, is in the row more than once.
        AppliedTwice = "applied-twice",
        /// An acknowledged write was set aside by its queue, which has given up on it.
        GivenUp = "given-up",
        /// A read returned a copy of another key's row.
        ForeignRead = "foreign-read",
        /// A read returned a value that comes from no store.
        UnfoundedRead = "unfounded-read",
        /// Requests failed for a while.
        Outage = "outage",
        /// A committed write was overwritten by one that had ended before it began.
        Overtaken = "overtaken write",
        /// A client did not see its own write.
        NotOwnWrite = "own write not read",
        /// A client saw an older value than it had seen before.
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
    /// A promise that an operation can break in addition.
    pub enum Promised {
        ReadYourWrites = "read your writes",
        MonotonicReads = "monotonic reads",
        Linearizability = "linearizability",
    }
}

/// Promises that one operation breaks in addition: a stale read may also miss its client's own
/// write.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Broken {
    pub read_your_writes: bool,
    pub monotonic_reads: bool,
    pub linearizability: bool,
}

impl Broken {
    /// The broken promises.
    pub fn promises(self) -> Vec<Promised> {
        let all = [
            (self.read_your_writes, Promised::ReadYourWrites),
            (self.monotonic_reads, Promised::MonotonicReads),
            (self.linearizability, Promised::Linearizability),
        ];
        all.into_iter().filter_map(|(broken, promise)| broken.then_some(promise)).collect()
    }

    /// The kind of violation of the first broken promise, for an operation with no worse violation.
    pub(super) fn kind(self) -> Option<ViolationKind> {
        self.promises().first().map(|promise| match promise {
            Promised::ReadYourWrites => ViolationKind::NotOwnWrite,
            Promised::MonotonicReads => ViolationKind::NotMonotonic,
            Promised::Linearizability => ViolationKind::NotLinearizable,
        })
    }
}

/// A violation. An operation has at most one: the worst kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    pub kind: ViolationKind,
    pub broken: Broken,
    pub key: Symbol,
    pub at_us: Micros,
    pub op: OpId,
    /// The write concerned: the one whose value was returned, or that was lost.
    pub write: Origin,
    /// The row concerned, if it is not the key's own.
    pub other: Option<Symbol>,
    /// The newer write has the same value as the one returned.
    pub same_value: bool,
    /// The events that led to it, oldest first.
    pub cause: Vec<Cause>,
}

impl Violation {
    /// A violation that concerns a write and the key's own row.
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

/// How many violations of each kind are kept in full; the count has no limit.
pub const KEPT: usize = 1_000;
