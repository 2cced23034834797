//! The field guide: what the documentation says is what the runs come to.
//!
//! After a change of a strategy: `UPDATE_VERDICTS=1 cargo test --release --test edges -- --ignored
//! every_verdict`, and read the difference.

use std::sync::LazyLock;

use stalemate::explore::{ClaimAnswer, Question, Search};
use stalemate::field_guide::table::{self, Line};
use stalemate::field_guide::verdict::{MOST_STATES, Small};
use stalemate::field_guide::{Column, row, text};
use stalemate::link;
use stalemate::strategy::calls;

static LINES: LazyLock<Vec<Line>> =
    LazyLock::new(|| table::all().unwrap_or_else(|fault| panic!("{fault:?}")));

#[test]
fn the_tables_that_are_published_are_what_the_runs_come_to() {
    let written = include_str!("../../src/field_guide/table.md");
    assert!(text::markdown(&LINES) == written, "src/field_guide/table.md: run `make generated`");
    let page = text::html(&LINES).expect("each run fits into a link");
    let written = include_str!("../../static/guide.html");
    assert!(page == written, "static/guide.html: run `make generated`");
}

#[test]
fn each_row_says_what_it_is_of_which_version_and_when() {
    for row in row::all() {
        let told = [row.title, row.sentence, row.basis].iter().all(|text| !text.is_empty());
        assert!(told, "{}", row.id);
        assert!(row.title.contains(|letter: char| letter.is_ascii_digit()), "{}", row.id);
        assert!(row.basis.contains("measured 20"), "{}: {}", row.id, row.basis);
        let told = row.source.lines().filter(|line| line.starts_with("# No ")).count();
        assert_eq!(told, row.reasons.len(), "{}: a reason for a column that there is", row.id);
        assert!(row.surprise.is_some() || row.instead.is_some(), "{}", row.id);
    }
}

#[test]
fn rows_have_names_of_their_own() {
    let mut ids: Vec<_> = row::all().iter().map(|row| row.id).collect();
    let libraries = row::all().iter().filter(|row| !row.is_queue()).count();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "names");
    assert_eq!(include_dir(), libraries, "files in src/field_guide/rows");
}

fn include_dir() -> usize {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/field_guide/rows");
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[test]
fn the_run_behind_each_cell_fits_into_a_link_that_opens() {
    for line in LINES.iter().step_by(7) {
        for cell in line.cells.iter().flatten() {
            let link = link::encode(&cell.scenario, None).expect("a link");
            let opened = link::decode(link.text()).expect("it opens").scenario;
            assert_eq!(opened, cell.scenario, "{} {}", line.row.id, cell.column.name());
        }
    }
}

/// What is known of caches in general: not of one row, but of all.
#[test]
fn what_no_library_does_no_row_does() {
    for Line { row, cells } in LINES.iter() {
        let said = |column: Column| {
            let at = row.columns().iter().position(|each| *each == column)?;
            cells.get(at)?.as_ref().map(|cell| cell.text.as_str())
        };
        // a load that is shared by all servers is shared by the callers of one
        if said(Column::Across) == Some("1 + 0") {
            assert_eq!(said(Column::Stampede), Some("1"), "{}", row.id);
        }
        // what does not come back is not written, and what comes back at once is not overtaken
        match (said(Column::Back), said(Column::Killed)) {
            (Some("never"), order) => assert_eq!(order, Some("2 3"), "{}", row.id),
            (Some("at once"), order) => assert_eq!(order, Some("1 2 3"), "{}", row.id),
            _ => {}
        }
    }
}

fn verdicts() -> std::path::PathBuf {
    std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/field_guide/verdicts.tsv")
}

/// The line of the table for a row in one of its small scenarios.
fn verdict(small: Small) -> String {
    let id = small.id();
    if calls(&small.row.program(), "now()") {
        // a search has no clock: what such a program does in it says nothing
        return format!("{id}\tunknown\t0\t\t");
    }
    let scenario = small.scenario().unwrap_or_else(|error| panic!("{id}: {error}"));
    let question = Question { most_states: MOST_STATES, ..Question::default() };
    let mut search = Search::new(&scenario, question).unwrap_or_else(|_| panic!("{id} is refused"));
    while !search.advance(10_000) {}
    let answer = search.answer().expect("something is asked");
    ClaimAnswer::row(&id, &answer, MOST_STATES)
}

fn smalls() -> impl Iterator<Item = Small> {
    row::all().iter().flat_map(Small::of)
}

#[test]
fn small_rows_have_the_verdict_that_is_kept() {
    let kept = std::fs::read_to_string(verdicts()).expect("the table");
    assert_eq!(kept.lines().count(), smalls().count(), "one line for each");
    let small =
        smalls().filter(|small| small.verdict().is_some_and(|it| it.states <= 150)).step_by(3);
    let small: Vec<Small> = small.collect();
    assert!(small.len() >= 10, "{}", small.len());
    for small in small {
        let line = verdict(small);
        assert!(kept.lines().any(|kept| kept == line), "{line}");
    }
}

#[test]
#[ignore = "minutes: `make orders`"]
fn every_verdict_is_the_one_that_is_kept() {
    let lines: String = smalls().map(|small| verdict(small) + "\n").collect();
    if std::env::var_os("UPDATE_VERDICTS").is_some() {
        std::fs::write(verdicts(), &lines).expect("the table can be written");
    }
    assert_eq!(std::fs::read_to_string(verdicts()).expect("the table"), lines);
}
