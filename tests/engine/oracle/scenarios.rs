//! Random scenarios: registers with and without queues, counters, values made of two
//! rows; with faults, crashes, deletions and several clients.

use serde_json::{Value, json};

/// What a scenario's strategy makes of its rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Design {
    Register,
    Counter,
    /// A sum of two rows, kept in the cache.
    Derived,
}

impl Design {
    pub fn name(self) -> &'static str {
        match self {
            Design::Register => "scenarios of registers",
            Design::Counter => "scenarios of counters",
            Design::Derived => "scenarios of derived values",
        }
    }
}

/// Numbers that depend on a seed alone.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// Strategies whose rows are registers.
const REGISTERS: [&str; 14] = [
    "no-cache",
    "cache-aside",
    "cache-aside-update",
    "cache-aside-ignore",
    "write-through",
    "write-through-cache-first",
    "write-around",
    "leases",
    "versioned-set",
    "write-behind",
    "write-behind-app",
    "write-behind-durable",
    "write-behind-pop-first",
    "write-behind-retry-at-back",
];

/// How a counter is added to; each is right in some runs only, but for the first.
const COUNTERS: [&str; 5] = [
    "    db.incr(key, by)\n",
    "    db.write(key, db.read(key) + by)\n",
    "    row = db.row(key)\n    db.compare_and_set(key, row.value + by, row.version)\n",
    "    row = db.row(key)\n    while not db.compare_and_set(key, row.value + by, row.version):\n        row = db.row(key)\n",
    "    value = read(key) + by\n    db.write(key, value)\n    cache.set(key, value)\n",
];

/// A counter whose sums wait in a queue, which may absorb one into the next.
const QUEUES: [&str; 3] = ["", ", coalesce=True", ", order=\"none\""];

fn queued_counter(dice: &mut Dice) -> String {
    format!(
        r#"late = Queue(at=worker{})

{READ}    value = read(key) + by
    cache.set(key, value)
    late.push(key, value)

@at(worker)
@every(0.05)
def flush():
    for item in late.take(10):
        try:
            db.write(item.key, item.value)
            late.ack(item)
        except StoreError:
            late.retry(item)
"#,
        dice.pick(&QUEUES)
    )
}

const READ: &str = r#"def read(key):
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            cache.set(key, value)
    return value

def write(key, value):
    db.write(key, value)
    cache.delete(key)

def increment(key, by):
"#;

/// How a sum of two rows is kept: for how long, and what a write does about it.
const SUMS: [[&str; 2]; 4] = [
    ["", ""],
    [", ttl=0.05", ""],
    ["", "    cache.delete(\"sum\")\n"],
    ["", "    cache.set(\"sum\", db.read(\"a\") + db.read(\"b\"))\n"],
];

fn sum(dice: &mut Dice) -> String {
    let [ttl, forget] = dice.pick(&SUMS);
    format!(
        r#"def read(key):
    if key != "sum":
        return db.read(key)
    value = cache.get("sum")
    if value is None:
        value = db.read("a") + db.read("b")
        cache.set("sum", value{ttl})
    return value

def write(key, value):
    db.write(key, value)
{forget}"#
    )
}

fn faults(dice: &mut Dice, key: &str, actions: &mut Vec<Value>) {
    for _ in 0..dice.below(3) {
        let at_us = dice.below(200_000);
        let store = dice.pick(&["cache", "database"]);
        let how = dice.pick(&["error", "lost-request", "lost-reply"]);
        let app = dice.below(2);
        let mended_us = at_us + 1_000 + dice.below(100_000);
        let mut then = |what: &str, mend: &str| {
            actions.push(json!({"at_us": mended_us, "do": mend}));
            json!({"at_us": at_us, "do": what})
        };
        let action = match dice.below(9) {
            0 | 1 => json!({"at_us": at_us, "do": "evict", "key": key}),
            2..=4 => json!({"at_us": at_us, "do": "fail-next", "store": store, "how": how}),
            5 => then("kill-cache", "restart-cache"),
            6 => then("stop-database", "restore-database"),
            7 => then("crash-worker", "restart-worker"),
            _ => {
                actions.push(json!({"at_us": mended_us, "do": "restart-app", "app": app}));
                json!({"at_us": at_us, "do": "crash-app", "app": app})
            }
        };
        actions.push(action);
    }
}

fn request(dice: &mut Dice, design: Design) -> Value {
    let client = dice.pick(&["a", "b", "c"]);
    let asks = |what: &str, key: &str| json!({"do": what, "key": key, "client": client});
    match (design, dice.below(6)) {
        (Design::Derived, 0..=2) => asks("read", "sum"),
        (Design::Derived, 3) => asks("read", dice.pick(&["a", "b"])),
        (Design::Derived, _) => {
            let key = dice.pick(&["a", "b"]);
            let mut write = asks("write", key);
            write["value"] = json!((1 + dice.below(9)) * if key == "a" { 1 } else { 100 });
            write
        }
        (_, 0..=2) => asks("read", "k"),
        (Design::Counter, _) => {
            let mut increment = asks("increment", "k");
            increment["by"] = json!(1 + dice.below(3));
            increment
        }
        (Design::Register, 3) => asks("delete", "k"),
        (Design::Register, 4) if dice.below(4) == 0 => {
            json!({"do": "outside-write", "key": "k", "value": 90 + dice.below(9)})
        }
        (Design::Register, _) => {
            // few values, so that some are equal
            let mut write = asks("write", "k");
            write["value"] = json!(dice.below(12));
            write
        }
    }
}

pub fn scenario(seed: u64) -> (Value, Design) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bd1_e995);
    let design = dice.pick(&[Design::Register, Design::Register, Design::Counter, Design::Derived]);
    let mut actions = Vec::new();
    for _ in 0..3 + dice.below(9) {
        let mut action = request(&mut dice, design);
        action["at_us"] = json!(dice.below(200_000));
        actions.push(action);
    }
    let key = if design == Design::Derived { "sum" } else { "k" };
    faults(&mut dice, key, &mut actions);
    actions.sort_by_key(|action| action["at_us"].as_u64());
    let strategy = match design {
        Design::Counter if dice.below(3) == 0 => json!({"source": queued_counter(&mut dice)}),
        Design::Counter => json!({"source": format!("{READ}{}", dice.pick(&COUNTERS))}),
        Design::Derived => json!({"source": sum(&mut dice)}),
        Design::Register => {
            let strategy = dice.pick(&REGISTERS);
            let mut uses = json!({"strategy": strategy});
            if strategy.starts_with("write-behind") {
                uses["parameters"] = json!({"INTERVAL": 0.05});
            }
            uses
        }
    };
    let rows = match design {
        Design::Derived => json!({"a": 1, "b": 100}),
        // sometimes there is none
        _ if design == Design::Register && dice.below(5) == 0 => json!({"other": 5}),
        _ => json!({"k": 5}),
    };
    let (retries, count) = (dice.below(2), 1 + dice.below(2));
    let document = json!({
        "duration_us": 20_000_000,
        "seed": seed,
        "strategies": [strategy],
        "rows": {"each": rows},
        "topology": {
            "apps": {"count": 2},
            "database": {"connections": count},
            "clients": {"timeout_us": 1_000_000, "retries": retries, "backoff_us": 1_000},
        },
        "actions": actions,
    });
    (document, design)
}
