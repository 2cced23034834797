//! The preset that the page opens with, as a value: the page plays it without reading a document.

use std::collections::BTreeMap;

use super::{Action, Literal, Rows, Scenario, StrategyUse, ViewSettings, What};
use crate::time::Micros;

/// The preset's id.
pub const FIRST: &str = "cache-aside";

/// The preset's scenario. A test compares it with the document.
pub fn first() -> Scenario {
    let key = || "user:1".to_owned();
    let read = |at_us| action(at_us, What::Read { key: key(), client: by("a"), times: 1 });
    let written = Some(Literal::Text("bob".to_owned()));
    let write = What::Write { key: key(), value: written, client: by("b"), times: 1 };
    let outside = What::OutsideWrite { key: key(), value: Some(Literal::Text("eve".to_owned())) };
    Scenario {
        title: "Cache-aside: load on a miss, delete on a write".to_owned(),
        notes: "The first read misses, loads the row and stores it; the second one never touches \
            the database. A write commits, then deletes the entry, so that the next read loads \
            again.\n\nWatch 2.0 s: a script changes the row behind the application's back, and \
            the cache goes on serving the old value until its TTL, 5 s after the load at 0.7 s."
            .to_owned(),
        duration_us: 10_000_000,
        strategies: vec![StrategyUse {
            strategy: "cache-aside".to_owned(),
            parameters: BTreeMap::from([("TTL".to_owned(), Literal::Int(5))]),
            ..StrategyUse::default()
        }],
        rows: Rows {
            each: BTreeMap::from([(key(), Literal::Text("ann".to_owned()))]),
            ..Rows::default()
        },
        actions: vec![
            read(100_000),
            read(300_000),
            action(500_000, write),
            read(700_000),
            read(900_000),
            action(2_000_000, outside),
            read(2_500_000),
            read(7_000_000),
        ],
        view: ViewSettings {
            keys: vec![key()],
            clients: ["a", "b"].map(str::to_owned).into(),
            ..ViewSettings::default()
        },
        ..Scenario::default()
    }
}

fn action(at_us: Micros, what: What) -> Action {
    Action { at_us, what }
}

fn by(client: &str) -> Option<String> {
    Some(client.to_owned())
}
