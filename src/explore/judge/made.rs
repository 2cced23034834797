//! The rows of which values were made that stand under other keys.

use super::*;

/// A row of which a value was made, or a key whose operation went into it, with the newest write
/// that the value knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Part {
    pub key: Symbol,
    pub place: Place,
}

impl Judge {
    /// The rows of which a value under this key was made; `None`: of its own row alone, or of
    /// nothing.
    pub(super) fn made_elsewhere(
        &self,
        key: Symbol,
        value: Datum,
        world: &World,
    ) -> Option<Vec<Part>> {
        let is_own = value.is_literal()
            || value.lineage.row() == Some(key)
            || !world.setup().computes_values();
        if is_own {
            return None;
        }
        let parts = self.parts(key, value, world);
        parts.iter().any(|part| part.key != key).then_some(parts)
    }

    /// Whether a value under this key is a copy of another row, and not declared to be one.
    pub(super) fn is_foreign(
        &self,
        key: Symbol,
        value: Datum,
        world: &World,
        declared: &dyn Fn(Symbol) -> Declared,
    ) -> bool {
        !value.lineage.is_computed()
            && !declared(key).derived
            && self.made_elsewhere(key, value, world).is_some()
    }

    /// Every row of which a value was made, with the newest write of it that the value knows.
    fn parts(&self, key: Symbol, value: Datum, world: &World) -> Vec<Part> {
        let mut known: Vec<Part> = Vec::new();
        world.names().lineages().walk(value, FAR, |Parent { origin, row }| {
            let made = position(origin).filter(|at| *at < self.operations.len());
            let key = row.or(made.map(|at| self.operations[at].key)).unwrap_or(key);
            known.push(Part { key, place: self.holder(key, Place::made_by(made)) });
            true
        });
        known.sort_unstable();
        known.dedup();
        let of_one_row = known.chunk_by(|one, other| one.key == other.key);
        of_one_row.filter_map(|parts| self.newest(parts)).collect()
    }

    /// The newest of several writes of a row; of several that overlap, the later one.
    fn newest(&self, parts: &[Part]) -> Option<Part> {
        let is_last = |part: &&Part| !parts.iter().any(|it| self.is_newer(it.place, part.place));
        parts.iter().rev().find(is_last).or(parts.last()).copied()
    }

    /// Whether the database's row is not the one that a part says.
    pub(super) fn is_behind(&self, part: Part, world: &World) -> bool {
        match world.database().read(part.key) {
            Some(row) => {
                let place = Place::made_by(position(row.value.origin));
                self.holder(part.key, place) != part.place
            }
            // what there never was is known to be absent
            None => part.place != Place::Initial || initial(part.key, world).is_some(),
        }
    }
}

impl Place {
    /// That of the write at a position; `None`: the value was there at the start.
    pub(super) fn made_by(at: Option<usize>) -> Place {
        at.map_or(Place::Initial, |at| Place::Of(at as u8))
    }
}
