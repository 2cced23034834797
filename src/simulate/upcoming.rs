//! A queue of future items, in order of time.
//!
//! Few items lie ahead in most runs, and new ones are mostly due soon. So the next ones are in a
//! short sorted line, in which a place is found within a few steps; all others are in a heap. Both
//! contain only instants and positions; the items themselves stay where they are.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::time::Micros;

/// An instant, and the ordinal that orders items of one instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct When {
    pub at_us: Micros,
    pub sequence: u64,
}

/// As one number, which compares in two steps and without a branch.
impl Ord for When {
    #[inline]
    fn cmp(&self, other: &When) -> Ordering {
        let number = |when: &When| u128::from(when.at_us) << 64 | u128::from(when.sequence);
        number(self).cmp(&number(other))
    }
}

impl PartialOrd for When {
    #[inline]
    fn partial_cmp(&self, other: &When) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Items by their instants.
#[derive(Clone, Debug)]
pub struct Upcoming<T> {
    /// The items before all in `far`, the next one last.
    near: Vec<Entry>,
    far: BinaryHeap<Entry>,
    things: Vec<T>,
    /// The free places among `things`.
    free: Vec<u32>,
}

/// An item's instant, and its place. The earlier one is the greater, so that the heap's top is
/// next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Entry {
    when: When,
    place: u32,
}

impl Ord for Entry {
    fn cmp(&self, other: &Entry) -> Ordering {
        other.when.cmp(&self.when)
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The most items in the line, and how many are moved at a time.
const MOST_NEAR: usize = 48;
const SOME: usize = 24;

impl<T: Copy> Upcoming<T> {
    pub fn new() -> Upcoming<T> {
        Upcoming { near: Vec::new(), far: BinaryHeap::new(), things: Vec::new(), free: Vec::new() }
    }

    /// Puts an item. No two items have the same [`When`].
    pub fn put(&mut self, when: When, thing: T) {
        let place = match self.free.pop() {
            Some(place) => {
                self.things[place as usize] = thing;
                place
            }
            None => {
                self.things.push(thing);
                self.things.len() as u32 - 1
            }
        };
        let entry = Entry { when, place };
        if self.far.peek().is_some_and(|first| first.when < when) {
            return self.far.push(entry);
        }
        if self.near.len() == MOST_NEAR {
            self.far.extend(self.near.drain(..SOME));
            // one of those may come before this
            if self.far.peek().is_some_and(|first| first.when < when) {
                return self.far.push(entry);
            }
        }
        // it moves up the line past those that come sooner: a step or two in most cases
        let mut at = self.near.len();
        self.near.push(entry);
        while let Some(before) = at.checked_sub(1)
            && self.near[before].when < when
        {
            self.near[at] = self.near[before];
            at = before;
        }
        self.near[at] = entry;
    }

    /// The next item.
    #[inline]
    pub fn first(&self) -> Option<(When, &T)> {
        self.near.last().map(|entry| (entry.when, &self.things[entry.place as usize]))
    }

    /// Takes the next item.
    #[inline]
    pub fn take_first(&mut self) -> Option<(Micros, T)> {
        let Entry { when, place } = self.near.pop()?;
        self.free.push(place);
        if self.near.is_empty() && !self.far.is_empty() {
            self.come_near();
        }
        Some((when.at_us, self.things[place as usize]))
    }

    /// All items, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (When, T)> {
        let all = self.near.iter().chain(&self.far);
        all.map(|entry| (entry.when, self.things[entry.place as usize]))
    }

    /// Removes all items for which `is_kept` is false.
    pub fn retain(&mut self, is_kept: impl Fn(&T) -> bool) {
        let Upcoming { near, far, things, free } = self;
        let mut keep = |entry: &Entry| {
            let kept = is_kept(&things[entry.place as usize]);
            free.extend((!kept).then_some(entry.place));
            kept
        };
        near.retain(&mut keep);
        far.retain(keep);
        if self.near.is_empty() {
            self.come_near();
        }
    }

    /// Moves the next items of the heap to the line, which is empty.
    fn come_near(&mut self) {
        let next = std::iter::from_fn(|| self.far.pop()).take(SOME);
        self.near.extend(next);
        self.near.reverse();
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_an_ordered_map(
            steps in prop::collection::vec(prop::option::weighted(0.6, 0u64..400), 0..800),
            dropped in 0usize..800,
        ) {
            let (mut upcoming, mut model) = (Upcoming::new(), BTreeMap::new());
            for (at, step) in steps.iter().enumerate() {
                match *step {
                    Some(at_us) => {
                        let when = When { at_us, sequence: at as u64 };
                        upcoming.put(when, at);
                        model.insert(when, at);
                    }
                    None => {
                        upcoming.take_first();
                        model.pop_first();
                    }
                }
                if at == dropped {
                    upcoming.retain(|thing| thing % 3 > 0);
                    model.retain(|_, thing| *thing % 3 > 0);
                }
                let first = model.first_key_value().map(|(when, thing)| (*when, thing));
                prop_assert_eq!(upcoming.first(), first);
            }
            prop_assert_eq!(&upcoming.iter().collect::<BTreeMap<_, _>>(), &model);
            prop_assert_eq!(upcoming.things.len() - upcoming.free.len(), model.len());
        }
    }
}
