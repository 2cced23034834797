//! Calls: each is one step, with its arguments checked and in order.

use crate::fake::{Fake, check, read_notes};
use stalemate::strategy::{Machine, Stopped};
use stalemate::vocabulary::Role;

#[test]
fn every_call() {
    for (call, note) in [
        ("cache.get(key)", "cache.get a"),
        ("cache.get(key=key)", "cache.get a"),
        ("cache.entry(key)", "cache.entry a"),
        ("cache.set(key, 1)", "cache.set a 1"),
        ("cache.set(key, 1, 60)", "cache.set a 1 ttl 60000000"),
        ("cache.set(key, 1, version=4, ttl=0.5)", "cache.set a 1 ttl 500000 version 4"),
        ("cache.set(key, 1, ttl=60, stale=30)", "cache.set a 1 ttl 60000000 stale 30000000"),
        ("cache.add(key, \"x\", ttl=1)", "cache.add a x ttl 1000000"),
        ("cache.delete(key)", "cache.delete a"),
        ("cache.delete(key, version=3)", "cache.delete a version 3"),
        ("cache.incr(key)", "cache.incr a 1"),
        ("cache.incr(key, by=2.5)", "cache.incr a 2.5"),
        ("cache.lease(key)", "cache.lease a"),
        ("cache.set_with_lease(key, 1, 5, ttl=2)", "cache.set_with_lease a 1 lease 5 ttl 2000000"),
        ("cache.expire(key, 0.000001)", "cache.expire a 1"),
        ("db.read(key)", "db.read a"),
        ("db.row(key)", "db.row a"),
        ("db.write(key, True)", "db.write a True"),
        ("db.write(key, None)", "db.write a None"),
        ("db.delete(key)", "db.delete a"),
        ("db.incr(key, -2)", "db.incr a -2"),
        ("db.compare_and_set(key, 1, version=0)", "db.compare_and_set a 1 version 0"),
        ("replica.read(key)", "replica.read a"),
        ("replica.row(key)", "replica.row a"),
        ("queue.push(key, None)", "queue.push a None"),
        ("queue.add(key)", "queue.add a 1"),
        ("queue.take()", "queue.take 1"),
        ("queue.take(100)", "queue.take 100"),
        ("sleep(0.25)", "sleep 250000"),
    ] {
        check(call, &format!("{note}; return None"));
    }
    check(
        "queue.push(key, 1)\nfor item in queue.take(5):\n    queue.retry(item, after=2)\n    queue.ack(item)\n    queue.dead_letter(item)",
        "queue.push a 1; queue.take 5; queue.retry 0 after 2000000; queue.ack 0; queue.dead_letter 0; return None",
    );
}

#[test]
fn arguments_are_evaluated_as_they_are_written() {
    check(
        "cache.set(value=db.read(key), key=key + str(cache.get(key)))",
        "db.read a; cache.get a; cache.set aNone 7; return None",
    );
}

#[test]
fn replies_are_values() {
    check("return db.row(key).value * 10 + db.row(key).version", "db.row a; db.row a; return 72");
    check(
        "cache.set(key, 1)\ne = cache.entry(key)\nreturn e.age + e.ttl",
        "cache.set a 1; cache.entry a; return 31.5",
    );
    assert_eq!(
        read_notes(
            "cache.set(key, 1)\ne = cache.entry(key)\nreturn e.ttl is None and not e.fresh and e.version == 3",
            |fake| (fake.ttl_us, fake.fresh) = (None, false)
        ),
        "cache.set a 1; cache.entry a; return True"
    );
    check("value, lease = cache.lease(key)\nreturn lease", "cache.lease a; return 77");
    check(
        "queue.add(key, 5)\nitem = queue.take()[0]\nreturn item.key + str(item.value) + str(item.attempts) + str(item.add)",
        "queue.add a 5; queue.take 1; return a51True",
    );
}

const PLACES: &str = "\
def read(key):
    spawn(side, key, 2)
    return local(key) + at_cache(key)
def local(key):
    return db.read(key)
@at(cache)
def at_cache(key):
    return local(key) * 100
@at(worker)
def side(key, n):
    log(n)
    at_cache(key=key) if False else local(key)
def write(key, value):
    pass
";

#[test]
fn a_function_elsewhere_is_asked() {
    check(
        PLACES,
        "spawn side; ask at_cache; db.read a; return 707; log: 2; db.read a"
            .replace("spawn side; ask", "spawn side; db.read a; ask")
            .as_str(),
    );
}

#[test]
fn a_task_knows_where_it_is() {
    let mut fake = Fake::default();
    let source = "TTL = 5\ndef read(key):\n    x = 1\n    return load(key) + x\n\ndef load(k):\n    v = cache.get(k)\n    if v is None:\n        v = 4\n    return v\ndef write(key, value):\n    pass\n";
    let program = fake.compile(source);
    let key = fake.key("a");
    let mut machine = Machine::start(&program, program.read, std::slice::from_ref(&key));
    assert_eq!(machine.line(&program), 2);
    let step = machine.run(&program, &[], &mut fake);
    assert!(matches!(step, Stopped::Call(_)));
    assert_eq!(machine.line(&program), 7);
    assert_eq!(&*program.functions[machine.function().0 as usize].name, "load");
    let variables = machine.variables(&program);
    assert_eq!(variables.len(), 1, "{variables:?}");
    assert_eq!((&*variables[0].0, &variables[0].1), ("k", &key));
    // a copy goes its own way
    let mut copy = machine.clone();
    assert_eq!(copy, machine);
    copy.resume(Ok(stalemate::strategy::value::Value::NONE));
    assert_ne!(copy, machine);
    assert_eq!(
        copy.run(&program, &[], &mut fake),
        Stopped::Return(stalemate::strategy::value::Value::int(5))
    );
    assert_eq!(fake.place, Role::App);
}
