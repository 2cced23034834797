//! Locks that are waited for, and not for ever; locks in a cache that two hold.

use serde_json::{Value, json};

use crate::chains::chains_are_true;
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

/// A counter under a lock in the cache, which its owner holds for 0.4 s; who adds more is faster.
const UNDER_LOCK: &str = "def read(key):\n    return db.read(key)\ndef write(key, value):\n    \
    db.write(key, value)\ndef increment(key, by):\n    token = random()\n    \
    while not cache.add(\"lock\", token, ttl=TTL):\n        sleep(0.02)\n    \
    value = db.read(key)\n    sleep(0.4 / by)\n    db.write(key, value + by)\n    \
    cache.release(\"lock\", token)\n";

/// What the chain of the lost update says of the lock: of two increments, the second by `more`, in
/// between which the faults happen.
fn told_of_lock(ttl: &str, faults: &[Value], more: u64) -> Vec<String> {
    let add =
        |at_us: u64, by: u64| json!({"at_us": at_us, "do": "increment", "key": "k", "by": by});
    let mut actions = vec![add(100_000, 1), add(200_000, more)];
    actions.splice(1..1, faults.iter().cloned());
    let run = run(&json!({
        "strategies": [{"source": UNDER_LOCK.replace("TTL", ttl)}],
        "rows": {"each": {"k": 0}},
        "duration_us": 3_000_000,
        "actions": actions,
    }));
    chains_are_true(&run);
    let violations = run.report().violations;
    let told = violations.iter().flat_map(|each| &each.cause);
    told.filter(|cause| cause.contains("(lock)")).cloned().collect()
}

#[test]
fn a_lost_update_tells_why_two_had_the_lock() {
    let fault = |what: &str| json!({"at_us": 150_000, "do": what});
    let first = "I1 added the entry to the cache (lock) at 100.5 ms";
    let again = "I2 added the entry to the cache (lock) at 200.5 ms";
    let evicts = json!({"at_us": 150_000, "do": "evict", "key": "lock"});
    for (faults, why) in [
        (vec![fault("flush-cache")], "the cache was flushed (lock) at 150 ms"),
        (vec![evicts], "the entry was evicted (lock) at 150 ms"),
        (
            vec![fault("kill-cache"), json!({"at_us": 160_000, "do": "restart-cache"})],
            "the cache died (lock) at 150 ms",
        ),
    ] {
        // whichever of them overwrites the other
        for more in [1, 10] {
            assert_eq!(told_of_lock("5", &faults, more), [first, why, again]);
        }
    }
    let expired = told_of_lock("0.2", &[], 1);
    assert_eq!(expired[..2], [first, "the entry expired (lock) at 300.5 ms"]);
    // the second waits for the first
    assert_eq!(told_of_lock("5", &[], 1), [""; 0]);
}
