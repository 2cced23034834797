//! Runs side by side.

use serde::Serialize;

use super::measure::{Better, MEASURES, Measure};
use super::moment::Moment;
use super::run::Measured;

/// One measure of all runs.
#[derive(Clone, Debug)]
pub struct Row {
    pub measure: &'static Measure,
    /// One cell per run, in the order of the runs.
    pub cells: Vec<Cell>,
    /// The runs with the best value, and those with the worst; empty if all values are equal.
    pub best: Vec<usize>,
    pub worst: Vec<usize>,
}

/// A value, and the moment from which it comes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Cell {
    /// `None`: there was nothing to measure.
    pub value: Option<u64>,
    #[serde(flatten)]
    pub moment: Option<Moment>,
}

/// The table: a row for each of [`MEASURES`], with a cell for each run.
pub fn rows(runs: &[Measured]) -> Vec<Row> {
    let row = |(at, measure): (usize, &'static Measure)| {
        let cells: Vec<Cell> = runs.iter().map(|run| run.cells[at].clone()).collect();
        let values = cells.iter().filter_map(|cell| cell.value);
        let (low, high) = (values.clone().min(), values.max());
        let with = |value: Option<u64>| -> Vec<usize> {
            let alike = low == high;
            let has = |(_, cell): &(usize, &Cell)| !alike && cell.value == value;
            cells.iter().enumerate().filter(has).map(|(at, _)| at).collect()
        };
        let (best, worst) = match measure.better {
            Better::Lower => (with(low), with(high)),
            Better::Higher => (with(high), with(low)),
        };
        Row { measure, cells, best, worst }
    };
    MEASURES.iter().enumerate().map(row).collect()
}
