//! Two states that are the same state of a search behave alike: tried on programs that use ordinals
//! and names again (`world/reuse.rs`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::choices::Choice;
use super::model::Model;
use super::question::{Budgets, Properties, Property, Question};
use super::script::Script;
use super::state::State;
use crate::scenario::Scenario;

/// What a state offers, and what comes of each choice: the bytes of the state, the effects, and
/// what is broken.
type Future = Vec<(Choice, Option<(Box<[u8]>, u16, Properties)>)>;

fn future(model: &Model, state: &State) -> Future {
    let choices = model.choices(state, false).into_iter();
    let after = |choice| {
        model.take(state, choice).map(|taken| {
            let broken = model.broken_for_good(&taken.state, model.question.properties);
            let broken = taken.broken.or(broken.unwrap_or(Properties::NONE));
            (taken.state.canonical(), taken.effects, broken)
        })
    };
    choices.map(|choice| (choice, after(choice))).collect()
}

#[track_caller]
fn compare(source: &str, kinds: &str, actions: &[Value], budgets: Budgets) -> usize {
    compare_most(source, kinds, actions, budgets, MOST)
}

/// Compares the futures of all ways to each state, for so many states. How many were reached again.
#[track_caller]
fn compare_most(
    source: &str,
    kinds: &str,
    actions: &[Value],
    budgets: Budgets,
    most: usize,
) -> usize {
    let requests = kinds.chars().enumerate().map(|(nth, kind)| match kind {
        'R' => json!({"at_us": 0, "do": "read", "key": "k", "client": format!("c{nth}")}),
        _ => json!({"at_us": 0, "do": "write", "key": "k", "value": nth + 1,
                    "client": format!("c{nth}")}),
    });
    let requests: Vec<Value> = requests.chain(actions.iter().cloned()).collect();
    let document = json!({
        "topology": {"apps": {"count": 1}},
        "strategies": [{"source": source}],
        "rows": {"each": {"k": 0}},
        "actions": requests
    });
    let scenario = Scenario::parse(&document.to_string()).expect("a scenario");
    let mut again = 0;
    for (reduction, atomic) in [(true, false), (false, false), (false, true)] {
        let properties = Property::DEFAULT.into_iter().collect();
        let question = Question { properties, budgets, reduction, atomic, ..Question::default() };
        let script = Script::new(&scenario, &question).expect("it can be searched");
        let mut model = Model::new(script, question);
        let texts = model.texts();
        model.script.know(&texts);
        let first = model.first();
        let mut known = BTreeMap::from([(first.canonical(), future(&model, &first))]);
        let mut open = std::collections::VecDeque::from([first]);
        while let Some(state) = open.pop_front() {
            for choice in model.choices(&state, false) {
                let Some(taken) = model.take(&state, choice) else { continue };
                let own = future(&model, &taken.state);
                match known.get(&taken.state.canonical()) {
                    Some(other) => {
                        again += 1;
                        assert_eq!(own, *other, "{source}");
                    }
                    None if known.len() < most => {
                        known.insert(taken.state.canonical(), own);
                        open.push_back(taken.state);
                    }
                    None => {}
                }
            }
        }
    }
    again
}

/// The most states of one program.
const MOST: usize = 120;

const WRITE: &str = "\n\ndef write(key, value):\n    db.write(key, value)\n    cache.delete(key)\n";

#[test]
fn equal_states_offer_the_same_and_stay_equal() {
    let nothing = Budgets::default();
    let failing = Budgets { failures: 1, ..nothing };
    let late = Budgets { timeouts: 1, ..nothing };
    let doubled = Budgets { duplicates: 1, ..nothing };
    let lost = Budgets { losses: 1, ..nothing };
    let crash = Budgets { crashes: 1, ..nothing };
    let spin = "def read(key):\n    while not cache.add(\"lock\", 1):\n        sleep(0.1)\n    \
                value = db.read(key)\n    cache.delete(\"lock\")\n    return value";
    let retry = "def read(key):\n    value = None\n    while value is None:\n        try:\n            \
                 value = db.read(key)\n        except StoreError:\n            sleep(1)\n    \
                 return value";
    let spawns = "def later(key):\n    cache.set(key, 1)\n    cache.delete(key)\n\n\
                  def read(key):\n    while cache.get(\"ready\") is None:\n        \
                  spawn(later, \"ready\")\n    return db.read(key)";
    let elsewhere = "@at(worker)\ndef later(key):\n    cache.set(key, 1)\n\n\
                     def read(key):\n    while cache.get(\"ready\") is None:\n        \
                     spawn(later, \"ready\")\n    return db.read(key)";
    let transaction = "def read(key):\n    value = None\n    while value is None:\n        try:\n            \
                       with db.transaction():\n                value = db.read(key)\n                \
                       db.write(\"n\", value)\n        except DatabaseError:\n            \
                       sleep(1)\n    return value";
    let polls_inside = "def read(key):\n    with db.transaction():\n        \
                        while db.read(key) == 0:\n            sleep(1)\n    return 1";
    let shared = "def load(key):\n    return db.read(key)\n\n\
                  def read(key):\n    value = None\n    while value is None:\n        try:\n            \
                  value = single_flight(key, load)\n        except StoreError:\n            \
                  sleep(1)\n    return value";
    let gathers = "def one(key):\n    return cache.get(key)\n\ndef other(key):\n    \
                   return db.read(key)\n\n\
                   def read(key):\n    while True:\n        try:\n            \
                   pair = gather(one(key), other(key))\n            return pair[1]\n        \
                   except StoreError:\n            sleep(1)";
    let queue = "queue = Queue(at=worker)\n\n\
                 @at(worker)\n@every(1)\ndef flush():\n    for item in queue.take():\n        \
                 cache.set(item.key, item.value)\n        queue.ack(item)\n\n\
                 def read(key):\n    queue.push(key, 1)\n    while cache.get(key) is None:\n        \
                 sleep(1)\n    return 1";
    let mut again = 0;
    for (source, kinds, budgets) in [
        (spin, "RR", late),
        (spin, "RW", doubled),
        (spin, "RR", crash),
        (retry, "RW", failing),
        (retry, "RR", late),
        (retry, "R", doubled),
        (retry, "RW", lost),
        (spawns, "R", late),
        (spawns, "RW", nothing),
        (elsewhere, "R", doubled),
        (elsewhere, "RR", nothing),
        (transaction, "R", doubled),
        (transaction, "RW", late),
        (transaction, "R", lost),
        (polls_inside, "RW", doubled),
        (polls_inside, "RW", late),
        (shared, "RR", late),
        (shared, "RR", crash),
        (gathers, "R", late),
        (gathers, "RW", failing),
        (queue, "R", doubled),
        (queue, "RW", late),
    ] {
        again += compare(&format!("{source}{WRITE}"), kinds, &[], budgets);
    }
    assert!(again > 2_000, "only {again} states were reached again");
}

/// An action that names a message by its stamp: states in which the stamps differ are not merged.
#[test]
fn an_action_that_names_a_message_tells_its_calls_apart() {
    use crate::identity::{Source, derive, message_name};
    let spin = "def read(key):\n    while cache.get(\"ready\") is None:\n        sleep(0.1)\n    \
                return db.read(key)";
    // the third call of the first request: its second look
    let task = derive(Source::Action(0).stamp(0), 0);
    for what in ["drop", "duplicate"] {
        let message = message_name(derive(task, 3));
        let deed = json!({"at_us": 0, "do": what, "message": message});
        let lost = Budgets { timeouts: 1, ..Budgets::default() };
        assert!(compare(&format!("{spin}{WRITE}"), "RW", &[deed], lost) > 100);
    }
}

/// What a value was made of decides whose it becomes: what a write has put into the cache and what a
/// read has copied there from the row are not the same, however equal.
#[test]
fn values_of_another_source_are_told_apart() {
    let source = "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
                  value = db.read(key)\n        cache.set(key, value)\n    return value\n\n\
                  def write(key, value):\n    old = cache.get(key)\n    if old is None:\n        \
                  db.write(key, value)\n        cache.set(key, value)\n    else:\n        \
                  db.write(key, old + 1)";
    let evict = json!({"at_us": 0, "do": "evict", "key": "k"});
    assert!(compare_most(source, "WRW", &[evict], Budgets::default(), 800) > 100);
}
