//! Totals.

use hdrhistogram::Histogram;

use crate::time::Micros;

/// What is counted as records come. Memory does not grow with the run.
#[derive(Clone, Debug)]
pub struct Metrics {
    pub reads: u64,
    pub hits: u64,
    pub misses: u64,
    pub stale: u64,
    pub failed_reads: u64,
    pub writes: u64,
    pub acknowledged: u64,
    pub committed: u64,
    pub overtaken: u64,
    pub failed_writes: u64,
    pub read_latency: Latencies,
    pub write_latency: Latencies,
    pub database_reads: u64,
    pub database_writes: u64,
    /// The most loads of one key at a time: the size of a stampede.
    pub most_loads_of_one_key: u32,
    pub never_read: u64,
    pub evictions: u64,
    pub expirations: u64,
    pub queue_depth: Vec<u64>,
    pub queue_most: u64,
    pub absorbed: u64,
    pub dead_letters: u64,
    /// Time during which an entry was older than its row, over all keys.
    pub stale_us: Micros,
    pub longest_stale_us: Micros,
    pub errors: u64,
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics {
            reads: 0,
            hits: 0,
            misses: 0,
            stale: 0,
            failed_reads: 0,
            writes: 0,
            acknowledged: 0,
            committed: 0,
            overtaken: 0,
            failed_writes: 0,
            read_latency: Latencies::default(),
            write_latency: Latencies::default(),
            database_reads: 0,
            database_writes: 0,
            most_loads_of_one_key: 0,
            never_read: 0,
            evictions: 0,
            expirations: 0,
            queue_depth: Vec::new(),
            queue_most: 0,
            absorbed: 0,
            dead_letters: 0,
            stale_us: 0,
            longest_stale_us: 0,
            errors: 0,
        }
    }
}

/// Latencies of requests that ended well, to three digits.
#[derive(Clone, Debug)]
pub struct Latencies(Option<Histogram<u32>>);

impl Default for Latencies {
    fn default() -> Latencies {
        // three digits are within what a histogram can have
        Latencies(Histogram::new(3).ok())
    }
}

impl Latencies {
    /// One more.
    pub fn add(&mut self, us: Micros) {
        if let Some(histogram) = &mut self.0 {
            // it grows to the value; a year is the longest that any can be
            let _ = histogram.record(us.max(1));
        }
    }

    /// The latency that this share of them, in thousandths, did not exceed;
    /// `None` where there are none.
    pub fn at_permille(&self, permille: u32) -> Option<Micros> {
        let histogram = self.0.as_ref().filter(|histogram| !histogram.is_empty())?;
        let value = histogram.value_at_quantile(f64::from(permille) / 1_000.0);
        Some(value.min(histogram.max()))
    }

    /// The longest.
    pub fn max(&self) -> Option<Micros> {
        let histogram = self.0.as_ref().filter(|histogram| !histogram.is_empty())?;
        Some(histogram.max())
    }
}

impl Metrics {
    /// A queue's depth changed.
    pub fn queue(&mut self, queue: u16, change: i64) {
        let queue = usize::from(queue);
        if self.queue_depth.len() <= queue {
            self.queue_depth.resize(queue + 1, 0);
        }
        let depth = &mut self.queue_depth[queue];
        *depth = depth.saturating_add_signed(change);
        self.queue_most = self.queue_most.max(*depth);
    }

    /// A key was stale for so long.
    pub fn was_stale(&mut self, for_us: Micros) {
        self.stale_us += for_us;
        self.longest_stale_us = self.longest_stale_us.max(for_us);
    }
}
