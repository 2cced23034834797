//! One server, Poisson arrivals, exponential services: what every simulator can do.

use std::process::Command;
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::EventSource;
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};
use serde_json::json;
use stalemate::scenario::Scenario;
use stalemate::simulate::Simulation;

use super::Rate;

const SERVICE_US: u64 = 1_000;
const LOAD: f64 = 0.8;
const CUSTOMERS: u64 = 200_000;

fn seconds() -> f64 {
    CUSTOMERS as f64 / (LOAD * 1e6 / SERVICE_US as f64)
}

/// Reads of one row over one connection, and nothing else that takes time. Each is a request of a
/// client to an app server that calls the database, and is judged.
pub fn stalemate() -> Rate {
    let constant = |us: u64| json!({"kind": "constant", "us": us});
    let never_us = 30_000_000_000_000_u64;
    let document = json!({
        "strategies": [{"source": "def read(key):\n    return db.read(key)\n\ndef write(key, value):\n    db.write(key, value)\n"}],
        "topology": {
            "apps": {"count": 1, "max_in_progress": 1_000_000, "backlog": 1_000_000},
            "database": {
                "connections": 1,
                "read": {"kind": "exponential", "mean_us": SERVICE_US},
                "write": constant(0),
            },
            "network": {
                "default": {"latency": constant(0)},
                "cache_timeout_us": never_us,
                "database_timeout_us": never_us,
            },
            "clients": {"timeout_us": never_us},
        },
        "rows": {"each": {"k0": 0}},
        "workloads": [{
            "name": "customers",
            "arrivals": {"kind": "poisson", "per_second": LOAD * 1e6 / SERVICE_US as f64},
            "keys": {"prefix": "k", "count": 1},
            "read_permille": 1_000,
        }],
        "duration_us": (seconds() * 1e6) as u64,
        "history": {"keep": 1_000},
    });
    let scenario = Scenario::parse(&document.to_string()).expect("a scenario");
    Rate::of(|| {
        let mut run = Simulation::new(&scenario).expect("it can be run");
        run.advance(scenario.duration_us, u32::MAX);
        run.report().reads.total
    })
}

/// A random number above 0 and up to 1.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    fn exponential(&mut self, mean: f64) -> Duration {
        Duration::from_secs_f64((-self.next().ln() * mean).max(1e-9))
    }
}

#[derive(Serialize, Deserialize)]
struct Server {
    dice: Dice,
    waiting: u64,
    served: u64,
}

#[Model]
impl Server {
    pub fn open(&mut self, _: (), context: &Context<Self>) {
        self.next_arrival(context);
    }

    fn next_arrival(&mut self, context: &Context<Self>) {
        let wait = self.dice.exponential(SERVICE_US as f64 / 1e6 / LOAD);
        context.schedule_event(wait, schedulable!(Self::arrive), ()).expect("it lies ahead");
    }

    #[nexosim(schedulable)]
    fn arrive(&mut self, _: (), context: &Context<Self>) {
        self.next_arrival(context);
        self.waiting += 1;
        if self.waiting == 1 {
            self.serve(context);
        }
    }

    fn serve(&mut self, context: &Context<Self>) {
        let wait = self.dice.exponential(SERVICE_US as f64 / 1e6);
        context.schedule_event(wait, schedulable!(Self::leave), ()).expect("it lies ahead");
    }

    #[nexosim(schedulable)]
    fn leave(&mut self, _: (), context: &Context<Self>) {
        self.waiting -= 1;
        self.served += 1;
        if self.waiting > 0 {
            self.serve(context);
        }
    }
}

pub fn nexosim() -> Rate {
    let server = Server { dice: Dice(88_172_645_463_325_252), waiting: 0, served: 0 };
    let mailbox = Mailbox::new();
    // one thread: there is one model
    let mut bench = SimInit::with_num_threads(1);
    let open = EventSource::new().connect(Server::open, &mailbox).register(&mut bench);
    let bench = bench.add_model(server, mailbox, "server");
    let mut run = bench.init(MonotonicTime::EPOCH).expect("it can be run");
    run.process_event(&open, ()).expect("it opens");
    Rate::of(|| {
        run.step_until(Duration::from_secs_f64(seconds())).expect("it runs");
        CUSTOMERS
    })
}

/// In a process of its own, which says how long the run alone took.
pub fn simpy(python: &str) -> Rate {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/queue.py");
    let run = Command::new(python)
        .args([program, &seconds().to_string(), &LOAD.to_string(), &SERVICE_US.to_string()])
        .output()
        .expect("python runs");
    let told = String::from_utf8_lossy(&run.stdout);
    let mut words = told.split_whitespace();
    let (count, seconds) = (words.next(), words.next());
    Rate {
        count: count.and_then(|word| word.parse().ok()).expect("how many customers"),
        seconds: seconds.and_then(|word| word.parse().ok()).expect("in how many seconds"),
    }
}
