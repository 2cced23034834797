//! Arrivals that are no Poisson process, and clients that don't wait for ever.

use serde_json::json;
use stalemate::event::Event;

use crate::queueing::{MEAN_US, queue, rate, sojourn};
use crate::row::{Length, Row, measured};
use crate::runs::*;

pub fn rows(length: Length) -> Vec<Row> {
    vec![fixed(length), round_robin(length), wave(length), timeouts(length)]
}

/// GI/M/1: who comes finds n others with probability (1 − σ)σⁿ, where σ is the
/// root below 1 of σ = A*(μ − μσ), and A* the Laplace transform of the time
/// between arrivals, here in services. The mean time is 1/(1 − σ) services.
fn in_system(transform: impl Fn(f64) -> f64) -> f64 {
    let root = (0..10_000).fold(0.0, |root, _| transform(1.0 - root));
    1.0 / (1.0 - root)
}

/// A request at equal distances: A*(s) = e^−s/ρ.
fn fixed(length: Length) -> Row {
    let busy = length.pick(0.5, 0.8);
    let rate = rate(busy, 1);
    let mut scenario = queue(rate, 1, exponential(MEAN_US), length.pick(4_000.0, 200_000.0));
    let every_us = (SECOND_US / rate).round() as u64;
    scenario["workloads"][0]["arrivals"] = json!({"kind": "fixed", "every_us": every_us});
    Row::new(
        format!("D/M/1, ρ = {busy}: mean time · μ"),
        "1/(1 − σ), σ = e^−(1 − σ)/ρ",
        "Kendall 1953",
        in_system(|s| f64::exp(-s / busy)),
        measured(|seed| sojourn(&scenario, busy, seed)),
    )
    .narrow(length.pick(0.12, 0.03))
}

/// Two app servers work on one request at a time each, and take turns: every
/// second request of a Poisson process of rate λ comes to each, at distances
/// that are Erlang-2, A*(s) = (λ/(λ + s))².
fn round_robin(length: Length) -> Row {
    let busy = length.pick(0.5, 0.8);
    let rate = rate(busy, 2);
    let mut scenario = queue(rate, 2, exponential(MEAN_US), length.pick(5_000.0, 200_000.0));
    scenario["topology"]["apps"] = json!({"count": 2, "max_in_progress": 1, "backlog": 1_000_000});
    Row::new(
        format!("two app servers by turns, E₂/M/1, ρ = {busy}: mean time · μ"),
        "1/(1 − σ), σ = (2ρ/(2ρ + 1 − σ))²",
        "Kendall 1953",
        in_system(|s| (2.0 * busy / (2.0 * busy + s)).powi(2)),
        measured(|seed| sojourn(&scenario, busy, seed)),
    )
    .narrow(length.pick(0.12, 0.04))
}

/// A wave of rate λ(1 − d·cos 2πt/P): of its requests, those in the half of a period around
/// the highest rate are the integral of the rate over it.
fn wave(length: Length) -> Row {
    let (period_us, swing) = (20_000_000, 0.8);
    let arrivals = json!({
        "kind": "wave", "per_second": 100.0, "swing_permille": 800, "period_us": period_us,
    });
    let mut scenario = queue(100.0, 1, constant(0), length.pick(20_000.0, 400_000.0));
    scenario["workloads"][0]["arrivals"] = arrivals;
    Row::new(
        format!("a wave with a swing of {swing}: requests in the busier half"),
        "1/2 + d/π",
        "Çinlar 1975",
        0.5 + swing / std::f64::consts::PI,
        measured(|seed| {
            let (mut busy, mut all) = (0_u32, 0_u32);
            watch(&scenario, seed, |record| {
                if let Event::Started { .. } = record.event {
                    let phase = record.at_us % period_us;
                    all += 1;
                    busy += u32::from((period_us / 4..period_us * 3 / 4).contains(&phase));
                }
            });
            f64::from(busy) / f64::from(all)
        }),
    )
    .narrow(length.pick(0.02, 0.005))
}

/// A client that gives up does not take its statement back, so the queue is
/// M/M/1 all the same, and the time in it is longer than t with probability
/// e^−(μ − λ)t.
fn timeouts(length: Length) -> Row {
    let (busy, services) = (0.5, 3.0);
    let mut scenario =
        queue(rate(busy, 1), 1, exponential(MEAN_US), length.pick(4_000.0, 100_000.0));
    scenario["topology"]["clients"]["timeout_us"] = json!((services * MEAN_US as f64) as u64);
    Row::new(
        "M/M/1, ρ = 0.5: requests that time out after 3/μ",
        "e^−(μ − λ)t",
        "Kleinrock 1975",
        f64::exp(-(1.0 - busy) * services),
        measured(|seed| {
            let reads = run(&scenario, seed).report().reads;
            reads.failed as f64 / reads.total as f64
        }),
    )
    .narrow(length.pick(0.12, 0.03))
}
