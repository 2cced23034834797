//! Database reads per second, over the last second of virtual time.

use std::collections::VecDeque;

use crate::time::{Micros, SECOND_US};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadRate {
    /// Totals of reads up to an instant.
    samples: VecDeque<(Micros, u64)>,
}

impl ReadRate {
    pub fn clear(&mut self) {
        self.samples.clear();
    }

    /// Adds the total at an instant.
    pub fn sample(&mut self, now_us: Micros, reads: u64) {
        // Ten samples a second are enough for a figure that people read.
        if self.samples.back().is_none_or(|(at_us, _)| now_us >= at_us + SECOND_US / 10) {
            self.samples.push_back((now_us, reads));
        }
        while self.samples.len() > 1 && self.samples[1].0 + SECOND_US <= now_us {
            self.samples.pop_front();
        }
    }

    /// Reads in the last second, given their present total.
    pub fn per_second(&self, reads: u64) -> u64 {
        let first = self.samples.front().map_or(0, |(_, reads)| *reads);
        reads.saturating_sub(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_second() {
        let mut rate = ReadRate::default();
        for tenth in 0..=30 {
            rate.sample(tenth * SECOND_US / 10, tenth * 2);
        }
        assert_eq!(rate.per_second(60), 20);
    }
}
