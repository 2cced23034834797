//! Memcached's segmented LRU (`lru_segmented`, the default since 1.5).
//!
//! Three lists: a new item begins in HOT, one that is read twice is active and gets to WARM, all
//! others end in COLD, from whose tail room is made. HOT may have a fifth of the items, WARM two
//! fifths (`hot_lru_pct`, `warm_lru_pct`); what has been idle for longer than a fifth (HOT) or
//! twice (WARM) of the time that COLD's tail has been idle leaves as well (`hot_max_factor`,
//! `warm_max_factor`). Times are whole seconds. From `items.c` of 1.6.18, `lru_pull_tail` and
//! `lru_maintainer_juggle`; there a thread moves the items a moment later, and the shares are of
//! bytes in one slab class.

use std::hash::{Hash, Hasher};

use super::Use;
use crate::store::paged::Paged;
use crate::strategy::value::Symbol;

/// The lists, by the numbers of their chains.
const HOT: u32 = 0;
const WARM: u32 = 1;
const COLD: u32 = 2;

/// HOT, WARM and COLD.
#[derive(Clone, Debug)]
pub struct Segments {
    lists: Use,
    marks: Paged<Mark>,
    lens: [u64; 3],
    now_s: u64,
}

/// What is known of an item's use.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Mark {
    /// Read once (`ITEM_FETCHED`).
    read: bool,
    /// Read again (`ITEM_ACTIVE`).
    active: bool,
    /// The second in which it was stored or became active.
    time_s: u64,
}

impl Segments {
    pub fn new() -> Segments {
        Segments { lists: Use::new(false), marks: Paged::new(), lens: [0; 3], now_s: 0 }
    }

    /// Sets the clock.
    pub fn tick(&mut self, now_s: u64) {
        if self.now_s != now_s {
            self.now_s = now_s;
            self.settle();
        }
    }

    /// Adds a new item, or one that replaces another of its key.
    pub fn add(&mut self, key: Symbol) {
        self.remove(key);
        self.marks.insert(key, Mark { read: false, active: false, time_s: self.now_s });
        self.append(key, HOT);
        self.settle();
    }

    /// A read.
    pub fn touch(&mut self, key: Symbol) {
        let Some(mark) = self.marks.get_mut(key) else { return };
        if mark.active {
            return;
        }
        if !mark.read {
            mark.read = true;
            return;
        }
        mark.time_s = self.now_s;
        if self.lists.chain_of(key) == Some(COLD) {
            self.move_to(key, WARM);
        } else {
            mark.active = true;
        }
        self.settle();
    }

    pub fn remove(&mut self, key: Symbol) {
        let chain = self.lists.chain_of(key);
        if let Some(len) = chain.and_then(|chain| self.lens.get_mut(chain as usize)) {
            *len -= 1;
        }
        self.lists.remove(key);
        self.marks.remove(key);
    }

    /// The next to evict.
    pub fn first(&self) -> Option<Symbol> {
        [COLD, HOT, WARM].into_iter().find_map(|list| self.tail(list))
    }

    fn tail(&self, list: u32) -> Option<Symbol> {
        self.lists.oldest(list)
    }

    fn idle_s(&self, key: Symbol) -> u64 {
        self.marks.get(key).map_or(0, |mark| self.now_s.saturating_sub(mark.time_s))
    }

    fn append(&mut self, key: Symbol, list: u32) {
        self.lists.append(key, list);
        self.lens[list as usize] += 1;
    }

    fn move_to(&mut self, key: Symbol, list: u32) {
        if let Some(from) = self.lists.chain_of(key) {
            self.lens[from as usize] -= 1;
            self.lists.remove(key);
            self.append(key, list);
        }
    }

    /// Moves items until each is where it belongs.
    fn settle(&mut self) {
        let cold_s = self.tail(COLD).map_or(0, |key| self.idle_s(key));
        while self.pull(HOT, 20, cold_s / 5) || self.pull(WARM, 40, cold_s * 2) {}
    }

    /// Moves the tail of HOT or WARM, if it is active, if there are too many, or if it has been
    /// idle for too long. Returns whether it moved.
    fn pull(&mut self, list: u32, percent: u64, most_idle_s: u64) -> bool {
        let Some(key) = self.tail(list) else { return false };
        let total: u64 = self.lens.iter().sum();
        let has_too_many = self.lens[list as usize] * 100 > total * percent;
        let is_idle = self.idle_s(key) > most_idle_s;
        match self.marks.get_mut(key) {
            Some(mark) if mark.active => {
                mark.active = false;
                self.move_to(key, WARM);
            }
            _ if has_too_many || is_idle => self.move_to(key, COLD),
            _ => return false,
        }
        true
    }
}

/// The clock is not part of it.
impl PartialEq for Segments {
    fn eq(&self, other: &Segments) -> bool {
        self.lists == other.lists && self.marks == other.marks
    }
}
impl Eq for Segments {}
impl Hash for Segments {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.lists.hash(state);
        self.marks.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cache with room for `room`: keys 0.. are stored, read, then `more` others are stored.
    /// Returns how many of the first are left.
    fn survivors(room: u32, reads: u32, more: u32) -> usize {
        let mut order = Segments::new();
        for key in (0..room).map(Symbol) {
            order.add(key);
        }
        for key in (0..room).map(Symbol) {
            (0..reads).for_each(|_| order.touch(key));
        }
        for key in (room..room + more).map(Symbol) {
            if let Some(victim) = order.first() {
                order.remove(victim);
            }
            order.add(key);
        }
        (0..room).filter(|key| order.marks.contains(Symbol(*key))).count()
    }

    #[test]
    fn a_turnover_leaves_what_was_read_twice_in_warm() {
        // measured at 1.6.18: 0, 0 and 707 of 1,770, also with more reads or a larger turnover
        assert_eq!(survivors(1_000, 0, 1_000), 0);
        assert_eq!(survivors(1_000, 1, 1_000), 0);
        assert_eq!(survivors(1_000, 2, 1_000), 400);
        assert_eq!(survivors(1_000, 3, 5_000), 400);
    }

    #[test]
    fn every_capacity_has_a_victim() {
        for room in 1..20 {
            survivors(room, 3, 50);
        }
    }

    #[test]
    fn idle_items_leave_hot_and_warm() {
        let mut order = Segments::new();
        (0..10).map(Symbol).for_each(|key| order.add(key));
        assert_eq!(order.lens, [2, 0, 8]);
        order.tick(10);
        assert_eq!(order.lens, [0, 0, 10]);
        (0..2).for_each(|_| order.touch(Symbol(3)));
        assert_eq!(order.lens, [0, 1, 9]);
        order.tick(30);
        assert_eq!(order.lens, [0, 1, 9]);
    }

    /// Where an item of WARM is that was last read at 10 s, when all of COLD was stored at 15 s.
    fn warm_at(now_s: u64) -> Option<u32> {
        let mut order = Segments::new();
        (0..10).map(Symbol).for_each(|key| order.add(key));
        order.tick(10);
        (0..2).for_each(|_| order.touch(Symbol(3)));
        order.tick(15);
        (10..20).map(Symbol).for_each(|key| order.add(key));
        (0..10).filter(|key| *key != 3).map(Symbol).for_each(|key| order.remove(key));
        order.tick(now_s);
        order.lists.chain_of(Symbol(3))
    }

    #[test]
    fn warm_items_may_be_idle_twice_as_long_as_the_tail_of_cold() {
        // 9 s of 8, 10 of 10, 15 of 20
        assert_eq!(warm_at(19), Some(COLD));
        assert_eq!(warm_at(20), Some(WARM));
        assert_eq!(warm_at(25), Some(WARM));
    }
}
