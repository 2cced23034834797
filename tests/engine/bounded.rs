//! Waits for a connection and runs of statements, both bounded.
//!
//! A hop takes 250 µs; a read of the database takes 20,000 µs, a commit 50,000 µs.

use serde_json::{Value, json};
use stalemate::simulate::Simulation;

use crate::support::{check, compare, log, stored};

const PLAIN: &str = "def read(key):\n    return db.read(key)\ndef write(key, value):\n    \
                     db.write(key, value)\n";

fn play(source: &str, database: Value, actions: Value, expect: Value) -> Simulation {
    let mut settings = json!({
        "connections": 1,
        "read": {"kind": "constant", "us": 20_000},
        "write": {"kind": "constant", "us": 50_000},
    });
    for (name, value) in database.as_object().expect("settings") {
        settings[name] = value.clone();
    }
    let scenario = json!({
        "topology": {"database": settings},
        "strategies": [{"source": source}],
        "rows": {"each": {"a": 0, "b": 0}},
        "duration_us": 5_000_000,
        "actions": actions,
    });
    check(scenario, expect)
}

fn reads(count: usize) -> Value {
    json!(vec![json!({"at_us": 0, "do": "read", "key": "a"}); count])
}

#[test]
fn who_gets_no_connection_in_time_fails_and_leaves_the_line() {
    // they begin at 0, 20,000, 40,000 and 60,000: two wait for longer than 30,000
    let bound = json!({"pool_wait_us": 30_000});
    let failed = json!({"reads": {"failed": 2}, "database": {"reads": 2}, "failures": [
        {"reason": "database: no connection of the pool was free in time", "reads": 2},
    ]});
    let run = play(PLAIN, bound, reads(4), failed);
    assert!(log(&run).contains("31000 R3: failed after 31 ms"), "{}", log(&run));
    play(PLAIN, json!({}), reads(4), json!({"reads": {"failed": 0}}));
    // one connection each
    let enough = json!({"pool_wait_us": 30_000, "connections": 4});
    play(PLAIN, enough, reads(4), json!({"reads": {"failed": 0}}));
    // a transaction holds the only one, and another waits for it
    let source = "def read(key):\n    with db.transaction():\n        db.read(key)\n        \
                  sleep(1)\n    return 1\ndef write(key, value):\n    pass\n";
    let run = play(source, json!({"pool_wait_us": 500_000}), reads(2), json!({}));
    compare(&run, &json!({"reads": {"failed": 1}}));
}

#[test]
fn a_statement_that_runs_too_long_is_undone_and_frees_its_connection() {
    let bound = json!({"statement_timeout_us": 10_000});
    let failed = json!({"reads": {"failed": 2}, "failures": [
        {"reason": "database: the statement was canceled: it ran into its timeout", "reads": 2},
    ]});
    let run = play(PLAIN, bound.clone(), reads(2), failed);
    // the second begins when the first is canceled
    assert!(log(&run).contains("20500 R2: db.read(a) failed"), "{}", log(&run));
    let write = json!([{"at_us": 0, "do": "write", "key": "a", "value": 7}]);
    let failed = json!({"writes": {"failed": 1, "unknown": 0}});
    let run = play(PLAIN, bound, write, failed);
    assert_eq!(stored(&run, "a"), Some(0));
    // to the microsecond as long as it may
    let exact = json!({"statement_timeout_us": 20_000});
    play(PLAIN, exact, reads(1), json!({"reads": {"failed": 0}}));
}

#[test]
fn a_wait_for_a_row_counts_a_commit_does_not() {
    let source = "
def read(key):
    return db.read(key)

def write(key, value):
    try:
        with db.transaction():
            db.write(\"b\", value)
            sleep(0.2)
            db.write(\"a\", value)
    except Timeout as error:
        log(error)
        raise
";
    let actions = json!([
        {"at_us": 0, "do": "write", "key": "a", "value": 1, "client": "ann"},
        {"at_us": 50_000, "do": "write", "key": "a", "value": 2, "client": "ben"},
    ]);
    let database = json!({"statement_timeout_us": 40_000, "connections": 5});
    let run = play(source, database, actions, json!({"writes": {"acknowledged": 1, "failed": 1}}));
    assert_eq!((stored(&run, "a"), stored(&run, "b")), (Some(1), Some(1)));
    let said = "W2: logs database: the statement was canceled: it ran into its timeout";
    assert!(log(&run).contains(said), "{}", log(&run));
}
