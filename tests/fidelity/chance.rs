//! The distributions themselves, by the Kolmogorov–Smirnov test: the largest
//! distance between the share of draws below a value and its probability.

use serde_json::json;
use stalemate::scenario::Latency;
use stalemate::simulate::chance::{Purpose, latency};
use stalemate::world::Source;
use statrs::distribution::{ChiSquared, ContinuousCDF, LogNormal};

use crate::eviction::zipf;
use crate::runs::*;

const DRAWS: u64 = 5_000;

/// The largest distance between samples and a distribution.
pub fn distance(samples: &mut [f64], cumulative: impl Fn(f64) -> f64) -> f64 {
    samples.sort_unstable_by(f64::total_cmp);
    let count = samples.len() as f64;
    let steps = samples.iter().enumerate().map(|(rank, &sample)| {
        let expected = cumulative(sample);
        let below = expected - rank as f64 / count;
        let above = (rank + 1) as f64 / count - expected;
        below.max(above)
    });
    steps.fold(0.0, f64::max)
}

/// The distance that 999 of 1,000 sets of so many samples keep within
/// (Kolmogorov's limit).
pub fn critical(samples: usize) -> f64 {
    (-f64::ln(0.001 / 2.0) / 2.0 / samples as f64).sqrt()
}

/// Draws of nine seeds, as the engine draws: one for each stamp.
#[track_caller]
fn check(what: Latency, cumulative: impl Fn(f64) -> f64) {
    let purposes = [Purpose::Flight, Purpose::Service, Purpose::Think];
    for (seed, purpose) in (1..=9).zip(purposes.into_iter().cycle()) {
        let draw = |nth| latency(&what, seed, Source::Workload(0).stamp(nth), purpose) as f64;
        let mut samples: Vec<f64> = (0..DRAWS).map(draw).collect();
        // Draws of neighbouring stamps have nothing to do with each other.
        let centred: Vec<f64> = samples.iter().map(|&each| cumulative(each) - 0.5).collect();
        let products = centred.windows(2).map(|pair| 12.0 * pair[0] * pair[1]);
        let correlation = products.sum::<f64>() / DRAWS as f64;
        assert!(correlation.abs() < 4.0 / (DRAWS as f64).sqrt(), "seed {seed}: {correlation}");
        let found = distance(&mut samples, &cumulative);
        let most = critical(samples.len());
        assert!(found < most, "seed {seed}, {purpose:?}: {found} > {most}");
    }
}

/// So long that whole microseconds do not show.
const LONG_US: u64 = 1_000_000_000;

#[test]
fn exponential_times() {
    check(Latency::Exponential { mean_us: LONG_US }, |us| 1.0 - f64::exp(-us / LONG_US as f64));
}

#[test]
fn uniform_times() {
    let (low_us, high_us) = (LONG_US, 3 * LONG_US);
    check(Latency::Uniform { low_us, high_us }, |us| {
        (us - low_us as f64) / (high_us - low_us) as f64
    });
}

#[test]
fn lognormal_times() {
    let normal = LogNormal::new(f64::ln(LONG_US as f64), 0.8).expect("a distribution");
    check(Latency::Lognormal { median_us: LONG_US, sigma_milli: 800 }, |us| normal.cdf(us));
}

/// Requests come by a Poisson process, for keys by Zipf's law, and of kinds by
/// the share of reads.
#[test]
fn requests() {
    let keys = 20;
    let rate = 100.0;
    let load = json!([over(poisson("users", rate, 700), keys, 990)]);
    let scenario = scenario(json!({"strategy": "no-cache"}), at_once(), load, 20.0);
    for seed in 1..=10 {
        let mut counts = vec![0.0; keys as usize];
        let mut gaps = Vec::new();
        let mut reads = 0.0;
        let mut last_us = 0;
        let mut symbols = Vec::new();
        let run = watch(&scenario, seed, |record| {
            if let stalemate::event::Event::Started { kind, key, .. } = record.event {
                gaps.push((record.at_us - last_us) as f64 / SECOND_US);
                last_us = record.at_us;
                reads += f64::from(u8::from(kind == stalemate::world::Kind::Read));
                symbols.push(key);
            }
        });
        for symbol in symbols {
            let rank: usize = run.names().text(symbol)[1..].parse().expect("a number");
            counts[rank] += 1.0;
        }
        let all = gaps.len() as f64;
        let found = distance(&mut gaps, |gap| 1.0 - f64::exp(-rate * gap));
        assert!(found < critical(gaps.len()), "gaps, seed {seed}: {found}");
        let popularity = zipf(keys, 0.99);
        let square: f64 = counts
            .iter()
            .zip(&popularity)
            .map(|(count, p)| (count - p * all).powi(2) / (p * all))
            .sum();
        let most = ChiSquared::new(f64::from(keys - 1)).expect("a distribution").inverse_cdf(0.999);
        assert!(square < most, "keys, seed {seed}: {square} > {most}");
        let off = (reads / all - 0.7) / (0.7_f64 * 0.3 / all).sqrt();
        assert!(off.abs() < 4.0, "reads, seed {seed}: {off} standard deviations");
    }
}
