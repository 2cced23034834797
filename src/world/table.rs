//! Tables of a world's parts, by names that do not depend on where a part is stored.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use crate::digest::{Digest, Lens, Sum};
use crate::identity::{Stamp, derive};

/// The key of a task, a message or an operation of a world. Two keys are equal if their names are.
/// The position of the part is a hint for fast access; a key of another world has no valid hint,
/// and is found by its name (`Table::resolve`).
#[derive(Debug)]
pub struct Key<T> {
    name: Stamp,
    slot: u32,
    /// How many parts were stored there before.
    turn: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    /// The name, the same in every world that reaches this state.
    pub fn name(self) -> Stamp {
        self.name
    }

    /// The key of this name, without a position.
    pub fn named(name: Stamp) -> Key<T> {
        Key::kept(u32::MAX, name)
    }

    pub(super) fn kept(slot: u32, name: Stamp) -> Key<T> {
        Key { name, slot, turn: 0, of: PhantomData }
    }

    pub(super) fn slot(self) -> u32 {
        self.slot
    }
}

impl<T> Clone for Key<T> {
    fn clone(&self) -> Key<T> {
        *self
    }
}
impl<T> Copy for Key<T> {}
impl<T> PartialEq for Key<T> {
    fn eq(&self, other: &Key<T>) -> bool {
        self.name == other.name
    }
}
impl<T> Eq for Key<T> {}
impl<T> PartialOrd for Key<T> {
    fn partial_cmp(&self, other: &Key<T>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Key<T> {
    fn cmp(&self, other: &Key<T>) -> Ordering {
        self.name.cmp(&other.name)
    }
}
impl<T> Hash for Key<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// A part with a name of its own.
pub(crate) trait Named {
    fn name(&self) -> Stamp;

    fn rename(&mut self, name: Stamp);

    /// Whether it comes from a background loop, whose turns all give their parts the same names.
    fn is_background(&self) -> bool;
}

/// Parts by key. With a key from this table, access takes constant time.
#[derive(Clone, Debug)]
pub(crate) struct Table<K, T> {
    slots: Vec<Place<T>>,
    free: Vec<u32>,
    /// The names in use that come from background loops.
    background: BTreeSet<Stamp>,
    of: PhantomData<fn() -> K>,
}

#[derive(Clone, Debug)]
struct Place<T> {
    name: Stamp,
    turn: u32,
    value: Option<T>,
}

impl<K, T> Table<K, T> {
    pub fn new() -> Table<K, T> {
        Table { slots: Vec::new(), free: Vec::new(), background: BTreeSet::new(), of: PhantomData }
    }

    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether any part comes from a background loop.
    pub fn has_background(&self) -> bool {
        !self.background.is_empty()
    }

    #[inline]
    pub fn get(&self, key: Key<K>) -> Option<&T> {
        let slot = self.slots.get(key.slot as usize)?;
        let is_it = slot.turn == key.turn && slot.name == key.name;
        slot.value.as_ref().filter(|_| is_it)
    }

    #[inline]
    pub fn get_mut(&mut self, key: Key<K>) -> Option<&mut T> {
        let slot = self.slots.get_mut(key.slot as usize)?;
        let is_it = slot.turn == key.turn && slot.name == key.name;
        slot.value.as_mut().filter(|_| is_it)
    }

    // out of line the value is moved once, and three times where this is inlined
    #[inline(never)]
    pub fn remove(&mut self, key: Key<K>) -> Option<T> {
        let slot = self.slots.get_mut(key.slot as usize)?;
        if slot.turn != key.turn || slot.name != key.name || slot.value.is_none() {
            return None;
        }
        let value = slot.value.take();
        slot.turn = slot.turn.wrapping_add(1);
        self.free.push(key.slot);
        if !self.background.is_empty() {
            self.background.remove(&key.name);
        }
        value
    }

    /// The key of this table for a key from anywhere, by its name.
    pub fn resolve(&self, key: Key<K>) -> Option<Key<K>> {
        match self.get(key) {
            Some(_) => Some(key),
            None => self.keys().find(|own| *own == key),
        }
    }

    /// In no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (Key<K>, &T)> {
        self.slots.iter().zip(0..).filter_map(|(slot, at)| {
            let value = slot.value.as_ref()?;
            Some((Key { name: slot.name, slot: at, turn: slot.turn, of: PhantomData }, value))
        })
    }

    pub fn keys(&self) -> impl Iterator<Item = Key<K>> {
        self.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.iter().map(|(_, value)| value)
    }
}

impl<K, T: Named> Table<K, T> {
    #[inline]
    pub fn insert(&mut self, value: T) -> Key<K> {
        if value.is_background() {
            return self.insert_of_background(value);
        }
        self.put(value.name(), value)
    }

    fn insert_of_background(&mut self, mut value: T) -> Key<K> {
        let mut name = value.name();
        // an earlier turn's thing of this name may still be there
        while !self.background.insert(name) {
            name = derive(name, 1);
        }
        value.rename(name);
        self.put(name, value)
    }

    /// Moves a value only once, whatever its size, from where the caller has it.
    #[inline(always)]
    fn put(&mut self, name: Stamp, value: T) -> Key<K> {
        let at = match self.free.pop() {
            Some(at) => {
                let place = &mut self.slots[at as usize];
                place.name = name;
                place.value = Some(value);
                at
            }
            None => {
                self.slots.push(Place { name, turn: 0, value: Some(value) });
                self.slots.len() as u32 - 1
            }
        };
        let turn = self.slots[at as usize].turn;
        Key { name, slot: at, turn, of: PhantomData }
    }
}

impl<K, T> std::ops::Index<Key<K>> for Table<K, T> {
    type Output = T;

    fn index(&self, key: Key<K>) -> &T {
        self.get(key).expect("a key of something that is there")
    }
}

impl<K, T> std::ops::IndexMut<Key<K>> for Table<K, T> {
    fn index_mut(&mut self, key: Key<K>) -> &mut T {
        self.get_mut(key).expect("a key of something that is there")
    }
}

impl<K> Digest for Key<K> {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self.name.digest(lens, sum);
    }
}

/// Adds all parts, wherever they are stored.
impl<K, T: Digest> Digest for Table<K, T> {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        sum.unordered(self.values(), lens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug)]
    struct Thing(Stamp, bool);

    impl Named for Thing {
        fn name(&self) -> Stamp {
            self.0
        }
        fn rename(&mut self, name: Stamp) {
            self.0 = name;
        }
        fn is_background(&self) -> bool {
            self.1
        }
    }

    #[test]
    fn a_key_names_one_thing_for_as_long_as_it_is_there() {
        let mut table = Table::<Thing, Thing>::new();
        let one = table.insert(Thing(1, false));
        assert!(table.remove(one).is_some());
        let two = table.insert(Thing(2, false));
        assert!(table.get(one).is_none(), "its place is another's now");
        assert!(table.remove(one).is_none());
        table.remove(two);
        let again = table.insert(Thing(2, false));
        assert_eq!(again, two, "it has the same name");
        assert!(table.get(two).is_none(), "and is another thing");
        assert_eq!((table.len(), table.get(again).map(Named::name)), (1, Some(2)));
    }

    #[test]
    fn a_key_of_another_table_is_found_by_its_name() {
        let mut table = Table::<Thing, Thing>::new();
        table.insert(Thing(1, false));
        let two = table.insert(Thing(2, false));
        assert!(table.get(Key::named(2)).is_none());
        let found = table.resolve(Key::named(2)).expect("it is there");
        assert_eq!((found, found.slot), (two, two.slot));
        assert!(table.resolve(Key::named(3)).is_none());
    }

    #[test]
    fn two_background_things_never_share_a_name() {
        let mut table = Table::<Thing, Thing>::new();
        let keys: Vec<_> = (0..3).map(|_| table.insert(Thing(7, true))).collect();
        assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
        assert!(keys.iter().all(|key| table[*key].0 == key.name()));
        table.remove(keys[0]);
        assert_eq!(table.insert(Thing(7, true)).name(), 7, "the name is free again");
    }
}
