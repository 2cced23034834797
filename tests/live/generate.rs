//! Random scenarios: short programs over three keys, and what happens to the servers meanwhile.

use std::fmt::Write;

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % most
    }

    pub fn of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len() as u64) as usize]
    }
}

/// What a scenario is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Topic {
    /// Commands that Redis has, TTLs that end meanwhile, many keys at once.
    Cache,
    /// A grace, versions, tombstones, leases.
    Scripted,
    /// Statements of their own, compare-and-set, deletes and what comes after.
    Database,
    /// The same under a foreign key: parents, children, and a child that begins without its parent.
    ForeignKeys,
    /// Two transactions at a time: who waits, who fails, what is seen.
    Transactions,
    /// The cache crashes and comes back, with a snapshot or without.
    Restart,
    /// Evictions, expiries, flushes, writes from outside.
    Outside,
    /// The database crashes and comes back.
    Outage,
    /// Nodes of a cache that come and go, crash and come back.
    Nodes,
    /// Replicas of a cache: changes on their way, crashes, failovers.
    Replicas,
    /// App servers with copies of their own that the cache notifies; connections that are lost.
    Readers,
    /// A cache like Memcached: its clock, leases and counters; crashes, flushes, evictions.
    Memcached,
}

impl Topic {
    /// Of a seed: an outage takes a second, so there are few.
    pub fn of(seed: u64) -> Topic {
        match seed % 50 {
            49 => Topic::Outage,
            47 | 48 => Topic::ForeignKeys,
            at => [
                Topic::Cache,
                Topic::Scripted,
                Topic::Database,
                Topic::Transactions,
                Topic::Restart,
                Topic::Outside,
                Topic::Cache,
                Topic::Transactions,
            ][at as usize % 8],
        }
    }
}

pub const KEYS: [&str; 3] = ["\"a\"", "\"b\"", "\"c\""];
const FAMILY: [&str; 5] =
    ["\"user:1\"", "\"user:2\"", "\"order:1\"", "\"order:1:x\"", "\"order:2\""];
const VALUES: [&str; 9] =
    ["1", "2", "-7", "5.5", "\"x\"", "\"5\"", "True", "\"\"", "9007199254740993"];
const TTLS: [&str; 6] = ["0.004", "0.01", "0.02", "0.05", "1", "60"];

/// One statement of a cache, with one of these TTLs.
pub fn cache(random: &mut Random, scripted: bool, ttls: &[&str]) -> String {
    let (key, other) = (random.of(&KEYS), random.of(&KEYS));
    let (value, ttl) = (random.of(&VALUES), random.of(ttls));
    let version = random.below(4);
    match random.below(if scripted { 19 } else { 12 }) {
        0 | 1 => format!("x = cache.get({key})"),
        2 => format!("cache.set({key}, {value})"),
        3 | 4 => format!("cache.set({key}, {value}, ttl={ttl})"),
        5 => format!("y = cache.add({key}, {value}, ttl={ttl})"),
        6 => format!("y = cache.delete({key})"),
        7 => format!("x = cache.incr({key}, {})", random.of(&["1", "5", "-3"])),
        8 => format!("y = cache.expire({key}, {ttl})"),
        9 if !scripted => format!("x, y = cache.get_many([{key}, {other}])"),
        10 if !scripted => format!("cache.set_many([{key}, {other}], [{value}, 3], ttl={ttl})"),
        11 if !scripted => format!("cache.delete_many([{key}, {other}])"),
        9 | 10 => format!("cache.set({key}, {value}, ttl={ttl}, stale={})", random.of(&TTLS)),
        11 | 12 => format!("y = cache.set({key}, {value}, ttl={ttl}, version={version})"),
        13 => format!("y = cache.set({key}, {value}, version={version})"),
        14 => format!("y = cache.delete({key}, version={version})"),
        15 | 16 => format!("e = cache.entry({key})"),
        17 => format!("x, t = cache.lease({key})"),
        _ => format!("if t is not None: y = cache.set_with_lease({key}, {value}, t, ttl={ttl})"),
    }
}

/// One statement of a cache like Memcached.
fn memcached(random: &mut Random) -> String {
    let (key, other) = (random.of(&KEYS), random.of(&KEYS));
    let (value, ttl) = (random.of(&VALUES), random.of(&["0.4", "1", "2", "3", "60", "2600000"]));
    match random.below(24) {
        0..3 => format!("x = cache.get({key})"),
        3 => format!("cache.set({key}, {value})"),
        4..7 => format!("cache.set({key}, {value}, ttl={ttl})"),
        7 | 8 => {
            format!("y = cache.set({key}, {value}, ttl={ttl}, stale={})", random.of(&["1", "2.5"]))
        }
        9 | 10 => format!("y = cache.add({key}, {value}, ttl={ttl})"),
        11 => format!("y = cache.delete({key})"),
        12 | 13 => {
            format!("x = cache.incr({key}, {})", random.of(&["1", "5", "-3", "-100", "0.5"]))
        }
        14 => format!("y = cache.expire({key}, {ttl})"),
        15 => format!("x, y = cache.get_many([{key}, {other}])"),
        16 => format!("cache.set_many([{key}, {other}], [{value}, 3], ttl={ttl})"),
        17 => format!("cache.delete_many([{key}, {other}])"),
        18 => format!("e = cache.entry({key})"),
        19 => "x = cache.get(\"a key with spaces\")".to_owned(),
        20 | 21 => format!("x, t = cache.lease({key})"),
        _ => format!("if t is not None: y = cache.set_with_lease({key}, {value}, t, ttl={ttl})"),
    }
}

/// One statement of the database.
fn database(random: &mut Random, keys: &[&str]) -> String {
    let (key, other, value) = (random.of(keys), random.of(keys), random.of(&VALUES));
    let version = random.below(5);
    match random.below(11) {
        0 | 1 => format!("x = db.read({key})"),
        2 => format!("r = db.row({key})"),
        3 | 4 => format!("y = db.write({key}, {value})"),
        5 => format!("y = db.delete({key})"),
        6 => format!("x = db.incr({key}, {})", random.of(&["1", "5", "-3"])),
        7 => format!("y = db.compare_and_set({key}, {value}, {version})"),
        8 => format!("if r is not None: y = db.compare_and_set({key}, {value}, r.version)"),
        9 => format!("x, y = db.read_many([{key}, {other}])"),
        _ => format!("y = db.write({key}, None)"),
    }
}

/// A function's body: each statement may fail, and the next comes all the same.
fn body(random: &mut Random, topic: Topic) -> String {
    let mut text =
        "    x = None\n    y = None\n    e = None\n    r = None\n    t = None\n".to_owned();
    if topic == Topic::Transactions {
        let isolation = random.of(&["", "isolation=\"repeatable read\""]);
        let _ = write!(text, "    try:\n        with db.transaction({isolation}):\n");
        for _ in 0..2 + random.below(4) {
            let statement = match random.below(4) {
                0 => format!("sleep({})", random.of(&["0.002", "0.005", "0.01"])),
                _ => database(random, &KEYS),
            };
            let _ = writeln!(text, "            {statement}");
        }
        text += "            x = db.read(\"a\")\n    except StoreError:\n        log(\"failed\")\n";
        return text;
    }
    for _ in 0..4 + random.below(10) {
        let statement = match (topic, random.below(10)) {
            (_, 0) => format!("sleep({})", random.of(&["0.003", "0.01", "0.03"])),
            (Topic::Scripted, _) => cache(random, true, &TTLS),
            (Topic::Memcached, _) => memcached(random),
            (Topic::Database, _) => database(random, &KEYS),
            (Topic::ForeignKeys, _) => database(random, &FAMILY),
            (Topic::Cache, _) | (_, 0..6) => cache(random, false, &TTLS),
            _ => database(random, &KEYS),
        };
        let _ = writeln!(
            text,
            "    try:\n        {statement}\n    except StoreError:\n        y = None"
        );
    }
    text
}

/// A scenario, as a document.
pub fn scenario(seed: u64) -> String {
    let random = &mut Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let topic = Topic::of(seed);
    let mut source = String::new();
    for function in ["read(key)", "write(key, value)", "delete(key)", "increment(key, by)"] {
        let _ = write!(source, "def {function}:\n{}    return x\n\n", body(random, topic));
    }
    let mut actions = Vec::new();
    let mut at_us = 1_000;
    for nth in 0..4 + random.below(4) {
        let action = match random.below(4) {
            0 => "\"do\": \"read\", \"key\": \"k\"".to_owned(),
            1 => "\"do\": \"write\", \"key\": \"k\", \"value\": 1".to_owned(),
            2 => "\"do\": \"delete\", \"key\": \"k\"".to_owned(),
            _ => "\"do\": \"increment\", \"key\": \"k\", \"by\": 1".to_owned(),
        };
        let client = random.of(&["one", "two", "three"]);
        actions.push(format!("{{\"at_us\": {at_us}, {action}, \"client\": \"{client}\"}}"));
        at_us += match topic {
            // two at a time: which of several that wait for a row is next is a race
            Topic::Transactions if nth % 2 == 0 => random.below(8_000),
            Topic::Transactions => 150_000,
            _ => 5_000 + random.below(40_000),
        };
        let fault = match (topic, random.below(4)) {
            (Topic::Restart, 0 | 1) => {
                actions.push(format!("{{\"at_us\": {at_us}, \"do\": \"kill-cache\"}}"));
                at_us += 5_000 + random.below(20_000);
                "\"do\": \"restart-cache\"".to_owned()
            }
            (Topic::Outage, 0 | 1) => {
                actions.push(format!("{{\"at_us\": {at_us}, \"do\": \"stop-database\"}}"));
                at_us += 5_000 + random.below(20_000);
                "\"do\": \"restore-database\"".to_owned()
            }
            (Topic::Outside, 0) => "\"do\": \"flush-cache\"".to_owned(),
            (Topic::Outside, 1) => format!("\"do\": \"evict\", \"key\": {}", random.of(&KEYS)),
            (Topic::Outside, 2) => format!("\"do\": \"expire\", \"key\": {}", random.of(&KEYS)),
            (Topic::Outside, _) => {
                format!("\"do\": \"outside-write\", \"key\": {}, \"value\": 8", random.of(&KEYS))
            }
            _ => continue,
        };
        actions.push(format!("{{\"at_us\": {at_us}, {fault}}}"));
        at_us += 5_000 + random.below(20_000);
    }
    let snapshot = match random.below(2) {
        0 if topic == Topic::Restart => ", \"snapshot_every_us\": 20000",
        _ => "",
    };
    let capacity = match topic {
        Topic::Outside => ", \"capacity\": 2, \"eviction\": \"allkeys-lru\"",
        _ => "",
    };
    let (rows, constraints) = match topic {
        Topic::ForeignKeys => (
            "\"user:1\": 1, \"order:2\": 2",
            ", \"constraints\": [{\"child\": \"order:\", \"parent\": \"user:\"}]",
        ),
        _ => ("\"a\": 1, \"b\": \"x\"", ""),
    };
    let latency = |us: u32| format!("{{\"kind\": \"constant\", \"us\": {us}}}");
    format!(
        "{{\"version\": 1, \"title\": \"{topic:?} {seed}\", \"seed\": {seed}, \
         \"duration_us\": {}, \"strategies\": [{{\"source\": {}}}], \
         \"rows\": {{\"each\": {{{rows}}}}}, \"topology\": {{\
         \"cache\": {{\"service\": {}{snapshot}{capacity}}}, \
         \"database\": {{\"read\": {}, \"write\": {}{constraints}}}, \
         \"network\": {{\"default\": {{\"latency\": {}}}}}}}, \"actions\": [{}]}}",
        at_us + 200_000,
        serde_json::Value::from(source),
        latency(0),
        latency(200),
        latency(300),
        latency(100),
        actions.join(", "),
    )
}

/// A scenario of a cache like Memcached: two or three seconds, with requests between the ticks of
/// its clock.
pub fn memcached_scenario(seed: u64) -> String {
    let random = &mut Random(seed.wrapping_mul(0x9e6c_63d0_876a_68e5));
    let mut source = String::new();
    for function in ["read(key)", "write(key, value)", "delete(key)", "increment(key, by)"] {
        let body = body(random, Topic::Memcached);
        let _ = write!(source, "def {function}:\n{body}    return x\n\n");
    }
    let kinds = ["read", "write", "delete", "increment"];
    let ends = [
        "",
        "flush-cache\"",
        "evict\", \"key\": \"a\"",
        "expire\", \"key\": \"b\"",
        "kill-cache\"",
    ];
    let mut actions = Vec::new();
    for second in 0..2 + random.below(2) {
        let mut at_us = second * 1_000_000 + 100_000;
        for _ in 0..2 + random.below(4) {
            at_us += 20_000 + random.below(70_000);
            let kind = random.of(&kinds);
            let value = match kind {
                "write" => ", \"value\": 1",
                "increment" => ", \"by\": 1",
                _ => "",
            };
            actions
                .push(format!("{{\"at_us\": {at_us}, \"do\": \"{kind}\", \"key\": \"k\"{value}}}"));
            at_us += 60_000;
        }
        let end = random.of(&ends);
        if !end.is_empty() {
            actions
                .push(format!("{{\"at_us\": {}, \"do\": \"{end}}}", second * 1_000_000 + 880_000));
        }
        if end.starts_with("kill") {
            let at_us = second * 1_000_000 + 900_000;
            actions.push(format!("{{\"at_us\": {at_us}, \"do\": \"restart-cache\"}}"));
        }
    }
    let capacity = random.of(&["", "", ", \"capacity\": 2"]);
    format!(
        "{{\"version\": 1, \"title\": \"Memcached {seed}\", \"seed\": {seed}, \
         \"duration_us\": 3400000, \"strategies\": [{{\"source\": {}}}], \
         \"topology\": {{\"cache\": {{\"like\": \"memcached\"{capacity}}}, \
         \"network\": {{\"default\": {{\"latency\": {{\"kind\": \"constant\", \"us\": 100}}}}}}}}, \
         \"actions\": [{}]}}",
        serde_json::Value::from(source),
        actions.join(", "),
    )
}
