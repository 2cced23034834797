//! Choosing and mixing: the tables that courses print, made by running.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stalemate::history::{Report, ViolationKind};
use stalemate::strategy::builtin as built_in;

use super::play::{document, moments, play, under};
use crate::support::{builtin, check, compare, run, with};

/// The strategies that courses compare.
const FUNDAMENTAL: [&str; 5] =
    ["cache-aside", "read-through", "write-through", "write-behind", "write-around"];

#[test]
fn mx1_flags_views_and_profiles_each_have_the_strategy_that_suits_them() {
    let mixed = play("mx1");
    compare(&mixed, &json!({"errors": []}));
    let report = mixed.report();
    // the flag is served from the cache, right, 89 ms after it was acknowledged
    assert_eq!(moments(&mixed, "read flags:dark-mode = True in 1 ms, fresh"), [5_101_000]);
    // now and then a slow reader brings an old profile back, and never an old flag
    let mut stale = report.violations.iter().filter(|each| each.kind == ViolationKind::StaleRead);
    assert!(stale.all(|each| each.key.starts_with("user:")));
    assert!(report.reads.stale * 50 <= report.reads.total);
    // sixty views a second are flushed each 5 s; killed at 24.5 s, those since 20 s are
    // lost, and nothing else is: about 270
    let lost: Vec<_> =
        report.violations.iter().filter(|each| each.kind == ViolationKind::LostWrite).collect();
    assert!(lost.iter().all(|each| each.key.starts_with("views:")));
    assert!(lost.iter().all(|each| (20_000_000..24_501_000).contains(&each.at_us)));
    assert!((200..=340).contains(&report.writes.lost), "{}", report.writes.lost);
    // five counters and eight flushes, the flag, and a few profiles
    assert!(report.database.writes <= 40 + 1 + 150, "{}", report.database.writes);
    // profiles are read while the cache is down: only views fail then, 1.5 s of them
    assert_eq!(report.reads.failed, 0);
    assert!((50..=130).contains(&report.writes.failed), "{}", report.writes.failed);
    // one strategy for all: nothing is lost, each view is a statement, the flag misses
    let one =
        check(under("mx1", builtin("cache-aside")), json!({"writes": {"lost": 0, "failed": 0}}));
    assert!(one.report().database.writes >= 2_000);
    assert!(moments(&one, "read flags:dark-mode = True in 1 ms, fresh").is_empty());
    // or the other: the views are as cheap, and flags and profiles fail with the cache
    let behind = json!({"strategy": "write-behind-counters", "parameters": {"INTERVAL": 5}});
    assert!(run(&under("mx1", behind)).report().reads.failed > 0);
}

/// A row of the table.
#[derive(Debug)]
struct Measured {
    /// The median of a write's latency.
    write_us: u64,
    stale: u64,
    /// Reads of what the cache has and the database has not: for these the cache is
    /// the source of truth.
    dirty: u64,
    lost: u64,
    database_reads: u64,
    database_writes: u64,
    /// Entries at the end, twenty seconds after the crash.
    entries: usize,
    /// Lines of the program that are not comments.
    lines: usize,
}

fn table() -> BTreeMap<&'static str, Measured> {
    let measured = FUNDAMENTAL.map(|id| {
        let report = run(&under("mx2", builtin(id))).report();
        let source = built_in::find(id).expect("a built-in").source;
        let says = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
        let row = Measured {
            write_us: report.latency_us.write.p50.expect("there are writes"),
            stale: report.reads.stale,
            dirty: report.reads.dirty,
            lost: report.writes.lost,
            database_reads: report.database.reads,
            database_writes: report.database.writes,
            entries: report.cache.entries,
            lines: source.lines().filter(says).count(),
        };
        (id, row)
    });
    measured.into_iter().collect()
}

#[test]
fn mx2_the_comparison_tables_come_out_of_one_workload() {
    // side by side: only keys of the write-behind prefix lose anything
    let side_by_side = play("mx2").report();
    assert!(side_by_side.writes.lost > 0);
    let mut lost =
        side_by_side.violations.iter().filter(|each| each.kind == ViolationKind::LostWrite);
    assert!(lost.all(|each| each.key.starts_with("behind:")));

    let table = table();
    let [aside, read, through, behind, around] = FUNDAMENTAL.map(|id| &table[id]);
    let all = [aside, read, through, behind, around];
    // write latency: a trip to the cache; the database; the database and the cache
    assert_eq!(behind.write_us, 1_000);
    assert_eq!(around.write_us, 10_500);
    assert_eq!([aside, read, through].map(|each| each.write_us), [11_000; 3]);
    // freshness: write-through is right, an invalidation is but for its races, and
    // write-around is not before its TTL
    assert_eq!(through.stale, 0, "{table:#?}");
    for each in [aside, read] {
        assert!(each.stale < around.stale / 20, "{table:#?}");
    }
    // the source of truth is the database for all but write-behind ...
    assert!(all.iter().all(|each| (each.dirty > 0) == std::ptr::eq(*each, behind)));
    // ... which alone loses writes in the same crash: those of half a second, of forty a second
    assert!(all.iter().all(|each| (each.lost > 0) == std::ptr::eq(*each, behind)));
    assert!((8..=35).contains(&behind.lost), "{table:#?}");
    // database load: what is updated in the cache need not be loaded again, and what
    // is coalesced need not be written
    for each in [aside, read, around] {
        assert!(each.database_reads > through.database_reads);
        assert!(each.database_reads > behind.database_reads);
    }
    for each in [aside, read, through, around] {
        assert!(each.database_writes > behind.database_writes * 6 / 5, "{table:#?}");
    }
    // memory: what was asked for, and not what was merely written
    for each in [aside, read, around] {
        assert!(each.entries < through.entries && each.entries < behind.entries, "{table:#?}");
    }
    // complexity, as far as lines of code measure it
    assert!(all.iter().all(|each| each.lines >= around.lines && each.lines <= behind.lines));
}

/// What an application may need of a kind of data, and how a run shows that it has it.
struct Need {
    /// The keys of that data in the preset.
    prefix: &'static str,
    what: &'static str,
    met: fn(&Report) -> bool,
    /// Those of the fundamental strategies that meet it; all others are ruled out.
    by: &'static [&'static str],
}

const NEEDS: [Need; 5] = [
    Need {
        prefix: "profile:",
        what: "go on while the cache is down, and never lose a write",
        met: |report| {
            report.reads.failed == 0 && report.writes.failed == 0 && report.writes.lost == 0
        },
        by: &["cache-aside"],
    },
    Need {
        prefix: "page:",
        what: "load a page once however many miss it, and never lose a write",
        met: |report| {
            report.database.max_concurrent_loads_of_one_key == 1 && report.writes.lost == 0
        },
        by: &["read-through"],
    },
    Need {
        prefix: "balance:",
        what: "never lose an acknowledged write, and read it fresh, from the cache",
        met: |report| {
            let reads = &report.reads;
            report.writes.lost == 0
                && reads.stale + reads.dirty + reads.phantom == 0
                && reads.hits * 10 >= (reads.hits + reads.misses) * 9
        },
        by: &["write-through"],
    },
    Need {
        prefix: "click:",
        what: "write at cache speed and spare the database; a second of clicks may be lost",
        met: |report| {
            // thirty a second
            report.latency_us.write.p99 <= Some(2_000)
                && report.database.writes * 5 <= report.writes.acknowledged
                && report.writes.lost <= 45
        },
        by: &["write-behind"],
    },
    Need {
        prefix: "log:",
        what: "import rows that nobody reads, with no trip to the cache and no room in it",
        met: |report| {
            let cache = &report.cache;
            report.latency_us.write.max <= Some(10_500)
                && cache.entries == 0
                && cache.never_read == 0
                && report.writes.committed == report.writes.total
        },
        by: &["write-around"],
    },
];

/// The part of the preset that is about one need, under one strategy.
fn part(prefix: &str, strategy: &str) -> Report {
    let all = document("mx3");
    let list = |name: &str| all[name].as_array().expect("a list").clone();
    let workloads: Vec<Value> =
        list("workloads").into_iter().filter(|each| each["keys"]["prefix"] == prefix).collect();
    let about = |action: &Value| match action["key"].as_str() {
        Some(key) => key.starts_with(prefix),
        None => true,
    };
    let actions: Vec<Value> = list("actions").into_iter().filter(about).collect();
    let scenario = with(
        all,
        json!({
            "workloads": workloads,
            "actions": actions,
            "strategies": [builtin(strategy)],
        }),
    );
    run(&scenario).report()
}

#[test]
fn mx3_the_decision_table_names_the_strategies_whose_runs_meet_the_need() {
    // the preset gives each kind of data the strategy that the table names for it
    let scenario = document("mx3");
    for (need, used) in NEEDS.iter().zip(scenario["strategies"].as_array().expect("a list")) {
        assert_eq!(used["strategy"], need.by[0]);
        assert_eq!(used["prefix"].as_str().unwrap_or("profile:"), need.prefix);
    }
    let mixed = play("mx3").report();
    let mut lost = mixed.violations.iter().filter(|each| each.kind == ViolationKind::LostWrite);
    assert!(lost.all(|each| each.key.starts_with("click:")), "only clicks may be lost");
    // and of all of them only those that it names meet the need
    for need in &NEEDS {
        let runs = FUNDAMENTAL.map(|id| (id, part(need.prefix, id)));
        let met: Vec<&str> =
            runs.iter().filter(|(_, report)| (need.met)(report)).map(|(id, _)| *id).collect();
        assert_eq!(met, need.by, "to {}", need.what);
    }
}
