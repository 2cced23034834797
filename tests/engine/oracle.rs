//! A second judge, slow and simple, that sees what clients and stores saw: values and
//! times, and neither who made a value nor what of.
//!
//! Of registers it tries every order of the operations. Of counters it adds up: where
//! nothing is said to be lost, overwritten, applied twice, given up or under way, a row
//! is what it was and all acknowledged increments. `make oracle` plays 100,000 scenarios.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use stalemate::event::{Event, Fault, RequestEnd};
use stalemate::simulate::Simulation;
use stalemate::strategy::value::{Scalar, Symbol};
use stalemate::world::{Kind, OpId};

use crate::support::{log, run};

/// An operation as its client saw it.
#[derive(Clone, Copy, Debug)]
struct Seen {
    kind: Kind,
    start: usize,
    /// `None`: it has not ended, or failed: it may take effect late, or never.
    end: Option<usize>,
    value: Scalar,
}

/// The operations on each key.
fn operations(run: &Simulation) -> BTreeMap<Symbol, Vec<Seen>> {
    let mut all: BTreeMap<OpId, (Symbol, Seen)> = BTreeMap::new();
    for (at, (_, record)) in run.history().since(0).enumerate() {
        match record.event {
            Event::Started { op, kind, key, value, .. } => {
                let seen = Seen { kind, start: at, end: None, value: value.scalar };
                all.insert(op, (key, seen));
            }
            Event::Ended { op, kind, outcome: RequestEnd::Returned(value), .. } => {
                if let Some((_, seen)) = all.get_mut(&op) {
                    seen.end = Some(at);
                    if kind == Kind::Read {
                        seen.value = value.scalar;
                    }
                }
            }
            Event::Fault(Fault::OutsideWrite { op, key, value, .. }) => {
                let (kind, value) = (Kind::Write, value.scalar);
                all.insert(op, (key, Seen { kind, start: at, end: Some(at), value }));
            }
            Event::Fault(Fault::OutsideDelete { op, key, .. }) => {
                let (kind, value) = (Kind::Delete, Scalar::None);
                all.insert(op, (key, Seen { kind, start: at, end: Some(at), value }));
            }
            _ => {}
        }
    }
    let mut by_key: BTreeMap<Symbol, Vec<Seen>> = BTreeMap::new();
    for (key, seen) in all.into_values() {
        by_key.entry(key).or_default().push(seen);
    }
    by_key
}

/// Whether some order of a register's operations explains them.
fn is_explained(all: &[Seen], initial: Scalar) -> bool {
    fn go(
        all: &[Seen],
        done: u32,
        holds: usize,
        initial: Scalar,
        dead: &mut BTreeSet<(u32, usize)>,
    ) -> bool {
        let left = || (0..all.len()).filter(|at| done & (1 << at) == 0);
        let Some(first_end) = left().filter_map(|at| all[at].end).min() else { return true };
        if !dead.insert((done, holds)) {
            return false;
        }
        let value = if holds == 0 { initial } else { all[holds - 1].value };
        left().filter(|at| all[*at].start <= first_end).any(|at| match all[at].kind {
            Kind::Read => {
                all[at].end.is_some() && all[at].value == value && {
                    go(all, done | 1 << at, holds, initial, dead)
                }
            }
            _ => go(all, done | 1 << at, at + 1, initial, dead),
        })
    }
    go(all, 0, 0, initial, &mut BTreeSet::new())
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
const REGISTERS: [&str; 9] = [
    "no-cache",
    "cache-aside",
    "cache-aside-update",
    "cache-aside-ignore",
    "write-through",
    "write-behind",
    "write-around",
    "leases",
    "versioned-set",
];

/// How a counter is added to; each is right in some runs only, but for the first.
const COUNTERS: [&str; 5] = [
    "    db.incr(key, by)\n",
    "    db.write(key, db.read(key) + by)\n",
    "    row = db.row(key)\n    db.compare_and_set(key, row.value + by, row.version)\n",
    "    row = db.row(key)\n    while not db.compare_and_set(key, row.value + by, row.version):\n        row = db.row(key)\n",
    "    value = read(key) + by\n    db.write(key, value)\n    cache.set(key, value)\n",
];

fn faults(dice: &mut Dice, actions: &mut Vec<Value>) {
    for _ in 0..dice.below(3) {
        let at_us = dice.below(200_000);
        let store = dice.pick(&["cache", "database"]);
        let how = dice.pick(&["error", "lost-request", "lost-reply"]);
        actions.push(match dice.below(3) {
            0 => json!({"at_us": at_us, "do": "evict", "key": "k"}),
            _ => json!({"at_us": at_us, "do": "fail-next", "store": store, "how": how}),
        });
    }
}

pub fn scenario(seed: u64) -> (Value, bool) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bd1_e995);
    let is_counter = dice.below(3) == 0;
    let mut actions = Vec::new();
    for _ in 0..3 + dice.below(7) {
        let at_us = dice.below(200_000);
        let client = dice.pick(&["a", "b", "c"]);
        actions.push(match (is_counter, dice.below(6)) {
            (_, 0..=2) => json!({"at_us": at_us, "do": "read", "key": "k", "client": client}),
            (true, _) => json!({
                "at_us": at_us, "do": "increment", "key": "k", "client": client,
                "by": 1 + dice.below(3),
            }),
            (false, 3) => json!({"at_us": at_us, "do": "delete", "key": "k", "client": client}),
            // few values, so that some are equal
            (false, 4) if dice.below(4) == 0 => {
                json!({"at_us": at_us, "do": "outside-write", "key": "k", "value": 9})
            }
            (false, _) => json!({
                "at_us": at_us, "do": "write", "key": "k", "client": client,
                "value": dice.below(4),
            }),
        });
    }
    faults(&mut dice, &mut actions);
    actions.sort_by_key(|action| action["at_us"].as_u64());
    let read = "def read(key):\n    value = cache.get(key)\n    if value is None:\n        value = \
                db.read(key)\n        if value is not None:\n            cache.set(key, value)\n    \
                return value\n\ndef write(key, value):\n    db.write(key, value)\n    \
                cache.delete(key)\n\ndef increment(key, by):\n";
    let strategy = match is_counter {
        true => json!({"source": format!("{read}{}", dice.pick(&COUNTERS))}),
        false => json!({"strategy": dice.pick(&REGISTERS)}),
    };
    let retries = dice.below(2);
    let document = json!({
        "duration_us": 20_000_000,
        "seed": seed,
        "strategies": [strategy],
        "rows": {"each": {"k": 5}},
        "topology": {"clients": {"timeout_us": 1_000_000, "retries": retries, "backoff_us": 1_000}},
        "actions": actions,
    });
    (document, is_counter)
}

/// Plays scenarios of these seeds; how many had each verdict.
fn compare(seeds: std::ops::Range<u64>) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for seed in seeds {
        let (document, is_counter) = scenario(seed);
        let run = run(&document);
        let report = run.report();
        let (reads, writes) = (&report.reads, &report.writes);
        let mut count = |name, is: bool| *counts.entry(name).or_default() += u64::from(is);
        let told = || format!("seed {seed}\n{document:#}\n{}", log(&run));
        count("scenarios", true);
        count("stale", reads.stale > 0);
        count("dirty", reads.dirty > 0);
        count("phantom", reads.phantom > 0);
        count("foreign", reads.foreign > 0);
        count("unfounded", reads.unfounded > 0);
        count("lost", writes.lost > 0);
        count("overtaken", writes.overtaken > 0);
        count("lost update", writes.lost_update > 0);
        count("applied twice", writes.applied_twice > 0);
        count("not linearizable", report.linearizability.violated > 0);
        count("own write not read", report.sessions.read_your_writes > 0);
        count("clean", report.violations.is_empty());
        let key = run.names().find("k").expect("it is used");
        let seen = operations(&run).remove(&key).unwrap_or_default();
        if is_counter {
            let failed = writes.failed + writes.pending;
            let bad = writes.lost + writes.lost_update + writes.applied_twice + writes.given_up;
            let added: i64 = seen
                .iter()
                .map(|each| match (each.kind, each.value) {
                    (Kind::Increment, Scalar::Int(by)) => by,
                    _ => 0,
                })
                .sum();
            let row = run.world().database().read(key).map(|row| row.value.scalar);
            let is_right = row == Some(Scalar::Int(5 + added));
            count("counter is wrong", !is_right);
            if failed == 0 {
                assert_eq!(is_right, bad == 0, "{row:?}, {added} added: {writes:?}\n{}", told());
            }
            continue;
        }
        if seen.len() <= 20 {
            let explained = is_explained(&seen, Scalar::Int(5));
            assert_eq!(!explained, report.linearizability.violated > 0, "{}", told());
        }
    }
    counts
}

fn print(counts: &BTreeMap<&'static str, u64>) {
    for (name, count) in counts {
        println!("{count:>9} {name}");
    }
}

#[test]
fn the_fast_judge_agrees_with_a_slow_one() {
    let counts = compare(0..400);
    print(&counts);
    for verdict in ["stale", "lost update", "applied twice", "not linearizable", "clean"] {
        assert!(counts[verdict] > 0, "no scenario was {verdict}");
    }
}

/// `make oracle`
#[test]
#[ignore = "it takes minutes"]
fn the_fast_judge_agrees_with_a_slow_one_in_many_scenarios() {
    print(&compare(1_000_000..1_100_000));
}
