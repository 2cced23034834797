//! An index of the instants at which time alone changes an entry: the end of its TTL, or of its
//! grace.
//!
//! Redis keeps no such index: it checks the TTL of a key when it is accessed, and samples the
//! others ten times a second, so that an expired entry may take up room a little longer. Here every
//! entry expires at its instant.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::entry::Slot;
use crate::store::paged::Paged;
use crate::strategy::value::Symbol;
use crate::time::Micros;

/// A heap of (instant, key). A replaced entry leaves its old pair behind, which is dropped when it
/// reaches the top or when more than half of the pairs are old; the top is always valid.
#[derive(Clone, Default, Debug)]
pub(super) struct Expiry(BinaryHeap<Reverse<(Micros, Symbol)>>);

impl Expiry {
    /// The earliest instant with its key; of several keys, the lowest.
    #[inline]
    pub fn next(&self) -> Option<(Micros, Symbol)> {
        self.0.peek().map(|next| next.0)
    }

    /// Notes that a key's instant has changed from `was` to `due`, which is that of its slot in
    /// `slots`.
    #[inline]
    pub fn changed(
        &mut self,
        key: Symbol,
        was: Option<Micros>,
        due: Option<Micros>,
        slots: &Paged<Slot>,
    ) {
        if was != due {
            self.replace(key, was, due, slots);
        }
    }

    fn replace(
        &mut self,
        key: Symbol,
        was: Option<Micros>,
        due: Option<Micros>,
        slots: &Paged<Slot>,
    ) {
        if let Some(due) = due {
            self.0.push(Reverse((due, key)));
            if self.0.len() > 2 * slots.len() + 64 {
                *self = Expiry::of(slots);
            }
        }
        if was.is_some() {
            while self.next().is_some_and(|(due, key)| !is_true(due, key, slots)) {
                self.0.pop();
            }
        }
    }

    /// The number of pairs, valid or old.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The index of a whole cache.
    pub fn of(slots: &Paged<Slot>) -> Expiry {
        let due = slots.iter().filter_map(|(key, slot)| Some(Reverse((slot.due_us()?, key))));
        Expiry(due.collect())
    }
}

fn is_true(due: Micros, key: Symbol, slots: &Paged<Slot>) -> bool {
    slots.get(key).and_then(Slot::due_us) == Some(due)
}
