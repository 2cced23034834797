//! Parts of a state that copies share until one of them changes its part.

use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering, fence};

use crate::digest::{Digest, Lens, Sum};

/// A shared part of a state. A copy costs a pointer; the first change copies the part.
///
/// In a plain run nothing is shared, and an event changes about nine parts. So it does not use
/// [`Arc::make_mut`], which locks the count of weak pointers each time: without weak pointers, one
/// read of the strong count is enough.
#[derive(Debug, Default)]
pub struct Shared<T>(
    /// It has no weak pointers.
    Arc<Part<T>>,
);

#[derive(Debug, Default)]
struct Part<T> {
    content: T,
    /// The digest of the content, for a [`Lens`] that stays the same; 0: it is not known.
    digest: AtomicU64,
}

impl<T> Shared<T> {
    pub fn new(content: T) -> Shared<T> {
        Shared(Arc::new(Part { content, digest: AtomicU64::new(0) }))
    }

    /// Whether no copy shares this part.
    #[inline]
    pub fn is_alone(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    /// Whether two copies still share this part.
    #[cfg(test)]
    pub fn is_one_with(&self, other: &Shared<T>) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T: Clone> Shared<T> {
    #[cold]
    fn part_from_copies(&mut self) {
        *self = Shared::new(self.0.content.clone());
    }
}

impl<T> Clone for Shared<T> {
    #[inline]
    fn clone(&self) -> Shared<T> {
        Shared(Arc::clone(&self.0))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0.content
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        if !self.is_alone() {
            self.part_from_copies();
        }
        // what another thread did with its copy, before it dropped it, has happened
        fence(Ordering::Acquire);
        // SAFETY: this is the only pointer to the part. Its count is 1, and nobody can
        // make it more while `self` is borrowed: a copy is only made of `self`, and a
        // weak pointer never.
        let part = unsafe { &mut *Arc::as_ptr(&self.0).cast_mut() };
        *part.digest.get_mut() = 0;
        &mut part.content
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Shared<T>) -> bool {
        **self == **other
    }
}
impl<T: Eq> Eq for Shared<T> {}
impl<T: Hash> Hash for Shared<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: Digest> Digest for Shared<T> {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        sum.shared(&self.0.content, &self.0.digest, lens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_change_parts_a_copy_and_the_next_does_not() {
        let mut one = Shared::new(vec![1]);
        let copy = one.clone();
        assert!(one.is_one_with(&copy));
        one.push(2);
        assert_eq!((&*one, &*copy), (&vec![1, 2], &vec![1]));
        let before = one.as_ptr();
        one[0] = 5;
        assert_eq!((one.as_ptr(), &*one), (before, &vec![5, 2]));
    }

    #[test]
    fn the_last_copy_is_changed_in_place() {
        let one = Shared::new(vec![1]);
        let mut copy = one.clone();
        drop(one);
        let before = copy.as_ptr();
        copy[0] = 2;
        assert_eq!((copy.as_ptr(), &*copy), (before, &vec![2]));
    }
}
