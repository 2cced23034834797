//! One line of the table: a prediction, and ten measurements.

use std::thread;

use comfy_table::{CellAlignment, Table, presets};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// How long the runs are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// For every change: seconds in all, in a build that is not optimised.
    Short,
    /// For the table.
    Long,
}

impl Length {
    /// One number or the other.
    pub fn pick<T>(self, short: T, long: T) -> T {
        match self {
            Length::Short => short,
            Length::Long => long,
        }
    }
}

/// What is predicted, and what was measured.
pub struct Row {
    pub what: String,
    pub formula: &'static str,
    pub source: &'static str,
    pub predicted: f64,
    pub measured: [f64; RUNS],
    pub bound: Bound,
}

/// When a row holds.
pub enum Bound {
    /// The prediction is exact: it lies in the interval, which is narrower than
    /// this share of it to each side.
    Interval { narrow: f64 },
    /// The prediction is itself an approximation, good to this share.
    Within(f64),
}

/// How many runs a row has, with the seeds 1 to this.
pub const RUNS: usize = 10;

/// The same measurement in every run, on as many threads as there are processors.
pub fn measured(one: impl Fn(u64) -> f64 + Sync) -> [f64; RUNS] {
    several(|seed| [one(seed)])[0]
}

/// Several measurements of the same runs.
pub fn several<const N: usize>(one: impl Fn(u64) -> [f64; N] + Sync) -> [[f64; RUNS]; N] {
    let threads = thread::available_parallelism().map_or(1, |it| it.get());
    let mut results = [[0.0; RUNS]; N];
    let one = &one;
    let seeds: Vec<usize> = (0..RUNS).collect();
    thread::scope(|scope| {
        let work = seeds.chunks(RUNS.div_ceil(threads)).map(|seeds| {
            scope.spawn(move || {
                seeds.iter().map(|&run| (run, one(run as u64 + 1))).collect::<Vec<_>>()
            })
        });
        for thread in work.collect::<Vec<_>>() {
            for (run, values) in thread.join().expect("a run ends") {
                for (result, value) in results.iter_mut().zip(values) {
                    result[run] = value;
                }
            }
        }
    });
    results
}

impl Row {
    /// Of an exact prediction, with an interval of less than ±5 %.
    pub fn new(
        what: impl Into<String>,
        formula: &'static str,
        source: &'static str,
        predicted: f64,
        measured: [f64; RUNS],
    ) -> Row {
        let bound = Bound::Interval { narrow: 0.05 };
        Row { what: what.into(), formula, source, predicted, measured, bound }
    }

    /// The same with an interval of less than this share to each side.
    pub fn narrow(self, narrow: f64) -> Row {
        Row { bound: Bound::Interval { narrow }, ..self }
    }

    /// The same with a prediction that is good to this share only.
    pub fn within(self, share: f64) -> Row {
        Row { bound: Bound::Within(share), ..self }
    }

    fn mean(&self) -> f64 {
        self.measured.iter().sum::<f64>() / RUNS as f64
    }

    /// Half the width of the confidence interval of the mean.
    fn interval(&self) -> f64 {
        let mean = self.mean();
        let squares: f64 = self.measured.iter().map(|each| (each - mean).powi(2)).sum();
        let deviation = (squares / (RUNS - 1) as f64).sqrt();
        let t = StudentsT::new(0.0, 1.0, (RUNS - 1) as f64).expect("a distribution");
        t.inverse_cdf(0.9995) * deviation / (RUNS as f64).sqrt()
    }

    fn error(&self) -> f64 {
        self.mean() / self.predicted - 1.0
    }

    /// Why it does not hold.
    fn wrong(&self) -> Option<String> {
        let off = (self.mean() - self.predicted).abs();
        let interval = self.interval();
        if !off.is_finite() || !interval.is_finite() {
            return Some("was not measured in every run".to_owned());
        }
        match self.bound {
            Bound::Interval { .. } if off > interval => {
                Some("the prediction is outside the interval".to_owned())
            }
            Bound::Interval { narrow } if interval > narrow * self.predicted => {
                Some(format!("the interval is wider than ±{} %", narrow * 100.0))
            }
            Bound::Within(share) if off > share * self.predicted => {
                Some(format!("further off than {} %", share * 100.0))
            }
            _ => None,
        }
    }
}

/// Prints the rows, and says that every one holds.
#[track_caller]
pub fn hold(title: &str, rows: &[Row]) {
    println!("{title}\n{}\n", table(rows));
    let wrong: Vec<String> =
        rows.iter().filter_map(|row| Some(format!("{}: {}", row.what, row.wrong()?))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["", "formula", "source", "predicted", "measured", "±", "error", ""]);
    for row in rows {
        let kind = match row.bound {
            Bound::Interval { .. } => "",
            Bound::Within(_) => "approximation",
        };
        table.add_row([
            row.what.clone(),
            row.formula.to_owned(),
            row.source.to_owned(),
            digits(row.predicted),
            digits(row.mean()),
            digits(row.interval()),
            format!("{:+.2} %", row.error() * 100.0),
            kind.to_owned(),
        ]);
    }
    for column in table.column_iter_mut().skip(3).take(4) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Five significant digits, no more.
fn digits(value: f64) -> String {
    let whole = value.abs().max(1e-9).log10().floor() as i32;
    let decimals = (4 - whole).clamp(0, 7) as usize;
    format!("{value:.decimals$}")
}
