//! Entries and the rows from which they were made, whatever their keys.

use super::*;
use crate::history::key::EntryNow;
use crate::history::order::NOTHING;
use crate::history::write::OnItsWay;

use super::reads::RowPart;

impl Ledger {
    /// The state of a cache's entry of a key against the rows from which it was made: the worst, if
    /// there are several.
    pub(super) fn state_of(&self, account: &KeyLedger, id: CacheId, key: Symbol) -> KeyState {
        let Some(entry) = &account.caches[id].entry else { return KeyState::Cold };
        if account.declared.in_cache {
            return KeyState::Own;
        }
        let value = entry.value;
        let of_clients = account.is_of_clients();
        if value.is_literal() && !of_clients {
            return KeyState::Own;
        }
        let Some(parts) = self.parts_elsewhere(key, entry) else {
            return account.compare(id, key, &self.writes, &self.names);
        };
        if of_clients && !value.lineage.is_computed() && !account.declared.derived {
            return KeyState::Foreign;
        }
        let badness = |state: &KeyState| match state {
            KeyState::Phantom => 3,
            KeyState::Stale => 2,
            KeyState::Ahead => 1,
            _ => 0,
        };
        let states = parts.iter().map(|part| self.state_of_part(part));
        states.max_by_key(badness).unwrap_or(KeyState::Own)
    }

    fn state_of_part(&self, part: &RowPart) -> KeyState {
        let Some(account) = self.keys.get(part.key) else { return KeyState::Own };
        let origin = part.made.origin;
        let is_row = match account.row.filter(|_| !account.is_gone()) {
            Some(row) => {
                let newest = account.latest().filter(|it| it.content == row.value.origin);
                let is_newest = newest
                    .is_some_and(|it| it.origin == origin && part.made.version == Some(it.version));
                is_newest || row.value.origin == origin
            }
            None => origin == NOTHING || account.latest().is_none_or(|it| it.origin == origin),
        };
        if is_row {
            return KeyState::InSync;
        }
        let known = account.version_of(origin).is_some();
        match self.writes.on_its_way(part.key, origin).filter(|_| !known) {
            Some(OnItsWay::Alive) => KeyState::Ahead,
            Some(OnItsWay::Dead) => KeyState::Phantom,
            None => KeyState::Stale,
        }
    }

    /// The rows from which an entry was made; `None`: only its own row, or none.
    pub(super) fn parts_elsewhere(&self, key: Symbol, entry: &EntryNow) -> Option<Vec<RowPart>> {
        let value = entry.value;
        if value.is_literal() || value.lineage.row() == Some(key) {
            return None;
        }
        if !value.lineage.is_computed() && value.lineage.row().is_none() {
            self.writes.key_of(value.origin).filter(|wrote| *wrote != key)?;
        }
        let parts = self.parts(key, value);
        parts.iter().any(|part| part.key != key).then_some(parts)
    }

    /// Registers an entry with the rows from which it was made.
    pub(super) fn link_copies(&mut self, key: Symbol) {
        for part in self.parts_of_entry(key) {
            let copies = &mut self.at(part.key).copies;
            if part.key != key && !copies.contains(&key) {
                copies.push(key);
            }
        }
    }

    /// Unregisters an entry from the rows from which it was made.
    pub(super) fn unlink_copies(&mut self, key: Symbol) {
        for part in self.parts_of_entry(key) {
            self.at(part.key).copies.retain(|copy| *copy != key);
        }
    }

    fn parts_of_entry(&self, key: Symbol) -> Vec<RowPart> {
        let entries = self.keys.get(key).into_iter().flat_map(|account| account.entries());
        entries.filter_map(|entry| self.parts_elsewhere(key, entry)).flatten().collect()
    }

    /// The rows, other than its own, from which a key's entry in a cache was made.
    pub fn rows_behind(&self, key: Symbol, id: CacheId) -> Vec<Symbol> {
        let account = self.keys.get(key);
        let entry = account.and_then(|account| account.caches.get(id)?.entry.as_ref());
        let parts = entry.and_then(|entry| self.parts_elsewhere(key, entry)).unwrap_or_default();
        parts.iter().map(|part| part.key).filter(|row| *row != key).collect()
    }

    /// The row with which a key's entry in a cache is compared: its own, or the one that makes it
    /// differ.
    pub fn row_behind(&self, key: Symbol, id: CacheId) -> Option<RowNow> {
        let account = self.keys.get(key)?;
        let is_foreign =
            account.caches.get(id).is_some_and(|cache| cache.state == KeyState::Foreign);
        let blamed = self.to_blame(key, account, id).filter(|_| !is_foreign);
        blamed.map_or(account.row, |part| self.keys.get(part.key)?.row)
    }

    /// The row that makes an entry differ: its own, or the first row that has the entry's state.
    pub(super) fn to_blame(
        &self,
        key: Symbol,
        account: &KeyLedger,
        id: CacheId,
    ) -> Option<RowPart> {
        let cache = account.caches.get(id)?;
        let parts = self.parts_elsewhere(key, cache.entry.as_ref()?)?;
        let is_it = |part: &&RowPart| match cache.state {
            KeyState::Foreign => part.key != key,
            state => self.state_of_part(part) == state,
        };
        parts.iter().find(is_it).copied()
    }
}
