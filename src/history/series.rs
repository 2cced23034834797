//! Metrics over time, in bounded memory.
//!
//! Virtual time is cut into equal steps. When a run grows beyond [`MOST_STEPS`] of them, pairs of
//! steps are merged: a series of a second and one of a year take the same memory, and no value is
//! lost, only its time becomes less exact.

use super::quantiles::Quantiles;
use super::totals::Counts;
use crate::time::{MILLISECOND_US, Micros};

/// The most steps of a series.
pub const MOST_STEPS: usize = 128;

/// The metrics of one step. Counts are of the step; entries, lost writes and the like are the last
/// value, everything else is the largest value.
#[derive(Clone, Debug, Default)]
pub struct Bucket {
    pub counts: Counts,
    pub dirty: u64,
    pub phantom: u64,
    /// The most simultaneous loads of one key.
    pub most_loads: u32,
    /// The depth of the deepest queue.
    pub queue_depth: u64,
    /// The longest time from an acknowledgement to a later commit.
    pub flush_lag_us: Option<Micros>,
    /// Lost writes so far.
    pub lost: u64,
    /// Entries of the cache, and the entries that were never read.
    pub entries: u64,
    pub unread: u64,
    /// Keys whose entry is older than the row.
    pub stale_keys: u64,
    pub read_latency: Quantiles,
    pub write_latency: Quantiles,
}

/// The steps of a run so far.
#[derive(Clone, Debug)]
pub struct Series {
    step_us: Micros,
    /// The end of the last step.
    end_us: Micros,
    steps: Vec<Bucket>,
}

impl Default for Series {
    fn default() -> Series {
        Series { step_us: MILLISECOND_US, end_us: MILLISECOND_US, steps: vec![Bucket::default()] }
    }
}

impl Series {
    /// The length of a step.
    pub fn step_us(&self) -> Micros {
        self.step_us
    }

    /// Every step from 0 on.
    pub fn steps(&self) -> &[Bucket] {
        &self.steps
    }

    /// The step of an instant, which is not before that of the last call.
    #[inline]
    pub fn at(&mut self, at_us: Micros) -> &mut Bucket {
        if at_us >= self.end_us {
            self.go_on(at_us);
        }
        self.steps.last_mut().expect("there always is one")
    }

    #[cold]
    fn go_on(&mut self, at_us: Micros) {
        while at_us / self.step_us >= MOST_STEPS as Micros {
            self.halve();
        }
        for step in &mut self.steps {
            step.read_latency.close();
            step.write_latency.close();
        }
        let now = &self.steps[self.steps.len() - 1];
        // what a store holds, it goes on holding
        let held = Bucket {
            queue_depth: now.queue_depth,
            lost: now.lost,
            entries: now.entries,
            unread: now.unread,
            stale_keys: now.stale_keys,
            ..Bucket::default()
        };
        let wanted = (at_us / self.step_us) as usize + 1;
        self.steps.resize(wanted, held);
        self.end_us = wanted as Micros * self.step_us;
    }

    /// Merges every two steps into one.
    fn halve(&mut self) {
        let steps = std::mem::take(&mut self.steps);
        let mut pairs = steps.into_iter();
        while let Some(mut step) = pairs.next() {
            if let Some(next) = pairs.next() {
                step.take_in(next);
            }
            self.steps.push(step);
        }
        self.step_us *= 2;
        self.end_us = self.steps.len() as Micros * self.step_us;
    }
}

impl Bucket {
    /// Adds the latency of a read that succeeded.
    pub fn read_took(&mut self, us: Micros) {
        self.read_latency.add(us);
    }

    /// Adds the latency of a write that was acknowledged.
    pub fn write_took(&mut self, us: Micros) {
        self.write_latency.add(us);
    }

    fn take_in(&mut self, next: Bucket) {
        self.counts.add(&next.counts);
        self.dirty += next.dirty;
        self.phantom += next.phantom;
        self.most_loads = self.most_loads.max(next.most_loads);
        self.queue_depth = self.queue_depth.max(next.queue_depth);
        self.flush_lag_us = self.flush_lag_us.max(next.flush_lag_us);
        self.lost = next.lost;
        self.entries = next.entries;
        self.unread = next.unread;
        self.stale_keys = self.stale_keys.max(next.stale_keys);
        self.read_latency.take_in(next.read_latency);
        self.write_latency.take_in(next.write_latency);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::SECOND_US;

    fn counts(series: &Series) -> Vec<u64> {
        series.steps().iter().map(|step| step.counts.reads).collect()
    }

    #[test]
    fn a_long_run_takes_no_more_room_and_loses_nothing() {
        let mut series = Series::default();
        for at_us in (0..200_000_000).step_by(50_000) {
            series.at(at_us).counts.reads += 1;
        }
        assert!(series.steps().len() <= MOST_STEPS && series.steps().len() >= MOST_STEPS / 2);
        assert_eq!(counts(&series).iter().sum::<u64>(), 4_000);
        assert_eq!(series.step_us(), 2_048_000);
        assert_eq!(counts(&series)[..2], [41, 41]);
    }

    #[test]
    fn what_is_held_goes_on_and_what_is_counted_does_not() {
        let mut series = Series::default();
        let step = series.at(500);
        (step.entries, step.counts.reads) = (7, 1);
        series.at(3_100).counts.reads += 1;
        assert_eq!(counts(&series), [1, 0, 0, 1]);
        assert!(series.steps().iter().all(|step| step.entries == 7));
    }

    #[test]
    fn a_year_ahead_is_reached_at_once() {
        let mut series = Series::default();
        series.at(0).lost = 3;
        series.at(365 * 86_400 * SECOND_US).counts.reads += 1;
        assert!(series.steps().len() <= MOST_STEPS);
        assert_eq!(series.steps().last().map(|step| (step.lost, step.counts.reads)), Some((3, 1)));
    }

    #[test]
    fn two_steps_latencies_become_one() {
        let mut series = Series::default();
        series.at(0).read_took(1_000);
        series.at(1_500).read_took(9_000);
        series.at(MILLISECOND_US * MOST_STEPS as u64).counts.reads += 1;
        let first = &series.steps()[0].read_latency;
        let near = |us: Option<Micros>, of: Micros| us.is_some_and(|us| us.abs_diff(of) * 50 < of);
        assert!(near(first.at_permille(500), 1_000) && near(first.at_permille(990), 9_000));
    }
}
