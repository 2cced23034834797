//! All cells, computed by running each row's strategy in each column's scenario.

use super::{Column, Row, reading, row};
use crate::scenario::Scenario;
use crate::simulate::{Advance, Simulation};

/// The answer of a library to a column's question.
pub struct Cell {
    pub column: Column,
    /// The answer, in a few words.
    pub text: String,
    /// The run that shows it.
    pub scenario: Scenario,
}

/// The text of a cell whose question does not apply to the library.
pub const NO_SUCH_THING: &str = "-";

/// The most events of a cell's run.
const MOST_EVENTS: u32 = 1_000_000;

/// A library's cells, in the order of the columns; `None`: the question does not apply.
///
/// # Errors
/// The strategy does not run in a scenario.
pub fn cells(row: &Row) -> Result<Vec<Option<Cell>>, Fault> {
    row.columns().iter().map(|column| cell(row, *column)).collect()
}

/// One cell.
///
/// # Errors
/// See [`cells`].
pub fn cell(row: &Row, column: Column) -> Result<Option<Cell>, Fault> {
    let Some(scenario) = column.scenario(row) else { return Ok(None) };
    let fault = |what: String| Fault { row: row.id, column, what };
    let scenario = scenario.map_err(|error| fault(error.to_string()))?;
    let mut run = Simulation::new(&scenario).map_err(|problems| fault(format!("{problems:?}")))?;
    match run.advance(scenario.duration_us, MOST_EVENTS) {
        Advance::Reached => {}
        other => return Err(fault(format!("{other:?}"))),
    }
    if let Some(error) = run.report().errors.first() {
        return Err(fault(format!("{error:?}")));
    }
    Ok(Some(Cell { column, text: reading::read(column, &run), scenario }))
}

/// A row whose strategy does not run in a column's scenario.
#[derive(Debug)]
pub struct Fault {
    pub row: &'static str,
    pub column: Column,
    pub what: String,
}

/// Every row, with its cells.
///
/// # Errors
/// See [`cells`].
pub fn all() -> Result<Vec<Line>, Fault> {
    row::all().iter().map(|row| Ok(Line { row, cells: cells(row)? })).collect()
}

/// A row of the table.
pub struct Line {
    pub row: &'static Row,
    pub cells: Vec<Option<Cell>>,
}
