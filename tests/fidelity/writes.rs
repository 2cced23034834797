//! Write-behind: what a flush brings, and what a crash takes.

use serde_json::{Value, json};

use crate::row::{Length, Row, several};
use crate::runs::*;

pub fn rows(length: Length) -> Vec<Row> {
    let mut rows = flushes(length);
    rows.extend(crash(length));
    rows
}

fn write_behind() -> Value {
    json!({"strategy": "write-behind", "parameters": {"INTERVAL": 1.0, "BATCH": 10_000}})
}

/// A key is written by a flush if any write came since the last one, which for
/// writes of rate λ is so with probability 1 − e^−λT; all but the last write of
/// each such key are absorbed.
fn flushes(length: Length) -> Vec<Row> {
    let (rate, keys, flushes) = (20.0, 10, length.pick(50, 2_000));
    let mut load = over(poisson("writers", rate, 0), keys, 0);
    load["stop_us"] = json!(flushes * 1_000_000);
    // ends when the last flush has
    let scenario = scenario(write_behind(), at_once(), json!([load]), f64::from(flushes) + 0.5);
    let each = rate / f64::from(keys);
    let [written, absorbed] = several(|seed| {
        let report = run(&scenario, seed).report();
        [report.database.writes, report.queue.absorbed].map(|it| it as f64 / f64::from(flushes))
    });
    let written_each = 1.0 - f64::exp(-each);
    vec![
        Row::new(
            "database writes of a flush, 10 keys",
            "K (1 − e^−λT)",
            "a Poisson event in T",
            f64::from(keys) * written_each,
            written,
        ),
        Row::new(
            "writes absorbed before a flush, 10 keys",
            "K (λT − 1 + e^−λT)",
            "all but the last of each key",
            f64::from(keys) * (each - written_each),
            absorbed,
        )
        .narrow(length.pick(0.08, 0.02)),
    ]
}

/// The cache is killed t after its last flush: the writes acknowledged since
/// are lost, λt of them, those that were absorbed included: nobody has their
/// keys' latest values either.
fn crash(length: Length) -> Vec<Row> {
    let (rate, keys, since_s) = (length.pick(1_000.0, 20_000.0), 100, 0.7);
    let load = json!([over(poisson("writers", rate, 0), keys, 0)]);
    let mut scenario = scenario(write_behind(), at_once(), load, 3.0);
    scenario["actions"] = json!([{"at_us": 2_700_000, "do": "kill-cache"}]);
    let [lost] = several(|seed| [run(&scenario, seed).report().writes.lost as f64]);
    vec![
        Row::new(
            "writes lost when the cache dies t after a flush",
            "λt",
            "Poisson arrivals in t",
            rate * since_s,
            lost,
        )
        .narrow(length.pick(0.08, 0.03)),
    ]
}
