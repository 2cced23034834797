//! Tests of sweeps against single runs.

use super::*;
use crate::compare::MEASURES;
use crate::scenario::preset;

fn scenario() -> Scenario {
    Scenario { duration_us: 2_000_000, ..preset::find("zipf-load").unwrap().scenario() }
}

fn sweep(axes: &[&str], seeds: u32) -> Sweep {
    let axes = axes.iter().map(|axis| Axis::parse(axis, &scenario()).unwrap());
    Sweep::new(scenario(), axes.collect(), seeds)
}

fn lines(sweep: &Sweep) -> Vec<SweepLine> {
    let line = |number| {
        let mut run = sweep.start(number).unwrap();
        while !run.advance(100_000) {}
        sweep.line(number, &run)
    };
    (0..sweep.runs()).map(line).collect()
}

fn values(axis: &str) -> Vec<String> {
    Axis::parse(axis, &scenario()).unwrap().values.iter().map(Literal::plain).collect()
}

#[test]
fn each_run_of_a_sweep_is_the_run_that_it_would_be_alone() {
    let sweep = sweep(&["TTL=0.5,2", "capacity=10..40/30"], 2);
    let all = lines(&sweep);
    assert_eq!(all.len(), 8);
    // the second TTL, the second capacity, the second seed
    assert_eq!(all[7].set[0], ("TTL".to_owned(), Literal::Int(2)));
    let mut alone = scenario();
    alone.seed += 1;
    alone.topology.cache.capacity = Some(40);
    alone.strategies[0].parameters.insert("TTL".to_owned(), Literal::Int(2));
    let mut run = Run::of(&alone).unwrap();
    while !run.advance(100_000) {}
    assert_eq!((all[7].seed, &all[7].values), (alone.seed, &run.values()));
    assert_ne!(all[0].values, all[7].values);
}

#[test]
fn ranges_have_steps_or_factors() {
    assert_eq!(values("TTL=1..4"), ["1", "2", "3", "4"]);
    assert_eq!(values("TTL=5..20/5"), ["5", "10", "15", "20"]);
    assert_eq!(values("TTL=0.1..0.5/0.1"), ["0.1", "0.2", "0.3", "0.4", "0.5"]);
    assert_eq!(values("capacity=10..100*2"), ["10", "20", "40", "80"]);
    assert_eq!(
        values("topology.cache.eviction=noeviction,allkeys-lru"),
        ["noeviction", "allkeys-lru"]
    );
    let error = |text: &str| Axis::parse(text, &scenario()).unwrap_err().to_string();
    assert!(error("TTL").contains("TTL=1..60"));
    assert!(error("TLT=1..2").contains("did you mean TTL?"));
    assert!(error("wings=1..2").contains("there are TTL"));
    assert!(error("TTL=5..1").contains("`5..1` is no range"));
    assert!(error("TTL=1..5/0").contains("no range"));
    assert!(error("TTL=1..1000000").contains("up to 10000"));
}

#[test]
fn settings_go_into_the_document() {
    let set = |axis: &str| sweep(&[axis], 1).scenario(0).unwrap();
    assert_eq!(set("servers=5").topology.apps.count, 5);
    assert_eq!(set("connections=3").topology.database.connections, 3);
    assert_eq!(set("topology.apps.backlog=7").topology.apps.backlog, 7);
    assert_eq!(set("workloads[0].read_permille=500").workloads[0].read_permille, 500);
    let rate = set("rate=12.5").workloads[0].arrivals.clone();
    assert_eq!(rate, crate::scenario::Arrivals::Poisson { per_second: 12.5 });
    for (axis, why) in [
        ("capacity=1.5", "1.5"),
        ("topology.cache.size=1", "has no field `size`"),
        ("workloads[9].read_permille=1", "there are 1 of these"),
        ("rate=-1", "more than 0"),
    ] {
        let problems = sweep(&[axis], 1).scenario(0).unwrap_err();
        assert!(problems[0].message.contains(why), "{axis}: {problems:?}");
    }
    assert!(sweep(&["servers=99"], 1).start(0).is_err());
}

#[test]
fn a_line_comes_back_as_it_was() {
    let sweep = sweep(&["TTL=0.5,2"], 1);
    let line = lines(&sweep).remove(0);
    assert_eq!(SweepLine::parse(&line.to_json()), Ok(line.clone()));
    let cut = &line.to_json()[..100];
    assert_eq!(SweepLine::parse(cut), Err(LineError::NotJson));
    let other = line.to_json().replace("format 2", "format 1");
    assert!(matches!(SweepLine::parse(&other), Err(LineError::OtherVersion { .. })));
    let without = line.to_json().replace("\"hit_ratio\"", "\"hits\"");
    assert_eq!(SweepLine::parse(&without), Err(LineError::NoField("hit_ratio".to_owned())));
}

#[test]
fn shards_merge_into_the_whole_sweep_and_nothing_else() {
    let sweep = sweep(&["TTL=1..3"], 2);
    let all = lines(&sweep);
    let text =
        |runs: &[usize]| -> String { runs.iter().map(|&run| all[run].to_json() + "\n").collect() };
    let (odd, even) = (text(&[1, 3, 5]), text(&[4, 0, 2]));
    let (lines, errors) = merge([("odd", odd.as_str()), ("even", even.as_str())]);
    assert_eq!((lines, errors), (all.clone(), Vec::new()));
    let said = |files: &[(&str, &str)]| -> Vec<String> {
        merge(files.iter().copied()).1.iter().map(ToString::to_string).collect()
    };
    assert_eq!(said(&[("odd", &odd)]), ["of 6 runs (from 0) these are missing: 0, 2, 4"]);
    let twice = said(&[("odd", &odd), ("even", &even), ("again", &text(&[3]))]);
    assert_eq!(twice, ["again:1: run 3 is there twice, first in odd:2"]);
    let other = Sweep::new(Scenario { seed: 5, ..scenario() }, sweep.axes().to_vec(), 2);
    let mut run = other.start(0).unwrap();
    run.advance(1);
    let foreign = other.line(0, &run).to_json();
    let said_foreign = said(&[("odd", &odd), ("even", &even), ("other", &foreign)]);
    assert!(said_foreign[0].starts_with("other:1: is of another sweep"), "{said_foreign:?}");
    assert!(
        said(&[("cut", &even[..even.len() - 9]), ("odd", &odd)])[0]
            .starts_with("cut:3: is no line")
    );
    assert_eq!(said(&[("none", "")]), ["there is no line in these files"]);
}

#[test]
fn points_are_means_over_seeds() {
    let all = lines(&sweep(&["TTL=1,2", "servers=2"], 3));
    let points = Points::of(&all);
    // servers has one value, and is no axis
    assert_eq!((points.axes.as_slice(), points.points.len()), (&["TTL".to_owned()][..], 2));
    let hits = MEASURES.iter().position(|measure| measure.name == "hit_ratio").unwrap();
    let of_first: Vec<f64> = all[..3].iter().map(|it| it.values[hits].unwrap() as f64).collect();
    let mean = points.points[0].means[hits].unwrap();
    assert!((mean.mean - of_first.iter().sum::<f64>() / 3.0).abs() < 1e-6);
    assert!(mean.half_width.unwrap() > 0.0);
}
