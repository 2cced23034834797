//! The table of what the built-in strategies are measured at is what runs give.
//!
//! After a change that is meant: `UPDATE_MEASURED=1 cargo test --test documents measured`.

use stalemate::compare::measured::{MeasuredRow, SHOWN};
use stalemate::compare::{Candidate, Measure, Run, courses};
use stalemate::strategy::builtin;

fn measured(strategy: &'static str) -> MeasuredRow {
    let candidate = Candidate::parse(strategy).expect("built in");
    let mut run = Run::new(&courses::reference(), &candidate).expect("it can run");
    while !run.advance(100_000) {}
    let cells = run.measured().cells;
    let value = |name| cells[Measure::position(name).expect(name)].value;
    MeasuredRow { strategy, values: SHOWN.map(value) }
}

#[test]
fn each_strategy_has_the_row_that_its_run_gives() {
    let rows: Vec<MeasuredRow> = builtin::all().iter().map(|each| measured(each.id)).collect();
    if std::env::var_os("UPDATE_MEASURED").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/compare/measured.tsv");
        let line = |row: &MeasuredRow| {
            let value = |value: &Option<u64>| value.map_or("-".to_owned(), |it| it.to_string());
            format!("{}\t{}\n", row.strategy, row.values.each_ref().map(value).join("\t"))
        };
        std::fs::write(path, rows.iter().map(line).collect::<String>()).expect("the table");
        return;
    }
    assert_eq!(MeasuredRow::all().collect::<Vec<_>>(), rows);
}
