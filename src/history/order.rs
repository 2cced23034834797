//! Which of two writes of a key is newer.

use crate::strategy::value::Origin;
use crate::time::Micros;

/// An instant, and the number of a record made then.
///
/// Many events happen at one instant of virtual time; the number orders them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Moment {
    pub seq: u64,
    pub at_us: Micros,
}

/// The origin of a value that no write made: the key's row never held it, and no client asked for
/// it.
pub const MADE_UP: Origin = Origin(u32::MAX - 1);

/// The origin of an absence before the first write.
pub const NOTHING: Origin = Origin(u32::MAX - 2);

/// What orders a write among the others of its key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made {
    pub origin: Origin,
    /// When its client asked for it.
    pub started: Moment,
    /// When its client learned that it is done; `None`: it has not.
    pub acked: Option<Moment>,
    /// The version that the database gave it; `None`: the database does not hold it.
    pub version: Option<i64>,
}

impl Made {
    /// An absence before the first write.
    pub fn of_nothing() -> Made {
        let start = Moment { seq: 0, at_us: 0 };
        Made { origin: NOTHING, started: start, acked: Some(start), version: None }
    }

    /// Whether anything beyond its origin is known.
    pub fn is_known(&self) -> bool {
        self.origin == Origin::INITIAL || self.started.seq > 0 || self.version.is_some()
    }

    /// Whether this write is newer than another of the same key.
    ///
    /// It is newer if its client asked for it after the other was acknowledged. Of two that
    /// overlap, the one committed later is newer; if not both are committed, neither is. A write
    /// that was never acknowledged overlaps every later one, because it may take effect late.
    pub fn is_newer_than(&self, other: &Made) -> bool {
        let after = |later: &Made, earlier: &Made| {
            earlier.acked.is_some_and(|acked| acked.seq < later.started.seq)
        };
        match (self.version, other.version) {
            _ if after(self, other) => true,
            _ if after(other, self) => false,
            (Some(own), Some(others)) => own > others,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(started: u64, acked: Option<u64>, version: Option<i64>) -> Made {
        let at = |seq| Moment { seq, at_us: 0 };
        Made { origin: Origin(1), started: at(started), acked: acked.map(at), version }
    }

    #[test]
    fn what_was_asked_for_after_the_other_was_acknowledged_is_newer() {
        let (old, new) = (made(1, Some(5), Some(9)), made(6, Some(8), Some(4)));
        assert!(new.is_newer_than(&old), "whatever the versions say");
        assert!(!old.is_newer_than(&new));
    }

    #[test]
    fn of_two_that_overlap_the_later_commit_is_newer() {
        let (first, second) = (made(1, Some(9), Some(2)), made(3, Some(5), Some(3)));
        assert!(second.is_newer_than(&first) && !first.is_newer_than(&second));
    }

    #[test]
    fn what_the_database_does_not_hold_cannot_be_told_from_what_overlaps_it() {
        let (held, queued) = (made(1, Some(9), Some(2)), made(3, Some(5), None));
        assert!(!queued.is_newer_than(&held) && !held.is_newer_than(&queued));
    }

    #[test]
    fn what_was_never_acknowledged_may_take_effect_late() {
        let (unknown, later) = (made(1, None, Some(7)), made(20, Some(30), Some(6)));
        assert!(unknown.is_newer_than(&later));
    }
}
