//! The state of a key: its entry compared with its row.

use crate::named::named;

named! {
    /// The state of a cache against the database, for one key.
    #[derive(Default)]
    pub enum KeyState {
        /// The cache has no entry.
        #[default]
        Cold = "cold",
        /// Both hold the value of the same write.
        InSync = "in sync",
        /// The entry is older than the row.
        Stale = "stale",
        /// The entry is newer than the row, and its write is on its way.
        Ahead = "ahead",
        /// The entry's value will never be in the database.
        Phantom = "phantom",
        /// The entry is a copy of another key's row.
        Foreign = "foreign",
        /// The entry is the cache's own, not a copy of a row.
        Own = "own",
    }
}

impl KeyState {
    /// Whether cache and database disagree.
    pub fn differs(self) -> bool {
        matches!(self, KeyState::Stale | KeyState::Ahead | KeyState::Phantom | KeyState::Foreign)
    }
}

/// How an entry was restored without being set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Back {
    #[default]
    No,
    /// With the cache's snapshot.
    Snapshot,
    /// Its node serves the key again.
    Asked,
}
