//! The records that are kept, in blocks that clones share.
//!
//! A copy of a history costs a pointer for each block: so a run can be kept as
//! it was at many instants.

use std::rc::Rc;

use super::record::Record;
use crate::time::Micros;

/// Records in a block.
const BLOCK: usize = 512;

/// A line of records that only grows, and is forgotten from its front.
#[derive(Clone, Debug)]
pub struct Records {
    /// Full blocks; the first may hold some that count as forgotten.
    blocks: Vec<Rc<[Record]>>,
    /// The number of the first block's first record.
    first: u64,
    tail: Vec<Record>,
    /// The most that are kept.
    keep: u64,
}

impl Records {
    /// None yet; the last `keep` will be kept, or all.
    pub fn new(keep: Option<u32>) -> Records {
        let keep = keep.map_or(u64::MAX, u64::from);
        Records { blocks: Vec::new(), first: 0, tail: Vec::new(), keep }
    }

    /// One more.
    pub fn push(&mut self, record: Record) {
        self.tail.push(record);
        if self.tail.len() == BLOCK {
            self.blocks.push(self.tail.as_slice().into());
            self.tail.clear();
            let oldest = self.oldest();
            let old = |first: u64| first + BLOCK as u64 <= oldest;
            let forgotten = (0..self.blocks.len() as u64)
                .take_while(|at| old(self.first + at * BLOCK as u64))
                .count();
            self.blocks.drain(..forgotten);
            self.first += (forgotten * BLOCK) as u64;
        }
    }

    /// How many there were.
    pub fn len(&self) -> u64 {
        self.first + (self.blocks.len() * BLOCK + self.tail.len()) as u64
    }

    /// The number of the oldest that is kept.
    pub fn oldest(&self) -> u64 {
        self.len().saturating_sub(self.keep).max(self.first)
    }

    /// A record that is kept.
    pub fn get(&self, number: u64) -> Option<&Record> {
        let at = number.checked_sub(self.first).filter(|_| number >= self.oldest())? as usize;
        match self.blocks.get(at / BLOCK) {
            Some(block) => block.get(at % BLOCK),
            None => self.tail.get(at - self.blocks.len() * BLOCK),
        }
    }

    /// The first that is kept of those made at an instant or after it.
    pub fn first_at(&self, at_us: Micros) -> u64 {
        let (mut low, mut high) = (self.oldest(), self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.get(middle) {
                Some(record) if record.at_us < at_us => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }

    /// Those that are kept from a number on, each with its number.
    pub fn since(&self, number: u64) -> impl DoubleEndedIterator<Item = (u64, &Record)> {
        let from = number.max(self.oldest()).min(self.len());
        (from..self.len()).filter_map(|at| Some((at, self.get(at)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Event, Fault};

    fn records(keep: Option<u32>, count: u64) -> Records {
        let mut records = Records::new(keep);
        for at_us in 0..count {
            records.push(Record { at_us, event: Event::Fault(Fault::Flushed) });
        }
        records
    }

    #[test]
    fn each_is_found_by_its_number() {
        let all = records(None, 3_000);
        assert_eq!((all.len(), all.oldest()), (3_000, 0));
        assert!(all.since(0).all(|(number, record)| number == record.at_us));
        assert_eq!(all.since(0).count(), 3_000);
        assert_eq!(all.since(2_990).next_back().map(|(number, _)| number), Some(2_999));
        assert_eq!(all.get(3_000), None);
        assert_eq!(
            [0, 1_500, 2_999, 9_000].map(|at_us| all.first_at(at_us)),
            [0, 1_500, 2_999, 3_000]
        );
    }

    #[test]
    fn only_the_last_are_kept() {
        for keep in [1, 10, 512, 700, 2_999] {
            let some = records(Some(keep), 3_000);
            let kept: Vec<u64> = some.since(0).map(|(number, _)| number).collect();
            assert_eq!(kept, (3_000 - u64::from(keep)..3_000).collect::<Vec<u64>>());
            assert!(some.blocks.len() * BLOCK <= keep as usize + 2 * BLOCK);
        }
    }
}
