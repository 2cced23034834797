//! A table with one value for each cache of a run.

use std::ops::{Index, IndexMut};

use crate::digest::{Digest, Lens, Sum};
use crate::vocabulary::CacheId;

/// A table with one value for each cache of a run. With one cache, which is usual, it allocates
/// nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ByCache<T> {
    first: T,
    further: Vec<T>,
}

impl<T> ByCache<T> {
    pub fn new(first: T, further: impl IntoIterator<Item = T>) -> ByCache<T> {
        ByCache { first, further: further.into_iter().collect() }
    }

    /// `None`: there is no such cache.
    #[inline]
    pub fn get(&self, cache: CacheId) -> Option<&T> {
        match cache.0 {
            0 => Some(&self.first),
            nth => self.further.get(usize::from(nth) - 1),
        }
    }

    #[inline]
    pub fn get_mut(&mut self, cache: CacheId) -> Option<&mut T> {
        match cache.0 {
            0 => Some(&mut self.first),
            nth => self.further.get_mut(usize::from(nth) - 1),
        }
    }

    /// The values, in order.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.further)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        std::iter::once(&mut self.first).chain(&mut self.further)
    }

    /// The value of a cache; it and those before it are added if missing.
    pub fn get_or_add(&mut self, cache: CacheId, new: impl FnMut() -> T) -> &mut T {
        let nth = usize::from(cache.0);
        if nth > self.further.len() {
            self.further.resize_with(nth, new);
        }
        &mut self[cache]
    }

    /// The values with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (CacheId, &T)> {
        self.ids().zip(self.values())
    }

    /// The ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = CacheId> + use<T> {
        (0..=self.further.len() as u8).map(CacheId)
    }

    /// A table with the results of `each`.
    pub fn map<'a, U>(&'a self, mut each: impl FnMut(&'a T) -> U) -> ByCache<U> {
        ByCache { first: each(&self.first), further: self.further.iter().map(each).collect() }
    }
}

/// Panics if there is no such cache: ids come from the set-up.
impl<T> Index<CacheId> for ByCache<T> {
    type Output = T;

    #[inline]
    fn index(&self, cache: CacheId) -> &T {
        match cache.0 {
            0 => &self.first,
            nth => &self.further[usize::from(nth) - 1],
        }
    }
}

impl<T> IndexMut<CacheId> for ByCache<T> {
    #[inline]
    fn index_mut(&mut self, cache: CacheId) -> &mut T {
        match cache.0 {
            0 => &mut self.first,
            nth => &mut self.further[usize::from(nth) - 1],
        }
    }
}

impl<T: Digest> Digest for ByCache<T> {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self.first.digest(lens, sum);
        self.further.digest(lens, sum);
    }
}
