//! A growing sequence, in blocks that clones share.
//!
//! A copy costs a pointer per block, so that a run can be kept as it was at many instants.

use std::rc::Rc;

/// A sequence of values that grows at its end and is forgotten from its start, in blocks of
/// `BLOCK`.
#[derive(Clone, Debug)]
pub struct Blocks<T, const BLOCK: usize> {
    /// Full blocks; the first may hold some values that count as forgotten.
    blocks: Vec<Rc<Vec<T>>>,
    /// The number of the first block's first value.
    first: u64,
    /// The last values: not empty unless there are none at all.
    tail: Vec<T>,
    /// The most values that are kept.
    keep: u64,
}

/// Empty; all values will be kept.
impl<T, const BLOCK: usize> Default for Blocks<T, BLOCK> {
    fn default() -> Blocks<T, BLOCK> {
        Blocks { blocks: Vec::new(), first: 0, tail: Vec::new(), keep: u64::MAX }
    }
}

impl<T: Copy, const BLOCK: usize> Blocks<T, BLOCK> {
    /// Empty; the last `keep` values will be kept, or all.
    pub fn new(keep: Option<u32>) -> Blocks<T, BLOCK> {
        Blocks { keep: keep.map_or(u64::MAX, u64::from), ..Blocks::default() }
    }

    /// Adds a value.
    #[inline]
    pub fn push(&mut self, value: T) {
        if self.tail.len() == BLOCK {
            self.begin_block();
        }
        self.tail.push(value);
    }

    /// Changes the number of values kept.
    pub fn keep_last(&mut self, keep: u64) {
        self.keep = keep;
        self.forget_before(self.oldest());
    }

    /// Forgets the values before a number, as far as they fill blocks.
    pub fn forget_before(&mut self, number: u64) {
        let old = number.saturating_sub(self.first) / BLOCK as u64;
        let old = self.blocks.len().min(old as usize);
        self.blocks.drain(..old);
        self.first += (old * BLOCK) as u64;
    }

    /// The bytes of the values kept; copies share all but the last block.
    pub fn bytes(&self) -> u64 {
        ((self.blocks.len() * BLOCK + self.tail.capacity()) * size_of::<T>()) as u64
    }

    #[cold]
    fn begin_block(&mut self) {
        self.blocks.push(Rc::new(std::mem::take(&mut self.tail)));
        let oldest = self.oldest();
        let old = |first: u64| first + BLOCK as u64 <= oldest;
        let forgotten = (0..self.blocks.len() as u64)
            .take_while(|at| old(self.first + at * BLOCK as u64))
            .count();
        // the next block is kept in the room of one that is forgotten
        let mut room = self.blocks.drain(..forgotten).filter_map(Rc::into_inner);
        self.tail = room.next().unwrap_or_else(|| Vec::with_capacity(BLOCK));
        drop(room);
        self.tail.clear();
        self.first += (forgotten * BLOCK) as u64;
    }

    /// Replaces the last value.
    pub fn replace_last(&mut self, value: T) {
        self.tail.pop();
        self.tail.push(value);
    }

    /// The number of values ever added.
    pub fn len(&self) -> u64 {
        self.first + (self.blocks.len() * BLOCK + self.tail.len()) as u64
    }

    /// The number of the oldest value kept.
    pub fn oldest(&self) -> u64 {
        self.len().saturating_sub(self.keep).max(self.first)
    }

    /// The value of this number, if it is kept.
    pub fn get(&self, number: u64) -> Option<&T> {
        let at = number.checked_sub(self.first).filter(|_| number >= self.oldest())? as usize;
        match self.blocks.get(at / BLOCK) {
            Some(block) => block.get(at % BLOCK),
            None => self.tail.get(at - self.blocks.len() * BLOCK),
        }
    }

    /// The last value.
    pub fn last(&self) -> Option<&T> {
        self.tail.last()
    }

    /// The number of the first value kept for which `comes_before` is false; the values for which
    /// it is true must all come first.
    pub fn partition_point(&self, comes_before: impl Fn(&T) -> bool) -> u64 {
        let (mut low, mut high) = (self.oldest(), self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.get(middle) {
                Some(value) if comes_before(value) => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }

    /// The kept values from a number on, each with its number.
    pub fn since(&self, number: u64) -> impl DoubleEndedIterator<Item = (u64, &T)> {
        let from = number.max(self.oldest()).min(self.len());
        (from..self.len()).filter_map(|at| Some((at, self.get(at)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(keep: Option<u32>, count: u64) -> Blocks<u64, 64> {
        let mut numbers = Blocks::new(keep);
        for number in 0..count {
            numbers.push(number);
        }
        numbers
    }

    #[test]
    fn each_is_found_by_its_number() {
        let all = numbers(None, 3_000);
        assert_eq!((all.len(), all.oldest(), all.last()), (3_000, 0, Some(&2_999)));
        assert!(all.since(0).all(|(number, value)| number == *value));
        assert_eq!(all.since(0).count(), 3_000);
        assert_eq!(all.since(2_990).next_back().map(|(number, _)| number), Some(2_999));
        assert_eq!(all.get(3_000), None);
        let first_at = |at: u64| all.partition_point(|value| *value < at);
        assert_eq!([0, 1_500, 2_999, 9_000].map(first_at), [0, 1_500, 2_999, 3_000]);
    }

    #[test]
    fn only_the_last_are_kept() {
        for keep in [1, 10, 64, 700, 2_999] {
            let some = numbers(Some(keep), 3_000);
            let kept: Vec<u64> = some.since(0).map(|(number, _)| number).collect();
            assert_eq!(kept, (3_000 - u64::from(keep)..3_000).collect::<Vec<u64>>());
            assert!(some.blocks.len() * 64 <= keep as usize + 2 * 64);
        }
    }

    #[test]
    fn those_before_a_number_are_forgotten_in_blocks() {
        let mut some = numbers(None, 3_000);
        let (whole, copy) = (some.bytes(), some.clone());
        for (number, oldest) in
            [(0, 0), (63, 0), (64, 64), (700, 640), (2_999, 2_944), (9_000, 2_944)]
        {
            some.forget_before(number);
            assert_eq!((some.oldest(), some.len()), (oldest, 3_000));
            assert_eq!(some.since(0).next(), Some((oldest, &oldest)));
            assert_eq!(some.bytes(), whole - oldest * 8);
        }
        some.push(3_000);
        assert_eq!((some.get(3_000), some.last()), (Some(&3_000), Some(&3_000)));
        assert_eq!(copy.since(0).count(), 3_000);
        some.keep_last(10);
        assert_eq!(
            some.since(0).map(|(number, _)| number).collect::<Vec<_>>(),
            (2_991..3_001).collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_last_is_replaced_wherever_a_block_ends() {
        for count in 1..200 {
            let mut some = numbers(None, count);
            some.replace_last(7_000);
            assert_eq!((some.len(), some.get(count - 1)), (count, Some(&7_000)));
        }
    }
}
