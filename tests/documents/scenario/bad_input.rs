//! What cannot be, of real systems: transactions, tiers, nodes, queues, loads. Each is refused
//! before anything runs, with its place and with what is allowed instead.

use insta::assert_snapshot;
use serde_json::{Value, json};
use stalemate::scenario::Scenario;

/// Everything that is wrong with a document, as `stalemate check` says it.
fn wrong(document: &Value) -> String {
    let scenario = match Scenario::parse(&document.to_string()) {
        Ok(scenario) => scenario,
        Err(error) => return format!("{}: {}", error.path, error.message),
    };
    match scenario.resolve() {
        Ok(_) => "NOTHING IS WRONG".to_owned(),
        Err(problems) => {
            let lines: Vec<String> =
                problems.iter().map(|it| format!("{}: {}", it.path, it.message)).collect();
            lines.join("\n  ")
        }
    }
}

/// All cases of a table, each with what is said of it.
#[track_caller]
fn said(cases: impl IntoIterator<Item = (String, Value)>) -> String {
    let mut text = String::new();
    let mut passed = Vec::new();
    for (name, document) in cases {
        let wrong = wrong(&document);
        text += &format!("{name}\n  {wrong}\n");
        if !wrong.contains(": ") {
            passed.push(name);
        }
    }
    assert!(passed.is_empty(), "nothing is wrong with\n{}", passed.join("\n"));
    text
}

/// A program may not use a store that the scenario does not have, whichever it is.
#[test]
fn stores_that_the_scenario_does_not_have() {
    for (call, name) in [("local.get", "local"), ("replica.read", "replica")] {
        let source = format!(
            "def read(key):\n    return {call}(key)\ndef write(key, value):\n    db.write(key, value)\n"
        );
        let with =
            |topology: Value| json!({"topology": topology, "strategies": [{"source": source}]});
        let said = wrong(&with(json!({})));
        assert!(said.contains(&format!("line 2, column 12: there is no `{name}`")), "{said}");
        assert!(said.contains(&format!("`\"topology\": {{\"{name}\": {{}}}}`")), "{said}");
        assert_eq!(wrong(&with(json!({name: {}}))), "NOTHING IS WRONG");
    }
}

fn programs(cases: &[(&str, &str)]) -> Vec<(String, Value)> {
    let read = "def read(key):\n    return db.read(key)\n";
    let write = "def write(key, value):\n    db.write(key, value)\n";
    let document = |body: &str| {
        let rest = [("def read", read), ("def write", write)];
        let missing = rest.iter().filter(|(def, _)| !body.contains(def)).map(|(_, text)| *text);
        let source: String = std::iter::once(body).chain(missing).collect();
        json!({"topology": {"local": {}}, "strategies": [{"source": source}]})
    };
    cases
        .iter()
        .map(|(name, body)| (format!("# {name}\n{}", body.trim_end()), document(body)))
        .collect()
}

#[test]
fn programs_of_real_systems() {
    let cases = [
        (
            "a transaction inside a transaction",
            "def write(key, value):\n    with db.transaction():\n        with db.transaction():\n            db.write(key, value)\ndef read(key):\n    return 1\n",
        ),
        (
            "… through a function",
            "def inner(key):\n    with db.transaction():\n        db.read(key)\ndef write(key, value):\n    with db.transaction():\n        inner(key)\ndef read(key):\n    return 1\n",
        ),
        (
            "… through two functions in a loop",
            "def inner(key):\n    with db.transaction():\n        db.read(key)\ndef outer(key):\n    for i in range(3):\n        inner(key)\ndef write(key, value):\n    with db.transaction():\n        outer(key)\ndef read(key):\n    return 1\n",
        ),
        (
            "`gather` inside a transaction",
            "def write(key, value):\n    with db.transaction():\n        gather(db.write(key, value), db.read(key))\ndef read(key):\n    return 1\n",
        ),
        (
            "an isolation level that is not here",
            "def write(key, value):\n    with db.transaction(isolation=\"serializable\"):\n        db.write(key, value)\ndef read(key):\n    return 1\n",
        ),
        (
            "a transaction of a cache",
            "def write(key, value):\n    with cache.transaction():\n        db.write(key, value)\ndef read(key):\n    return 1\n",
        ),
        (
            "a transaction that is kept",
            "def write(key, value):\n    with db.transaction() as tx:\n        tx.write(key, value)\ndef read(key):\n    return 1\n",
        ),
        (
            "a call after its end",
            "def write(key, value):\n    tx = db.transaction()\n    tx.write(key, value)\n    tx.commit()\n    tx.write(key, value)\ndef read(key):\n    return 1\n",
        ),
        ("a queue without a place", "queue = Queue()\n"),
        ("sync of a queue in memory", "queue = Queue(at=worker, sync=0.3)\n"),
        (
            "no confirmation where there is nothing to wait for",
            "queue = Queue(at=worker, durable=True, confirm=False)\n",
        ),
        ("a negative limit", "queue = Queue(at=worker, limit=-1)\n"),
        ("a huge limit", "queue = Queue(at=worker, limit=99999999999999999999)\n"),
        ("a negative redelivery", "queue = Queue(at=worker, redeliver=-1)\n"),
        ("an order that is not one", "queue = Queue(at=worker, order=\"random\")\n"),
        ("a place in line that is none", "queue = Queue(at=worker, retry=\"front\")\n"),
        ("coalescing that is none", "queue = Queue(at=worker, coalesce=\"newest\")\n"),
        ("a queue at the database", "queue = Queue(at=database)\n"),
        ("a `like` that is not there", "queue = Queue(at=worker, like=\"kafka\")\n"),
        ("a `like` that is misspelt", "queue = Queue(at=worker, like=\"rabbitmq-clasic\")\n"),
        (
            "a product in memory with a disk's option",
            "queue = Queue(at=worker, like=\"redis-list\", sync=1)\n",
        ),
        ("an option that is not there", "queue = Queue(at=worker, prefetch=10)\n"),
        ("release that is no truth value", "queue = Queue(at=worker, release=1)\n"),
        (
            "a queue inside a function",
            "def read(key):\n    queue = Queue(at=worker)\n    return 1\n",
        ),
        (
            "taking from a change stream in the app",
            "changes = Changes()\n@every(0.1)\ndef relay():\n    for item in changes.take(1):\n        changes.ack(item)\n",
        ),
        ("a channel without a handler", "bus = Channel()\n"),
        ("a handler of no channel", "@on(bus)\ndef forget(key):\n    local.delete(key)\n"),
        (
            "a handler with two arguments",
            "bus = Channel()\n@on(bus)\ndef forget(key, value):\n    local.delete(key)\n",
        ),
        (
            "a handler that is placed",
            "bus = Channel()\n@on(bus)\n@at(worker)\ndef forget(key):\n    pass\n",
        ),
        (
            "a channel with an option",
            "bus = Channel(durable=True)\n@on(bus)\ndef forget(key):\n    pass\n",
        ),
        (
            "a channel's call that is none",
            "bus = Channel()\n@on(bus)\ndef forget(key):\n    bus.subscribe(key)\n",
        ),
        (
            "the app's own cache in the worker",
            "@at(worker)\n@every(1)\ndef sweep():\n    local.get(\"a\")\n",
        ),
        (
            "a lock with a negative wait",
            "def read(key):\n    with lock(key, wait=-1):\n        return 1\n",
        ),
        (
            "a lock that waits for a text",
            "def read(key):\n    with lock(key, wait=\"2\"):\n        return 1\n",
        ),
        ("a lock with a TTL", "def read(key):\n    with lock(key, ttl=5):\n        return 1\n"),
        ("a sleep of less than nothing", "def read(key):\n    sleep(-1)\n    return 1\n"),
        ("a loop every 0 seconds", "@every(0)\ndef tick():\n    pass\n"),
        ("a loop every so many years", "@every(1e12)\ndef tick():\n    pass\n"),
        ("a negative TTL", "def read(key):\n    cache.set(key, 1, ttl=-5)\n    return 1\n"),
        ("a token that is missing", "def read(key):\n    cache.release(key)\n    return 1\n"),
        (
            "single flight of a call",
            "def read(key):\n    return single_flight(key, db.read(key))\n",
        ),
        ("`gather` of a function", "def read(key):\n    return gather(read)\n"),
        ("`gather` of what takes no time", "def read(key):\n    return gather(len(key), now())\n"),
        ("`gather` of nothing", "def read(key):\n    return gather()\n"),
        (
            "`gather` that gives errors back",
            "def read(key):\n    return gather(db.read(key), return_exceptions=True)\n",
        ),
        (
            "`gather` of a spread that is no call for each",
            "def read(key):\n    return gather(*key)\n",
        ),
        (
            "`gather` with a condition",
            "def read(key):\n    return gather(*[db.read(each) for each in \"ab\" if each])\n",
        ),
        (
            "a spread elsewhere",
            "def read(key):\n    return cache.get_many(*[key for each in \"ab\"])\n",
        ),
        ("an error of one's own of no class", "class Busy(Timeouts):\n    pass\n"),
        ("raising what is none", "def read(key):\n    raise ValueError(\"x\")\n"),
        ("set_many without values", "def read(key):\n    cache.set_many([key])\n    return 1\n"),
    ];
    assert_snapshot!(said(programs(&cases)));
}

#[test]
fn documents_of_real_systems() {
    let cases = [
        (
            "a node that is not there",
            json!({"topology": {"cache": {"nodes": 3}}, "actions": [{"at_us": 0, "do": "kill-cache", "cache": "cache_4"}]}),
        ),
        (
            "a node without its name",
            json!({"topology": {"cache": {"nodes": 3}}, "actions": [{"at_us": 0, "do": "kill-cache"}]}),
        ),
        ("no nodes", json!({"topology": {"cache": {"nodes": 0}}})),
        ("too many nodes", json!({"topology": {"cache": {"nodes": 1_000_000}}})),
        (
            "more spare nodes than there may be",
            json!({"topology": {"cache": {"nodes": 16, "spare_nodes": 16}}}),
        ),
        (
            "a placement that is none",
            json!({"topology": {"cache": {"nodes": 3, "placement": "rendezvous"}}}),
        ),
        (
            "adding to a cache of one node",
            json!({"actions": [{"at_us": 0, "do": "add-node", "cache": "cache"}]}),
        ),
        (
            "adding a node that the cache does not have",
            json!({"topology": {"cache": {"nodes": 3}}, "actions": [{"at_us": 0, "do": "add-node", "cache": "cache_4"}]}),
        ),
        (
            "a failover without a replica",
            json!({"topology": {"cache": {"nodes": 2}}, "actions": [{"at_us": 0, "do": "failover", "cache": "cache_1"}]}),
        ),
        (
            "reads from a replica that is none",
            json!({"topology": {"cache": {"replica": {"reads": "nearest"}}}}),
        ),
        (
            "a lag of less than nothing",
            json!({"topology": {"cache": {"replica": {"lag": {"kind": "constant", "us": -1}}}}}),
        ),
        ("tracking that is none", json!({"topology": {"local": {"tracking": "broadcast"}}})),
        ("tracking without a cache in each app server", json!({"topology": {"tracking": "flush"}})),
        (
            "a part of an app server killed by itself",
            json!({"topology": {"local": {}}, "actions": [{"at_us": 0, "do": "kill-cache", "cache": "local_1"}]}),
        ),
        (
            "an app server that is not there",
            json!({"topology": {"apps": {"count": 2}}, "actions": [{"at_us": 0, "do": "crash-app", "app": 2}]}),
        ),
        (
            "a consumer that is not there",
            json!({"strategies": [{"strategy": "write-behind"}], "actions": [{"at_us": 0, "do": "stop-consumer", "consumer": "flsh"}]}),
        ),
        (
            "a consumer where nobody takes",
            json!({"actions": [{"at_us": 0, "do": "stop-consumer", "consumer": "flush"}]}),
        ),
        (
            "a consumer that is in no app server",
            json!({"strategies": [{"strategy": "write-behind"}], "actions": [{"at_us": 0, "do": "kill-consumer", "consumer": "flush", "app": 0}]}),
        ),
        (
            "a consumer in an app server that is not there",
            json!({"strategies": [{"strategy": "write-behind-app"}], "actions": [{"at_us": 0, "do": "kill-consumer", "consumer": "flush", "app": 9}]}),
        ),
        (
            "dead letters of no queue",
            json!({"actions": [{"at_us": 0, "do": "replay-dead-letters", "queue": "queue"}]}),
        ),
        (
            "a failure that is none",
            json!({"actions": [{"at_us": 0, "do": "fail-next", "store": "database", "how": "hangs"}]}),
        ),
        ("a queue as a link", json!({"actions": [{"at_us": 0, "do": "cut", "link": "app-queue"}]})),
        ("the bus as a link", json!({"actions": [{"at_us": 0, "do": "cut", "link": "bus"}]})),
        (
            "an idle limit of nothing",
            json!({"topology": {"database": {"idle_in_transaction_timeout_us": 0}}}),
        ),
        (
            "a wait for a connection of less than nothing",
            json!({"topology": {"database": {"pool_wait_us": -5}}}),
        ),
        (
            "a statement's limit in words",
            json!({"topology": {"database": {"statement_timeout_us": "5s"}}}),
        ),
        ("no connections", json!({"topology": {"database": {"connections": 0}}})),
        (
            "steps of a rate out of order",
            json!({"workloads": [{"name": "w", "arrivals": {"kind": "steps", "points": [{"at_us": 2_000_000, "per_second": 5}, {"at_us": 1_000_000, "per_second": 9}]}}]}),
        ),
        (
            "an arrival that is none",
            json!({"workloads": [{"name": "w", "arrivals": {"kind": "steps", "steps": [{"at_us": 0, "per_second": 5}]}}]}),
        ),
        (
            "a rate beyond all bounds",
            json!({"workloads": [{"name": "w", "arrivals": {"kind": "poisson", "per_second": 1e12}}]}),
        ),
        (
            "a negative rate",
            json!({"workloads": [{"name": "w", "arrivals": {"kind": "poisson", "per_second": -1}}]}),
        ),
        (
            "a workload that ends before it begins",
            json!({"workloads": [{"name": "w", "arrivals": {"kind": "poisson", "per_second": 1}, "start_us": 5_000_000, "stop_us": 1_000_000}]}),
        ),
        (
            "a workload that is not there",
            json!({"actions": [{"at_us": 0, "do": "start-workload", "workload": "w"}]}),
        ),
        (
            "two parts of one name",
            json!({"topology": {"cache": {"nodes": 2}, "caches": {"cache_1": {}}}}),
        ),
        (
            "a queue in a cache of several nodes",
            json!({"topology": {"cache": {"nodes": 2}}, "strategies": [{"source": "queue = Queue(at=cache)\ndef read(key):\n    return 1\ndef write(key, value):\n    queue.push(key, value)\n"}]}),
        ),
        (
            "an instant after the end of time",
            json!({"actions": [{"at_us": 1e18, "do": "read", "key": "a"}]}),
        ),
        (
            "a number that JSON cannot hold",
            json!({"actions": [{"at_us": 0, "do": "write", "key": "a", "value": 1e308}, {"at_us": -1, "do": "read", "key": "a"}]}),
        ),
    ];
    let cases =
        cases.into_iter().map(|(name, document)| (format!("# {name}\n{document}"), document));
    assert_snapshot!(said(cases));
}
