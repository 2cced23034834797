//! What a run is bounded by, and what it leaves alone.

use serde_json::json;

use crate::support::{begin, builtin, run, scenario, source, with};

/// An action elsewhere leaves everybody else's latencies alone.
#[test]
fn others_keep_their_latencies() {
    let jitter = json!({"topology": {"network": {"default": {"latency": {"kind": "exponential", "mean_us": 250}}}}});
    let base = json!([{"at_us": 0, "do": "read", "key": "k", "client": "a"}]);
    let more = json!([
        {"at_us": 0, "do": "read", "key": "k", "client": "a"},
        {"at_us": 0, "do": "write", "key": "z", "value": 1, "client": "b"},
    ]);
    let one = run(&with(scenario(builtin("cache-aside"), base), jitter.clone())).report();
    let two = run(&with(scenario(builtin("cache-aside"), more), jitter)).report();
    assert_eq!(one.latency_us.read, two.latency_us.read);
}

/// What never ends but takes no instructions: bombs, and calls without time.
#[test]
fn runaway_worlds() {
    for text in [
        "def bomb():\n    spawn(bomb)\n    spawn(bomb)\n    sleep(1)\n\ndef read(key):\n    spawn(bomb)\n    return 1\n\ndef write(key, value):\n    pass\n",
        "@at(cache)\ndef read(key):\n    while True:\n        cache.get(key)\n\ndef write(key, value):\n    pass\n",
        "def read(key):\n    spawn(read, key)\n    return 1\n\ndef write(key, value):\n    pass\n",
    ] {
        let mut run = begin(&with(
            scenario(source(text), json!([{"at_us": 0, "do": "read", "key": "k"}])),
            json!({"limits": {"tasks": 1_000, "task_steps": 10_000}, "history": {"keep": 10}}),
        ));
        let end = run.advance(60_000_000, u32::MAX);
        let told = matches!(end, stalemate::simulate::Advance::Stopped(_))
            || !run.report().errors.is_empty();
        assert!(told, "{end:?} {text}");
    }
}

/// A million requests, of which the history keeps the last hundred records.
#[test]
#[ignore = "takes a minute without optimization"]
fn a_million_requests() {
    let run = run(&json!({
        "version": 1,
        "strategies": [{"strategy": "no-cache"}],
        "rows": {"ranges": [{"prefix": "item:", "count": 10, "value": 0}]},
        "workloads": [{
            "arrivals": {"kind": "poisson", "per_second": 1_000.0},
            "read_permille": 1000,
            "keys": {"zipf_milli": 0},
        }],
        "duration_us": 1_000_000_000,
        "history": {"keep": 100},
    }));
    assert!(run.report().reads.total > 990_000);
    assert!(run.history().since(0).count() <= 100);
    assert!(run.world().tasks().count() < 100 && run.world().messages().count() < 100);
}
