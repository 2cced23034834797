//! Whether the model does what real servers do: random scenarios, played over both.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use stalemate::live::{Outcome, Servers};
use stalemate::scenario::Scenario;
use stalemate::simulate::Simulation;

use super::generate::{Topic, memcached_scenario, scenario};
use super::{has_memcached, live, servers, simulated};

/// Makes the scenario of a seed.
type Make = fn(u64) -> (Topic, String);

/// Of Redis and PostgreSQL.
const USUAL: Make = |seed| (Topic::of(seed), scenario(seed));

/// Of Memcached.
const MEMCACHED: Make = |seed| (Topic::Memcached, memcached_scenario(seed));

/// Of caches with nodes, replicas and readers.
const CLUSTERS: Make = super::clusters::scenario;

/// What the scenarios of a topic came to.
#[derive(Default, Debug)]
struct Sum {
    scenarios: u64,
    calls: u64,
    at_the_edge: u64,
    errors: u64,
    entries: u64,
    rows: u64,
    /// Scenarios that differed, and did not when they were played again.
    once: u64,
}

/// How many requests or statements have failed: a scenario in which nothing ever fails says
/// little about failures.
fn errors(run: &Simulation) -> u64 {
    let failed = |line: &str| line.contains(" failed, ");
    run.view().log_from(0, usize::MAX).iter().filter(|line| failed(&line.text)).count() as u64
}

/// Plays the scenarios of these seeds: what they came to, by topic, and those that differ.
fn play_all(
    make: Make,
    seeds: impl Iterator<Item = u64>,
    servers: &Mutex<Servers>,
) -> (BTreeMap<Topic, Sum>, Vec<u64>) {
    let mut sums: BTreeMap<Topic, Sum> = BTreeMap::new();
    let mut wrong = Vec::new();
    for seed in seeds {
        let (topic, text) = make(seed);
        let scenario = Scenario::parse(&text).unwrap_or_else(|problems| {
            panic!("seed {seed}: {problems:?}\n{text}");
        });
        let (run, outcome) = live(&scenario, servers);
        if std::env::vars().any(|(name, _)| name.ends_with("_SEED")) {
            println!("{outcome:#?}");
        }
        let sum = sums.entry(topic).or_default();
        sum.scenarios += 1;
        sum.calls += outcome.calls;
        sum.at_the_edge += outcome.at_the_edge;
        sum.errors += errors(&run);
        sum.entries += outcome.entries;
        sum.rows += outcome.rows;
        if agrees(&scenario, &run, &outcome) {
            continue;
        }
        // messages come in the same order again; what does not differ again was a clock that
        // jumped or a machine that stood still, and a TTL that ended meanwhile
        let (run, again) = live(&scenario, servers);
        if agrees(&scenario, &run, &again) {
            eprintln!("seed {seed} differed once: {:#?}", outcome.differences);
            sum.once += 1;
        } else {
            eprintln!("seed {seed}: {:#?}", again.differences);
            wrong.push(seed);
        }
    }
    (sums, wrong)
}

/// Whether it came to the same, but for TTLs that ended a moment sooner or later.
fn agrees(scenario: &Scenario, run: &Simulation, outcome: &Outcome) -> bool {
    let is_same = run.report().checksum == simulated(scenario).report().checksum;
    outcome.different == 0 && (is_same || outcome.at_the_edge > 0)
}

fn none_differs(wrong: &[u64]) {
    assert!(
        wrong.is_empty(),
        "seeds {wrong:?} differ: LIVE_SEED=… (of Memcached: MEMCACHED_SEED=…, of nodes: CLUSTER_SEED=…) plays one, and prints it"
    );
}

#[test]
fn real_servers_do_what_the_model_does_in_a_few_random_scenarios() {
    let Some(servers) = servers() else { return };
    let (sums, wrong) = play_all(USUAL, 0..50, &servers);
    none_differs(&wrong);
    for (topic, sum) in &sums {
        assert!(sum.calls > 0, "{topic:?}: {sum:?}");
    }
}

#[test]
#[ignore = "minutes: make conformance"]
fn real_servers_do_what_the_model_does() {
    let Some(servers) = servers() else { return };
    if let Ok(seed) = std::env::var("LIVE_SEED") {
        let seed = seed.parse().expect("a number");
        println!("{}", scenario(seed));
        return none_differs(&play_all(USUAL, seed..seed + 1, &servers).1);
    }
    drop(servers);
    // most of the time is spent waiting: each has servers of its own
    play_in_parts(USUAL, 1_000, PARTS);
}

#[test]
fn real_nodes_replicas_and_readers_do_what_the_models_do_in_a_few_random_scenarios() {
    let Some(servers) = servers() else { return };
    let (sums, wrong) = play_all(CLUSTERS, 0..12, &servers);
    none_differs(&wrong);
    for (topic, sum) in &sums {
        assert!(sum.calls > 0, "{topic:?}: {sum:?}");
    }
}

#[test]
#[ignore = "minutes: make conformance"]
fn real_nodes_replicas_and_readers_do_what_the_models_do() {
    if let Ok(seed) = std::env::var("CLUSTER_SEED") {
        let Some(servers) = servers() else { return };
        let seed = seed.parse().expect("a number");
        println!("{}", CLUSTERS(seed).1);
        return none_differs(&play_all(CLUSTERS, seed..seed + 1, &servers).1);
    }
    if servers().is_some() {
        play_in_parts(CLUSTERS, 300, PARTS);
    }
}

#[test]
fn a_real_memcached_does_what_the_model_does_in_a_few_random_scenarios() {
    if !has_memcached() {
        return;
    }
    let Some(servers) = servers() else { return };
    let (sums, wrong) = play_all(MEMCACHED, 0..6, &servers);
    none_differs(&wrong);
    assert!(sums[&Topic::Memcached].calls > 60, "{sums:?}");
}

#[test]
#[ignore = "minutes: make conformance"]
fn a_real_memcached_does_what_the_model_does() {
    if !has_memcached() {
        return;
    }
    if let Ok(seed) = std::env::var("MEMCACHED_SEED") {
        let Some(servers) = servers() else { return };
        let seed = seed.parse().expect("a number");
        println!("{}", memcached_scenario(seed));
        return none_differs(&play_all(MEMCACHED, seed..seed + 1, &servers).1);
    }
    // it counts whole seconds, and so each takes three
    play_in_parts(MEMCACHED, 300, 2 * PARTS);
}

/// Plays the first scenarios, several at a time, and prints what they came to.
fn play_in_parts(make: Make, scenarios: u64, parts: usize) {
    let (mut sums, mut wrong) = (BTreeMap::new(), Vec::new());
    let parts: Vec<_> = thread::scope(|scope| {
        let part = |nth| {
            let servers = Mutex::new(Servers::new(None, None).expect("servers"));
            play_all(make, (0..scenarios).skip(nth).step_by(parts), &servers)
        };
        let threads: Vec<_> = (0..parts).map(|nth| scope.spawn(move || part(nth))).collect();
        threads.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    });
    for (part, of_part) in parts {
        wrong.extend(of_part);
        for (topic, sum) in part {
            sums.entry(topic).or_insert_with(Sum::default).add(&sum);
        }
    }
    println!("topic          scenarios    calls  refused  entries     rows  at a TTL's edge  once");
    for (topic, sum) in &sums {
        println!(
            "{:<14} {:>9} {:>8} {:>8} {:>8} {:>8} {:>16} {:>5}",
            format!("{topic:?}"),
            sum.scenarios,
            sum.calls,
            sum.errors,
            sum.entries,
            sum.rows,
            sum.at_the_edge,
            sum.once
        );
    }
    none_differs(&wrong);
}

/// How many scenarios are played at a time.
const PARTS: usize = 3;

impl Sum {
    fn add(&mut self, other: &Sum) {
        self.scenarios += other.scenarios;
        self.calls += other.calls;
        self.at_the_edge += other.at_the_edge;
        self.errors += other.errors;
        self.entries += other.entries;
        self.rows += other.rows;
        self.once += other.once;
    }
}
