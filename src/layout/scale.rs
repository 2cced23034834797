//! Axes with ticks at round numbers.

use crate::time::{Micros, SECOND_US};

/// An axis from 0 to `end`, with a tick every `step`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    pub end: u64,
    pub step: u64,
}

/// Steps of a clock, in seconds.
const CLOCK: [u64; 15] =
    [10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400];

impl Axis {
    /// An axis for numbers up to `most`, with at most `parts` steps: 1, 2 or 5 times a power of
    /// ten.
    pub fn to(most: u64, parts: u64) -> Axis {
        Axis::of(most, round_step(most, parts))
    }

    /// An axis for time; from 10 s on, with the steps of a clock.
    pub fn of_time(most_us: Micros, parts: u64) -> Axis {
        let step = round_step(most_us, parts);
        if step < 10 * SECOND_US {
            return Axis::of(most_us, step);
        }
        let fits = |seconds: &u64| most_us.div_ceil(seconds * SECOND_US) <= parts;
        let day = CLOCK[CLOCK.len() - 1] * SECOND_US;
        match CLOCK.into_iter().find(fits) {
            Some(seconds) => Axis::of(most_us, seconds * SECOND_US),
            None => Axis::of(most_us, day * round_step(most_us.div_ceil(day), parts)),
        }
    }

    /// The axis with another end, which need not be round.
    pub fn until(self, end: u64) -> Axis {
        Axis { end: end.max(1), ..self }
    }

    fn of(most: u64, step: u64) -> Axis {
        Axis { end: most.max(1).div_ceil(step).saturating_mul(step), step }
    }

    /// Every tick, from 0 to the end, or to the last step before it.
    pub fn ticks(self) -> impl Iterator<Item = u64> {
        (0..=self.end / self.step).map(move |at| at * self.step)
    }

    /// The position of a number between two ends of a drawing.
    pub fn place(self, number: u64, from: f64, to: f64) -> f64 {
        from + (to - from) * (number.min(self.end) as f64 / self.end as f64)
    }
}

/// The smallest of 1, 2, 5, 10, 20, … of which `parts` steps reach `most`.
pub fn round_step(most: u64, parts: u64) -> u64 {
    let mut ten = 1_u64;
    loop {
        for step in [ten, ten.saturating_mul(2), ten.saturating_mul(5)] {
            if most.div_ceil(step) <= parts.max(1) {
                return step;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_at_a_round_one() {
        let ends = |most: &[u64]| -> Vec<(u64, u64)> {
            most.iter().map(|&most| Axis::to(most, 2)).map(|axis| (axis.end, axis.step)).collect()
        };
        assert_eq!(ends(&[0, 1, 2, 3, 7]), [(1, 1), (1, 1), (2, 1), (4, 2), (10, 5)]);
        assert_eq!(ends(&[11, 100, 1_234]), [(20, 10), (100, 50), (2_000, 1_000)]);
    }

    #[test]
    fn time_ends_at_what_a_clock_would_say() {
        let seconds = |most: u64| {
            let axis = Axis::of_time(most * SECOND_US, 4);
            (axis.end / SECOND_US, axis.step / SECOND_US)
        };
        assert_eq!(seconds(4), (4, 1));
        assert_eq!(seconds(61), (80, 20));
        assert_eq!(seconds(100), (120, 30));
        assert_eq!(seconds(3_700), (4_800, 1_200));
        assert_eq!(seconds(365 * 86_400), (400 * 86_400, 100 * 86_400));
        assert_eq!(Axis::of_time(130_000, 4), Axis { end: 150_000, step: 50_000 });
    }

    #[test]
    fn every_number_has_an_axis_and_a_place_on_it() {
        for most in (0..64).map(|power| 1_u64 << power).chain([u64::MAX]) {
            for axis in [Axis::to(most, 3), Axis::of_time(most, 3)] {
                assert!(axis.end >= most && axis.ticks().count() <= 4, "{most}: {axis:?}");
                let at = axis.place(most, 100.0, 0.0);
                assert!((0.0..=100.0).contains(&at), "{most}: {at}");
            }
        }
        assert_eq!(Axis { end: 4, step: 2 }.ticks().collect::<Vec<_>>(), [0, 2, 4]);
        assert_eq!(Axis { end: 4, step: 2 }.place(1, 80.0, 0.0), 60.0);
    }
}
