//! `with lock(key):` inside one process.
//!
//! After Python's `threading.Lock`: not re-entrant, so a holder that asks again waits for itself
//! for ever. Unlike in Python, where the operating system chooses, waiters are served first come,
//! first served.

use std::collections::{BTreeMap, VecDeque};
use std::hash::Hash;

use crate::strategy::value::Symbol;

/// The locks of one process; `H` identifies holders.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Locks<H>(BTreeMap<Symbol, Lock<H>>);

/// A lock that is held, and its waiters.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Lock<H> {
    holder: H,
    waiting: VecDeque<H>,
}

impl<H: Copy + Eq + Ord + Hash> Locks<H> {
    /// No lock is held.
    pub fn new() -> Locks<H> {
        Locks(BTreeMap::new())
    }

    /// Acquires the lock of a key: true. False if it is held (perhaps by `holder` itself): `holder`
    /// waits in line.
    pub fn acquire(&mut self, key: Symbol, holder: H) -> bool {
        match self.0.get_mut(&key) {
            Some(lock) => {
                lock.waiting.push_back(holder);
                false
            }
            None => {
                self.0.insert(key, Lock { holder, waiting: VecDeque::new() });
                true
            }
        }
    }

    /// Releases the lock of a key, and returns its new holder. Nothing happens if `holder` does not
    /// hold it.
    pub fn release(&mut self, key: Symbol, holder: H) -> Option<H> {
        let lock = self.0.get_mut(&key)?;
        if lock.holder != holder {
            return None;
        }
        match lock.waiting.pop_front() {
            Some(next) => {
                lock.holder = next;
                Some(next)
            }
            None => {
                self.0.remove(&key);
                None
            }
        }
    }

    /// Stops waiting for the lock of a key.
    pub fn leave_line(&mut self, key: Symbol, waiter: H) {
        if let Some(lock) = self.0.get_mut(&key) {
            lock.waiting.retain(|each| *each != waiter);
        }
    }

    /// `holder` has ended: releases every lock that it holds, and removes it from every line.
    /// Returns the new holders, in the order of keys.
    pub fn drop_holder(&mut self, holder: H) -> Vec<H> {
        let mut woken = Vec::new();
        self.0.retain(|_, lock| {
            lock.waiting.retain(|&waiter| waiter != holder);
            if lock.holder != holder {
                return true;
            }
            let next = lock.waiting.pop_front();
            if let Some(next) = next {
                lock.holder = next;
                woken.push(next);
            }
            next.is_some()
        });
        woken
    }

    /// The process crashed: no lock is held.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The holder of a key's lock.
    pub fn holder(&self, key: Symbol) -> Option<H> {
        self.0.get(&key).map(|lock| lock.holder)
    }

    /// Every held lock: its key, its holder, and the number of waiters.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, H, usize)> {
        self.0.iter().map(|(&key, lock)| (key, lock.holder, lock.waiting.len()))
    }

    /// Every held lock, with its holder followed by the waiters.
    pub fn lines(&self) -> impl Iterator<Item = (Symbol, impl Iterator<Item = H>)> {
        let line = |lock: &Lock<H>| std::iter::once(lock.holder).chain(lock.waiting.clone());
        self.0.iter().map(move |(&key, lock)| (key, line(lock)))
    }

    /// The number of held locks.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no lock is held.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<H: Copy + Eq + Ord + Hash> Default for Locks<H> {
    fn default() -> Locks<H> {
        Locks::new()
    }
}

#[cfg(test)]
mod tests;
