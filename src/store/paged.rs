//! A table indexed by symbols, in pages that clones share.
//!
//! Symbols are small consecutive numbers, so a table needs no hashing: a page
//! of 64 symbols is found by division, the value in it by counting bits. A page
//! keeps only the values that are there, side by side, so that memory, a copy
//! and an iteration cost what the live values cost. Cloning a table copies one
//! pointer for each page; the first write to a shared page copies that page.

use std::rc::Rc;

use crate::strategy::value::Symbol;

/// A map from [`Symbol`] to `T`, ordered by symbol.
///
/// Equal contents are equal and hash alike, whatever was there before.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Paged<T> {
    /// The last page is never empty.
    pages: Vec<Page<T>>,
    len: usize,
}

/// 64 neighbouring symbols.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Page<T> {
    /// Bit `i` is set where the page's symbol `i` has a value.
    used: u64,
    /// One value for each set bit, lowest first; `None` where no bit is set.
    values: Option<Rc<Vec<T>>>,
}

impl<T> Paged<T> {
    /// An empty table.
    pub const fn new() -> Paged<T> {
        Paged { pages: Vec::new(), len: 0 }
    }

    /// How many symbols have a value.
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
        let (page, bit) = place(key);
        let page = self.pages.get(page)?;
        if page.used & bit == 0 {
            return None;
        }
        page.values.as_ref()?.get(page.rank(bit))
    }

    /// Whether a symbol has a value.
    pub fn contains(&self, key: Symbol) -> bool {
        self.get(key).is_some()
    }

    /// Every symbol that has a value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &T)> {
        self.pages.iter().enumerate().flat_map(|(at, page)| {
            let values = page.values.iter().flat_map(|values| values.iter());
            bits(page.used)
                .zip(values)
                .map(move |(bit, value)| (Symbol((at * 64) as u32 + bit), value))
        })
    }

    /// Every symbol that has a value, in order, without the values.
    pub fn keys(&self) -> impl Iterator<Item = Symbol> {
        self.iter().map(|(key, _)| key)
    }
}

impl<T: Clone> Paged<T> {
    /// The value of a symbol, to be changed. Copies the page where a clone shares it.
    #[inline]
    pub fn get_mut(&mut self, key: Symbol) -> Option<&mut T> {
        let (page, bit) = place(key);
        let page = self.pages.get_mut(page)?;
        if page.used & bit == 0 {
            return None;
        }
        let at = page.rank(bit);
        Rc::make_mut(page.values.as_mut()?).get_mut(at)
    }

    /// Gives a symbol a value, and returns the one it had.
    pub fn insert(&mut self, key: Symbol, value: T) -> Option<T> {
        if let Some(held) = self.get_mut(key) {
            return Some(std::mem::replace(held, value));
        }
        let (at, bit) = place(key);
        if at >= self.pages.len() {
            self.pages.resize_with(at + 1, || Page { used: 0, values: None });
        }
        let page = &mut self.pages[at];
        let rank = page.rank(bit);
        Rc::make_mut(page.values.get_or_insert_default()).insert(rank, value);
        page.used |= bit;
        self.len += 1;
        None
    }

    /// Takes a symbol's value away, and returns it.
    pub fn remove(&mut self, key: Symbol) -> Option<T> {
        let (at, bit) = place(key);
        let page = self.pages.get_mut(at)?;
        if page.used & bit == 0 {
            return None;
        }
        let rank = page.rank(bit);
        let removed = Rc::make_mut(page.values.as_mut()?).remove(rank);
        page.used &= !bit;
        self.len -= 1;
        if page.used == 0 {
            page.values = None;
            while self.pages.last().is_some_and(|page| page.used == 0) {
                self.pages.pop();
            }
        }
        Some(removed)
    }

    /// Takes every value away.
    pub fn clear(&mut self) {
        *self = Paged::new();
    }
}

impl<T> Page<T> {
    /// How many values stand before that of `bit`.
    #[inline]
    fn rank(&self, bit: u64) -> usize {
        (self.used & (bit - 1)).count_ones() as usize
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

/// The page of a symbol, and its bit there.
#[inline]
fn place(key: Symbol) -> (usize, u64) {
    (key.0 as usize / 64, 1 << (key.0 % 64))
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod tests;
