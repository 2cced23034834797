//! The metrics of a run.

use std::collections::BTreeMap;
use std::rc::Rc;

use hdrhistogram::Histogram;

use super::totals::Counts;
use super::violation::ViolationKind;
use crate::identity::OpId;
use crate::strategy::call::StoreError;
use crate::time::{Micros, SECOND_US};

/// What is counted as records come in. Memory does not grow with the run.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    pub counts: Counts,
    pub read_latency: Latencies,
    pub write_latency: Latencies,
    /// Latencies of all requests, failed ones included.
    pub all_read_latency: Latencies,
    pub all_write_latency: Latencies,
    /// Failed reads and writes by reason (`None`: no answer in time), in the order of their first
    /// occurrence.
    pub failures: Vec<(Option<StoreError>, [u64; 2])>,
    /// Times from an acknowledgement to a later commit.
    pub flush_lag: Latencies,
    /// Counts by kind of violation, the worst first.
    pub violations: [u64; ViolationKind::ALL.len()],
    /// The most loads of one key at a time: the size of a stampede.
    pub loads_of_one_key: Peak,
    pub never_read: u64,
    pub queue_depth: Vec<u64>,
    pub queue_most: u64,
    /// The time for which entries were older than their rows, summed over all keys.
    pub stale_us: Micros,
    /// The longest such time that has ended, and its beginning.
    pub longest_stale: Peak,
    /// The read whose value had been out of date for longest when it began.
    pub stalest_read: Option<StaleRead>,
    /// The most entries of the cache at a time.
    pub entries: Peak,
    pub errors: u64,
}

/// The largest value so far, and when it was first reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Peak {
    pub most: u64,
    pub at_us: Micros,
}

impl Peak {
    /// The larger of this value and the one so far; of equal ones the first.
    #[inline]
    pub fn see(&mut self, value: u64, at_us: Micros) {
        if value > self.most {
            *self = Peak { most: value, at_us };
        }
    }
}

/// A read that returned a value that was out of date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StaleRead {
    pub op: OpId,
    /// When it ended.
    pub at_us: Micros,
    /// How long ago, when it began, a newer write had been acknowledged.
    pub for_us: Micros,
}

/// Latencies of requests that succeeded.
///
/// They are exact while there are few different ones; beyond `MOST_EXACT`, a histogram keeps them
/// to three digits.
#[derive(Clone, Debug)]
pub enum Latencies {
    Exact(BTreeMap<Micros, u64>),
    Rounded(Rc<Histogram<u32>>),
}

/// The highest latency of a histogram, an hour; longer ones count as this one.
const HIGHEST_US: Micros = 3_600 * SECOND_US;

/// The most different latencies that are kept exactly.
pub const MOST_EXACT: usize = 1_000;

impl Default for Latencies {
    fn default() -> Latencies {
        Latencies::Exact(BTreeMap::new())
    }
}

impl Latencies {
    /// Adds a latency.
    pub fn add(&mut self, us: Micros) {
        match self {
            Latencies::Exact(counts) => {
                *counts.entry(us).or_default() += 1;
                if counts.len() > MOST_EXACT
                    && let Ok(mut histogram) = Histogram::new_with_max(HIGHEST_US, 3)
                {
                    for (&us, &count) in counts.iter() {
                        histogram.saturating_record_n(us, u32::try_from(count).unwrap_or(u32::MAX));
                    }
                    *self = Latencies::Rounded(Rc::new(histogram));
                }
            }
            Latencies::Rounded(histogram) => Rc::make_mut(histogram).saturating_record(us),
        }
    }

    /// The latency that this share, in thousandths, did not exceed; `None` if there are no
    /// latencies.
    pub fn at_permille(&self, permille: u32) -> Option<Micros> {
        match self {
            Latencies::Exact(counts) => {
                let total: u64 = counts.values().sum();
                let rank = (total * u64::from(permille)).div_ceil(1_000).max(1);
                let mut below = 0;
                let mut at_rank = counts.iter().skip_while(|(_, count)| {
                    below += **count;
                    below < rank
                });
                at_rank.next().map(|(&us, _)| us)
            }
            Latencies::Rounded(histogram) => {
                let value = histogram.value_at_quantile(f64::from(permille) / 1_000.0);
                Some(value.min(histogram.max()))
            }
        }
    }

    /// Each latency, as exactly as it is kept, with how many took so long; the shortest first.
    pub fn for_each(&self, mut each: impl FnMut(Micros, u64)) {
        match self {
            Latencies::Exact(counts) => counts.iter().for_each(|(us, count)| each(*us, *count)),
            Latencies::Rounded(histogram) => {
                for step in histogram.iter_recorded() {
                    each(step.value_iterated_to(), step.count_at_value().into());
                }
            }
        }
    }

    /// The longest latency.
    pub fn max(&self) -> Option<Micros> {
        match self {
            Latencies::Exact(counts) => counts.last_key_value().map(|(&us, _)| us),
            Latencies::Rounded(histogram) => Some(histogram.max()),
        }
    }
}

impl Metrics {
    /// Changes a queue's depth.
    pub fn queue(&mut self, queue: u16, change: i64) {
        let queue = usize::from(queue);
        if self.queue_depth.len() <= queue {
            self.queue_depth.resize(queue + 1, 0);
        }
        let depth = &mut self.queue_depth[queue];
        *depth = depth.saturating_add_signed(change);
        self.queue_most = self.queue_most.max(*depth);
    }

    /// Adds a time for which a key was stale.
    pub fn was_stale(&mut self, from_us: Micros, until_us: Micros) {
        self.stale_us += until_us - from_us;
        self.longest_stale.see(until_us - from_us, from_us);
    }

    /// Adds a stale read.
    pub fn read_stale(&mut self, read: StaleRead) {
        if self.stalest_read.is_none_or(|stalest| read.for_us > stalest.for_us) {
            self.stalest_read = Some(read);
        }
    }
}
