//! A search on several processors. Each expands a share of a portion; the results are merged
//! afterwards in the order of the queue, so that neither timing nor the number of processors
//! matters.

use std::thread;

use super::expand::{Expansion, expand};
use super::frontier::{Trail, Waiting};
use super::search::Search;

/// States of a portion per processor.
const SHARE: usize = 512;

/// The number of processors.
pub fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

impl Search {
    /// Examines about `most` states, on this many processors. Returns true once the search is over.
    ///
    /// The result is the same as with [`advance`](Search::advance): the same states, in the same
    /// order, with the same answer.
    pub fn advance_on(&mut self, processors: usize, most: u32) -> bool {
        let mut left = most as usize;
        while left > 0 && !self.is_over() {
            let portion = self.take_portion((processors * SHARE).min(left));
            left -= portion.len().clamp(1, left);
            if processors < 2 || portion.len() < 2 * processors {
                portion.into_iter().for_each(|waiting| self.look_at(waiting));
                continue;
            }
            let share = portion.len().div_ceil(processors);
            let mut shares: Vec<Vec<Waiting>> = Vec::new();
            let mut rest = portion.into_iter();
            while rest.len() > 0 {
                shares.push(rest.by_ref().take(share).collect());
            }
            let (search, effects) = (&*self, self.effects());
            let expansions: Vec<Vec<Expansion>> = thread::scope(|scope| {
                let work = |share: Vec<Waiting>| {
                    scope.spawn(move || {
                        let mut trail = Trail::default();
                        let one = |waiting| {
                            expand(&search.model, &search.visited, &mut trail, waiting, effects)
                        };
                        share.into_iter().map(one).collect()
                    })
                };
                let workers: Vec<_> = shares.into_iter().map(work).collect();
                workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
            });
            expansions.into_iter().flatten().for_each(|expansion| self.take_in(expansion));
        }
        self.is_over()
    }
}
