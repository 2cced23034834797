//! Runs of a function that callers share, with their result or their error.

use serde_json::{Value, json};

use crate::support::{check, log, run};

/// Reads by one shared load, which is stored; deletes also forget the load where `forgets`.
fn shared(forgets: bool) -> String {
    let forget = if forgets { "    forget_flight(key)\n" } else { "" };
    format!(
        "def read(key):\n    value = cache.get(key)\n    if value is not None:\n        \
         return value\n    return single_flight(key, load)\ndef load(key):\n    \
         value = db.read(key)\n    if value is not None:\n        cache.set(key, value)\n    \
         return value\ndef write(key, value):\n    db.write(key, value)\n{forget}    \
         cache.delete(key)\n"
    )
}

fn scenario(source: &str, apps: u32, actions: Value) -> Value {
    json!({
        "topology": {
            "apps": {"count": apps},
            "database": {"connections": 100, "read": {"kind": "constant", "us": 100_000}},
        },
        "strategies": [{"source": source}],
        "duration_us": 3_000_000,
        "rows": {"each": {"k": 7}},
        "actions": actions,
    })
}

fn reads(times_us: impl IntoIterator<Item = u64>) -> Value {
    let read =
        |at_us| json!({"at_us": at_us, "do": "read", "key": "k", "client": format!("c{at_us}")});
    times_us.into_iter().map(read).collect()
}

#[test]
fn callers_of_one_server_share_one_load_and_those_of_two_have_one_each() {
    for (apps, loads) in [(1, 1), (2, 2), (4, 4)] {
        let expect = json!({"reads": {"total": 20, "misses": 20, "failed": 0}, "database": {"reads": loads}});
        check(scenario(&shared(false), apps, reads(0..20)), expect);
    }
}

#[test]
fn the_history_says_who_joined_whom() {
    let shown = log(&run(&scenario(&shared(false), 1, reads([0, 50_000]))));
    assert!(shown.contains("R2: joins the single flight of R1 for k\n"), "{shown}");
    assert!(shown.contains("R2: has the result of R1's single flight for k\n"), "{shown}");
    assert_eq!(shown.matches("the database read k").count(), 1, "{shown}");
}

#[test]
fn all_share_an_error_and_the_next_caller_runs_again() {
    let mut actions =
        vec![json!({"at_us": 0, "do": "fail-next", "store": "database", "call": "read"})];
    actions.extend(reads([1_000, 1_100, 1_200, 500_000]).as_array().cloned().unwrap_or_default());
    let run = check(
        scenario(&shared(false), 1, json!(actions)),
        json!({"reads": {"total": 4, "failed": 3}}),
    );
    assert_eq!(log(&run).matches("db.read(k) failed").count(), 1, "{}", log(&run));
}

#[test]
fn a_row_that_is_not_there_is_nobodys_invention() {
    let mut scenario = scenario(&shared(false), 1, reads([0, 50_000]));
    scenario["rows"] = json!({});
    check(scenario, json!({"reads": {"total": 2, "misses": 2, "failed": 0, "unfounded": 0}}));
}

#[test]
fn whoever_joins_an_outdated_load_is_stale_unless_the_write_forgets_it() {
    // R1 has read the old row when W1 commits; R2 begins after W1 is acknowledged
    let slow = |forgets| {
        let source = shared(forgets).replace(
            "    if value is not None:\n        cache.set",
            "    sleep(1)\n    if value is not None:\n        cache.set",
        );
        let actions = json!([
            {"at_us": 0, "do": "read", "key": "k", "client": "a"},
            {"at_us": 300_000, "do": "write", "key": "k", "value": 8, "client": "b"},
            {"at_us": 900_000, "do": "read", "key": "k", "client": "c"},
        ]);
        scenario(&source, 1, actions)
    };
    let stale = check(slow(false), json!({"reads": {"stale": 1}, "database": {"reads": 1}}));
    let why = format!("{:?}", stale.history().violations());
    for link in ["R3 joined the single flight of R1", "R1 read the initial value from the database"]
    {
        assert!(why.contains(link), "{link}: {why}");
    }
    check(slow(true), json!({"reads": {"stale": 0}, "database": {"reads": 2}}));
}

#[test]
fn a_stamp_from_the_start_of_the_load_keeps_an_outdated_one_out() {
    let source = "def read(key):\n    value = cache.get(key)\n    if value is not None:\n        \
                  return value\n    begun = int(now() * 1e6)\n    value = db.read(key)\n    sleep(1)\n    \
                  cache.set(key, value, version=begun)\n    return value\n\
                  def write(key, value):\n    db.write(key, value)\n    \
                  cache.delete(key, version=int(now() * 1e6))\n";
    let actions = json!([
        {"at_us": 0, "do": "read", "key": "k", "client": "a"},
        {"at_us": 300_000, "do": "write", "key": "k", "value": 8, "client": "b"},
        {"at_us": 1_500_000, "do": "read", "key": "k", "client": "c"},
    ]);
    check(scenario(source, 1, actions), json!({"reads": {"stale": 0, "misses": 2}}));
}

#[test]
fn a_run_dies_with_its_server_and_is_begun_again_on_it() {
    let mut actions = vec![
        json!({"at_us": 50_000, "do": "crash-app", "app": 0}),
        json!({"at_us": 60_000, "do": "restart-app", "app": 0}),
    ];
    actions.extend(reads([0, 1_000, 100_000]).as_array().cloned().unwrap_or_default());
    let run = run(&scenario(&shared(false), 1, json!(actions)));
    assert!(log(&run).contains("R3: read k = 7"), "{}", log(&run));
}

#[test]
fn arguments_go_behind_the_function() {
    let source = "def read(key):\n    return single_flight(f\"load:{key}\", load, key, 1)\n\
                  def load(key, tries):\n    return db.read(key)\n\
                  def write(key, value):\n    db.write(key, value)\n";
    check(
        scenario(source, 1, reads(0..3)),
        json!({"reads": {"total": 3, "failed": 0}, "database": {"reads": 1}}),
    );
}

#[test]
fn a_mistake_in_a_shared_run_is_told_once_and_fails_all_who_wait() {
    let source = "def read(key):\n    return single_flight(key, load)\n\
                  def load(key):\n    sleep(0.1)\n    return key + 1\n\
                  def write(key, value):\n    db.write(key, value)\n";
    let run = check(scenario(source, 1, reads(0..3)), json!({"reads": {"failed": 3}}));
    assert_eq!(log(&run).matches("strategy error in line 5").count(), 1, "{}", log(&run));
}

#[test]
fn who_joins_a_run_has_not_written_what_it_wrote() {
    let source = "def read(key):\n    return db.read(key)\n\
                  def write(key, value):\n    single_flight(key, put, key, value)\n\
                  def put(key, value):\n    db.write(key, value)\n    cache.delete(key)\n";
    let write = |at_us: u64| json!({"at_us": at_us, "do": "write", "key": "k", "value": at_us});
    let kill = json!({"at_us": 0, "do": "kill-cache"});
    let log = log(&run(&scenario(source, 1, json!([kill, write(10_000), write(11_000)]))));
    let failed = |op: &str| {
        let line = log.lines().find(|line| line.contains(&format!("{op}: failed after")));
        line.expect("it fails").contains("it may have been applied")
    };
    assert!(failed("W1") && !failed("W2"), "{log}");
}
