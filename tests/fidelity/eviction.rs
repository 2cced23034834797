//! Which entry goes when the cache is full: hit ratios under the independent
//! reference model (each request asks for key i with probability p_i, whatever
//! was asked before), which a workload of one client is.

use serde_json::{Value, json};

use crate::row::{Length, Row, measured};
use crate::runs::*;

pub fn rows(length: Length) -> Vec<Row> {
    let few = 8;
    let room = 4;
    let popularity = zipf(few, 0.99);
    let requests = length.pick(2_000, 40_000);
    let many = 1_000;
    vec![
        Row::new(
            format!("LRU, {few} keys, Zipf 0.99, room for {room}"),
            "Σ over stacks Π p/(1 − Σ p above) · Σ p in it",
            "King 1971, exact",
            lru(&popularity, room),
            measured(|seed| hit_ratio(&scenario_of("allkeys-lru", few, room, requests), seed)),
        ),
        Row::new(
            format!("random eviction, {few} keys, Zipf 0.99, room for {room}"),
            "sets with weight Π p",
            "Gelenbe 1973, exact",
            random(&popularity, room),
            measured(|seed| hit_ratio(&scenario_of("allkeys-random", few, room, requests), seed)),
        ),
        Row::new(
            "LRU, 1,000 keys, Zipf 0.99, room for 100",
            "Σ p (1 − e^−pt), t: Σ (1 − e^−pt) = C",
            "Che, Tung, Wang 2002",
            che(&zipf(many, 0.99), 100),
            measured(|seed| {
                let requests = length.pick(4_000, 60_000);
                hit_ratio(&scenario_of("allkeys-lru", many, 100, requests), seed)
            }),
        )
        .within(0.02),
    ]
}

/// Probabilities by rank.
pub fn zipf(keys: u32, exponent: f64) -> Vec<f64> {
    let weights: Vec<f64> = (1..=keys).map(|rank| f64::from(rank).powf(-exponent)).collect();
    let all: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / all).collect()
}

/// Reads in turn, at a fixed pace: only their order matters.
fn scenario_of(eviction: &str, keys: u32, room: u32, requests: u32) -> Value {
    let mut topology = at_once();
    topology["cache"] = json!({"capacity": room, "eviction": eviction});
    let mut load = over(poisson("readers", 1.0, 1_000), keys, 990);
    // 0.4 s apart, so that no TTL of a day passes
    load["arrivals"] = json!({"kind": "fixed", "every_us": 400_000});
    let strategy = with_parameter("cache-aside", "TTL", 86_400.0);
    scenario(strategy, topology, json!([load]), f64::from(requests) * 0.4)
}

/// Without the reads that fill the cache at first.
fn hit_ratio(scenario: &Value, seed: u64) -> f64 {
    let end_us = scenario["duration_us"].as_u64().expect("a duration");
    let mut early = (0, 0);
    let run = sample(scenario, seed, end_us / 10, |run| {
        if early.1 == 0 {
            let reads = run.report().reads;
            early = (reads.hits, reads.total);
        }
    });
    let reads = run.report().reads;
    (reads.hits - early.0) as f64 / (reads.total - early.1) as f64
}

/// King: the stack of most recently used keys is (i, j, …) with probability
/// p_i · p_j/(1 − p_i) · …, and a request hits where its key is in it.
fn lru(popularity: &[f64], room: u32) -> f64 {
    fn below(popularity: &[f64], stack: &mut Vec<usize>, room: u32, weight: f64) -> f64 {
        let held: f64 = stack.iter().map(|&key| popularity[key]).sum();
        if stack.len() == room as usize {
            return weight * held;
        }
        let mut sum = 0.0;
        for key in 0..popularity.len() {
            if !stack.contains(&key) {
                stack.push(key);
                sum += below(popularity, stack, room, weight * popularity[key] / (1.0 - held));
                stack.pop();
            }
        }
        sum
    }
    below(popularity, &mut Vec::new(), room, 1.0)
}

/// Gelenbe: under random eviction (and FIFO) the cache holds a set with a
/// probability proportional to the product of its keys' popularities.
fn random(popularity: &[f64], room: u32) -> f64 {
    let (mut all, mut hits) = (0.0, 0.0);
    for set in 0_u32..1 << popularity.len() {
        if set.count_ones() == room {
            let held = || (0..popularity.len()).filter(|key| set & (1 << key) != 0);
            let weight: f64 = held().map(|key| popularity[key]).product();
            all += weight;
            hits += weight * held().map(|key| popularity[key]).sum::<f64>();
        }
    }
    hits / all
}

/// Che: as if every entry lived for the same time t since its last use, such
/// that as many live as there is room for.
fn che(popularity: &[f64], room: u32) -> f64 {
    let live = |t: f64| popularity.iter().map(|p| 1.0 - f64::exp(-p * t)).sum::<f64>();
    let (mut low, mut high) = (0.0, 1e9);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if live(middle) < f64::from(room) { low = middle } else { high = middle }
    }
    popularity.iter().map(|p| p * (1.0 - f64::exp(-p * low))).sum()
}
