//! A hot key expires, and all who miss it load it.

use serde_json::{Value, json};

use crate::row::{Length, Row, measured};
use crate::runs::*;

pub fn rows(length: Length) -> Vec<Row> {
    let rate = 300.0;
    let load_us = 10_000;
    let times = length.pick(160, 4_000);
    let narrow = length.pick(0.1, 0.03);
    vec![
        // The first miss, and λL who come until its load has ended.
        Row::new(
            "loads of a key that expires, each takes L",
            "1 + λL",
            "Poisson arrivals in L",
            1.0 + rate * load_us as f64 / SECOND_US,
            measured(|seed| loads(&stampedes(rate, constant(load_us), times), times, seed)),
        )
        .narrow(narrow),
        // With k loads under way, one more comes at rate λ and the first of
        // them ends at rate kν, which ends the stampede: an (n + 1)th load
        // comes with probability Π λ/(λ + kν), k = 1 … n.
        Row::new(
            "the same, loads exponential with rate ν",
            "Σ over n ≥ 0 of Π λ/(λ + kν), k ≤ n",
            "pure birth until the first death, here",
            {
                let ends = SECOND_US / load_us as f64;
                let mut next = 1.0;
                (1..1_000).fold(1.0, |sum, k| {
                    next *= rate / (rate + f64::from(k) * ends);
                    sum + next
                })
            },
            measured(|seed| loads(&stampedes(rate, exponential(load_us), times), times, seed)),
        )
        .narrow(narrow),
    ]
}

/// From one expiry of the key to the next: so long that no load of the last
/// stampede is still under way.
const EVERY_US: u32 = 120_000;

/// The key expires again and again; it is not cached at the start either.
fn stampedes(rate: f64, load: Value, times: u32) -> Value {
    let strategy = with_parameter("cache-aside", "TTL", 86_400.0);
    let seconds = f64::from(times) * f64::from(EVERY_US) / SECOND_US;
    let load_of_readers = json!([poisson("readers", rate, 1_000)]);
    let mut scenario = scenario(strategy, reads_take(load, 10_000), load_of_readers, seconds);
    let expire = |nth: u32| json!({"at_us": nth * EVERY_US, "do": "expire", "key": "k0"});
    scenario["actions"] = (1..times).map(expire).collect();
    scenario
}

fn loads(scenario: &Value, times: u32, seed: u64) -> f64 {
    run(scenario, seed).report().database.reads as f64 / f64::from(times)
}
