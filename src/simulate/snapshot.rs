//! What a person sees at one instant: plain data, in words and numbers.
//!
//! A snapshot is made from the world and the history; nothing in it can be
//! acted on. Texts are ready to show; times are virtual.

use std::rc::Rc;

pub use crate::history::{KeyState, Tone};
pub use crate::identity::ProcessId;
use crate::time::Micros;

/// The whole picture. Each part can be had alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    pub at_us: Micros,
    pub counters: Counters,
    pub stores: Stores,
    pub activity: Activity,
    /// The latest finished requests, newest first.
    pub results: Vec<RequestResult>,
    pub problems: Problems,
    pub charts: Charts,
}

/// The cache and the database, key by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stores {
    /// Every key that either store holds or held, in the order of first use;
    /// at most as many as were asked for.
    pub rows: Vec<KeyRow>,
    /// How many keys there are in all, shown or not.
    pub keys_total: usize,
}

/// What is under way, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    pub processes: Vec<ProcessView>,
    /// Tasks that run now, oldest first; at most as many as were asked for.
    pub tasks: Vec<TaskView>,
    pub tasks_total: usize,
    /// Messages in flight and statements in service, by time of sending.
    pub flights: Vec<FlightView>,
    pub flights_total: usize,
    pub queues: Vec<QueueView>,
    pub links: Vec<LinkView>,
    pub workloads: Vec<WorkloadView>,
}

/// What went wrong so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// How often each kind of thing went wrong, worst first; only those that did.
    pub totals: Vec<(&'static str, u64)>,
    /// The worst, worst first; of one kind the earliest first.
    pub shown: Vec<ProblemView>,
}

/// One thing that went wrong, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemView {
    /// A stable key.
    pub id: u64,
    /// "lost write", "stale read", …: one of the totals'.
    pub kind: &'static str,
    /// In a sentence: "W3, acknowledged, is in no store and no queue any more".
    pub what: String,
    pub key: Rc<str>,
    /// When it went wrong: where to jump to.
    pub at_us: Micros,
    /// What led to it, oldest first: two to five events.
    pub cause: Vec<CauseLine>,
}

/// One event of a cause chain, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseLine {
    pub at_us: Micros,
    /// "W2 committed version 2", without the time.
    pub text: String,
}

/// Metrics over time, in equal steps from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Charts {
    /// How long a step is. It doubles as the run grows, so that there never are
    /// more than 128 steps.
    pub step_us: Micros,
    pub charts: Vec<Chart>,
}

/// One small chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// A stable key: "hit-ratio".
    pub id: &'static str,
    /// "Hit ratio"
    pub title: &'static str,
    pub unit: Unit,
    pub lines: Vec<Line>,
}

/// One line of a chart: a value for each step, `None` where there was nothing
/// to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// "p99"
    pub name: &'static str,
    pub values: Vec<Option<u64>>,
    /// The value for the whole run, where one makes sense.
    pub overall: Option<u64>,
}

/// What a chart's numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Thousandths of one.
    Permille,
    /// Microseconds.
    Micros,
    /// Thousandths of one a second.
    MilliPerSecond,
    Count,
}

/// One key in both stores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyRow {
    pub key: Rc<str>,
    pub strategy: usize,
    pub cache: Option<EntryView>,
    pub database: Option<RowView>,
    pub state: KeyState,
    /// Since when it is in this state.
    pub since_us: Micros,
    /// When an expiry will end the difference; `None`: nothing that is known will.
    pub until_us: Option<Micros>,
    /// The difference in words: "2 versions behind", "its write is queued".
    pub note: String,
    /// When the difference ends, in words: "until its TTL at 60.0 s", "for good:
    /// nothing will correct it". Empty where the two stores agree.
    pub forecast: String,
    /// What led to the difference, oldest first. Empty where they agree.
    pub cause: Vec<CauseLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryView {
    pub value: String,
    /// The write that made the value: "W3", or "initial".
    pub origin: String,
    pub version: Option<i64>,
    pub set_at_us: Micros,
    /// `None`: never expires.
    pub expires_at_us: Option<Micros>,
    /// Its TTL has passed; it is within its `stale=` grace.
    pub in_grace: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowView {
    pub value: String,
    pub origin: String,
    pub version: i64,
    pub committed_at_us: Micros,
}

/// A process: up or down, and how busy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessView {
    pub name: String,
    pub kind: ProcessKind,
    pub up: bool,
    /// 1000: at its own speed.
    pub slow_milli: u32,
    /// Requests, statements or tasks in progress.
    pub busy: usize,
    pub waiting: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProcessKind {
    Client,
    App,
    Cache,
    Worker,
    Database,
    Replica,
}

impl ProcessKind {
    /// Its name in the words of the page and of the API.
    pub fn word(self) -> &'static str {
        match self {
            ProcessKind::Client => "client",
            ProcessKind::App => "app",
            ProcessKind::Cache => "cache",
            ProcessKind::Worker => "worker",
            ProcessKind::Database => "database",
            ProcessKind::Replica => "replica",
        }
    }
}

/// A task that runs a strategy's function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskView {
    /// Stable while the task lives.
    pub id: u64,
    /// "R12" for a read by a client, "W3", "D4", "I5"; the function's name for a loop.
    pub label: String,
    pub client: Option<Rc<str>>,
    /// Where it runs: "app 1", "cache", "worker".
    pub process: String,
    pub strategy: usize,
    pub function: Rc<str>,
    /// The line that it stands at, from 1.
    pub line: u32,
    /// What it waits for: "db.read(user:1)", "sleep until 2.5 s".
    pub waiting: String,
    pub started_us: Micros,
    /// Local variables by name, as Python would print them.
    pub variables: Vec<(Rc<str>, String)>,
}

/// One message, or one statement in service at a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlightView {
    pub id: u64,
    pub from: ProcessKind,
    pub to: ProcessKind,
    /// "cache.get(user:1)", "→ 42", "refused"
    pub text: String,
    pub label: String,
    pub reply: bool,
    pub failed: bool,
    /// What an action calls it; `None`: a statement in service, which no hand
    /// can hold.
    pub message: Option<String>,
    /// A person holds it.
    pub held: bool,
    pub sent_us: Micros,
    /// When it lands, where that is known.
    pub lands_us: Option<Micros>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueView {
    pub name: Rc<str>,
    pub place: String,
    pub durable: bool,
    pub depth: usize,
    pub limit: Option<u32>,
    pub dead_letters: usize,
    /// The first few items: "user:1 = 7 (W3)"
    pub head: Vec<String>,
    /// When the oldest item was put there.
    pub oldest_us: Option<Micros>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkView {
    pub name: crate::scenario::LinkName,
    pub cut: bool,
}

/// A request that has ended, as its client saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestResult {
    pub label: String,
    pub client: Rc<str>,
    pub key: Rc<str>,
    pub started_us: Micros,
    pub ended_us: Micros,
    /// The value that a read returned; what a write wrote.
    pub value: String,
    /// "fresh", "stale by 2.1 s, 1 version behind", "timed out", …
    pub verdict: String,
    pub good: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkloadView {
    pub name: Rc<str>,
    pub running: bool,
    pub requests: u64,
}

/// A few totals for the page's head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub reads: u64,
    pub hits: u64,
    pub misses: u64,
    pub stale_reads: u64,
    pub writes: u64,
    pub lost_writes: u64,
    pub failed: u64,
    pub database_reads: u64,
    pub database_writes: u64,
    pub events: u64,
}

/// One line of the log: what happened, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Counts from 0; a stable key.
    pub seq: u64,
    pub at_us: Micros,
    pub tone: Tone,
    pub text: String,
}

/// Messages and changes over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    /// From clients to the database, as a request goes.
    pub lanes: Vec<Lane>,
    /// By the instant of their ends; those still under way last.
    pub arrows: Vec<Arrow>,
    pub marks: Vec<Mark>,
    /// How many more there were, before those given.
    pub arrows_left_out: usize,
    pub marks_left_out: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    pub process: ProcessId,
    pub name: String,
}

/// A message, from one lane to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// The same in every run in which this message is sent.
    pub id: u64,
    /// The log's number of its end; `None`: it is under way.
    pub seq: Option<u64>,
    /// Whose it is: "R12"; empty: a background task's.
    pub label: String,
    pub key: Option<Rc<str>>,
    pub from: ProcessId,
    pub to: ProcessId,
    pub sent_us: Micros,
    /// When it landed, was dropped, or will land; `None`: it is held.
    pub ended_us: Option<Micros>,
    pub text: String,
    pub reply: bool,
    /// It says that something failed.
    pub failed: bool,
    pub end: ArrowEnd,
    /// What an action calls it, while it is under way.
    pub message: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArrowEnd {
    Landed,
    /// It never landed, and why.
    Dropped(&'static str),
    UnderWay,
    Held,
}

/// A change in a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The log's number of it.
    pub seq: u64,
    pub at_us: Micros,
    pub process: ProcessId,
    pub label: String,
    pub key: Option<Rc<str>>,
    pub tone: Tone,
    /// In a word: "committed".
    pub event: &'static str,
    pub text: String,
}

/// One key's states over the whole run, in equal steps from 0: of each step the worst.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ribbon {
    pub key: Rc<str>,
    pub cells: Vec<KeyState>,
}

/// A state that a key was in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RibbonSpan {
    pub state: KeyState,
    pub from_us: Micros,
    /// `None`: it lasts.
    pub until_us: Option<Micros>,
    /// What began it, and what ended it.
    pub began: String,
    pub ended: Option<String>,
}
