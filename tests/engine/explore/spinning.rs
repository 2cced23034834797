//! Programs that try again until something is so: their states are finitely many, and every order of
//! them is searched to its end.
//!
//! Some after published algorithms: Peterson's mutual exclusion (1981), locks in Redis with and
//! without an owner and with a fencing token (M. Kleppmann, "How to do distributed locking", 2016),
//! leases with waiting readers (Nishtala and others, 2013; B. Wang's TLA+ model, 2020). Lengths are
//! counted by hand, beside each case.

use super::published::{self, CRASH, Case, FAILURE, NOTHING, RACE, TWO_WRITERS, case};
use super::{of, read, search};
use serde_json::json;
use stalemate::explore::{Budgets, Property, Question, Verdict, playable};

const EXPIRY: Budgets = Budgets { expiries: 1, ..NOTHING };

fn check(case: Case<'_>, expected: &[(Property, Option<u16>)]) {
    published::check(&case, expected);
}

#[test]
fn a_lock_in_the_cache_excludes_until_it_ends_too_early() {
    use Property::{Converges, NoLostWrite};
    let lock = include_str!("spinning/lock.py");
    let of = |clients, parameter, budgets| Case { parameter, budgets, ..case(lock, clients) };
    let good = [(Converges, None), (NoLostWrite, None)];
    for parameter in [None, Some("TOKEN"), Some("FENCED")] {
        published::check(&of(TWO_WRITERS, parameter, NOTHING), &good);
    }
    check(of(&["W", "W", "W"], None, NOTHING), &good);
    check(of(&["WW", "W"], Some("TOKEN"), NOTHING), &good);
    // add, commit, expiry, add, commit, set, set; two deletions
    check(of(TWO_WRITERS, None, EXPIRY), &[(Converges, Some(9))]);
    // … the token is no help to what comes after the expiry; two looks, one deletion
    check(of(TWO_WRITERS, Some("TOKEN"), EXPIRY), &[(Converges, Some(10))]);
    // … the version is: unless it is what expires
    check(of(TWO_WRITERS, Some("FENCED"), EXPIRY), &[(Converges, None)]);
}

#[test]
fn a_lock_that_is_given_up_excludes_only_who_obeys() {
    use Property::Converges;
    let bounded = include_str!("spinning/bounded.py");
    // add, two refusals, commit, commit, set, set, a deletion
    check(case(bounded, TWO_WRITERS), &[(Converges, Some(8))]);
    let strict = Case { parameter: Some("STRICT"), ..case(bounded, TWO_WRITERS) };
    check(strict, &[(Converges, None)]);
}

/// Whether both have counted once everything is over.
#[track_caller]
fn counts(parameters: serde_json::Value, length: Option<u16>) {
    let document = json!({
        "topology": {"apps": {"count": 1}},
        "strategies": [{"source": include_str!("spinning/peterson.py"), "parameters": parameters}],
        "rows": {"each": {"k": 0, "count": 0}},
        "actions": [
            {"at_us": 0, "do": "read", "key": "k", "client": "ann"},
            {"at_us": 0, "do": "write", "key": "k", "value": 1, "client": "bob"}
        ]
    });
    let check = Some("db.read(\"count\") == 2".to_owned());
    let question = Question { check, ..super::asked(&[Property::Check]) };
    let (_, answer) = search(&read(&document), question);
    let verdict = if length.is_some() { Verdict::Violated } else { Verdict::Holds };
    let found = (answer.first.verdict, answer.first.effects);
    assert_eq!(found, (verdict, length), "{:?}", answer.first.bounds.cut);
    assert!(length.is_some() || answer.first.complete && answer.first.vacuous.is_empty());
}

#[test]
fn peterson_excludes_with_the_flag_first_and_not_with_the_turn_first() {
    counts(json!({}), None);
    // turn; turn, flag, the other's flag; flag, the other's flag, the turn; read, write; read, write
    // … and of each the flag taken back: the last two come after the loss
    counts(json!({"TURN_FIRST": true}), Some(13));
}

#[test]
fn readers_that_wait_for_a_lease_see_what_its_holder_sets() {
    use Property::Converges;
    let waiting = include_str!("spinning/waiting_readers.py");
    check(case(waiting, &["R", "R", "W"]), &[(Converges, None)]);
    check(case(waiting, &["RR", "W"]), &[(Converges, None)]);
    check(case(waiting, &["R", "R", "W", "W"]), &[(Converges, None)]);
    // lease, load, commit, delete, set
    let unchecked = Case { parameter: Some("UNCHECKED"), ..case(waiting, RACE) };
    check(unchecked, &[(Converges, Some(5))]);
}

#[test]
fn a_reader_that_polls_a_mark_must_look_again_and_even_so_comes_too_late() {
    use Property::Converges;
    let polling = include_str!("spinning/polling.py");
    // miss, no mark, load, no mark; add, commit, two deletions; set
    check(case(polling, RACE), &[(Converges, Some(9))]);
}

#[test]
fn a_failed_call_is_tried_again_until_it_succeeds() {
    use Property::{Converges, NoLostWrite};
    let retrying = include_str!("spinning/retrying.py");
    let failures = Budgets { failures: 2, ..NOTHING };
    let verdict = |parameter, budgets| {
        let mut document = Case { parameter, budgets, ..case(retrying, RACE) }.document();
        document["entries"] = json!([{"key": "k"}]);
        let question = Question { budgets, ..super::asked(&[Converges, NoLostWrite]) };
        let (_, answer) = search(&read(&document), question);
        let outcome = of(&answer, Converges);
        assert_eq!(of(&answer, NoLostWrite).verdict, Verdict::Holds);
        (outcome.verdict, outcome.effects, outcome.vacuous.clone())
    };
    assert_eq!(
        verdict(None, failures),
        (Verdict::Holds, None, vec!["nothing was ever cached".to_owned()])
    );
    // commit, a deletion that fails
    assert_eq!(verdict(Some("GIVES_UP"), FAILURE), (Verdict::Violated, Some(2), vec![]));
}

#[test]
fn a_counter_is_swapped_until_nobody_was_faster() {
    use Property::{NoDoubleWrite, NoLostWrite};
    let swapping = include_str!("spinning/swapping.py");
    let of = |parameter| Case { parameter, cached: false, ..case(swapping, &["I", "I"]) };
    check(of(None), &[(NoLostWrite, None), (NoDoubleWrite, None)]);
    // two rows, a swap, and one that finds another version
    check(of(Some("ONCE")), &[(NoLostWrite, Some(4))]);
}

#[test]
fn two_that_wait_for_one_another_both_go_on() {
    let barrier = include_str!("spinning/barrier.py");
    check(case(barrier, RACE), &[(Property::NoLostWrite, None), (Property::NoPhantom, None)]);
}

/// A lock that nobody frees any more is waited for for ever: the wait is a cycle of states, and no
/// end.
#[test]
fn what_a_crash_leaves_behind_is_waited_for_for_ever() {
    let left = include_str!("spinning/left_behind.py");
    let of = |parameter| Case {
        parameter,
        budgets: CRASH,
        cached: parameter.is_none(),
        ..case(left, TWO_WRITERS)
    };
    // add, the crash, the restart
    check(of(None), &[(Property::Recovers, Some(3))]);
    check(of(Some("IN_PROCESS")), &[(Property::Recovers, None)]);
}

/// The reply to a call that was given up may come while its task waits for a later call, which has
/// the same ordinal as soon as nothing is left of the first one, and not before.
#[test]
fn a_late_reply_is_not_taken_for_a_later_calls() {
    for (reads, budgets) in [
        ("db", Budgets { timeouts: 1, ..NOTHING }),
        ("cache", Budgets { timeouts: 2, ..NOTHING }),
        ("db", Budgets { duplicates: 1, ..NOTHING }),
    ] {
        let (get, error) = match reads {
            "db" => ("db.read", "DatabaseError"),
            _ => ("cache.get", "CacheError"),
        };
        let source = format!(
            "def read(key):\n    try:\n        {get}(\"a\")\n    except {error}:\n        \
             sleep(1)\n    return {get}(\"b\")\n\n\
             def write(key, value):\n    db.write(key, value)\n"
        );
        let document = json!({
            "topology": {"apps": {"count": 1}},
            "strategies": [{"source": source}],
            "rows": {"each": {"a": 1, "b": 2}},
            "entries": [{"key": "a"}, {"key": "b"}],
            "actions": [{"at_us": 0, "do": "read", "key": "k", "client": "ann"}]
        });
        // an answer that is given up is none
        let check = Some("R1 in [2, None]".to_owned());
        for reduction in [true, false] {
            let check = check.clone();
            let asked = super::asked(&[Property::Check]);
            let (_, answer) =
                search(&read(&document), Question { check, budgets, reduction, ..asked });
            let cut = &answer.first.bounds.cut;
            assert_eq!(answer.first.verdict, Verdict::Holds, "{source}{budgets:?} {cut:?}");
        }
    }
}

/// A way with turns of a loop in it plays as a scenario.
#[test]
fn a_way_through_a_loop_plays() {
    let lock = include_str!("spinning/lock.py");
    let one = Case { budgets: EXPIRY, ..case(lock, TWO_WRITERS) };
    let scenario = read(&one.document());
    let question = Question { budgets: EXPIRY, ..super::asked(&[Property::Converges]) };
    let (search, answer) = search(&scenario, question);
    assert_eq!(of(&answer, Property::Converges).effects, Some(9));
    let way = search.way_to(Property::Converges).expect("it breaks the property again");
    assert!(playable(&scenario, &way).is_ok(), "it does not play");
}
