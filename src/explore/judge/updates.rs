//! Values that are made of a row: what they were made without, and what is written back.

use std::collections::BTreeSet;

use super::*;
use crate::store::database::Commit;

impl Judge {
    /// A statement of an operation has read a row. That a write has found none is remembered as long
    /// as it may write what it makes of that.
    pub(super) fn loaded(&mut self, op: OpId, key: Symbol, origin: Origin, world: &World) {
        let version = self.row_of(key).map_or(0, |row| self.operations[row].version);
        let is_gone = origin == Origin::INITIAL && world.database().read(key).is_none();
        let is_kept = world.setup().computes_values();
        if let Some(own) = self.of(op.origin()).filter(|own| own.key == key) {
            let writes = own.kind.writes() && own.standing == Standing::Running;
            own.found_nothing = (is_kept && writes && is_gone).then_some(version);
        }
    }

    /// The request that writes a value of its row again which another write made, or which was there
    /// at the start, by its position.
    pub(super) fn writes_back(&self, op: OpId, commit: &Commit, world: &World) -> Option<usize> {
        let Commit { key, value, added, .. } = *commit;
        let at = position(op.origin())?;
        let own = self.operations.get(at).filter(|own| own.key == key && own.kind.writes())?;
        let made_by_other = own.kind.writes() && value.origin != op.origin() && !added;
        let was_there = match position(value.origin) {
            None => commit.is_written_back() && initial(key, world) == Some(value.scalar),
            Some(made) => {
                self.operations.get(made).is_some_and(|made| made.key == key && made.version > 0)
            }
        };
        (made_by_other && !value.is_none() && was_there).then_some(at)
    }

    /// A request has written a value of the row back.
    pub(super) fn restore(&mut self, at: usize, commit: Commit, world: &World) {
        let Commit { key, value, version, .. } = commit;
        self.overwrite(at, (key, value), self.row_of(key), world);
        self.settle(at);
        self.operations[at].version = version;
        self.hold(Row { key, write: at as u8, is_update: true });
        let content = Place::made_by(position(value.origin));
        self.restored.retain(|each| (each.key, each.content) != (key, content));
        let restored = Restored { key, content, by: at as u8 };
        let place = self.restored.partition_point(|each| *each < restored);
        self.restored.insert(place, restored);
    }

    /// Whose a value of a key is, now that it may have been written back.
    pub(super) fn holder(&self, key: Symbol, place: Place) -> Place {
        let is_it = |each: &&Restored| (each.key, each.content) == (key, place);
        self.restored.iter().find(is_it).map_or(place, |each| Place::Of(each.by))
    }

    /// Whether a value is what a write has written and then replaced by an older one.
    pub(super) fn is_undone(&self, key: Symbol, value: Datum) -> Option<u8> {
        let at = position(value.origin)? as u8;
        let own = Place::Of(at);
        let is_it = |each: &Restored| each.key == key && each.by == at && each.content != own;
        let is_there = self.holder(key, own) == own;
        (is_there && self.restored.iter().any(is_it)).then_some(at)
    }

    /// A value is committed that was made of the row, or of there being none: it lacks every write
    /// that came to the row in between. A later value may contain that write after all.
    pub(super) fn overwrite(
        &mut self,
        by: usize,
        (key, value): (Symbol, Datum),
        before: Option<usize>,
        world: &World,
    ) {
        self.operations[by].is_overwritten = false;
        let found_nothing = self.operations[by].found_nothing.take();
        let (mut base, mut within) = (None, BTreeSet::from([by]));
        let mut adds = false;
        world.names().lineages().walk(value, FAR, |Parent { origin, row }| {
            let made = position(origin).filter(|at| *at < self.operations.len());
            let row_of = row.or(made.map(|at| self.operations[at].key));
            if row_of.is_some_and(|row| row != key) {
                return true;
            }
            let mut know = |place: Place| {
                let version = match place {
                    Place::Initial => 0,
                    Place::Of(at) => self.operations[usize::from(at)].version,
                };
                if let Place::Of(at) = place {
                    within.insert(usize::from(at));
                }
                if row.is_some() || place != Place::Of(by as u8) && version > 0 {
                    base = base.max(Some(version));
                }
            };
            let place = Place::made_by(made);
            know(place);
            if self.holder(key, place) != place {
                know(self.holder(key, place));
            }
            adds |= made.is_some_and(|at| self.operations[at].kind == Kind::Increment);
            true
        });
        within.iter().for_each(|at| self.operations[*at].is_overwritten = false);
        if value.lineage.is_computed() {
            base = base.or(found_nothing);
        }
        let is_update = base.is_some() || adds && value.lineage.is_computed();
        let Some(last) = before.filter(|before| is_update && !within.contains(before)) else {
            return;
        };
        let (base, last) = (base.unwrap_or(0), self.operations[last].version);
        for (at, own) in self.operations.iter_mut().enumerate() {
            let is_lost = own.version > base && own.version <= last && !within.contains(&at);
            own.is_overwritten |= own.key == key && own.kind.writes() && is_lost;
        }
    }
}
