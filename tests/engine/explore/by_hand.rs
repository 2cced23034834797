//! Strategies of every kind, with the verdict and the length that a person comes to with a pencil:
//! each line counts the effects of a shortest way.

use super::published::{
    CRASH, Case, EVICTION, FAILURE, NOTHING, RACE, THREE, TWO_WRITERS, case, check,
};
use serde_json::json;
use stalemate::explore::{Budgets, Property};

use Property::{
    Converges, Linearizable, MonotonicReads, NoDoubleWrite, NoLostWrite, NoPhantom, NoStaleRead,
    ReadYourWrites,
};

const PLAIN_READ: &str = "def read(key):\n    return db.read(key)\n\n";

/// A read that loads what it misses, and fills the cache in this way.
fn fills(fill: &str) -> String {
    format!(
        "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
         value = db.read(key)\n        {fill}\n    return value\n\n"
    )
}

/// The same, with the version of what was loaded.
fn fills_versioned() -> String {
    "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
     row = db.row(key)\n        value = row.value\n        \
     cache.set(key, value, version=row.version)\n    return value\n\n"
        .to_owned()
}

/// A function of these lines.
fn function(head: &str, lines: &[&str]) -> String {
    let body: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!("def {head}:\n{body}\n")
}

fn write(lines: &[&str]) -> String {
    function("write(key, value)", lines)
}

/// The verdict and the length of each property.
#[track_caller]
fn comes_to(
    source: &str,
    clients: &'static [&'static str],
    budgets: Budgets,
    expected: &[(Property, Option<u16>)],
) {
    check(&Case { budgets, ..case(source, clients) }, expected);
}

const COMMIT_THEN_DELETE: &[&str] = &["db.write(key, value)", "cache.delete(key)"];
const COMMIT_THEN_SET: &[&str] = &["db.write(key, value)", "cache.set(key, value)"];

#[test]
fn cache_aside_and_its_kin() {
    let aside = |lines| fills("cache.set(key, value)") + &write(lines);
    // miss, load, commit, delete, set
    let delete = aside(COMMIT_THEN_DELETE);
    let all = [(Converges, Some(5)), (NoPhantom, None), (NoLostWrite, None), (NoDoubleWrite, None)];
    comes_to(&delete, RACE, NOTHING, &all);
    // delete, miss, load, set, commit; … hit
    let delete_first = aside(&["cache.delete(key)", "db.write(key, value)"]);
    comes_to(&delete_first, RACE, NOTHING, &[(Converges, Some(5))]);
    comes_to(&delete_first, &["RR", "W"], NOTHING, &[(NoStaleRead, Some(6))]);
    // miss, load, set, commit: and no expiry has to come
    comes_to(&aside(&["db.write(key, value)"]), RACE, NOTHING, &[(Converges, Some(4))]);
    // miss, load, delete, commit, delete, set
    let twice = aside(&["cache.delete(key)", "db.write(key, value)", "spawn(again, key)"])
        + &function("again(key)", &["sleep(1)", "cache.delete(key)"]);
    comes_to(&twice, RACE, NOTHING, &[(Converges, Some(6))]);
    // miss, mark, load, mark, commit, delete, set, unmark
    let marked = "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
                  mark = cache.get(f'm:{key}')\n        value = db.read(key)\n        \
                  if mark is None:\n            cache.set(key, value)\n    return value\n\n"
        .to_owned()
        + &write(&[
            "cache.set(f'm:{key}', 1)",
            "db.write(key, value)",
            "cache.delete(key)",
            "cache.delete(f'm:{key}')",
        ]);
    comes_to(&marked, RACE, NOTHING, &[(Converges, Some(8))]);
}

#[test]
fn write_through() {
    let through = fills("cache.set(key, value)") + &write(COMMIT_THEN_SET);
    // commit, commit, set, set
    comes_to(&through, TWO_WRITERS, NOTHING, &[(Converges, Some(4))]);
    let first =
        fills("cache.set(key, value)") + &write(&["cache.set(key, value)", "db.write(key, value)"]);
    // set, set, commit, commit; … set, a commit that fails
    comes_to(&first, TWO_WRITERS, NOTHING, &[(Converges, Some(4)), (NoPhantom, None)]);
    comes_to(&first, &["W"], FAILURE, &[(Converges, Some(2)), (NoPhantom, Some(2))]);
}

#[test]
fn versions() {
    let set = fills_versioned()
        + &write(&["version = db.write(key, value)", "cache.set(key, value, version=version)"]);
    comes_to(&set, THREE, NOTHING, &[(Converges, None)]);
    // miss, load, commit, set, eviction, set
    comes_to(&set, RACE, EVICTION, &[(Converges, Some(6))]);
    let delete = fills_versioned()
        + &write(&["version = db.write(key, value)", "cache.delete(key, version=version)"]);
    comes_to(&delete, RACE, NOTHING, &[(Converges, None)]);
    // miss, load, commit, delete, eviction of the version, set
    comes_to(&delete, RACE, EVICTION, &[(Converges, Some(6))]);
    // miss, load, set, commit, the server's crash
    comes_to(&delete, RACE, CRASH, &[(Converges, Some(5))]);
}

#[test]
fn repair_by_readers() {
    let repairs = |version: &str| {
        format!(
            "def read(key):\n    value = cache.get(key)\n    row = db.row(key)\n    \
             if value != row.value:\n        cache.set(key, row.value{version})\n    \
             return row.value\n\n"
        )
    };
    // miss, load, commit, set
    let blind = repairs("") + &write(&["db.write(key, value)"]);
    comes_to(&blind, &["RR", "W"], NOTHING, &[(Converges, Some(4))]);
    let versioned = repairs(", version=row.version")
        + &write(&["version = db.write(key, value)", "cache.set(key, value, version=version)"]);
    let all = [(Converges, None), (NoStaleRead, None), (Linearizable, None)];
    comes_to(&versioned, &["RR", "W"], NOTHING, &all);
}

#[test]
fn sessions_see_what_a_slow_reader_sets() {
    let aside = fills("cache.set(key, value)") + &write(COMMIT_THEN_DELETE);
    // miss, load, commit, delete, set, hit
    let own = [
        (NoStaleRead, Some(6)),
        (ReadYourWrites, Some(6)),
        (Linearizable, Some(6)),
        (MonotonicReads, None),
    ];
    comes_to(&aside, &["R", "WR"], NOTHING, &own);
    // miss, load; commit; miss, load, set; set; hit
    comes_to(&aside, &["R", "W", "RR"], NOTHING, &[(MonotonicReads, Some(8))]);
    // commit, a look at the replica
    let replica = "def read(key):\n    return replica.read(key)\n\n".to_owned()
        + &write(&["db.write(key, value)"]);
    let lagging = |clients| Case { topology: json!({"replica": {}}), ..case(&replica, clients) };
    check(&lagging(RACE), &[(NoStaleRead, Some(2)), (Linearizable, Some(2))]);
    check(&lagging(&["WR"]), &[(ReadYourWrites, Some(2)), (NoStaleRead, Some(2))]);
}

#[test]
fn counters_by_reading_and_writing() {
    let counts = |lines: &[&str]| {
        PLAIN_READ.to_owned()
            + &write(&["db.write(key, value)"])
            + &function("increment(key, by)", lines)
    };
    // load, load, write, write
    let lossy = counts(&["db.write(key, db.read(key) + by)"]);
    let lost = [(NoLostWrite, Some(4)), (NoDoubleWrite, None)];
    comes_to_counting(&lossy, NOTHING, 2, &lost);
    let swap = "db.compare_and_set(key, row.version, row.value + by)";
    let once = counts(&["row = db.row(key)", swap]);
    comes_to_counting(&once, NOTHING, 2, &lost);
    let again = counts(&[
        "done = False",
        "while not done:",
        "    row = db.row(key)",
        &format!("    done = {swap}"),
    ]);
    comes_to_counting(&again, NOTHING, 2, &[(NoLostWrite, None), (NoDoubleWrite, None)]);
}

#[test]
fn queues() {
    let flush = |batch: u32| {
        format!(
            "@at(worker)\n@every(1)\ndef flush():\n    for item in queue.take({batch}):\n        \
             if item.add:\n            db.incr(item.key, item.value)\n        else:\n            \
             db.write(item.key, item.value)\n        queue.ack(item)\n"
        )
    };
    let durable = |batch| {
        "queue = Queue(at=worker, durable=True)\n\n".to_owned()
            + PLAIN_READ
            + &write(&["queue.push(key, value)"])
            + &function("increment(key, by)", &["queue.add(key, by)"])
            + &flush(batch)
    };
    let kept = [(NoLostWrite, None), (NoDoubleWrite, None)];
    comes_to_uncached(&durable(1), &["W"], CRASH, &kept);
    comes_to_uncached(&durable(2), &["WW"], NOTHING, &kept);
    // push, take, add, crash, restart, take, add, acknowledge
    let twice = [(NoLostWrite, None), (NoDoubleWrite, Some(8))];
    comes_to_counting(&durable(1), CRASH, 1, &twice);
    let in_cache = "queue = Queue(at=cache)\n\n@at(cache)\ndef read(key):\n    \
                    return cache.get(key)\n\n@at(cache)\n"
        .to_owned()
        + &write(&["cache.set(key, value)", "queue.push(key, value)"])
        + "@at(cache)\n@every(1)\ndef flush():\n    for item in queue.take(1):\n        \
           db.write(item.key, item.value)\n        queue.ack(item)\n";
    comes_to(&in_cache, &["W"], NOTHING, &[(NoLostWrite, None), (Converges, None)]);
    // set, push, crash
    comes_to(&in_cache, &["W"], CRASH, &[(NoLostWrite, Some(3))]);
}

/// … of a strategy without a cache.
#[track_caller]
fn comes_to_uncached(
    source: &str,
    clients: &'static [&'static str],
    budgets: Budgets,
    expected: &[(Property, Option<u16>)],
) {
    let case = Case { budgets, cached: false, ..case(source, clients) };
    check(&case, expected);
}

/// … and of increments by so many clients.
#[track_caller]
fn comes_to_counting(
    source: &str,
    budgets: Budgets,
    clients: usize,
    expected: &[(Property, Option<u16>)],
) {
    let all: &'static [&'static str] = &["I", "I"];
    comes_to_uncached(source, &all[..clients], budgets, expected);
}
