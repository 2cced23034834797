//! Two caches, one behind the other: each is a store of its own.

use serde_json::{Value, json};
use stalemate::history::KeyState;
use stalemate::scenario::Scenario;
use stalemate::simulate::Simulation;
use stalemate::vocabulary::CacheId;

use crate::support::{begin, log, run};

/// Reads ask the near cache, then the shared one, then the database; a write forgets
/// the key in the shared one alone.
const TWO_TIERS: &str = r#"
def read(key):
    try:
        value = near.get(key)
    except CacheError:
        value = None
    if value is not None:
        return value
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        cache.set(key, value, ttl=60)
    try:
        near.set(key, value, ttl=2)
    except CacheError:
        pass
    return value

def write(key, value):
    db.write(key, value)
    cache.delete(key)
"#;

const NEAR: CacheId = CacheId(1);

fn two_tiers(actions: Value) -> Value {
    json!({
        "topology": {
            "apps": {"count": 1},
            "caches": {"near": {"capacity": 10, "latency": {"kind": "constant", "us": 10}}},
        },
        "strategies": [{"source": TWO_TIERS}],
        "rows": {"each": {"k": "old"}},
        "duration_us": 10_000_000,
        "actions": actions,
    })
}

fn state(run: &Simulation, cache: CacheId) -> KeyState {
    let key = run.names().find("k").expect("a key that was used");
    let account = run.history().ledger().key(key).expect("an account");
    account.caches.get(cache).map_or(KeyState::Cold, |cache| cache.state)
}

#[test]
fn a_read_fills_both_and_is_served_by_the_nearer() {
    let run = run(&two_tiers(json!([
        {"at_us": 0, "do": "read", "key": "k"},
        {"at_us": 100_000, "do": "read", "key": "k"},
    ])));
    assert_eq!(
        (state(&run, CacheId::FIRST), state(&run, NEAR)),
        (KeyState::InSync, KeyState::Cold)
    );
    let told = log(&run);
    assert!(told.contains("R1: near miss for k"), "{told}");
    assert!(told.contains("R1: cache miss for k"), "{told}");
    assert!(told.contains("R1: near set k = old for 2 s"), "{told}");
    // over the link of 10 µs, there and back, and from and to the client
    assert!(told.contains("R2: near hit for k"), "{told}");
    assert!(told.contains("R2: read k = old in 520 µs, fresh"), "{told}");
    assert!(told.contains("near: k expired"), "{told}");
    assert_eq!(run.report().database.reads, 1);
}

#[test]
fn what_kills_one_does_not_touch_the_other() {
    let run = run(&two_tiers(json!([
        {"at_us": 0, "do": "read", "key": "k"},
        {"at_us": 100_000, "do": "kill-cache", "cache": "near"},
        {"at_us": 200_000, "do": "read", "key": "k"},
        {"at_us": 300_000, "do": "restart-cache", "cache": "near"},
        {"at_us": 400_000, "do": "flush-cache"},
        {"at_us": 400_001, "do": "read", "key": "k"},
        {"at_us": 500_000, "do": "kill-cache"},
        {"at_us": 600_000, "do": "read", "key": "k"},
    ])));
    let told = log(&run);
    for line in [
        "near is down",
        "R2: near.get(k) failed, cache: it is down",
        "R2: cache hit for k",
        "near is up",
        "the cache was flushed",
        "R3: cache miss for k",
        "the cache is down",
        "R4: near hit for k",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let report = run.report();
    assert_eq!((report.database.reads, report.reads.failed, report.reads.stale), (2, 0, 0));
}

/// TI1: another cache's copy stays stale until its TTL.
#[test]
fn a_write_that_forgets_the_key_in_one_leaves_the_other_stale() {
    let mut run = begin(&two_tiers(json!([
        {"at_us": 0, "do": "read", "key": "k"},
        {"at_us": 500_000, "do": "write", "key": "k", "value": "new"},
        {"at_us": 1_000_000, "do": "read", "key": "k"},
        {"at_us": 3_000_000, "do": "read", "key": "k"},
    ])));
    run.advance(1_500_000, u32::MAX);
    assert_eq!((state(&run, CacheId::FIRST), state(&run, NEAR)), (KeyState::Cold, KeyState::Stale));
    let report = run.report();
    assert_eq!((report.reads.stale, report.divergence.len()), (1, 1));
    let [difference] = &report.divergence[..] else { panic!("{:?}", report.divergence) };
    assert_eq!(difference.cache_name.as_deref(), Some("near"));
    assert!(difference.forecast.starts_with("until its TTL at"), "{}", difference.forecast);
    assert!(
        difference
            .cause
            .iter()
            .any(|cause| cause.starts_with("R1 put the initial value into near")),
        "{:?}",
        difference.cause
    );
    let rows = run.view().stores(10).rows;
    let shown: Vec<_> = rows.iter().map(|row| (row.cache_name.as_deref(), row.state)).collect();
    assert_eq!(shown, [(None, KeyState::Cold), (Some("near"), KeyState::Stale)]);
    run.advance(10_000_000, u32::MAX);
    assert_eq!(run.report().reads.stale, 1, "its TTL is over");
    crate::chains::chains_are_true(&run);
}

#[test]
fn a_store_that_is_not_there_has_no_name() {
    let source = "def read(key):\n    return far.get(key)\ndef write(key, value):\n    db.write(key, value)\n";
    let problem = |document: Value| {
        let scenario = Scenario::parse(&document.to_string()).expect("a scenario");
        scenario.resolve().err().expect("a wrong name")[0].to_string()
    };
    let text =
        problem(json!({"strategies": [{"source": source}], "topology": {"caches": {"fir": {}}}}));
    assert!(text.ends_with("there is no `far` – did you mean `fir`?"), "{text}");
    let taken = "def read(key):\n    near = 1\n    return near\ndef write(key, value):\n    db.write(key, value)\n";
    let text =
        problem(json!({"strategies": [{"source": taken}], "topology": {"caches": {"near": {}}}}));
    assert!(text.contains("`near` is a cache of the scenario"), "{text}");
    for (name, wrong) in [
        ("db", "the name \"db\" has a meaning already; choose another"),
        ("if", "the name \"if\" has a meaning already; choose another"),
        ("worker", "the name \"worker\" has a meaning already; choose another"),
        (
            "Near",
            "the name \"Near\"; allowed: 1 to 20 lower-case letters, digits and `_`, a letter first",
        ),
    ] {
        let text = problem(json!({"topology": {"caches": {name: {}}}}));
        assert_eq!(text, format!("topology.caches.{name}: {wrong}"));
    }
    let killed =
        |action: Value| problem(json!({"topology": {"caches": {"near": {}}}, "actions": [action]}));
    let text = killed(json!({"at_us": 0, "do": "kill-cache", "cache": "neer"}));
    assert_eq!(text, "actions[0].cache: is \"neer\"; did you mean \"near\"?");
    let text = killed(json!({"at_us": 0, "do": "fail-next", "store": "database", "cache": "near"}));
    assert_eq!(text, "actions[0].cache: the database is no cache; leave it out");
}
