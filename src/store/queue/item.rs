//! One write that waits, and what can happen to it.

use std::hash::Hash;

use crate::digest::{Digest, Lens, Sum, digested, due};
use crate::strategy::value::{Datum, Origin, Scalar, Symbol};
use crate::time::Micros;

/// One item of a queue.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Item {
    pub key: Symbol,
    /// A sum of adds has the origin of the newest of them.
    pub value: Datum,
    /// The row's version, where the item is a change of the database.
    pub version: Option<i64>,
    /// The value is an amount to add.
    pub add: bool,
    /// How often it was handed out.
    pub attempts: u32,
    /// When it was put there.
    pub pushed_us: Micros,
    pub visibility: Visibility,
    /// Where it stands in line: the id of whoever stood there first.
    pub place: u32,
    /// The next item of its line.
    pub next: Option<u32>,
}

/// Who has an item, and until when.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Visibility {
    /// Nobody: it was never taken, or whoever took it gave it back.
    Waiting,
    /// Nobody, and it is not handed out before then.
    Delayed { until_us: Micros },
    /// Somebody, who has until then to acknowledge it.
    Taken { until_us: Micros },
    /// It was not acknowledged in time, and is handed out again. Whoever took
    /// it may still be at work on it, so it can be acknowledged and absorbs
    /// nothing: an acknowledgement must mean the value that was taken.
    Overdue,
}

/// What became of a push.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Pushed {
    /// It is a new item.
    Queued(u32),
    /// It was absorbed by an item that waits.
    Merged(u32),
    /// The queue is at its limit; nothing was stored.
    Full,
    /// An item of its key is there, and stays as it is.
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
    /// `absorbed`: the newest write in the item until then; `value`: the last
    /// value, or the sum, with the new one's origin.
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
    /// Whoever took it did not acknowledge it in time, or crashed: it can be
    /// taken again.
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
    /// … and with all that it had set aside.
    DeadLettersDropped,
    /// A push was not taken: an item of its key is there.
    Ignored {
        item: u32,
        key: Symbol,
        origin: Origin,
    },
    /// The queue's process crashed before the acknowledgement was on its disk.
    Returned {
        item: u32,
        key: Symbol,
        value: Datum,
    },
    /// What had been given up is pushed again, as the push behind this says.
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

    /// Whether somebody has it, or may still be at work on it.
    pub fn is_held(&self) -> bool {
        matches!(self.visibility, Visibility::Taken { .. } | Visibility::Overdue)
    }

    /// Whether it can be handed out, when its turn comes.
    pub(super) fn is_visible(&self) -> bool {
        matches!(self.visibility, Visibility::Waiting | Visibility::Overdue)
    }

    /// When it becomes visible by itself.
    pub(super) fn due_us(&self) -> Option<Micros> {
        match self.visibility {
            Visibility::Delayed { until_us } | Visibility::Taken { until_us } => Some(until_us),
            Visibility::Waiting | Visibility::Overdue => None,
        }
    }

    /// Its value after it has absorbed a newer one; `None` where it must not.
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
