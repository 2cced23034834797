//! Values that are made of a row, and values that are written back: the search says of them what a
//! run says.

use serde_json::{Value, json};
use stalemate::explore::{Property, Verdict};
use stalemate::scenario::Scenario;

use super::{asked, of, read, search};
use crate::support::run;

const PLAIN: &str = "def read(key):\n    return db.read(key)\n\n";
const ASIDE: &str = "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
                     value = db.read(key)\n        cache.set(key, value)\n    return value\n\n";

fn document(program: &str, rows: Value, actions: Value) -> Value {
    json!({
        "duration_us": 1_000_000,
        "strategies": [{"source": program}],
        "rows": {"each": rows},
        "actions": actions
    })
}

fn write(at_us: u32, value: &str, client: &str) -> Value {
    json!({"at_us": at_us, "do": "write", "key": "k", "value": value, "client": client})
}

fn read_by(at_us: u32, client: &str) -> Value {
    json!({"at_us": at_us, "do": "read", "key": "k", "client": client})
}

/// Whether each of these properties holds.
#[track_caller]
fn check(scenario: &Scenario, expected: &[(Property, bool)]) {
    let properties: Vec<Property> = expected.iter().map(|(property, _)| *property).collect();
    let (_, answer) = search(scenario, asked(&properties));
    for (property, holds) in expected {
        let verdict = if *holds { Verdict::Holds } else { Verdict::Violated };
        assert_eq!(of(&answer, *property).verdict, verdict, "{property}");
    }
}

#[test]
fn an_update_made_without_another_one_loses_it() {
    let old = |of_old: &str| format!("{PLAIN}def write(key, value):\n    {of_old}\n");
    let two = json!([write(0, "a", "ann"), write(0, "b", "bob")]);
    for (write, row) in [
        ("db.write(key, db.read(key) + \",\" + value)", json!({"k": "x"})),
        ("db.write(key, (db.read(key) or \"x\") + \",\" + value)", json!({})),
        ("db.write(key, {**(db.read(key) or {}), \"n\": value})", json!({})),
        (
            "db.write(key, json.dumps({**json.loads(db.read(key)), \"n\": value}))",
            json!({"k": "{}"}),
        ),
    ] {
        let document = document(&old(write), row, two.clone());
        assert_eq!(run(&document).report().writes.lost_update, 1, "{write}");
        let holds = [(Property::NoLostWrite, false), (Property::NoDoubleWrite, true)];
        check(&read(&document), &holds);
    }
    for (write, row) in [
        ("db.write(key, value)", json!({"k": "x"})),
        ("if db.read(key) is None:\n        db.write(key, value)", json!({})),
        ("with lock(\"all\"):\n        db.write(key, db.read(key) + value)", json!({"k": "x"})),
        (
            "done = False\n    while not done:\n        row = db.row(key)\n        done = \
             db.compare_and_set(key, row.value + value, row.version)",
            json!({"k": "x"}),
        ),
    ] {
        let one_server = |mut document: Value| {
            document["topology"] = json!({"apps": {"count": 1}});
            document
        };
        let document = one_server(document(&old(write), row, two.clone()));
        assert_eq!(run(&document).report().writes.lost_update, 0, "{write}");
        let scenario = read(&document);
        if write.starts_with("if") {
            // who finds the row of the other one writes nothing, and is acknowledged
            continue;
        }
        check(&scenario, &[(Property::NoLostWrite, true)]);
    }
}

#[test]
fn what_is_written_back_is_as_new_as_the_write_that_did_it() {
    use Property::{Converges, Linearizable, MonotonicReads, NoDoubleWrite, NoLostWrite};
    use Property::{NoPhantom, NoStaleRead, ReadYourWrites};
    let touch = "def write(key, value):\n    if value == \"touch\":\n        \
                 value = db.read(key)\n    db.write(key, value)\n";
    let all = [
        (Converges, true),
        (NoPhantom, true),
        (NoLostWrite, true),
        (NoDoubleWrite, true),
        (NoStaleRead, true),
        (ReadYourWrites, true),
        (MonotonicReads, true),
        (Linearizable, true),
    ];
    let actions = json!([
        read_by(0, "bob"),
        write(50_000, "touch", "ann"),
        read_by(100_000, "bob"),
        read_by(150_000, "ann")
    ]);
    let scenario = document(&format!("{ASIDE}{touch}"), json!({"k": "p"}), actions);
    assert!(run(&scenario).report().violations.is_empty());
    check(&read(&scenario), &all);
    // beside another write, the touch may lose it
    let actions = json!([write(0, "touch", "ann"), write(5_000, "q", "bob"), read_by(0, "bob")]);
    let scenario = document(&format!("{PLAIN}{touch}"), json!({"k": "p"}), actions);
    assert_eq!(run(&scenario).report().writes.lost_update, 1);
    check(&read(&scenario), &[(NoLostWrite, false), (NoDoubleWrite, true), (NoStaleRead, true)]);
}

#[test]
fn what_a_write_has_undone_is_stale() {
    let undo = "def write(key, value):\n    old = db.read(key)\n    db.write(key, value)\n    \
                db.write(key, old)\n";
    let actions = json!([write(0, "x", "ann"), read_by(21_000, "bob"), read_by(200_000, "bob")]);
    let scenario = document(&format!("{ASIDE}{undo}"), json!({"k": "p"}), actions);
    assert_eq!(run(&scenario).report().reads.stale, 1);
    let wrong = [(Property::NoStaleRead, false), (Property::Converges, false)];
    check(&read(&scenario), &wrong);
    let actions = json!([write(0, "x", "ann"), read_by(100_000, "bob")]);
    let plain = document(&format!("{PLAIN}{undo}"), json!({"k": "p"}), actions);
    assert!(run(&plain).report().violations.is_empty());
    let right = [
        (Property::NoStaleRead, true),
        (Property::NoLostWrite, true),
        (Property::NoDoubleWrite, true),
        (Property::Linearizable, true),
    ];
    check(&read(&plain), &right);
}
