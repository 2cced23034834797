//! Scenarios in which only what is looked at takes time, and their runs.

use serde_json::{Value, json};
use stalemate::event::{Event, Record, RequestEnd};
use stalemate::scenario::Scenario;
use stalemate::simulate::{Advance, Simulation};

/// A year, nearly: never.
const NEVER_US: u64 = 30_000_000_000_000;

/// One second.
pub const SECOND_US: f64 = 1e6;

/// A topology without a latency, a limit or a timeout.
pub fn at_once() -> Value {
    json!({
        "apps": {"count": 1, "max_in_progress": 1_000_000, "backlog": 1_000_000},
        "database": {"connections": 10_000, "read": constant(0), "write": constant(0)},
        "network": {
            "default": {"latency": constant(0)},
            "cache_timeout_us": NEVER_US,
            "database_timeout_us": NEVER_US,
        },
        "clients": {"timeout_us": NEVER_US},
    })
}

/// The same with a database that reads like this.
pub fn reads_take(read: Value, connections: u32) -> Value {
    let mut topology = at_once();
    topology["database"] = json!({"connections": connections, "read": read});
    topology
}

pub fn constant(us: u64) -> Value {
    json!({"kind": "constant", "us": us})
}

pub fn exponential(mean_us: u64) -> Value {
    json!({"kind": "exponential", "mean_us": mean_us})
}

/// Requests at random times, for one key.
pub fn poisson(name: &str, per_second: f64, read_permille: u32) -> Value {
    json!({
        "name": name,
        "arrivals": {"kind": "poisson", "per_second": per_second},
        "keys": {"prefix": "k", "count": 1},
        "read_permille": read_permille,
    })
}

/// The same for several keys; an exponent of 0 is uniform.
pub fn over(mut workload: Value, count: u32, zipf_milli: u32) -> Value {
    workload["keys"] = json!({"prefix": "k", "count": count, "zipf_milli": zipf_milli});
    workload
}

/// A scenario that keeps few records, and lasts so many seconds.
pub fn scenario(strategy: Value, topology: Value, workloads: Value, seconds: f64) -> Value {
    json!({
        "strategies": [strategy],
        "topology": topology,
        "rows": {"ranges": [{"prefix": "k", "count": 1_000, "value": 0}]},
        "workloads": workloads,
        "duration_us": (seconds * SECOND_US) as u64,
        "history": {"keep": 100_000},
    })
}

/// A built-in strategy with one parameter.
pub fn with_parameter(id: &str, name: &str, value: f64) -> Value {
    json!({"strategy": id, "parameters": {name: value}})
}

fn begin(scenario: &Value, seed: u64) -> Simulation {
    let mut scenario = Scenario::parse(&scenario.to_string()).expect("a scenario");
    scenario.seed = seed;
    Simulation::new(&scenario).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// A run to its end.
pub fn run(scenario: &Value, seed: u64) -> Simulation {
    let mut run = begin(scenario, seed);
    let end_us = run.scenario().duration_us;
    assert_eq!(run.advance(end_us, u32::MAX), Advance::Reached);
    run
}

/// A run to its end that shows every record as it comes.
pub fn watch(scenario: &Value, seed: u64, mut see: impl FnMut(&Record)) -> Simulation {
    let mut run = begin(scenario, seed);
    let end_us = run.scenario().duration_us;
    let mut seen = 0;
    loop {
        // An event makes a handful of records at most, so none is dropped unseen.
        let advance = run.advance(end_us, 5_000);
        for (number, record) in run.history().since(seen) {
            assert_eq!(number, seen, "a record was dropped");
            seen += 1;
            see(record);
        }
        if advance != Advance::Budget {
            assert_eq!(advance, Advance::Reached);
            return run;
        }
    }
}

/// A run to its end with a look at it every so often.
pub fn sample(
    scenario: &Value,
    seed: u64,
    every_us: u64,
    mut see: impl FnMut(&Simulation),
) -> Simulation {
    let mut run = begin(scenario, seed);
    let end_us = run.scenario().duration_us;
    let mut at_us = every_us;
    while at_us <= end_us {
        assert_eq!(run.advance(at_us, u32::MAX), Advance::Reached);
        see(&run);
        at_us += every_us;
    }
    run
}

/// When a request that ended well began and ended.
pub fn answered(record: &Record) -> Option<(u64, u64)> {
    match record.event {
        Event::Ended { started_us, outcome: RequestEnd::Returned(_), .. } => {
            Some((started_us, record.at_us))
        }
        _ => None,
    }
}
