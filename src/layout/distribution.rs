//! Latencies of several runs as bars over steps that grow, on one axis for all.

use std::fmt::Write;

use super::{CHART_WIDTH, Tick};
use crate::compare::distribution::{Distribution, step_begins_us, step_of};
use crate::time::{Micros, duration};

const HEIGHT: f64 = 74.0;
const BELOW: f64 = 18.0;
const BESIDE: f64 = 6.0;
/// The least that is drawn of a step in which something is.
const LEAST: f64 = 1.5;
/// Latencies that may be named below, as far as there is room.
const NAMED: [Micros; 13] = [
    1,
    10,
    100,
    500,
    1_000,
    5_000,
    10_000,
    50_000,
    100_000,
    500_000,
    1_000_000,
    10_000_000,
    100_000_000,
];
/// Room for a name.
const NAME: f64 = 52.0;

/// Bars of several runs, as wide and as high as each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    pub width: f64,
    pub height: f64,
    pub bottom: f64,
    /// The bars of each run, in their order.
    pub paths: Vec<String>,
    /// Names of latencies, and where they are from the left.
    pub across: Vec<Tick>,
}

/// Lays out the distributions of several runs; `None` where none has a request.
pub fn bars(runs: &[&Distribution]) -> Option<Bars> {
    let first = runs.iter().filter_map(|run| run.first()).min()?;
    let end = runs.iter().map(|run| run.counts.len()).max()?;
    let wide = (CHART_WIDTH - 2.0 * BESIDE) / (end - first) as f64;
    let x = |step: usize| BESIDE + (step - first) as f64 * wide;
    let permilles = || runs.iter().flat_map(|run| (first..end).map(|step| run.permille(step)));
    let most = permilles().max().unwrap_or(0).max(1);
    let bottom = HEIGHT - BELOW;
    let path = |run: &&Distribution| {
        let mut path = String::new();
        for step in (first..end).filter(|step| run.counts.get(*step).is_some_and(|it| *it > 0)) {
            let high = (bottom * run.permille(step) as f64 / most as f64).max(LEAST);
            // writing to a string does not fail
            let _ = write!(
                path,
                "M{:.1} {bottom:.1}v{:.1}h{:.1}v{high:.1}z",
                x(step),
                -high,
                wide * 0.9
            );
        }
        path
    };
    let mut across: Vec<Tick> = Vec::new();
    for us in NAMED {
        let step = step_of(us);
        if !(first..end).contains(&step) || step_begins_us(step) > us {
            continue;
        }
        let at = x(step);
        if across.last().is_none_or(|before| at - before.at >= NAME)
            && at <= CHART_WIDTH - NAME / 2.0
        {
            across.push(Tick { at, text: duration(us) });
        }
    }
    if across.is_empty() {
        across.push(Tick { at: BESIDE, text: duration(step_begins_us(first)) });
    }
    let paths = runs.iter().map(path).collect();
    Some(Bars { width: CHART_WIDTH, height: HEIGHT, bottom, paths, across })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Latencies;

    fn of(latencies: &[Micros]) -> Distribution {
        let mut all = Latencies::default();
        latencies.iter().for_each(|us| all.add(*us));
        Distribution::of(&all)
    }

    #[test]
    fn runs_share_their_axes() {
        let (fast, slow) = (of(&[400, 500, 500]), of(&[500, 11_000]));
        let drawn = bars(&[&fast, &slow]).expect("there are requests");
        assert_eq!(
            drawn.paths.iter().map(|path| path.matches('M').count()).collect::<Vec<_>>(),
            [2, 2]
        );
        // the same latency stands at the same place
        let place =
            |path: &str| path.split('M').nth(2).map(|bar| bar.split(' ').next().map(str::to_owned));
        let first =
            |path: &str| path.split('M').nth(1).map(|bar| bar.split(' ').next().map(str::to_owned));
        assert_eq!(place(&drawn.paths[0]), first(&drawn.paths[1]));
        let names: Vec<_> = drawn.across.iter().map(|tick| tick.text.as_str()).collect();
        assert_eq!(names, ["500 µs", "1 ms", "5 ms", "10 ms"]);
    }

    #[test]
    fn names_keep_their_room_and_stay_inside() {
        let wide: Vec<Micros> = (0..32).map(|power| 1 << power).collect();
        for latencies in [&wide[..], &[7], &[1, 3_600_000_000], &[999, 1_001]] {
            let drawn = bars(&[&of(latencies)]).expect("there are requests");
            assert!(!drawn.across.is_empty() && !drawn.paths[0].is_empty());
            for pair in drawn.across.windows(2) {
                assert!(pair[1].at - pair[0].at >= NAME, "{latencies:?}");
            }
            assert!(drawn.across.iter().all(|tick| (0.0..drawn.width).contains(&tick.at)));
        }
        assert_eq!(bars(&[&of(&[])]), None);
    }
}
