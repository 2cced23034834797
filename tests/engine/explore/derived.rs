//! Entries under keys of the strategy's own, and entries made of several rows.

use super::{asked, of, read, search};
use serde_json::{Value, json};
use stalemate::explore::{Property, Verdict, playable};

use Property::{Converges, MonotonicReads, NoStaleRead, ReadYourWrites};

/// Each row under a key with a prefix.
const PREFIX: &str = r#"
def read(key):
    value = cache.get(f"row:{key}")
    if value is None:
        value = db.read(key)
        cache.set(f"row:{key}", value)
    return value

def write(key, value):
    db.write(key, value)
    cache.delete(f"row:{key}")
"#;

/// The same, with what was written.
const PREFIX_SET: &str = r#"
def read(key):
    return cache.get(f"row:{key}")

def write(key, value):
    db.write(key, value)
    cache.set(f"row:{key}", value)
"#;

/// Two rows as one entry, which a write does not touch.
const PAGE: &str = r#"
def read(key):
    page = cache.get("page")
    if page is None:
        one, two = db.read_many(["k", "other"])
        page = f"{one} {two}"
        cache.set("page", page)
    return page

def write(key, value):
    db.write(key, value)
"#;

/// The same, of which a write makes a new one.
const NEW_PAGE: &str = r#"
def read(key):
    return cache.get("page")

def write(key, value):
    with lock("page"):
        db.write(key, value)
        one, two = db.read_many(["k", "other"])
        cache.set("page", f"{one} {two}")
"#;

/// One row for every key.
const COPY: &str = r#"
def read(key):
    value = db.read("other")
    cache.set(key, value)
    return value

def write(key, value):
    db.write(key, value)
"#;

/// A write leaves behind what was cached.
const GENERATIONS: &str = r#"
def read(key):
    generation = cache.get(f"generation:{key}")
    if generation is None:
        generation = 0
    value = cache.get(f"{key}:{generation}")
    if value is None:
        value = db.read(key)
        cache.set(f"{key}:{generation}", value)
    return value

def write(key, value):
    db.write(key, value)
    cache.incr(f"generation:{key}")
"#;

fn reads(key: &str, client: &str) -> Value {
    json!({"at_us": 0, "do": "read", "key": key, "client": client})
}

fn writes(key: &str, value: i64, client: &str) -> Value {
    json!({"at_us": 0, "do": "write", "key": key, "value": value, "client": client})
}

fn document(strategy: &Value, actions: &[Value]) -> Value {
    json!({
        "topology": {"apps": {"count": 1}},
        "strategies": [strategy],
        "rows": {"each": {"k": 0, "other": 7}},
        "actions": actions
    })
}

/// Checks the fewest effects to where a property is broken, and that the way there plays.
#[track_caller]
fn check(strategy: &Value, actions: &[Value], property: Property, effects: Option<u16>) {
    let scenario = read(&document(strategy, actions));
    let (search, answer) = search(&scenario, asked(&[property]));
    let outcome = of(&answer, property);
    let verdict = if effects.is_some() { Verdict::Violated } else { Verdict::Holds };
    assert_eq!((outcome.verdict, outcome.effects), (verdict, effects), "{strategy} {actions:?}");
    if effects.is_some() {
        let way = search.way_to(property).expect("a way");
        assert!(playable(&scenario, &way).is_ok(), "{strategy}: {:#?}", outcome.schedule);
    }
}

fn source(source: &str) -> Value {
    json!({"source": source})
}

#[test]
fn an_entry_under_a_key_of_its_own_differs_from_its_row() {
    let both = [reads("k", "ann"), writes("k", 1, "bob")];
    check(&source(PREFIX), &both, Converges, Some(5));
    check(&source(PREFIX), &both[1..], Converges, None);
    let writers = [writes("k", 1, "ann"), writes("k", 2, "bob")];
    check(&source(PREFIX_SET), &writers, Converges, Some(4));
    check(&source(PREFIX_SET), &writers[..1], Converges, None);
}

#[test]
fn an_entry_differs_from_each_row_of_which_it_was_made() {
    let of = |key| [reads("k", "ann"), writes(key, 1, "bob")];
    check(&source(PAGE), &of("k"), Converges, Some(4));
    check(&source(PAGE), &of("other"), Converges, Some(4));
    check(&source(PAGE), &of("third"), Converges, None);
    let writers = [writes("k", 1, "ann"), writes("other", 2, "bob")];
    check(&source(NEW_PAGE), &writers, Converges, None);
}

#[test]
fn a_copy_of_another_row_is_foreign_unless_that_is_meant() {
    let both = [reads("k", "ann"), writes("k", 1, "bob")];
    check(&source(COPY), &both[..1], Converges, Some(2));
    let meant = json!({"source": COPY, "derived": true});
    check(&meant, &both, Converges, None);
    check(&meant, &[reads("k", "ann"), writes("other", 1, "bob")], Converges, Some(3));
}

#[test]
fn a_read_is_stale_with_each_row_of_which_its_value_was_made() {
    let own = [reads("k", "ann"), writes("other", 1, "ann"), reads("k", "ann")];
    for property in [NoStaleRead, ReadYourWrites] {
        check(&source(PAGE), &own, property, Some(5));
        check(&source(PAGE), &own[1..], property, None);
    }
    let without_cache = "def read(key):\n    one, two = db.read_many([\"k\", \"other\"])\n    \
                         return f\"{one} {two}\"\n\ndef write(key, value):\n    \
                         db.write(key, value)\n";
    for property in [NoStaleRead, ReadYourWrites, MonotonicReads] {
        check(&source(without_cache), &own, property, None);
    }
}

/// A row as a text.
const TEXT: &str = r#"
def read(key):
    text = cache.get(key)
    if text is None:
        text = f"<{db.read(key)}>"
        cache.set(key, text)
    return text

def write(key, value):
    db.write(key, value)

def delete(key):
    db.delete(key)
"#;

#[test]
fn a_text_of_the_row_that_was_there_at_the_start_is_stale_after_a_write() {
    let actions = [reads("k", "ann"), writes("k", 1, "ann"), reads("k", "ann")];
    for property in [NoStaleRead, ReadYourWrites] {
        check(&source(TEXT), &actions, property, Some(5));
        check(&source(TEXT), &actions[1..], property, None);
    }
    // what a deletion leaves is no older than what was there
    let delete = json!({"at_us": 0, "do": "delete", "key": "k", "client": "ann"});
    check(&source(TEXT), &[delete, reads("k", "ann")], NoStaleRead, None);
}

#[test]
fn one_order_explains_texts_and_pages() {
    let actions = [reads("k", "ann"), writes("k", 1, "bob"), reads("k", "ann")];
    for (strategy, effects) in [(TEXT, Some(5)), (PAGE, Some(5)), (PREFIX, Some(6))] {
        check(&source(strategy), &actions[..1], Property::Linearizable, None);
        check(&source(strategy), &actions[1..], Property::Linearizable, None);
        check(&source(strategy), &actions, Property::Linearizable, effects);
    }
}

#[test]
fn what_a_generation_leaves_behind_differs_and_is_never_read() {
    let actions = [reads("k", "ann"), writes("k", 1, "bob"), reads("k", "bob")];
    check(&source(GENERATIONS), &actions, Converges, Some(6));
    check(&source(GENERATIONS), &actions[1..], NoStaleRead, None);
}

#[test]
fn keys_of_which_the_cache_is_the_truth_are_not_compared_with_rows() {
    let session = "def read(key):\n    return cache.get(key)\n\ndef write(key, value):\n    \
                   cache.set(key, value)\n";
    let strategy = json!({"source": session, "truth": "cache"});
    let actions = [writes("k", 1, "ann"), reads("k", "bob"), writes("k", 2, "bob")];
    for property in [Converges, Property::NoPhantom, Property::NoLostWrite] {
        check(&strategy, &actions, property, None);
        let (_, answer) = search(&read(&document(&strategy, &actions)), asked(&[property]));
        let why = "the cache is the source of truth of every key that is asked for";
        assert!(of(&answer, property).vacuous.iter().any(|each| each == why), "{property}");
    }
}

#[test]
fn a_copy_of_another_row_shows_a_client_nothing_of_its_own_write() {
    let then_reads = |value| [writes("k", value, "ann"), reads("k", "ann")];
    check(&source(COPY), &then_reads(1), ReadYourWrites, Some(3));
    // it looks like what was written, which is 7, too
    check(&source(COPY), &then_reads(7), ReadYourWrites, None);
    let meant = json!({"source": COPY, "derived": true});
    check(&meant, &then_reads(1), ReadYourWrites, None);
    // another client has written nothing
    let another = [writes("k", 1, "ann"), reads("k", "bob")];
    check(&source(COPY), &another, ReadYourWrites, None);
}
