//! Runs of a sweep aggregated: means, confidence intervals, knees.

use super::line::SweepLine;
use crate::compare::measure::{MEASURES, Unit};
use crate::scenario::Literal;

/// The points of a sweep, in its order.
#[derive(Clone, PartialEq, Debug)]
pub struct Points {
    /// The names of the axes with several values.
    pub axes: Vec<String>,
    pub points: Vec<Point>,
}

/// All runs with the same values, one per seed.
#[derive(Clone, PartialEq, Debug)]
pub struct Point {
    /// The values, in the order of the axes.
    pub set: Vec<Literal>,
    pub runs: u64,
    /// One per measure of [`MEASURES`]; `None`: no run had anything to measure.
    pub means: Vec<Option<Mean>>,
}

/// A mean over seeds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mean {
    pub mean: f64,
    /// Half of the 95 % confidence interval, t₀.₉₇₅(n − 1) · s / √n, by Student's t with the
    /// sample's standard deviation s; `None` for one run.
    pub half_width: Option<f64>,
}

impl Mean {
    /// The mean as text: "12.5 ms ± 0.3 ms".
    pub fn words(self, unit: Unit) -> String {
        let words = |value: f64| match unit {
            // a mean of counts is none
            Unit::Count if value.fract() != 0.0 => format!("{value:.1}"),
            _ => unit.words(value.round() as u64),
        };
        match self.half_width {
            None => words(self.mean),
            Some(half_width) => format!("{} ± {}", words(self.mean), words(half_width)),
        }
    }

    fn of(values: &[f64]) -> Option<Mean> {
        let count = values.len() as f64;
        if values.is_empty() {
            return None;
        }
        let mean = values.iter().sum::<f64>() / count;
        let half_width = (values.len() > 1).then(|| {
            let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
            let deviation = libm::sqrt(squares / (count - 1.0));
            student_t(values.len() - 1) * deviation / libm::sqrt(count)
        });
        Some(Mean { mean, half_width })
    }
}

impl Points {
    /// Aggregates the lines of one sweep, in the order of its runs.
    pub fn of(lines: &[SweepLine]) -> Points {
        let names: Vec<&String> =
            lines.iter().take(1).flat_map(|it| &it.set).map(|it| &it.0).collect();
        let varies = |at: &usize| {
            let value = |line: &SweepLine| line.set.get(*at).map(|(_, value)| value.plain());
            lines.iter().any(|line| value(line) != value(&lines[0]))
        };
        let axes: Vec<usize> = (0..names.len()).filter(varies).collect();
        let set = |line: &SweepLine| -> Vec<Literal> {
            let value = |&at: &usize| line.set.get(at).map(|(_, value)| value.clone());
            axes.iter().filter_map(value).collect()
        };
        let point = |lines: &[SweepLine]| Point {
            set: set(&lines[0]),
            runs: lines.len() as u64,
            means: (0..MEASURES.len())
                .map(|at| {
                    let values = lines.iter().filter_map(|line| line.values[at]);
                    Mean::of(&values.map(|value| value as f64).collect::<Vec<_>>())
                })
                .collect(),
        };
        Points {
            axes: axes.iter().map(|&at| names[at].clone()).collect(),
            points: lines.chunk_by(|one, other| set(one) == set(other)).map(point).collect(),
        }
    }

    /// The point at which a measure's curve bends most, along a single axis of numbers: the one
    /// farthest from the straight line between the first and the last, both scaled to 0..1, as
    /// in Satopää and others, "Finding a 'kneedle' in a haystack" (2011), without smoothing.
    /// `None`: it is nearly straight (less than a tenth away), or has fewer than three points.
    pub fn knee(&self, measure: usize) -> Option<usize> {
        if self.axes.len() != 1 {
            return None;
        }
        let point = |point: &Point| Some((point.set[0].number()?, point.means[measure]?.mean));
        let points: Vec<(f64, f64)> = self.points.iter().map(point).collect::<Option<_>>()?;
        let [(x0, y0), .., (x1, _)] = points[..] else { return None };
        let ys = points.iter().map(|point| point.1);
        let (low, high) = (ys.clone().fold(f64::MAX, f64::min), ys.fold(f64::MIN, f64::max));
        let last = points.last()?.1;
        if x1 == x0 || high == low {
            return None;
        }
        let away = |&(x, y): &(f64, f64)| {
            let along = (x - x0) / (x1 - x0);
            ((y - y0) / (high - low) - along * (last - y0) / (high - low)).abs()
        };
        let mut farthest = (0, 0.1);
        for (at, each) in points.iter().enumerate() {
            if away(each) > farthest.1 {
                farthest = (at, away(each));
            }
        }
        (farthest.0 > 0).then_some(farthest.0)
    }
}

/// The quantile 0.975 of Student's t; beyond the table, accurate to a thousandth.
fn student_t(freedom: usize) -> f64 {
    const QUANTILES: [f64; 30] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
        2.052, 2.048, 2.045, 2.042,
    ];
    match freedom {
        0 => f64::INFINITY,
        _ => QUANTILES.get(freedom - 1).copied().unwrap_or(1.96 + 2.46 / freedom as f64),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use statrs::distribution::{ContinuousCDF, StudentsT};

    use super::*;

    #[test]
    fn the_quantiles_are_those_of_students_t() {
        for freedom in (1..=60).chain([100, 1_000, 100_000]) {
            let t = StudentsT::new(0.0, 1.0, freedom as f64).unwrap().inverse_cdf(0.975);
            assert!((student_t(freedom) - t).abs() < 0.0015, "{freedom}: {t}");
        }
    }

    #[test]
    fn a_mean_has_an_interval_from_two_runs_on() {
        assert_eq!(Mean::of(&[]), None);
        assert_eq!(Mean::of(&[3.0]), Some(Mean { mean: 3.0, half_width: None }));
        let mean = Mean::of(&[1.0, 2.0, 3.0]).unwrap();
        // s = 1, n = 3
        assert_eq!(mean.mean, 2.0);
        assert!((mean.half_width.unwrap() - 4.303 / 3f64.sqrt()).abs() < 1e-9);
    }

    fn curve(ys: &[f64]) -> Points {
        let points = ys.iter().enumerate().map(|(x, &y)| Point {
            set: vec![Literal::Int(x as i64)],
            runs: 1,
            means: vec![Some(Mean { mean: y, half_width: None })],
        });
        Points { axes: vec!["x".to_owned()], points: points.collect() }
    }

    #[test]
    fn the_knee_is_where_a_curve_bends() {
        assert_eq!(curve(&[0.0, 50.0, 90.0, 95.0, 98.0, 100.0]).knee(0), Some(2));
        assert_eq!(curve(&[100.0, 40.0, 10.0, 5.0, 2.0, 0.0]).knee(0), Some(2));
        assert_eq!(curve(&[0.0, 1.0, 2.0, 3.0]).knee(0), None);
        assert_eq!(curve(&[5.0, 5.0, 5.0]).knee(0), None);
        assert_eq!(curve(&[0.0, 5.0]).knee(0), None);
    }
}
