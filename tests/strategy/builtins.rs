//! The built-in strategies: what each asks the stores for on a hit, on a miss,
//! on a write. What comes of it in time is tested with a world.

use crate::fake::{CACHE_DOWN, DATABASE_DOWN, Fake, written};
use stalemate::strategy::builtin;
use stalemate::strategy::call::FunctionId;
use stalemate::strategy::value::Value;

/// One strategy with its stores.
struct Run {
    fake: Fake,
    program: stalemate::strategy::Program,
}

fn of(id: &str) -> Run {
    let mut fake = Fake::default();
    fake.rows.insert("a".into(), (written(7, 3), 2));
    let program = fake.compile(builtin::find(id).unwrap().source);
    Run { fake, program }
}

impl Run {
    fn notes(&mut self, function: FunctionId, args: &[Value]) -> String {
        self.fake.notes.clear();
        let program = self.program.clone();
        self.fake.place = program.place(function);
        self.fake.run(&program, function, args);
        self.fake.notes.join("\n")
    }
    fn read(&mut self) -> String {
        let key = self.fake.key("a");
        self.notes(self.program.read, &[key])
    }
    fn write(&mut self, value: i64) -> String {
        let key = self.fake.key("a");
        self.notes(self.program.write, &[key, written(value, 9).into()])
    }
    fn delete(&mut self) -> String {
        let key = self.fake.key("a");
        self.notes(self.program.delete.unwrap(), &[key])
    }
    fn increment(&mut self, by: i64) -> String {
        let key = self.fake.key("a");
        self.notes(self.program.increment.unwrap(), &[key, Value::int(by)])
    }
    fn tick(&mut self) -> String {
        self.notes(self.program.loops[0].function, &[])
    }
    fn cached(mut self) -> Run {
        self.fake.cache.insert("a".into(), written(5, 1));
        self
    }
}

#[test]
fn each_has_a_title_and_compiles() {
    for builtin in builtin::all() {
        assert!(!builtin.title.is_empty() && !builtin.sentence.is_empty(), "{}", builtin.id);
        let run = of(builtin.id);
        assert!(run.program.title.starts_with(builtin.title));
        for parameter in &run.program.parameters {
            assert!(!parameter.text.is_empty(), "{} {}", builtin.id, parameter.name);
            let number = !matches!(
                parameter.default,
                stalemate::strategy::value::Scalar::Bool(_)
                    | stalemate::strategy::value::Scalar::Text(_)
            );
            assert_eq!(number, parameter.low.is_some() && parameter.high.is_some());
        }
    }
    assert_eq!(builtin::all().len(), 25);
    assert!(builtin::find("no-such").is_none());
}

/// Everything that can be asked of each, with the entry there and without.
#[test]
fn calls_of_each() {
    let mut all = String::new();
    for builtin in builtin::all() {
        let mut section = |what: &str, notes: String| {
            all += &format!("{} · {what}\n  {}\n", builtin.id, notes.replace('\n', "\n  "));
        };
        section("miss", of(builtin.id).read());
        section("hit", of(builtin.id).cached().read());
        let mut run = of(builtin.id);
        section("write", run.write(8));
        if !run.program.loops.is_empty() {
            if run.program.queues[0].changes {
                run.fake.queue.push_back(("a".into(), written(8, 9), false));
            }
            section("next tick", run.tick());
        }
        let run = of(builtin.id);
        if run.program.delete.is_some() && run.program.loops.is_empty() {
            section("delete", of(builtin.id).delete());
        }
        if run.program.increment.is_some() {
            section("increment", of(builtin.id).increment(2));
        }
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("calls_of_each_builtin", all);
    });
}

#[test]
fn cache_aside_goes_on_without_its_cache() {
    let mut run = of("cache-aside");
    run.fake.fail = vec![("cache.get", CACHE_DOWN), ("cache.set", CACHE_DOWN)];
    assert_eq!(run.read(), "cache.get a\ndb.read a\ncache.set a 7 ttl 60000000\nreturn 7");
    run.fake.fail = vec![("db.write", DATABASE_DOWN)];
    assert!(run.write(1).contains("raise Database Refused"));
}

#[test]
fn an_entry_near_its_end_is_refreshed_ahead() {
    let mut run = of("refresh-ahead").cached();
    run.fake.ttl_us = Some(9_000_000);
    assert_eq!(
        run.read(),
        "cache.entry a\nspawn refresh\nreturn 5\nlock a\ncache.entry a\ndb.read a\n\
         cache.set a 7 ttl 60000000\nunlock a"
    );
}

#[test]
fn an_entry_past_its_end_is_served_and_revalidated() {
    let mut run = of("stale-while-revalidate").cached();
    run.fake.fresh = false;
    assert_eq!(
        run.read(),
        "cache.entry a\nspawn revalidate\nreturn 5\nlock a\ncache.entry a\ndb.read a\n\
         cache.set a 7 ttl 60000000 stale 30000000\nunlock a"
    );
}

#[test]
fn who_has_no_lease_waits() {
    let mut run = of("leases");
    run.fake.leased = true;
    let notes = run.read();
    assert!(notes.starts_with("cache.lease a\nsleep 20000\ncache.lease a\nsleep 20000\n"));
    assert!(notes.ends_with("sleep 20000\ncache.get a\ndb.read a\nreturn 7"));
}

#[test]
fn an_early_end_is_drawn_by_lot() {
    // 0.02 · 1.0 · -ln(1 - 0.5) = 0.0139 s
    let mut run = of("probabilistic-early-expiration").cached();
    run.fake.ttl_us = Some(14_000);
    assert_eq!(run.read(), "cache.entry a\nreturn 5");
    run.fake.ttl_us = Some(13_000);
    assert!(run.read().starts_with("cache.entry a\ndb.read a\ncache.set"));
}

#[test]
fn a_failed_flush_is_tried_again() {
    for id in [
        "write-behind",
        "write-behind-app",
        "write-behind-durable",
        "write-behind-counters",
        "write-behind-in-order",
    ] {
        let mut run = of(id);
        run.write(8);
        run.fake.fail = vec![("db.write", DATABASE_DOWN)];
        let notes = run.tick();
        assert!(notes.contains("db.write a 8\nqueue.retry 0 after"), "{id}\n{notes}");
        assert!(!notes.contains("ack"), "{id}\n{notes}");
    }
}

/// The two that are broken on purpose, and what each does instead.
#[test]
fn a_failed_flush_is_mistreated_by_the_broken_ones() {
    let flush = |id| {
        let mut run = of(id);
        run.write(8);
        run.fake.fail = vec![("db.write", DATABASE_DOWN)];
        run.tick()
    };
    let at_back = flush("write-behind-retry-at-back");
    assert!(at_back.contains("db.write a 8\nqueue.push a 8\nqueue.ack 0"), "{at_back}");
    let popped = flush("write-behind-pop-first");
    assert!(popped.contains("queue.ack 0\ndb.write a 8"), "{popped}");
    assert!(!popped.contains("retry") && !popped.contains("push"), "{popped}");
}

#[test]
fn a_deletion_behind_a_write_behind_waits_for_its_flush() {
    let mut run = of("write-behind");
    run.fake.rows.clear();
    assert_eq!(
        run.delete(),
        "lock a\nqueue.push a None\ncache.delete a\ndb.read a\nunlock a\nreturn None"
    );
}
