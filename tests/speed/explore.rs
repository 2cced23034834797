//! How many states a second a search sees, and the memory that each takes. A program of its own,
//! since it counts what is allocated.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use stalemate::explore::{Budgets, Question, Search};
use stalemate::scenario::preset;

#[global_allocator]
static COUNTING: Counting = Counting;

/// The system's allocator, counting what is in use, and the most that ever was.
struct Counting;

static NOW: AtomicU64 = AtomicU64::new(0);
static MOST: AtomicU64 = AtomicU64::new(0);

// SAFETY: each call is the system allocator's own; only two numbers are kept.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size() as u64, Ordering::Relaxed) + layout.size() as u64;
        MOST.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller keeps the rules of `alloc`
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: the caller keeps the rules of `dealloc`
        unsafe { System.dealloc(block, layout) }
    }
}

fn main() {
    let one = Budgets::default();
    let cases = [
        ("ca6", true, one),
        ("ca6", false, one),
        ("fx2", true, one),
        ("fx7", true, one),
        ("fx2", true, Budgets { expiries: 1, evictions: 1, failures: 1, ..one }),
        ("wb9", true, one),
    ];
    println!(
        "{:>8} {:>9} {:>11} {:>13} {:>13} {:>11} {:>10}",
        "claim", "reduced", "states", "states/s", "transitions/s", "bytes/state", "most MB"
    );
    for (id, reduction, budgets) in cases {
        let scenario = preset::find(id).expect("a preset").scenario();
        let question = Question { reduction, budgets, most_states: 500_000, ..Question::default() };
        MOST.store(NOW.load(Ordering::Relaxed), Ordering::Relaxed);
        let before = NOW.load(Ordering::Relaxed);
        let start = Instant::now();
        let mut search = Search::new(&scenario, question).expect("it can be searched");
        let mut waiting = 0;
        while !search.advance(1_000) {
            waiting = waiting.max(search.progress().waiting);
        }
        let seconds = start.elapsed().as_secs_f64();
        let progress = search.progress();
        let most = MOST.load(Ordering::Relaxed) - before;
        println!(
            "{id:>8} {reduction:>9} {:>11} {:>13.0} {:>13.0} {:>11.1} {:>10.1}  {waiting} waited",
            progress.states,
            progress.states as f64 / seconds,
            progress.transitions as f64 / seconds,
            progress.visited_bytes as f64 / progress.states as f64,
            most as f64 / f64::from(1 << 20),
        );
    }
}
