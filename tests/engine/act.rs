//! What a person does live obeys the rules of the document.

use crate::support::begin;
use serde_json::{Value, json};

/// What is said of an action that cannot be done.
#[track_caller]
fn refused(action: Value) -> String {
    let mut run = begin(&json!({"rows": {"each": {"k": 1}}}));
    let what = serde_json::from_value(action).expect("an action");
    let why = run.act(what).expect_err("it is outside the rules").to_string();
    assert!(run.scenario().actions.is_empty(), "a refused action is not recorded");
    run.advance(1_000_000, u32::MAX);
    why
}

#[test]
fn a_live_action_outside_the_ranges_is_refused_in_words_and_never_panics() {
    let cases = [
        (json!({"do": "fail-next", "store": "cache", "times": 0}), "times: is 0"),
        (json!({"do": "read", "key": "k", "times": 10_001}), "times: is 10001"),
        (json!({"do": "cut", "link": "app-cache", "app": 200}), "app"),
        (json!({"do": "slow-database", "factor_milli": 0}), "factor_milli: is 0"),
        (json!({"do": "stop-replica"}), "replica"),
        (json!({"do": "start-workload", "workload": "nobody"}), "nobody"),
    ];
    for (action, words) in cases {
        let why = refused(action.clone());
        assert!(why.contains(words), "{action}: {why}");
    }
}
