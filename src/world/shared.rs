//! Parts that copies of a world share until one of them changes.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::digest::{Checksum, Digest, Lens};

/// A part of a world. A copy costs a pointer; the first change copies the part.
#[derive(Debug, Default)]
pub struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    pub fn new(part: T) -> Shared<T> {
        Shared(Arc::new(part))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        Shared(Arc::clone(&self.0))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T: Digest> Digest for Shared<T> {
    fn digest(&self, lens: &Lens, sum: &mut Checksum) {
        (**self).digest(lens, sum);
    }
}
