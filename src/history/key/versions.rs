//! The versions of a row that are remembered, by the write that made each.

use super::{KeyLedger, Made, Origin, Version};

impl KeyLedger {
    /// A version that the database has held, if it is remembered.
    pub fn version_of(&self, origin: Origin) -> Option<&Version> {
        // an origin that committed twice counts as its last
        self.versions.of(origin)
    }

    /// The newest version that holds the value of a write: perhaps one for which another write has
    /// written it back.
    pub fn version_with(&self, origin: Origin) -> Option<&Version> {
        match self.has_restored {
            false => self.version_of(origin),
            true => self.versions.iter().rev().find(|version| version.content == origin),
        }
    }

    /// What is known of a write that has reached the database, by itself or inside another one.
    pub fn came_before(&self, origin: Origin) -> Option<Made> {
        self.version_of(origin).map(Version::made).or_else(|| self.came_inside(origin))
    }

    /// What is known of a write that has reached the database inside another one.
    pub fn came_inside(&self, origin: Origin) -> Option<Made> {
        Some(self.absorbed.of(origin)?.made)
    }

    /// The last version that a write made before this one.
    pub fn version_before(&self, origin: Origin, version: i64) -> Option<&Version> {
        self.versions.all_of(origin).take_while(|own| own.version < version).last()
    }

    /// The versions before this one for which other writes have written the value of a write back.
    pub fn written_back(&self, origin: Origin, version: i64) -> impl Iterator<Item = &Version> {
        let all = if self.has_restored {
            self.versions.since(0)
        } else {
            self.versions.since(usize::MAX)
        };
        all.filter(move |each| {
            each.content == origin && each.origin != origin && each.version < version
        })
    }

    /// The versions remembered, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter()
    }

    /// The first version that contained a write, by itself or inside another one.
    pub fn first_version_with(&self, origin: Origin) -> Option<i64> {
        let own = self.versions.all_of(origin).next();
        let absorbed = || self.absorbed.all_of(origin).next()?.made.version;
        own.map(|version| version.version).or_else(absorbed)
    }

    /// The latest committed version.
    pub fn latest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// The first version committed after this write's.
    pub fn after(&self, origin: Origin) -> Option<&Version> {
        let at = self.versions.position(origin);
        at.map_or(self.versions.first(), |at| self.versions.get(at + 1))
    }
}
