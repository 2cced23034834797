//! What chains and the log call what they tell of.

use serde_json::json;

use crate::support::{log, run};

/// A mark for what is not there, stored by a read, is no copy of an initial value.
#[test]
fn a_row_that_is_not_there_is_no_initial_value() {
    let source = "def read(key):\n    value = cache.get(key)\n    if value is not None:\n        \
                  return None if value == \"NULL\" else value\n    value = db.read(key)\n    \
                  cache.set(key, value if value is not None else \"NULL\", ttl=60)\n    return value\n\
                  def write(key, value):\n    db.write(key, value)\n";
    let run = run(&json!({
        "strategies": [{"source": source}],
        "duration_us": 1_000_000,
        "actions": [
            {"at_us": 0, "do": "read", "key": "k", "client": "a"},
            {"at_us": 100_000, "do": "write", "key": "k", "value": 2, "client": "b"},
            {"at_us": 500_000, "do": "read", "key": "k", "client": "c"},
        ],
    }));
    let why = format!("{:?}", run.history().violations());
    assert!(why.contains("R1 read nothing from the database"), "{why}");
}

#[test]
fn a_token_is_the_programs_own_value() {
    let source = "def read(key):\n    if cache.add(\"lock\", random(), ttl=9):\n        return 1\n    \
                  return cache.get(\"lock\")\ndef write(key, value):\n    db.write(key, value)\n";
    let run = run(&json!({
        "strategies": [{"source": source}],
        "duration_us": 1_000_000,
        "entries": [{"key": "k"}],
        "rows": {"each": {"k": 1}},
        "actions": [
            {"at_us": 0, "do": "read", "key": "k", "client": "a"},
            {"at_us": 100_000, "do": "read", "key": "k", "client": "a"},
        ],
    }));
    assert!(log(&run).contains("cache hit for lock (the program's own value)"), "{}", log(&run));
}
