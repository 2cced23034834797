//! A curve over the values of a sweep, with a confidence interval for each point.

use std::fmt::Write;

use super::Tick;
use super::scale::Axis;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 220.0;
const ABOVE: f64 = 10.0;
const BELOW: f64 = 24.0;
/// The width of a letter of a label, and the space beside a label.
const LETTER: f64 = 6.4;
const BESIDE: f64 = 8.0;
/// The most names below the curve.
const NAMES: usize = 12;

/// The geometry of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    pub width: f64,
    pub height: f64,
    pub left: f64,
    pub right: f64,
    pub bottom: f64,
    /// From point to point; missing points leave gaps.
    pub path: String,
    /// The intervals, one vertical stroke each.
    pub band: String,
    /// The position of each point.
    pub at: Vec<Option<(f64, f64)>>,
    /// Names of points, with their distances from the left.
    pub across: Vec<Tick>,
    /// Ticks of the values, with their distances from the top.
    pub up: Vec<Tick>,
}

/// Lays out means, each with half the width of its interval, at equal distances; `words` gives the
/// text of a value.
pub fn curve(
    means: &[Option<(f64, f64)>],
    names: &[String],
    words: &dyn Fn(u64) -> String,
) -> Curve {
    let top = means.iter().flatten().map(|(mean, half)| mean + half).fold(0.0, f64::max);
    let axis = Axis::to(top.ceil() as u64, 4);
    let bottom = HEIGHT - BELOW;
    let texts: Vec<(u64, String)> = axis.ticks().map(|tick| (tick, words(tick))).collect();
    let letters = texts.iter().map(|(_, text)| text.chars().count()).max().unwrap_or(0);
    let left = letters as f64 * LETTER + BESIDE;
    let right = WIDTH - 4.0 * BESIDE;
    let high = |value: f64| {
        let share = (value / axis.end as f64).clamp(0.0, 1.0);
        bottom + (ABOVE - bottom) * share
    };
    let gaps = means.len().saturating_sub(1).max(1) as f64;
    let across = |at: usize| left + BESIDE + (right - left - BESIDE) * at as f64 / gaps;
    let at: Vec<Option<(f64, f64)>> =
        (0..).zip(means).map(|(at, mean)| mean.map(|(mean, _)| (across(at), high(mean)))).collect();
    let (mut path, mut band) = (String::new(), String::new());
    let mut drawing = false;
    for (mean, place) in means.iter().zip(&at) {
        let (Some((mean, half)), Some((x, y))) = (mean, place) else {
            drawing = false;
            continue;
        };
        // Writing to a string does not fail.
        let _ = write!(path, "{}{x:.1} {y:.1}", if drawing { 'L' } else { 'M' });
        let _ = write!(band, "M{x:.1} {:.1}V{:.1}", high(mean + half), high(mean - half));
        drawing = true;
    }
    let every = names.len().div_ceil(NAMES).max(1);
    let named = names.iter().enumerate().step_by(every);
    Curve {
        width: WIDTH,
        height: HEIGHT,
        left,
        right,
        bottom,
        path,
        band,
        at,
        across: named.map(|(at, name)| Tick { at: across(at), text: name.clone() }).collect(),
        up: texts.into_iter().map(|(tick, text)| Tick { at: high(tick as f64), text }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(means: &[Option<(f64, f64)>]) -> Curve {
        let names: Vec<String> = (0..means.len()).map(|at| at.to_string()).collect();
        curve(means, &names, &|value| value.to_string())
    }

    #[test]
    fn a_curve_has_gaps_and_its_intervals() {
        let curve = drawn(&[Some((4.0, 1.0)), Some((2.0, 0.0)), None, Some((0.0, 0.5))]);
        assert_eq!((curve.path.matches('M').count(), curve.path.matches('L').count()), (2, 1));
        assert_eq!(curve.band.matches('V').count(), 3);
        assert_eq!(curve.at[2], None);
        let (first, second) = (curve.at[0].unwrap(), curve.at[1].unwrap());
        assert!(first.0 < second.0 && first.1 < second.1);
    }

    #[test]
    fn everything_lies_within_the_box() {
        let many: Vec<_> = (0..200).map(|at| Some((f64::from(at) * 1e9, 5e9))).collect();
        for means in [&many[..], &[], &[None], &[Some((0.0, 0.0))], &[Some((0.3, 0.2))]] {
            let curve = drawn(means);
            for (x, y) in curve.at.iter().flatten() {
                assert!((curve.left..=curve.right).contains(x), "{curve:?}");
                assert!((0.0..=curve.bottom).contains(y), "{curve:?}");
            }
            assert!(curve.across.len() <= NAMES && curve.right < curve.width);
            assert!(curve.up.iter().all(|tick| (0.0..=curve.bottom).contains(&tick.at)));
        }
    }
}
