//! Items of a queue: waiting writes, and what can happen to them.

use std::hash::Hash;

use crate::digest::{Digest, Lens, Sum, digested, due};
use crate::strategy::value::{Datum, Origin, Scalar, Symbol};
use crate::time::Micros;

/// One item of a queue.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Item {
    pub key: Symbol,
    /// The value; the sum of several adds has the origin of the newest one.
    pub value: Datum,
    /// The row's version, if the item is a change of the database.
    pub version: Option<i64>,
    /// Whether the value is an amount to add.
    pub add: bool,
    /// How often it was handed out.
    pub attempts: u32,
    /// When it was pushed.
    pub pushed_us: Micros,
    pub visibility: Visibility,
    /// Its place in line: the id of the first item that had this place.
    pub place: u32,
    /// The next item in its line.
    pub next: Option<u32>,
}

/// Whether an item is taken, and until when.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Visibility {
    /// It was never taken, or was given back.
    Waiting,
    /// It was given back, and is not handed out before then.
    Delayed { until_us: Micros },
    /// It is taken, and must be acknowledged before then.
    Taken { until_us: Micros },
    /// It was not acknowledged in time, and is handed out again. The task that took it may still be
    /// working on it, so it can be acknowledged and absorbs nothing: an acknowledgement must mean
    /// the value that was taken.
    Overdue,
}

/// The result of a push.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Pushed {
    /// It is a new item, of this id.
    Queued(u32),
    /// A waiting item of this id absorbed it.
    Merged(u32),
    /// The queue is at its limit; nothing was stored.
    Full,
    /// It was dropped: an item of its key exists, and is unchanged.
    Ignored,
}

/// What happened to an item.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum QueueEffect {
    Pushed {
        item: u32,
        key: Symbol,
        value: Datum,
    },
    /// `absorbed`: the newest write in the item before; `value`: the last value, or the sum, with
    /// the new one's origin.
    Merged {
        item: u32,
        key: Symbol,
        absorbed: Origin,
        value: Datum,
    },
    Taken {
        item: u32,
    },
    Acked {
        item: u32,
        key: Symbol,
        origin: Origin,
    },
    Retried {
        item: u32,
        key: Symbol,
    },
    /// It was given up.
    DeadLettered {
        item: u32,
        key: Symbol,
        origin: Origin,
    },
    /// It was not acknowledged in time, or its taker crashed: it can be taken again.
    Redelivered {
        item: u32,
        key: Symbol,
    },
    /// The queue's process crashed with it.
    Dropped {
        item: u32,
        key: Symbol,
        origin: Origin,
    },
    /// The queue's process crashed, and lost everything that it had set aside.
    DeadLettersDropped,
    /// A push was dropped, because an item of its key exists.
    Ignored {
        item: u32,
        key: Symbol,
        origin: Origin,
    },
    /// The queue's process crashed before the acknowledgement was written to disk.
    Returned {
        item: u32,
        key: Symbol,
        value: Datum,
    },
    /// A dead letter is pushed again, by the push that follows.
    Replayed {
        key: Symbol,
        origin: Origin,
    },
}

impl Item {
    pub(super) fn new(
        key: Symbol,
        value: Datum,
        version: Option<i64>,
        add: bool,
        place: u32,
        now_us: Micros,
    ) -> Item {
        Item {
            key,
            value,
            version,
            add,
            attempts: 0,
            pushed_us: now_us,
            visibility: Visibility::Waiting,
            place,
            next: None,
        }
    }

    /// Whether a task has it, or may still be working on it.
    pub fn is_held(&self) -> bool {
        matches!(self.visibility, Visibility::Taken { .. } | Visibility::Overdue)
    }

    /// Whether it can be handed out when its turn comes.
    pub(super) fn is_visible(&self) -> bool {
        matches!(self.visibility, Visibility::Waiting | Visibility::Overdue)
    }

    /// The instant at which it becomes visible by itself.
    pub(super) fn due_us(&self) -> Option<Micros> {
        match self.visibility {
            Visibility::Delayed { until_us } | Visibility::Taken { until_us } => Some(until_us),
            Visibility::Waiting | Visibility::Overdue => None,
        }
    }

    /// Its value after absorbing a newer one; `None` if it must not.
    pub(super) fn merged(&self, newer: Datum, add: bool) -> Option<Datum> {
        if self.is_held() || self.add != add {
            return None;
        }
        if !add {
            return Some(newer);
        }
        match (self.value.scalar, newer.scalar) {
            (Scalar::Int(sum), Scalar::Int(more)) => {
                Some(Datum { scalar: Scalar::Int(sum.checked_add(more)?), ..newer })
            }
            _ => None,
        }
    }
}

digested!(Item {
    matters: key, value, version, add, visibility, place, next;
    attempts: attempts;
    told: pushed_us;
});

impl Digest for Visibility {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        std::mem::discriminant(self).hash(sum);
        match self {
            Visibility::Waiting | Visibility::Overdue => {}
            Visibility::Delayed { until_us } | Visibility::Taken { until_us } => {
                due(*until_us, lens, sum);
            }
        }
    }
}
