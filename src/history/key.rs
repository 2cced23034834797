//! One key: what each store holds of it, and what its clients were told.

use std::collections::VecDeque;

use crate::identity::OpId;
use crate::strategy::value::{Datum, Origin, Scalar};
use crate::time::Micros;

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

/// What the cache holds of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EntryNow {
    pub value: Datum,
    pub version: Option<i64>,
    pub set_us: Micros,
    /// Who set it.
    pub by: OpId,
    pub expires_us: Option<Micros>,
    /// The end of its grace.
    pub gone_us: Option<Micros>,
}

/// What the database holds of a key; a deleted row is a value of `None`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RowNow {
    pub value: Datum,
    pub version: i64,
    pub committed_us: Micros,
}

/// A committed version, as long as a read may still return it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Version {
    pub origin: Origin,
    pub version: i64,
    /// the row was deleted
    pub none: bool,
    pub committed_us: Micros,
    /// When its client asked for it.
    pub started_us: Micros,
    /// When its client learned of it; `None`: not yet.
    pub acked_us: Option<Micros>,
}

/// How many versions of one key are remembered. A read that returns an older
/// one is at least so many versions behind.
pub const VERSIONS: usize = 32;

/// Everything that is known of one key.
#[derive(Clone, Debug, Default)]
pub struct KeyLedger {
    pub entry: Option<EntryNow>,
    pub row: Option<RowNow>,
    /// The latest versions, oldest first.
    pub versions: VecDeque<Version>,
    /// Acknowledged writes that the database does not hold, with the instants
    /// of their start and their acknowledgement.
    pub pending: Vec<(Origin, Micros, Micros)>,
    pub state: KeyState,
    pub since_us: Micros,
    /// Loads of it that are under way at the database.
    pub loads: u32,
}

/// The acknowledged writes that a read missed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Missed {
    pub newest: Origin,
    /// When the first of them was acknowledged.
    pub since_us: Micros,
    /// How many versions lie between; at least.
    pub behind: u32,
}

impl KeyLedger {
    /// A version that the database has held, if it is remembered.
    pub fn version_of(&self, origin: Origin) -> Option<&Version> {
        // from the back: an origin that committed twice counts as its last
        self.versions.iter().rev().find(|version| version.origin == origin)
    }

    /// A commit.
    pub fn commit(&mut self, version: Version) {
        if self.versions.len() >= VERSIONS {
            self.versions.pop_front();
        }
        self.versions.push_back(version);
    }

    /// What a read that began at `began_us` and returned `value` missed: the
    /// newer writes that had been acknowledged by then.
    ///
    /// Among committed writes, newer is what has the higher version. A write
    /// that the database does not hold (yet, or any more) is newer than one
    /// that had ended before it began.
    pub fn missed(&self, value: Datum, began_us: Micros) -> Option<Missed> {
        let returned = self.returned(value);
        let acked =
            |version: &&Version| version.acked_us.is_some_and(|acked_us| acked_us <= began_us);
        // versions only go up: from the back, until one is not newer
        let newer = self.versions.iter().rev().take_while(|each| each.version > returned.version);
        let mut missed: Option<Missed> = None;
        for version in newer.filter(acked) {
            let acked_us = version.acked_us.unwrap_or(began_us);
            let found = missed.get_or_insert(Missed {
                newest: version.origin,
                since_us: acked_us,
                behind: 0,
            });
            found.since_us = found.since_us.min(acked_us);
            found.behind =
                found.behind.max((version.version - returned.version).unsigned_abs() as u32);
        }
        for &(origin, started_us, acked_us) in &self.pending {
            let after = returned.acked_us.is_some_and(|returned_us| returned_us <= started_us);
            if origin != value.origin && after && acked_us <= began_us {
                let found =
                    missed.get_or_insert(Missed { newest: origin, since_us: acked_us, behind: 0 });
                found.newest = origin;
                found.since_us = found.since_us.min(acked_us);
                found.behind += 1;
            }
        }
        missed
    }

    /// The version that a value is.
    fn returned(&self, value: Datum) -> Version {
        let known = match value.scalar {
            // no value: the last deletion, or before the first write
            Scalar::None => self.versions.iter().rev().find(|version| version.none),
            _ => self.version_of(value.origin),
        };
        known.copied().unwrap_or_else(|| Version {
            origin: value.origin,
            // older than all that is remembered
            version: self.versions.front().map_or(0, |oldest| oldest.version - 1),
            none: false,
            committed_us: 0,
            started_us: 0,
            acked_us: Some(0),
        })
    }

    /// What the cache's entry is against the database's row. `way` says what is
    /// known of the write that made it, where that has not committed.
    pub fn compare(&self, way: Option<OnItsWay>) -> KeyState {
        let Some(entry) = &self.entry else { return KeyState::Cold };
        let origin = entry.value.origin;
        let row = self.row.map(|row| (row.value.origin, row.value.scalar));
        match (row, way) {
            (Some((row, _)), _) if row == origin => KeyState::InSync,
            // a mark of a strategy's own that there is no row
            (None, None) => KeyState::InSync,
            (_, Some(OnItsWay::Alive)) => KeyState::Ahead,
            (_, Some(OnItsWay::Dead)) => KeyState::Phantom,
            (Some(_), None) => KeyState::Stale,
        }
    }
}

/// A write that the database does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnItsWay {
    /// A task or a queue still has it.
    Alive,
    /// Nobody has it who could bring it there.
    Dead,
}
