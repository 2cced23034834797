//! A cache like Memcached in a run: what a program sees of it.

use serde_json::{Value, json};

use crate::support::{log, run};

fn scenario(source: &str, actions: Value) -> Value {
    json!({
        "topology": {"cache": {"like": "memcached"}},
        "strategies": [{"source": source}],
        "rows": {"each": {"k": "old"}},
        "duration_us": 20_000_000,
        "actions": actions,
    })
}

/// The lines that a program logs in a read of `k` at this instant.
#[track_caller]
fn check(at_us: u64, statements: &[&str], expected: &[&str]) {
    let body: String = statements.iter().map(|line| format!("    {line}\n")).collect();
    let source = format!(
        "def read(key):\n{body}    return db.read(key)\n\ndef write(key, value):\n    db.write(key, value)\n"
    );
    let read = json!([{"at_us": at_us, "do": "read", "key": "k"}]);
    let told = log(&run(&scenario(&source, read)));
    let logged: Vec<&str> =
        told.lines().filter_map(|line| line.split_once(": logs ")).map(|(_, text)| text).collect();
    assert_eq!(logged, expected, "{told}");
}

#[test]
fn an_entry_may_live_for_much_less_than_its_ttl() {
    let statements = ["cache.set(key, 7, ttl=1)", "sleep(0.2)", "log(cache.get(key))"];
    check(100_000, &statements, &["7"]);
    check(900_000, &statements, &["None"]);
}

#[test]
fn a_plain_get_finds_the_empty_entry_of_a_lease() {
    check(
        0,
        &[
            "value, lease = cache.lease(key)",
            "log(cache.get(key) == \"\")",
            "log(cache.add(key, 1))",
            "log(cache.set_with_lease(key, 2, lease))",
            "log(cache.incr(\"n\"))",
        ],
        &["True", "False", "True", "None"],
    );
}

#[test]
fn a_key_with_a_space_is_an_error() {
    check(
        0,
        &["try:", "    cache.get(\"a b\")", "except CacheError as error:", "    log(str(error))"],
        &["cache: the key has more than 250 bytes, or a space"],
    );
}

#[test]
fn its_clock_begins_with_its_process() {
    let source = "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
                  value = db.read(key)\n        cache.set(key, value, ttl=1)\n    return value\n\n\
                  def write(key, value):\n    db.write(key, value)\n";
    let read = |at_us: u64| json!({"at_us": at_us, "do": "read", "key": "k"});
    let told = |actions: Value| {
        let told = log(&run(&scenario(source, actions)));
        told.matches("cache miss").count()
    };
    assert_eq!(told(json!([read(1_000_000), read(1_700_000)])), 1);
    let restarted = json!([
        {"at_us": 500_000, "do": "kill-cache"}, {"at_us": 600_000, "do": "restart-cache"},
        read(1_000_000), read(1_700_000),
    ]);
    assert_eq!(told(restarted), 2);
}
