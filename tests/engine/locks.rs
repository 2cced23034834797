//! Locks that are waited for, and not for ever.

use serde_json::json;

use crate::support::{log, run};

/// Holds a key's lock for 0.1 s, and waits for it as long as is said.
fn waits(wait: &str) -> String {
    format!(
        "def read(key):\n    return db.read(key)\ndef write(key, value):\n    try:\n        \
         with lock(key, wait={wait}):\n            sleep(0.1)\n            db.write(key, value)\n    \
         except Timeout as error:\n        log(error)\n        return\n    log(\"done\")\n"
    )
}

#[test]
fn whoever_has_waited_long_enough_gives_up_and_leaves_the_line() {
    // the lock is free at 110,250, 220,250 and so on
    for (wait, told) in [
        ("0", ["W1: logs done", "W2: logs app server: the lock", "W3: logs app server: the lock"]),
        (
            "0.05",
            ["W1: logs done", "W2: logs app server: the lock", "W3: logs app server: the lock"],
        ),
        ("0.15", ["W1: logs done", "W2: logs done", "W3: logs app server: the lock"]),
        ("1", ["W1: logs done", "W2: logs done", "W3: logs done"]),
        ("None", ["W1: logs done", "W2: logs done", "W3: logs done"]),
    ] {
        let write = |at_us: u64| json!({"at_us": at_us, "do": "write", "key": "k"});
        let run = run(&json!({
            "topology": {"apps": {"count": 1}},
            "strategies": [{"source": waits(wait)}],
            "duration_us": 2_000_000,
            "actions": [write(0), write(1_000), write(2_000), write(1_000_000)],
        }));
        let shown = log(&run);
        for line in told.into_iter().chain(["W4: logs done"]) {
            assert!(shown.contains(line), "{wait}: {line}: {shown}");
        }
        assert_eq!(run.report().writes.acknowledged, 4, "{shown}");
    }
}

#[test]
fn a_lock_that_is_not_free_in_time_fails_a_request_that_has_done_nothing() {
    let source = "def read(key):\n    return db.read(key)\ndef write(key, value):\n    \
                  with lock(key, wait=0.01):\n        sleep(0.1)\n        db.write(key, value)\n";
    let write = |at_us: u64| json!({"at_us": at_us, "do": "write", "key": "k"});
    let run = run(&json!({
        "topology": {"apps": {"count": 1}},
        "strategies": [{"source": source}],
        "duration_us": 2_000_000,
        "actions": [write(0), write(1_000)],
    }));
    let shown = log(&run);
    assert!(
        shown.contains("W2: failed after 10.5 ms (app server: the lock was not free in time)\n"),
        "{shown}"
    );
    assert_eq!((run.report().writes.failed, run.report().writes.unknown), (1, 0));
}
