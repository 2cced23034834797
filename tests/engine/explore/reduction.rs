//! What is taken at once changes neither a verdict nor a length.

use super::{contended, programs, read, search, verdicts};
use stalemate::explore::{Budgets, Property, Question, Verdict};

fn agree(document: &serde_json::Value, budgets: Budgets) -> (u64, u64) {
    let scenario = read(document);
    let question = |reduction| Question {
        properties: Property::BUILT_IN.into_iter().collect(),
        budgets,
        reduction,
        ..Question::default()
    };
    let (_, with) = search(&scenario, question(true));
    let (_, without) = search(&scenario, question(false));
    assert_eq!(verdicts(&with), verdicts(&without), "{document:#} {budgets:?}");
    (with.first.states, without.first.states)
}

#[test]
fn small_programs_get_the_same_verdicts_and_lengths() {
    let (mut with, mut without) = (0, 0);
    for program in programs() {
        let states = agree(&contended(&program), Budgets::default());
        (with, without) = (with + states.0, without + states.1);
    }
    assert!(with * 4 < without, "{with} states of {without}");
}

#[test]
fn faults_change_nothing_of_that() {
    let one = Budgets::default();
    let budgets = [
        Budgets { evictions: 1, ..one },
        Budgets { failures: 1, ..one },
        Budgets { crashes: 1, ..one },
        Budgets { losses: 1, ..one },
    ];
    for (at, budgets) in budgets.into_iter().enumerate() {
        // a read and a write: with a second write it takes long
        for program in programs().iter().skip(at).step_by(7) {
            let mut document = contended(program);
            document["actions"].as_array_mut().expect("a list").pop();
            agree(&document, budgets);
        }
    }
}

/// What is broken without it is broken with it, after as many effects.
#[test]
fn built_in_strategies_lose_nothing_by_it() {
    let one = Budgets::default();
    let cases = [
        ("leases", Budgets { expiries: 1, ..one }),
        ("versioned-set", Budgets { evictions: 1, ..one }),
        ("delayed-double-delete", one),
        ("write-through-cache-first", Budgets { failures: 1, ..one }),
        ("read-through", one),
        ("single-flight", one),
        ("write-behind", Budgets { crashes: 1, ..one }),
        ("write-behind-app", one),
        ("write-behind-durable", Budgets { failures: 1, ..one }),
        ("cache-aside", Budgets { timeouts: 1, ..one }),
        ("cache-aside", Budgets { duplicates: 1, ..one }),
        ("cache-aside", Budgets { losses: 1, ..one }),
    ];
    for (strategy, budgets) in cases {
        let document = serde_json::json!({
            "strategies": [{"strategy": strategy}],
            "rows": {"each": {"k": 0}},
            "actions": [
                {"at_us": 0, "do": "read", "key": "k", "client": "ann"},
                {"at_us": 0, "do": "write", "key": "k", "value": 1, "client": "bob"},
                {"at_us": 1, "do": "read", "key": "k", "client": "ann"}
            ]
        });
        let scenario = read(&document);
        let question = |reduction, most_states| Question {
            properties: Property::BUILT_IN.into_iter().collect(),
            budgets,
            reduction,
            most_states,
            ..Question::default()
        };
        let (_, without) = search(&scenario, question(false, 4_000));
        let (_, with) = search(&scenario, question(true, 40_000));
        for (plain, reduced) in without.results.iter().zip(&with.results) {
            let name = format!("{strategy}: {} {budgets:?}", plain.property);
            if plain.verdict == Verdict::Violated {
                assert_eq!(reduced.effects, plain.effects, "{name}");
            }
            if plain.verdict == Verdict::Holds && reduced.complete {
                assert_eq!(reduced.verdict, Verdict::Holds, "{name}");
            }
        }
    }
}
