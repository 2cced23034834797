//! What a person who opens a preset sees happen, as text.
//!
//! A short preset is its whole log; a long one its totals, a number of which
//! changes where the engine's behaviour does. Those that show a claim are held to
//! its numbers in `tests/engine/claims`. After a change that is meant, run
//! `INSTA_UPDATE=always cargo test --test documents` and read the difference.

use std::fmt::Write;

use stalemate::history::Report;
use stalemate::scenario::preset::{self, Preset};
use stalemate::simulate::{Advance, Simulation};

/// A log of more lines than this is not read in a review.
const READABLE: usize = 60;

#[test]
fn each_does_what_it_did() {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("snapshots/presets");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for group in preset::GROUPS.iter().filter(|group| !group.claims) {
            // lessons are played in `tests/documents/lessons`
            let lesson = |preset: &&Preset| preset.scenario().lesson.is_some();
            for preset in group.presets.iter().filter(|preset| !lesson(preset)) {
                insta::assert_snapshot!(preset.id, seen(preset));
            }
        }
    });
}

/// The log, or the totals, and the differences that remain at the end.
fn seen(preset: &Preset) -> String {
    let scenario = preset.scenario();
    let mut simulation = Simulation::new(&scenario).unwrap();
    assert_eq!(simulation.advance(scenario.duration_us, u32::MAX), Advance::Reached);
    let report = simulation.report();
    let log = simulation.view().log_from(0, READABLE + 1);
    let mut text = format!("{}\n\n", scenario.title);
    if log.len() <= READABLE {
        for line in log {
            let ms = line.at_us / 1_000;
            writeln!(text, "{ms:>6}.{:03} ms  {}", line.at_us % 1_000, line.text).unwrap();
        }
        text.push('\n');
    }
    text + &totals(&report)
}

fn totals(report: &Report) -> String {
    let (reads, writes) = (&report.reads, &report.writes);
    let (read, write) = (&report.latency_us.read, &report.latency_us.write);
    let (database, cache, queue) = (&report.database, &report.cache, &report.queue);
    let ms = |us: Option<u64>| {
        us.map_or("none".to_owned(), |us| format!("{}.{:03}", us / 1_000, us % 1_000))
    };
    let mut text = format!(
        "reads     {} · {} hits · {} misses · {} stale · {} dirty · {} phantom · {} failed\n\
         writes    {} · {} acknowledged · {} committed · {} pending · {} lost · {} overtaken · {} failed\n\
         read ms   p50 {} · p99 {} · max {}\n\
         write ms  p50 {} · p99 {} · max {}\n\
         database  {} reads · {} writes · {} loads of one key at once\n\
         cache     {} entries · {} never read · {} evictions · {} expirations\n\
         queue     {} deep · {} absorbed · {} dead letters\n\
         stale ms  max {} · total {}\n",
        reads.total,
        reads.hits,
        reads.misses,
        reads.stale,
        reads.dirty,
        reads.phantom,
        reads.failed,
        writes.total,
        writes.acknowledged,
        writes.committed,
        writes.pending,
        writes.lost,
        writes.overtaken,
        writes.failed,
        ms(read.p50),
        ms(read.p99),
        ms(read.max),
        ms(write.p50),
        ms(write.p99),
        ms(write.max),
        database.reads,
        database.writes,
        database.max_concurrent_loads_of_one_key,
        cache.entries,
        cache.never_read,
        cache.evictions,
        cache.expirations,
        queue.max_depth,
        queue.absorbed,
        queue.dead_letters,
        ms(Some(report.staleness_us.max)),
        ms(Some(report.staleness_us.total)),
    );
    for each in &report.divergence {
        let (cache, database) = (serde_json::json!(each.cache), serde_json::json!(each.database));
        writeln!(text, "{} {}: {cache}, the database {database}", each.key, each.state).unwrap();
    }
    for error in &report.errors {
        writeln!(text, "line {}, {} times: {}", error.line, error.times, error.message).unwrap();
    }
    text
}
