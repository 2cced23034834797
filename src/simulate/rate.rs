//! Rates that change over time, and the arrival of the next request.
//!
//! Requests are a Poisson process whose rate depends on time. The next one is found by the
//! inverse method (Çinlar, "Introduction to Stochastic Processes", 1975): it comes when the
//! area below the rate, from the last one on, has grown by an exponential number of mean 1.
//! So each gap takes one draw, as at a steady rate, and none is thrown away.

use std::f64::consts::TAU;

use super::chance::whole;
use crate::scenario::{Arrivals, RatePoint};
use crate::time::{LONGEST_US, Micros, SECOND_US};

/// A rate as a function of time. Internally, rates are in requests per microsecond.
#[derive(Clone, Copy, Debug)]
pub enum Rate<'a> {
    Steps(&'a [RatePoint]),
    Ramps(&'a [RatePoint]),
    Wave { mean: f64, swing: f64, period_us: f64 },
}

impl Rate<'_> {
    /// The rate of a workload; `None` if it is constant.
    pub fn of(arrivals: &Arrivals) -> Option<Rate<'_>> {
        match arrivals {
            Arrivals::Steps { points } => Some(Rate::Steps(points)),
            Arrivals::Ramps { points } => Some(Rate::Ramps(points)),
            &Arrivals::Wave { per_second, swing_permille, period_us } => Some(Rate::Wave {
                mean: per_second / SECOND_US as f64,
                swing: f64::from(swing_permille) / 1_000.0,
                period_us: period_us as f64,
            }),
            Arrivals::Poisson { .. } | Arrivals::Fixed { .. } | Arrivals::Closed { .. } => None,
        }
    }

    /// The rate at an instant, in requests per second.
    pub fn per_second(&self, at_us: Micros) -> f64 {
        let rate = match *self {
            Rate::Steps(points) | Rate::Ramps(points) => self.piece(points, at_us).at(at_us),
            Rate::Wave { mean, swing, period_us } => {
                mean * (1.0 - swing * libm::cos(TAU * (at_us as f64 / period_us)))
            }
        };
        rate * SECOND_US as f64
    }

    /// The time until the area below the rate has grown by `requests`. At most [`LONGEST_US`],
    /// which is beyond the end of every run.
    pub fn gap_us(&self, from_us: Micros, requests: f64) -> Micros {
        match *self {
            Rate::Steps(points) | Rate::Ramps(points) => {
                self.gap_in_pieces(points, from_us, requests)
            }
            Rate::Wave { mean, swing, period_us } => {
                let phase = |us: f64| libm::sin(TAU * (us / period_us));
                // of equal phase, and exact
                let start_us = (from_us % period_us as Micros) as f64;
                let spread_us = swing * period_us / TAU;
                let area =
                    |us: f64| mean * (us - spread_us * (phase(start_us + us) - phase(start_us)));
                let furthest_us = requests / mean + 2.0 * spread_us;
                // the nearest whole number
                first_where(furthest_us, |us| area(us - 0.5) >= requests)
            }
        }
    }

    /// The piece around an instant in which the rate is linear.
    fn piece(&self, points: &[RatePoint], at_us: Micros) -> Piece {
        let behind = points.partition_point(|point| point.at_us <= at_us);
        let per_us = |point: &RatePoint| point.per_second / SECOND_US as f64;
        let (here, next) = (behind.checked_sub(1).map(|at| &points[at]), points.get(behind));
        let (from_us, first) = match (here, next) {
            (Some(here), _) => (here.at_us, per_us(here)),
            (None, next) => (0, next.map_or(0.0, per_us)),
        };
        let last = match (self, here, next) {
            (Rate::Ramps(_), Some(_), Some(next)) => per_us(next),
            _ => first,
        };
        Piece { from_us, until_us: next.map(|next| next.at_us), first, last }
    }

    fn gap_in_pieces(&self, points: &[RatePoint], from_us: Micros, mut requests: f64) -> Micros {
        let mut now_us = from_us;
        loop {
            let piece = self.piece(points, now_us);
            let (rate, slope) = (piece.at(now_us), piece.slope());
            let length_us = piece.until_us.map(|until_us| (until_us - now_us) as f64);
            let area = length_us.map(|us| us * (rate + slope * us / 2.0));
            match (area, piece.until_us) {
                (Some(area), Some(until_us)) if area < requests => {
                    requests -= area;
                    now_us = until_us;
                }
                (None, _) if rate <= 0.0 => return LONGEST_US,
                _ => {
                    // the root of `rate · us + slope · us² / 2 = requests`, for either slope
                    let root = libm::sqrt((rate * rate + 2.0 * slope * requests).max(0.0));
                    let us = whole(2.0 * requests / (rate + root));
                    return (now_us - from_us).saturating_add(us).min(LONGEST_US);
                }
            }
        }
    }
}

/// A stretch of time in which the rate is linear.
struct Piece {
    from_us: Micros,
    /// `None`: for ever.
    until_us: Option<Micros>,
    first: f64,
    last: f64,
}

impl Piece {
    /// The slope of the rate, per microsecond.
    fn slope(&self) -> f64 {
        let length_us = self.until_us.map(|until_us| (until_us - self.from_us) as f64);
        length_us.map_or(0.0, |us| (self.last - self.first) / us)
    }

    fn at(&self, at_us: Micros) -> f64 {
        self.first + self.slope() * (at_us - self.from_us) as f64
    }
}

/// The first whole microsecond at which a condition holds that stays true once it does.
fn first_where(furthest_us: f64, is_so: impl Fn(f64) -> bool) -> Micros {
    let (mut low, mut high) = (0, whole(furthest_us + 1.0));
    while low < high {
        let middle = low + (high - low) / 2;
        match is_so(middle as f64) {
            true => high = middle,
            false => low = middle + 1,
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINTS: [RatePoint; 3] = [
        RatePoint { at_us: 1_000_000, per_second: 10.0 },
        RatePoint { at_us: 3_000_000, per_second: 30.0 },
        RatePoint { at_us: 4_000_000, per_second: 0.0 },
    ];

    fn requests(rate: Rate<'_>, until_us: Micros, of: f64) -> Vec<Micros> {
        let mut at_us = Vec::new();
        let mut now_us = rate.gap_us(0, of);
        while now_us < until_us {
            at_us.push(now_us);
            now_us += rate.gap_us(now_us, of);
        }
        at_us
    }

    #[test]
    fn gaps_have_the_area_that_they_are_asked_for() {
        // before the first point its rate, then 40 while it doubles and triples, 15 to the end
        for (rate, counts) in
            [(Rate::Ramps(&POINTS), [10, 40, 15]), (Rate::Steps(&POINTS), [10, 20, 30])]
        {
            let at_us = requests(rate, 60_000_000, 1.0);
            let within = |from: Micros, to: Micros| {
                at_us.iter().filter(|at| (from..=to).contains(at)).count()
            };
            let found =
                [within(0, 1_000_010), within(1_000_011, 3_000_010), within(3_000_011, LONGEST_US)];
            assert!(
                found.iter().zip(counts).all(|(a, b)| a.abs_diff(b) <= 1),
                "{rate:?} {found:?}"
            );
        }
    }

    #[test]
    fn a_wave_has_its_mean_in_each_period_and_its_peak_in_the_middle() {
        let rate = Rate::Wave { mean: 20.0 / 1e6, swing: 0.8, period_us: 10e6 };
        let at_us = requests(rate, 1_000_000_000, 0.25);
        // each gap is rounded to a microsecond
        assert!(at_us.len().abs_diff(80_000) <= 10, "{}", at_us.len());
        let busy = at_us.iter().filter(|at| (2_500_000..7_500_000).contains(&(**at % 10_000_000)));
        // the half of the period around the peak: 1/2 + swing/π
        let share = busy.count() as f64 / at_us.len() as f64;
        assert!((share - (0.5 + 0.8 / std::f64::consts::PI)).abs() < 0.001, "{share}");
        assert_eq!(rate.per_second(0).round(), 4.0);
        assert_eq!(rate.per_second(5_000_000).round(), 36.0);
        // a wave that comes to a standstill goes on
        let deep = Rate::Wave { mean: 1e-12, swing: 1.0, period_us: 1.0 };
        assert!(deep.gap_us(LONGEST_US, 1.0) <= LONGEST_US);
    }

    #[test]
    fn a_rate_is_what_its_points_say() {
        let at = |rate: Rate<'_>| {
            [0, 1_000_000, 2_000_000, 3_500_000, 9_000_000].map(|at| rate.per_second(at).round())
        };
        assert_eq!(at(Rate::Steps(&POINTS)), [10.0, 10.0, 10.0, 30.0, 0.0]);
        assert_eq!(at(Rate::Ramps(&POINTS)), [10.0, 10.0, 20.0, 15.0, 0.0]);
        assert_eq!(Rate::Steps(&POINTS).gap_us(9_000_000, 1.0), LONGEST_US);
    }
}
