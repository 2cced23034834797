//! What a read was worth.

use crate::named::named;
use crate::strategy::value::Origin;
use crate::time::Micros;

/// What a read returned, against what had been acknowledged when it began.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReadVerdict {
    /// Nothing newer had been acknowledged.
    Fresh,
    /// Something newer had, for so long, in so many versions; `first` is the
    /// first of the newer writes.
    Stale { for_us: Micros, behind: u32, first: Origin },
    /// A value that the database did not hold yet.
    Dirty,
    /// A value that the database never held, and never will.
    Phantom,
    /// No value.
    Failed,
}

named! {
    /// What became of a read.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "Verdict"))]
    pub enum VerdictKind {
        Fresh = "fresh",
        Stale = "stale",
        Dirty = "dirty",
        Phantom = "phantom",
        Failed = "failed",
    }
}

impl ReadVerdict {
    /// The verdict without its figures.
    pub fn kind(self) -> VerdictKind {
        match self {
            ReadVerdict::Fresh => VerdictKind::Fresh,
            ReadVerdict::Stale { .. } => VerdictKind::Stale,
            ReadVerdict::Dirty => VerdictKind::Dirty,
            ReadVerdict::Phantom => VerdictKind::Phantom,
            ReadVerdict::Failed => VerdictKind::Failed,
        }
    }
}
