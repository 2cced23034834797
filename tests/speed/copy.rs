//! What a copy of a world costs: time, and the memory that it takes for itself. A program of its
//! own, since it counts what is allocated, which would slow the engine's figures.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use stalemate::event::Event;
use stalemate::scenario::Scenario;
use stalemate::simulate::{Advance, Simulation};
use stalemate::strategy::value::Names;
use stalemate::world::{Clock, Delay, Dice, Message, MessageKey, Passage, Sink, Timer, World};

#[global_allocator]
static COUNTING: Counting = Counting;

/// The system's allocator, counting.
struct Counting;

static BYTES: AtomicU64 = AtomicU64::new(0);
static BLOCKS: AtomicU64 = AtomicU64::new(0);

// SAFETY: each call is the system allocator's own; only two numbers are added up.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as u64, Ordering::Relaxed);
        BLOCKS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps the rules of `alloc`
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the rules of `dealloc`
        unsafe { System.dealloc(block, layout) }
    }
}

/// A world in which four clients wait for an answer.
fn four_requests() -> World {
    let scenario = Scenario::parse(
        r#"{
            "rows": {"each": {"a": 1, "b": 2, "c": 3, "d": 4}},
            "actions": [
                {"at_us": 0, "do": "read", "key": "a"},
                {"at_us": 0, "do": "read", "key": "b"},
                {"at_us": 0, "do": "write", "key": "c"},
                {"at_us": 0, "do": "write", "key": "d"}
            ]
        }"#,
    );
    let mut run = Simulation::new(&scenario.expect("a scenario")).expect("it runs");
    assert_eq!(run.advance(400, u32::MAX), Advance::Reached);
    let world = run.world().clone();
    assert_eq!((world.tasks().count(), world.messages().count()), (4, 4));
    world
}

/// The cost of a copy, and of a copy with one transition done to it.
fn table(now_seconds: impl Fn() -> f64) -> String {
    const TIMES: u64 = 1_000_000;
    let world = four_requests();
    let copy = || {
        black_box(black_box(&world).clone());
    };
    let next = world.enabled()[0];
    let step = || {
        let mut other = black_box(&world).clone();
        let done = other.apply(next, world.now_us(), &mut Nobody);
        assert!(done.is_ok());
        black_box(other);
    };
    let digest = || {
        black_box(black_box(&world).digest());
    };
    let mut lines = String::new();
    let cases: [(&str, &dyn Fn()); 3] =
        [("copied", &copy), ("copied, and a message landed", &step), ("its digest", &digest)];
    for (what, work) in cases {
        let (bytes, blocks) = (BYTES.load(Ordering::Relaxed), BLOCKS.load(Ordering::Relaxed));
        work();
        let bytes = BYTES.load(Ordering::Relaxed) - bytes;
        let blocks = BLOCKS.load(Ordering::Relaxed) - blocks;
        let own = bytes + size_of::<World>() as u64;
        let start = now_seconds();
        (0..TIMES).for_each(|_| work());
        let ns = (now_seconds() - start) * 1e9 / TIMES as f64;
        lines += &format!(
            "{ns:8.0} ns  {blocks:3} blocks  {own:5} bytes  a world with four requests: {what}\n"
        );
    }
    lines
}

/// A driver that only looks on.
struct Nobody;

impl Clock for Nobody {
    fn sent(&mut self, _: MessageKey, _: &Message, _: u32) {}
    fn timer(&mut self, _: Timer, _: Delay) {}
}

impl Dice for Nobody {
    fn random(&mut self, _: u64) -> u64 {
        0
    }
    fn passage(&mut self, _: &Message) -> Passage {
        Passage::Arrives
    }
}

impl Sink for Nobody {
    fn record(&mut self, _: u64, _: &[Event], _: &Names) {}
}

fn main() {
    let start = std::time::Instant::now();
    print!("{}", table(|| start.elapsed().as_secs_f64()));
}
