//! Tables over a moving window of ids: items are added at one end and removed, mostly in order, at
//! the other. Memory is proportional to the span between them.

use std::collections::VecDeque;

use crate::store::paged::Page;

/// A map from item ids to `T`, in pages that clones share.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Window<T> {
    /// Neither the first page nor the last is ever empty.
    pages: VecDeque<Page<T>>,
    /// The number of the first page; 0 if there is none.
    first: u32,
    len: usize,
}

impl<T: Clone> Window<T> {
    pub const fn new() -> Window<T> {
        Window { pages: VecDeque::new(), first: 0, len: 0 }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn get(&self, id: u32) -> Option<&T> {
        self.pages.get(self.page_of(id)?)?.get(id)
    }

    pub fn get_mut(&mut self, id: u32) -> Option<&mut T> {
        let page = self.page_of(id)?;
        self.pages.get_mut(page)?.get_mut(id)
    }

    /// Adds a value at the end: `id` is higher than any before.
    pub fn push(&mut self, id: u32, value: T) {
        if self.pages.is_empty() {
            self.first = id / 64;
        }
        let page = (id / 64 - self.first) as usize;
        if page >= self.pages.len() {
            self.pages.resize_with(page + 1, || Page::EMPTY);
        }
        self.pages[page].insert(id, value);
        self.len += 1;
    }

    pub fn remove(&mut self, id: u32) -> Option<T> {
        let page = self.page_of(id)?;
        let removed = self.pages.get_mut(page)?.remove(id)?;
        self.len -= 1;
        while self.pages.back().is_some_and(Page::is_empty) {
            self.pages.pop_back();
        }
        while self.pages.front().is_some_and(Page::is_empty) {
            self.pages.pop_front();
            self.first += 1;
        }
        if self.pages.is_empty() {
            self.first = 0;
        }
        Some(removed)
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.pages.iter().zip(self.first..).flat_map(|(page, number)| {
            page.iter().map(move |(at, value)| (number * 64 + at, value))
        })
    }

    fn page_of(&self, id: u32) -> Option<usize> {
        Some((id / 64).checked_sub(self.first)? as usize)
    }
}

/// A set of item ids with fast access to the first.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Ids {
    /// A bit for each id. Neither the first word nor the last is ever zero.
    words: VecDeque<u64>,
    /// The number of the first word; 0 if there is none.
    first: u32,
}

impl Ids {
    pub const fn new() -> Ids {
        Ids { words: VecDeque::new(), first: 0 }
    }

    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn first(&self) -> Option<u32> {
        self.words.front().map(|word| self.first * 64 + word.trailing_zeros())
    }

    pub fn insert(&mut self, id: u32) {
        let word = id / 64;
        if self.words.is_empty() {
            self.first = word;
        }
        while word < self.first {
            self.words.push_front(0);
            self.first -= 1;
        }
        let word = (word - self.first) as usize;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (id % 64);
    }

    pub fn remove(&mut self, id: u32) {
        let word = (id / 64).checked_sub(self.first);
        let Some(word) = word.and_then(|word| self.words.get_mut(word as usize)) else { return };
        *word &= !(1 << (id % 64));
        while self.words.back() == Some(&0) {
            self.words.pop_back();
        }
        while self.words.front() == Some(&0) {
            self.words.pop_front();
            self.first += 1;
        }
        if self.words.is_empty() {
            self.first = 0;
        }
    }
}
