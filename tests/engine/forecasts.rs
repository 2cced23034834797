//! Forecasts against the future: where one says "for good", a run to quiet agrees, and
//! where it names an expiry, the difference is over then.
//!
//! The future is played without what people and workloads do: what they will do, no
//! forecast knows.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use stalemate::history::Divergence;
use stalemate::scenario::preset;
use stalemate::simulate::Simulation;

use crate::any::any_scenario;
use crate::support::{begin, log};

/// How long the future is, and how far it may be until a run is quiet.
const FUTURE_US: u64 = 900_000_000;

/// A run of the scenario up to an instant, after which nobody asks for anything.
fn left_alone(document: &Value, at_us: u64) -> Simulation {
    let mut document = document.clone();
    for load in document.get_mut("workloads").and_then(Value::as_array_mut).into_iter().flatten() {
        let is_later = |name: &str| load[name].as_u64().is_some_and(|then_us| then_us >= at_us);
        let (starts_later, stops_later) = (is_later("start_us"), is_later("stop_us"));
        if starts_later {
            load["start_us"] = Value::Null;
            load["stop_us"] = Value::Null;
        } else if stops_later || load["stop_us"].is_null() {
            load["stop_us"] = json!(at_us);
        }
    }
    if document.get("actions").is_none() {
        document["actions"] = json!([]);
    }
    let actions = document["actions"].as_array_mut().expect("a list");
    for action in actions.iter_mut() {
        if action["at_us"].as_u64().is_some_and(|due_us| due_us > at_us) {
            // beyond all that is played
            action["at_us"] = json!(1_000_000_000_000_u64);
        }
    }
    let mut run = begin(&document);
    run.advance(at_us, u32::MAX);
    run
}

fn find<'a>(all: &'a [Divergence], one: &Divergence) -> Option<&'a Divergence> {
    all.iter().find(|each| (&each.key, &each.cache_name) == (&one.key, &one.cache_name))
}

/// Plays the future of one instant; how many forecasts of each kind there were.
fn check(
    document: &Value,
    at_us: u64,
    counts: &mut BTreeMap<&'static str, u64>,
) -> Result<(), String> {
    let mut run = left_alone(document, at_us);
    let before = run.report().divergence;
    let mut wrong = Vec::new();
    let told = |each: &Divergence| {
        format!("at {at_us}, {} in {:?}: {}", each.key, each.cache_name, each.forecast)
    };
    for each in &before {
        let Some(until_us) = each.until_us.filter(|us| *us < at_us + FUTURE_US) else { continue };
        *counts.entry("its TTL").or_default() += 1;
        let mut later = run.clone();
        later.advance(until_us + 1, u32::MAX);
        let is_same = find(&later.report().divergence, each)
            .is_some_and(|after| after.since_us == each.since_us && after.cache == each.cache);
        if is_same && later.history().since(0).all(|(_, record)| record.at_us <= until_us + 1) {
            let entry_until = find(&later.report().divergence, each).and_then(|it| it.until_us);
            if entry_until.is_some_and(|us| us <= until_us) {
                wrong.push(format!("{}: it is not over", told(each)));
            }
        }
    }
    if before.iter().any(|each| each.until_us.is_none()) {
        let step_us = 250_000;
        let mut next_us = at_us;
        while next_us < at_us + FUTURE_US && !run.is_quiet() {
            next_us += step_us.max((next_us - at_us) / 8);
            run.advance(next_us, u32::MAX);
        }
        run.advance(next_us + 60_000_000, u32::MAX);
        let after = run.report().divergence;
        for each in before.iter().filter(|each| each.until_us.is_none()) {
            let is_there = find(&after, each).is_some();
            let for_good = each.forecast.starts_with("for good");
            let kind = match (for_good, is_there) {
                (true, true) => "for good",
                (true, false) => "for good, and it was not",
                (false, false) => "until something",
                (false, true) => "until something that did not end it",
            };
            *counts.entry(kind).or_default() += 1;
            if for_good && !is_there {
                wrong.push(format!("{}: it is over", told(each)));
            }
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(format!("{}\n{document:#}\n{}", wrong.join("\n"), log(&run))),
    }
}

/// Instants at which a scenario is looked at: while things are going on.
fn instants(document: &Value, most: usize) -> Vec<u64> {
    let mut run = begin(document);
    let end_us = run.scenario().duration_us.min(60_000_000);
    let mut all = Vec::new();
    while let Some(at_us) = run.next_at_us().filter(|at_us| *at_us <= end_us) {
        if all.len() > 10_000 {
            break;
        }
        run.step();
        if all.last() != Some(&at_us) {
            all.push(at_us);
        }
    }
    // a long run takes long each time
    let most = if all.len() > 2_000 { 3 } else { most };
    let step = all.len().div_ceil(most).max(1);
    // odd ones: the same for all would always meet the same piece of a loop
    all.into_iter()
        .enumerate()
        .filter(|(at, _)| at % step == step / 3)
        .map(|(_, at_us)| at_us)
        .collect()
}

fn check_all(documents: impl Iterator<Item = (String, Value)>, most: usize) {
    let (mut counts, mut wrong) = (BTreeMap::new(), Vec::new());
    for (name, document) in documents {
        for at_us in instants(&document, most) {
            if let Err(why) = check(&document, at_us, &mut counts) {
                wrong.push(format!("{name}: {why}"));
                break;
            }
        }
    }
    for (kind, count) in &counts {
        println!("{count:>7} {kind}");
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(counts["for good"] > 0, "nothing was for good");
}

#[test]
fn presets_and_cases_agree_with_their_forecasts() {
    let presets = preset::all()
        .map(|preset| (preset.id.to_owned(), serde_json::from_str(preset.json).expect("JSON")));
    let cases = crate::cases::cases().into_iter().map(|path| {
        let text = std::fs::read_to_string(&path).expect("a file");
        (path.display().to_string(), serde_json::from_str(&text).expect("JSON"))
    });
    check_all(presets.chain(cases), 12);
}

#[test]
fn random_scenarios_agree_with_their_forecasts() {
    let mut runner = TestRunner::deterministic();
    let any = (0..60).map(|nth| {
        let tree = any_scenario().new_tree(&mut runner).expect("a scenario");
        (format!("{nth}"), proptest::strategy::ValueTree::current(&tree))
    });
    let any: Vec<_> = any.collect();
    let oracle = (0..200).map(|seed| (format!("seed {seed}"), crate::oracle::scenario(seed).0));
    check_all(any.into_iter().chain(oracle), 20);
}

#[test]
fn a_loop_that_looks_for_what_to_correct_is_told_of() {
    let source = "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
                  value = db.read(key)\n        cache.set(key, value)\n    return value\n\
                  def write(key, value):\n    with db.transaction():\n        \
                  db.write(key, value)\n        db.write(\"note\", 1)\n\
                  @at(worker)\n@every(1)\ndef relay():\n    \
                  if db.read(\"note\") == 1:\n        cache.delete(\"k\")\n        \
                  db.write(\"note\", 0)\n";
    let told = |more: Value, until_us: u64| {
        let mut actions = vec![
            json!({"at_us": 0, "do": "read", "key": "k"}),
            json!({"at_us": 1_200_000, "do": "write", "key": "k", "value": 2}),
        ];
        actions.push(more);
        let mut run = begin(&json!({
            "strategies": [{"source": source}],
            "rows": {"each": {"k": 1}},
            "duration_us": 5_000_000,
            "actions": actions,
        }));
        run.advance(until_us, u32::MAX);
        run.report().divergence.into_iter().map(|each| each.forecast).collect::<Vec<_>>()
    };
    let nothing = json!({"at_us": 4_000_000, "do": "read", "key": "k"});
    assert_eq!(told(nothing.clone(), 1_500_000), ["until relay runs, if that ends it"]);
    assert_eq!(told(nothing, 2_500_000), [""; 0]);
    // without the process that it runs in, nothing will
    let crash = json!({"at_us": 1_300_000, "do": "crash-worker"});
    assert_eq!(told(crash, 2_500_000), ["for good: nothing will correct it"]);
}
