//! What a search keeps, how it goes on, and on how many processors, is no part of its answer.

use super::{contended, of, programs, read, search};
use stalemate::explore::{Answer, Budgets, Property, Question, Search, Verdict};

fn question(most_memory: u64) -> Question {
    Question {
        properties: Property::BUILT_IN.into_iter().collect(),
        budgets: Budgets { evictions: 1, failures: 1, ..Budgets::default() },
        most_memory,
        ..Question::default()
    }
}

fn without_bounds(mut answer: Answer) -> Answer {
    answer.first.bounds.max_memory = 0;
    answer.results.iter_mut().for_each(|each| each.bounds.max_memory = 0);
    answer
}

#[test]
fn states_that_are_made_again_are_the_same() {
    let mut states = 0;
    for program in programs().iter().step_by(9) {
        let scenario = read(&contended(program));
        let (whole, one) = search(&scenario, question(1 << 30));
        // room for some ninety whole states
        let (made, other) = search(&scenario, question(2 << 20));
        assert_eq!(whole.progress().states, made.progress().states);
        states = states.max(whole.progress().states);
        assert_eq!(without_bounds(one), without_bounds(other), "{program}");
    }
    assert!(states > 2_000, "{states} at most: few waited");
}

#[test]
fn several_processors_come_to_the_same() {
    for program in programs().iter().skip(4).step_by(11) {
        let scenario = read(&contended(program));
        let (alone, one) = search(&scenario, question(1 << 30));
        let mut together = Search::new(&scenario, question(1 << 30)).expect("it can be searched");
        while !together.advance_on(3, 5_000) {}
        let other = together.answer().expect("something is asked");
        assert_eq!(alone.progress().states, together.progress().states);
        assert_eq!(alone.progress().transitions, together.progress().transitions);
        assert_eq!(one, other, "{program}");
    }
}

#[test]
fn a_visited_state_takes_no_more_than_24_bytes() {
    let scenario = read(&contended(&programs()[1]));
    let (search, _) = search(&scenario, question(1 << 30));
    let progress = search.progress();
    // a last chunk that is not full yet is the exception
    let slack = 16 << 14;
    assert!(progress.visited_bytes <= progress.states * 24 + slack, "{progress:?}");
}

/// A request, a fault and a budget that a way does without are left out of it.
#[test]
fn a_way_is_made_as_simple_as_can_be() {
    let aside = "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
                 value = db.read(key)\n        cache.set(key, value)\n    return value\n\n\
                 def write(key, value):\n    db.write(key, value)\n    cache.delete(key)\n";
    let mut document = contended(aside);
    let more = serde_json::json!({"at_us": 0, "do": "read", "key": "other", "client": "dan"});
    document["actions"].as_array_mut().expect("a list").push(more);
    let scenario = read(&document);
    let asked = Question {
        budgets: Budgets { evictions: 1, ..Budgets::default() },
        reduction: false,
        ..super::asked(&[Property::Converges])
    };
    let (mut search, before) = search(&scenario, asked);
    search.simplify();
    let after = search.answer().expect("something is asked");
    let requests = |answer: &Answer| {
        let way = &of(answer, Property::Converges).schedule;
        way.iter().flat_map(|step| &step.what).filter(|what| what.contains("acknowledged")).count()
    };
    assert_eq!(of(&after, Property::Converges).verdict, Verdict::Violated);
    assert_eq!(of(&after, Property::Converges).effects, of(&before, Property::Converges).effects);
    assert_eq!(requests(&after), 1, "one write is enough");
}

/// A request that is only in the way is left out of the way that is shown; how short the way is
/// that was asked for stays as it was.
#[test]
fn a_way_without_what_it_does_not_need_changes_no_length() {
    let mut document = contended(&programs()[1]);
    let first = serde_json::json!({"at_us": 0, "do": "read", "key": "other", "client": "ann"});
    document["actions"].as_array_mut().expect("a list").insert(0, first);
    let asked = super::asked(&[Property::Converges]);
    let (mut search, before) = search(&read(&document), asked);
    search.simplify();
    let after = search.answer().expect("something is asked");
    let lengths = |answer: &Answer| {
        let outcome = of(answer, Property::Converges);
        (outcome.effects, outcome.schedule.last().map(|step| step.effects))
    };
    // a miss and a load of the other key (there is no row, and nothing to set), then the race
    assert_eq!(lengths(&before), (Some(7), Some(7)));
    assert_eq!(lengths(&after), (Some(7), Some(5)));
}

/// A way as a trace is read back as the same way.
#[test]
fn a_trace_leads_where_its_way_did() {
    use serde_json::json;
    use stalemate::explore::ItfError;
    let scenario = read(&contended(&programs()[1]));
    let asked = super::asked(&[Property::Converges]);
    let (mut search, _) = search(&scenario, asked.clone());
    let trace = search.itf(Property::Converges).expect("it is broken");
    let states = trace["states"].as_array().expect("a list");
    assert_eq!(states[0]["mbt::actionTaken"], json!("init"));
    assert_eq!(states.last().expect("a state")["effects"], json!({"#bigint": "5"}));
    let vars = trace["vars"].as_array().expect("a list");
    assert!(
        states
            .iter()
            .all(|state| vars.iter().all(|var| state.get(var.as_str().expect("a text")).is_some()))
    );
    let way = search.follow(&trace).expect("it leads there");
    let own = search.way_to(Property::Converges).expect("a way");
    assert_eq!(way.steps(), own.steps());
    let mut other = trace.clone();
    other["states"][2]["database"] = json!({"#map": []});
    let error = search.follow(&other).err();
    assert!(matches!(error, Some(ItfError::NoSuchStep { index: 2, .. })), "{error:?}");
    assert!(matches!(search.follow(&json!({})), Err(ItfError::Format(_))));
    search.simplify();
    let simple = search.itf(Property::Converges).expect("it is still broken");
    assert_eq!(
        simple["states"].as_array().and_then(|all| all.last()).expect("a state")["effects"],
        json!({"#bigint": "5"})
    );
}
