//! A caller that hangs, and what it keeps: rows, a connection, a lock.

use serde_json::{Value, json};

use crate::support::{check, log, run, stored};

const TRANSACTION: &str = "def read(key):\n    return db.read(key)\n\
    def write(key, value):\n    with db.transaction():\n        db.write(key, value)\n        \
    db.write(f\"audit:{key}\", value)\n";

fn scenario(source: &str, database: Value, actions: Value) -> Value {
    json!({
        "topology": {
            "apps": {"count": 2},
            "database": database,
            "network": {"database_timeout_us": 20_000_000},
            "clients": {"timeout_us": 15_000_000},
        },
        "strategies": [{"source": source}],
        "duration_us": 12_000_000,
        "rows": {"each": {"a": 1, "b": 2}},
        "actions": actions,
    })
}

fn actions(more: Value) -> Value {
    let mut all = vec![
        json!({"at_us": 0, "do": "fail-next", "store": "database", "call": "write", "how": "hang"}),
        json!({"at_us": 100_000, "do": "write", "key": "a", "value": 10, "client": "x"}),
        json!({"at_us": 500_000, "do": "write", "key": "a", "value": 20, "client": "y"}),
    ];
    all.extend(more.as_array().cloned().unwrap_or_default());
    json!(all)
}

#[test]
fn its_row_is_locked_until_the_limit_for_idle_transactions() {
    let none = json!({"writes": {"acknowledged": 0}});
    let never = check(scenario(TRANSACTION, json!({}), actions(json!([]))), none);
    assert_eq!(stored(&never, "a"), Some(1));
    let limit = json!({"idle_in_transaction_timeout_us": 3_000_000});
    let run = check(
        scenario(TRANSACTION, limit, actions(json!([]))),
        json!({"writes": {"acknowledged": 1}}),
    );
    assert_eq!(stored(&run, "a"), Some(20));
    let shown = log(&run);
    assert!(shown.contains("W1: the database ended its idle transaction"), "{shown}");
    assert!(shown.contains("W1: the database rolled back a = 10"), "{shown}");
}

#[test]
fn a_transaction_that_goes_on_in_time_is_none_that_is_idle() {
    let source = TRANSACTION.replace("    db.write(f", "    sleep(1)\n        db.write(f");
    for (limit_us, acknowledged) in [(1_500_000, 1), (500_000, 0)] {
        let limit = json!({"idle_in_transaction_timeout_us": limit_us});
        let write = json!([{"at_us": 0, "do": "write", "key": "a", "value": 10}]);
        check(scenario(&source, limit, write), json!({"writes": {"acknowledged": acknowledged}}));
    }
}

#[test]
fn the_death_of_its_server_or_of_the_database_frees_the_row() {
    for end in [
        json!([{"at_us": 2_000_000, "do": "crash-app", "app": 0}]),
        json!([
            {"at_us": 2_000_000, "do": "stop-database"},
            {"at_us": 2_100_000, "do": "restore-database"},
            {"at_us": 2_500_000, "do": "write", "key": "a", "value": 20, "client": "z"},
        ]),
    ] {
        let run = run(&scenario(TRANSACTION, json!({}), actions(end)));
        assert_eq!(stored(&run, "a"), Some(20), "{}", log(&run));
    }
}

#[test]
fn a_lock_is_kept_as_well_and_given_up_by_those_who_wait() {
    let source = "def read(key):\n    try:\n        with lock(key, wait=1):\n            return db.read(key)\n    \
                  except Timeout:\n        return 0\n\
                  def write(key, value):\n    db.write(key, value)\n";
    let hang = json!([
        {"at_us": 0, "do": "fail-next", "store": "database", "call": "read", "how": "hang"},
        {"at_us": 100_000, "do": "read", "key": "a", "client": "x"},
        {"at_us": 200_000, "do": "read", "key": "a", "client": "z"},
        {"at_us": 300_000, "do": "read", "key": "a", "client": "y"},
    ]);
    let run = run(&scenario(source, json!({}), hang));
    assert!(log(&run).contains("read a = 0"), "{}", log(&run));
}
