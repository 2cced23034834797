//! The state of a key: its entry compared with its row.

/// Cache against database, for one key, at one instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyState {
    /// The cache has no entry.
    #[default]
    Cold,
    /// Both hold what the same write made.
    InSync,
    /// The entry is older than the row.
    Stale,
    /// The entry is newer than the row, and its write is on its way.
    Ahead,
    /// The entry's value will never be in the database.
    Phantom,
}

impl KeyState {
    /// Its name in a report.
    pub fn name(self) -> &'static str {
        match self {
            KeyState::Cold => "cold",
            KeyState::InSync => "in sync",
            KeyState::Stale => "stale",
            KeyState::Ahead => "ahead",
            KeyState::Phantom => "phantom",
        }
    }

    /// Whether the cache says something else than the database.
    pub fn differs(self) -> bool {
        matches!(self, KeyState::Stale | KeyState::Ahead | KeyState::Phantom)
    }
}
