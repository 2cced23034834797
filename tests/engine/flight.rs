//! A person's hand on messages in flight: the classic races from an empty
//! scenario, by holding and letting go alone.

use crate::support::{begin, compare};
use serde_json::{Value, json};
use stalemate::scenario::{Scenario, What};
use stalemate::simulate::timeline::Timeline;

/// A run of one strategy with one row, at its start.
fn empty(strategy: &str) -> Timeline {
    let scenario = json!({"strategies": [{"strategy": strategy}], "rows": {"each": {"k": 0}}});
    let scenario = Scenario::parse(&scenario.to_string()).expect("a scenario");
    Timeline::new(&scenario).expect("it runs")
}

#[track_caller]
fn act(line: &mut Timeline, action: Value) {
    let what: What = serde_json::from_value(action).expect("an action");
    line.act(what).expect("it can be done");
}

/// Goes on, event by event, until a message is in flight whose text is this;
/// its name.
#[track_caller]
fn meet(line: &mut Timeline, label: &str, text: &str) -> String {
    for _ in 0..1_000 {
        let flights = line.now().view().activity(0).flights;
        let found = flights.into_iter().find(|flight| flight.label == label && flight.text == text);
        if let Some(message) = found.and_then(|flight| flight.message) {
            return message;
        }
        line.step();
    }
    panic!("{label} never sends {text}");
}

fn wait(line: &mut Timeline, us: u64) {
    let until_us = line.now().now_us() + us;
    line.advance(until_us, u32::MAX);
}

/// What was done happens again where the scenario is played from its start.
fn check_again(line: &Timeline, expect: &Value) {
    compare(line.now(), expect);
    let scenario = serde_json::to_value(line.now().scenario()).expect("JSON");
    let mut again = begin(&scenario);
    again.advance(line.now().now_us(), u32::MAX);
    compare(&again, expect);
}

#[test]
fn ca6_a_readers_set_that_is_held_lands_after_the_delete() {
    let mut line = empty("cache-aside");
    act(&mut line, json!({"do": "read", "key": "k"}));
    let set = meet(&mut line, "R1", "cache.set(k)");
    act(&mut line, json!({"do": "hold", "message": set}));
    act(&mut line, json!({"do": "write", "key": "k", "value": 1}));
    wait(&mut line, 50_000);
    act(&mut line, json!({"do": "release", "message": set}));
    wait(&mut line, 50_000);
    act(&mut line, json!({"do": "read", "key": "k"}));
    wait(&mut line, 50_000);
    let stale = json!({
        "reads": {"total": 2, "stale": 1},
        "divergence": [{"key": "k", "state": "stale", "cache": 0, "database": 1}],
    });
    check_again(&line, &stale);
}

#[test]
fn wt6_two_writes_reach_the_two_stores_in_opposite_orders() {
    let mut line = empty("write-through");
    act(&mut line, json!({"do": "write", "key": "k", "value": 1}));
    let set = meet(&mut line, "W1", "cache.set(k)");
    act(&mut line, json!({"do": "hold", "message": set}));
    act(&mut line, json!({"do": "write", "key": "k", "value": 2}));
    wait(&mut line, 50_000);
    act(&mut line, json!({"do": "deliver", "message": set}));
    wait(&mut line, 50_000);
    let opposite = json!({
        "divergence": [{"key": "k", "state": "stale", "cache": 1, "database": 2}],
    });
    check_again(&line, &opposite);
}

#[test]
fn wb8_a_write_that_failed_goes_to_the_back_of_the_queue() {
    let mut line = empty("write-behind-retry-at-back");
    act(&mut line, json!({"do": "write", "key": "k", "value": 1}));
    let failed = meet(&mut line, "", "db.write(k)");
    act(&mut line, json!({"do": "hold", "message": failed}));
    act(&mut line, json!({"do": "write", "key": "k", "value": 2}));
    act(&mut line, json!({"do": "drop", "message": failed}));
    wait(&mut line, 60_000_000);
    check_again(&line, &json!({"writes": {"overtaken": 1, "committed": 2}}));
}

#[test]
fn a_message_is_delayed_held_or_not() {
    for hold in [false, true] {
        let mut line = empty("no-cache");
        act(&mut line, json!({"do": "read", "key": "k"}));
        let read = meet(&mut line, "R1", "db.read(k)");
        if hold {
            act(&mut line, json!({"do": "hold", "message": read}));
        }
        act(&mut line, json!({"do": "delay", "message": read, "by_us": 40_000}));
        if hold {
            act(&mut line, json!({"do": "release", "message": read}));
        }
        wait(&mut line, 200_000);
        // 250 + 250 + 9,500 + 250 + 250 and the delay
        check_again(&line, &json!({"latency_us": {"read": {"max": 50_500}}}));
    }
}

#[test]
fn what_is_held_times_out_and_can_be_let_go_too_late() {
    let mut line = empty("cache-aside");
    act(&mut line, json!({"do": "read", "key": "k"}));
    let get = meet(&mut line, "R1", "cache.get(k)");
    act(&mut line, json!({"do": "hold", "message": get}));
    wait(&mut line, 5_000_000);
    // the cache did not answer for a second: cache-aside goes to the database
    compare(line.now(), &json!({"reads": {"failed": 0}, "database": {"reads": 1}}));
    act(&mut line, json!({"do": "release", "message": get}));
    wait(&mut line, 1_000_000);
    check_again(&line, &json!({"reads": {"total": 1, "failed": 0}}));
}

#[test]
fn a_hold_that_means_nothing_is_refused_with_its_reason() {
    let mut line = empty("cache-aside");
    let refused = |line: &mut Timeline, action: Value| {
        line.act(serde_json::from_value(action).expect("an action")).unwrap_err().to_string()
    };
    let nowhere = json!({"do": "hold", "message": "00000000000000aa"});
    assert_eq!(refused(&mut line, nowhere), "no such message is in flight now");
    let short = refused(&mut line, json!({"do": "hold", "message": "aa"}));
    assert!(short.contains("16 hexadecimal digits"), "{short}");
    act(&mut line, json!({"do": "read", "key": "k"}));
    let get = meet(&mut line, "R1", "cache.get(k)");
    let early = refused(&mut line, json!({"do": "release", "message": get}));
    assert_eq!(early, "it is not held");
    act(&mut line, json!({"do": "hold", "message": get}));
    assert_eq!(refused(&mut line, json!({"do": "hold", "message": get})), "it is held already");
}

/// An action elsewhere leaves a message's name alone, and so what is done to it.
#[test]
fn a_recorded_hold_means_the_same_message_whatever_is_done_elsewhere() {
    let mut line = empty("cache-aside");
    act(&mut line, json!({"do": "read", "key": "k"}));
    let set = meet(&mut line, "R1", "cache.set(k)");
    act(&mut line, json!({"do": "hold", "message": set}));
    let mut scenario = serde_json::to_value(line.now().scenario()).expect("JSON");
    let actions = scenario["actions"].as_array_mut().expect("actions");
    for at_us in [0, 300, 5_000] {
        actions.push(json!({"at_us": at_us, "do": "write", "key": "other", "value": 1}));
    }
    let mut run = begin(&scenario);
    run.advance(100_000, u32::MAX);
    let held: Vec<String> = run
        .view()
        .activity(0)
        .flights
        .into_iter()
        .filter(|flight| flight.held)
        .map(|flight| flight.text)
        .collect();
    assert_eq!(held, ["cache.set(k)"]);
}

#[test]
fn a_message_that_is_duplicated_by_hand_lands_twice() {
    let mut line = empty("cache-aside");
    act(&mut line, json!({"do": "increment", "key": "k"}));
    let incr = meet(&mut line, "I1", "db.incr(k)");
    act(&mut line, json!({"do": "duplicate", "message": incr}));
    act(&mut line, json!({"do": "duplicate", "message": incr}));
    wait(&mut line, 50_000);
    assert_eq!(crate::support::stored(line.now(), "k"), Some(3));
    check_again(&line, &json!({"writes": {"total": 1, "acknowledged": 1}}));
}
