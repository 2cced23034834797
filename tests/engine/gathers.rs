//! Calls that run beside one another: `gather(…)`.
//!
//! What is expected is what `asyncio.gather` of CPython 3.11.7 did with the same functions,
//! `asyncio.sleep` in place of the stores.

use serde_json::{Value, json};

use stalemate::simulate::Advance;

use crate::support::{check, log, run};

fn scenario(body: &str, actions: Value) -> Value {
    json!({
        "topology": {
            "database": {"connections": 10, "read": {"kind": "constant", "us": 100_000}},
            "network": {"default": {"latency": {"kind": "constant", "us": 0}}},
        },
        "strategies": [{"source": format!("{body}def write(key, value):\n    db.write(key, value)\n")}],
        "duration_us": 3_000_000,
        "rows": {"each": {"a": 1, "b": 2, "c": 3}},
        "actions": actions,
    })
}

fn read() -> Value {
    json!([{"at_us": 0, "do": "read", "key": "a"}])
}

/// What one read of `a` gives, or that it fails, and how long it takes.
#[track_caller]
fn gives(body: &str, value: &str, latency_us: u64) {
    let run = check(scenario(body, read()), json!({"latency_us": {"read": {"max": latency_us}}}));
    let shown = log(&run);
    assert!(shown.contains(&format!("R1: read a {value}")), "{value}: {shown}");
}

const LOADS: &str = "def load(key, wait):\n    sleep(wait)\n    return db.read(key)\n\
                     def fails(wait):\n    sleep(wait)\n    raise DatabaseError(\"no\")\n";

#[test]
fn results_come_in_the_order_of_the_calls_and_in_the_time_of_the_slowest() {
    let body = |gather: &str| {
        format!("{LOADS}def read(key):\n    a, b, c = {gather}\n    return a * 100 + b * 10 + c\n")
    };
    for gather in [
        "gather(load(\"a\", 0.3), load(\"b\", 0.2), load(\"c\", 0.1))",
        "await asyncio.gather(load(\"a\", 0.3), load(\"b\", 0.2), load(\"c\", 0.1))",
        "gather(*[load(each, 0.3) for each in [\"a\", \"b\", \"c\"]])",
        "gather(load(\"a\", 0.3), *(load(each, 0.1) for each in (\"b\", \"c\")))",
        "gather(*[load(each, 0.3) for each in \"abc\"])",
    ] {
        gives(&body(gather), "= 123", 400_000);
    }
}

#[test]
fn a_call_of_a_store_or_of_a_place_elsewhere_is_one_of_them() {
    let body = "@at(worker)\ndef far(key):\n    return db.read(key)\n\
                def read(key):\n    a, b, c, _, _ = gather(db.read(\"a\"), cache.get(\"b\"), far(\"c\"), \
                sleep(0.2), single_flight(key, far_too))\n    return [a, b, c] == [1, None, 3]\n\
                def far_too(key):\n    return far(key)\n";
    gives(body, "= True", 200_000);
}

#[test]
fn the_name_in_a_comprehension_is_its_own() {
    let body = format!(
        "{LOADS}def read(key):\n    each = 7\n    found = gather(*[load(each, 0) for each in [\"b\"]])\n    \
         return each * 10 + found[0]\n"
    );
    gives(&body, "= 72", 100_000);
}

#[test]
fn the_first_error_is_raised_at_once_and_the_others_run_on() {
    let body = format!(
        "{LOADS}def slow(key):\n    sleep(1)\n    cache.set(key, 9)\n\
         def read(key):\n    try:\n        gather(slow(key), fails(0.2), fails(0.1))\n    \
         except DatabaseError:\n        return 5\n"
    );
    let run = check(
        scenario(&body, read()),
        json!({"latency_us": {"read": {"max": 100_000}}, "cache": {"entries": 1}}),
    );
    assert!(log(&run).contains("R1: read a = 5"), "{}", log(&run));
    // the other one's error is nobody's, as in Python
    assert!(!log(&run).contains("not caught"), "{}", log(&run));
}

#[test]
fn an_error_that_nobody_catches_fails_the_request() {
    let body = format!("{LOADS}def read(key):\n    return gather(load(key, 0), fails(0.1))[0]\n");
    let run = check(scenario(&body, read()), json!({"reads": {"failed": 1}}));
    assert_eq!(log(&run).matches("R1: not caught in line").count(), 1, "{}", log(&run));
}

#[test]
fn nothing_to_do_is_an_empty_list_at_once() {
    let body = "def read(key):\n    return len(gather(*[db.read(each) for each in []]))\n";
    gives(body, "= 0", 0);
}

#[test]
fn the_calls_of_a_write_are_the_writes() {
    let source = "def read(key):\n    return db.read(key)\ndef write(key, value):\n    \
                  gather(db.write(key, value), cache.delete(key))\n";
    let mut scenario = scenario(
        "",
        json!([
            {"at_us": 0, "do": "write", "key": "a", "value": 8},
            {"at_us": 500_000, "do": "read", "key": "a"},
        ]),
    );
    scenario["strategies"] = json!([{"source": source}]);
    let run = check(
        scenario,
        json!({"writes": {"acknowledged": 1, "committed": 1}, "reads": {"stale": 0}}),
    );
    assert!(log(&run).contains("W1"), "{}", log(&run));
}

#[test]
fn all_die_with_their_server() {
    let body = format!("{LOADS}def read(key):\n    return gather(load(key, 1), load(key, 2))[0]\n");
    let actions = json!([
        {"at_us": 0, "do": "read", "key": "a"},
        {"at_us": 500_000, "do": "crash-app", "app": 0},
    ]);
    check(scenario(&body, actions), json!({"reads": {"failed": 1}, "database": {"reads": 0}}));
}

#[test]
fn lists_of_lists_of_lists_are_a_mistake() {
    let body = "def inner(of):\n    return of\n\
                def read(key):\n    of = [1]\n    for i in range(5):\n        of = gather(inner(of))\n    return 1\n";
    let run = run(&scenario(body, read()));
    assert!(log(&run).contains("a list of lists of lists"), "{}", log(&run));
}

#[test]
fn more_than_a_thousand_calls_are_a_mistake() {
    let body = "def read(key):\n    return len(gather(*[sleep(1) for i in range(1001)]))\n";
    let run = run(&scenario(body, read()));
    assert!(log(&run).contains("more than 1000 calls in one `gather`"), "{}", log(&run));
}

/// A call that gathers in turn, without an end: a bound stops it, and not the machine's stack.
#[test]
fn calls_that_gather_themselves_for_ever_are_stopped() {
    let body = "def read(key):\n    return grow(key)\n\
                def grow(key):\n    return len(gather(grow(key), grow(key)))\n";
    let mut run = crate::support::begin(&scenario(body, read()));
    let Advance::Stopped(why) = run.advance(1_000_000, u32::MAX) else { panic!("it goes on") };
    assert!(why.contains("100000 tasks"), "{why}");
}
