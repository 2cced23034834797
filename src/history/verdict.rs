//! Verdicts: what a read was worth, and what went wrong.

use crate::identity::OpId;
use crate::strategy::value::{Origin, Symbol};
use crate::time::Micros;

/// What a read returned, against what had been acknowledged when it began.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReadVerdict {
    /// Nothing newer had been acknowledged.
    Fresh,
    /// Something newer had, for so long, in so many versions.
    Stale { for_us: Micros, behind: u32, newest: Origin },
    /// A value that the database did not hold yet.
    Dirty,
    /// A value that the database never held, and never will.
    Phantom,
    /// No value.
    Failed,
}

/// What can go wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ViolationKind {
    LostWrite,
    PhantomRead,
    Overtaken,
    StaleRead,
    DirtyRead,
}

impl ViolationKind {
    /// Its name in a report.
    pub fn name(self) -> &'static str {
        match self {
            ViolationKind::LostWrite => "lost write",
            ViolationKind::PhantomRead => "phantom read",
            ViolationKind::Overtaken => "overtaken write",
            ViolationKind::StaleRead => "stale read",
            ViolationKind::DirtyRead => "dirty read",
        }
    }
}

/// Something that went wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    pub kind: ViolationKind,
    pub key: Symbol,
    pub at_us: Micros,
    pub op: OpId,
    /// What led to it, oldest first.
    pub cause: Vec<Cause>,
}

/// One link of a cause chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    Began {
        op: OpId,
        at_us: Micros,
    },
    Acknowledged {
        write: Origin,
        at_us: Micros,
    },
    Committed {
        write: Origin,
        version: i64,
        at_us: Micros,
    },
    /// Somebody put the value of this write into the cache.
    Cached {
        by: OpId,
        write: Origin,
        at_us: Micros,
    },
    Returned {
        op: OpId,
        write: Origin,
        at_us: Micros,
    },
    /// The database has never held it.
    NeverCommitted {
        write: Origin,
    },
    Overtook {
        by: Origin,
        at_us: Micros,
    },
}

/// How many violations are kept in full; all are counted.
pub const KEPT: usize = 1_000;
