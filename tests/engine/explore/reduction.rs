//! What is taken at once changes neither a verdict nor a length.

use super::{contended, programs, read, search, verdicts};
use stalemate::explore::{Budgets, Property, Question};

fn agree(document: &serde_json::Value, budgets: Budgets) -> (u64, u64) {
    let scenario = read(document);
    let question = |reduction| Question {
        properties: Property::ALL.into_iter().collect(),
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
