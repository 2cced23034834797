//! Whether the model does what real servers do: random scenarios, played over both.

use std::collections::BTreeMap;

use stalemate::scenario::Scenario;
use stalemate::simulate::Simulation;

use super::generate::{Topic, scenario};
use super::{live, servers, simulated};

/// What the scenarios of a topic came to.
#[derive(Default, Debug)]
struct Sum {
    scenarios: u64,
    calls: u64,
    at_the_edge: u64,
    errors: u64,
    entries: u64,
    rows: u64,
}

/// How many requests or statements have failed: a scenario in which nothing ever fails says
/// little about failures.
fn errors(run: &Simulation) -> u64 {
    let failed = |line: &str| line.contains(" failed, ");
    run.view().log_from(0, usize::MAX).iter().filter(|line| failed(&line.text)).count() as u64
}

/// Plays the scenarios of these seeds; what they came to, by topic.
fn conforms(seeds: impl Iterator<Item = u64>) -> BTreeMap<Topic, Sum> {
    let mut sums: BTreeMap<Topic, Sum> = BTreeMap::new();
    let Some(servers) = servers() else { return sums };
    let mut wrong = Vec::new();
    for seed in seeds {
        let text = scenario(seed);
        let scenario = Scenario::parse(&text).unwrap_or_else(|problems| {
            panic!("seed {seed}: {problems:?}\n{text}");
        });
        let (run, outcome) = live(&scenario, &servers);
        if std::env::var_os("LIVE_SEED").is_some() {
            println!("{outcome:#?}");
        }
        let sum = sums.entry(Topic::of(seed)).or_default();
        sum.scenarios += 1;
        sum.calls += outcome.calls;
        sum.at_the_edge += outcome.at_the_edge;
        sum.errors += errors(&run);
        sum.entries += outcome.entries;
        sum.rows += outcome.rows;
        let is_same = run.report().checksum == simulated(&scenario).report().checksum;
        // a TTL that ended a moment sooner or later is another history
        if outcome.different > 0 || !is_same && outcome.at_the_edge == 0 {
            eprintln!("seed {seed}: {:#?}", outcome.differences);
            wrong.push(seed);
        }
    }
    assert!(wrong.is_empty(), "seeds {wrong:?} differ: LIVE_SEED=… plays one, and prints it");
    sums
}

#[test]
fn real_servers_do_what_the_model_does_in_a_few_random_scenarios() {
    let sums = conforms(0..50);
    for (topic, sum) in &sums {
        assert!(sum.calls > 0, "{topic:?}: {sum:?}");
    }
}

#[test]
#[ignore = "minutes: make conformance"]
fn real_servers_do_what_the_model_does() {
    if let Ok(seed) = std::env::var("LIVE_SEED") {
        let seed = seed.parse().expect("a number");
        println!("{}", scenario(seed));
        conforms(seed..seed + 1);
        return;
    }
    let sums = conforms(0..1_000);
    println!("topic          scenarios    calls  refused  entries     rows  at a TTL's edge");
    for (topic, sum) in &sums {
        println!(
            "{:<14} {:>9} {:>8} {:>8} {:>8} {:>8} {:>16}",
            format!("{topic:?}"),
            sum.scenarios,
            sum.calls,
            sum.errors,
            sum.entries,
            sum.rows,
            sum.at_the_edge
        );
    }
}
