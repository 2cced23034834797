//! Waiting for the database, and other rooms of limited size.
//!
//! Requests are Poisson of rate λ, the strategy asks the database for each, and
//! nothing but the statement takes time. So the connections are the servers of
//! a queue, μ is their rate, and ρ the share of time that they are busy.
//!
//! How long runs must be, theory says, too: the number in an M/M/1 queue,
//! averaged over a time t (in services), has the relative variance
//! 2(1 + ρ)/(ρ(1 − ρ)²t) (Whitt 1989, Planning queueing simulations), so that
//! ±5 % at 99.9 % takes some 220,000 services at ρ = 0.5, 1,000,000 at 0.8 and
//! 15,000,000 at 0.95. The long runs have as many. The short ones leave 0.95 to
//! Lindley's recursion, which takes what chance brings as it is. Left out of the
//! means is the time in which the queue may still remember that it was empty at
//! first: ten times 1/(1 − √ρ)² services, its relaxation time.

use std::sync::Mutex;

use serde_json::{Value, json};
use stalemate::simulate::Simulation;

use crate::row::{Length, Row, measured, several};
use crate::runs::*;

/// The mean service.
pub const MEAN_US: u64 = 10_000;

/// Requests a second that keep so many connections busy to a share.
pub fn rate(busy: f64, connections: u32) -> f64 {
    busy * f64::from(connections) * SECOND_US / MEAN_US as f64
}

pub fn queue(rate: f64, connections: u32, read: Value, requests: f64) -> Value {
    let load = json!([poisson("readers", rate, 1_000)]);
    let topology = reads_take(read, connections);
    scenario(json!({"strategy": "no-cache"}), topology, load, requests / rate)
}

/// The mean time from request to answer, in services, without the warm-up.
pub fn sojourn(scenario: &Value, busy: f64, seed: u64) -> f64 {
    sojourn_of(scenario, busy, seed).0
}

/// The same, and the run.
fn sojourn_of(scenario: &Value, busy: f64, seed: u64) -> (f64, Simulation) {
    let relaxation = (1.0 - busy.sqrt()).powi(-2);
    let connections = scenario["topology"]["database"]["connections"].as_f64().unwrap_or(1.0);
    let warm_us = ((10.0 * relaxation / connections + 10.0) * MEAN_US as f64) as u64;
    let mut times = Vec::new();
    let run = watch(scenario, seed, |record| {
        if let Some((began_us, ended_us)) = answered(record)
            && began_us >= warm_us
        {
            times.push((ended_us - began_us) as f64 / MEAN_US as f64);
        }
    });
    (mean(&times), run)
}

fn mean(times: &[f64]) -> f64 {
    times.iter().sum::<f64>() / times.len() as f64
}

/// Times are in mean services, 1/μ.
pub fn one_connection(length: Length) -> Vec<Row> {
    let mut rows = Vec::new();
    let cases = length.pick(
        &[(0.5, 6_000.0, 0.08), (0.8, 6_000.0, 0.2)][..],
        &[(0.5, 50_000.0, 0.03), (0.8, 200_000.0, 0.05), (0.95, 2_000_000.0, 0.05)][..],
    );
    for &(busy, requests, narrow) in cases {
        let scenario = queue(rate(busy, 1), 1, exponential(MEAN_US), requests);
        let [means, p50, p95, p99] = several(|seed| {
            let (mean, run) = sojourn_of(&scenario, busy, seed);
            // As the report says it, to three digits: the warm-up is small beside the run.
            let read = run.report().latency_us.read;
            let services = |us: Option<u64>| us.expect("reads") as f64 / MEAN_US as f64;
            [mean, services(read.p50), services(read.p95), services(read.p99)]
        });
        // The time in the system is exponential with rate μ − λ.
        let predicted = 1.0 / (1.0 - busy);
        let row = |what: &str, formula, predicted, measured| {
            let what = format!("M/M/1, ρ = {busy}: {what} · μ");
            Row::new(what, formula, "Kleinrock 1975", predicted, measured)
        };
        rows.extend([
            row("mean", "1/(μ − λ)", predicted, means).narrow(narrow),
            row("p50", "ln 2/(μ − λ)", predicted * f64::ln(2.0), p50).narrow(narrow),
            row("p95", "ln 20/(μ − λ)", predicted * f64::ln(20.0), p95).narrow(1.5 * narrow),
            row("p99", "ln 100/(μ − λ)", predicted * f64::ln(100.0), p99).narrow(3.0 * narrow),
        ]);
    }
    rows.push(lindley(length));
    rows.extend(pollaczek_khinchine(length));
    rows
}

/// Whatever chance brings, a request waits for what is left of the one before:
/// it is served once it has come and that one has left. So the time of each
/// service follows from arrivals and departures alone. These must be
/// exponential, and have nothing to do with the waiting; nothing else makes
/// M/M/1, at whatever load.
fn lindley(length: Length) -> Row {
    let busy = 0.95;
    let scenario = queue(rate(busy, 1), 1, exponential(MEAN_US), length.pick(4_000.0, 100_000.0));
    let all = Mutex::new(Vec::new());
    let services = measured(|seed| {
        let mut left_us = 0;
        let mut services = Vec::new();
        watch(&scenario, seed, |record| {
            if let Some((began_us, ended_us)) = answered(record) {
                assert!(ended_us >= left_us, "first come, first served");
                services.push((ended_us - began_us.max(left_us)) as f64 / MEAN_US as f64);
                left_us = ended_us;
            }
        });
        let mean = mean(&services);
        all.lock().expect("no run panics").append(&mut services);
        mean
    });
    let mut all = all.into_inner().expect("no run panics");
    let distance = crate::chance::distance(&mut all, |time| 1.0 - f64::exp(-time));
    let most = crate::chance::critical(all.len());
    assert!(distance < most, "services are not exponential: {distance} > {most}");
    Row::new(
        "M/M/1, ρ = 0.95: each service · μ",
        "Dₙ − max(Aₙ, Dₙ₋₁), exponential",
        "Lindley 1952; Kolmogorov–Smirnov",
        1.0,
        services,
    )
}

/// The mean wait of M/G/1: ρ(1 + c²)/(2(1 − ρ)) services, where c² is the
/// squared coefficient of variation of a service: 0 if all are equal, 1/3 of a
/// uniform one from 0, e^σ² − 1 of a lognormal one. The cache runs one command
/// at a time, as Redis does, so it is such a queue, too.
fn pollaczek_khinchine(length: Length) -> Vec<Row> {
    let busy = length.pick(0.5, 0.8);
    let requests = length.pick(3_000.0, 300_000.0);
    let sigma: f64 = 0.5;
    let median = MEAN_US as f64 * f64::exp(-sigma * sigma / 2.0);
    let services = [
        ("M/D/1", constant(MEAN_US), 0.0),
        ("M/U/1", json!({"kind": "uniform", "low_us": 0, "high_us": 2 * MEAN_US}), 1.0 / 3.0),
        (
            "M/lognormal/1",
            json!({"kind": "lognormal", "median_us": median as u64, "sigma_milli": 500}),
            f64::exp(sigma * sigma) - 1.0,
        ),
    ];
    let at_database = services.into_iter().map(|(name, service, variation)| {
        (name, queue(rate(busy, 1), 1, service, requests), variation)
    });
    let mut at_cache = queue(rate(busy, 1), 1, constant(0), requests);
    let source = "def read(key):\n    return cache.get(key)\n\ndef write(key, value):\n    pass\n";
    at_cache["strategies"] = json!([{"source": source}]);
    at_cache["topology"]["cache"] = json!({"service": constant(MEAN_US)});
    at_database
        .chain([("M/D/1 at the cache", at_cache, 0.0)])
        .map(|(name, scenario, variation)| {
            Row::new(
                format!("{name}, ρ = {busy}: mean wait · μ"),
                "ρ(1 + c²)/(2(1 − ρ))",
                "Pollaczek 1930, Khinchine 1932",
                busy * (1.0 + variation) / (2.0 * (1.0 - busy)),
                measured(|seed| sojourn(&scenario, busy, seed) - 1.0),
            )
            .narrow(length.pick(0.15, 0.03))
        })
        .collect()
}

/// Erlang B by its recursion: the share refused where so many may be in the
/// room and none waits, at an offered load a.
fn erlang_b(room: u32, offered: f64) -> f64 {
    (1..=room).fold(1.0, |blocked, k| {
        let next = offered * blocked;
        next / (f64::from(k) + next)
    })
}

/// Erlang C: the share who wait, where all may.
fn erlang_c(connections: u32, offered: f64) -> f64 {
    let blocked = erlang_b(connections, offered);
    let busy = offered / f64::from(connections);
    blocked / (1.0 - busy * (1.0 - blocked))
}

pub fn more_connections(length: Length) -> Vec<Row> {
    let cases =
        [(4, 0.7, length.pick(4_000.0, 300_000.0)), (20, 0.8, length.pick(6_000.0, 500_000.0))];
    let mut rows = Vec::new();
    for (connections, busy, requests) in cases {
        let scenario = queue(rate(busy, connections), connections, exponential(MEAN_US), requests);
        let offered = busy * f64::from(connections);
        let wait = erlang_c(connections, offered) / (f64::from(connections) * (1.0 - busy));
        rows.push(
            Row::new(
                format!("M/M/{connections}, ρ = {busy}: mean time · μ"),
                "1 + C(c, λ/μ)/(c(1 − ρ))",
                "Erlang 1917",
                1.0 + wait,
                measured(|seed| sojourn(&scenario, busy, seed)),
            )
            .narrow(length.pick(0.1, 0.02)),
        );
    }
    rows
}

/// An app server that has room for so many requests refuses the others. With
/// no line, the share depends on the mean service alone (Erlang B).
pub fn refusals(length: Length) -> Vec<Row> {
    let requests = length.pick(2_500.0, 200_000.0);
    let narrow = length.pick(0.06, 0.02);
    let refused = |scenario: &Value, seed: u64| {
        let reads = run(scenario, seed).report().reads;
        reads.failed as f64 / reads.total as f64
    };
    let (room, offered) = (4, 6.0);
    let at = offered * SECOND_US / MEAN_US as f64;
    let with_room = |read: Value, at: f64, most: u32, line: u32| {
        let mut scenario = queue(at, 10_000, read, requests);
        scenario["topology"]["apps"] =
            json!({"count": 1, "max_in_progress": most, "backlog": line});
        scenario
    };
    let median_us = (MEAN_US as f64 * f64::exp(-0.5)) as u64;
    let lognormal = json!({"kind": "lognormal", "median_us": median_us, "sigma_milli": 1_000});
    let mut rows = Vec::new();
    for (name, read) in [
        ("exponential", exponential(MEAN_US)),
        ("constant", constant(MEAN_US)),
        ("lognormal", lognormal),
    ] {
        let scenario = with_room(read, at, room, 0);
        rows.push(
            Row::new(
                format!("M/G/4/4, λ/μ = 6, {name}: refused"),
                "Erlang B(c, λ/μ)",
                "Erlang 1917; Sevastyanov 1957",
                erlang_b(room, offered),
                measured(|seed| refused(&scenario, seed)),
            )
            .narrow(narrow),
        );
    }
    let (busy, places) = (2.0_f64, 5);
    let scenario = with_room(exponential(MEAN_US), rate(busy, 1), 1, places as u32 - 1);
    rows.push(
        Row::new(
            "M/M/1/5, ρ = 2: refused",
            "(1 − ρ)ρ^K/(1 − ρ^(K + 1))",
            "Kleinrock 1975",
            (1.0 - busy) * busy.powi(places) / (1.0 - busy.powi(places + 1)),
            measured(|seed| refused(&scenario, seed)),
        )
        .narrow(narrow),
    );
    rows
}

/// N users who think for an exponential time of mean Z, and then wait: with n
/// of them at the database in a share of time proportional to
/// N!/(N − n)! · (S/Z)ⁿ (the machine repairman), it answers (1 − p₀)/S a
/// second, and each answer takes N/X − Z.
pub fn closed(length: Length) -> Vec<Row> {
    let (users, think_us) = (10_u32, 60_000_u64);
    let seconds = length.pick(30.0, 3_000.0);
    let mut load = poisson("users", 1.0, 1_000);
    load["arrivals"] = json!({"kind": "closed", "users": users, "think": exponential(think_us)});
    let topology = reads_take(exponential(MEAN_US), 1);
    let strategy = json!({"strategy": "no-cache"});
    let scenario = scenario(strategy, topology, json!([load]), seconds);
    let ratio = MEAN_US as f64 / think_us as f64;
    let mut weight = 1.0;
    let all = (0..users).fold(1.0, |sum, n| {
        weight *= f64::from(users - n) * ratio;
        sum + weight
    });
    let service_s = MEAN_US as f64 / SECOND_US;
    let throughput = (1.0 - 1.0 / all) / service_s;
    let response_s = f64::from(users) / throughput - think_us as f64 / SECOND_US;
    let warm_us = 2_000_000;
    let [answers, times] = several(|seed| {
        let mut times = Vec::new();
        watch(&scenario, seed, |record| {
            if let Some((began_us, ended_us)) = answered(record)
                && ended_us >= warm_us
            {
                times.push((ended_us - began_us) as f64 / SECOND_US);
            }
        });
        [times.len() as f64 / (seconds - warm_us as f64 / SECOND_US), mean(&times)]
    });
    vec![
        Row::new(
            "10 users, Z = 60 ms, S = 10 ms: answers a second",
            "X = (1 − p₀)/S",
            "machine repairman, Palm 1947",
            throughput,
            answers,
        ),
        Row::new(
            "likewise: seconds to an answer",
            "N/X − Z",
            "response time law",
            response_s,
            times,
        )
        .narrow(length.pick(0.12, 0.03)),
    ]
}

/// On a run with everything in it: the default network, a cache, writes, and
/// services with a long tail.
pub fn laws(length: Length) -> Vec<Row> {
    let seconds = length.pick(10.0, 1_000.0);
    let lognormal =
        |median_us: u64| json!({"kind": "lognormal", "median_us": median_us, "sigma_milli": 800});
    let mut topology = at_once();
    topology["network"] = json!({"links": {"client-app": {"latency": constant(0)}}});
    topology["database"] =
        json!({"connections": 4, "read": lognormal(9_000), "write": lognormal(12_000)});
    let load = json!([over(poisson("readers", 200.0, 900), 500, 990)]);
    let strategy = with_parameter("cache-aside", "TTL", 1.0);
    let scenario = scenario(strategy, topology, load, seconds);
    let every_us = 2_000;
    let [ratio] = several(|seed| {
        let mut there = 0.0;
        let mut samples = 0.0;
        let run = sample(&scenario, seed, every_us, |run| {
            there += run.world().tasks().count() as f64;
            samples += 1.0;
        });
        // The same run again: it keeps fewer records than there are.
        let mut time_us = 0;
        watch(&scenario, seed, |record| {
            if let Some((began_us, ended_us)) = answered(record) {
                time_us += ended_us - began_us;
            }
        });
        [(there / samples) / (time_us as f64 / run.now_us() as f64)]
    });
    vec![
        Row::new(
            "requests in the system, sampled, to λ × their mean time",
            "L = λW",
            "Little 1961",
            1.0,
            ratio,
        )
        .narrow(0.02),
    ]
}
