//! The engine beside others of its kind, in one run: one after the other, five times, and the
//! median of the ratios. Each does its own work in its own way; what is the same is the question.

mod checker;
mod queue;

use std::time::Instant;

/// How many of something in how many seconds.
pub struct Rate {
    count: u64,
    seconds: f64,
}

impl Rate {
    fn of(work: impl FnOnce() -> u64) -> Rate {
        let start = Instant::now();
        let count = work();
        Rate { count, seconds: start.elapsed().as_secs_f64() }
    }

    fn per_second(&self) -> f64 {
        self.count as f64 / self.seconds
    }
}

/// A name, and the work.
type Peer<'a> = (&'a str, &'a dyn Fn() -> Rate);

/// Prints the rate of each, and how many times the rate of the others the first has.
fn side_by_side(what: &str, all: &[Peer]) {
    let rates: Vec<Vec<f64>> = (0..5)
        .map(|_| all.iter().map(|(_, work)| work().per_second()).collect())
        .collect();
    let median = |mut figures: Vec<f64>| {
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    println!("{what}");
    for (at, (name, _)) in all.iter().enumerate() {
        let rate = median(rates.iter().map(|round| round[at]).collect());
        let ratio = median(rates.iter().map(|round| round[0] / round[at]).collect());
        let beside = if at == 0 { String::new() } else { format!("   {ratio:.2} × as many here") };
        println!("  {rate:>12.0}  {name}{beside}");
    }
}

fn main() {
    let simpy = std::env::args().nth(1);
    let by_simpy = || queue::simpy(simpy.as_deref().unwrap_or_default());
    let mut queues: Vec<Peer> =
        vec![("Stalemate", &queue::stalemate), ("nexosim 1.0.0", &queue::nexosim)];
    if simpy.is_some() {
        queues.push(("SimPy 4.1.1", &by_simpy));
    }
    side_by_side("M/M/1 at a load of 0.8: customers a second", &queues);
    for (readers, writers) in [(2, 2), (3, 3)] {
        let ours = || checker::stalemate(readers, writers);
        let theirs = || checker::stateright(readers, writers);
        let what = format!(
            "cache-aside, {readers} readers and {writers} writers of one key: states a second \
             ({} here, {} in the model written by hand)",
            ours().count,
            theirs().count
        );
        side_by_side(&what, &[("Stalemate", &ours), ("stateright 0.31.0", &theirs)]);
    }
}
