//! Races, with one World driven by hand: no simulator, no clock, every order.
//!
//! A request under way is one thing at a time: one message in flight, or one
//! statement that runs. So an order of two requests is a word of two letters,
//! and all words together are all that can happen. What each leaves behind is
//! worked out from the definition of the race and compared with the stores.

use std::sync::Arc;

use crate::support::{builtin, check, scenario, source, with};
use serde_json::{Value, json};
use stalemate::event::Event;
use stalemate::scenario::Scenario as Document;
use stalemate::strategy::value::{Names, Scalar};
use stalemate::vocabulary::CacheId;
use stalemate::world::{
    Clock, Delay, Dice, Kind, Message, MessageKey, OpId, Passage, ProcessId, Request, Sink, Source,
    Timer, Transition, World,
};

/// A scheduler that decides nothing: it holds what is under way until it is
/// told to let one thing go on.
#[derive(Clone, Default)]
struct Hands {
    now_us: u64,
    messages: Vec<(OpId, MessageKey)>,
    statements: Vec<(OpId, Timer)>,
    /// Whose step it is.
    turn: OpId,
}

impl Clock for Hands {
    fn sent(&mut self, key: MessageKey, message: &Message, _: u32) {
        self.messages.push((message.op, key));
    }

    fn timer(&mut self, timer: Timer, _: Delay) {
        // timeouts never come, here
        if matches!(timer, Timer::Served { at: ProcessId::Database, .. }) {
            self.statements.push((self.turn, timer));
        }
    }
}

impl Dice for Hands {
    fn random(&mut self, _: u64) -> u64 {
        0
    }

    fn passage(&mut self, _: &Message) -> Passage {
        Passage::Arrives
    }
}

impl Sink for Hands {
    fn record(&mut self, _: u64, _: &[Event], _: &Names) {}
}

/// A world and the hands that hold its messages.
#[derive(Clone)]
struct Table {
    world: World,
    hands: Hands,
}

impl Table {
    fn new(strategy: &str, warm: bool) -> Table {
        let entries = if warm { json!([{"key": "k"}]) } else { json!([]) };
        let document = with(scenario(builtin(strategy), json!([])), json!({"entries": entries}));
        let document = Document::parse(&document.to_string()).expect("a scenario");
        let setup = Arc::new(document.resolve().unwrap_or_else(|problems| panic!("{problems:?}")));
        let mut hands = Hands::default();
        Table { world: World::new(setup, &mut hands), hands }
    }

    fn start(&mut self, kind: Kind, value: i64) -> OpId {
        let names = self.world.names_mut();
        let (key, client) = (names.intern("k").unwrap(), names.intern("c").unwrap());
        let value = if kind == Kind::Read { Scalar::None } else { Scalar::Int(value) };
        let stamp = Source::Action(value_stamp(value)).stamp(0);
        self.apply(Transition::Start(Request { kind, key, value, client, stamp }));
        self.world.latest_operation()
    }

    fn apply(&mut self, transition: Transition) {
        let done = self.world.apply(transition, self.hands.now_us, &mut self.hands);
        assert_eq!(done, Ok(()), "{transition:?}");
    }

    /// One thing of this request happens; false where nothing is left of it.
    fn step(&mut self, op: OpId) -> bool {
        self.hands.now_us += 1;
        self.hands.turn = op;
        let messages = &mut self.hands.messages;
        if let Some(at) = messages.iter().position(|(of, _)| *of == op) {
            let (_, key) = messages.remove(at);
            self.apply(Transition::Deliver(key));
            return true;
        }
        let statements = &mut self.hands.statements;
        if let Some(at) = statements.iter().position(|(of, _)| *of == op) {
            let (_, timer) = statements.remove(at);
            self.apply(Transition::Fire(timer));
            return true;
        }
        false
    }

    fn steps(&mut self, op: OpId, count: usize) {
        for _ in 0..count {
            assert!(self.step(op), "{} is over", op.label());
        }
    }

    fn cached(&self) -> Option<Scalar> {
        let key = self.world.names().find("k").unwrap();
        Some(self.world.cache(CacheId::FIRST).peek(key)?.value.scalar)
    }

    fn stored(&self) -> Option<Scalar> {
        let key = self.world.names().find("k").unwrap();
        Some(self.world.database().read(key)?.value.scalar)
    }
}

fn value_stamp(value: Scalar) -> u32 {
    match value {
        Scalar::Int(value) => value as u32,
        _ => 1_000,
    }
}

/// Every order of the steps of two requests, and the world after each. A word
/// says at which turn each of a request's steps happened.
fn every_order(table: &Table, a: OpId, b: OpId, look: &mut impl FnMut(&Table, &[u32], &[u32])) {
    fn go(
        table: &Table,
        (a, b): (OpId, OpId),
        (at_a, at_b): (&mut Vec<u32>, &mut Vec<u32>),
        turn: u32,
        look: &mut impl FnMut(&Table, &[u32], &[u32]),
    ) {
        let mut over = true;
        let mut next = table.clone();
        if next.step(a) {
            over = false;
            at_a.push(turn);
            go(&next, (a, b), (at_a, at_b), turn + 1, look);
            at_a.pop();
        }
        let mut next = table.clone();
        if next.step(b) {
            over = false;
            at_b.push(turn);
            go(&next, (a, b), (at_a, at_b), turn + 1, look);
            at_b.pop();
        }
        if over {
            assert!(table.world.is_quiet(), "both are over, and something is left");
            look(table, at_a, at_b);
        }
    }
    go(table, (a, b), (&mut Vec::new(), &mut Vec::new()), 0, look);
}

/// How many ways there are to shuffle so many cards with so many.
fn shuffles(a: u64, b: u64) -> u64 {
    (1..=b).fold(1, |ways, each| ways * (a + each) / each)
}

// Steps of a missing read under cache-aside, from 0: the request, get, its
// reply, the statement begins, ends, its reply, set, its reply, the answer.
const READ_STEPS: u64 = 9;
const SNAPSHOT: usize = 3;
const SET: usize = 6;
// … of a write: the request, the statement begins, ends, its reply, delete
// (or set), its reply, the answer.
const WRITE_STEPS: u64 = 7;
const COMMIT: usize = 2;
const SECOND: usize = 4;

/// CA6, in the two orders that matter.
#[test]
fn a_slow_reader_in_two_orders() {
    for (reader_sets_last, cached) in [(true, Some(Scalar::Int(0))), (false, None)] {
        let mut table = Table::new("cache-aside", false);
        let read = table.start(Kind::Read, 0);
        let write = table.start(Kind::Write, 1);
        table.steps(read, SNAPSHOT + 1);
        if reader_sets_last {
            table.steps(write, WRITE_STEPS as usize);
            table.steps(read, READ_STEPS as usize - SNAPSHOT - 1);
        } else {
            table.steps(read, READ_STEPS as usize - SNAPSHOT - 1);
            table.steps(write, WRITE_STEPS as usize);
        }
        assert!(table.world.is_quiet());
        assert_eq!((table.cached(), table.stored()), (cached, Some(Scalar::Int(1))));
    }
}

/// CA6, in every order: stale exactly where the snapshot is from before the
/// commit and the set lands after the delete.
#[test]
fn a_slow_reader_in_every_order() {
    let mut table = Table::new("cache-aside", false);
    let read = table.start(Kind::Read, 0);
    let write = table.start(Kind::Write, 1);
    let (mut orders, mut stale) = (0, 0);
    every_order(&table, read, write, &mut |table, read, write| {
        orders += 1;
        assert_eq!((read.len() as u64, write.len() as u64), (READ_STEPS, WRITE_STEPS));
        let old = read[SNAPSHOT] < write[COMMIT];
        let expect = match (old, read[SET] > write[SECOND]) {
            (_, false) => None,
            (true, true) => Some(Scalar::Int(0)),
            (false, true) => Some(Scalar::Int(1)),
        };
        stale += u64::from(expect == Some(Scalar::Int(0)));
        assert_eq!(table.cached(), expect, "read {read:?} write {write:?}");
        assert_eq!(table.stored(), Some(Scalar::Int(1)));
    });
    // were any two steps fused, there would be fewer
    assert_eq!(orders, shuffles(READ_STEPS, WRITE_STEPS));
    assert!(stale > 0 && stale < orders);
}

/// CA5 and WT6: two writers that set after the database leave the older value
/// exactly where they reach the two stores in opposite orders.
#[test]
fn two_setters_in_every_order() {
    for strategy in ["cache-aside-update", "write-through"] {
        let mut table = Table::new(strategy, true);
        let one = table.start(Kind::Write, 1);
        let two = table.start(Kind::Write, 2);
        let (mut orders, mut apart) = (0, 0);
        every_order(&table, one, two, &mut |table, one, two| {
            orders += 1;
            let last = |step: usize| Scalar::Int(if one[step] > two[step] { 1 } else { 2 });
            assert_eq!(table.stored(), Some(last(COMMIT)));
            assert_eq!(table.cached(), Some(last(SECOND)));
            apart += u64::from(last(COMMIT) != last(SECOND));
        });
        assert_eq!(orders, shuffles(WRITE_STEPS, WRITE_STEPS));
        assert!(apart > 0);
    }
}

/// … and two that delete never do.
#[test]
fn two_deleters_in_every_order() {
    let mut table = Table::new("cache-aside", true);
    let one = table.start(Kind::Write, 1);
    let two = table.start(Kind::Write, 2);
    every_order(&table, one, two, &mut |table, _, _| assert_eq!(table.cached(), None));
}

/// FX2 and FX7: leases, and versions while they are remembered, close both.
#[test]
fn what_closes_the_races() {
    let mut table = Table::new("leases", false);
    let read = table.start(Kind::Read, 0);
    let write = table.start(Kind::Write, 1);
    every_order(&table, read, write, &mut |table, _, _| {
        assert_ne!(table.cached(), Some(Scalar::Int(0)));
    });
    for kind in [Kind::Read, Kind::Write] {
        let mut table = Table::new("versioned-set", false);
        let one = table.start(kind, 1);
        let two = table.start(Kind::Write, 2);
        every_order(&table, one, two, &mut |table, _, _| {
            assert_eq!(table.cached(), table.stored())
        });
    }
}

/// The same order gives the same digest, and a copy goes its own way.
#[test]
fn digests() {
    let mut table = Table::new("cache-aside", false);
    let read = table.start(Kind::Read, 0);
    let write = table.start(Kind::Write, 1);
    table.steps(read, 4);
    let mut copy = table.clone();
    assert_eq!(table.world.digest(), copy.world.digest());
    copy.steps(write, 3);
    assert_ne!(table.world.digest(), copy.world.digest());
    table.steps(write, 3);
    assert_eq!(table.world.digest(), copy.world.digest());
}

fn flushed(on_failure: &str) -> Value {
    source(&format!(
        "
queue = Queue(at=worker)

def read(key):
    return db.read(key)

def write(key, value):
    queue.push(key, value)

@at(worker)
@every(1)
def flush():
    for item in queue.take(10):
        try:
            db.write(item.key, item.value)
            queue.ack(item)
        except StoreError:
            {on_failure}
"
    ))
}

/// WB8: sent to the back, the older value is written at 3 s, over the newer of
/// 2 s; kept in its place, it is written at 2 s, and the newer at 3 s.
#[test]
fn a_retry_at_the_back_overtakes() {
    let back = "queue.push(item.key, item.value)\n            queue.ack(item)";
    // pushed before it is acknowledged, the first is there twice for a moment
    for (on_failure, value, overtaken, depth) in [(back, 1, 1, 3), ("queue.retry(item)", 2, 0, 2)] {
        let run = check(
            with(
                scenario(
                    flushed(on_failure),
                    json!([
                        {"at_us": 0, "do": "fail-next", "store": "database"},
                        {"at_us": 0, "do": "write", "key": "k", "value": 1},
                        {"at_us": 100_000, "do": "write", "key": "k", "value": 2},
                    ]),
                ),
                json!({"duration_us": 4_000_000}),
            ),
            json!({
                "writes": {"acknowledged": 2, "committed": 2, "lost": 0, "pending": 0, "overtaken": overtaken},
                "latency_us": {"write": {"max": 1_000}},
                "queue": {"max_depth": depth},
            }),
        );
        assert_eq!(crate::support::stored(&run, "k"), Some(value));
    }
}
