//! Every order, with nodes that come and go and a replica that takes over.

use serde_json::{Value, json};
use stalemate::explore::{Budgets, Property, Question, Verdict, playable};
use stalemate::simulate::{Advance, Simulation};

use super::{asked, of, read, search};

/// A read, a write, and what is done to the cache.
fn scenario(cache: Value, done: Value) -> Value {
    let mut actions = vec![
        json!({"at_us": 0, "do": "read", "key": "k", "client": "ann"}),
        json!({"at_us": 1_000_000, "do": "write", "key": "k", "value": "new", "client": "ann"}),
    ];
    actions.extend(done.as_array().cloned().unwrap_or_default());
    json!({
        "topology": {"apps": {"count": 1}, "cache": cache},
        "strategies": [{"strategy": "cache-aside"}],
        "rows": {"each": {"k": "old"}},
        "actions": actions,
    })
}

#[track_caller]
fn verdict(document: &Value, question: Question, property: Property) -> Verdict {
    let (_, answer) = search(&read(document), question);
    let outcome = of(&answer, property);
    outcome.verdict
}

#[test]
fn a_failover_leaves_an_entry_that_was_deleted() {
    // one client: its write begins after its read has ended, so nothing races but the failover
    let replica = json!({"replica": {"failover_after_us": 1_000_000}});
    let killed = json!([{"at_us": 2_000_000, "do": "kill-cache"}]);
    let by_hand = json!([{"at_us": 2_000_000, "do": "failover", "cache": "cache_replica"}]);
    for (cache, done, expected) in [
        (&replica, &killed, Verdict::Violated),
        (&replica, &by_hand, Verdict::Violated),
        (&replica, &json!([]), Verdict::Holds),
        (&json!({}), &killed, Verdict::Holds),
    ] {
        let document = scenario(cache.clone(), done.clone());
        let question = asked(&[Property::Converges]);
        assert_eq!(verdict(&document, question, Property::Converges), expected, "{cache} {done}");
    }
    // what a budget of crashes pays for leads there as well
    let budgets = Budgets { crashes: 1, ..Budgets::default() };
    let question = Question { budgets, ..asked(&[Property::Converges]) };
    let document = scenario(replica, json!([]));
    assert_eq!(verdict(&document, question, Property::Converges), Verdict::Violated);
}

#[test]
fn the_way_to_it_plays() {
    let replica = json!({"replica": {"failover_after_us": 1_000_000}});
    let document = scenario(replica, json!([{"at_us": 2_000_000, "do": "kill-cache"}]));
    let scenario = read(&document);
    let (search, _) = search(&scenario, asked(&[Property::Converges]));
    let way = search.way_to(Property::Converges).expect("it goes wrong");
    let played = playable(&scenario, &way).expect("it plays");
    let mut run = Simulation::new(&played).expect("it runs");
    assert_eq!(run.advance(played.duration_us, u32::MAX), Advance::Reached);
    assert_eq!(run.report().divergence.len(), 1, "{}", crate::support::log(&run));
}

#[test]
fn a_node_that_is_asked_again_serves_what_is_old() {
    // the only key is where it is by modulo of two, and elsewhere once one is gone
    let cycle = |node: &str| {
        json!([
            {"at_us": 500_000, "do": "remove-node", "cache": node},
            {"at_us": 1_500_000, "do": "add-node", "cache": node},
        ])
    };
    let nodes = |placement: &str| json!({"nodes": 2, "placement": placement});
    let of_any = |placement: &str| {
        let verdicts = ["cache_1", "cache_2"].map(|node| {
            let document = scenario(nodes(placement), cycle(node));
            let (_, answer) = search(&read(&document), asked(&[Property::Converges]));
            of(&answer, Property::Converges).verdict
        });
        verdicts.contains(&Verdict::Violated)
    };
    assert!(of_any("consistent"));
    assert!(of_any("modulo"));
    assert!(!of_any("hash-slots"));
}

#[test]
fn what_is_taken_at_once_changes_no_verdict() {
    let replica = json!({"replica": {"failover_after_us": 1_000_000, "reads": "replica"}});
    let killed = json!([{"at_us": 2_000_000, "do": "kill-cache"}]);
    let moved = json!([{"at_us": 500_000, "do": "remove-node", "cache": "cache_2"}]);
    for document in
        [scenario(replica, killed), scenario(json!({"nodes": 2, "placement": "modulo"}), moved)]
    {
        let verdicts = [true, false].map(|reduction| {
            let question = Question { reduction, ..Question::default() };
            let (_, answer) = search(&read(&document), question);
            let results = answer.results.iter();
            results.map(|each| (each.property, each.verdict)).collect::<Vec<_>>()
        });
        assert_eq!(verdicts[0], verdicts[1], "{document}");
    }
}
