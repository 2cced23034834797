//! Any scenario, whatever breaks in it: it ends, its totals add up, it comes to
//! rest once everything is mended, and it goes the same way each time.

use std::collections::{BTreeMap, BTreeSet};

use crate::any::{STRATEGIES, action, any_scenario};
use crate::support::begin;
use proptest::prelude::*;
use serde_json::json;
use stalemate::event::{Event, Fault, ReadVerdict, RequestEnd};
use stalemate::history::KeyState;
use stalemate::simulate::Simulation;
use stalemate::strategy::value::{Origin, Symbol};
use stalemate::vocabulary::CacheId;
use stalemate::world::Kind;

pub fn add_up(run: &Simulation) {
    let report = run.report();
    let (reads, writes) = (&report.reads, &report.writes);
    assert!(reads.hits + reads.misses <= reads.total);
    assert!(reads.stale + reads.dirty + reads.phantom + reads.failed <= reads.total, "{reads:?}");
    assert!(writes.acknowledged + writes.failed <= writes.total);
    assert!(writes.committed <= writes.total, "{writes:?}");
    // what was acknowledged is in the database, on its way or lost; or the
    // cache alone has it, and then the key is a phantom
    let known = writes.committed + writes.pending + writes.lost + writes.given_up;
    let phantoms = report.divergence.iter().any(|each| each.state == KeyState::Phantom);
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
pub fn verdicts_are_right(run: &Simulation) {
    let mut writes: BTreeMap<(Symbol, Origin), Known> = BTreeMap::new();
    let mut scripts = BTreeSet::new();
    let mut began = BTreeMap::new();
    for (seq, (_, record)) in run.history().since(0).enumerate() {
        let mut committed = |key: Symbol, origin: Origin, version: Option<i64>| {
            let known = Known { key, started: seq, acked: None, version };
            let known = writes.entry((key, origin)).or_insert(known);
            known.version = version.or(known.version);
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
                Fault::OutsideWrite { op, key, .. } | Fault::OutsideDelete { op, key, .. },
            ) => {
                let known = Known { key, started: seq, acked: Some(seq), version: None };
                writes.insert((key, op.origin()), known);
                if let Event::Fault(Fault::OutsideDelete { .. }) = record.event {
                    scripts.insert(op.origin());
                }
            }
            Event::Ended { op, key, outcome: RequestEnd::Returned(_), .. }
                if op.kind().writes() =>
            {
                writes.get_mut(&(key, op.origin())).expect("it has started").acked = Some(seq);
            }
            Event::Committed { commit, .. } => {
                committed(commit.key, commit.value.origin, Some(commit.version));
            }
            Event::NothingToDelete { key, write, .. } => {
                let rows = writes.values().filter(|each| each.key == key);
                let version = rows.filter_map(|each| each.version).max();
                if let Some(known) = writes.get_mut(&(key, write)) {
                    // a second try finds what the first has done
                    known.version = known.version.or(Some(version.unwrap_or(0)));
                }
            }
            Event::Judged { op, key, value, verdict, .. } => {
                let began = began[&op];
                let unknown = Known { key, started: 0, acked: Some(0), version: None };
                let misses = |origin: Option<Origin>, returned: &Known| {
                    writes.iter().any(|((of, write), newer)| {
                        *of == key
                            && Some(*write) != origin
                            && newer.acked.is_some_and(|acked| acked < began)
                            && is_newer(newer, returned)
                    })
                };
                let made = (!value.is_none()).then_some(value.origin);
                let returned = made.and_then(|origin| writes.get(&(key, origin)).copied());
                let returned = returned.unwrap_or(unknown);
                if matches!(verdict, ReadVerdict::Dirty | ReadVerdict::Phantom) {
                    assert_eq!(returned.version, None, "{op:?}: the database has held it");
                    continue;
                }
                // nothing is what any deletion leaves, and what was there at first
                let deletions = || {
                    writes.iter().filter(|((of, origin), _)| {
                        let kind = stalemate::world::OpId::of(*origin).kind();
                        *of == key && (kind == Kind::Delete || scripts.contains(origin))
                    })
                };
                let missed = misses(made, &returned)
                    && (made.is_some()
                        || deletions().all(|((_, origin), known)| misses(Some(*origin), known)));
                let stale = matches!(verdict, ReadVerdict::Stale { .. });
                assert_eq!(stale, missed, "{op:?} {verdict:?}\n{}", crate::support::log(run));
            }
            _ => {}
        }
    }
}

/// The ledger's picture of the stores, folded from records, is what they hold.
pub fn books_are_right(run: &Simulation) {
    let (ledger, world) = (run.history().ledger(), run.world());
    for &key in ledger.keys() {
        let account = ledger.key(key).expect("it is among the keys");
        for (id, cache) in world.caches().iter() {
            let entry = account.caches.get(id).and_then(|cache| cache.entry);
            let entry = entry.map(|entry| (entry.value, entry.expires_us));
            // what nobody asks for is no part of the picture
            let held = cache.peek(key).filter(|_| world.can_find(id, key));
            let held = held.map(|entry| (entry.value, entry.expires_us));
            assert_eq!(entry, held, "{} in {id:?}", run.names().text(key));
        }
        let row = account.row.map(|row| row.value).filter(|value| !value.is_none());
        assert_eq!(row, world.database().read(key).map(|row| row.value));
    }
    for (key, _) in world.cache(CacheId::FIRST).entries() {
        assert!(ledger.key(key).is_some());
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
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
            crate::chains::chains_are_true(&run);
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
        prop_assert_eq!(live.view().log_tail(1_000), replay.view().log_tail(1_000));
        prop_assert_eq!(live.world().digest(), replay.world().digest());
    }
}
