//! The latest objects that writes of one key made, found by the write.

use std::collections::VecDeque;

use crate::strategy::value::Origin;

/// An object that a write made.
pub trait Made {
    /// The write.
    fn origin(&self) -> Origin;
}

/// The latest objects, oldest first.
///
/// Most keys have a few, which are searched one by one. A busy key has hundreds, and an index.
#[derive(Clone, Debug)]
pub struct Latest<T> {
    all: VecDeque<T>,
    /// The ordinal of the first object kept.
    first: u32,
    /// The newest write that has made an object: a newer one is looked up without a search.
    newest: Option<Origin>,
    /// The ordinal of each object by its write, sorted by both. Empty while there are few objects;
    /// it may still contain forgotten ones.
    index: Vec<(Origin, u32)>,
}

impl<T> Default for Latest<T> {
    fn default() -> Latest<T> {
        Latest { all: VecDeque::new(), first: 0, newest: None, index: Vec::new() }
    }
}

/// How many objects are kept, and how many need no index.
const MOST: usize = 256;
const FEW: usize = 8;

impl<T: Made> Latest<T> {
    /// Adds an object. Returns the oldest, if it is forgotten to make room.
    pub fn push(&mut self, made: T) -> Option<T> {
        let forgotten = if self.all.len() >= MOST { self.all.pop_front() } else { None };
        self.first = self.first.wrapping_add(u32::from(forgotten.is_some()));
        let place = (made.origin(), self.first.wrapping_add(self.all.len() as u32));
        self.newest = self.newest.max(Some(place.0));
        if self.all.capacity() == 0 {
            // most rows are never written: they have the one that they began with
            self.all.reserve_exact(1);
        }
        self.all.push_back(made);
        if !self.index.is_empty() {
            if self.index.len() >= 2 * MOST {
                let first = self.first;
                self.index.retain(|(_, ordinal)| *ordinal >= first);
            }
            let at = self.index.partition_point(|each| *each < place);
            self.index.insert(at, place);
        } else if self.all.len() > FEW {
            self.index.extend(self.all.iter().map(Made::origin).zip(self.first..));
            self.index.sort_unstable();
        }
        forgotten
    }

    /// The objects kept, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.all.iter()
    }

    /// The objects kept from a position on.
    pub fn since(&self, at: usize) -> impl Iterator<Item = &T> {
        self.all.range(at.min(self.all.len())..)
    }

    /// The memory that they take, in bytes.
    pub fn bytes(&self) -> u64 {
        (self.all.capacity() * size_of::<T>() + self.index.capacity() * size_of::<(Origin, u32)>())
            as u64
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The position of the first object for which `comes_before` is false.
    pub fn partition_point(&self, comes_before: impl Fn(&T) -> bool) -> usize {
        self.all.partition_point(comes_before)
    }

    pub fn first(&self) -> Option<&T> {
        self.all.front()
    }

    pub fn last(&self) -> Option<&T> {
        self.all.back()
    }

    /// The object at a position.
    pub fn get(&self, at: usize) -> Option<&T> {
        self.all.get(at)
    }

    /// The position of the last object that a write made.
    pub fn position(&self, origin: Origin) -> Option<usize> {
        if self.newest < Some(origin) {
            return None;
        }
        // what was written last is asked for most
        if self.all.back()?.origin() == origin {
            return Some(self.all.len() - 1);
        }
        if self.index.is_empty() {
            return (0..self.all.len() - 1).rev().find(|at| self.all[*at].origin() == origin);
        }
        let end = self.index.partition_point(|(each, _)| *each <= origin);
        let (_, ordinal) = self.index[..end].last().filter(|(last, _)| *last == origin)?;
        // those that were forgotten lie before the first
        Some(ordinal.checked_sub(self.first)? as usize)
    }

    /// The last object that a write made.
    pub fn of(&self, origin: Origin) -> Option<&T> {
        self.all.get(self.position(origin)?)
    }

    /// All objects that a write made, oldest first.
    pub fn all_of(&self, origin: Origin) -> impl Iterator<Item = &T> {
        self.places(origin).filter_map(|at| self.all.get(at))
    }

    /// Changes all objects that a write made, in place.
    pub fn change(&mut self, origin: Origin, change: impl Fn(&mut T)) {
        // mostly there is one, or none
        let mut last = self.places(origin).next_back();
        while let Some(at) = last {
            change(&mut self.all[at]);
            last = self.places(origin).rfind(|before| *before < at);
        }
    }

    /// The positions of all objects that a write made, oldest first.
    fn places(&self, origin: Origin) -> impl DoubleEndedIterator<Item = usize> {
        let is_new = self.newest < Some(origin);
        let few = if self.index.is_empty() && !is_new { self.all.len() } else { 0 };
        let few = (0..few).filter(move |at| self.all[*at].origin() == origin);
        let index = if is_new { &[][..] } else { &self.index };
        let own = &index[index.partition_point(|(each, _)| *each < origin)..];
        let own = &own[..own.partition_point(|(each, _)| *each == origin)];
        // the ordinals of those that were forgotten lie before the first
        let at = |(_, ordinal): &(Origin, u32)| Some(ordinal.checked_sub(self.first)? as usize);
        few.chain(own.iter().filter_map(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Made for (u32, usize) {
        fn origin(&self) -> Origin {
            Origin(self.0)
        }
    }

    #[test]
    fn the_index_finds_what_a_look_through_all_does() {
        let (mut latest, mut all) = (Latest::default(), Vec::new());
        let mut random = 7_u32;
        for number in 0..2_000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // nearly in order, and now and then one comes again
            let made = (number as u32 + (random >> 28), number);
            all.push(made);
            let forgotten = latest.push(made);
            assert_eq!(forgotten, number.checked_sub(MOST).map(|at| all[at]));
            let kept = &all[all.len().saturating_sub(MOST)..];
            assert!(latest.iter().eq(kept));
            for origin in (made.0.saturating_sub(300)..made.0 + 20).step_by(3).map(Origin) {
                let mut own = kept.iter().filter(|made| made.origin() == origin);
                assert!(latest.all_of(origin).eq(own.clone()));
                assert_eq!(latest.of(origin), own.next_back());
            }
        }
    }

    #[test]
    fn its_memory_is_that_of_the_objects_and_of_their_index() {
        let mut latest = Latest::default();
        assert_eq!(latest.bytes(), 0);
        for number in 0..MOST {
            latest.push((number as u32, number));
        }
        let least = (MOST * (size_of::<(u32, usize)>() + size_of::<(Origin, u32)>())) as u64;
        assert!((least..3 * least).contains(&latest.bytes()), "{least} {}", latest.bytes());
    }

    #[test]
    fn all_that_a_write_made_are_changed() {
        let mut latest = Latest::default();
        for number in 0..40 {
            latest.push((number % 10, 0));
            latest.change(Origin(3), |made| made.1 += 1);
        }
        assert_eq!(
            latest.all_of(Origin(3)).map(|made| made.1).collect::<Vec<_>>(),
            [37, 27, 17, 7]
        );
        assert!(latest.iter().all(|made| made.0 == 3 || made.1 == 0));
    }
}
