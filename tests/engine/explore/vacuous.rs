//! What holds because nothing happened that could break it: each reason, and none where it would
//! be wrong.

use super::{asked, of, read, search};
use serde_json::{Value, json};
use stalemate::explore::{Budgets, Property, Question, Verdict};

const READ: &str = "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
                    value = db.read(key)\n        cache.set(key, value)\n    return value\n\n";
const WRITE: &str = "def write(key, value):\n    db.write(key, value)\n    cache.delete(key)\n";

/// Requests of clients, such as "R a", "W b" or "W b other", of the key `k` unless one is named.
fn document(program: &str, requests: &[&str], more: &[Value]) -> Value {
    let request = |(at, text): (usize, &&str)| {
        let mut words = text.split(' ');
        let kind = words.next().expect("a kind");
        let client = words.next().expect("a client");
        let key = words.next().unwrap_or("k");
        match kind {
            "R" => json!({"at_us": 0, "do": "read", "key": key, "client": client}),
            _ => json!({"at_us": 0, "do": "write", "key": key, "value": at + 1, "client": client}),
        }
    };
    let mut actions: Vec<Value> = requests.iter().enumerate().map(request).collect();
    actions.extend_from_slice(more);
    json!({
        "topology": {"apps": {"count": 1}},
        "strategies": [{"source": program}],
        "rows": {"each": {"k": 0, "other": 0}},
        "actions": actions
    })
}

/// It holds, and one of the reasons is this; `None`: there is no reason.
#[track_caller]
fn check(document: &Value, question: Question, why: Option<&str>) {
    let property = question.properties.iter().next().expect("it asks something");
    let (_, answer) = search(&read(document), question);
    let outcome = of(&answer, property);
    assert_eq!(outcome.verdict, Verdict::Holds, "{:?}", outcome.bounds.cut);
    match why {
        Some(why) => {
            let told = outcome.vacuous.iter().any(|each| each.contains(why));
            assert!(told, "{why}: {:?}", outcome.vacuous);
        }
        None => assert!(outcome.vacuous.is_empty(), "{:?}", outcome.vacuous),
    }
}

#[test]
fn each_reason_is_told() {
    use Property::{Converges, Linearizable, MonotonicReads, NoStaleRead, Recovers};
    let aside = READ.to_owned() + WRITE;
    let fails = "class Busy(Exception):\n    pass\n\n".to_owned()
        + READ
        + "def write(key, value):\n    raise Busy()\n";
    let unread = "class Busy(Exception):\n    pass\n\ndef read(key):\n    raise Busy()\n\n"
        .to_owned()
        + WRITE;
    let mistaken = "def read(key):\n    return None + 1\n\n".to_owned() + WRITE;
    let uncached = "def read(key):\n    return db.read(key)\n\n".to_owned() + WRITE;
    let apart = "no two requests are ever under way at once";
    for (program, requests, property, why) in [
        (&aside, &["R a", "W a", "R a"][..], Converges, Some(apart)),
        (&aside, &["R a", "W a", "R a"], Linearizable, Some(apart)),
        (&aside, &["R a"], Converges, Some("there is only one request")),
        (&aside, &["R a", "R b"], Converges, Some("nothing is written")),
        (&aside, &["W a", "W b"], Converges, Some("nothing is read")),
        (&aside, &["R a", "W b other"], Converges, Some("no key is both read and written")),
        (&uncached, &["R a", "W b"], Converges, Some("nothing was ever cached")),
        (&fails, &["R a", "W b"], Converges, Some("no write ever reached the database")),
        (&fails, &["R a", "W b"], Converges, Some("no write was ever acknowledged")),
        (&unread, &["R a", "W b"], NoStaleRead, Some("no read ever succeeded")),
        (&mistaken, &["R a", "W b"], Converges, Some("a mistake in line 2 ended a task")),
        (&aside, &["R a", "W b"], MonotonicReads, Some("no read begins after")),
        (&aside, &["R a", "W b"], Recovers, Some("nothing ever breaks")),
        // not in vain: two clients, of whom one hits
        (&aside, &["R a", "R a", "R b"], MonotonicReads, Some("nothing is written")),
        (&uncached, &["W a", "R a", "W b"], NoStaleRead, Some("nothing was ever cached")),
    ] {
        check(&document(program, requests, &[]), asked(&[property]), why);
    }
    let locked = "def read(key):\n    with lock(key):\n        value = cache.get(key)\n        \
                  if value is None:\n            value = db.read(key)\n            \
                  cache.set(key, value)\n    return value\n\ndef write(key, value):\n    \
                  with lock(key):\n        db.write(key, value)\n        cache.delete(key)\n";
    check(&document(locked, &["R a", "R a", "W b"], &[]), asked(&[Converges]), None);
}

#[test]
fn faults_that_do_nothing_did_not_happen() {
    let aside = READ.to_owned() + WRITE;
    let with = |deed: Value| document(&aside, &["R a", "R a", "W a"], &[deed]);
    let converges = || asked(&[Property::Converges]);
    for (deed, why) in [
        (json!({"do": "evict", "key": "other"}), "the eviction of the scenario never happened"),
        (json!({"do": "expire", "key": "other"}), "the expiry of the scenario never happened"),
        (
            json!({"do": "fail-next", "store": "cache", "call": "incr"}),
            "the failing call of the scenario never happened (action 3)",
        ),
    ] {
        let mut deed = deed;
        deed["at_us"] = 0.into();
        check(&with(deed), converges(), Some(why));
    }
    let evicted = json!({"at_us": 0, "do": "evict", "key": "k"});
    check(&with(evicted), converges(), None);
    let expiry = Budgets { expiries: 1, ..Budgets::default() };
    let question = Question { budgets: expiry, ..converges() };
    let calm = document(&aside, &["R a", "R a", "W a"], &[]);
    check(&calm, question, Some("of the expiries allowed, none happened"));
}

#[test]
fn recovery_needs_somebody_who_comes_after() {
    let aside = READ.to_owned() + WRITE;
    let recovers = |budgets| Question { budgets, ..asked(&[Property::Recovers]) };
    let killed = json!({"at_us": 0, "do": "kill-cache"});
    let document = |more: &[Value]| document(&aside, &["R a", "R a", "W b"], more);
    let after = "no request begins after every fault has ended";
    check(&document(std::slice::from_ref(&killed)), recovers(Budgets::default()), Some(after));
    let mended = json!({"at_us": 1, "do": "restart-cache"});
    check(&document(&[killed, mended]), recovers(Budgets::default()), None);
}

#[test]
fn an_expression_has_to_look_at_something() {
    let aside = READ.to_owned() + WRITE;
    let document = document(&aside, &["R a", "R a", "W b"], &[]);
    let own = |expression: &str| Question {
        check: Some(expression.to_owned()),
        ..asked(&[Property::Check])
    };
    check(&document, own("True"), Some("looks at no store and at no reply"));
    check(&document, own(r#"cache.get("typo") is None"#), Some("found nothing at any key"));
    check(&document, own(r#"db.read("k") in [0, 3]"#), None);
    check(&document, own("R1 in [0, 3]"), None);
    let hangs = "def read(key):\n    return cache.get(key)\n\ndef write(key, value):\n    \
                 while not cache.add(\"a\", 1):\n        sleep(1)\n    \
                 while not cache.add(\"a\", 1):\n        sleep(1)\n";
    let document = self::document(hangs, &["R a", "W b"], &[]);
    check(&document, own(r#"db.read("k") == 9"#), Some("never computed"));
}
