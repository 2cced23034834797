//! Two caches, one behind the other: each is a store of its own. A cache in each app server,
//! and the bus that tells them. Many keys at once.

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

/// Each read asks the server's own cache, then the database; a write tells all servers.
const LOCAL: &str = r#"
bus = Channel()

def read(key):
    value = local.get(key)
    if value is None:
        value = db.read(key)
        local.set(key, value)
    return value

def write(key, value):
    db.write(key, value)
    log(bus.publish(key))

@on(bus)
def forget(key):
    local.delete(key)
"#;

fn local(settings: Value, actions: Value) -> Value {
    json!({
        "topology": {"local": settings},
        "strategies": [{"source": LOCAL}],
        "rows": {"each": {"k": "old", "l": "old"}},
        "duration_us": 10_000_000,
        "actions": actions,
    })
}

fn reads(at_us: &[u64]) -> Vec<Value> {
    at_us.iter().map(|at_us| json!({"at_us": at_us, "do": "read", "key": "k"})).collect()
}

#[test]
fn a_cache_in_an_app_server_takes_no_time_and_dies_with_it() {
    let mut actions = reads(&[0, 0, 100_000]);
    actions.push(json!({"at_us": 200_000, "do": "crash-app", "app": 0}));
    actions.push(json!({"at_us": 300_000, "do": "restart-app", "app": 0}));
    actions.extend(reads(&[400_000, 400_000]));
    let run = run(&local(json!({}), json!(actions)));
    let told = log(&run);
    // from and to the client, and nothing else
    assert!(told.contains("R3: read k = old in 500 µs, fresh"), "{told}");
    assert!(told.contains("R5: local_1 miss for k"), "{told}");
    assert_eq!(run.report().database.reads, 3, "{told}");
    let answered = run.report().latency_us.read;
    assert_eq!(answered.max, Some(10_500));
    crate::chains::chains_are_true(&run);
}

#[test]
fn a_bus_reaches_those_that_are_up_and_connected() {
    let mut actions = reads(&[0, 0]);
    actions.push(json!({"at_us": 200_000, "do": "crash-app", "app": 1}));
    actions.push(json!({"at_us": 300_000, "do": "write", "key": "k", "value": "new"}));
    let down = run(&local(json!({}), json!(actions)));
    assert!(log(&down).contains("W3: logs 1"), "{}", log(&down));
    // the bus is the cache's: it is down with it
    let mut actions = reads(&[0, 0]);
    actions.push(json!({"at_us": 200_000, "do": "kill-cache"}));
    actions.push(json!({"at_us": 300_000, "do": "write", "key": "k", "value": "new"}));
    let killed = run(&local(json!({}), json!(actions)));
    assert!(log(&killed).contains("W3: publish() failed, cache: it is down"), "{}", log(&killed));
}

#[test]
fn each_app_servers_cache_has_its_capacity() {
    let read = |at_us: u64, key: &str| json!({"at_us": at_us, "do": "read", "key": key});
    let run = run(&local(
        json!({"capacity": 1}),
        json!([read(0, "k"), read(0, "k"), read(100_000, "l"), read(200_000, "k")]),
    ));
    let told = log(&run);
    assert!(told.contains("R3: k was evicted"), "{told}");
    assert!(told.contains("R4: local_2 hit for k"), "{told}");
}

#[test]
fn what_is_wrong_with_tiers_is_said() {
    let problem = |document: Value| {
        let scenario = Scenario::parse(&document.to_string()).expect("a scenario");
        scenario.resolve().err().expect("a wrong one")[0].to_string()
    };
    let mut none = local(json!({}), json!([]));
    none["topology"] = json!({});
    let text = problem(none);
    assert!(
        text.ends_with("there is no `local` – give each app server a cache of its own: `\"topology\": {\"local\": {}}`"),
        "{text}"
    );
    let kill = json!([{"at_us": 0, "do": "kill-cache", "cache": "local_1"}]);
    let text = problem(local(json!({}), kill));
    assert_eq!(text, "actions[0].cache: local_1 is a part of its app server; use crash-app");
    let flush = json!([{"at_us": 0, "do": "flush-cache", "cache": "local_3"}]);
    let text = problem(local(json!({}), flush));
    assert_eq!(text, "actions[0].cache: is \"local_3\"; did you mean \"local_1\"?");
    let mut taken = local(json!({}), json!([]));
    taken["topology"]["caches"] = json!({"local_2": {}});
    let text = problem(taken);
    assert!(text.starts_with("topology.caches.local_2: may not begin with \"local\""), "{text}");
    let mut another = local(json!({}), json!([]));
    another["strategies"][0]["source"] =
        "def read(key):\n    return local_2.get(key)\ndef write(key, value):\n    pass\n".into();
    let text = problem(another);
    assert!(text.contains("there is no `local_2`"), "{text}");
    let mut elsewhere = local(json!({}), json!([]));
    elsewhere["strategies"][0]["source"] =
        "@at(worker)\ndef read(key):\n    return local.get(key)\ndef write(key, value):\n    pass\n"
            .into();
    let text = problem(elsewhere);
    assert!(
        text.contains("`read` runs in the worker, and `local` is a part of an app server"),
        "{text}"
    );
}

/// Reads three keys at once: what each store says of them.
const MANY: &str = r#"
def read(key):
    keys = ["k", "l", "m"]
    log(cache.get_many(keys))
    rows = db.read_many(keys)
    log(rows)
    cache.set_many(keys[:2], rows[:2], ttl=5)
    log(cache.get_many(keys))
    log(cache.get_many([]), db.read_many([]))
    return rows[0]

def write(key, value):
    with db.transaction(isolation="repeatable read"):
        db.write(key, value)
        log(db.read_many(["k", "l"]))
    cache.delete_many(["k", "l", "m"])
"#;

#[test]
fn many_keys_go_in_one_message_and_one_command() {
    let many = |service_us: u64| {
        run(&json!({
            "topology": {"cache": {"service": {"kind": "constant", "us": service_us}}},
            "strategies": [{"source": MANY}],
            "rows": {"each": {"k": 1, "l": 2}},
            "duration_us": 1_000_000,
            "actions": [
                {"at_us": 0, "do": "read", "key": "k"},
                {"at_us": 100_000, "do": "write", "key": "k", "value": 7},
            ],
        }))
    };
    let (at_once, slow) = (many(0), many(1_000));
    for (run, took) in [(&at_once, "12 ms"), (&slow, "15 ms")] {
        let told = log(run);
        let mut rest = told.as_str();
        for line in [
            "R1: logs [None, None, None]",
            "R1: logs [1, 2, None]",
            "R1: logs [1, 2, None]",
            "R1: logs [] []",
            &format!("R1: read k = 1 in {took}, fresh"),
            "W2: logs [7, 2]",
            "W2: the database committed k = 7",
            "the cache deleted k",
            "the cache deleted l",
            "the cache has no m to delete",
        ] {
            let Some(at) = rest.find(line) else { panic!("{line}: {told}") };
            rest = &rest[at + line.len()..];
        }
        assert_eq!(run.report().cache.entries, 0);
    }
}

#[test]
fn each_key_has_a_value() {
    let source = "def read(key):\n    cache.set_many([key, \"l\"], [1])\n    return 1\ndef write(key, value):\n    pass\n";
    let run = run(&json!({
        "strategies": [{"source": source}],
        "duration_us": 1_000_000,
        "actions": [{"at_us": 0, "do": "read", "key": "k"}],
    }));
    let told = log(&run);
    assert!(
        told.contains(
            "strategy error in line 2: `cache.set_many` of 2 keys and 1 values: each key has one"
        ),
        "{told}"
    );
}

/// Reads and writes of two app servers, whose copies the cache keeps track of.
fn tracked(actions: Value) -> Value {
    let source = "def read(key):\n    value = local.get(key)\n    if value is None:\n        \
                  value = cache.get(key)\n        if value is not None:\n            \
                  local.set(key, value)\n    return value\n\n\
                  def write(key, value):\n    cache.set(key, value)\n\n\
                  def delete(key):\n    cache.delete(key)\n";
    json!({
        "topology": {"local": {"tracking": "keep"}},
        "strategies": [{"source": source}],
        "rows": {"each": {"k": "old"}},
        "entries": [{"key": "k"}],
        "duration_us": 3_000_000,
        "actions": actions,
    })
}

/// What Redis 7.0, 8.0 and Valkey did, as measured.
#[test]
fn a_change_is_told_once_to_each_who_has_read_the_key() {
    let read = |at_us: u64| json!({"at_us": at_us, "do": "read", "key": "k"});
    let done = |at_us: u64, what: &str| json!({"at_us": at_us, "do": what, "key": "k"});
    let told = |actions: Vec<Value>| {
        let told = log(&run(&tracked(actions.into())));
        let is_told = |line: &&str| {
            line.contains("local_")
                && (line.contains("deleted k") || line.contains("no k to delete"))
        };
        told.lines().filter(is_told).count()
    };
    // nobody has read it
    assert_eq!(told(vec![done(0, "write")]), 0);
    // one server has, both have
    assert_eq!(told(vec![read(0), done(500_000, "write")]), 1);
    assert_eq!(told(vec![read(0), read(100_000), done(500_000, "write")]), 2);
    // a second write without a read in between
    assert_eq!(told(vec![read(0), done(500_000, "write"), done(600_000, "write")]), 1);
    // of the same value, and of a deletion by hand or by time
    for what in ["delete", "evict", "expire"] {
        assert_eq!(told(vec![read(0), done(500_000, what)]), 1, "{what}");
    }
    // what is deleted is not there to be deleted; a read that misses is remembered
    assert_eq!(told(vec![done(0, "delete"), read(100_000), done(200_000, "delete")]), 0);
    assert_eq!(told(vec![done(0, "delete"), read(100_000), done(200_000, "write")]), 1);
    // a flush ends all reads, also of what was not there
    let flush = json!({"at_us": 200_000, "do": "flush-cache"});
    let missed = vec![done(0, "delete"), read(100_000), flush];
    assert_eq!(told(missed.clone()), 1);
    assert_eq!(told([missed, vec![done(300_000, "write")]].concat()), 1);
    // the cache has died in between, or the server: what they knew is gone
    let killed = [
        json!({"at_us": 100_000, "do": "kill-cache"}),
        json!({"at_us": 150_000, "do": "restart-cache"}),
    ];
    let crashed = [
        json!({"at_us": 100_000, "do": "crash-app", "app": 0}),
        json!({"at_us": 150_000, "do": "restart-app", "app": 0}),
    ];
    for [down, up] in [killed, crashed] {
        assert_eq!(told(vec![read(0), down, up, done(500_000, "write")]), 0);
    }
}
