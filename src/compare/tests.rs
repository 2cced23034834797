//! Tests of comparisons against single runs, and against scenarios written by hand.

use super::*;
use crate::expect;
use crate::scenario::{Scenario, StrategyUse, preset};
use crate::simulate::{Simulation, example};
use crate::view::KeyState;

fn play(scenario: &Scenario, name: &str) -> Run {
    let mut run = Run::new(scenario, &Candidate::parse(name).unwrap()).unwrap();
    while !run.advance(1_000) {}
    run
}

fn measured(scenario: &Scenario, names: &[&str]) -> Vec<Measured> {
    names.iter().map(|name| play(scenario, name).measured()).collect()
}

fn row<'a>(rows: &'a [Row], name: &str) -> &'a Row {
    rows.iter().find(|row| row.measure.name == name).expect(name)
}

fn values(row: &Row) -> Vec<Option<u64>> {
    row.cells.iter().map(|cell| cell.value).collect()
}

#[test]
fn each_run_of_a_comparison_is_the_run_that_it_would_be_alone() {
    for id in ["zipf-load", "ca6", "wb3", "hot-key"] {
        let scenario = Scenario { duration_us: 3_000_000, ..preset::find(id).unwrap().scenario() };
        for run in measured(&scenario, &["cache-aside", "write-behind", "leases"]) {
            let strategy = run.candidate.strategy.clone();
            let alone = StrategyUse { strategy, ..StrategyUse::default() };
            let alone = Scenario { strategies: vec![alone], ..scenario.clone() };
            let mut alone = Simulation::new(&alone).unwrap();
            alone.advance(scenario.duration_us, u32::MAX);
            assert_eq!(run.facts.number("at_us"), Some(scenario.duration_us), "{id}");
            // every number of the table is the report's
            let report = serde_json::to_value(alone.report()).unwrap();
            for (measure, cell) in MEASURES.iter().zip(&run.cells) {
                if measure.name.contains('.') {
                    let found = expect::value_at(measure.name, &report);
                    assert_eq!(found.and_then(|it| it.as_u64()), cell.value, "{}", measure.name);
                }
            }
        }
    }
}

#[test]
fn a_measure_with_a_path_is_a_field_of_every_report() {
    let report = serde_json::to_value(example().report()).unwrap();
    for measure in MEASURES.iter().filter(|measure| measure.name.contains('.')) {
        assert_eq!(expect::wrong_path(measure.name, &report), None);
    }
}

#[test]
fn best_and_worst_are_marked_where_runs_differ() {
    let scenario = preset::find("ca6").unwrap().scenario();
    let rows = rows(&measured(&scenario, &["cache-aside:TTL=5", "leases", "no-cache"]));
    let stale = row(&rows, "reads.stale");
    assert_eq!(values(stale), [Some(2), Some(0), Some(0)]);
    assert_eq!((&stale.best[..], &stale.worst[..]), (&[1, 2][..], &[0][..]));
    let lost = row(&rows, "writes.lost");
    assert_eq!((&lost.best[..], &lost.worst[..]), (&[][..], &[][..]));
    // a run without a cache has no hit ratio, and is neither best nor worst
    assert_eq!(values(row(&rows, "hit_ratio"))[2], None);
}

#[test]
fn a_moment_is_that_of_the_request_or_the_state_that_made_the_value() {
    let scenario = preset::find("ca6").unwrap().scenario();
    let rows = rows(&measured(&scenario, &["cache-aside:TTL=5"]));
    let moment = |name: &str| {
        let moment = row(&rows, name).cells[0].moment.clone().expect(name);
        (moment.at_us, moment.op)
    };
    assert_eq!(moment("reads.stale"), (501_000, Some("R3".to_owned())));
    // R1 put the old value in at 111 ms
    assert_eq!(moment("staleness_us.max"), (111_000, None));
    assert_eq!(moment("latency_us.write.p99").1.as_deref(), Some("W2"));
    assert_eq!(row(&rows, "writes.lost").cells[0].moment, None);
}

#[test]
fn the_most_entries_are_counted_when_they_are_there() {
    // thirty entries for two seconds of a long run, in the middle of a step of its series
    let reads = (0..30).map(|nth| {
        let at_us = 100_000_000 + nth * 1_000;
        format!(r#"{{"at_us": {at_us}, "do": "read", "key": "i:{nth}"}}"#)
    });
    let scenario = Scenario::parse(&format!(
        r#"{{"duration_us": 1000000000, "rows": {{"ranges": [{{"prefix": "i:", "count": 30, "value": 0}}]}},
        "actions": [{}, {{"at_us": 102000000, "do": "flush-cache"}}]}}"#,
        reads.collect::<Vec<_>>().join(", ")
    ))
    .unwrap();
    let rows = rows(&measured(&scenario, &["cache-aside"]));
    let most = &row(&rows, "memory").cells[0];
    let at_us = most.moment.as_ref().expect("a moment").at_us;
    assert_eq!((most.value, at_us), (Some(30), 100_040_000));
    let until = Scenario { duration_us: at_us, ..scenario };
    let there = play(&until, "cache-aside").simulation().report().cache.entries;
    assert_eq!(there, 30);
}

#[test]
fn a_failed_request_has_its_own_moment() {
    // a read fails once; later, while the database is down, writes fail, which is an outage
    let scenario = Scenario::parse(
        r#"{"rows": {"each": {"k": 0}}, "duration_us": 10000000, "actions": [
            {"at_us": 0, "do": "fail-next", "store": "database"},
            {"at_us": 1000, "do": "read", "key": "k"},
            {"at_us": 5000000, "do": "stop-database"},
            {"at_us": 5001000, "do": "write", "key": "k", "times": 4}]}"#,
    )
    .unwrap();
    let rows = rows(&measured(&scenario, &["cache-aside"]));
    let of = |name: &str| {
        let Cell { value, moment } = row(&rows, name).cells[0].clone();
        let moment = moment.expect(name);
        (value, moment.at_us / 1_000_000, moment.op)
    };
    assert_eq!(of("reads.failed"), (Some(1), 0, Some("R1".to_owned())));
    assert_eq!(of("writes.failed"), (Some(4), 5, Some("W2".to_owned())));
    assert_eq!(row(&rows, "outages.length").cells[0].value, Some(1));
}

#[test]
fn the_first_phantom_is_found_behind_a_thousand_dirty_reads() {
    let scenario = Scenario::parse(
        r#"{"rows": {"each": {"a": 0, "b": 0}}, "duration_us": 3000000, "actions": [
            {"at_us": 100000, "do": "write", "key": "a"},
            {"at_us": 200000, "do": "read", "key": "a", "times": 1001},
            {"at_us": 1200000, "do": "write", "key": "b"},
            {"at_us": 1300000, "do": "read", "key": "b"},
            {"at_us": 1400000, "do": "kill-cache"}]}"#,
    )
    .unwrap();
    let rows = rows(&measured(&scenario, &["write-behind"]));
    let phantom = &row(&rows, "reads.phantom").cells[0];
    assert_eq!(phantom.value, Some(1));
    assert_eq!(phantom.moment.as_ref().expect("a moment").op.as_deref(), Some("R1004"));
    assert_eq!(row(&rows, "reads.dirty").cells[0].value, Some(1_001));
}

#[test]
fn a_difference_is_of_every_cache() {
    let scenario = Scenario::parse(
        r#"{"rows": {"each": {"a": 0, "b": 0, "c": 0}}, "duration_us": 1000000,
        "topology": {"cache": {"nodes": 3}},
        "actions": [
            {"at_us": 0, "do": "read", "key": "a"},
            {"at_us": 0, "do": "read", "key": "b"},
            {"at_us": 0, "do": "read", "key": "c"},
            {"at_us": 100000, "do": "write", "key": "a", "value": 1}]}"#,
    )
    .unwrap();
    let [aside, around] = ["cache-aside", "write-around"].map(|name| play(&scenario, name));
    let difference = Difference::of(aside.simulation(), around.simulation());
    // each key is on one node
    assert_eq!(difference.keys.len(), 3);
    assert!(difference.keys.iter().all(|key| key.cache_name.is_some()));
    let differ: Vec<&KeyEnd> = difference.keys.iter().filter(|key| key.differs()).collect();
    let [a] = differ[..] else { panic!("{differ:?}") };
    assert!(a.label().starts_with("a in cache_"), "{}", a.label());
    assert_eq!((a.one.state, a.other.state), (KeyState::Cold, KeyState::Stale));
}

#[test]
fn a_quotient_of_nothing_proves_nothing() {
    let scenario = preset::find("ca6").unwrap().scenario();
    let names = ["cache-aside", "leases"].map(str::to_owned);
    let facts: Vec<Facts> =
        measured(&scenario, &["cache-aside", "leases"]).into_iter().map(|run| run.facts).collect();
    let claim = |text: &str| Claim::parse(text, &names).unwrap().judge(&facts);
    // two stale reads against none
    let finding = claim("cache-aside.reads.stale / leases.reads.stale <= 1");
    assert_eq!((finding.left, finding.holds), (None, false));
    assert!(claim("leases.reads.stale / cache-aside.reads.stale <= 1").holds);
}

#[test]
fn derived_measures_are_those_of_a_sum_done_by_hand() {
    let scenario = Scenario::parse(
        r#"{"rows": {"each": {"a": 1, "b": 2}}, "duration_us": 1280000, "actions": [
            {"at_us": 0, "do": "read", "key": "a"},
            {"at_us": 0, "do": "read", "key": "b"},
            {"at_us": 100000, "do": "read", "key": "a"},
            {"at_us": 200000, "do": "read", "key": "a"},
            {"at_us": 300000, "do": "outside-write", "key": "a", "value": 3},
            {"at_us": 400000, "do": "read", "key": "a"}]}"#,
    )
    .unwrap();
    let rows = rows(&measured(&scenario, &["cache-aside"]));
    let value = |name: &str| row(&rows, name).cells[0].value;
    assert_eq!(value("hit_ratio"), Some(600_000));
    assert_eq!(value("stale_share"), Some(200_000));
    assert_eq!(value("memory"), Some(2));
    assert_eq!(value("cache.never_read"), Some(1));
    assert_eq!(value("lines_of_code"), Some(29));
    // the quantity of a program is that of what it says
    assert_eq!(lines_of_code("# a\n\ndef read(key):\n    # b\n    return 1  # c\n"), 2);
}

#[test]
fn candidates_are_read_from_texts() {
    let texts = Candidate::split("cache-aside:TTL=5,JITTER=1, leases ,mine.py:N=2");
    assert_eq!(texts, ["cache-aside:TTL=5,JITTER=1", "leases", "mine.py:N=2"]);
    let candidate = Candidate::parse("cache-aside:TTL=5").unwrap();
    assert_eq!(candidate.name(), "cache-aside:TTL=5");
    let error = |text: &str| Candidate::parse(text).unwrap_err().to_string();
    assert!(error("lease").ends_with("did you mean leases?"));
    assert!(error("redis").contains("there are no-cache, cache-aside, "));
    assert!(error("leases:TTL").contains("NAME=VALUE"));
    let scenario = Scenario::default();
    let wrong = |text: &str| {
        let problems = Run::new(&scenario, &Candidate::parse(text).unwrap()).err().unwrap();
        problems[0].path.clone()
    };
    assert_eq!(wrong("cache-aside:TLT=5"), "strategies[0].parameters.TLT");
    assert_eq!(wrong("cache-aside:TTL=-5"), "strategies[0].parameters.TTL");
}

#[test]
fn runs_part_at_the_first_event_that_is_not_the_same() {
    let scenario = preset::find("ca6").unwrap().scenario();
    let (one, other) = (play(&scenario, "cache-aside"), play(&scenario, "write-around"));
    let difference = Difference::of(one.simulation(), other.simulation());
    let parting = difference.parting.expect("write-around deletes nothing");
    assert!(parting.before.unwrap().text.contains("the database read user:1"));
    let texts = [parting.one, parting.other].map(|line| line.unwrap().text);
    assert_eq!(texts[0], "W2: the cache has no user:1 to delete");
    assert_eq!(texts[1], "W2: acknowledged after 10.5 ms");
    let same = Difference::of(one.simulation(), play(&scenario, "cache-aside").simulation());
    assert!(same.parting.is_none() && !same.keys.iter().any(KeyEnd::differs));
}

#[test]
fn keys_that_end_differently_are_told() {
    let scenario = preset::find("wb3").unwrap().scenario();
    let (one, other) = (play(&scenario, "cache-aside"), play(&scenario, "write-behind"));
    let difference = Difference::of(one.simulation(), other.simulation());
    let ends = difference.keys.iter().filter(|key| key.differs()).count();
    // what write-behind lost is in cache-aside's database
    assert!(ends > 0 && other.simulation().report().writes.lost > 0);
}

#[test]
fn what_is_kept_of_a_report_are_its_numbers() {
    let run = play(&preset::find("ca6").unwrap().scenario(), "cache-aside:TTL=5");
    let (report, facts) = (run.simulation().report(), run.measured().facts);
    assert_eq!(facts.number("latency_us.read.max"), report.latency_us.read.max);
    assert_eq!(facts.number("reads.stale"), Some(2));
    // a list that is not kept is not an empty one
    assert!(!report.violations.is_empty());
    let none = Claim::parse("violations.length = 0", &[]).unwrap().judge(&[facts]);
    assert_eq!((none.left, none.holds), (None, false));
}

#[test]
fn claims_are_judged_across_runs() {
    let scenario = preset::find("ca6").unwrap().scenario();
    let runs = ["cache-aside:TTL=5", "leases"].map(|name| play(&scenario, name));
    let names = runs.each_ref().map(|run| run.candidate().name());
    let facts = |run: &Run| Facts::new(&run.simulation().report(), run.values().into_iter());
    let facts = runs.each_ref().map(facts);
    let judge = |text: &str| Claim::parse(text, &names).unwrap().judge(&facts);
    for (claim, holds) in [
        ("leases.reads.stale <= cache-aside:TTL=5.reads.stale", true),
        ("leases.reads.stale > cache-aside:TTL=5.reads.stale", false),
        ("cache-aside:TTL=5.reads.stale = 2", true),
        ("cache-aside:TTL=5.reads.stale / cache-aside:TTL=5.reads.total < 50%", false),
        ("cache-aside:TTL=5.stale_share >= 50 %", true),
        ("leases.hit_ratio < 1", true),
        ("cache-aside:TTL=5.violations.length >= 1", true),
        // there is no second outage, so nothing holds of it
        ("leases.outages[1].failed >= 0", false),
    ] {
        assert_eq!(judge(claim).holds, holds, "{claim}: {:?}", judge(claim));
    }
    assert_eq!(judge("cache-aside:TTL=5.reads.stale = 2").left, Some(2.0));
    for (claim, why) in [
        ("leases.reads.stale", "compares nothing"),
        ("leases.reads.stael < 1", "did you mean `stale`?"),
        ("lease.reads.stale < 1", "`cache-aside:TTL=5.…`, `leases.…`"),
        ("leases.reads < 1", "an object"),
        ("1 + 1 < 3", "`1 + 1` is no value"),
    ] {
        let error = Claim::parse(claim, &names).unwrap_err().to_string();
        assert!(error.contains(why), "{claim}: {error}");
    }
    assert!(Claim::parse("reads.stale / reads.total < 0.1%", &[]).is_ok());
}

#[test]
fn pictures_of_runs_name_the_keys_that_set_them_apart() {
    let scenario = preset::find("ca6").unwrap().scenario();
    let pictures = ["cache-aside", "leases"].map(|id| {
        let mut run = Run::new(&scenario, &Candidate::parse(id).unwrap()).unwrap();
        while !run.advance(10_000) {}
        run.picture()
    });
    let [aside, leases] = pictures.each_ref();
    assert_eq!(aside.charts.charts.len(), leases.charts.charts.len());
    let stale = |picture: &RunPicture| {
        let cells = picture.ribbons.iter().flat_map(|ribbon| &ribbon.cells);
        cells.filter(|state| **state == KeyState::Stale).count()
    };
    assert!(stale(aside) > stale(leases), "{aside:?} {leases:?}");
    assert_eq!(telling_keys(&[aside, leases], 4), [aside.ribbons[0].key.clone()]);
    assert!(telling_keys(&[], 4).is_empty());
}

#[test]
fn a_comparison_of_a_document_is_checked_down_to_its_parameters() {
    let compared = |list: &[&str]| {
        let mut scenario = preset::find("ca6").unwrap().scenario();
        scenario.view.compare = list.iter().map(|&text| text.to_owned()).collect();
        let problems = scenario.resolve().err().unwrap_or_default();
        problems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(compared(&["own", "leases:TTL=5"]).is_empty());
    let problems = compared(&["own", "leases:TLT=5", "cache-aside:TTL=0"]);
    let [name, value] = &problems[..] else { panic!("{problems:?}") };
    assert!(name.starts_with("view.compare[1]: leases:TLT=5: "), "{name}");
    assert!(value.starts_with("view.compare[2]: cache-aside:TTL=0: "), "{value}");
}
