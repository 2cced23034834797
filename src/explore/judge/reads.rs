//! Properties of what reads return.

use super::made::Part;
use super::*;

impl Judge {
    /// A read has returned a value.
    pub(super) fn returned(
        &mut self,
        at: usize,
        value: Datum,
        world: &World,
        asked: Properties,
        broken: &mut Properties,
    ) {
        let Operation { key, before, .. } = self.operations[at];
        let Some(parts) = self.made_elsewhere(key, value, world) else {
            if let Some(own) = self.of(value.origin).filter(|own| own.key == key) {
                own.show();
            }
            let places = self.places(key, value, world);
            if self.is_undone(key, value).is_some_and(|by| before & 1 << by != 0) {
                broken.add(Property::NoStaleRead);
            }
            return self.promises(at, key, before, &places, asked, broken);
        };
        for Part { key, place } in parts {
            if let Place::Of(made) = place {
                self.operations[usize::from(made)].show();
            }
            if place != Place::Initial || !self.is_deleted(key) {
                self.promises(at, key, before, &[place], asked, broken);
            }
        }
    }

    /// What a read has returned of a key, its own or that of a row of which its value was made, is
    /// from one of these writes; empty: unknown, so that nothing can be concluded.
    fn promises(
        &mut self,
        at: usize,
        key: Symbol,
        before: u64,
        places: &[Place],
        asked: Properties,
        broken: &mut Properties,
    ) {
        let client = self.operations[at].client;
        let Some(&first) = places.first() else { return };
        let misses = |newer: u8| places.iter().all(|place| self.is_newer(Place::Of(newer), *place));
        let is_known =
            |each: u8| before & 1 << each != 0 && self.operations[usize::from(each)].key == key;
        if (0..MOST_OPERATIONS as u8).any(|each| is_known(each) && misses(each)) {
            broken.add(Property::NoStaleRead);
        }
        let sessions = [Property::ReadYourWrites, Property::MonotonicReads];
        if !sessions.iter().any(|property| asked.has(*property)) {
            return;
        }
        let Session { seen, wrote, .. } = self.session(client, key);
        if wrote.is_some_and(misses) {
            broken.add(Property::ReadYourWrites);
        }
        if asked.has(Property::MonotonicReads) {
            if seen.is_some_and(|seen| places.iter().all(|place| self.is_newer(seen, *place))) {
                broken.add(Property::MonotonicReads);
            }
            if places.len() == 1 {
                self.session_mut(client, key).seen = Some(first);
            }
        }
    }

    /// Whether a copy of another row shows a client nothing of its own write: it does if it looks
    /// like a version of the key that is no older.
    pub(super) fn misses_own(&self, read: &Operation, value: Datum, world: &World) -> bool {
        let Operation { client, key, .. } = *read;
        let Some(wrote) = self.session(client, key).wrote else { return false };
        let looks_like = |each: &Operation| {
            let is_version = each.key == key && each.kind == Kind::Write && each.is_settled;
            is_version && each.value == value.scalar
        };
        let all = self.operations.iter().enumerate();
        let alike = all.filter(|(_, each)| looks_like(each)).map(|(at, _)| Place::Of(at as u8));
        let initial = (initial(key, world) == Some(value.scalar)).then_some(Place::Initial);
        alike.chain(initial).all(|place| self.is_newer(Place::Of(wrote), place))
    }

    /// The writes that a returned value may come from; empty: unknown, so that nothing can be
    /// concluded.
    fn places(&self, key: Symbol, value: Datum, world: &World) -> Vec<Place> {
        let initial = initial(key, world);
        if value.is_none() {
            let all = self.deletions(key).map(|at| Place::Of(at as u8));
            return all.chain(initial.is_none().then_some(Place::Initial)).collect();
        }
        match position(value.origin) {
            None if initial == Some(value.scalar) => vec![self.holder(key, Place::Initial)],
            // made of it, say, as a text
            None if self.is_initial(key, value, world) => vec![self.holder(key, Place::Initial)],
            Some(at) if self.operations.get(at).is_some_and(|own| own.key == key) => {
                vec![self.holder(key, Place::Of(at as u8))]
            }
            _ => Vec::new(),
        }
    }

    /// What a read has told its client of its key: nothing, if the value is not of that key's row.
    pub(super) fn told(&self, key: Symbol, value: Datum, world: &World) -> End {
        let made = |place| match place {
            Place::Initial => 0,
            Place::Of(at) => at + 1,
        };
        let of_op = |at: usize| self.operations.get(at).is_none_or(|own| own.key == key);
        let by = match (self.made_elsewhere(key, value, world), position(value.origin)) {
            _ if value.is_none() => None,
            (Some(parts), _) => {
                let own = parts.iter().find(|part| part.key == key);
                let known = |part: &&Part| part.place != Place::Initial || !self.is_deleted(key);
                match own.filter(known) {
                    Some(part) => Some(made(part.place)),
                    None => return End::Never,
                }
            }
            (None, Some(at)) if of_op(at) => Some(made(self.holder(key, Place::Of(at as u8)))),
            (None, Some(_)) => return End::Never,
            (None, None) => {
                let is_it =
                    self.is_initial(key, value, world) || self.is_restored(key, value, world);
                is_it.then(|| made(self.holder(key, Place::Initial)))
            }
        };
        End::Returned(Told { value: value.scalar, by })
    }

    /// Whether a value that no write made was made of a key's row at the start: not of nothing, and
    /// not of the absence that a deletion has left.
    fn is_initial(&self, key: Symbol, value: Datum, world: &World) -> bool {
        !value.is_literal() && world.setup().computes_values() && !self.is_deleted(key)
    }

    /// Whether a value is that of a key's row at the start, and some request has written that back.
    fn is_restored(&self, key: Symbol, value: Datum, world: &World) -> bool {
        !value.is_literal()
            && initial(key, world) == Some(value.scalar)
            && self.holder(key, Place::Initial) != Place::Initial
    }

    /// Whether some request deletes, or has deleted, a key.
    fn is_deleted(&self, key: Symbol) -> bool {
        self.deletions(key).next().is_some()
    }

    /// The positions of a key's deletions, under way or over.
    fn deletions(&self, key: Symbol) -> impl Iterator<Item = usize> {
        let all = self.operations.iter().enumerate();
        let all = all.filter(move |(_, each)| each.key == key && each.kind == Kind::Delete);
        all.map(|(at, _)| at)
    }
}

impl Operation {
    /// A read returns its value: before the database holds it, that is remembered.
    fn show(&mut self) {
        self.was_returned |= self.kind.writes() && !self.is_settled;
    }
}
