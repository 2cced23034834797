//! The state of a key: its entry compared with its row.

use crate::named::named;

named! {
    /// The cache against the database, for one key.
    #[derive(Default)]
    pub enum KeyState {
        /// The cache has no entry.
        #[default]
        Cold = "cold",
        /// Both hold what the same write made.
        InSync = "in sync",
        /// The entry is older than the row.
        Stale = "stale",
        /// The entry is newer than the row, and its write is on its way.
        Ahead = "ahead",
        /// The entry's value will never be in the database.
        Phantom = "phantom",
        /// The entry is a copy of another key's row.
        Foreign = "foreign",
        /// The entry is the cache's own, and no copy of a row.
        Own = "own",
    }
}

impl KeyState {
    /// Whether the cache says something else than the database.
    pub fn differs(self) -> bool {
        matches!(self, KeyState::Stale | KeyState::Ahead | KeyState::Phantom | KeyState::Foreign)
    }
}

/// How an entry came back that nobody has set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Back {
    #[default]
    No,
    /// With the cache's snapshot.
    Snapshot,
    /// Its node is asked for the key again.
    Asked,
}
