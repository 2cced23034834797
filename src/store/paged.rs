//! A table indexed by symbols, in pages that clones share.
//!
//! Symbols are small consecutive numbers, so a table needs no hashing: a page of 64 symbols is
//! found by division, the value in it by counting bits. A page stores only the values present, side
//! by side, so that memory, copies and iterations cost what the live values cost. Cloning a table
//! copies one pointer for each page; the first write to a shared page copies that page.

mod page;

pub(super) use page::Page;

use crate::digest::{Digest, Lens, Sum};
use crate::strategy::value::Symbol;

/// A map from [`Symbol`] to `T`, ordered by symbol.
///
/// Tables with the same contents are equal and hash alike, whatever their past.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Paged<T> {
    /// The last page is never empty.
    pages: Vec<Page<T>>,
    len: usize,
}

impl<T> Paged<T> {
    /// An empty table.
    pub const fn new() -> Paged<T> {
        Paged { pages: Vec::new(), len: 0 }
    }

    /// The number of symbols with a value.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no symbol has a value.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value of a symbol.
    #[inline]
    pub fn get(&self, key: Symbol) -> Option<&T> {
        self.pages.get(page_of(key))?.get(key.0)
    }

    /// Whether a symbol has a value.
    pub fn contains(&self, key: Symbol) -> bool {
        self.get(key).is_some()
    }

    /// Every symbol with a value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &T)> {
        self.pages.iter().zip((0..).step_by(64)).flat_map(|(page, first)| {
            page.iter().map(move |(at, value)| (Symbol(first + at), value))
        })
    }

    /// Every symbol with a value, in order, without the values.
    pub fn keys(&self) -> impl Iterator<Item = Symbol> {
        self.iter().map(|(key, _)| key)
    }
}

impl<T: Clone> Paged<T> {
    /// The value of a symbol, to be changed. Copies the page if a clone shares it.
    #[inline]
    pub fn get_mut(&mut self, key: Symbol) -> Option<&mut T> {
        self.pages.get_mut(page_of(key))?.get_mut(key.0)
    }

    /// Sets the value of a symbol, and returns the previous one.
    pub fn insert(&mut self, key: Symbol, value: T) -> Option<T> {
        if let Some(held) = self.get_mut(key) {
            return Some(std::mem::replace(held, value));
        }
        let page = page_of(key);
        if page >= self.pages.len() {
            self.pages.resize_with(page + 1, || Page::EMPTY);
        }
        self.pages[page].insert(key.0, value);
        self.len += 1;
        None
    }

    /// Removes the value of a symbol, and returns it.
    pub fn remove(&mut self, key: Symbol) -> Option<T> {
        let removed = self.pages.get_mut(page_of(key))?.remove(key.0)?;
        self.len -= 1;
        while self.pages.last().is_some_and(Page::is_empty) {
            self.pages.pop();
        }
        Some(removed)
    }

    /// Removes every value.
    pub fn clear(&mut self) {
        *self = Paged::new();
    }
}

impl<T> Default for Paged<T> {
    fn default() -> Paged<T> {
        Paged::new()
    }
}

impl<T: Clone> FromIterator<(Symbol, T)> for Paged<T> {
    fn from_iter<I: IntoIterator<Item = (Symbol, T)>>(items: I) -> Paged<T> {
        let mut table = Paged::new();
        for (key, value) in items {
            table.insert(key, value);
        }
        table
    }
}

#[inline]
fn page_of(key: Symbol) -> usize {
    key.0 as usize / 64
}

impl<T: Digest> Digest for Paged<T> {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self.len.digest(lens, sum);
        for (key, value) in self.iter() {
            key.digest(lens, sum);
            value.digest(lens, sum);
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod tests;
