//! Random scenarios of caches with nodes, with replicas, and with readers that they notify.

use std::fmt::Write;

use super::generate::{KEYS, Random, Topic, cache};

/// A change reaches a replica a while after it was made, and what ends at a TTL ends at both: here
/// entries end by `expire`.
const TTLS: [&str; 2] = ["30", "60"];

/// The names that a scenario's actions may use.
struct Names {
    /// Processes that crash, come back, are flushed.
    processes: &'static [&'static str],
    /// Nodes that are added and removed.
    nodes: &'static [&'static str],
    /// Replicas that take over.
    replicas: &'static [&'static str],
}

fn names(topic: Topic, has_nodes: bool) -> Names {
    match (topic, has_nodes) {
        (Topic::Replicas, false) => Names {
            processes: &["cache", "cache_replica"],
            nodes: &[],
            replicas: &["cache", "cache_replica"],
        },
        (Topic::Replicas, true) => Names {
            processes: &["cache_1", "cache_1_replica", "cache_2", "cache_2_replica"],
            nodes: &[],
            replicas: &["cache_1_replica", "cache_2_replica", "cache_1"],
        },
        (Topic::Nodes, _) => Names {
            processes: &["cache_1", "cache_2", "cache_3"],
            nodes: &["cache_1", "cache_2", "cache_3"],
            replicas: &[],
        },
        _ => Names { processes: &[], nodes: &[], replicas: &[] },
    }
}

/// A function's body.
fn body(random: &mut Random, topic: Topic) -> String {
    let mut text = "    x = None\n    y = None\n    e = None\n    t = None\n".to_owned();
    for _ in 0..3 + random.below(6) {
        let key = random.of(&KEYS);
        let statement = match (topic, random.below(8)) {
            (_, 0) => format!("sleep({})", random.of(&["0.003", "0.01", "0.03"])),
            (Topic::Readers, 1) => format!("x = local.get({key})"),
            (Topic::Readers, 2) => format!("local.set({key}, cache.get({key}))"),
            (_, 3 | 4) => format!("x = cache.get({key})"),
            _ => cache(random, false, &TTLS),
        };
        let _ = writeln!(
            text,
            "    try:\n        {statement}\n    except StoreError:\n        y = None"
        );
    }
    text
}

/// What is done to the processes between two requests.
fn deed(random: &mut Random, topic: Topic, names: &Names) -> String {
    // without a name it is the only one
    let process = match names.processes {
        [] => String::new(),
        processes => format!(", \"cache\": \"{}\"", random.of(processes)),
    };
    let key = random.of(&KEYS);
    match random.below(8) {
        0 if topic == Topic::Readers => {
            "\"do\": \"cut\", \"link\": \"app-cache\", \"app\": 1".into()
        }
        1 | 2 if topic == Topic::Readers => {
            "\"do\": \"heal\", \"link\": \"app-cache\", \"app\": 1".into()
        }
        0 | 1 if !names.nodes.is_empty() => {
            format!("\"do\": \"add-node\", \"cache\": \"{}\"", random.of(names.nodes))
        }
        2 if !names.nodes.is_empty() => {
            format!("\"do\": \"remove-node\", \"cache\": \"{}\"", random.of(names.nodes))
        }
        0 | 1 if !names.replicas.is_empty() => {
            format!("\"do\": \"failover\", \"cache\": \"{}\"", random.of(names.replicas))
        }
        2 | 3 => format!("\"do\": \"kill-cache\"{process}"),
        4 | 5 => format!("\"do\": \"restart-cache\"{process}"),
        6 => format!("\"do\": \"flush-cache\"{process}"),
        _ => format!("\"do\": \"{}\", \"key\": {key}{process}", random.of(&["evict", "expire"])),
    }
}

/// A scenario, as a document.
pub fn scenario(seed: u64) -> (Topic, String) {
    let random = &mut Random(seed.wrapping_mul(0x5851_f42d_4c95_7f2d));
    let topic = [Topic::Nodes, Topic::Replicas, Topic::Readers][seed as usize % 3];
    let has_nodes = topic == Topic::Nodes || random.below(3) == 0;
    let names = names(topic, has_nodes);
    let mut source = String::new();
    for function in ["read(key)", "write(key, value)"] {
        let _ = write!(source, "def {function}:\n{}    return x\n\n", body(random, topic));
    }
    let mut actions = Vec::new();
    let mut at_us = 1_000;
    for _ in 0..5 + random.below(5) {
        let action = random.of(&["\"do\": \"read\"", "\"do\": \"write\", \"value\": 1"]);
        let client = random.of(&["one", "two", "three"]);
        actions.push(format!(
            "{{\"at_us\": {at_us}, {action}, \"key\": \"k\", \"client\": \"{client}\"}}"
        ));
        at_us += 5_000 + random.below(40_000);
        if random.below(2) == 0 {
            actions.push(format!("{{\"at_us\": {at_us}, {}}}", deed(random, topic, &names)));
            at_us += 5_000 + random.below(20_000);
        }
    }
    let latency = |us: u64| format!("{{\"kind\": \"constant\", \"us\": {us}}}");
    let mut replica = || {
        format!(
            ", \"replica\": {{\"lag\": {}, \"failover_after_us\": {}, \"reads\": \"{}\"}}",
            latency(1_000 + random.below(30_000)),
            random.of(&["null", "20000"]),
            random.of(&["primary", "replica"])
        )
    };
    let replica = if topic == Topic::Replicas { replica() } else { String::new() };
    let nodes = match (topic, has_nodes) {
        (Topic::Nodes, _) => format!(
            ", \"nodes\": 2, \"spare_nodes\": 1, \"placement\": \"{}\"",
            random.of(&["hash-slots", "consistent", "modulo"])
        ),
        (Topic::Replicas, true) => ", \"nodes\": 2".to_owned(),
        _ => String::new(),
    };
    let local = match topic {
        Topic::Readers => format!(
            "\"apps\": {{\"count\": 2}}, \"local\": {{\"capacity\": 5, \"tracking\": \"{}\"}}, ",
            random.of(&["keep", "drop"])
        ),
        _ => String::new(),
    };
    let text = format!(
        "{{\"version\": 1, \"title\": \"{topic:?} {seed}\", \"seed\": {seed}, \
         \"duration_us\": {}, \"strategies\": [{{\"source\": {}}}], \"topology\": {{{local}\
         \"cache\": {{\"service\": {}{nodes}{replica}}}, \
         \"network\": {{\"default\": {{\"latency\": {}}}}}}}, \"actions\": [{}]}}",
        at_us + 200_000,
        serde_json::Value::from(source),
        latency(0),
        latency(100),
        actions.join(", "),
    );
    (topic, text)
}
