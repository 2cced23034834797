//! A map that keeps only so many entries: those with the greatest keys.

use std::collections::VecDeque;

/// The entries with the greatest keys: where the keys are writes or operations, the latest ones.
///
/// The entries are sorted in one piece, because keys mostly come in their order, and because a tree
/// takes ten times as much code.
#[derive(Clone, Debug)]
pub struct Greatest<K, V> {
    entries: VecDeque<(K, V)>,
}

/// How many entries are kept.
const MOST: usize = 4_096;

impl<K, V> Default for Greatest<K, V> {
    fn default() -> Greatest<K, V> {
        Greatest { entries: VecDeque::new() }
    }
}

impl<K: Ord + Copy, V> Greatest<K, V> {
    /// Adds an entry, or replaces that of the same key. If there are too many, the one with the least
    /// key goes.
    pub fn insert(&mut self, key: K, value: V) {
        match self.place(key) {
            Ok(at) => self.entries[at].1 = value,
            Err(at) => {
                self.entries.insert(at, (key, value));
                if self.entries.len() > MOST {
                    self.entries.pop_front();
                }
            }
        }
    }

    pub fn get(&self, key: K) -> Option<&V> {
        self.place(key).ok().map(|at| &self.entries[at].1)
    }

    pub fn remove(&mut self, key: K) {
        if let Ok(at) = self.place(key) {
            self.entries.remove(at);
        }
    }

    /// Where a key's entry is, or else where it belongs.
    fn place(&self, key: K) -> Result<usize, usize> {
        match self.entries.back() {
            Some((last, _)) if *last < key => Err(self.entries.len()),
            _ => self.entries.binary_search_by_key(&key, |(key, _)| *key),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map_that_forgets_the_least_keys(
            steps in prop::collection::vec((0u32..64, prop::option::of(0u8..9)), 0..200),
            ascending in 0u32..6_000,
        ) {
            let (mut greatest, mut map) = (Greatest::default(), BTreeMap::new());
            let ascending = (100..100 + ascending).map(|key| (key, Some(1)));
            for (key, value) in ascending.chain(steps) {
                match value {
                    Some(value) => {
                        greatest.insert(key, value);
                        map.insert(key, value);
                        if map.len() > MOST {
                            map.pop_first();
                        }
                    }
                    None => {
                        greatest.remove(key);
                        map.remove(&key);
                    }
                }
            }
            prop_assert!(greatest.entries.iter().map(|(key, value)| (key, value)).eq(&map));
            for key in 0..200 {
                prop_assert_eq!(greatest.get(key), map.get(&key));
            }
        }
    }
}
