//! What each built-in strategy comes to under the [reference workload](super::courses::reference):
//! a table that a test keeps true, so that a list of strategies can say it at once.

use super::measure::{MEASURES, Measure};

/// What is said of each, by the names of [`MEASURES`]: the columns of the table.
pub const SHOWN: [&str; 6] = [
    "latency_us.read.p99",
    "latency_us.write.p99",
    "stale_share",
    "writes.lost",
    "memory",
    "statements_per_request",
];

/// A row each: the strategy's id, then a value for each of [`SHOWN`], or `-`; tabs between them.
const TABLE: &str = include_str!("measured.tsv");

/// A strategy's row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MeasuredRow {
    pub strategy: &'static str,
    /// In the order of [`SHOWN`]; `None`: nothing was measured.
    pub values: [Option<u64>; SHOWN.len()],
}

impl MeasuredRow {
    /// All rows, in the order of the strategies.
    pub fn all() -> impl Iterator<Item = MeasuredRow> {
        TABLE.lines().filter_map(|row| {
            let mut cells = row.split('\t');
            let strategy = cells.next()?;
            let values = SHOWN.map(|_| cells.next()?.parse().ok());
            Some(MeasuredRow { strategy, values })
        })
    }

    /// That of a built-in strategy.
    pub fn of(strategy: &str) -> Option<MeasuredRow> {
        MeasuredRow::all().find(|row| row.strategy == strategy)
    }

    /// In words: "read latency, p99 11 ms · … under the reference workload".
    pub fn sentence(&self) -> String {
        let each = self.measures().map(|(measure, value)| {
            let value = value.map_or("none".to_owned(), |value| measure.unit.words(value));
            format!("{} {value}", measure.heading)
        });
        format!("Measured: {}.", each.collect::<Vec<_>>().join(" · "))
    }

    fn measures(&self) -> impl Iterator<Item = (&'static Measure, Option<u64>)> {
        let measures = SHOWN.into_iter().filter_map(Measure::position).map(|at| &MEASURES[at]);
        measures.zip(self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_what_each_value_is() {
        let row = MeasuredRow::of("write-behind").expect("it is built in");
        let said = row.sentence();
        assert!(said.starts_with("Measured: read latency, p99 ") && said.contains("lost writes "));
        assert!(row.values[3] > Some(0), "{said}");
    }
}
