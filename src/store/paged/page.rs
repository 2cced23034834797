//! A page: 64 consecutive numbers, each with or without a value.

use crate::shared::Shared;

/// The values of 64 numbers; clones share them until one side writes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(in crate::store) struct Page<T> {
    /// Bit `i` is set if the page's number `i` has a value.
    used: u64,
    /// One value for each set bit, lowest first; `None` if no bit is set.
    values: Option<Shared<Vec<T>>>,
}

/// The numbers of a page that is being filled from its start: the others will come, and room for all
/// saves moving the first ones again and again. A table has one such page at most.
const FILLS_UP: u64 = 0xff;

impl<T> Page<T> {
    pub const EMPTY: Page<T> = Page { used: 0, values: None };

    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    #[inline]
    pub fn get(&self, at: u32) -> Option<&T> {
        let bit = self.find(at)?;
        self.values.as_ref()?.get(self.rank(bit))
    }

    /// The values and their numbers within the page, in order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        bits(self.used).zip(self.values.iter().flat_map(|values| values.iter()))
    }

    /// The bit of a number that has a value.
    #[inline]
    fn find(&self, at: u32) -> Option<u64> {
        let bit = 1 << (at % 64);
        (self.used & bit != 0).then_some(bit)
    }

    /// The number of values before that of `bit`.
    #[inline]
    fn rank(&self, bit: u64) -> usize {
        let before = self.used & (bit - 1);
        // mostly there is one for every number, and not every processor can count bits
        match before == bit - 1 {
            true => bit.trailing_zeros() as usize,
            false => before.count_ones() as usize,
        }
    }
}

impl<T: Clone> Page<T> {
    #[inline]
    pub fn get_mut(&mut self, at: u32) -> Option<&mut T> {
        let rank = self.rank(self.find(at)?);
        self.values.as_mut()?.get_mut(rank)
    }

    /// Adds the value of a number that has none.
    pub fn insert(&mut self, at: u32, value: T) {
        debug_assert!(self.find(at).is_none(), "number {at} has a value");
        let bit = 1 << (at % 64);
        let rank = self.rank(bit);
        let values = &mut **self.values.get_or_insert_default();
        if self.used == FILLS_UP {
            values.reserve_exact(64 - values.len());
        }
        values.insert(rank, value);
        self.used |= bit;
    }

    pub fn remove(&mut self, at: u32) -> Option<T> {
        let bit = self.find(at)?;
        let rank = self.rank(bit);
        let removed = self.values.as_mut()?.remove(rank);
        self.used &= !bit;
        if self.used == 0 {
            self.values = None;
        }
        Some(removed)
    }

    #[cfg(test)]
    pub fn shares_with(&self, other: &Page<T>) -> bool {
        match (&self.values, &other.values) {
            (Some(one), Some(other)) => one.is_one_with(other),
            _ => false,
        }
    }
}

/// The positions of the set bits, lowest first.
fn bits(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros();
            word &= word - 1;
            bit
        })
    })
}
