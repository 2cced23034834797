//! Tests of the digest: changing any field of any part changes the digest exactly if the field can
//! matter. The types themselves list their fields.

use std::collections::BTreeMap;

use crate::digest::vary::{Counts, Fields};
use crate::digest::{Digest, Lens};
use crate::scenario::{Scenario, preset};
use crate::simulate::{Advance, Simulation};
use crate::store::queue::Queue;
use crate::strategy::value::Symbol;
use crate::time::Micros;
use crate::vocabulary::CacheId;
use crate::vocabulary::queue::Rules;
use crate::world::{Halt, Kind, Request, Trap, World};

/// The number of tests of each field, by type.
type Tried = BTreeMap<(&'static str, &'static str), u32>;

fn check<T: Fields + Digest>(what: &'static str, part: &T, lens: &Lens, tried: &mut Tried) {
    for field in part.fields() {
        // the only other kind of work is a machine, which is tried by itself
        if (what, field.name) == ("task", "work") && field.changed.alone(lens) == part.alone(lens) {
            continue;
        }
        let differs = field.changed.alone(lens) != part.alone(lens);
        let counts = match field.kind {
            Counts::Matters | Counts::Due => true,
            Counts::Age => lens.ages,
            Counts::Attempts => lens.attempts,
            Counts::Told => false,
        };
        assert_eq!(differs, counts, "{what}.{} is {:?}", field.name, field.kind);
        *tried.entry((what, field.name)).or_default() += 1;
    }
}

/// Checks each part of a world.
fn check_parts(world: &World, ages: bool, tried: &mut Tried) {
    let lens = &Lens {
        now_us: world.now_us,
        ages,
        attempts: ages,
        dead: ages,
        made_of: ages.then(|| world.names.lineages()),
        stays: false,
    };
    for task in world.tasks.values() {
        check("task", &**task, lens, tried);
    }
    for message in world.messages.values() {
        check("message", &**message, lens, tried);
    }
    for operation in world.operations.values() {
        check("operation", &**operation, lens, tried);
    }
    for app in world.apps.iter() {
        check("app", app, lens, tried);
        check("process", &app.process, lens, tried);
    }
    let stores = &world.stores;
    for (_, cache) in stores.caches.iter() {
        check("cache", &**cache, lens, tried);
        cache.cache.entries().for_each(|(_, entry)| check("entry", entry, lens, tried));
    }
    for cluster in &stores.clusters {
        check("cluster", &**cluster, lens, tried);
        cluster.changes().for_each(|each| check("change", each, lens, tried));
    }
    check("database", &*stores.database, lens, tried);
    for session in &stores.database.sessions {
        check("session", session, lens, tried);
        check("transaction", &session.transaction, lens, tried);
    }
    for (_, row) in stores.database.database.rows() {
        check("row", row, lens, tried);
    }
    for (_, _, statement) in stores.statements() {
        check("statement", statement, lens, tried);
        check("pending", &statement.pending, lens, tried);
    }
    for (_, replica) in stores.replicas() {
        check("replica", replica, lens, tried);
        replica.stream.iter().for_each(|each| check("streamed", each, lens, tried));
    }
    for slot in world.queues.iter() {
        check("queue", slot, lens, tried);
        slot.queue.iter().for_each(|(_, item)| check("item", item, lens, tried));
    }
    world.loops.iter().for_each(|each| check("loop", each, lens, tried));
    world.traps.iter().for_each(|each| check("trap", each, lens, tried));
}

/// The worlds of a run, one after every `every` events.
fn worlds(scenario: &Scenario, every: u32, most: usize, mut look: impl FnMut(&World)) {
    let mut run = Simulation::new(scenario).expect("a scenario that runs");
    for _ in 0..most {
        look(run.world());
        if run.advance(Micros::MAX / 4, every) != Advance::Budget {
            break;
        }
    }
}

#[test]
fn a_field_changes_the_digest_exactly_if_it_can_matter() {
    let mut tried = Tried::new();
    for preset in preset::all() {
        let scenario = preset.scenario();
        worlds(&scenario, 7, 25, |world| {
            for ages in [false, true] {
                check_parts(world, ages, &mut tried);
            }
        });
    }
    for what in ["task", "message", "operation", "app", "cache", "entry", "row", "statement"] {
        assert!(tried.keys().any(|(of, _)| *of == what), "no {what} was tried");
    }
    for what in [
        "cluster", "change", "pending", "replica", "streamed", "queue", "item", "loop", "process",
        "trap", "session",
    ] {
        assert!(tried.keys().any(|(of, _)| *of == what), "no {what} was tried");
    }
}

/// A part of a world, and a change of it.
type Change = (&'static str, fn(&mut World));

/// Each part of the world itself, changed alone.
#[test]
fn every_part_of_a_world_is_in_its_digest() {
    let mut changes: Vec<Change> = vec![
        ("operations_begun", |world| world.operations_begun += 1),
        ("next_app", |world| world.next_app += 1),
        ("halt", |world| world.halt = Some(Halt::Tasks)),
        ("apps", |world| world.apps[0].in_progress += 1),
        ("cache", |world| world.stores.caches[CacheId::FIRST].process.up ^= true),
        ("worker", |world| world.worker.up ^= true),
        ("database", |world| world.stores.database.process.up ^= true),
        ("replica", |world| world.stores.replicas.clear()),
        ("queues", |world| {
            world.queues[0].queue = Queue::new(Rules { redeliver_us: 77, ..Rules::FIFO })
        }),
        ("loops", |world| world.loops[0].every_us += 1),
        ("network", |world| world.network.cut(crate::vocabulary::LinkName::ALL[0], None)),
        ("names", |world| _ = world.names.intern("a text that is new")),
        ("planned", |world| {
            let key = Symbol(0);
            let value = crate::strategy::value::Scalar::None;
            world.plan([Request { kind: Kind::Read, key, value, client: key, stamp: 1 }]);
        }),
        ("traps", |world| {
            let (store, how) = (crate::vocabulary::Store::Cache, crate::vocabulary::Failure::Error);
            world.traps.push(Trap { nth: 0, store, call: None, how, times: 1 });
        }),
    ];
    changes.push(("tasks", |world| {
        let key = world.tasks.keys().next().expect("a task");
        world.tasks.remove(key);
    }));
    changes.push(("messages", |world| {
        let key = world.messages.keys().next().expect("a message");
        world.messages.remove(key);
    }));
    changes.push(("operations", |world| {
        let key = world.operations.keys().next().expect("an operation");
        world.operations.remove(key);
    }));
    let told: [Change; 2] =
        [("steps", |world| world.steps += 1), ("now_us", |world| world.now_us += 0)];
    let scenario = Scenario::parse(
        r#"{
            "strategies": [{"strategy": "write-behind"}],
            "topology": {"replica": {}},
            "rows": {"each": {"k": 1}},
            "actions": [
                {"at_us": 0, "do": "write", "key": "k", "value": 2},
                {"at_us": 0, "do": "read", "key": "k"},
                {"at_us": 100, "do": "read", "key": "k"}
            ]
        }"#,
    )
    .expect("a scenario");
    let mut run = Simulation::new(&scenario).expect("a scenario that runs");
    while run.world().messages.is_empty() || run.world().tasks.is_empty() {
        assert_eq!(run.step(), Advance::Budget);
    }
    let world = run.world();
    for (what, change) in changes {
        let mut other = world.clone();
        change(&mut other);
        assert_ne!(other.digest(), world.digest(), "{what} is not in the digest");
    }
    for (what, change) in told {
        let mut other = world.clone();
        change(&mut other);
        assert_eq!(other.digest(), world.digest(), "{what} is in the digest");
    }
}
