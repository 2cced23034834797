//! Claims that speak of what can or cannot happen: their verdicts come from their presets.

use super::{asked, of, read, search};
use stalemate::explore::{Budgets, Property, Question, Verdict, playable};
use stalemate::link;
use stalemate::scenario::{Scenario, preset};
use stalemate::simulate::{Advance, Simulation};

fn claim(id: &str) -> Scenario {
    preset::find(id).expect("a preset").scenario()
}

/// The way to a violation plays: as a scenario that anybody can run, and as a link.
#[track_caller]
fn plays(id: &str, scenario: &Scenario, property: Property, effects: u16) -> usize {
    let (search, answer) = search(scenario, asked(&[property]));
    let outcome = of(&answer, property);
    assert_eq!((outcome.verdict, outcome.effects), (Verdict::Violated, Some(effects)), "{id}");
    assert_eq!(outcome.schedule.last().map(|step| step.effects), Some(effects), "{id}");
    let way = search.way_to(property).expect("it breaks the property again");
    let played = playable(scenario, &way).unwrap_or_else(|_| panic!("{id} does not play"));
    let text = link::encode(&played, None).expect("a link");
    let opened = link::decode(text.text()).expect("it opens").scenario;
    let mut run = Simulation::new(&opened).expect("it runs");
    assert_eq!(run.advance(opened.duration_us, u32::MAX), Advance::Reached);
    assert_eq!(run.undone().len(), 0);
    let report = run.report();
    let wrong = match property {
        Property::Converges => report.divergence.len() as u64,
        Property::NoLostWrite => report.writes.lost + report.writes.overtaken,
        _ => panic!("{property} is not among the claims"),
    };
    assert!(wrong > 0, "{id}: its run shows nothing\n{}", crate::support::log(&run));
    text.text().len()
}

#[test]
fn what_can_go_wrong_does_and_plays() {
    for (id, property, effects, longest) in [
        ("ca5", Property::Converges, 4, 400),
        ("ca6", Property::Converges, 5, 400),
        ("wt6", Property::Converges, 4, 500),
        ("fx3", Property::Converges, 6, 400),
        ("fx7", Property::Converges, 9, 500),
        ("wb3", Property::NoLostWrite, 3, 400),
        ("wb8", Property::NoLostWrite, 13, 500),
        ("wb9", Property::NoLostWrite, 7, 400),
    ] {
        let length = plays(id, &claim(id), property, effects);
        assert!(length < longest, "the link of {id} has {length} characters");
    }
}

#[test]
fn what_a_lease_closes_stays_closed() {
    let (_, answer) = search(&claim("fx2"), Question::default());
    assert!(answer.first.complete);
    for outcome in &answer.results {
        assert_eq!(outcome.verdict, Verdict::Holds, "{}", outcome.property);
        assert!(outcome.vacuous.is_empty(), "{:?}", outcome.vacuous);
    }
}

/// The repaired forms: another strategy, or the same without what breaks it.
#[test]
fn what_is_repaired_holds() {
    let with = |id: &str, strategy: &str| {
        let mut scenario = claim(id);
        scenario.strategies[0].strategy = strategy.to_owned();
        scenario.strategies[0].source = None;
        scenario.strategies[0].parameters.clear();
        scenario
    };
    let without_faults = |mut scenario: Scenario| {
        scenario.actions.retain(|action| {
            let what = serde_json::to_value(&action.what).expect("an action is JSON");
            matches!(what["do"].as_str(), Some("read" | "write"))
        });
        scenario
    };
    let of_one_key = |mut scenario: Scenario, key: &str| {
        let about = serde_json::json!(key);
        scenario.actions.retain(|action| {
            serde_json::to_value(&action.what).expect("an action is JSON")["key"] == about
        });
        scenario
    };
    // an entry that is evicted while its write waits may come back as it was: that is no lost write
    let only = |mut scenario: Scenario, deeds: &[&str]| {
        scenario.actions.retain(|action| {
            let what = serde_json::to_value(&action.what).expect("an action is JSON");
            what["do"].as_str().is_some_and(|what| what == "write" || deeds.contains(&what))
        });
        scenario
    };
    let of_one_order = |scenario: Scenario| Scenario {
        actions: scenario
            .actions
            .into_iter()
            .enumerate()
            .filter(|(at, _)| !matches!(at, 1 | 2))
            .map(|(_, action)| action)
            .collect(),
        ..scenario
    };
    for (name, scenario) in [
        ("a queue that outlives the cache", with("wb3", "write-behind-durable")),
        (
            "a failed item keeps its place",
            only(with("wb8", "write-behind-in-order"), &["fail-next"]),
        ),
        ("… and is coalesced", only(with("wb8", "write-behind"), &["fail-next"])),
        (
            "taken off the queue once it is written",
            of_one_order(only(with("wb9", "write-behind"), &["stop-database", "restore-database"])),
        ),
        ("a version is never forgotten", without_faults(of_one_key(claim("fx7"), "user:2"))),
        ("leases in place of the slow reader's set", with("ca6", "leases")),
        ("leases in place of two setters", with("ca5", "leases")),
        ("leases in place of two write-throughs", with("wt6", "leases")),
    ] {
        let (_, answer) = search(&scenario, Question::default());
        for outcome in &answer.results {
            assert_eq!(outcome.verdict, Verdict::Holds, "{name}: {}", outcome.property);
        }
    }
}

/// What a way needs to be played: a replica that lags, a lock that is waited for, a turn of a loop
/// that begins as late as it can.
#[test]
fn ways_of_all_kinds_play() {
    let lagging = "def read(key):\n    return replica.read(key)\n\n\
                   def write(key, value):\n    db.write(key, value)\n";
    let locked = "def read(key):\n    value = db.read(key)\n    with lock(key):\n        \
                  cache.set(key, value)\n    return value\n\ndef write(key, value):\n    \
                  db.write(key, value)\n    with lock(key):\n        cache.set(key, value)\n";
    let outbox = "queue = Queue(at=worker, durable=True)\n\ndef read(key):\n    \
                  return cache.get(key)\n\ndef write(key, value):\n    db.write(key, value)\n    \
                  queue.push(key, value)\n\n@at(worker)\n@every(1)\ndef relay():\n    \
                  for item in queue.take(1):\n        cache.set(item.key, item.value)\n        \
                  queue.ack(item)\n";
    let crash = Budgets { crashes: 1, ..Budgets::default() };
    for (source, asks, budgets, property, length) in [
        // commit, the replica that has not got it
        (lagging, "WR", Budgets::default(), Property::ReadYourWrites, 2),
        // load, commit, set, set
        (locked, "R W", Budgets::default(), Property::Converges, 4),
        // two commits in one order, two pushes in the other, twice take, set, acknowledge
        (outbox, "W W", Budgets::default(), Property::Converges, 10),
        // commit, push, crash, the other's commit; take, set, acknowledge
        (outbox, "W W", crash, Property::Converges, 7),
    ] {
        let (mut actions, mut client) = (Vec::new(), 0);
        for ask in asks.chars() {
            let value = actions.len() + 1;
            match ask {
                ' ' => client += 1,
                'R' => actions.push(serde_json::json!({"at_us": 0, "do": "read", "key": "k",
                                                       "client": format!("c{client}")})),
                _ => actions.push(serde_json::json!({"at_us": 0, "do": "write", "key": "k",
                                    "value": value, "client": format!("c{client}")})),
            }
        }
        let mut topology = serde_json::json!({"apps": {"count": 1}});
        if source == lagging {
            topology["replica"] = serde_json::json!({});
        }
        let scenario = read(&serde_json::json!({
            "topology": topology,
            "strategies": [{"source": source}],
            "rows": {"each": {"k": 0}},
            "actions": actions
        }));
        let question = Question { budgets, ..asked(&[property]) };
        let (mut search, _) = search(&scenario, question);
        search.simplify();
        let answer = search.answer().expect("something is asked");
        assert_eq!(answer.first.effects, Some(length), "{source}");
        let last = answer.first.schedule.last().map(|step| step.effects);
        assert_eq!(last, Some(length), "every effect is told: {:#?}", answer.first.schedule);
        let way = search.way_to(property).expect("it is broken");
        assert!(playable(&scenario, &way).is_ok(), "{source}: {:#?}", answer.first.schedule);
    }
}

#[test]
fn a_way_is_told_step_by_step() {
    let (_, answer) = search(&claim("ca6"), asked(&[Property::Converges]));
    let told: Vec<String> =
        answer.first.schedule.iter().flat_map(|step| step.what.clone()).collect();
    let told = told.join("\n");
    let mut rest = told.as_str();
    for part in ["cache miss", "loaded", "committed", "no user:1 to delete", "set user:1 = old"] {
        let at = rest.find(part).unwrap_or_else(|| panic!("no {part:?} in its place:\n{told}"));
        rest = &rest[at..];
    }
    let document = serde_json::to_value(&answer).expect("JSON");
    for field in ["verdict", "property", "states", "depth", "complete", "schedule", "link"] {
        assert!(document.get(field).is_some(), "no {field}");
    }
    let scenario = serde_json::json!({"actions": [{"at_us": 0, "do": "read", "key": "k"}]});
    let (_, quiet) = search(&read(&scenario), asked(&[Property::Converges]));
    assert!(quiet.first.schedule.is_empty() && quiet.first.effects.is_none());
}

/// Two readers that may share a load, and a write between: whether every order was tried, and
/// whether a read can miss a write that was acknowledged before it.
fn shared_load(forgets: bool) -> (bool, Verdict) {
    let forget = if forgets { "    forget_flight(key)\n" } else { "" };
    let source = format!(
        "def read(key):\n    return single_flight(key, load)\ndef load(key):\n    \
         return db.read(key)\ndef write(key, value):\n    db.write(key, value)\n{forget}"
    );
    let read =
        |client: &str| serde_json::json!({"at_us": 0, "do": "read", "key": "k", "client": client});
    let scenario = serde_json::json!({
        "topology": {"apps": {"count": 1}},
        "strategies": [{"source": source}],
        "rows": {"each": {"k": "old"}},
        "actions": [
            read("a"),
            {"at_us": 0, "do": "write", "key": "k", "value": "new", "client": "b"},
            read("b"),
        ],
    });
    let scenario = Scenario::parse(&scenario.to_string()).expect("a scenario");
    let (_, answer) = search(&scenario, asked(&[Property::NoStaleRead]));
    (answer.first.complete, of(&answer, Property::NoStaleRead).verdict)
}

#[test]
fn joining_a_load_that_is_older_than_a_write_is_found_and_forgetting_it_mends_it() {
    assert_eq!(shared_load(false).1, Verdict::Violated);
    assert_eq!(shared_load(true), (true, Verdict::Holds));
}
