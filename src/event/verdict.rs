//! What a read was worth.

use crate::named::named;
use crate::strategy::value::{Origin, Symbol};
use crate::time::Micros;

/// What a read returned, against what had been acknowledged when it began.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReadVerdict {
    /// Nothing newer had been acknowledged.
    Fresh,
    /// Something newer had, for so long, in so many versions; `first` is the
    /// first of the newer writes.
    /// `row`: that of which it is one, where it was made of others.
    Stale { for_us: Micros, behind: u32, first: Origin, row: Told<Symbol> },
    /// A value that the database did not hold yet.
    Dirty,
    /// A value that the database never held, and never will.
    Phantom,
    /// No value.
    Failed,
    /// A copy of another key's row, or of a write to another key.
    Foreign,
    /// A value that comes from no store: a default after a failure, or a constant.
    Unfounded,
}

/// Something that people are told of, and that tells no verdict from another.
#[derive(Clone, Copy, Debug)]
pub struct Told<T>(pub Option<T>);

impl<T> PartialEq for Told<T> {
    fn eq(&self, _: &Told<T>) -> bool {
        true
    }
}
impl<T> Eq for Told<T> {}
impl<T> std::hash::Hash for Told<T> {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
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
        Foreign = "foreign",
        Unfounded = "unfounded",
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
            ReadVerdict::Foreign => VerdictKind::Foreign,
            ReadVerdict::Unfounded => VerdictKind::Unfounded,
        }
    }
}
