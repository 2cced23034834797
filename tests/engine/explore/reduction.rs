//! What is taken at once changes neither a verdict nor a length.

use super::oracle::Chance;
use super::{any_program, contended, programs, read, search, verdicts};
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

fn alike(program: &str) -> serde_json::Value {
    let mut document = contended(program);
    let fields = [("k", "ann", 0), ("k", "bob", 1), ("k", "cid", 2), ("other", "dan", 3)];
    let write = |(key, client, value): (&str, &str, i32)| match value {
        0 | 3 => serde_json::json!({"at_us": 0, "do": "read", "key": key, "client": client}),
        _ => serde_json::json!({"at_us": 0, "do": "write", "key": key, "value": value,
                                "client": client}),
    };
    document["actions"] = fields.map(write).to_vec().into();
    document
}

/// … nor does who of several that are alike begins first: two writers of values that nobody
/// looks at.
#[test]
fn those_who_are_alike_get_the_same_verdicts_and_lengths() {
    let (mut with, mut without) = (0, 0);
    for program in programs().iter().step_by(3) {
        let scenario = read(&contended(program));
        let question = |symmetry| Question {
            properties: Property::BUILT_IN.into_iter().collect(),
            budgets: Budgets { failures: 1, ..Budgets::default() },
            symmetry,
            ..Question::default()
        };
        let (_, one) = search(&scenario, question(true));
        let (_, all) = search(&scenario, question(false));
        assert_eq!(verdicts(&one), verdicts(&all), "{program}");
        (with, without) = (with + one.first.states, without + all.first.states);
    }
    assert!(with * 5 < without * 4, "{with} states of {without}");
}

/// Who reads a key of its own is like nobody who shares one; whose value is compared, neither.
#[test]
fn those_who_differ_are_not_taken_for_alike() {
    let states = |document: &serde_json::Value, symmetry| {
        let question = Question { symmetry, ..Question::default() };
        search(&read(document), question).1.first.states
    };
    let compares = "def read(key):\n    return db.read(key)\n\n\
                    def write(key, value):\n    if value == 1:\n        db.write(key, value)\n";
    let document = contended(compares);
    assert_eq!(states(&document, true), states(&document, false));
    let mut readers = alike(&programs()[1]);
    readers["actions"].as_array_mut().expect("a list").drain(1..3);
    assert!(states(&readers, true) == states(&readers, false), "only one of the keys has a row");
    readers["rows"]["each"]["other"] = 0.into();
    assert!(states(&readers, true) < states(&readers, false));
}

/// No two states of a search have one fingerprint: with all that they say, there are as many.
#[test]
fn what_states_say_tells_no_more_apart_than_their_fingerprints() {
    for program in programs().iter().step_by(5) {
        let scenario = read(&contended(program));
        let question = |exact| Question {
            budgets: Budgets { failures: 1, evictions: 1, ..Budgets::default() },
            exact,
            ..Question::default()
        };
        let (quick, one) = search(&scenario, question(false));
        let (whole, other) = search(&scenario, question(true));
        assert_eq!(quick.progress().states, whole.progress().states);
        assert!(whole.progress().visited_bytes > 2 * quick.progress().visited_bytes);
        assert_eq!(verdicts(&one), verdicts(&other));
        assert!(one.first.bounds.odds > 0.0 && other.first.bounds.odds == 0.0);
    }
}

/// Where a call and its reply are one step, reduction changes nothing either; what is broken
/// in fewer ways is broken in one of all.
#[test]
fn calls_that_are_one_step_get_the_same_verdicts_with_and_without() {
    for program in programs().iter().step_by(2) {
        let scenario = read(&contended(program));
        let question = |atomic, reduction| Question {
            properties: Property::BUILT_IN.into_iter().collect(),
            budgets: Budgets { evictions: 1, ..Budgets::default() },
            atomic,
            reduction,
            ..Question::default()
        };
        let (_, with) = search(&scenario, question(true, true));
        let (_, without) = search(&scenario, question(true, false));
        assert_eq!(verdicts(&with), verdicts(&without), "{program}");
        let (_, all) = search(&scenario, question(false, true));
        assert!(without.first.bounds.atomic && !all.first.bounds.atomic);
        for (coarse, fine) in with.results.iter().zip(&all.results) {
            if coarse.verdict == Verdict::Violated {
                assert!(fine.effects <= coarse.effects, "{}: {program}", coarse.property);
                assert_eq!(fine.verdict, Verdict::Violated);
            }
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

/// A program by chance, of which every second one has a fault of the network or of a process.
fn with_a_fault(chance: &mut Chance) -> (serde_json::Value, Budgets) {
    let (document, paid) = any_program::scenario(chance);
    let budgets = match chance.below(8) {
        0 => Budgets { crashes: 1, ..paid },
        1 => Budgets { losses: 1, ..paid },
        2 => Budgets { duplicates: 1, ..paid },
        3 => Budgets { timeouts: 1, ..paid },
        _ => paid,
    };
    (document, budgets)
}

/// Programs by chance, with faults: all that is left out to save states, against none of it, and
/// states told apart by all that they say. How many were compared, and how many broke something.
fn any_program_gets_the_same(count: u32, most_states: u64) -> (u32, u32) {
    let mut chance = Chance(5);
    let (mut compared, mut broke) = (0, 0);
    for _ in 0..count {
        let (document, budgets) = with_a_fault(&mut chance);
        let scenario = read(&document);
        let question = |saves| Question {
            properties: Property::BUILT_IN.into_iter().collect(),
            budgets,
            reduction: saves,
            symmetry: saves,
            exact: !saves,
            most_states,
            ..Question::default()
        };
        let (_, all) = search(&scenario, question(false));
        if all.first.states >= most_states {
            continue;
        }
        let (_, few) = search(&scenario, question(true));
        assert_eq!(verdicts(&few), verdicts(&all), "{document:#} {budgets:?}");
        compared += 1;
        broke += u32::from(all.first.verdict == Verdict::Violated);
    }
    (compared, broke)
}

#[test]
fn any_program_gets_the_same_verdicts_and_lengths() {
    let (compared, broke) = any_program_gets_the_same(16, 2_500);
    assert!(compared >= 4 && broke >= 3, "{compared} were compared, {broke} broke something");
}

#[test]
#[ignore = "minutes"]
fn a_thousand_programs_get_the_same_verdicts_and_lengths() {
    let (compared, broke) = any_program_gets_the_same(1_000, 20_000);
    println!("{compared} programs were compared, {broke} broke something");
    assert!(compared > 500 && broke > 200);
}

/// Programs by chance in which a call and its reply are one step: what holds there holds where they
/// are not. How many were compared, and of how many it was said that something holds.
fn any_program_holds_if_it_does_in_one_step(count: u32, most_states: u64) -> (u32, u32) {
    let mut chance = Chance(11);
    let (mut compared, mut held) = (0, 0);
    for _ in 0..count {
        let (document, budgets) = with_a_fault(&mut chance);
        let scenario = read(&document);
        let question = |atomic| Question {
            properties: Property::BUILT_IN.into_iter().collect(),
            budgets,
            atomic,
            most_states,
            ..Question::default()
        };
        let (_, fine) = search(&scenario, question(false));
        if fine.first.states >= most_states {
            continue;
        }
        let (_, coarse) = search(&scenario, question(true));
        compared += 1;
        for (coarse, fine) in coarse.results.iter().zip(&fine.results) {
            let told = || format!("{}: {document:#} {budgets:?}", coarse.property);
            match coarse.verdict {
                Verdict::Holds => assert_eq!(fine.verdict, Verdict::Holds, "{}", told()),
                Verdict::Violated => assert!(fine.effects <= coarse.effects, "{}", told()),
                Verdict::Unknown => {}
            }
        }
        held += u32::from(coarse.results.iter().any(|each| each.verdict == Verdict::Holds));
    }
    (compared, held)
}

#[test]
fn any_program_that_holds_in_one_step_holds() {
    let (compared, held) = any_program_holds_if_it_does_in_one_step(24, 2_500);
    assert!(compared >= 8 && held >= 4, "{compared} were compared, {held} hold");
}

#[test]
#[ignore = "minutes"]
fn a_thousand_programs_that_hold_in_one_step_hold() {
    let (compared, held) = any_program_holds_if_it_does_in_one_step(1_000, 20_000);
    println!("{compared} programs were compared, something holds in {held}");
    assert!(compared > 500 && held > 200);
}

/// What one step leaves out is not said to hold.
#[test]
fn what_comes_between_a_call_and_its_reply_is_not_said_to_hold() {
    let locks = "def read(key):\n    value = db.read(key)\n    with lock(key):\n        \
                 cache.set(key, value)\n    return value\n\ndef write(key, value):\n    \
                 db.write(key, value)\n    with lock(key):\n        cache.set(key, value)\n";
    let local = "def read(key):\n    value = db.read(key)\n    local.set(key, value)\n    \
                 return value\n\ndef write(key, value):\n    db.write(key, value)\n    \
                 local.delete(key)\n";
    let again = "def read(key):\n    return db.read(key)\n\ndef write(key, value):\n    try:\n        \
                 db.write(key, value)\n    except Timeout:\n        db.write(key, value)\n";
    let loss = Budgets { losses: 1, ..Budgets::default() };
    for (program, budgets, property, length) in [
        // load, commit, set, set
        (locks, Budgets::default(), Property::Converges, 4),
        // load, commit
        (local, Budgets::default(), Property::Converges, 2),
        // commit, whose reply is lost; the other's commit; commit
        (again, loss, Property::NoDoubleWrite, 3),
    ] {
        let mut document = contended(program);
        if program == local {
            document["topology"]["local"] = serde_json::json!({});
        }
        let question = |atomic| Question { budgets, atomic, ..super::asked(&[property]) };
        let (_, fine) = search(&read(&document), question(false));
        assert_eq!(fine.first.effects, Some(length), "{program}");
        let (_, coarse) = search(&read(&document), question(true));
        assert_eq!(coarse.first.verdict, Verdict::Unknown, "{program}");
        assert_eq!(coarse.first.bounds.cut.len(), 1, "{:?}", coarse.first.bounds.cut);
    }
}
