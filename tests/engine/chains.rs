//! Chains of causes, against the records that they tell of.

use stalemate::event::{Cause, Event, Happening, Record, RequestEnd};
use stalemate::simulate::Simulation;
use stalemate::store::cache::{CacheEffect, Removal};
use stalemate::store::queue::QueueEffect;
use stalemate::strategy::value::Symbol;
use stalemate::world::ProcessId;

/// Every event of every chain is in the records, at its time and of its key; a
/// chain has two to six of them, in the order of time, and none after what it
/// explains.
#[track_caller]
pub fn chains_are_true(run: &Simulation) {
    if run.scenario().history.keep.is_some() {
        return;
    }
    let records: Vec<&Record> = run.history().since(0).map(|(_, record)| record).collect();
    let ledger = run.history().ledger();
    let check = |what: &str, key: Symbol, chain: &[Cause], until_us: u64| {
        let told: Vec<_> =
            chain.iter().map(|each| stalemate::history::cause(*each, run.names())).collect();
        let told = format!("{what} {}: {told:#?}\n{chain:#?}", run.names().text(key));
        assert!(chain.is_sorted_by_key(|cause| cause.at_us), "{told}");
        for (at, each) in chain.iter().enumerate() {
            assert!(each.at_us <= until_us, "after what it explains: {told}");
            assert!(!chain[..at].contains(each), "twice: {told}");
            let key = each.key.unwrap_or(key);
            if let Happening::Saw { by, replica, .. } = each.what {
                // it looked then, and came back later
                let looked = |record: &&Record| match record.event {
                    Event::LoadEnded { op, key: of, seen: Some(seen) } => {
                        !replica && op == by && of == key && seen.at_us == each.at_us
                    }
                    Event::ReplicaRead { op, key: of, seen, .. } => {
                        replica && op == by && of == key && seen.at_us == each.at_us
                    }
                    _ => false,
                };
                assert!(
                    records.iter().any(looked),
                    "{each:?} in {told}\n{}",
                    crate::support::log(run)
                );
                continue;
            }
            let first = records.partition_point(|record| record.at_us < each.at_us);
            let mut now = records[first..].iter().take_while(|record| record.at_us == each.at_us);
            assert!(
                now.any(|record| happened(each.what, key, &record.event)),
                "{each:?} in {told}\n{}",
                crate::support::log(run)
            );
        }
    };
    for each in ledger.violations() {
        let what = format!("{} {}", each.kind.name(), each.op.label());
        assert!(
            (2..=6).contains(&each.cause.len()),
            "{what}: {:?}\n{}",
            each.cause,
            crate::support::log(run)
        );
        check(&what, each.key, &each.cause, each.at_us);
    }
    for &key in ledger.keys() {
        let account = ledger.key(key).expect("it is among the keys");
        for (id, cache) in account.caches.iter() {
            let chain = ledger.why_different(key, id);
            check("divergence", key, &chain, run.now_us());
            if !cache.state.differs() {
                continue;
            }
            assert!(
                (2..=6).contains(&chain.len()),
                "{} {chain:?}\n{}",
                run.names().text(key),
                crate::support::log(run)
            );
        }
    }
}

/// Whether a record is the one that an event of a chain tells of.
pub fn happened(what: Happening, key: Symbol, event: &Event) -> bool {
    match (what, *event) {
        (Happening::Present, Event::Cache { effect: CacheEffect::Set { key: of, .. }, .. }) => {
            of == key
        }
        (Happening::Began { op, .. }, Event::Started { op: of, .. }) => of == op,
        (
            Happening::Acknowledged { write },
            Event::Ended { op, outcome: RequestEnd::Returned(_), .. },
        ) => op.origin() == write,
        (Happening::NeverCommitted { .. }, _) => true,
        (Happening::Faulted { fault }, Event::Fault(of)) => fault == of,
        (Happening::RequestFailed { op }, Event::Ended { op: of, outcome, .. }) => {
            op == of && !matches!(outcome, RequestEnd::Returned(_))
        }
        (Happening::Acknowledged { write }, Event::Initial { key: of, .. }) => {
            write.0 == 0 && of == key
        }
        (Happening::NotAcknowledged { write }, Event::Ended { op, outcome, .. }) => {
            op.origin() == write && !matches!(outcome, RequestEnd::Returned(_))
        }
        (
            Happening::Committed { write, version }
            | Happening::CommittedOutside { write, version },
            Event::Committed { op, commit },
        ) => {
            // a background task deletes for whom a queue had told it, and a request may write
            // another one's value back
            let is_it =
                [commit.value.origin, op.origin()].contains(&write) || commit.value.is_none();
            commit.key == key && is_it && commit.version == version
        }
        (Happening::Committed { write, .. }, Event::NothingToDelete { key: of, write: by, .. }) => {
            of == key && (by == write || by.0 == 0)
        }
        (
            Happening::Cached { by, cache, write },
            Event::Cache { op, cache: into, effect: CacheEffect::Set { key: of, value, .. } },
        ) => {
            (op, into) == (by, cache)
                && (of == key || write.0 < u32::MAX - 1)
                && (value.origin == write || write.0 == u32::MAX - 1)
        }
        (
            Happening::Added { by, cache },
            Event::Cache { op, cache: into, effect: CacheEffect::Set { key: of, .. } },
        ) => (op, into, of) == (by, cache, key),
        (
            Happening::Invalidated { by, cache, found: true },
            Event::Cache {
                op,
                cache: from,
                effect: CacheEffect::Removed { key: of, why: Removal::Deleted, .. },
            },
        ) => (op, from) == (by, cache) && of == key,
        (
            Happening::Invalidated { by, cache, found: false },
            Event::Cache { op, cache: from, effect: CacheEffect::NothingToDelete { key: of } },
        ) => (op, from) == (by, cache) && of == key,
        (
            Happening::Gone { cache, why },
            Event::Cache {
                cache: from, effect: CacheEffect::Removed { key: of, why: is, .. }, ..
            },
        ) => (of, from) == (key, cache) && is == why,
        (Happening::CallFailed { by, verb, error }, Event::Failed { op, what, error: is, .. }) => {
            op == by && what.verb == verb && is == error
        }
        (Happening::CallTimedOut { by, verb }, Event::TimedOut { op, what, .. }) => {
            op == by && what.verb == verb
        }
        (
            Happening::Unheard { by, app },
            Event::Dropped { op, from: ProcessId::Cache(_), to: ProcessId::App(to), .. },
        ) => (by, app) == (op, to),
        (
            Happening::Queued { write },
            Event::Queue {
                effect: QueueEffect::Pushed { value, .. } | QueueEffect::Merged { value, .. },
                ..
            },
        ) => value.origin == write,
        (
            Happening::Absorbed { older, newer },
            Event::Queue { effect: QueueEffect::Merged { absorbed, value, .. }, .. },
        ) => absorbed == older && value.origin == newer,
        (
            Happening::Absorbed { older, newer },
            Event::Cache { effect: CacheEffect::Set { value, replaced, .. }, .. },
        ) => replaced == Some(older) && value.origin == newer,
        (
            Happening::QueueDied { write },
            Event::Queue { effect: QueueEffect::Dropped { origin, .. }, .. },
        ) => origin == write,
        (
            Happening::TakenOff { write },
            Event::Queue { effect: QueueEffect::Acked { origin, .. }, .. },
        ) => origin == write,
        (Happening::LetGo { .. }, Event::TaskEnded { .. }) => true,
        (Happening::TaskEnded { write }, Event::TaskEnded { op, .. }) => op.origin() == write,
        (
            Happening::Returned { op, .. },
            Event::Ended { op: of, outcome: RequestEnd::Returned(_), .. },
        ) => of == op,
        (
            Happening::Restored { write },
            Event::Cache { effect: CacheEffect::Set { key: of, value, .. }, .. },
        ) => of == key && (value.origin == write || write.0 >= u32::MAX - 1),
        (
            Happening::AskedAgain { cache, write },
            Event::Cache { cache: of_it, effect: CacheEffect::Set { key: of, value, .. }, .. },
        ) => (of, of_it) == (key, cache) && (value.origin == write || write.0 >= u32::MAX - 1),
        (Happening::Refused { by, .. }, Event::NotSwapped { op, .. }) => op == by,
        (Happening::Joined { op, of }, Event::Joined { op: by, of: run, .. }) => {
            (op, of) == (by, run)
        }
        (Happening::RolledBack { write }, Event::RolledBack { write: by, .. }) => write == by,
        (
            Happening::SetAside { write },
            Event::Queue { effect: QueueEffect::DeadLettered { origin, .. }, .. },
        ) => origin == write,
        (
            Happening::Ignored { write },
            Event::Queue { effect: QueueEffect::Ignored { origin, .. }, .. },
        ) => origin == write,
        (
            Happening::CameAgain { write },
            Event::Queue { effect: QueueEffect::Returned { value, .. }, .. },
        ) => value.origin == write,
        (
            Happening::Replayed { write },
            Event::Queue { effect: QueueEffect::Replayed { origin, .. }, .. },
        ) => origin == write,
        (Happening::QueueDied { .. }, Event::Queue { effect, .. }) => {
            effect == QueueEffect::DeadLettersDropped
        }
        (Happening::AppliedAgain { version, .. }, Event::Committed { commit, .. }) => {
            commit.key == key && commit.version == version
        }
        (Happening::OverwroteWithout { by, .. }, Event::Committed { op, commit }) => {
            commit.key == key && [commit.value.origin, op.origin()].contains(&by)
        }
        (Happening::Overwrote { older, .. }, Event::Committed { commit, .. }) => {
            commit.key == key && (commit.value.origin == older || commit.value.is_none())
        }
        _ => false,
    }
}
