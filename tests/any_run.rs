//! Any scenario, whatever breaks in it: it ends, its totals add up, it comes to
//! rest once everything is mended, and it goes the same way each time.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use stalemate::history::{Event, Fault, Outcome, ReadVerdict};
use stalemate::simulate::Simulation;
use stalemate::strategy::value::{Origin, Symbol};
use support::begin;

const STRATEGIES: &[&str] = &[
    "no-cache",
    "cache-aside",
    "cache-aside-update",
    "cache-aside-ignore",
    "read-through",
    "write-through",
    "write-through-cache-first",
    "write-behind",
    "write-behind-app",
    "write-behind-durable",
    "write-behind-in-order",
    "write-behind-retry-at-back",
    "write-behind-pop-first",
    "write-around",
    "refresh-ahead",
    "stale-while-revalidate",
    "single-flight",
    "leases",
    "versioned-set",
    "delayed-double-delete",
    "ttl-jitter",
    "probabilistic-early-expiration",
    "write-through-cache-aside",
    "change-data-capture",
];

fn action() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec!["a", "b", "c"]);
    let app = 0..2u16;
    let link = prop::sample::select(vec![
        "client-app",
        "app-cache",
        "app-database",
        "cache-database",
        "cache-worker",
        "worker-database",
        "database-replica",
    ]);
    let how = prop::sample::select(vec!["error", "lost-request", "lost-reply"]);
    let store = prop::sample::select(vec!["cache", "database", "queue"]);
    let plain = prop::sample::select(vec![
        "kill-cache",
        "restart-cache",
        "flush-cache",
        "stop-database",
        "restore-database",
        "stop-replica",
        "restore-replica",
        "crash-worker",
        "restart-worker",
    ]);
    prop_oneof![
        4 => key.clone().prop_map(|key| json!({"do": "read", "key": key})),
        4 => key.clone().prop_map(|key| json!({"do": "write", "key": key})),
        2 => key.clone().prop_map(|key| json!({"do": "delete", "key": key})),
        1 => key.clone().prop_map(|key| json!({"do": "outside-write", "key": key})),
        1 => key.clone().prop_map(|key| json!({"do": "outside-delete", "key": key})),
        1 => key.clone().prop_map(|key| json!({"do": "evict", "key": key})),
        1 => key.prop_map(|key| json!({"do": "expire", "key": key})),
        3 => plain.prop_map(|what| json!({"do": what})),
        1 => app.clone().prop_map(|app| json!({"do": "crash-app", "app": app})),
        1 => app.prop_map(|app| json!({"do": "restart-app", "app": app})),
        1 => link.clone().prop_map(|link| json!({"do": "cut", "link": link})),
        1 => link.prop_map(|link| json!({"do": "heal", "link": link})),
        1 => (1_000..1_000_000u32).prop_map(|f| json!({"do": "slow-database", "factor_milli": f})),
        1 => (store, how).prop_map(|(store, how)| json!({"do": "fail-next", "store": store, "how": how})),
    ]
}

/// What mends everything, at 5 s.
fn mended() -> Vec<Value> {
    let mut all = Vec::new();
    for what in ["restore-cache", "restore-database", "restore-replica", "restart-worker"] {
        all.push(json!({"at_us": 5_000_000, "do": what}));
    }
    for app in 0..2 {
        all.push(json!({"at_us": 5_000_000, "do": "restart-app", "app": app}));
    }
    for link in stalemate::scenario::LinkName::ALL {
        all.push(json!({"at_us": 5_000_000, "do": "heal", "link": link}));
    }
    all
}

prop_compose! {
    fn any_scenario()(
        strategy in prop::sample::select(STRATEGIES),
        mut actions in prop::collection::vec((0..5_000_000u64, action()), 1..40),
        seed in 0..1_000u64,
        spread in prop::bool::ANY,
        loss in prop_oneof![3 => Just(0u32), 1 => Just(50_000u32)],
        retries in 0..3u32,
        connections in 1..4u32,
        capacity in prop_oneof![Just(Value::Null), Just(json!(2))],
        snapshot in prop_oneof![Just(Value::Null), Just(json!(700_000))],
        service in prop_oneof![2 => Just(0u64), 1 => Just(300)],
    ) -> Value {
        actions.sort_by_key(|(at_us, _)| *at_us);
        let actions = actions.into_iter().map(|(at_us, mut action)| {
            action["at_us"] = json!(at_us);
            action
        });
        let latency = match spread {
            true => json!({"kind": "exponential", "mean_us": 400}),
            false => json!({"kind": "constant", "us": 250}),
        };
        json!({
            "version": 1,
            "seed": seed,
            "duration_us": 200_000_000,
            "strategies": [{"strategy": strategy}],
            "rows": {"each": {"a": 0, "b": 0}},
            "actions": actions.chain(mended()).collect::<Vec<_>>(),
            "topology": {
                "replica": {},
                "cache": {
                    "capacity": capacity,
                    "snapshot_every_us": snapshot,
                    "service": {"kind": "constant", "us": service},
                },
                "database": {"connections": connections},
                "clients": {"retries": retries, "timeout_us": 2_000_000},
                "network": {"default": {"latency": latency, "loss_ppm": loss}},
            },
        })
    }
}

fn add_up(run: &Simulation) {
    let report = run.report();
    let (reads, writes) = (&report.reads, &report.writes);
    assert!(reads.hits + reads.misses <= reads.total);
    assert!(reads.stale + reads.dirty + reads.phantom + reads.failed <= reads.total, "{reads:?}");
    assert!(writes.acknowledged + writes.failed <= writes.total);
    assert!(writes.committed <= writes.total, "{writes:?}");
    // what was acknowledged is in the database, on its way or lost; or the
    // cache alone has it, and then the key is a phantom
    let known = writes.committed + writes.pending + writes.lost;
    let phantoms = report.divergence.iter().any(|each| each.state == "phantom");
    assert!(phantoms || writes.acknowledged <= known, "{writes:?}");
    assert!(writes.pending + writes.lost <= writes.acknowledged, "{writes:?}");
    assert!(report.staleness_us.max <= report.staleness_us.total);
}

/// A write, as the oracle below knows it.
#[derive(Clone, Copy)]
struct Known {
    key: Symbol,
    started: usize,
    acked: Option<usize>,
    version: Option<i64>,
}

/// The definition, spelled out: asked for after the other was acknowledged, or
/// overlapping it and committed later.
fn is_newer(this: &Known, other: &Known) -> bool {
    let after = |a: &Known, b: &Known| b.acked.is_some_and(|acked| acked < a.started);
    after(this, other)
        || !after(other, this)
            && matches!((this.version, other.version), (Some(a), Some(b)) if a > b)
}

/// Every read is judged as by its definition, looked up in all records anew.
fn verdicts_are_right(run: &Simulation) {
    let mut writes: BTreeMap<(Symbol, Origin), Known> = BTreeMap::new();
    let mut deletions: BTreeMap<Symbol, Origin> = BTreeMap::new();
    let mut began = BTreeMap::new();
    for (seq, (_, record)) in run.history().since(0).enumerate() {
        let mut committed = |key: Symbol, origin: Origin, version: Option<i64>, none: bool| {
            let known = Known { key, started: seq, acked: None, version };
            let known = writes.entry((key, origin)).or_insert(known);
            known.version = version.or(known.version);
            if none {
                deletions.insert(key, origin);
            }
        };
        match record.event {
            Event::Initial { key, value } => {
                let known = Known { key, started: seq, acked: Some(seq), version: Some(1) };
                writes.insert((key, value.origin), known);
            }
            Event::Started { op, key, .. } => {
                began.insert(op, seq);
                if op.kind().writes() {
                    let known = Known { key, started: seq, acked: None, version: None };
                    writes.insert((key, op.origin()), known);
                }
            }
            Event::Fault(
                Fault::OutsideWrite { op, key, .. } | Fault::OutsideDelete { op, key },
            ) => {
                let known = Known { key, started: seq, acked: Some(seq), version: None };
                writes.insert((key, op.origin()), known);
            }
            Event::Ended { op, key, outcome: Outcome::Returned(_), .. } if op.kind().writes() => {
                writes.get_mut(&(key, op.origin())).expect("it has started").acked = Some(seq);
            }
            Event::Committed { commit, .. } => {
                let none = commit.value.is_none();
                committed(commit.key, commit.value.origin, Some(commit.version), none);
            }
            Event::NothingToDelete { key, write, .. } => {
                let rows = writes.values().filter(|each| each.key == key);
                let version = rows.filter_map(|each| each.version).max();
                if let Some(known) = writes.get_mut(&(key, write)) {
                    known.version = Some(version.unwrap_or(0));
                    deletions.insert(key, write);
                }
            }
            Event::Judged { op, key, value, verdict, .. } => {
                let origin = match value.is_none() {
                    true => deletions.get(&key).copied(),
                    false => Some(value.origin),
                };
                let unknown = Known { key, started: 0, acked: Some(0), version: None };
                let returned = origin.and_then(|origin| writes.get(&(key, origin)));
                let returned = returned.copied().unwrap_or(unknown);
                if matches!(verdict, ReadVerdict::Dirty | ReadVerdict::Phantom) {
                    assert_eq!(returned.version, None, "{op:?}: the database has held it");
                    continue;
                }
                let missed = writes.iter().any(|((of, write), newer)| {
                    *of == key
                        && Some(*write) != origin
                        && newer.acked.is_some_and(|acked| acked < began[&op])
                        && is_newer(newer, &returned)
                });
                let stale = matches!(verdict, ReadVerdict::Stale { .. });
                assert_eq!(stale, missed, "{op:?} {verdict:?}\n{}", support::log(run));
            }
            _ => {}
        }
    }
}

/// The ledger's picture of the stores, folded from records, is what they hold.
fn books_are_right(run: &Simulation) {
    let (ledger, world) = (run.history().ledger(), run.world());
    for &key in ledger.keys() {
        let account = ledger.key(key).expect("it is among the keys");
        let entry = account.entry.map(|entry| (entry.value, entry.expires_us));
        let held = world.cache().peek(key).map(|entry| (entry.value, entry.expires_us));
        assert_eq!(entry, held, "{}", run.names().text(key));
        let row = account.row.map(|row| row.value).filter(|value| !value.is_none());
        assert_eq!(row, world.database().read(key).map(|row| row.value));
    }
    for (key, _) in world.cache().entries() {
        assert!(ledger.key(key).is_some());
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_run(scenario in any_scenario()) {
        let mut run = begin(&scenario);
        let mut copy = None;
        for at_us in [1_000_000, 2_500_000, 5_000_000, 60_000_000] {
            run.advance(at_us, u32::MAX);
            add_up(&run);
            books_are_right(&run);
            verdicts_are_right(&run);
            support::chains_are_true(&run);
            copy.get_or_insert_with(|| run.clone());
        }
        // everything is mended, and nobody asks for anything: it comes to rest
        // between two turns of the loops, whose periods are whole seconds or a
        // part of one
        run.advance(199_990_000, u32::MAX);
        let lossy = scenario["topology"]["network"]["default"]["loss_ppm"] != 0;
        if !lossy {
            let mut quiet = false;
            for ms in 0..1_000 {
                run.advance(199_990_000 + ms * 1_000, u32::MAX);
                quiet |= run.world().is_quiet();
            }
            prop_assert!(quiet, "{:?}", run.world().tasks().map(|(_, t)| t).collect::<Vec<_>>());
        }
        // the same again, and a copy of the middle, come to the same end
        run.advance(201_000_000, u32::MAX);
        let mut again = begin(&scenario);
        again.advance(201_000_000, u32::MAX);
        let mut copy = copy.expect("it was taken at 1 s");
        copy.advance(201_000_000, u32::MAX);
        for other in [again, copy] {
            prop_assert_eq!(run.history().checksum(), other.history().checksum());
            prop_assert_eq!(run.world().digest(), other.world().digest());
            prop_assert_eq!(run.report(), other.report());
        }
    }
    /// What a person did, step by step, happens again when it is replayed.
    #[test]
    fn a_session_replays(
        strategy in prop::sample::select(STRATEGIES),
        session in prop::collection::vec((0..12u32, action()), 1..30),
        latency_us in prop_oneof![Just(0u64), Just(250)],
    ) {
        let link = json!({"latency": {"kind": "constant", "us": latency_us}});
        let scenario = json!({
            "strategies": [{"strategy": strategy}],
            "rows": {"each": {"a": 0, "b": 0}},
            "topology": {"replica": {}, "network": {"default": link}},
        });
        let mut live = begin(&scenario);
        for (steps, action) in session {
            for _ in 0..steps {
                live.step();
            }
            let what = serde_json::from_value(action).expect("an action");
            // one that cannot be done is not recorded
            let _ = live.act(what);
        }
        let end_us = live.now_us() + 1_000_000;
        live.advance(end_us, u32::MAX);
        let mut replay = begin(&serde_json::to_value(live.scenario()).expect("JSON"));
        replay.advance(end_us, u32::MAX);
        prop_assert_eq!(live.log_tail(1_000), replay.log_tail(1_000));
        prop_assert_eq!(live.world().digest(), replay.world().digest());
    }
}
