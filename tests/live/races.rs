//! Clients that race for real, each in a thread of its own: what they and the servers come to
//! is among all that the model can come to, in any order of messages.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Barrier, PoisonError};
use std::thread;

use serde_json::json;
use stalemate::event::{Event, RequestEnd};
use stalemate::live::{Options, Room, Servers};
use stalemate::scenario::Scenario;
use stalemate::simulate::{Simulation, requests};
use stalemate::strategy::PlainValue;
use stalemate::strategy::value::Names;
use stalemate::world::{
    Body, Clock, Delay, Dice, Message, MessageKey, Passage, ProcessId, Sink, Timer, Transition,
    World,
};

use super::generate::Random;
use super::servers;

/// What each client was told, and what the stores hold at the end.
type Outcome = Vec<String>;

/// The statements of one client: what it was told by each is in `x0`, `x1`, …
fn program(random: &mut Random, client: u64) -> String {
    let isolation =
        random.of(&["", "", "", "isolation=\"read committed\"", "isolation=\"repeatable read\""]);
    let many = 2 + random.below(2);
    let mut text = String::new();
    for at in 0..many {
        let _ = writeln!(text, "    x{at} = \"none\"");
    }
    let indent = if isolation.is_empty() { "" } else { "        " };
    if !isolation.is_empty() {
        let _ = write!(text, "    try:\n        with db.transaction({isolation}):\n");
    }
    for at in 0..many {
        let key = random.of(&["\"a\"", "\"b\""]);
        let value = 10 * (client + 1) + at;
        let of_database = !isolation.is_empty() || random.below(2) == 0;
        let call = match (of_database, random.below(6)) {
            (false, 0 | 1) => format!("cache.get({key})"),
            (false, 2) => format!("cache.set({key}, {value})"),
            (false, 3) => format!("cache.add({key}, {value})"),
            (false, 4) => format!("cache.incr({key}, {value})"),
            (false, _) => format!("cache.delete({key})"),
            (true, 0 | 1) => format!("db.read({key})"),
            (true, 2) => format!("db.write({key}, {value})"),
            (true, 3) => format!("db.incr({key}, {value})"),
            (true, 4) => format!("db.compare_and_set({key}, {value}, {})", random.below(3)),
            (true, _) => format!("db.delete({key})"),
        };
        match isolation {
            "" => {
                let _ = writeln!(
                    text,
                    "    try:\n        x{at} = {call}\n    except StoreError:\n        x{at} = \"error\""
                );
            }
            _ => {
                let _ = writeln!(text, "    {indent}x{at} = {call}");
            }
        }
    }
    if !isolation.is_empty() {
        text += "    except StoreError:\n        x0 = \"rolled back\"\n";
    }
    let all: Vec<String> = (0..many).map(|at| format!("{{x{at}}}")).collect();
    format!(
        "def read(key):\n{text}    return f\"{}\"\n\n\ndef write(key, value):\n    return None\n",
        all.join(" ")
    )
}

/// Clients that ask at once; with `only` one of them, by itself.
fn scenario(seed: u64, only: Option<usize>) -> Scenario {
    let random = &mut Random(seed ^ 0x5eed_face);
    let clients = 2 + random.below(2);
    let sources: Vec<String> = (0..clients).map(|client| program(random, client)).collect();
    let strategies: Vec<_> = (0..)
        .zip(&sources)
        .map(|(at, source)| json!({"prefix": format!("p{at}:"), "source": source}))
        .chain([json!({"strategy": "no-cache"})])
        .collect();
    let actions: Vec<_> = (0..sources.len())
        .filter(|at| only.is_none_or(|only| only == *at))
        .map(|at| json!({"at_us": 0, "do": "read", "key": format!("p{at}:k"), "client": format!("c{at}")}))
        .collect();
    let zero = json!({"kind": "constant", "us": 0});
    let document = json!({
        "version": 1, "duration_us": 1_000_000, "strategies": strategies, "actions": actions,
        "rows": {"each": {"a": 1}},
        "topology": {
            "cache": {"service": zero}, "database": {"read": zero, "write": zero},
            "network": {"default": {"latency": zero}, "database_timeout_us": 60_000_000},
        },
    });
    Scenario::parse(&document.to_string()).unwrap_or_else(|problems| {
        panic!("seed {seed}: {problems:?}\n{}", sources.join("\n"));
    })
}

/// A driver that notes what clients are told.
#[derive(Clone, Default)]
struct Told(BTreeMap<String, String>);

impl Clock for Told {
    fn sent(&mut self, _: MessageKey, _: &Message, _: u32) {}
    fn timer(&mut self, _: Timer, _: Delay) {}
}

impl Dice for Told {
    fn random(&mut self, _: u64) -> u64 {
        0
    }
    fn passage(&mut self, _: &Message) -> Passage {
        Passage::Arrives
    }
}

impl Sink for Told {
    fn record(&mut self, _: u64, events: &[Event], names: &Names) {
        for event in events {
            if let Event::Ended { key, outcome, .. } = event {
                self.0.insert(names.text(*key).to_string(), end(*outcome, names));
            }
        }
    }
}

fn end(outcome: RequestEnd, names: &Names) -> String {
    match outcome {
        RequestEnd::Returned(datum) => datum.scalar.display(names),
        _ => "failed".to_owned(),
    }
}

/// A value as servers keep it.
fn json_of(value: &PlainValue) -> String {
    match value {
        PlainValue::Text(text) => serde_json::Value::from(&**text).to_string(),
        other => other.to_string(),
    }
}

/// All that can come of a scenario; `None`: too many states to see.
fn model(scenario: &Scenario) -> Option<BTreeSet<Outcome>> {
    let run = Simulation::new(scenario).expect("it resolves");
    let mut world = run.world().clone();
    let asked = requests(scenario, 0, world.names_mut()).expect("few texts");
    world.plan(asked);
    let mut waiting = vec![(world, Told::default())];
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    while let Some((world, told)) = waiting.pop() {
        let steps = steps(&world);
        if steps.is_empty() {
            found.insert(outcome(&world, &told));
        }
        for step in steps {
            let (mut next, mut told) = (world.clone(), told.clone());
            next.apply(step, 0, &mut told).expect("no fault");
            if seen.insert((next.digest(), told.0.clone())) {
                waiting.push((next, told));
            }
        }
        if seen.len() > 300_000 {
            return None;
        }
    }
    Some(found)
}

/// What may come next. What concerns one task alone comes at once: no other can tell when.
fn steps(world: &World) -> Vec<Transition> {
    let enabled = world.enabled();
    let is_own = |step: &&Transition| match step {
        Transition::Start(_) => true,
        Transition::Deliver(message) => world.message(*message).is_some_and(|message| {
            !matches!(message.to, ProcessId::Cache(_) | ProcessId::Database)
                || matches!(message.body, Body::Ask { .. })
        }),
        _ => false,
    };
    if let Some(own) = enabled.iter().find(is_own) {
        return vec![*own];
    }
    let of_stores = |step: &Transition| {
        matches!(step, Transition::Deliver(_) | Transition::Fire(Timer::Served { .. }))
    };
    enabled.into_iter().filter(of_stores).collect()
}

fn outcome(world: &World, told: &Told) -> Outcome {
    let names = world.names();
    let mut all: Vec<String> = told.0.iter().map(|(key, end)| format!("{key}: {end}")).collect();
    let cache = world.caches();
    for (key, entry) in cache.values().next().into_iter().flat_map(|cache| cache.entries()) {
        let value = json_of(&entry.value.scalar.plain(names));
        all.push(format!("cache {} = {value}", names.text(key)));
    }
    for (key, row) in world.database().rows() {
        let value = json_of(&row.value.scalar.plain(names));
        all.push(format!("row {} = {value} at {}", names.text(key), row.version));
    }
    all.sort();
    all
}

/// What comes of it at real servers, once.
fn race(seed: u64, servers: &mut [Servers]) -> Outcome {
    let interrupted = Arc::new(AtomicBool::new(false));
    let options = Options { scale_milli: 1_000, interrupted };
    let whole = scenario(seed, None);
    let clients = whole.actions.len();
    let mut run = Simulation::new(&whole).expect("it resolves");
    let (own, rest) = servers.split_first_mut().expect("servers");
    let room = Room::open(&mut run, own, &options).expect("a room");
    let barrier = Barrier::new(clients);
    let mut all: Outcome = thread::scope(|scope| {
        let threads: Vec<_> = rest
            .iter_mut()
            .take(clients)
            .enumerate()
            .map(|(at, servers)| {
                let (room, options, barrier) = (&room, &options, &barrier);
                scope.spawn(move || {
                    let mut run = Simulation::new(&scenario(seed, Some(at))).expect("it resolves");
                    let ready = || {
                        barrier.wait();
                    };
                    room.join(&mut run, servers, options, ready).expect("servers that go on");
                    let told = run.history().since(0).find_map(|(_, record)| match record.event {
                        Event::Ended { key, outcome, .. } => {
                            let names = run.names();
                            Some(format!("{}: {}", names.text(key), end(outcome, names)))
                        }
                        _ => None,
                    });
                    told.expect("an answer")
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    });
    all.extend(room.contents(&mut run, own, &options).expect("contents"));
    room.close(&mut run, own, &options).expect("an end");
    all.sort();
    all
}

/// Races of these seeds: how many there were, in how many outcomes, of how many possible.
fn race_all(seeds: impl Iterator<Item = u64>, times: u32) -> Option<(u64, u64, u64)> {
    let shared = servers()?;
    let mut first = shared.lock().unwrap_or_else(PoisonError::into_inner);
    let (redis, postgres) = first.urls();
    let given = || Servers::new(Some(&redis), Some(&postgres)).expect("the same servers");
    let mut servers: Vec<Servers> = (0..4).map(|_| given()).collect();
    let mut sum = (0, 0, 0);
    let mut wrong = Vec::new();
    for seed in seeds {
        let Some(possible) = model(&scenario(seed, None)) else { continue };
        let mut met = BTreeSet::new();
        for _ in 0..times {
            let outcome = race(seed, &mut servers);
            if !possible.contains(&outcome) {
                eprintln!("seed {seed}: {outcome:#?} is not among {possible:#?}");
                wrong.push(seed);
            }
            met.insert(outcome);
        }
        sum = (sum.0 + 1, sum.1 + met.len() as u64, sum.2 + possible.len() as u64);
    }
    assert!(wrong.is_empty(), "seeds {wrong:?} come to something that the model cannot come to");
    Some(sum)
}

#[test]
fn a_few_real_races_end_as_the_model_can() {
    let Some((races, met, possible)) = race_all(0..10, 2) else { return };
    assert!(races > 5 && met >= races && possible > races, "{races} {met} {possible}");
}

#[test]
#[ignore = "minutes: make conformance"]
fn real_races_end_as_the_model_can() {
    let Some((races, met, possible)) = race_all(0..200, 5) else { return };
    println!("{races} races, 5 times each: {met} outcomes met, of {possible} that are possible");
}
