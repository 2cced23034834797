//! Ways that play: each is an ordinary scenario that goes wrong in the same manner.

use super::{asked, of, read, search};
use serde_json::json;
use stalemate::explore::{Budgets, Property, Question, Search, Verdict, playable};
use stalemate::scenario::{Scenario, What, preset};

fn preset_of(id: &str) -> Scenario {
    preset::find(id).expect("a preset").scenario()
}

/// Every property asked for that is broken is broken by a scenario, too.
#[track_caller]
fn plays(what: &str, scenario: &Scenario, question: Question) {
    let properties: Vec<Property> = question.properties.iter().collect();
    let (mut search, answer) = search(scenario, question);
    let each_plays = |search: &Search| {
        for property in properties.iter().copied() {
            let outcome = of(&answer, property);
            assert_eq!(outcome.verdict, Verdict::Violated, "{what}: {property}");
            let way = search.way_to(property).expect("it breaks the property again");
            let steps = way.steps();
            assert!(playable(scenario, &way).is_ok(), "{what}: {property}: {steps:#?}");
        }
    };
    each_plays(&search);
    search.simplify();
    each_plays(&search);
}

#[test]
fn another_request_need_not_wait_until_a_timeout_has_passed() {
    // the set of the old value comes last on the way, and long before the timeout in the run; the
    // reply that the cut has dropped is delayed by nobody
    plays("rt1", &preset_of("rt1"), asked(&[Property::Converges]));
}

#[test]
fn a_loop_finds_nothing_until_there_is_something_to_do() {
    // the item comes back after a second, and the loop has a turn each 0.1 s
    plays("wb16", &preset_of("wb16"), asked(&[Property::NoDoubleWrite]));
}

#[test]
fn a_call_of_concurrent_calls_has_a_name() {
    let properties = [Property::Converges, Property::NoStaleRead, Property::ReadYourWrites];
    plays("mk3", &preset_of("mk3"), asked(&properties));
}

#[test]
fn concurrent_calls_within_concurrent_calls_have_names() {
    let source = "def load(key):\n    value = cache.get(key)\n    if value is None:\n        \
                  value = db.read(key)\n        cache.set(key, value)\n    return value\n\n\
                  def both(key):\n    a, b = gather(load(key), load(\"other\"))\n    return a\n\n\
                  def read(key):\n    a, b = gather(both(key), db.read(\"third\"))\n    return a\n\n\
                  def write(key, value):\n    db.write(key, value)\n    cache.delete(key)\n";
    let scenario = read(&json!({
        "topology": {"apps": {"count": 1}},
        "strategies": [{"source": source}],
        "rows": {"each": {"k": 0, "other": 0, "third": 0}},
        "actions": [
            {"at_us": 0, "do": "read", "key": "k", "client": "ann"},
            {"at_us": 0, "do": "write", "key": "k", "value": 1, "client": "bob"}
        ]
    }));
    plays("nested", &scenario, asked(&[Property::Converges]));
}

#[test]
fn an_eviction_comes_between_two_commands_of_one_process() {
    // all is done in the cache: in no time, unless its commands take some
    let mut scenario = preset_of("wb8");
    let mut writes = 0;
    scenario.actions.retain(|action| match action.what {
        What::Write { .. } => {
            writes += 1;
            writes == 1
        }
        What::Read { .. } => action.at_us < 4_000_000,
        _ => matches!(action.what, What::Evict { .. }),
    });
    plays("wb8", &scenario, asked(&[Property::Converges]));
}

#[test]
fn a_text_is_the_same_text_in_another_run() {
    // eve is the third text of one run, and the last of the other
    plays("cache-aside", &preset_of("cache-aside"), asked(&[Property::Linearizable]));
}

#[test]
fn a_failure_waits_for_its_call() {
    for id in ["wb1", "write-behind-in-order"] {
        let question = Question {
            budgets: Budgets { failures: 1, ..Budgets::default() },
            most_states: 3_000,
            ..asked(&[Property::Converges, Property::NoPhantom, Property::Linearizable])
        };
        plays(id, &preset_of(id), question);
    }
}

/// Why the way to a broken property does not play.
#[track_caller]
fn does_not_play(id: &str, property: Property, why: &str) {
    let scenario = preset_of(id);
    let (search, _) = search(&scenario, Question { most_states: 3_000, ..asked(&[property]) });
    let way = search.way_to(property).expect("it is broken");
    let said = playable(&scenario, &way).expect_err("nothing plays it");
    assert!(said.contains(why), "{id}: {said}");
}

#[test]
fn what_no_run_can_do_is_said() {
    does_not_play("joined-load-fixed", Property::Converges, "a program reads the clock");
    let why = "goes on at once after a call in its own process, and here something comes in \
               between (the cache is down)";
    does_not_play("wt7", Property::NoPhantom, why);
}
