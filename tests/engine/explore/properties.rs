//! Properties that need more than a verdict: one order of all, recovery, and one's own.

use super::{asked, of, read, search};
use serde_json::{Value, json};
use stalemate::explore::{Budgets, CheckError, ExploreError, Property, Question, Search, Verdict};

const ASIDE: &str = "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
                     value = db.read(key)\n        cache.set(key, value)\n    return value\n\n";
const PLAIN: &str = "def read(key):\n    return db.read(key)\n\n\
                     def write(key, value):\n    db.write(key, value)\n";

fn document(program: &str, actions: &[Value]) -> Value {
    json!({
        "topology": {"apps": {"count": 1}},
        "strategies": [{"source": program}],
        "rows": {"each": {"k": 0}},
        "actions": actions
    })
}

fn reads(client: &str) -> Value {
    json!({"at_us": 0, "do": "read", "key": "k", "client": client})
}

fn writes(client: &str, value: i64) -> Value {
    json!({"at_us": 0, "do": "write", "key": "k", "value": value, "client": client})
}

#[track_caller]
fn check(document: &Value, question: Question, property: Property, length: Option<u16>) {
    let (_, answer) = search(&read(document), question);
    let outcome = of(&answer, property);
    let verdict = if length.is_some() { Verdict::Violated } else { Verdict::Holds };
    assert_eq!((outcome.verdict, outcome.effects), (verdict, length), "{:?}", outcome.bounds.cut);
}

#[test]
fn one_order_explains_all_or_none_does() {
    let linearizable = || asked(&[Property::Linearizable]);
    let write = "def write(key, value):\n    db.write(key, value)\n    cache.delete(key)\n";
    let aside = ASIDE.to_owned() + write;
    // one write, then a read that hits what was cached before: miss, load, set, commit, hit
    let twice = [reads("ann"), reads("ann"), writes("bob", 1)];
    check(
        &document(
            &(ASIDE.to_owned() + "def write(key, value):\n    db.write(key, value)\n"),
            &twice,
        ),
        linearizable(),
        Property::Linearizable,
        Some(5),
    );
    // … or that is overtaken by the deletion: miss, load, commit, delete, set, hit
    check(&document(&aside, &twice), linearizable(), Property::Linearizable, Some(6));
    // two readers: one sees the new value before it is acknowledged, the next the old one
    let new_then_old = [reads("ann"), writes("bob", 1), reads("ann"), reads("cid")];
    let plain = document(PLAIN, &new_then_old);
    check(&plain, linearizable(), Property::Linearizable, None);
    // values that cannot be told apart may have been either: every read of 0 is explained
    let same = [reads("ann"), reads("ann"), writes("bob", 0)];
    check(&document(&aside, &same), linearizable(), Property::Linearizable, None);
}

#[test]
fn what_is_mended_recovers_or_does_not() {
    let question = |budgets| Question { budgets, ..asked(&[Property::Recovers]) };
    let crash = Budgets { crashes: 1, ..Budgets::default() };
    let requests = [reads("ann"), writes("bob", 1)];
    let calm = document(PLAIN, &requests);
    check(&calm, question(crash), Property::Recovers, None);
    // a mark that a crash leaves behind for ever, since only its owner takes it away: the write,
    // the crash before its end, the restart, the next one's look
    let marked = "def read(key):\n    return db.read(key)\n\ndef write(key, value):\n    \
                  if not cache.add(\"busy\", 1):\n        value + None\n    \
                  db.write(key, value)\n    cache.delete(\"busy\")\n";
    let two = document(marked, &[writes("ann", 1), writes("bob", 2)]);
    check(&two, question(crash), Property::Recovers, Some(4));
    let (_, answer) = search(&read(&calm), question(Budgets::default()));
    assert!(answer.first.vacuous.iter().any(|why| why == "nothing ever breaks"));
}

#[test]
fn an_expression_is_a_property() {
    let own = |expression: &str| Question {
        check: Some(expression.to_owned()),
        ..asked(&[Property::Check])
    };
    let write = "def write(key, value):\n    db.write(key, value)\n    cache.delete(key)\n";
    let race = document(&(ASIDE.to_owned() + write), &[reads("ann"), writes("bob", 1)]);
    let agrees = r#"cache.get("k") is None or cache.get("k") == db.read("k")"#;
    check(&race, own(agrees), Property::Check, Some(5));
    check(&race, own(r#"db.read("k") == 1 and W2"#), Property::Check, None);
    // the read before the write, and all of the write: miss, load, set, commit, delete
    check(&race, own("R1 == 1"), Property::Check, Some(5));
    check(&race, own("R1 in [0, 1]"), Property::Check, None);
    check(&race, own(r#"db.row("k").version == 2"#), Property::Check, None);
}

#[test]
fn an_expression_that_is_no_property_is_refused() {
    let refused = |expression: &str| {
        let question = Question { check: Some(expression.to_owned()), ..asked(&[Property::Check]) };
        match Search::new(&read(&document(PLAIN, &[reads("ann")])), question) {
            Ok(_) => panic!("{expression} is searched"),
            Err(ExploreError::Check(error)) => error,
            Err(error) => panic!("{expression}: {error}"),
        }
    };
    let CheckError::Syntax(errors) = refused("db.read(\"k\") == nothing") else {
        panic!("compiled")
    };
    assert_eq!(errors[0].column, 17, "{}", errors[0]);
    assert!(matches!(refused("1 +"), CheckError::Syntax(_)));
    assert_eq!(refused("1 + 1"), CheckError::NoTruthValue { gives: "2".to_owned() });
    assert!(matches!(refused("db.read(\"k\")"), CheckError::NoTruthValue { .. }));
    assert_eq!(refused("cache.set(\"k\", 1)"), CheckError::Changes);
}

#[test]
fn a_run_is_shown_where_nothing_goes_wrong_and_what_happened_is_counted() {
    let (_, answer) = search(
        &read(&document(PLAIN, &[reads("ann"), writes("bob", 1)])),
        asked(&[Property::NoPhantom]),
    );
    assert_eq!(answer.samples.len(), 5);
    assert!(answer.samples.iter().all(|steps| !steps.is_empty()));
    for happening in ["requests", "loads", "commits", "returned", "acknowledged"] {
        assert!(answer.events[happening] > 0, "no {happening}");
    }
    assert!(!answer.events.contains_key("hits"));
}

/// What a lease or a remembered version is worth ends with it, where a budget ends it.
#[test]
fn leases_and_versions_end_as_entries_do() {
    let expiry = Budgets { expiries: 1, ..Budgets::default() };
    let lease = "def read(key):\n    value, lease = cache.lease(key)\n    \
                 if lease is not None:\n        value = db.read(key)\n        \
                 cache.set_with_lease(key, value, lease)\n    return value\n\n\
                 def write(key, value):\n    db.write(key, value)\n    cache.delete(key)\n";
    let race = [reads("ann"), reads("cid"), writes("bob", 1)];
    let question = |budgets| Question { budgets, ..asked(&[Property::Converges]) };
    check(&document(lease, &race), question(expiry), Property::Converges, None);
    // row, commit, delete, eviction of the version, set
    let versions = "def read(key):\n    row = db.row(key)\n    \
                    cache.set(key, row.value, version=row.version)\n    return row.value\n\n\
                    def write(key, value):\n    version = db.write(key, value)\n    \
                    cache.delete(key, version=version)\n";
    let race = document(versions, &[reads("ann"), writes("bob", 1)]);
    check(&race, question(Budgets::default()), Property::Converges, None);
    let eviction = Budgets { evictions: 1, ..Budgets::default() };
    check(&race, question(eviction), Property::Converges, Some(5));
}
