//! Properties that are broken once nothing is under way any more.

use super::{Judge, MOST_OPERATIONS, Place, Standing, initial, position};
use crate::explore::question::{Properties, Property};
use crate::history::Declared;
use crate::identity::Kind;
use crate::store::cache::Entry;
use crate::strategy::value::{Datum, Scalar, Symbol};
use crate::world::World;

impl Judge {
    /// The properties that are broken for good, with nothing under way and all queues empty.
    /// Entries that differ from their rows do not count, nor do keys of which the cache is the source
    /// of truth: their writes are meant for no row.
    pub fn at_rest(&self, world: &World, declared: impl Fn(Symbol) -> Declared) -> Properties {
        let mut broken = Properties::NONE;
        let cached: u64 = entries(world).fold(0, |mask, (key, entry)| {
            let of_rows = self.made_elsewhere(key, entry.value, world).unwrap_or_default();
            let made = of_rows.iter().filter_map(|part| match part.place {
                Place::Of(at) => Some(usize::from(at)),
                Place::Initial => None,
            });
            let made = made.chain(position(entry.value.origin));
            made.filter(|at| *at < MOST_OPERATIONS).fold(mask, |mask, at| mask | 1 << at)
        });
        for (at, own) in self.operations.iter().enumerate() {
            if own.is_overwritten && !declared(own.key).in_cache {
                broken.add(Property::NoLostWrite);
            }
            let is_added_up = own.kind == Kind::Increment && self.counts(own.key);
            let is_over = own.is_settled || own.is_outside || is_added_up;
            if !own.kind.writes() || is_over || declared(own.key).in_cache {
                continue;
            }
            let is_cached = cached & 1 << at != 0;
            if is_cached || own.was_returned {
                broken.add(Property::NoPhantom);
            }
            if own.standing == Standing::Acknowledged && !is_cached {
                broken.add(Property::NoLostWrite);
            }
        }
        self.add_up(world, declared, &mut broken);
        broken
    }

    /// Whether a key has only been incremented.
    fn counts(&self, key: Symbol) -> bool {
        let mut writes =
            self.operations.iter().filter(|each| each.key == key && each.kind.writes());
        writes.all(|each| each.kind == Kind::Increment && each.amount > 0)
    }

    /// Compares counters that were only incremented with their expected sums.
    fn add_up(
        &self,
        world: &World,
        declared: impl Fn(Symbol) -> Declared,
        broken: &mut Properties,
    ) {
        for (at, own) in self.operations.iter().enumerate() {
            let of_key = || self.operations.iter().filter(|each| each.key == own.key);
            let is_first = self.operations[..at].iter().all(|each| each.key != own.key);
            let is_asked = is_first && own.standing != Standing::Planned;
            if !is_asked || !self.counts(own.key) || declared(own.key).in_cache {
                continue;
            }
            let start = match initial(own.key, world) {
                None => 0,
                Some(Scalar::Int(start)) => start,
                Some(_) => continue,
            };
            let now = match world.database().read(own.key).map(|row| row.value.scalar) {
                None => 0,
                Some(Scalar::Int(now)) => now,
                Some(_) => continue,
            };
            let sum = |standings: &[Standing]| -> i64 {
                let all = of_key().filter(|each| standings.contains(&each.standing));
                all.fold(start, |sum, each| sum.saturating_add(each.amount))
            };
            if now < sum(&[Standing::Acknowledged]) {
                broken.add(Property::NoLostWrite);
            }
            if now > sum(&[Standing::Acknowledged, Standing::Unknown, Standing::Running]) {
                broken.add(Property::NoDoubleWrite);
            }
        }
    }

    /// Whether the cache and the database disagree on one of these keys, or on a row of which an
    /// entry was made.
    pub fn differs(
        &self,
        world: &World,
        keys: &[Symbol],
        declared: impl Fn(Symbol) -> Declared,
    ) -> bool {
        entries(world).any(|(key, entry)| {
            let is_of_clients = keys.binary_search(&key).is_ok();
            let declared = declared(key);
            if declared.in_cache {
                return false;
            }
            let value = entry.value;
            match self.made_elsewhere(key, value, world) {
                Some(parts) => {
                    let is_copy = !value.lineage.is_computed() && !declared.derived;
                    is_of_clients && is_copy || parts.iter().any(|it| self.is_behind(*it, world))
                }
                None => is_of_clients && self.is_not_the_row(key, value, world),
            }
        })
    }

    /// Whether a value that stands under its row's key is another than the row's.
    fn is_not_the_row(&self, key: Symbol, value: Datum, world: &World) -> bool {
        let Datum { scalar, origin, .. } = value;
        let by = position(origin).and_then(|at| self.operations.get(at));
        match world.database().read(key).map(|row| row.value) {
            Some(row) if row.origin == origin => match (row.scalar, scalar) {
                (Scalar::Int(row), Scalar::Int(entry)) => row != entry,
                // converted, say, from a number to a text
                _ => false,
            },
            Some(_) => true,
            // a mark that there is no row
            None if scalar == Scalar::None => false,
            None => match by {
                Some(by) => by.kind != Kind::Delete,
                None => initial(key, world) == Some(scalar),
            },
        }
    }
}

/// The entries of all caches that can still be read.
fn entries(world: &World) -> impl Iterator<Item = (Symbol, &Entry)> {
    let of_cache = move |cache| {
        let entries = world.cache(cache).entries();
        entries.filter(move |(key, _)| world.can_find(cache, *key))
    };
    world.caches().ids().flat_map(of_cache)
}
