//! What comes when: a queue in the order of time.
//!
//! Few things lie ahead in most runs, and what is put mostly comes soon. So those that
//! come next stand in a short line, in order, in which a place is found within a few
//! steps; all others are in a heap. Both move what they order, so they order instants
//! alone: the things themselves stay where they are.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::time::Micros;

/// An instant, and the ordinal by which what happens then is ordered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct When {
    pub at_us: Micros,
    pub sequence: u64,
}

/// Things by when they come.
#[derive(Clone, Debug)]
pub struct Upcoming<T> {
    /// Those that come before all in `far`, the next one last.
    near: Vec<Entry>,
    far: BinaryHeap<Entry>,
    things: Vec<T>,
    /// The places among `things` that are free.
    free: Vec<u32>,
}

/// When a thing comes, and where it is. The earlier is the greater, so that a heap's
/// top is next.
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

/// The most that stand in the line, and how many of them are put there, or taken out,
/// at a time.
const MOST_NEAR: usize = 48;
const SOME: usize = 24;

impl<T: Copy> Upcoming<T> {
    pub fn new() -> Upcoming<T> {
        Upcoming { near: Vec::new(), far: BinaryHeap::new(), things: Vec::new(), free: Vec::new() }
    }

    /// Puts a thing. No two come at the same [`When`].
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

    /// The next one.
    #[inline]
    pub fn first(&self) -> Option<(When, &T)> {
        self.near.last().map(|entry| (entry.when, &self.things[entry.place as usize]))
    }

    /// Takes the next one out.
    #[inline]
    pub fn take_first(&mut self) -> Option<(Micros, T)> {
        let Entry { when, place } = self.near.pop()?;
        self.free.push(place);
        if self.near.is_empty() && !self.far.is_empty() {
            self.come_near();
        }
        Some((when.at_us, self.things[place as usize]))
    }

    /// All, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (When, T)> {
        let all = self.near.iter().chain(&self.far);
        all.map(|entry| (entry.when, self.things[entry.place as usize]))
    }

    /// Takes out all but those that are to be kept.
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

    /// Brings the next ones of the heap into the line, which is empty.
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
