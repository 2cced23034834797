//! Verdicts on reads.

use crate::named::named;
use crate::strategy::value::{Origin, Symbol};
use crate::time::Micros;

/// A verdict on a read: what it returned, against what had been acknowledged when it began.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReadVerdict {
    /// No newer write had been acknowledged.
    Fresh,
    /// Newer writes had been acknowledged: `for_us` ago, `behind` versions; `first` is the first of
    /// them. `row`: the row that it belongs to, where the value was made of others.
    Stale { for_us: Micros, behind: u32, first: Origin, row: Told<Symbol> },
    /// The database did not hold the value yet.
    Dirty,
    /// The database never held the value, and never will.
    Phantom,
    /// No value was returned.
    Failed,
    /// The value is a copy of another key's row, or of a write to another key.
    Foreign,
    /// The value comes from no store: it is a default after a failure, or a constant.
    Unfounded,
}

/// A value that is shown to people and does not count when verdicts are compared.
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
    /// A verdict on a read, without figures.
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
