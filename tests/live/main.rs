//! Runs over real servers. Where there are none, the tests say so and are skipped.
#![cfg(all(feature = "live", unix))]

mod clusters;
mod conformance;
mod generate;
mod races;
mod replay;
mod servers;

use std::fs;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use stalemate::live::{LiveError, Options, Outcome, Servers, play};
use stalemate::scenario::Scenario;
use stalemate::simulate::Simulation;

/// The servers of all tests that run now, ended with the last of them; `None`: there are none
/// to be had.
fn servers() -> Option<Arc<Mutex<Servers>>> {
    static SHARED: Mutex<Weak<Mutex<Servers>>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(servers) = shared.upgrade() {
        return Some(servers);
    }
    match Servers::new(None, None) {
        Ok(servers) => {
            let servers = Arc::new(Mutex::new(servers));
            *shared = Arc::downgrade(&servers);
            Some(servers)
        }
        Err(LiveError::NoProgram { what, .. }) => {
            eprintln!("skipped: there is no {what} on this machine (`.ci/setup live`)");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Whether a Memcached can be started.
fn has_memcached() -> bool {
    let version = std::process::Command::new("memcached").arg("--version").output();
    let is_there = version.is_ok_and(|output| output.status.success());
    if !is_there {
        eprintln!("skipped: there is no memcached on this machine (`.ci/setup live`)");
    }
    is_there
}

/// A scenario of this folder.
fn case(name: &str) -> Scenario {
    let path = format!("{}/tests/live/{name}.json", env!("CARGO_MANIFEST_DIR"));
    Scenario::parse(&fs::read_to_string(path).expect("a case")).expect("a scenario")
}

/// Plays a scenario over real servers: the run, and what came of it.
fn live(scenario: &Scenario, servers: &Mutex<Servers>) -> (Simulation, Outcome) {
    let mut servers = servers.lock().unwrap_or_else(PoisonError::into_inner);
    let mut run = Simulation::new(scenario).expect("a scenario that resolves");
    let interrupted = Arc::new(AtomicBool::new(false));
    let options = Options { scale_milli: 1_000, interrupted };
    let outcome = play(&mut run, &mut servers, &options).expect("servers that go on");
    (run, outcome)
}

/// The same simulated.
fn simulated(scenario: &Scenario) -> Simulation {
    let mut run = Simulation::new(scenario).expect("a scenario that resolves");
    run.advance(scenario.duration_us, u32::MAX);
    run
}
