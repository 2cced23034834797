//! How long real servers take here, as the latencies of a scenario.
//!
//! One client asks each server again and again, over its own client library and without the proxy
//! of a run: a `SET` and a `GET` of Redis, a row read by its key, and the same row written, each
//! in a transaction of its own. What a caller waits is all that can be seen from outside; how much
//! of it is the network's cannot. So of the cache's time each direction gets a half, and of the
//! database's all of it is the statement.
//!
//! A scenario knows distributions by their parameters. Of what is measured, a lognormal one gets
//! the median and the ninth decile: the body of the requests. A tail that is longer than that
//! (a checkpoint, another program's turn) is left out, and the table shows by how much.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde_json::{Value, json};

use super::client::Ask;
use super::error::LiveError;
use super::run::run_name;
use super::servers::Servers;
use crate::history::Percentiles;
use crate::scenario::Scenario;
use crate::simulate::Simulation;
use crate::store::cache::Engine;
use crate::time::Micros;

/// Latencies that were measured.
pub struct Measured {
    /// A `SET` or a `GET` and its reply.
    pub cache: Times,
    pub read: Times,
    pub write: Times,
}

/// How long each of several equal requests took.
pub struct Times {
    /// In order; never empty.
    sorted_ns: Vec<u64>,
}

/// The requests before those that count: connections and buffers are warm then.
const WARM_UP: u32 = 100;

/// The standard normal distribution's ninth decile.
const NINTH: f64 = 1.281_551_565_544_600_4;

/// Measures the servers with so many requests of each kind, at least one, and then removes what it
/// has made there.
///
/// # Errors
/// If a server fails, or once `interrupted` is set.
pub fn measure(
    servers: &mut Servers,
    requests: u32,
    interrupted: &AtomicBool,
) -> Result<Measured, LiveError> {
    servers.provide(&[Engine::Redis])?;
    let name = format!("stalemate_measure_{}", run_name());
    let asked = Asked { requests: requests.max(1), interrupted };
    let cache = measure_cache(servers, asked, &name);
    let removed = servers.cache(0).must(&command(&["DEL", &name]));
    let cache = cache?;
    removed?;
    let database = measure_database(servers, asked, &name);
    let removed = servers.database().must_sql(&format!("DROP SCHEMA IF EXISTS {name} CASCADE"));
    let (read, write) = database?;
    removed?;
    Ok(Measured { cache, read, write })
}

fn command(words: &[&str]) -> Ask {
    Ask::Command(words.iter().map(|word| (*word).to_owned()).collect())
}

fn measure_cache(servers: &mut Servers, asked: Asked, key: &str) -> Result<Times, LiveError> {
    let server = servers.cache(0);
    let (set, get) = (command(&["SET", key, "1"]), command(&["GET", key]));
    asked.time(|nth| server.must(if nth % 2 == 0 { &set } else { &get }).map(drop))
}

fn measure_database(
    servers: &mut Servers,
    asked: Asked,
    schema: &str,
) -> Result<(Times, Times), LiveError> {
    let server = servers.database();
    server.must_sql(&format!("CREATE SCHEMA {schema}"))?;
    server.must_sql(&format!("CREATE TABLE {schema}.rows ({})", super::database::COLUMNS))?;
    server.must_sql(&format!("INSERT INTO {schema}.rows VALUES ('k', '1', 1)"))?;
    let read = format!("SELECT value, version FROM {schema}.rows WHERE key = 'k'");
    let write = format!("UPDATE {schema}.rows SET version = version + 1 WHERE key = 'k'");
    let read = asked.time(|_| server.must_sql(&read).map(drop))?;
    let write = asked.time(|_| server.must_sql(&write).map(drop))?;
    Ok((read, write))
}

/// What is asked for.
#[derive(Clone, Copy)]
struct Asked<'a> {
    requests: u32,
    interrupted: &'a AtomicBool,
}

impl Asked<'_> {
    fn time(
        self,
        mut request: impl FnMut(u32) -> Result<(), LiveError>,
    ) -> Result<Times, LiveError> {
        (0..WARM_UP).try_for_each(&mut request)?;
        let mut sorted_ns = Vec::new();
        for nth in 0..self.requests {
            if self.interrupted.load(Ordering::Relaxed) {
                return Err(LiveError::Interrupted);
            }
            let start = Instant::now();
            request(nth)?;
            sorted_ns.push(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
        sorted_ns.sort_unstable();
        Ok(Times { sorted_ns })
    }
}

impl Times {
    /// The time that this share of the requests, in thousandths, did not exceed.
    pub fn quantile_us(&self, permille: u32) -> f64 {
        let count = self.sorted_ns.len();
        let rank = (count * permille as usize).div_ceil(1_000).clamp(1, count);
        self.sorted_ns[rank - 1] as f64 / 1_000.0
    }

    /// The median and the standard deviation of the logarithm of the lognormal distribution with
    /// the same median and ninth decile.
    fn body(&self) -> (f64, f64) {
        let (median, ninth) = (self.quantile_us(500), self.quantile_us(900));
        (median, libm::log(ninth / median) / NINTH)
    }

    /// As a latency of a scenario.
    pub fn latency(&self) -> Value {
        let (median_us, sigma) = self.body();
        lognormal(median_us, sigma)
    }

    /// As the latency of each of two directions. The sum of two lognormal times is nearly lognormal
    /// again, with the sum of their means and variances (Fenton, 1960).
    pub fn one_way(&self) -> Value {
        let (median_us, sigma) = self.body();
        let of_sum = libm::exp(sigma * sigma) - 1.0;
        let sigma_of_each = libm::sqrt(libm::log(1.0 + 2.0 * of_sum));
        let mean_us = median_us * libm::exp(sigma * sigma / 2.0) / 2.0;
        lognormal(mean_us / libm::exp(sigma_of_each * sigma_of_each / 2.0), sigma_of_each)
    }
}

fn lognormal(median_us: f64, sigma: f64) -> Value {
    let median_us = libm::round(median_us).max(1.0) as Micros;
    let sigma_milli = libm::round(sigma * 1_000.0).clamp(0.0, 5_000.0) as u32;
    json!({"kind": "lognormal", "median_us": median_us, "sigma_milli": sigma_milli})
}

impl Measured {
    /// The part of a scenario that has these latencies: its `topology`.
    pub fn topology(&self) -> Value {
        let none = json!({"latency": {"kind": "constant", "us": 0}});
        json!({
            "network": {"links": {
                "app-cache": {"latency": self.cache.one_way()},
                "app-database": none,
            }},
            "database": {"read": self.read.latency(), "write": self.write.latency()},
        })
    }

    /// What a simulation with these latencies says of the cache, the read and the write. `None`:
    /// it cannot be run, which none of these scenarios is reason for.
    pub fn simulated(&self) -> Option<[Percentiles; 3]> {
        let of = |call| {
            let scenario = Scenario::parse(&self.scenario(call).to_string()).ok()?;
            let mut run = Simulation::new(&scenario).ok()?;
            run.advance(scenario.duration_us, u32::MAX);
            Some(run.report().latency_us.read)
        };
        Some([of("cache.get(key)")?, of("db.read(key)")?, of("db.write(key, 1)")?])
    }

    /// Ten thousand requests of which each is this call.
    fn scenario(&self, call: &str) -> Value {
        let mut topology = self.topology();
        topology["network"]["links"]["client-app"] =
            json!({"latency": {"kind": "constant", "us": 0}});
        let source = format!(
            "def read(key):\n    {call}\n\n\ndef write(key, value):\n    db.write(key, value)\n"
        );
        json!({
            "strategies": [{"source": source}],
            "duration_us": 1_000_000_000,
            "topology": topology,
            "workloads": [{
                "arrivals": {"kind": "fixed", "every_us": 100_000},
                "keys": {"prefix": "k:", "count": 1},
                "read_permille": 1000,
            }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times of this distribution, evenly spread over it.
    fn times(median_us: f64, sigma: f64) -> Times {
        // quantiles of the standard normal distribution, from its density alone
        let step = 1.0 / 1_024.0;
        let mut below = 0.0;
        let mut sorted_ns = Vec::new();
        for at in -4_096..4_096 {
            let z = f64::from(at) * step;
            below += step * libm::exp(-z * z / 2.0) / libm::sqrt(std::f64::consts::TAU);
            while (sorted_ns.len() as f64 + 0.5) / 10_000.0 < below {
                sorted_ns.push((median_us * libm::exp(sigma * z) * 1_000.0) as u64);
            }
        }
        Times { sorted_ns }
    }

    #[test]
    fn a_simulation_has_the_times_that_were_measured() {
        for sigma in [0.0, 0.1, 0.3, 0.8] {
            let of = |median_us| times(median_us, sigma);
            let measured = Measured { cache: of(400.0), read: of(900.0), write: of(5_000.0) };
            let simulated = measured.simulated().expect("it runs");
            let all = [&measured.cache, &measured.read, &measured.write];
            for (times, simulated) in all.into_iter().zip(simulated) {
                for (permille, us) in [(500, simulated.p50), (950, simulated.p95)] {
                    let (real, model) = (times.quantile_us(permille), us.expect("a time") as f64);
                    let off = (model - real).abs() / real;
                    assert!(off < 0.06, "σ {sigma}, {permille} ‰: {real} µs, simulated {model} µs");
                }
            }
        }
    }
}
