//! Transactions: who sees what, who waits for whom, and what is undone.
//!
//! A hop takes 250 µs, a read of the database, a statement of a transaction and a commit
//! 9,500 µs each.

use serde_json::{Value, json};
use stalemate::simulate::Simulation;

use crate::chains::chains_are_true;
use crate::support::{log, run};

/// A run of a strategy on the rows `a` and `b`, on two app servers.
fn play(source: &str, topology: Value, actions: Value) -> Simulation {
    run(&json!({
        "topology": topology,
        "strategies": [{"source": source}],
        "rows": {"each": {"a": 0, "b": 0}},
        "duration_us": 20_000_000,
        "actions": actions,
    }))
}

#[track_caller]
fn tells(run: &Simulation, lines: &[&str]) {
    let told = log(run);
    let mut rest = told.as_str();
    for line in lines {
        let Some(at) = rest.find(line) else {
            panic!("{line:?} is not there, or too early: {told}")
        };
        rest = &rest[at + line.len()..];
    }
}

fn row(run: &Simulation, key: &str) -> Option<i64> {
    crate::support::stored(run, key)
}

/// Reads a row twice in one transaction.
fn twice(isolation: &str) -> String {
    format!(
        "def read(key):\n    with db.transaction({isolation}):\n        first = db.read(key)\n        \
         sleep(0.1)\n        second = db.read(key)\n    log(first, second)\n    return second\n\
         def write(key, value):\n    db.write(key, value)\n"
    )
}

#[test]
fn read_committed_sees_what_has_been_committed_and_repeatable_read_does_not() {
    let actions = json!([
        {"at_us": 0, "do": "read", "key": "a"},
        {"at_us": 50_000, "do": "outside-write", "key": "a", "value": 7},
    ]);
    for (isolation, seen) in [
        ("", "0 7"),
        ("isolation=\"read committed\"", "0 7"),
        ("isolation=\"REPEATABLE READ\"", "0 0"),
    ] {
        let run = play(&twice(isolation), json!({}), actions.clone());
        tells(&run, &[&format!("R1: logs {seen}")]);
    }
}

const WRITES_AND_WAITS: &str = "
def read(key):
    return db.read(key)

def write(key, value):
    with db.transaction():
        db.write(key, value)
        log(\"sees\", db.read(key))
        sleep(0.5)
";

#[test]
fn a_transaction_sees_its_own_rows_and_nobody_else_does() {
    let run = play(
        WRITES_AND_WAITS,
        json!({}),
        json!([
            {"at_us": 0, "do": "write", "key": "a", "value": 7},
            {"at_us": 300_000, "do": "read", "key": "a"},
            {"at_us": 800_000, "do": "read", "key": "a"},
        ]),
    );
    tells(
        &run,
        &["W1: logs sees 7", "R2: read a = 0", "committed a = 7, version 2", "R3: read a = 7"],
    );
    assert_eq!(run.report().reads.stale, 0);
}

#[test]
fn whoever_writes_a_locked_row_waits_for_its_transaction() {
    let run = play(
        WRITES_AND_WAITS,
        json!({}),
        json!([
            {"at_us": 0, "do": "write", "key": "a", "value": 1},
            {"at_us": 100_000, "do": "write", "key": "a", "value": 2},
            {"at_us": 200_000, "do": "write", "key": "b", "value": 3},
            {"at_us": 300_000, "do": "outside-write", "key": "a", "value": 4},
        ]),
    );
    // the second one's row is free at 530 ms; that of the third never was locked
    tells(
        &run,
        &[
            ": a transaction has locked the row a",
            "W1: the database committed a = 1, version 2",
            "W2: logs sees 2",
            "W3: the database committed b = 3",
            "W2: the database committed a = 2, version 3",
        ],
    );
    assert_eq!((row(&run, "a"), run.report().writes.overtaken), (Some(2), 0));
}

#[test]
fn a_statement_outside_transactions_waits_as_well() {
    let source = "
def read(key):
    return db.read(key)

def write(key, value):
    with db.transaction():
        db.write(key, value)
        sleep(0.5)

def delete(key):
    db.delete(key)
";
    let actions = json!([
        {"at_us": 0, "do": "write", "key": "a", "value": 1},
        {"at_us": 100_000, "do": "delete", "key": "a"},
    ]);
    let run = play(source, json!({}), actions);
    tells(&run, &["committed a = 1, version 2", "the database deleted a, version 3"]);
    assert_eq!(row(&run, "a"), None);
}

const TWO_ROWS: &str = "
def read(key):
    return db.read(key)

def write(key, value):
    other = \"b\" if key == \"a\" else \"a\"
    for attempt in range(3):
        try:
            with db.transaction():
                db.write(key, value)
                sleep(0.1)
                db.write(other, value)
            return
        except DeadlockError as error:
            log(error)
";

#[test]
fn of_two_that_wait_for_each_other_one_is_refused_and_tries_again() {
    let run = play(
        TWO_ROWS,
        json!({}),
        json!([
            {"at_us": 0, "do": "write", "key": "a", "value": 1},
            {"at_us": 10_000, "do": "write", "key": "b", "value": 2},
        ]),
    );
    tells(
        &run,
        &[
            "W2: db.write(a) failed, database: a deadlock",
            "W2: the database rolled back b = 2",
            "W2: logs database: a deadlock",
            "W1: the database committed a = 1",
            "W2: the database committed b = 2",
        ],
    );
    assert_eq!((row(&run, "a"), row(&run, "b")), (Some(2), Some(2)));
    assert_eq!(run.report().writes.acknowledged, 2);
}

/// Adds by reading and writing.
fn adds(isolation: &str) -> String {
    format!(
        "def read(key):\n    return db.read(key)\ndef write(key, value):\n    pass\n\
         def increment(key, by):\n    for attempt in range(3):\n        try:\n            \
         with db.transaction(isolation=\"{isolation}\"):\n                \
         db.write(key, db.read(key) + by)\n            return\n        \
         except SerializationError as error:\n            log(error)\n"
    )
}

#[test]
fn read_committed_loses_an_update_and_repeatable_read_refuses_it() {
    let actions = json!([
        {"at_us": 0, "do": "increment", "key": "a", "by": 1},
        {"at_us": 5_000, "do": "increment", "key": "a", "by": 1},
    ]);
    let run = play(&adds("read committed"), json!({}), actions.clone());
    assert_eq!((row(&run, "a"), run.report().writes.lost_update), (Some(1), 1));
    let run = play(&adds("repeatable read"), json!({}), actions);
    tells(&run, &["I2: db.write(a) failed, database: a row has changed", "I2: acknowledged"]);
    assert_eq!((row(&run, "a"), run.report().writes.lost_update), (Some(2), 0));
}

#[test]
fn a_crash_rolls_back_and_frees_the_row() {
    let run = play(
        WRITES_AND_WAITS,
        json!({}),
        json!([
            {"at_us": 0, "do": "write", "key": "a", "value": 1},
            {"at_us": 100_000, "do": "write", "key": "a", "value": 2},
            {"at_us": 200_000, "do": "crash-app", "app": 0},
        ]),
    );
    tells(&run, &["the database rolled back a = 1", "W2: the database committed a = 2, version 2"]);
    // its client does not know
    assert_eq!((run.report().writes.lost, run.report().writes.failed), (0, 1));
}

#[test]
fn what_was_set_inside_stays_behind_a_crash_and_tells_of_the_rollback() {
    let source = "def read(key):\n    return cache.get(key)\ndef write(key, value):\n    \
                  with db.transaction():\n        db.write(key, value)\n        \
                  cache.set(key, value)\n        sleep(0.5)\n";
    let actions = json!([
        {"at_us": 0, "do": "write", "key": "a", "value": 1},
        {"at_us": 200_000, "do": "crash-app", "app": 0},
        {"at_us": 300_000, "do": "read", "key": "a"},
    ]);
    let run = play(source, json!({}), actions);
    let report = run.report();
    assert_eq!((report.reads.phantom, report.violations.len()), (1, 1));
    let told = &report.violations[0].cause;
    assert!(
        told.contains(&"the transaction of W1 was rolled back at 200 ms".to_owned()),
        "{told:?}"
    );
    chains_are_true(&run);
}

#[test]
fn a_stopped_database_forgets_its_transactions() {
    let run = play(
        WRITES_AND_WAITS,
        json!({"apps": {"count": 1}}),
        json!([
            {"at_us": 0, "do": "write", "key": "a", "value": 1},
            {"at_us": 100_000, "do": "write", "key": "a", "value": 2},
            {"at_us": 200_000, "do": "stop-database"},
            {"at_us": 300_000, "do": "restore-database"},
            {"at_us": 900_000, "do": "write", "key": "a", "value": 3},
        ]),
    );
    tells(
        &run,
        &[
            "the database rolled back a = 1",
            "W2: db.write(a) failed, database: the connection broke",
            "W1: db.commit() failed, database: the transaction has been rolled back",
            "W3: the database committed a = 3, version 2",
        ],
    );
    assert_eq!(run.report().writes.acknowledged, 1);
}

#[test]
fn an_unanswered_statement_ends_its_transaction() {
    let source = "
def read(key):
    return db.read(key)

def write(key, value):
    with db.transaction():
        db.write(key, value)
        sleep(0.1)
        db.write(\"b\", value)
";
    let run = play(
        source,
        json!({"network": {"database_timeout_us": 300_000}}),
        json!([
            {"at_us": 0, "do": "write", "key": "a", "value": 1},
            {"at_us": 100_000, "do": "cut", "link": "app-database"},
            {"at_us": 1_000_000, "do": "heal", "link": "app-database"},
            {"at_us": 1_100_000, "do": "write", "key": "a", "value": 2},
        ]),
    );
    // its ROLLBACK does not come through either: the broken connection tells it
    tells(
        &run,
        &[
            "W1: no answer from the database to db.write(b)",
            "the database rolled back a = 1",
            "W1: failed",
            "W2: the database committed a = 2, version 2",
        ],
    );
    assert_eq!(row(&run, "b"), Some(2));
}

#[test]
fn behind_an_error_a_transaction_takes_its_end_and_nothing_else() {
    let source = "
def read(key):
    return db.read(key)

def write(key, value):
    with db.transaction():
        db.write(key, value)
        try:
            db.incr(\"text\", 1)
        except DatabaseError:
            db.write(\"b\", value)
";
    let mut document = json!({
        "strategies": [{"source": source}],
        "rows": {"each": {"a": 0, "text": "x"}},
        "duration_us": 1_000_000,
        "actions": [{"at_us": 0, "do": "write", "key": "a", "value": 1}],
    });
    let wrong = run(&document);
    tells(
        &wrong,
        &[
            "W1: db.incr(text) failed",
            "W1: the database rolled back a = 1",
            "W1: db.write(b) failed, database: the transaction has been rolled back",
            "W1: failed",
        ],
    );
    assert_eq!((row(&wrong, "a"), row(&wrong, "b")), (Some(0), None));
    // the error alone, caught inside: the commit says that there is nothing to commit
    document["strategies"][0]["source"] = source.replace("db.write(\"b\", value)", "pass").into();
    tells(&run(&document), &["W1: db.commit() failed, database: the transaction has been rolled"]);
}

#[test]
fn a_transaction_keeps_its_connection() {
    let run = play(
        WRITES_AND_WAITS,
        json!({"database": {"connections": 1}}),
        json!([
            {"at_us": 0, "do": "write", "key": "a", "value": 1},
            {"at_us": 100_000, "do": "read", "key": "b"},
        ]),
    );
    tells(&run, &["the database committed a = 1", "R2: read b = 0 in"]);
    assert_eq!(run.report().latency_us.read.max, Some(440_500));
}

#[test]
fn what_is_left_in_a_loop_or_returned_from_is_committed() {
    let source = "
def read(key):
    return db.read(key)

def write(key, value):
    while True:
        with db.transaction():
            db.write(key, value)
            break
    with db.transaction():
        db.incr(\"b\")
        return
";
    let run = play(source, json!({}), json!([{"at_us": 0, "do": "write", "key": "a", "value": 5}]));
    assert_eq!((row(&run, "a"), row(&run, "b")), (Some(5), Some(1)));
    assert_eq!(run.report().writes.acknowledged, 1);
}

#[test]
fn a_parent_that_goes_meanwhile_fails_the_commit() {
    let source = "
def read(key):
    return db.read(key)

def write(key, value):
    with db.transaction():
        db.write(key, value)
        sleep(0.3)

def delete(key):
    db.delete(key)
";
    let run = run(&json!({
        "topology": {"database": {"constraints": [{"child": "post:", "parent": "user:"}]}},
        "strategies": [{"source": source}],
        "rows": {"each": {"user:1": 0}},
        "duration_us": 2_000_000,
        "actions": [
            {"at_us": 0, "do": "write", "key": "post:1", "value": 1},
            {"at_us": 100_000, "do": "delete", "key": "user:1"},
        ],
    }));
    tells(
        &run,
        &["the database deleted user:1", "W1: db.commit() failed, database: a foreign key"],
    );
    assert_eq!(row(&run, "post:1"), None);
}

#[test]
fn a_helper_may_not_begin_another_one_at_another_place_either() {
    let source = "
def read(key):
    return db.read(key)

@at(app)
def save(key, value):
    with db.transaction():
        db.write(key, value)

def write(key, value):
    with db.transaction():
        save(key, value)
";
    let run = play(source, json!({}), json!([{"at_us": 0, "do": "write", "key": "a", "value": 5}]));
    tells(&run, &["W1: strategy error in line 7: a transaction inside a transaction"]);
    assert_eq!(row(&run, "a"), Some(0));
}
