//! Violations: what went wrong.

use crate::event::Cause;
use crate::identity::OpId;
use crate::strategy::value::{Origin, Symbol};
use crate::time::Micros;

/// What can go wrong, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ViolationKind {
    LostWrite,
    PhantomRead,
    Overtaken,
    /// A client did not see what it had written itself.
    NotOwnWrite,
    /// A client saw something older than it had seen before.
    NotMonotonic,
    /// No order of the operations on a key explains what its clients saw.
    NotLinearizable,
    StaleRead,
    DirtyRead,
}

impl ViolationKind {
    /// Every kind, the worst first.
    pub const ALL: [ViolationKind; 8] = [
        ViolationKind::LostWrite,
        ViolationKind::PhantomRead,
        ViolationKind::Overtaken,
        ViolationKind::NotOwnWrite,
        ViolationKind::NotMonotonic,
        ViolationKind::NotLinearizable,
        ViolationKind::StaleRead,
        ViolationKind::DirtyRead,
    ];

    /// Its name in a report.
    pub fn name(self) -> &'static str {
        match self {
            ViolationKind::LostWrite => "lost write",
            ViolationKind::PhantomRead => "phantom read",
            ViolationKind::Overtaken => "overtaken write",
            ViolationKind::NotOwnWrite => "own write not read",
            ViolationKind::NotMonotonic => "non-monotonic read",
            ViolationKind::NotLinearizable => "not linearizable",
            ViolationKind::StaleRead => "stale read",
            ViolationKind::DirtyRead => "dirty read",
        }
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
    /// The names of those that are broken.
    pub fn names(self) -> Vec<&'static str> {
        let all = [
            (self.read_your_writes, "read your writes"),
            (self.monotonic_reads, "monotonic reads"),
            (self.linearizability, "linearizability"),
        ];
        all.into_iter().filter_map(|(broken, name)| broken.then_some(name)).collect()
    }

    /// What it is called where nothing worse is to be said of the operation.
    pub(super) fn kind(self) -> Option<ViolationKind> {
        let Broken { read_your_writes, monotonic_reads, linearizability } = self;
        let kinds = [
            (read_your_writes, ViolationKind::NotOwnWrite),
            (monotonic_reads, ViolationKind::NotMonotonic),
            (linearizability, ViolationKind::NotLinearizable),
        ];
        kinds.into_iter().find_map(|(broken, kind)| broken.then_some(kind))
    }
}

/// Something that went wrong. An operation stands here once, under the worst
/// that is to be said of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    pub kind: ViolationKind,
    pub broken: Broken,
    pub key: Symbol,
    pub at_us: Micros,
    pub op: OpId,
    /// The write that it is about: whose value was returned, or that was lost.
    pub write: Origin,
    /// What led to it, oldest first.
    pub cause: Vec<Cause>,
}

/// How many violations of each kind are kept in full; all are counted.
pub const KEPT: usize = 1_000;
