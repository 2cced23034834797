//! How the latencies of a run are spread, in steps that grow with the latency.

use crate::history::Latencies;
use crate::time::Micros;

/// Steps for each doubling of the latency.
const PER_DOUBLING: u32 = 4;

/// How many requests took how long: one count for each step.
///
/// Steps are a quarter of a doubling wide, so that 200 µs and 20 ms can be seen side by side.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Distribution {
    /// By step, from the shortest latency on; without the empty steps behind the last.
    pub counts: Vec<u64>,
}

impl Distribution {
    /// That of the latencies of a run.
    pub fn of(latencies: &Latencies) -> Distribution {
        let mut counts = Vec::new();
        latencies.for_each(|us, count| {
            let step = step_of(us);
            if counts.len() <= step {
                counts.resize(step + 1, 0);
            }
            counts[step] += count;
        });
        Distribution { counts }
    }

    /// The first step that has a request.
    pub fn first(&self) -> Option<usize> {
        self.counts.iter().position(|count| *count > 0)
    }

    /// The share of the requests in a step, in thousandths.
    pub fn permille(&self, step: usize) -> u64 {
        let all: u64 = self.counts.iter().sum();
        self.counts.get(step).map_or(0, |count| (count * 1_000).checked_div(all).unwrap_or(0))
    }
}

/// The step of a latency.
pub fn step_of(us: Micros) -> usize {
    let us = us.max(1);
    let doublings = us.ilog2();
    // the two bits behind the first say which quarter it is
    let quarter = ((us << 2) >> doublings) & 3;
    (doublings * PER_DOUBLING) as usize + quarter as usize
}

/// The shortest latency of a step, rounded down to a microsecond.
pub fn step_begins_us(step: usize) -> Micros {
    let (doublings, quarter) = (step as u32 / PER_DOUBLING, step as u64 % 4);
    ((4 + quarter) << doublings) >> 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latency_lies_in_its_step() {
        for us in (1..5_000).chain([1 << 20, 3_600_000_000, u64::MAX >> 3]) {
            let step = step_of(us);
            assert!(
                step_begins_us(step) <= us && us < step_begins_us(step + 1).max(us + 1),
                "{us}"
            );
            assert!(step_begins_us(step) <= step_begins_us(step + 1), "{us}");
            assert!(step_of(us + 1) >= step);
        }
    }

    #[test]
    fn shares_are_of_all_requests() {
        let mut latencies = Latencies::default();
        assert_eq!(Distribution::of(&latencies).first(), None);
        for us in [500, 500, 501, 11_000] {
            latencies.add(us);
        }
        let spread = Distribution::of(&latencies);
        assert_eq!(spread.first(), Some(step_of(500)));
        assert_eq!(spread.permille(step_of(500)), 750);
        assert_eq!(spread.permille(step_of(11_000)), 250);
        assert_eq!((spread.permille(0), spread.permille(10_000)), (0, 0));
        // a histogram has the same, to three digits
        (0..2_000).for_each(|us| latencies.add(us * 10));
        assert_eq!(Distribution::of(&latencies).counts.iter().sum::<u64>(), 2_004);
    }
}
