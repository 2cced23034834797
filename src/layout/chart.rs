//! A small chart: the positions of its axes, lines and labels.

use std::fmt::Write;

use super::figure::{figure, instant};
use super::scale::Axis;
use super::spread::spread;
use crate::time::Micros;
use crate::view::{Chart, Line, Quantity};

/// The width and height of a chart.
pub const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 112.0;
/// The space above and below the lines: half a label, and the row of the time axis.
const ABOVE: f64 = 8.0;
const BELOW: f64 = 20.0;
/// The width of a letter of a label, and the space beside a label.
const LETTER: f64 = 6.4;
const BESIDE: f64 = 6.0;
/// The length of a line for a value that stands alone.
const DOT: f64 = 5.0;
/// The least distance between labels at the ends of lines.
const LABEL_GAP: f64 = 12.0;

/// The geometry of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    pub width: f64,
    pub height: f64,
    /// The edges of the part that contains the lines.
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    /// Ticks of the time axis; `at` is from the left.
    pub times: Vec<Tick>,
    /// Ticks of the values, lowest first; `at` is from the top.
    pub values: Vec<Tick>,
    /// A path for each line; empty if it has no value.
    pub paths: Vec<String>,
    /// The labels at the ends of lines, each with the line's number; `at` is from the top. Empty if
    /// there is only one line.
    pub labels: Vec<(usize, Tick)>,
    /// The left edge of the labels.
    pub labels_from: f64,
}

/// A position on an axis, with its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub at: f64,
    pub text: String,
}

/// Whether there is nothing to draw: no value, or only zeros in a chart where zero means that
/// nothing happened.
pub fn blank(chart: &Chart) -> bool {
    let nothing = |value: &u64| *value == 0 && chart.unit != Quantity::Permille;
    chart.lines.iter().all(|line| line.values.iter().flatten().all(nothing))
}

/// The time that a chart covers.
pub fn length_us(chart: &Chart, step_us: Micros) -> Micros {
    let steps = chart.lines.iter().map(|line| line.values.len()).max().unwrap_or(0);
    (steps as u64).saturating_mul(step_us)
}

/// The axes that charts share, and the edges of the part that contains the lines.
#[derive(Clone, Copy, Debug)]
pub struct Axes {
    pub time: Axis,
    pub(super) scale: Axis,
    pub left: f64,
    pub right: f64,
}

impl Axes {
    /// Axes for charts of one kind, each given with the length of its steps.
    pub fn of(charts: &[(&Chart, Micros)]) -> Axes {
        let end = |(chart, step_us): &(&Chart, Micros)| length_us(chart, *step_us);
        let time = Axis::of_time(charts.iter().map(end).max().unwrap_or(0), 3);
        let lines = || charts.iter().flat_map(|(chart, _)| &chart.lines);
        let most = lines().flat_map(|line| &line.values).flatten().max().copied().unwrap_or(0);
        let unit = charts.first().map_or(Quantity::Count, |(chart, _)| chart.unit);
        let scale = match unit {
            Quantity::Permille => Axis { end: 1_000, step: 500 },
            _ => Axis::to(most, 2),
        };
        let widest = |texts: &mut dyn Iterator<Item = usize>| -> f64 {
            texts.max().unwrap_or(0) as f64 * LETTER + BESIDE
        };
        let letters = |tick| figure(unit, tick).chars().count();
        let right = match charts.iter().any(|(chart, _)| chart.lines.len() > 1) {
            true => WIDTH - widest(&mut lines().map(|line| line.name.chars().count())),
            false => WIDTH - BESIDE,
        };
        Axes { time, scale, left: widest(&mut scale.ticks().map(letters)), right }
    }
}

/// Lays out a chart whose steps are `step_us` long.
pub fn plot(chart: &Chart, step_us: Micros) -> Plot {
    plot_on(chart, step_us, &Axes::of(&[(chart, step_us)]))
}

/// Lays out a chart on axes that it shares with others.
pub fn plot_on(chart: &Chart, step_us: Micros, axes: &Axes) -> Plot {
    let Axes { time, scale, left, right } = *axes;
    let steps = chart.lines.iter().map(|line| line.values.len()).max().unwrap_or(0) as u64;
    let (top, bottom) = (ABOVE, HEIGHT - BELOW);
    let values: Vec<Tick> = scale
        .ticks()
        .map(|tick| Tick { at: scale.place(tick, bottom, top), text: figure(chart.unit, tick) })
        .collect();
    let across = |us: Micros| time.place(us, left, right);
    let up = |value: u64| scale.place(value, bottom, top);
    let end = |step: usize| across((step as u64).saturating_mul(step_us));
    let paths = chart.lines.iter().map(|line| path(line, &end, &up)).collect();
    let ends: Vec<(usize, u64)> = chart
        .lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| Some((at, (*line.values.iter().flatten().next_back()?))))
        .filter(|_| chart.lines.len() > 1)
        .collect();
    let wanted: Vec<f64> = ends.iter().map(|(_, value)| up(*value)).collect();
    let places = spread(&wanted, LABEL_GAP, top, bottom);
    let labels = ends
        .into_iter()
        .zip(places)
        .map(|((line, _), at)| (line, Tick { at, text: chart.lines[line].name.to_owned() }));
    Plot {
        width: WIDTH,
        height: HEIGHT,
        left,
        right,
        top,
        bottom,
        times: time.ticks().map(|us| Tick { at: across(us), text: instant(us) }).collect(),
        values,
        paths,
        labels: labels.collect(),
        labels_from: end(steps as usize) + BESIDE / 2.0,
    }
}

/// A path of stairs: a value holds for the whole of its step. `end` gives the position of the end
/// of a step. Missing values leave gaps.
fn path(line: &Line, end: &dyn Fn(usize) -> f64, up: &dyn Fn(u64) -> f64) -> String {
    let mut path = String::new();
    let value = |at: usize| line.values.get(at).copied().flatten();
    for at in 0..line.values.len() {
        let Some(here) = value(at) else { continue };
        let (before, after) = (at.checked_sub(1).and_then(value), value(at + 1));
        let (mut from, mut to, y) = (end(at), end(at + 1), up(here));
        if before.is_none() && after.is_none() {
            let short = (DOT - (to - from)).max(0.0) / 2.0;
            (from, to) = (from - short, to + short);
        }
        // Writing to a string does not fail.
        let _ = match before {
            None => write!(path, "M{from:.1} {y:.1}"),
            Some(before) if before != here => write!(path, "V{y:.1}"),
            Some(_) => Ok(()),
        };
        // A level stretch is one stroke.
        if after != Some(here) {
            let _ = write!(path, "H{to:.1}");
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(unit: Quantity, lines: &[(&'static str, &[Option<u64>])]) -> Chart {
        let line = |(name, values): &(&'static str, &[Option<u64>])| Line {
            name,
            values: values.to_vec(),
            overall: None,
        };
        Chart { id: "any", title: "Any", unit, lines: lines.iter().map(line).collect() }
    }

    #[test]
    fn a_line_is_stairs_with_gaps() {
        let values = [Some(0), Some(4), Some(4), None, Some(2)];
        let chart = chart(Quantity::Count, &[("all", &values)]);
        let path = path(&chart.lines[0], &|step| step as f64 * 10.0, &|value| value as f64);
        assert_eq!(path, "M0.0 0.0H10.0V4.0H30.0M40.0 2.0H50.0");
    }

    #[test]
    fn a_value_that_stands_alone_can_be_seen() {
        let chart = chart(Quantity::Count, &[("all", &[None, Some(4), None, Some(4), Some(4)])]);
        let path = path(&chart.lines[0], &|step| step as f64, &|value| value as f64);
        assert_eq!(path, "M-1.0 4.0H4.0M3.0 4.0H5.0");
    }

    #[test]
    fn everything_lies_within_the_box() {
        let long = vec![Some(1 << 50); 128];
        for unit in
            [Quantity::Permille, Quantity::Micros, Quantity::MilliPerSecond, Quantity::Count]
        {
            for values in [&long[..], &[], &[None], &[Some(0)], &[Some(3), None]] {
                let chart = chart(unit, &[("p50", values), ("never read", values)]);
                let picture = plot(&chart, 250_000);
                assert!(0.0 < picture.left && picture.left < picture.right, "{picture:?}");
                for mark in &picture.times {
                    assert!((picture.left..=picture.right).contains(&mark.at), "{picture:?}");
                }
                let labels = picture.labels.iter().map(|(_, mark)| mark);
                for mark in picture.values.iter().chain(labels) {
                    assert!((picture.top..=picture.bottom).contains(&mark.at), "{picture:?}");
                }
                assert!(picture.labels_from < picture.width, "{picture:?}");
            }
        }
    }

    #[test]
    fn two_lines_are_named_at_their_ends_and_one_is_not() {
        let one = chart(Quantity::Count, &[("all", &[Some(2)])]);
        assert!(plot(&one, 1_000_000).labels.is_empty());
        let two = chart(
            Quantity::Count,
            &[("reads", &[Some(2)]), ("none", &[None]), ("writes", &[Some(2)])],
        );
        let labels = plot(&two, 1_000_000).labels;
        let named: Vec<(usize, &str)> =
            labels.iter().map(|(line, mark)| (*line, mark.text.as_str())).collect();
        assert_eq!(named, [(0, "reads"), (2, "writes")]);
        assert!(labels[0].1.at - labels[1].1.at >= LABEL_GAP);
    }

    #[test]
    fn axes_say_where_they_end() {
        let shares = chart(Quantity::Permille, &[("hits", &[Some(400); 60])]);
        let picture = plot(&shares, 1_000_000);
        let texts = |marks: &[Tick]| -> Vec<String> {
            marks.iter().map(|mark| mark.text.clone()).collect()
        };
        assert_eq!(texts(&picture.values), ["0 %", "50 %", "100 %"]);
        assert_eq!(texts(&picture.times), ["0 s", "20 s", "40 s", "1 min"]);
    }

    #[test]
    fn a_chart_without_anything_is_blank() {
        assert!(blank(&chart(Quantity::Count, &[])));
        assert!(blank(&chart(Quantity::Micros, &[("p50", &[None, Some(0)])])));
        assert!(blank(&chart(Quantity::Permille, &[("hits", &[None])])));
        assert!(!blank(&chart(Quantity::Permille, &[("hits", &[Some(0)])])));
        assert!(!blank(&chart(Quantity::Count, &[("stale", &[None]), ("dirty", &[Some(1)])])));
    }
}
