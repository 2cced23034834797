//! Programs and scenarios by chance, of everything that the language has for caches: what is true
//! of all of them is true of most that anybody writes.

use serde_json::{Value, json};
use stalemate::explore::Budgets;

use super::oracle::Chance;

/// A scenario of one key: a program, who asks for what, and what else happens.
pub fn scenario(chance: &mut Chance) -> (Value, Budgets) {
    let has_local = chance.is_one_of(6);
    let mut actions = Vec::new();
    let clients = ["ann", "bob", "cid"];
    for nth in 0..2 + chance.below(2) {
        let client = clients[nth % (2 + chance.below(2))];
        actions.push(match chance.below(9) {
            0..4 => json!({"at_us": 0, "do": "read", "key": "k", "client": client}),
            8 => json!({"at_us": 0, "do": "delete", "key": "k", "client": client}),
            _ => json!({"at_us": 0, "do": "write", "key": "k", "value": nth + 1, "client": client}),
        });
    }
    let deeds = [
        json!({"at_us": 0, "do": "evict", "key": "k"}),
        json!({"at_us": 0, "do": "expire", "key": "k"}),
        json!({"at_us": 0, "do": "flush-cache"}),
        json!({"at_us": 0, "do": "outside-write", "key": "k", "value": 77}),
        json!({"at_us": 0, "do": "fail-next", "store": "cache", "call": "set"}),
        json!({"at_us": 0, "do": "fail-next", "store": "database"}),
    ];
    if chance.is_one_of(2) {
        actions.push(deeds[chance.below(deeds.len())].clone());
    }
    let mut topology = json!({"apps": {"count": if has_local { 2 } else { 1 }}});
    if has_local {
        topology["local"] = json!({"capacity": 100});
    }
    let budgets = match chance.below(4) {
        0 => Budgets { expiries: 1, ..Budgets::default() },
        1 => Budgets { evictions: 1, ..Budgets::default() },
        2 => Budgets { failures: 1, ..Budgets::default() },
        _ => Budgets::default(),
    };
    let document = json!({
        "topology": topology,
        "strategies": [{"source": program(chance, has_local)}],
        "rows": {"each": {"k": 0}},
        "actions": actions
    });
    (document, budgets)
}

/// A program with a read, a write and a deletion, with a queue or a stream of changes or neither.
fn program(chance: &mut Chance, has_local: bool) -> String {
    let (mut head, mut tail) = (String::new(), String::new());
    let has_queue = !has_local && chance.is_one_of(3);
    if has_queue {
        let place = ["cache", "worker"][chance.below(2)];
        let coalesce = ["True", "False"][chance.below(2)];
        head += &format!("queue = Queue(at={place}, coalesce={coalesce})\n");
        let body = [
            "db.write(item.key, item.value)\n        queue.ack(item)",
            "queue.ack(item)\n        db.write(item.key, item.value)",
            "db.write(item.key, item.value)\n        cache.delete(item.key)\n        queue.ack(item)",
        ][chance.below(3)];
        tail += &format!(
            "\n\n@at({place})\n@every(1)\ndef flush():\n    for item in queue.take():\n        \
             {body}\n"
        );
    } else if chance.is_one_of(4) {
        head += "changes = Changes()\n";
        let body = [
            "cache.delete(change.key)",
            "cache.set(change.key, change.value)",
            "cache.set(change.key, change.value, version=change.version)",
        ][chance.below(3)];
        tail += &format!(
            "\n\n@at(worker)\n@every(1)\ndef follow():\n    for change in changes.take():\n        \
             if change.value is not None:\n            {body}\n        changes.ack(change)\n"
        );
    }
    let has = Has { queue: has_queue, local: has_local, value: false, lock: false };
    let read = match chance.is_one_of(2) {
        true => {
            let fill = ["set(key, v)", "add(key, v)", "set(key, v, version=n)"][chance.below(3)];
            format!(
                "    v = cache.get(key)\n    if v is None:\n        row = db.row(key)\n        \
                 if row is not None:\n            v = row.value\n            n = row.version\n\
                 \x20           cache.{fill}\n"
            )
        }
        false => block(chance, has, 1, 4),
    };
    let mut write = String::new();
    if chance.below(3) > 0 {
        write += "    n = db.write(key, value)\n";
    }
    write += &block(chance, Has { value: true, ..has }, 1, 3);
    let begin = "    v, n, lease = None, None, None\n";
    format!(
        "{head}\ndef read(key):\n{begin}{read}    return v\n\n\ndef write(key, value):\n\
         {begin}{write}\n\ndef delete(key):\n    db.delete(key)\n    cache.delete(key)\n\n\n\
         def later(key):\n    cache.delete(key)\n{tail}"
    )
}

/// What statements may use.
#[derive(Clone, Copy)]
struct Has {
    queue: bool,
    local: bool,
    /// The value of a write.
    value: bool,
    /// It is held already.
    lock: bool,
}

/// Up to so many statements.
fn block(chance: &mut Chance, has: Has, depth: usize, most: usize) -> String {
    (0..=chance.below(most)).map(|_| statement(chance, has, depth)).collect()
}

fn statement(chance: &mut Chance, has: Has, depth: usize) -> String {
    let value = if has.value { "value" } else { "v" };
    let key = if chance.is_one_of(7) { "f\"x:{key}\"" } else { "key" };
    let line = match chance.below(22) {
        0 | 1 => format!("v = cache.get({key})"),
        2 | 3 => format!("cache.set({key}, {value})"),
        4 => format!("cache.set({key}, {value}, version=n)"),
        5 => format!("cache.add({key}, {value}, ttl=5)"),
        6 | 7 => format!("cache.delete({key})"),
        8 => "cache.delete(key, version=n)".to_owned(),
        9 | 10 => "v = db.read(key)".to_owned(),
        11 if has.value => "n = db.write(key, value)".to_owned(),
        12 if has.value => "db.compare_and_set(key, value, n)".to_owned(),
        13 => "v, lease = cache.lease(key)".to_owned(),
        14 => format!("cache.set_with_lease(key, {value}, lease)"),
        15 => "spawn(later, key)".to_owned(),
        16 if has.queue => format!("queue.push(key, {value})"),
        17 if has.local => ["v = local.get(key)", "local.set(key, v)", "local.delete(key)"]
            [chance.below(3)]
        .to_owned(),
        18 => "cache.expire(key, 3)".to_owned(),
        at if depth < 3 => {
            let head = match at {
                19 if !has.lock => "with lock(key):",
                20 => "if n is not None and n > 1:",
                21 => "if lease is not None:",
                _ => ["if v is None:", "if v is not None:"][chance.below(2)],
            };
            let has = Has { lock: has.lock || head.starts_with("with"), ..has };
            let body = block(chance, has, depth + 1, 3);
            return format!("{}{head}\n{body}", "    ".repeat(depth));
        }
        _ => "sleep(1)".to_owned(),
    };
    format!("{}{line}\n", "    ".repeat(depth))
}
