//! Verdicts of designs that do more than read and write rows: counters, values made of
//! several rows, keys that are no row keys, queued deletions, outages.
//!
//! The scenarios of `../shared/cases/verdicts`, beside the project, are played where
//! that folder is there; each is compared with what is right. Our own of the same
//! kinds are in `tests/cases/verdicts`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use stalemate::scenario::Scenario;
use stalemate::simulate::{Advance, Simulation};

/// What is right: a file, and the values of its report by JSON pointer. A text that
/// begins with `~` is found somewhere in what is there.
fn right() -> Vec<(&'static str, Value)> {
    vec![
        ("C13c-dead-letter-then-kill", json!({"/writes/lost": 1, "/writes/pending": 0})),
        ("D-A1-RYW-overlapping-write", json!({"/sessions/read_your_writes": 1})),
        ("D-B1-MR-overlapping-read", json!({"/sessions/monotonic_reads": 1})),
        (
            "D-D2-absorbed-stale",
            json!({"/reads/stale": 2, "/violations/0/what": "~R3", "/violations/0/cause": "~W2"}),
        ),
        ("E2-overtaken-deletion-no-row", json!({"/writes/overtaken": 1})),
        ("E4-behind-without-row", json!({"/reads/stale": 1})),
        (
            "G1-in-flight-at-1008ms",
            json!({
                "/reads/dirty": 1, "/reads/phantom": 0, "/writes/pending": 1, "/writes/lost": 0,
                "/divergence/0/state": "ahead",
            }),
        ),
        ("G5-retry-at-50ms", json!({"/divergence/0/forecast": "~111 ms"})),
        ("M1-32-writes-lin", json!({"/linearizability/violated": 1})),
        (
            "N1-write-behind-durable",
            json!({"/reads/stale": 0, "/sessions/read_your_writes": 0, "/linearizability/violated": 0}),
        ),
        (
            "N1-write-behind",
            json!({"/reads/stale": 0, "/sessions/read_your_writes": 0, "/linearizability/violated": 0}),
        ),
        ("N4-behind-retried-delete", json!({"/reads/stale": 1, "/violations/0/cause": "~10 ms"})),
        ("N5-snapshot-cause", json!({"/violations/0/cause": "~snapshot"})),
        ("a1-false-lost-increment", json!({"/writes/lost": 0, "/violations": []})),
        (
            "a2-undetected-lost-increment",
            json!({"/writes/lost_update": 1, "/violations/0/kind": "lost-update"}),
        ),
        ("a3-lost-increment-via-cache", json!({"/writes/lost_update": 1})),
        (
            "b4-foreign-initial-no-row",
            json!({
                "/reads/foreign": 1, "/reads/phantom": 0, "/divergence/0/key": "rec:2",
                "/violations/0/kind": "foreign-read",
            }),
        ),
        ("d1-snapshot-restore", json!({"/violations/0/cause": "~snapshot"})),
        ("e1-early-delete-not-in-chain", json!({"/violations/0/cause": "~to delete"})),
        ("f3-helper-key-named-as-this-key", json!({"/violations/0/cause": "~deleted the entry"})),
        ("h1-derived-value-phantom", json!({"/violations": []})),
        (
            "k1-cas-result-ignored",
            json!({"/writes/lost": 1, "/violations/0/cause": "~was refused"}),
        ),
        (
            "n2-counters-double-flush",
            json!({"/writes/applied_twice": 3, "/reads/stale": 0, "/reads/phantom": 0}),
        ),
        (
            "p1-swallowed-error",
            json!({"/reads/unfounded": 2, "/reads/stale": 0, "/violations/0/cause": "~failed to db.read"}),
        ),
        ("q2-item-version-of-push", json!({"/errors/0/message": "~version"})),
        ("r1-same-value-again", json!({"/violations/0/what": "~same"})),
        (
            "s1-dead-letter-survives-crash",
            json!({"/writes/lost": 1, "/writes/pending": 0, "/violations/0/cause": "~dead letter"}),
        ),
        (
            "t2-outside-write-right-read-blamed",
            json!({"/violations/0/op": "R3", "/violations/0/breaks": "~linearizability", "/violations/1": null}),
        ),
        ("v1-failed-reads-not-in-latency", json!({"/outages/0/failed": 5, "/outages/0/total": 9})),
        (
            "w1-version-key-smallest",
            json!({
                "/reads/hits": 1, "/reads/misses": 1, "/divergence/0/state": "stale",
                "/violations/0/cause": "~was evicted (ns)",
            }),
        ),
    ]
}

fn play(path: &Path) -> Simulation {
    let text = fs::read_to_string(path).expect("a file");
    let scenario = Scenario::parse(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let mut run = Simulation::new(&scenario).unwrap_or_else(|all| panic!("{path:?}: {all:?}"));
    assert_eq!(run.advance(scenario.duration_us, u32::MAX), Advance::Reached, "{path:?}");
    run
}

fn is_right(found: Option<&Value>, expected: &Value) -> bool {
    match (found, expected) {
        (None, Value::Null) => true,
        (Some(found), Value::String(part)) if part.starts_with('~') => {
            found.to_string().contains(&part[1..])
        }
        (found, expected) => found == Some(expected),
    }
}

#[test]
fn the_cases_beside_the_project_are_judged_rightly() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases/verdicts");
    if !folder.is_dir() {
        return;
    }
    let mut wrong = Vec::new();
    for (name, expected) in right() {
        let path = folder.join(name).with_extension("json");
        if !path.exists() {
            continue;
        }
        let report = serde_json::to_value(play(&path).report()).expect("a report is JSON");
        for (pointer, expected) in expected.as_object().expect("pointers") {
            let found = report.pointer(pointer);
            if !is_right(found, expected) {
                wrong.push(format!("{name}: {pointer} is {found:?}, and {expected} is right"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
