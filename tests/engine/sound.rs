//! What is true of every report: its lists agree with its totals, its intervals
//! join, and every violation has a chain of causes.

use serde_json::{Value, json};
use stalemate::history::{KeyState, Promised};
use stalemate::lesson::judge;
use stalemate::simulate::Simulation;

use crate::chains::chains_are_true;
use crate::support::run;

/// Chains are of two to six events, intervals join, and lists agree with totals.
#[track_caller]
pub fn sound(run: &Simulation) {
    chains_are_true(run);
    let report = run.report();
    for each in run.history().ledger().violations() {
        let told: Vec<_> =
            each.cause.iter().map(|c| stalemate::history::cause(*c, run.names())).collect();
        assert!(
            (2..=6).contains(&told.len()),
            "{} {}: {told:#?}",
            each.kind.name(),
            each.op.label()
        );
        assert!(each.cause.is_sorted_by_key(|cause| cause.at_us), "{told:#?}");
        assert!(each.cause.iter().all(|cause| cause.at_us <= report.at_us), "{told:#?}");
    }
    let of = |kind: &str| {
        report.violations.iter().filter(|each| each.kind.name() == kind).count() as u64
    };
    for (kind, total) in [
        ("lost write", report.writes.lost),
        ("overtaken write", report.writes.overtaken),
        ("stale read", report.reads.stale),
        ("dirty read", report.reads.dirty),
        ("phantom read", report.reads.phantom),
        ("foreign-read", report.reads.foreign),
        ("unfounded-read", report.reads.unfounded),
        ("lost-update", report.writes.lost_update),
        ("applied-twice", report.writes.applied_twice),
        ("given-up", report.writes.given_up),
    ] {
        assert_eq!(of(kind), total.min(1_000), "{kind}");
    }
    let breaks = |promise: Promised| {
        report.violations.iter().filter(|each| each.breaks.contains(&promise)).count() as u64
    };
    if report.violations.len() < 1_000 {
        assert_eq!(breaks(Promised::ReadYourWrites), report.sessions.read_your_writes);
        assert_eq!(breaks(Promised::MonotonicReads), report.sessions.monotonic_reads);
        assert_eq!(breaks(Promised::Linearizability), report.linearizability.violated);
    }
    let (mut stale, mut longest) = (0, 0);
    for (at, each) in report.intervals.iter().enumerate() {
        let next = report.intervals[at + 1..]
            .iter()
            .find(|next| next.key == each.key && next.cache_name == each.cache_name);
        assert_eq!(each.until_us, next.map(|next| next.from_us), "{each:?}");
        assert_eq!(each.ended.as_ref(), next.map(|next| &next.began));
        assert!(next.is_none_or(|next| next.state != each.state), "{each:?} {next:?}");
        if each.state == KeyState::Stale {
            let for_us = each.until_us.unwrap_or(report.at_us) - each.from_us;
            stale += for_us;
            longest = longest.max(for_us);
        }
    }
    if report.intervals.len() < 10_000 && run.scenario().history.keep.is_none() {
        assert_eq!((report.staleness_us.total, report.staleness_us.max), (stale, longest));
    }
    let sum = |of: fn(&stalemate::history::Bucket) -> u64| -> u64 {
        run.history().ledger().series().steps().iter().map(of).sum()
    };
    assert_eq!(sum(|step| step.counts.reads), report.reads.total);
    assert_eq!(sum(|step| step.counts.writes), report.writes.total);
    assert_eq!(sum(|step| step.counts.hits), report.reads.hits);
    assert_eq!(sum(|step| step.counts.misses), report.reads.misses);
    assert_eq!(sum(|step| step.counts.stale), report.reads.stale);
    let told = report.reads.dirty + report.reads.phantom;
    assert_eq!(sum(|step| step.dirty) + sum(|step| step.phantom), told);
    assert_eq!(
        sum(|step| step.counts.failed_reads + step.counts.failed_writes),
        report.reads.failed + report.writes.failed
    );
    assert_eq!(sum(|step| step.counts.database_reads), report.database.reads);
    assert_eq!(sum(|step| step.counts.database_writes), report.database.writes);
    assert!(report.writes.unknown <= report.writes.failed);
    assert!(report.writes.acknowledged + report.writes.failed <= report.writes.total);
    if let Some(last) = report.series.steps.last() {
        assert_eq!(last.lost, report.writes.lost);
        let held = report.cache.entries as u64;
        match run.scenario().topology.clusters().is_empty() {
            true => assert_eq!(last.entries, held),
            // some may be left where nobody looks for them
            false => assert!(last.entries <= held, "{} of {held}", last.entries),
        }
    }
}

fn shown(report: &stalemate::history::Report) -> Value {
    let mut value = serde_json::to_value(report).unwrap();
    value["intervals"] = json!(null);
    value
}

/// A bounded history forgets records, not totals.
#[test]
fn what_is_kept_changes_no_total() {
    for preset in stalemate::scenario::preset::all() {
        let mut scenario: Value = serde_json::from_str(preset.json).unwrap();
        if scenario["workloads"].as_array().is_some_and(|all| !all.is_empty()) {
            let end = scenario["duration_us"].as_u64().unwrap_or(60_000_000);
            scenario["duration_us"] = json!(end.min(20_000_000));
        }
        scenario["history"] = json!({});
        let full = run(&scenario).report();
        scenario["history"] = json!({"keep": 10});
        let few = run(&scenario).report();
        assert_eq!(shown(&full), shown(&few), "{}", preset.id);
        scenario["history"] = json!({"verdicts": false});
        let blind = run(&scenario).report();
        assert_eq!(full.latency_us, blind.latency_us, "{}", preset.id);
        assert_eq!(full.reads.total, blind.reads.total);
        assert_eq!((full.reads.hits, full.reads.misses), (blind.reads.hits, blind.reads.misses));
        assert_eq!(full.reads.failed, blind.reads.failed);
        assert_eq!(full.writes.acknowledged, blind.writes.acknowledged);
        assert_eq!(
            (full.writes.failed, full.writes.unknown),
            (blind.writes.failed, blind.writes.unknown)
        );
        assert_eq!(full.database.reads, blind.database.reads);
        assert_eq!(full.queue.max_depth, blind.queue.max_depth, "{}", preset.id);
    }
}

/// Every violation of every preset has its chain, and every list its total; and it
/// comes to what it expects.
#[test]
fn presets_are_sound_and_come_to_what_they_expect() {
    for preset in stalemate::scenario::preset::all() {
        let scenario: Value = serde_json::from_str(preset.json).unwrap();
        println!("{}", preset.id);
        let run = run(&scenario);
        sound(&run);
        let findings = judge(&run).expect("paths that there are");
        let unmet: Vec<_> = findings.iter().filter(|each| !each.holds).collect();
        assert!(unmet.is_empty(), "{}: {unmet:#?}", preset.id);
    }
}
