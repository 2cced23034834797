//! How long an entry lives: hits and stale reads under a TTL.
//!
//! All are renewal arguments: a cycle begins with the miss that loads a key and
//! ends with the next such miss, and what is counted in a cycle is divided by
//! its length (Ross, Stochastic Processes, renewal–reward theorem). Arrivals
//! are Poisson, so those that fall into a part of the cycle number λ times its
//! length on average (PASTA).

use serde_json::{Value, json};

use crate::row::{Length, Row, several};
use crate::runs::*;

pub fn rows(length: Length) -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(ttl_at_once(length));
    rows.push(ttl_with_load(length));
    rows.push(ttl_zipf(length));
    rows.extend(ttl_only(length));
    rows.push(invalidated(length));
    rows.push(replica(length));
    rows
}

fn cache_aside(ttl_s: f64) -> Value {
    with_parameter("cache-aside", "TTL", ttl_s)
}

fn hit_ratio(scenario: &Value, seed: u64) -> f64 {
    let reads = run(scenario, seed).report().reads;
    reads.hits as f64 / reads.total as f64
}

/// The TTL runs from the load and no hit renews it. A cycle is the miss, T in
/// which every arrival hits (λT of them), and the wait for the next: λT hits of
/// 1 + λT reads.
fn ttl_at_once(length: Length) -> Vec<Row> {
    let ttl_s = 1.0;
    [0.5, 2.0, 10.0]
        .into_iter()
        .map(|rate| {
            let seconds = length.pick(1_000.0, 10_000.0) / rate;
            let load = json!([poisson("readers", rate, 1_000)]);
            let scenario = scenario(cache_aside(ttl_s), at_once(), load, seconds);
            let predicted = rate * ttl_s / (1.0 + rate * ttl_s);
            Row::new(
                format!("hit ratio under a TTL, λT = {rate}"),
                "λT / (1 + λT)",
                "Jung, Berger, Balakrishnan 2003",
                predicted,
                crate::row::measured(|seed| hit_ratio(&scenario, seed)),
            )
        })
        .collect()
}

/// The load takes L. All who come while the first load is under way (λL of
/// them) miss and load as well; the entry is set at L and again as each of
/// these loads ends, the last at A + L where A is when the last of them came
/// (0 where none did): A = L − min(L, Exp(λ)), of mean L − (1 − e^−λL)/λ. The
/// entry lives until A + L + T, and hits come from L on.
fn ttl_with_load(length: Length) -> Row {
    let (rate, ttl_s, load_s) = (4.0, 1.0, 0.3);
    let loads = json!([poisson("readers", rate, 1_000)]);
    let topology = reads_take(constant((load_s * SECOND_US) as u64), 10_000);
    let scenario = scenario(cache_aside(ttl_s), topology, loads, length.pick(300.0, 5_000.0));
    let hits = rate * (ttl_s + load_s) - (1.0 - f64::exp(-rate * load_s));
    let misses = 1.0 + rate * load_s;
    Row::new(
        "hit ratio under a TTL, loads take L",
        "H / (H + 1 + λL), H = λ(T + L) − 1 + e^−λL",
        "renewal, here",
        hits / (hits + misses),
        crate::row::measured(|seed| hit_ratio(&scenario, seed)),
    )
}

/// Keys don't know of each other, so each has its own λp.
fn ttl_zipf(length: Length) -> Row {
    let (rate, ttl_s, keys) = (100.0, 1.0, 1_000);
    let popularity = crate::eviction::zipf(keys, 0.99);
    let predicted =
        popularity.iter().map(|p| p * (rate * p * ttl_s) / (1.0 + rate * p * ttl_s)).sum();
    let load = json!([over(poisson("readers", rate, 1_000), keys, 990)]);
    let scenario = scenario(cache_aside(ttl_s), at_once(), load, length.pick(20.0, 1_000.0));
    Row::new(
        "hit ratio under a TTL, 1,000 keys, Zipf 0.99",
        "Σ p · λpT / (1 + λpT)",
        "Jung et al. 2003, for each key",
        predicted,
        crate::row::measured(|seed| hit_ratio(&scenario, seed)),
    )
}

/// Writes, Poisson of rate μ, go to the database alone. At age a the entry is
/// stale with probability 1 − e^−μa, so of its life T it is stale for
/// S = T − (1 − e^−μT)/μ on average. A cycle lasts T + 1/λ and has 1 + λT
/// reads, of which λS are stale.
fn ttl_only(length: Length) -> Vec<Row> {
    let (reads, writes, ttl_s) = (2.0, 1.0, 2.0);
    let load = json!([poisson("readers", reads, 1_000), poisson("writers", writes, 0)]);
    let strategy = with_parameter("cache-aside-ignore", "TTL", ttl_s);
    let seconds = length.pick(1_200.0, 30_000.0);
    let scenario = scenario(strategy, at_once(), load, seconds);
    let stale_s = ttl_s - (1.0 - f64::exp(-writes * ttl_s)) / writes;
    let [by_read, by_time] = several(|seed| {
        let report = run(&scenario, seed).report();
        [
            report.reads.stale as f64 / report.reads.total as f64,
            report.staleness_us.total as f64 / SECOND_US / seconds,
        ]
    });
    vec![
        Row::new(
            "stale reads, TTL only",
            "λS / (1 + λT), S = T − (1 − e^−μT)/μ",
            "renewal, here",
            reads * stale_s / (1.0 + reads * ttl_s),
            by_read,
        )
        .narrow(length.pick(0.07, 0.02)),
        Row::new(
            "time an entry is stale, TTL only",
            "S / (T + 1/λ)",
            "renewal, here",
            stale_s / (ttl_s + 1.0 / reads),
            by_time,
        )
        .narrow(length.pick(0.07, 0.02)),
    ]
}

/// A write deletes the entry, which so lives for min(T, Exp(μ)), of mean
/// X = (1 − e^−μT)/μ.
fn invalidated(length: Length) -> Row {
    let (reads, writes, ttl_s) = (4.0, 1.0, 1.0);
    let load = json!([poisson("readers", reads, 1_000), poisson("writers", writes, 0)]);
    let scenario = scenario(cache_aside(ttl_s), at_once(), load, length.pick(300.0, 5_000.0));
    let life_s = (1.0 - f64::exp(-writes * ttl_s)) / writes;
    Row::new(
        "hit ratio under a TTL and invalidation",
        "λX / (1 + λX), X = (1 − e^−μT)/μ",
        "renewal, here",
        reads * life_s / (1.0 + reads * life_s),
        crate::row::measured(|seed| hit_ratio(&scenario, seed)),
    )
}

/// A replica that lags by D is stale where a write was committed in the last D.
fn replica(length: Length) -> Row {
    let (reads, writes, lag_s) = (4.0, 2.0, 0.25);
    let source = "def read(key):\n    return replica.read(key)\n\n\
                  def write(key, value):\n    db.write(key, value)\n";
    let mut topology = at_once();
    let lag = constant((lag_s * SECOND_US) as u64);
    topology["replica"] = json!({"lag": lag, "read": constant(0)});
    let load = json!([poisson("readers", reads, 1_000), poisson("writers", writes, 0)]);
    let seconds = length.pick(400.0, 20_000.0);
    let scenario = scenario(json!({"source": source}), topology, load, seconds);
    Row::new(
        "stale reads from a replica that lags by D",
        "1 − e^−μD",
        "no Poisson event in D",
        1.0 - f64::exp(-writes * lag_s),
        crate::row::measured(|seed| {
            let reads = run(&scenario, seed).report().reads;
            reads.stale as f64 / reads.total as f64
        }),
    )
    .narrow(length.pick(0.09, 0.02))
}
