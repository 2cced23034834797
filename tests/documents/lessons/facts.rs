//! What conditions can name besides the report.

use stalemate::lesson::{Facts, Since};
use stalemate::simulate::Simulation;

use super::*;

/// Three requests under write-behind; the cache is killed before the flush.
const RUN: &str = r#"{
    "strategies": [{"strategy": "write-behind"}],
    "rows": {"each": {"user:1": "old", "dark-mode": false}},
    "actions": [
        {"at_us": 1000, "do": "read", "key": "user:1", "client": "ann"},
        {"at_us": 100000, "do": "write", "key": "user:1", "value": "new", "client": "bob"},
        {"at_us": 200000, "do": "read", "key": "user:1", "client": "ann"},
        {"at_us": 500000, "do": "kill-cache"},
        {"at_us": 600000, "do": "read", "key": "user:1", "client": "cleo"}
    ]
}"#;

/// What is found at a path at an instant, in a step that began at another.
fn at(at_us: u64, since_us: u64, path: &str) -> Json {
    let mut run = Simulation::new(&Scenario::parse(RUN).unwrap()).unwrap();
    run.advance(since_us, u32::MAX);
    let since = Since::new(&run);
    run.advance(at_us, u32::MAX);
    let facts = Facts::wanted(std::iter::once(path)).look(&run, &since);
    stalemate::expect::value_at(path, &facts).unwrap_or_else(|| panic!("{path} is not there"))
}

#[track_caller]
fn check(at_us: u64, path: &str, expected: Json) {
    assert_eq!(at(at_us, 0, path), expected, "{path}");
}

#[test]
fn keys_say_what_each_store_holds() {
    check(50_000, "keys.user:1.state", "in sync".into());
    check(50_000, "keys.user:1.cache.value", "old".into());
    check(50_000, "keys.user:1.cache.set_us", 11_500.into());
    check(150_000, "keys.user:1.state", "ahead".into());
    check(150_000, "keys.user:1.cache.value", "new".into());
    check(150_000, "keys.user:1.database.value", "old".into());
    check(150_000, "keys.user:1.database.version", 1.into());
    check(150_000, "keys.user:1.queued", 1.into());
    check(550_000, "keys.user:1.state", "cold".into());
    check(550_000, "keys.user:1.cache.value", Json::Null);
    check(150_000, "keys.dark-mode.database.value", false.into());
    check(150_000, "keys.never-used.state", "cold".into());
    check(150_000, "keys.never-used.database.value", Json::Null);
}

#[test]
fn clients_and_requests_say_what_they_were_told() {
    check(500, "clients.ann.read.value", Json::Null);
    check(5_000, "clients.ann.read.ended", false.into());
    check(50_000, "clients.ann.read.value", "old".into());
    check(50_000, "clients.ann.read.hit", false.into());
    check(50_000, "clients.ann.read.took_us", 11_000.into());
    check(300_000, "clients.ann.read.hit", true.into());
    check(300_000, "clients.ann.read.verdict", "dirty".into());
    check(300_000, "requests.R1.value", "old".into());
    check(300_000, "requests.R3.value", "new".into());
    check(300_000, "requests.W2.client", "bob".into());
    check(300_000, "requests.W2.fate", "pending".into());
    check(300_000, "clients.bob.write.took_us", 1_000.into());
    check(700_000, "clients.bob.write.fate", "lost".into());
    check(700_000, "clients.cleo.read.failed", true.into());
    check(700_000, "clients.cleo.read.value", Json::Null);
    check(700_000, "clients.nobody.write.value", Json::Null);
}

#[test]
fn a_step_has_totals_of_its_own() {
    let of_step = |path: &str| at(300_000, 50_000, path);
    assert_eq!(of_step("reads.total"), 2);
    assert_eq!(of_step("step.reads.total"), 1);
    assert_eq!(of_step("step.reads.hits"), 1);
    assert_eq!(of_step("step.database.reads"), 0);
    assert_eq!(of_step("step.database.max_concurrent_loads_of_one_key"), 0);
    assert_eq!(of_step("step.took_us.read.max"), 1_000);
    assert_eq!(of_step("step.took_us.write.min"), 1_000);
    assert_eq!(of_step("step.violations"), 1);
    assert_eq!(at(50_000, 0, "step.database.max_concurrent_loads_of_one_key"), 1);
    assert_eq!(at(300_000, 50_000, "queues[0].depth"), 1);
    assert_eq!(at(300_000, 50_000, "queues[0].name"), "queue");
}
