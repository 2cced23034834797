//! Small multiples: the same measures of several runs, on one time axis.

use super::chart::{Axes, Plot, WIDTH, blank, length_us, plot_on};
use super::scale::Axis;
use crate::time::Micros;
use crate::view::{Chart, Charts, Quantity};

/// Charts of several runs. All start at the same position and have the same width, so that one
/// cursor runs through all of them; those of one measure have the same scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Multiples {
    /// A row for each measure of which some run has values.
    pub rows: Vec<MultipleRow>,
    time: Axis,
    left: f64,
}

/// The right edge of the lines. Names are below the charts and take no room.
const RIGHT: f64 = WIDTH - 6.0;

/// One measure, of all runs.
#[derive(Clone, Debug, PartialEq)]
pub struct MultipleRow {
    pub id: &'static str,
    pub title: &'static str,
    pub unit: Quantity,
    /// One plot per run, in the order of the runs.
    pub plots: Vec<Plot>,
}

/// Lays out the charts of several runs.
pub fn multiples(runs: &[&Charts]) -> Multiples {
    let of_run = |run: &Charts, id: &str| {
        let chart = run.charts.iter().find(|chart| chart.id == id);
        chart.cloned().map(|chart| (chart, run.step_us))
    };
    let ids = runs.first().map(|run| run.charts.iter().map(|chart| chart.id));
    let rows: Vec<Vec<(Chart, Micros)>> = ids
        .into_iter()
        .flatten()
        .map(|id| runs.iter().filter_map(|run| of_run(run, id)).collect::<Vec<_>>())
        .filter(|row| row.len() == runs.len() && !row.iter().all(|(chart, _)| blank(chart)))
        .collect();
    let axes = |row: &Vec<(Chart, Micros)>| {
        let charts: Vec<_> = row.iter().map(|(chart, step_us)| (chart, *step_us)).collect();
        Axes::of(&charts)
    };
    let own: Vec<Axes> = rows.iter().map(axes).collect();
    let left = own.iter().map(|axes| axes.left).fold(0.0, f64::max);
    let longest = own.iter().map(|axes| axes.time).max_by_key(|time| time.end);
    // the runs are over: no room is kept for what may follow
    let end_us = rows.iter().flatten().map(|(chart, step_us)| length_us(chart, *step_us)).max();
    let time = longest.unwrap_or(Axis { end: 1, step: 1 }).until(end_us.unwrap_or(1));
    let rows = rows.iter().zip(own).map(|(row, own)| {
        let axes = Axes { time, left, right: RIGHT, ..own };
        let first = &row[0].0;
        MultipleRow {
            id: first.id,
            title: first.title,
            unit: first.unit,
            plots: row.iter().map(|(chart, step_us)| plot_on(chart, *step_us, &axes)).collect(),
        }
    });
    Multiples { rows: rows.collect(), time, left }
}

impl Multiples {
    /// The end of the time axis.
    pub fn end_us(&self) -> Micros {
        self.time.end
    }

    /// The edges of the time axis.
    pub fn edges(&self) -> (f64, f64) {
        (self.left, RIGHT)
    }

    /// The position of an instant, from the left.
    pub fn x(&self, us: Micros) -> f64 {
        self.time.place(us, self.left, RIGHT)
    }

    /// The instant at a position; beyond the ends, that of the end.
    pub fn at_us(&self, x: f64) -> Micros {
        let share = ((x - self.left) / (RIGHT - self.left)).clamp(0.0, 1.0);
        (share * self.time.end as f64) as Micros
    }
}

/// The value of each line of a chart in the step that contains an instant.
pub fn values_at(charts: &Charts, id: &str, us: Micros) -> Vec<Option<u64>> {
    let step = (us / charts.step_us.max(1)) as usize;
    let chart = charts.charts.iter().find(|chart| chart.id == id);
    let lines = chart.into_iter().flat_map(|chart| &chart.lines);
    lines.map(|line| line.values.get(step).copied().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Line;

    fn charts(step_us: Micros, loads: &[u64], lost: &[u64]) -> Charts {
        let chart = |id, values: &[u64]| Chart {
            id,
            title: id,
            unit: Quantity::Count,
            lines: vec![Line {
                name: "all",
                values: values.iter().copied().map(Some).collect(),
                overall: None,
            }],
        };
        Charts { step_us, charts: vec![chart("loads", loads), chart("lost", lost)] }
    }

    #[test]
    fn runs_share_their_axes_and_what_none_has_is_left_out() {
        let (short, long) = (charts(1_000, &[1, 2], &[0, 0]), charts(2_000, &[900, 40], &[0, 0]));
        let drawn = multiples(&[&short, &long]);
        let ids: Vec<_> = drawn.rows.iter().map(|row| row.id).collect();
        assert_eq!(ids, ["loads"]);
        let [one, other] = &drawn.rows[0].plots[..] else { panic!("two runs") };
        assert_eq!((&one.times, &one.values), (&other.times, &other.values));
        assert_eq!(drawn.end_us(), 4_000);
        assert_eq!(one.paths[0].matches('H').count(), 2);
        let odd = multiples(&[&charts(1_100, &[1; 12], &[0; 12])]);
        let ticks: Vec<_> = odd.rows[0].plots[0].times.iter().map(|tick| &*tick.text).collect();
        assert_eq!((odd.end_us(), ticks), (13_200, vec!["0 s", "5 ms", "10 ms"]));
    }

    #[test]
    fn a_place_and_an_instant_lead_to_each_other() {
        let drawn = multiples(&[&charts(1_000, &[1, 2, 3, 4], &[1, 1, 1, 1])]);
        for us in (0..=drawn.end_us()).step_by(500) {
            assert!(drawn.at_us(drawn.x(us)).abs_diff(us) <= 1, "{us}");
        }
        assert_eq!((drawn.at_us(-5.0), drawn.at_us(1e9)), (0, drawn.end_us()));
    }

    #[test]
    fn the_values_at_an_instant_are_those_of_its_step() {
        let charts = charts(1_000, &[5, 7], &[0, 0]);
        let at = |us| values_at(&charts, "loads", us);
        assert_eq!((at(999), at(1_000), at(9_000)), (vec![Some(5)], vec![Some(7)], vec![None]));
        assert_eq!(values_at(&charts, "hits", 0), []);
    }

    #[test]
    fn nothing_to_draw_is_drawn() {
        assert_eq!(multiples(&[]).rows, []);
        assert_eq!(multiples(&[&Charts::default()]).rows, []);
    }
}
