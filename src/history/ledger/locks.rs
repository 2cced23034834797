//! Locks in a cache: an entry of a program's own that an operation adds and that no other one can
//! add while it is there. An entry that goes before its operation has ended is a lock that the next
//! one gets, too.

use super::*;

/// Who holds which lock, and who got one that another operation still held.
#[derive(Clone, Default)]
pub(super) struct Locks {
    /// The last operation that added each entry.
    holders: Greatest<Symbol, Holder>,
    /// By the operation that came second.
    twice: Greatest<OpId, Twice>,
}

#[derive(Clone, Copy)]
struct Holder {
    op: OpId,
    added: Cause,
}

/// A lock that two operations had.
#[derive(Clone, Copy)]
struct Twice {
    lock: Symbol,
    first: Holder,
    /// Why the entry was gone.
    gone: Cause,
    again: Cause,
}

impl Ledger {
    /// An operation that changes something has put an entry of the program's own into a cache that
    /// had none; `touched`: the last change before.
    pub(super) fn lock_added(
        &mut self,
        lock: Symbol,
        (op, cache): (OpId, CacheId),
        touched: Option<Cause>,
    ) {
        let added = Happening::Added { by: op, cache }.at(self.now.at_us);
        let first = self.locks.holders.get(lock).copied();
        if first.is_some_and(|first| first.op == op) {
            // a replica follows
            return;
        }
        if let Some(first) = first.filter(|first| self.open.get(first.op).is_some())
            && let Some(gone) = self.lock_gone(first, cache, touched)
        {
            self.locks.twice.insert(op, Twice { lock, first, gone, again: added });
        }
        self.locks.holders.insert(lock, Holder { op, added });
    }

    /// Why a cache no longer has an entry that an operation had added and not deleted.
    fn lock_gone(&self, first: Holder, cache: CacheId, touched: Option<Cause>) -> Option<Cause> {
        let since_us = first.added.at_us;
        match touched.filter(|touched| touched.at_us >= since_us) {
            Some(Cause { what: Happening::Invalidated { by, .. }, .. }) if by == first.op => None,
            Some(touched) => {
                let is_why = matches!(
                    touched.what,
                    Happening::Gone { .. } | Happening::Invalidated { found: true, .. }
                );
                is_why.then_some(touched)
            }
            None => self.taken_over(cache, since_us),
        }
    }

    /// How two operations came to hold one lock, one of which overwrote what the other had done.
    pub(super) fn lock_held_twice(
        &self,
        one: Origin,
        other: Origin,
        key: Symbol,
    ) -> impl Iterator<Item = Cause> {
        let both = [(one, other), (other, one)].map(|pair| (OpId::of(pair.0), OpId::of(pair.1)));
        let twice = both.into_iter().find_map(|(first, second)| {
            self.locks.twice.get(second).copied().filter(|twice| twice.first.op == first)
        });
        let links = twice.map(|Twice { lock, first, gone, again }| {
            let gone = match gone.what {
                Happening::Faulted { .. } => gone,
                _ => gone.of(lock, key),
            };
            [gone, first.added.of(lock, key), again.of(lock, key)]
        });
        links.into_iter().flatten()
    }
}
