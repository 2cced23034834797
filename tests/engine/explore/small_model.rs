//! A second model checker, as small as can be, that shares nothing with the search: programs of
//! a few statements over one key, a set of whole states, a queue for each number of effects.
//! What it says of a program, the search must say too.

use std::collections::{BTreeSet, VecDeque};

/// One statement. `v` is the value that a task has in hand, `n` the version.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Op {
    /// `v = cache.get(key)`
    Get,
    /// `v = db.read(key)`
    Load,
    /// `row = db.row(key)`: v and n
    LoadRow,
    /// `if v is None:` the next few
    IfNone(usize),
    /// `cache.set(key, v)`
    Fill,
    /// `cache.add(key, v)`
    FillAdd,
    /// `cache.set(key, v, version=n)`
    FillVersion,
    /// `n = db.write(key, value)`
    Store,
    /// `cache.set(key, value)`
    Put,
    /// `cache.set(key, value, version=n)`
    PutVersion,
    /// `cache.delete(key)`
    Drop,
    /// `cache.delete(key, version=n)`
    DropVersion,
    /// `with lock(key):` the next few
    Lock(usize),
    /// `v, lease = cache.lease(key)`
    Lease,
    /// `if lease is not None:` the next few
    IfLease(usize),
    /// `cache.set_with_lease(key, v, lease)`
    FillLease,
    /// `spawn(later, key)`, which sleeps and deletes
    DropLater,
}

use Op::*;

/// What each client asks for, in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ask {
    Read,
    Write,
}

/// A strategy, and what is asked of it.
#[derive(Clone, Debug)]
pub struct Case {
    pub read: Vec<Op>,
    pub write: Vec<Op>,
    pub clients: Vec<Vec<Ask>>,
    pub evictions: u8,
    pub failures: u8,
}

/// The fewest effects with which each is broken.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    pub converges: Option<u16>,
    pub phantom: Option<u16>,
    pub lost: Option<u16>,
    pub stale: Option<u16>,
    pub own: Option<u16>,
    pub monotonic: Option<u16>,
    pub double: Option<u16>,
    pub states: usize,
}

/// A write by its number, from 1; 0: the value at the start.
type Write = u8;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
struct Task {
    client: usize,
    /// `None`: the task that deletes later
    ask: Option<Ask>,
    write: Write,
    at: usize,
    /// Where the lock that it holds ends.
    unlocks_at: Option<usize>,
    v: Option<Write>,
    n: Option<u8>,
    lease: Option<u8>,
    /// What was acknowledged when it began, and what its client had seen.
    acked: BTreeSet<Write>,
    seen: BTreeSet<Write>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
struct State {
    tasks: Vec<Task>,
    /// How many requests of each client have begun.
    begun: Vec<usize>,
    busy: Vec<bool>,
    row: (Write, u8),
    cache: Option<(Write, Option<u8>)>,
    /// A version that a deletion left.
    tomb: Option<u8>,
    lease: Option<u8>,
    leases: u8,
    locked: bool,
    evictions: u8,
    failures: u8,
    /// The version with which each write was committed.
    versions: Vec<Option<u8>>,
    acked: BTreeSet<Write>,
    /// What had been acknowledged when each write began.
    before: Vec<BTreeSet<Write>>,
    returned: BTreeSet<Write>,
    seen: Vec<BTreeSet<Write>>,
    wrote: Vec<BTreeSet<Write>>,
}

/// Of a step that breaks nothing.
const NONE: [bool; 4] = [false; 4];

/// What a step led to: whether it is an effect, and what it broke: stale, own, monotonic, double.
struct Next(State, bool, [bool; 4]);

impl Case {
    /// Looks at every state.
    pub fn check(&self) -> Found {
        let count = self.clients.iter().flatten().filter(|ask| **ask == Ask::Write).count();
        let first = State {
            begun: vec![0; self.clients.len()],
            busy: vec![false; self.clients.len()],
            seen: vec![BTreeSet::new(); self.clients.len()],
            wrote: vec![BTreeSet::new(); self.clients.len()],
            row: (0, 1),
            evictions: self.evictions,
            failures: self.failures,
            versions: vec![None; count + 1],
            before: vec![BTreeSet::new(); count + 1],
            ..State::default()
        };
        let mut known = BTreeSet::new();
        let mut found = Found::default();
        let mut now = VecDeque::from([first]);
        let mut effects = 0;
        while !now.is_empty() {
            let mut next = VecDeque::new();
            while let Some(state) = now.pop_front() {
                if !known.insert(state.clone()) {
                    continue;
                }
                self.judge(&state, effects, &mut found);
                for Next(after, is_effect, broken) in self.steps(&state) {
                    let length = effects + u16::from(is_effect);
                    let Found { stale, own, monotonic, double, .. } = &mut found;
                    let each = [stale, own, monotonic, double];
                    for (found, broken) in each.into_iter().zip(broken) {
                        if broken && found.is_none_or(|found| found > length) {
                            *found = Some(length);
                        }
                    }
                    if is_effect { next.push_back(after) } else { now.push_back(after) }
                }
            }
            now = next;
            effects += 1;
        }
        found.states = known.len();
        found
    }

    fn judge(&self, state: &State, effects: u16, found: &mut Found) {
        if !state.tasks.is_empty() {
            return;
        }
        let cached = state.cache.map(|(write, _)| write);
        if cached.is_some_and(|cached| cached != state.row.0) {
            found.converges.get_or_insert(effects);
        }
        for write in 1..state.versions.len() as Write {
            if state.versions[usize::from(write)].is_some() {
                continue;
            }
            if cached == Some(write) || state.returned.contains(&write) {
                found.phantom.get_or_insert(effects);
            }
            if state.acked.contains(&write) && cached != Some(write) {
                found.lost.get_or_insert(effects);
            }
        }
    }

    fn steps(&self, state: &State) -> Vec<Next> {
        let mut steps = Vec::new();
        for (client, asks) in self.clients.iter().enumerate() {
            let at = state.begun[client];
            if at < asks.len() && !state.busy[client] {
                let mut next = state.clone();
                let before = self.clients[..client].iter().map(|asks| &asks[..]);
                let before = before.chain([&asks[..at]]).flatten();
                let writes = before.filter(|ask| **ask == Ask::Write).count() as Write;
                next.begun[client] += 1;
                next.busy[client] = true;
                if asks[at] == Ask::Write {
                    next.before[usize::from(writes + 1)] = state.acked.clone();
                }
                next.tasks.push(Task {
                    client,
                    ask: Some(asks[at]),
                    write: if asks[at] == Ask::Write { writes + 1 } else { 0 },
                    acked: state.acked.clone(),
                    seen: state.seen[client].clone(),
                    ..Task::default()
                });
                next.tasks.sort();
                steps.push(Next(next, false, NONE));
            }
        }
        for at in 0..state.tasks.len() {
            self.step(state, at, &mut steps);
        }
        if state.evictions > 0 && (state.cache.is_some() || state.tomb.is_some()) {
            let mut next = state.clone();
            next.evictions -= 1;
            (next.cache, next.tomb) = (None, None);
            steps.push(Next(next, true, NONE));
        }
        steps
    }

    /// One task goes one statement on.
    fn step(&self, state: &State, at: usize, steps: &mut Vec<Next>) {
        let mut next = state.clone();
        let mut task = next.tasks.remove(at);
        let later = [Drop];
        let body = match task.ask {
            None => &later[..],
            Some(Ask::Read) => &self.read,
            Some(Ask::Write) => &self.write,
        };
        if task.unlocks_at == Some(task.at) {
            (task.unlocks_at, next.locked) = (None, false);
            next.tasks.push(task);
            next.tasks.sort();
            return steps.push(Next(next, false, NONE));
        }
        let Some(&op) = body.get(task.at) else {
            let broken = end(&mut next, &task);
            return steps.push(Next(next, false, broken));
        };
        task.at += 1;
        let is_effect = !matches!(op, IfNone(_) | IfLease(_) | Lock(_) | DropLater);
        if is_effect && state.failures > 0 {
            let mut failed = next.clone();
            failed.failures -= 1;
            fail(&mut failed, &task);
            steps.push(Next(failed, true, NONE));
        }
        let newest = |next: &State| next.cache.map_or(next.tomb, |(_, version)| version);
        let put = |next: &mut State, write: Write, version: Option<u8>| {
            if version.is_some() && newest(next) > version {
                return;
            }
            (next.cache, next.tomb, next.lease) = (Some((write, version)), None, None);
        };
        let mut broken = NONE;
        match op {
            Get => task.v = next.cache.map(|(write, _)| write),
            Load => task.v = Some(next.row.0),
            LoadRow => (task.v, task.n) = (Some(next.row.0), Some(next.row.1)),
            IfNone(skip) => task.at += if task.v.is_none() { 0 } else { skip },
            IfLease(skip) => task.at += if task.lease.is_some() { 0 } else { skip },
            Fill => put(&mut next, task.v.expect("it was loaded"), None),
            FillAdd if next.cache.is_some() => {}
            FillAdd => put(&mut next, task.v.expect("it was loaded"), None),
            FillVersion => put(&mut next, task.v.expect("it was loaded"), task.n),
            Store => {
                broken[3] =
                    next.versions[usize::from(task.write)].is_some() && next.row.0 != task.write;
                next.row = (task.write, next.row.1 + 1);
                task.n = Some(next.row.1);
                next.versions[usize::from(task.write)] = task.n;
            }
            Put => put(&mut next, task.write, None),
            PutVersion => put(&mut next, task.write, task.n),
            Drop => {
                let known = next.cache.and_then(|(_, version)| version);
                (next.tomb, next.lease) = (next.tomb.max(known), None);
                next.cache = None;
            }
            DropVersion => {
                let known = next.cache.and_then(|(_, version)| version);
                (next.tomb, next.lease) = (next.tomb.max(known).max(task.n), None);
                next.cache = None;
            }
            Lock(_) if next.locked => return,
            Lock(length) => (next.locked, task.unlocks_at) = (true, Some(task.at + length)),
            Lease => {
                (task.v, task.lease) = (next.cache.map(|(write, _)| write), None);
                if task.v.is_none() && next.lease.is_none() {
                    next.leases += 1;
                    (next.lease, task.lease) = (Some(next.leases), Some(next.leases));
                }
            }
            FillLease if task.lease.is_some() && task.lease == next.lease => {
                put(&mut next, task.v.expect("it was loaded"), None);
            }
            FillLease => {}
            DropLater => next.tasks.push(Task { client: task.client, ..Task::default() }),
        }
        next.tasks.push(task);
        next.tasks.sort();
        steps.push(Next(next, is_effect, broken));
    }

    /// The same as a strategy.
    pub fn source(&self) -> String {
        let read = text(&self.read, "    return v\n");
        let write = text(&self.write, "");
        format!(
            "def read(key):\n{read}\ndef write(key, value):\n{write}\n\
             def later(key):\n    sleep(1)\n    cache.delete(key)\n"
        )
    }
}

/// A task has returned; which promises that breaks.
fn end(state: &mut State, task: &Task) -> [bool; 4] {
    let Some(ask) = task.ask else { return NONE };
    state.busy[task.client] = false;
    if ask == Ask::Write {
        state.acked.insert(task.write);
        state.wrote[task.client].insert(task.write);
        return NONE;
    }
    let Some(value) = task.v else { return NONE };
    state.returned.insert(value);
    let version = |write: Write| state.versions[usize::from(write)];
    // asked for after the other was acknowledged, or else committed later; the value at the
    // start is older than all
    let newer = |write: &Write| match (value, version(*write), version(value)) {
        (same, ..) if same == *write => false,
        (0, ..) => true,
        _ if state.before[usize::from(*write)].contains(&value) => true,
        _ if state.before[usize::from(value)].contains(write) => false,
        (_, Some(one), Some(other)) => one > other,
        _ => false,
    };
    let own = &state.wrote[task.client];
    let of = |writes: &BTreeSet<Write>| writes.iter().any(newer);
    let broken = [of(&task.acked), of(own), of(&task.seen), false];
    state.seen[task.client].insert(value);
    broken
}

/// A store has refused a call: the request fails.
fn fail(state: &mut State, task: &Task) {
    if task.unlocks_at.is_some() {
        state.locked = false;
    }
    if task.ask.is_some() {
        state.busy[task.client] = false;
    }
}

/// Statements as text.
fn text(ops: &[Op], last: &str) -> String {
    let mut lines = String::new();
    // where each block ends that is open
    let mut open: Vec<usize> = Vec::new();
    for (at, op) in ops.iter().enumerate() {
        open.retain(|end| *end > at);
        let (line, block) = match op {
            Get => ("v = cache.get(key)", 0),
            Load => ("v = db.read(key)", 0),
            LoadRow => ("row = db.row(key); v = row.value; n = row.version", 0),
            IfNone(length) => ("if v is None:", *length),
            IfLease(length) => ("if lease is not None:", *length),
            Fill => ("cache.set(key, v)", 0),
            FillAdd => ("cache.add(key, v)", 0),
            FillVersion => ("cache.set(key, v, version=n)", 0),
            Store => ("n = db.write(key, value)", 0),
            Put => ("cache.set(key, value)", 0),
            PutVersion => ("cache.set(key, value, version=n)", 0),
            Drop => ("cache.delete(key)", 0),
            DropVersion => ("cache.delete(key, version=n)", 0),
            Lock(length) => ("with lock(key):", *length),
            Lease => ("v, lease = cache.lease(key)", 0),
            FillLease => ("cache.set_with_lease(key, v, lease)", 0),
            DropLater => ("spawn(later, key)", 0),
        };
        for line in line.split("; ") {
            lines += &format!("{}{line}\n", "    ".repeat(open.len() + 1));
        }
        if block > 0 {
            open.push(at + 1 + block);
        }
    }
    if lines.is_empty() && last.is_empty() { "    pass\n".to_owned() } else { lines + last }
}
