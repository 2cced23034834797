//! How many events a second: `make bench`, natively and in a browser. It measures and never
//! asserts a time, since a time says as much about the machine as about the code.
//!
//! A case is a function that does its work once and returns how many events that was. Each is run
//! once to warm up and then five times; the median counts.

use std::collections::BinaryHeap;
use std::hint::black_box;

use stalemate::scenario::{Arrivals, Keys, Literal, RowRange, Scenario, Workload};
#[cfg(not(target_arch = "wasm32"))]
use stalemate::simulate::timeline::{SMALL_BUDGET, Timeline};
use stalemate::simulate::{Advance, Simulation};

/// A name for the table, and the work.
type Case = (&'static str, fn() -> u64);

/// Every case, in the order of the table.
const CASES: &[Case] = &[
    ("limit: a bare heap, 1,000 pending", bare_heap),
    ("cache-aside, 1,000 keys", || run(&scenario("cache-aside", 1_000))),
    ("cache-aside, 100,000 keys", || run(&scenario("cache-aside", 100_000))),
    ("write-behind, 1,000 keys", || run(&scenario("write-behind", 1_000))),
    ("write-behind, 100,000 keys", || run(&scenario("write-behind", 100_000))),
    ("cache-aside, 100,000 keys, room for 10,000", || {
        let mut scenario = scenario("cache-aside", 100_000);
        scenario.topology.cache.capacity = Some(10_000);
        run(&scenario)
    }),
];

/// A run of 100,000 requests, Poisson arrivals at 2,000 a second, Zipf keys, nine reads for each
/// write. Only the last 1,000 records are kept, so what is measured is the engine: interpreter, stores, agenda
/// and verdicts.
fn scenario(strategy: &str, keys: u32) -> Scenario {
    let mut scenario = Scenario::default();
    scenario.strategies[0].strategy = strategy.to_owned();
    scenario.duration_us = 50_000_000;
    scenario.history.keep = Some(1_000);
    scenario.rows.ranges =
        vec![RowRange { prefix: "item:".to_owned(), count: keys, value: Literal::Int(0) }];
    scenario.workloads = vec![Workload {
        arrivals: Arrivals::Poisson { per_second: 2_000.0 },
        keys: Keys { count: keys, ..Keys::default() },
        ..Workload::default()
    }];
    scenario
}

fn run(scenario: &Scenario) -> u64 {
    let mut simulation = Simulation::new(scenario).expect("the scenario is valid");
    let advance = simulation.advance(scenario.duration_us, u32::MAX);
    assert_eq!(advance, Advance::Reached);
    simulation.events()
}

/// The least that any scheduler must do: take the earliest event, put in a later one. Nothing that
/// simulates by events can be faster, so the other figures are read against this one.
fn bare_heap() -> u64 {
    const EVENTS: u64 = 2_000_000;
    // the earliest first: the heap's largest is the one with the most time left to the end
    let mut pending: BinaryHeap<u64> = (0..1_000).map(|event| u64::MAX - event * 7).collect();
    let mut random = 1_u64;
    for _ in 0..EVENTS {
        let earliest = pending.pop().unwrap_or_default();
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        pending.push(earliest - 1 - (random >> 50));
    }
    black_box(pending.peek());
    EVENTS
}

/// One line for each case: millions of events a second.
fn table(now_seconds: impl Fn() -> f64) -> String {
    let mut lines = String::new();
    for (name, work) in CASES {
        work();
        let mut rates = [0.0; 5];
        for rate in &mut rates {
            let start = now_seconds();
            let events = work() as f64;
            *rate = events / (now_seconds() - start) / 1e6;
        }
        rates.sort_by(f64::total_cmp);
        lines += &format!("{:8.2} M events/s  {name}\n", rates[rates.len() / 2]);
    }
    lines
}

/// What a run keeps: bytes an event while there is room, and all of it after ten times as long.
#[cfg(not(target_arch = "wasm32"))]
fn memory() -> String {
    let mut lines = String::new();
    for strategy in ["cache-aside", "write-behind"] {
        let mut scenario = scenario(strategy, 1_000);
        scenario.history.keep = None;
        let mut line = Timeline::new(&scenario).expect("the scenario is valid");
        let at_start = line.memory().bytes;
        line.advance(scenario.duration_us / 5, u32::MAX);
        let each = (line.memory().bytes - at_start) as f64 / line.now().events() as f64;
        line.set_budget(SMALL_BUDGET);
        line.advance(scenario.duration_us * 2, u32::MAX);
        let whole = line.memory().bytes >> 20;
        lines +=
            &format!("{each:8.0} bytes an event   {strategy}; of 64 MB a long run has {whole}\n");
    }
    lines
}

/// What verdicts cost: a million requests with them, in times of the same without.
#[cfg(not(target_arch = "wasm32"))]
fn verdicts(now_seconds: impl Fn() -> f64) -> String {
    let mut lines = String::new();
    for strategy in ["cache-aside", "write-behind"] {
        let mut with = scenario(strategy, 1_000);
        with.duration_us *= 10;
        let mut without = with.clone();
        without.history.verdicts = false;
        let time = |scenario: &Scenario| {
            let start = now_seconds();
            black_box(run(scenario));
            now_seconds() - start
        };
        // one after the other, so that a busy moment slows both
        let mut ratios: Vec<f64> = (0..5).map(|_| time(&with) / time(&without)).collect();
        ratios.sort_by(f64::total_cmp);
        lines += &format!("{:8.2} × the time  {strategy}, a million requests judged\n", ratios[2]);
    }
    lines
}

/// With the name of a case, only its work is done, once, for a profiler:
/// `cargo bench --bench speed -- "cache-aside, 1,000 keys"`.
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let wanted = std::env::args().nth(1);
    if let Some((_, work)) = CASES.iter().find(|(name, _)| wanted.as_deref() == Some(*name)) {
        return println!("{} events", work());
    }
    let start = std::time::Instant::now();
    let now_seconds = || start.elapsed().as_secs_f64();
    print!("native\n{}{}{}", table(now_seconds), verdicts(now_seconds), memory());
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(target_arch = "wasm32")]
mod browser {
    use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn speed() {
        let clock = web_sys::window().and_then(|window| window.performance());
        let clock = clock.expect("a browser has a clock");
        console_log!("in a browser\n{}", super::table(|| clock.now() / 1e3));
    }
}
