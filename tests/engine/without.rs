//! Causes are tested, not plausible: each event of a chain is taken out of the scenario,
//! and what the chain explains must not be there any more, or be another one.
//!
//! How an event is taken out:
//!
//! | event | way |
//! | --- | --- |
//! | a request began | its message to the app server is held for good, at each try |
//! | an answer: acknowledged, returned, failed | the answer is held for good |
//! | a command took effect: a commit, a look, a set, a delete, a push, a refusal | its message to the store is held for good, or else lost |
//! | a fault, an eviction or expiry by hand, a write from outside | it is done to a key that nobody uses |
//! | a call that failed, a message that was lost | without the fault that made it fail, or the constraint |
//! | what a worker does in its own memory | it has crashed before |
//! | a call or a request without an answer in time | without the fault, without losses, or with more time |
//! | an expiry | with a TTL of a day |
//! | an eviction | without a capacity |
//! | an entry that came back | without snapshots |
//! | a row or an entry that was there at the start | it is not there |
//! | a failover by itself | with one by hand alone |
//! | an acknowledgement that a crash undid | with queues that have it on their disk at once |
//! | a write never came to the database | that is no event; it is left in |

mod kind;

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Value, json};
use stalemate::event::{Cause, Event, Fault, Happening, Record, Saying, Verb};
use stalemate::history::{Violation, ViolationKind};
use stalemate::scenario::{Scenario, preset};
use stalemate::simulate::Simulation;
use stalemate::store::cache::Removal;
use stalemate::strategy::builtin;
use stalemate::strategy::value::{Origin, Symbol};
use stalemate::vocabulary::Store;
use stalemate::world::{OpId, Transition};

use self::kind::kind_of;
use crate::chains::happened;

/// What made an event happen.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Step {
    /// A message landed: it has this stamp.
    Message(u64),
    /// An action of the scenario, by its position.
    Action(usize),
    Timer,
    /// A workload's turn.
    Workload,
}

/// A run in which it is known what made each record.
struct Traced {
    run: Simulation,
    steps: Vec<(Range<u64>, Step)>,
}

fn begin(document: &Value) -> Simulation {
    let scenario = Scenario::parse(&document.to_string()).expect("a scenario");
    Simulation::new(&scenario).unwrap_or_else(|problems| panic!("{problems:?}"))
}

impl Traced {
    fn new(document: &Value, until_us: u64) -> Traced {
        let mut run = begin(document);
        let actions = run.scenario().actions.iter().enumerate();
        let mut actions: Vec<(u64, usize)> = actions.map(|(at, it)| (it.at_us, at)).collect();
        actions.sort_unstable();
        let mut actions = actions.into_iter().peekable();
        let mut steps = Vec::new();
        while let Some(at_us) = run.next_at_us().filter(|at_us| *at_us <= until_us) {
            let from = run.history().len();
            let step = match run.next_transition() {
                Some(Transition::Deliver(key)) => {
                    Step::Message(run.world().message(key).expect("it is in flight").id.stamp)
                }
                Some(_) => Step::Timer,
                None => match actions.next_if(|(due_us, _)| *due_us == at_us) {
                    Some((_, action)) => Step::Action(action),
                    None => Step::Workload,
                },
            };
            run.step();
            steps.push((from..run.history().len(), step));
        }
        run.advance(until_us, u32::MAX);
        Traced { run, steps }
    }

    fn records(&self) -> Vec<Record> {
        self.run.history().since(0).map(|(_, record)| *record).collect()
    }

    /// What made the record of this number.
    fn step(&self, at: usize) -> Option<Step> {
        let at = at as u64;
        let found = self.steps.partition_point(|(records, _)| records.end <= at);
        self.steps.get(found).filter(|(records, _)| records.contains(&at)).map(|(_, step)| *step)
    }
}

/// The number of the record that an event of a chain tells of.
fn record_of(records: &[Record], cause: &Cause, key: Symbol) -> Option<usize> {
    let key = cause.key.unwrap_or(key);
    if let Happening::Saw { by, replica, .. } = cause.what {
        return records.iter().position(|record| match record.event {
            Event::LoadEnded { op, key: of, seen: Some(seen) } => {
                !replica && op == by && of == key && seen.at_us == cause.at_us
            }
            Event::ReplicaRead { op, key: of, seen, .. } => {
                replica && op == by && of == key && seen.at_us == cause.at_us
            }
            _ => false,
        });
    }
    let first = records.partition_point(|record| record.at_us < cause.at_us);
    let mut now = (first..records.len()).take_while(|at| records[*at].at_us == cause.at_us);
    now.find(|at| happened(cause.what, key, &records[*at].event))
}

/// A change of a scenario that takes an event out.
type Change = Box<dyn Fn(&mut Value)>;

/// One that lays hands on a message before it lands.
fn handle(how: &'static str, stamp: u64, at_us: u64) -> Change {
    let message = format!("{stamp:016x}");
    Box::new(move |document| {
        let action = json!({"at_us": at_us, "do": how, "message": message});
        if document["actions"].is_null() {
            document["actions"] = json!([]);
        }
        document["actions"].as_array_mut().expect("a list").push(action);
    })
}

/// One without an action; all others keep their places, and operations their numbers.
fn without_action(index: usize) -> Change {
    Box::new(move |document| {
        let action = &mut document["actions"][index];
        let spare = match action["do"].as_str() {
            Some("outside-write") => json!({"do": "outside-write", "key": "nobody's", "value": 0}),
            Some("outside-delete") => json!({"do": "outside-delete", "key": "nobody's"}),
            _ => json!({"do": "expire", "key": "nobody's"}),
        };
        let at_us = action["at_us"].clone();
        *action = spare;
        action["at_us"] = at_us;
    })
}

fn set(pointer: &'static str, value: Value) -> Change {
    Box::new(move |document| {
        let mut at = &mut *document;
        for name in pointer.split('/') {
            if at.is_null() {
                *at = json!({});
            }
            at = &mut at[name];
        }
        *at = value.clone();
    })
}

/// Everybody waits for an hour.
fn in_time() -> Vec<Change> {
    let names = [
        "topology/network/cache_timeout_us",
        "topology/network/database_timeout_us",
        "topology/clients/timeout_us",
    ];
    names.into_iter().map(|name| set(name, json!(3_600_000_000_u64))).collect()
}

/// A list of a document, if it has it.
fn list<'a>(document: &'a mut Value, name: &str) -> Option<&'a mut Vec<Value>> {
    document.get_mut(name)?.as_array_mut()
}

/// Entries live for a day.
fn long_ttls(document: &mut Value) {
    for entry in list(document, "entries").into_iter().flatten() {
        entry["ttl_us"] = json!(86_400_000_000_u64);
    }
    for strategy in list(document, "strategies").into_iter().flatten() {
        let id = strategy["strategy"].as_str().and_then(builtin::find);
        let source = strategy["source"].as_str().or(id.map(|builtin| builtin.source));
        let mut parts = source.unwrap_or_default().split("ttl=");
        let mut longer = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let rest = part.find([',', ')']).map_or("", |at| &part[at..]);
            longer = format!("{longer}ttl=86400{rest}");
        }
        strategy["source"] = json!(longer);
        strategy.as_object_mut().expect("fields").remove("strategy");
    }
}

/// The messages that may have led to a record, and when they landed: those before it that
/// are about this, the last one first. One that lands as it is sent, within a process,
/// cannot be held; then it is the one before it of the same operation.
fn messages_before(
    records: &[Record],
    at: usize,
    about: impl Fn(OpId, Saying, Option<Origin>) -> bool,
) -> Vec<(u64, u64)> {
    let landed = |record: &Record| match record.event {
        Event::Arrived { op, what, carries, stamp, sent_us, .. } => {
            Some((op, what, carries.0, (stamp, record.at_us), sent_us < record.at_us))
        }
        _ => None,
    };
    let all = || (0..=at).rev().filter_map(|at| Some((at, landed(&records[at])?)));
    let asked = all().filter(|(_, (op, what, carries, ..))| about(*op, *what, *carries));
    let flown = asked.filter_map(|(asked_at, (sender, ..))| {
        let mut before = all().filter(|(at, (op, ..))| *at <= asked_at && *op == sender);
        before.find_map(|(_, (.., message, is_held))| is_held.then_some(message))
    });
    flown.take(4).collect()
}

/// Whether a message asks a store.
fn asks(what: Saying, store: Store) -> bool {
    !what.reply && matches!(what.verb, Verb::Store { command, .. } if command.store() == store)
}

/// The ways to take an event out, each a list of changes.
fn ways(
    traced: &Traced,
    records: &[Record],
    document: &Value,
    cause: &Cause,
    key: Symbol,
) -> Vec<Vec<Change>> {
    let own = cause.key.unwrap_or(key);
    let name = traced.run.names().text(own).to_string();
    let at_start = |cause: &Cause| cause.at_us == 0;
    match cause.what {
        Happening::NeverCommitted { .. } => return Vec::new(),
        Happening::Present if at_start(cause) => {
            return vec![vec![Box::new(move |document: &mut Value| {
                if let Some(entries) = list(document, "entries") {
                    entries.retain(|entry| entry["key"] != json!(name));
                }
            })]];
        }
        Happening::Acknowledged { write: Origin::INITIAL } => {
            return vec![vec![Box::new(move |document: &mut Value| {
                if let Some(rows) =
                    document.pointer_mut("/rows/each").and_then(Value::as_object_mut)
                {
                    rows.remove(&name);
                }
                if let Some(entries) = list(document, "entries") {
                    entries.retain(|entry| entry["key"] != json!(name));
                }
            })]];
        }
        Happening::CameAgain { .. } => {
            return vec![vec![Box::new(|document: &mut Value| {
                for strategy in list(document, "strategies").into_iter().flatten() {
                    let Some(source) = strategy["source"].as_str() else { continue };
                    let lines = source.lines().map(|line| match line.split_once(", sync=") {
                        Some((head, tail)) => {
                            let rest = tail.find([',', ')']).map_or("", |end| &tail[end..]);
                            format!("{head}{rest}")
                        }
                        None => line.to_owned(),
                    });
                    let source = lines.collect::<Vec<_>>().join("\n");
                    strategy["source"] = json!(source);
                }
            })]];
        }
        _ => {}
    }
    let Some(at) = record_of(records, cause, key) else { return Vec::new() };
    let mut all: Vec<Vec<Change>> = Vec::new();
    let cause_us = cause.at_us;
    let hands = |messages: Vec<(u64, u64)>| {
        let each = |(stamp, at_us)| ["hold", "drop"].map(|how| vec![handle(how, stamp, at_us)]);
        messages.into_iter().flat_map(each)
    };
    let is_own = |what: Saying| what.key.is_none_or(|key| key == own);
    let actions = document["actions"].as_array().cloned().unwrap_or_default();
    let faults: Vec<usize> = (0..actions.len())
        .rev()
        .filter(|at| {
            let action = &actions[*at];
            action["at_us"].as_u64().is_some_and(|due_us| due_us <= cause.at_us)
                && !matches!(action["do"].as_str(), Some("read" | "write" | "delete" | "increment"))
        })
        .collect();
    match cause.what {
        Happening::Gone { why: Removal::Evicted, .. } => {
            all.push(vec![set("topology/cache/capacity", Value::Null), Box::new(no_capacities)]);
        }
        Happening::Gone { why: Removal::Expired, .. } => all.push(vec![Box::new(long_ttls)]),
        Happening::Restored { .. } => {
            all.push(vec![set("topology/cache/snapshot_every_us", Value::Null)]);
        }
        Happening::CallFailed { .. }
        | Happening::CallTimedOut { .. }
        | Happening::Unheard { .. }
        | Happening::NotAcknowledged { .. }
        | Happening::RequestFailed { .. } => {
            all.extend(faults.iter().map(|index| vec![without_action(*index)]));
            all.push(vec![set("topology/network/default/loss_ppm", json!(0))]);
            all.push(vec![set("topology/database/constraints", json!([]))]);
            all.push(in_time());
        }
        _ => {}
    }
    match (traced.step(at), records[at].event) {
        (_, Event::Started { .. }) => all.push(Vec::new()),
        (Some(Step::Action(index)), _) => all.push(vec![without_action(index)]),
        (_, Event::Committed { op, commit }) => {
            let written = commit.value.origin;
            let is_it = |of: OpId, what: Saying, carries: Option<Origin>| {
                asks(what, Store::Database)
                    && (carries == Some(written) || (of == op && is_own(what)))
            };
            all.extend(hands(messages_before(records, at, is_it)));
        }
        (_, Event::NothingToDelete { op, .. } | Event::NotSwapped { op, .. })
        | (_, Event::LoadEnded { op, .. } | Event::ReplicaRead { op, .. }) => {
            let is_it = |of: OpId, what: Saying, _: Option<Origin>| {
                let is_database = asks(what, Store::Database) || asks(what, Store::Replica);
                is_database && of == op && is_own(what)
            };
            all.extend(hands(messages_before(records, at, is_it)));
        }
        (Some(Step::Timer), Event::Cache { op, .. }) => {
            let is_it = |of: OpId, what: Saying, _: Option<Origin>| {
                asks(what, Store::Cache) && of == op && is_own(what)
            };
            all.extend(hands(messages_before(records, at, is_it)));
        }
        (Some(Step::Timer), Event::Fault(Fault::Failover(_))) => {
            all.push(vec![set("topology/cache/replica/failover_after_us", Value::Null)]);
        }
        (Some(Step::Timer), Event::TaskEnded { .. }) => all.push(in_time()),
        (Some(Step::Message(_)), _) => all.extend(hands(
            messages_before(records, at, |_, _, _| true).into_iter().take(1).collect(),
        )),
        _ => {}
    }
    if let Event::Queue { .. } = records[at].event {
        // what a worker does in its own memory: it has died before
        all.push(vec![Box::new(move |document| {
            let crash = json!({"at_us": cause_us, "do": "crash-worker"});
            list(document, "actions").expect("there are some").push(crash);
        })]);
    }
    all
}

fn play(document: &Value, until_us: u64) -> Simulation {
    let mut run = begin(document);
    run.advance(until_us, u32::MAX);
    run
}

/// A request comes nowhere, however often its client tries.
fn without_request(mut document: Value, op: OpId, until_us: u64) -> Simulation {
    loop {
        let run = play(&document, until_us);
        let comes = run.history().since(0).find_map(|(_, record)| match record.event {
            Event::Arrived { op: of, what, stamp, .. }
                if of == op && matches!(what.verb, Verb::Request(_)) =>
            {
                Some((stamp, record.at_us))
            }
            _ => None,
        });
        let Some((stamp, at_us)) = comes else { return run };
        handle("hold", stamp, at_us)(&mut document);
    }
}

fn no_capacities(document: &mut Value) {
    for (_, cache) in document
        .pointer_mut("/topology/caches")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        cache["capacity"] = Value::Null;
    }
}

/// What tells a violation from another, in whatever run: its kind, the promises that it
/// breaks, the operation, the key, and the write that it is about.
fn identity(run: &Simulation, of: &Violation) -> String {
    let until_us = if of.kind == ViolationKind::Outage { of.at_us } else { 0 };
    let (key, write) = (run.names().text(of.key), stalemate::history::label(of.write));
    format!("{:?} {:?} {} {key} {write} {until_us}", of.kind, of.broken, of.op.label())
}

/// Whether a violation is still there, with no other cause: its chain tells of nothing
/// that it had not told of.
fn is_there(run: &Simulation, (same, was): (&str, &Violation)) -> bool {
    let all = run.history().ledger().violations();
    let is_known = |each: &Cause| was.cause.iter().any(|known| known.what == each.what);
    all.iter().any(|each| identity(run, each) == same && each.cause.iter().all(is_known))
}

/// How often each kind of event was taken out, and how often it could not be.
type Tally = BTreeMap<&'static str, [u64; 2]>;

/// Takes every event of every chain out of a scenario; what did not change.
fn check(name: &str, document: &Value, most: (usize, usize), tally: &mut Tally) -> Vec<String> {
    let mut whole = begin(document);
    let until_us = whole.scenario().duration_us;
    whole.advance(until_us, u32::MAX);
    let mut violations: Vec<Violation> = Vec::new();
    for each in whole.history().ledger().violations() {
        let of_kind = violations.iter().filter(|known| known.kind == each.kind).count();
        if of_kind < most.0 {
            violations.push(each);
        }
    }
    let mut wrong = Vec::new();
    for violation in violations {
        // an outage goes on until it ends
        let until_us = match violation.kind {
            ViolationKind::Outage => until_us,
            _ => violation.at_us,
        };
        let traced = Traced::new(document, until_us);
        let records = traced.records();
        let same = identity(&traced.run, &violation);
        let same = (&*same, &violation);
        if records.len() > most.1 || !is_there(&traced.run, same) {
            continue;
        }
        for cause in &violation.cause {
            if let Happening::NeverCommitted { .. } = cause.what {
                continue;
            }
            let ways = ways(&traced, &records, document, cause, violation.key);
            let (mut tried, mut changed) = (false, false);
            for way in ways {
                let mut other = document.clone();
                way.iter().for_each(|change| change(&mut other));
                let run = match cause.what {
                    Happening::Began { op, .. } => without_request(other, op, until_us),
                    _ => play(&other, until_us),
                };
                let after: Vec<Record> = run.history().since(0).map(|(_, it)| *it).collect();
                // a request that is held begins all the same; where a task lets a write go, the
                // record is of a task that ends, and another one may end at that instant
                let may_stay =
                    matches!(cause.what, Happening::Began { .. } | Happening::LetGo { .. });
                if !may_stay && record_of(&after, cause, violation.key).is_some() {
                    continue;
                }
                tried = true;
                if !is_there(&run, same) {
                    changed = true;
                    break;
                }
            }
            let word = stalemate::history::cause(*cause, traced.run.names());
            let kind = kind_of(cause.what);
            tally.entry(kind).or_default()[usize::from(!tried)] += 1;
            if !changed {
                let told: Vec<String> = violation
                    .cause
                    .iter()
                    .map(|each| stalemate::history::cause(*each, traced.run.names()))
                    .collect();
                wrong.push(format!(
                    "{} {name}: {} {}: {word}\n    {}",
                    if tried { "SAME" } else { "LEFT" },
                    violation.kind.name(),
                    violation.op.label(),
                    told.join("\n    ")
                ));
            }
        }
    }
    wrong
}

#[test]
fn each_event_of_a_chain_matters() {
    check_all(4_000);
}

/// `make oracle`
#[test]
#[ignore = "it takes minutes"]
fn each_event_of_a_chain_matters_in_many_scenarios() {
    check_all(usize::MAX);
}

/// Up to violations with so many records before them.
fn check_all(records: usize) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut tally = Tally::new();
    let mut wrong = Vec::new();
    let mut folders = vec![root];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a file");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        wrong.extend(check(&name, &document, (3, records), &mut tally));
    }
    for preset in preset::all() {
        let document: Value = serde_json::from_str(preset.json).expect("JSON");
        wrong.extend(check(preset.id, &document, (1, records), &mut tally));
    }
    for (kind, [out, left]) in &tally {
        println!("{out:>5} taken out {left:>4} not  {kind}");
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
