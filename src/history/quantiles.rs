//! Latencies of one step of a series, to two digits and up to an hour.

use std::rc::Rc;

use hdrhistogram::Histogram;

use crate::time::{Micros, SECOND_US};

/// Latencies of one step.
#[derive(Clone, Debug, Default)]
pub struct Quantiles {
    all: Option<Rc<Recorded>>,
    /// The shares that charts show, computed once the step is over.
    known: Option<[Micros; SHOWN.len()]>,
}

/// A histogram takes 13 KB, and time to make, copy and search. Most steps have few latencies and
/// keep a list.
#[derive(Clone, Debug)]
enum Recorded {
    Few(Vec<Micros>),
    Many(Histogram<u32>),
}

/// The shares that charts show, in thousandths.
const SHOWN: [u32; 3] = [500, 950, 990];

const HIGHEST_US: Micros = 3_600 * SECOND_US;

const DIGITS: u8 = 2;

/// The most latencies in a list.
const MOST_FEW: usize = 256;

impl Quantiles {
    /// Adds a latency.
    pub fn add(&mut self, us: Micros) {
        let all = self.all.get_or_insert_with(|| Rc::new(Recorded::Few(Vec::new())));
        Rc::make_mut(all).add(us);
    }

    /// Adds the latencies of another step.
    pub fn take_in(&mut self, other: Quantiles) {
        self.known = None;
        let Some(other) = other.all else { return };
        match &mut self.all {
            Some(own) => Rc::make_mut(own).take_in(&other),
            own => *own = Some(other),
        }
    }

    /// Closes the step: nothing will be added.
    pub fn close(&mut self) {
        if self.known.is_none()
            && let Some(all) = &self.all
        {
            self.known = Some(all.at_permille(SHOWN));
        }
    }

    /// The latency that this share, in thousandths, did not exceed.
    pub fn at_permille(&self, permille: u32) -> Option<Micros> {
        let all = self.all.as_ref()?;
        let shown = SHOWN.iter().position(|shown| *shown == permille);
        if let (Some(known), Some(at)) = (self.known, shown) {
            return Some(known[at]);
        }
        Some(all.at_permille([permille])[0])
    }
}

impl Recorded {
    fn add(&mut self, us: Micros) {
        match self {
            Recorded::Few(list) if list.len() < MOST_FEW && us <= HIGHEST_US => list.push(us),
            Recorded::Few(list) => {
                if let Some(mut histogram) = histogram(list) {
                    histogram.saturating_record(us);
                    *self = Recorded::Many(histogram);
                }
            }
            Recorded::Many(histogram) => histogram.saturating_record(us),
        }
    }

    fn take_in(&mut self, other: &Recorded) {
        match (&mut *self, other) {
            (_, Recorded::Few(list)) => list.iter().for_each(|us| self.add(*us)),
            (Recorded::Few(own), Recorded::Many(other)) => {
                let mut all = other.clone();
                own.iter().for_each(|us| all.saturating_record(*us));
                *self = Recorded::Many(all);
            }
            (Recorded::Many(own), Recorded::Many(other)) => {
                // both have the same bounds: it cannot fail
                let _ = own.add(other);
            }
        }
    }

    fn at_permille<const N: usize>(&self, shares: [u32; N]) -> [Micros; N] {
        let share = |permille: u32| f64::from(permille) / 1_000.0;
        match self {
            Recorded::Few(list) => {
                let mut sorted = list.clone();
                sorted.sort_unstable();
                shares.map(|permille| {
                    let rank = (share(permille) * sorted.len() as f64).ceil().max(1.0) as usize;
                    sorted.get(rank - 1).map_or(0, |us| rounded_up(*us))
                })
            }
            Recorded::Many(histogram) => shares
                .map(|permille| histogram.value_at_quantile(share(permille)).min(histogram.max())),
        }
    }
}

fn histogram(list: &[Micros]) -> Option<Histogram<u32>> {
    let mut histogram = Histogram::new_with_max(HIGHEST_US, DIGITS).ok()?;
    list.iter().for_each(|us| histogram.saturating_record(*us));
    Some(histogram)
}

/// The largest value that a histogram of two digits does not distinguish from this one: only the
/// first eight bits count.
fn rounded_up(us: Micros) -> Micros {
    const BITS: u32 = 8;
    let rest = (Micros::BITS - us.leading_zeros()).saturating_sub(BITS);
    us | ((1 << rest) - 1)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Latencies of every order of magnitude.
    fn latencies() -> impl Strategy<Value = Vec<Micros>> {
        let one = (0u32..34, any::<u64>()).prop_map(|(bits, us)| us & ((1 << bits) - 1));
        prop::collection::vec(one, 1..MOST_FEW * 2)
    }

    proptest! {
        #[test]
        fn a_list_says_what_a_histogram_would(all in latencies(), cut in 0..MOST_FEW) {
            let (first, second) = all.split_at(cut.min(all.len()));
            let of = |list: &[Micros]| {
                let mut quantiles = Quantiles::default();
                list.iter().for_each(|us| quantiles.add(*us));
                quantiles
            };
            let mut quantiles = of(first);
            quantiles.take_in(of(second));
            let histogram = histogram(&all).expect("its bounds are right");
            for permille in [1, 10, 500, 950, 990, 999] {
                let expected = histogram.value_at_quantile(f64::from(permille) / 1_000.0);
                let expected = Some(expected.min(histogram.max()));
                prop_assert_eq!(quantiles.at_permille(permille), expected);
            }
            let open = SHOWN.map(|permille| quantiles.at_permille(permille));
            quantiles.close();
            prop_assert_eq!(open, SHOWN.map(|permille| quantiles.at_permille(permille)));
        }
    }
}
