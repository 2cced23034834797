//! Every order: verdicts that the search must come to, and that nothing else contradicts.

/// programs by chance
mod any_program;
/// verdicts and lengths that a person comes to with a pencil
mod by_hand;
/// against a scheduler by chance, with a judge of its own
mod chance;
/// verdicts of claims, both ways, and ways that play
mod claims;
/// entries under other keys than their rows
mod derived;
/// the table of the claims that are built in
mod kept;
/// what it keeps, and on how many processors it runs
mod memory;
/// caches of several nodes, and of one with a replica
mod nodes;
/// against a second model checker, on known protocols and random programs
mod oracle;
/// ways as scenarios
mod playing;
/// properties that need more than a verdict
mod properties;
/// verdicts that others have published
mod published;
/// with and without what is taken at once, on small programs
mod reduction;
/// the second model checker
mod small_model;
/// programs that try again until something is so
mod spinning;
/// the same model, for a third one
mod tla;
mod updates;
/// what holds because nothing happened
mod vacuous;

use serde_json::{Value, json};
use stalemate::explore::{Answer, Budgets, Outcome, Property, Question, Search, Verdict};
use stalemate::scenario::Scenario;

/// The scenario of a document.
#[track_caller]
pub fn read(document: &Value) -> Scenario {
    Scenario::parse(&document.to_string()).expect("a scenario")
}

/// A search to its end.
#[track_caller]
pub fn search(scenario: &Scenario, question: Question) -> (Search, Answer) {
    let mut search = Search::new(scenario, question).expect("it can be searched");
    while !search.advance(10_000) {}
    let answer = search.answer().expect("something is asked");
    (search, answer)
}

pub fn of(answer: &Answer, property: Property) -> &Outcome {
    let found = answer.results.iter().find(|each| each.property == property);
    found.expect("it was asked for")
}

/// Verdicts and lengths of all that was asked.
pub fn verdicts(answer: &Answer) -> Vec<(Property, Verdict, Option<u16>)> {
    let results = answer.results.iter();
    results.map(|each| (each.property, each.verdict, each.effects)).collect()
}

pub fn asked(properties: &[Property]) -> Question {
    Question { properties: properties.iter().copied().collect(), ..Question::default() }
}

/// Programs of a read and a write, from parts that are right or wrong in many ways.
pub fn programs() -> Vec<String> {
    let fills = ["cache.set(key, value)", "cache.add(key, value)", "pass"];
    let writes: [&[&str]; 11] = [
        &["db.write(key, value)"],
        &["db.write(key, value)", "cache.delete(key)"],
        &["cache.delete(key)", "db.write(key, value)"],
        &["cache.delete(key)", "db.write(key, value)", "cache.delete(key)"],
        &["db.write(key, value)", "cache.set(key, value)"],
        &["cache.set(key, value)", "db.write(key, value)"],
        &["cache.set(key, value)"],
        &["with lock(key):", "    db.write(key, value)", "    cache.set(key, value)"],
        &["with lock(key):", "    db.write(key, value)", "    cache.delete(key)"],
        &["db.write(key, value)", "spawn(later, key)"],
        &["version = db.write(key, value)", "cache.set(key, value, version=version)"],
    ];
    let mut programs = Vec::new();
    for fill in fills {
        for write in writes {
            let body: String = write.iter().map(|line| format!("    {line}\n")).collect();
            programs.push(format!(
                "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
                 value = db.read(key)\n        if value is not None:\n            {fill}\n    \
                 return value\n\ndef write(key, value):\n{body}\n\
                 def later(key):\n    sleep(1)\n    cache.delete(key)\n"
            ));
        }
    }
    programs
}

/// A program under a read and two writes of one key, of three clients.
pub fn contended(program: &str) -> Value {
    json!({
        "topology": {"apps": {"count": 1}},
        "strategies": [{"source": program}],
        "rows": {"each": {"k": 0}},
        "actions": [
            {"at_us": 0, "do": "read", "key": "k", "client": "ann"},
            {"at_us": 0, "do": "write", "key": "k", "value": 1, "client": "bob"},
            {"at_us": 0, "do": "write", "key": "k", "value": 2, "client": "cid"}
        ]
    })
}

#[test]
fn the_same_question_gets_the_same_answer() {
    let scenario = read(&contended(&programs()[1]));
    let question = || Question {
        budgets: Budgets { expiries: 1, failures: 1, ..Budgets::default() },
        ..Question::default()
    };
    let (_, one) = search(&scenario, question());
    let (_, other) = search(&scenario, question());
    assert_eq!(one, other);
    // … also when it is asked for in portions of another size
    let mut third = Search::new(&scenario, question()).expect("it can be searched");
    while !third.advance(7) {}
    assert_eq!(third.answer(), Some(one));
}

#[test]
fn what_cannot_be_searched_is_refused() {
    use stalemate::explore::ExploreError;
    let refused = |document: Value, question| match Search::new(&read(&document), question) {
        Ok(_) => panic!("it is searched"),
        Err(error) => error,
    };
    let nothing = json!({"rows": {"each": {"k": 0}}});
    assert_eq!(refused(nothing, Question::default()), ExploreError::NothingToDo);
    let many = json!({"actions": [{"at_us": 0, "do": "read", "key": "k", "times": 65}]});
    assert_eq!(refused(many, Question::default()), ExploreError::TooManyRequests { found: 65 });
    let no_property = refused(contended(&programs()[0]), asked(&[]));
    assert_eq!(no_property, ExploreError::NoProperty);
    let broken = contended("def read(key):\n    return 1 +\n");
    assert!(matches!(refused(broken, Question::default()), ExploreError::Invalid(_)));
}

#[test]
fn a_bound_is_no_answer() {
    let scenario = read(&contended(&programs()[7]));
    for question in [
        Question { most_states: 10, ..asked(&[Property::NoPhantom]) },
        Question { most_effects: 2, ..asked(&[Property::NoPhantom]) },
        Question { most_memory: 1_000, ..asked(&[Property::NoPhantom]) },
    ] {
        let (_, answer) = search(&scenario, question);
        assert_eq!(answer.first.verdict, Verdict::Unknown);
        assert!(!answer.first.complete && !answer.first.bounds.cut.is_empty());
    }
    let (_, whole) = search(&scenario, asked(&[Property::NoPhantom]));
    assert_eq!(whole.first.verdict, Verdict::Holds);
    assert!(whole.first.complete && whole.first.bounds.cut.is_empty());
}

#[test]
fn what_throws_dice_or_reads_the_clock_is_not_said_to_hold() {
    for read_value in ["x = random()", "x = now()"] {
        let program = format!(
            "def read(key):\n    {read_value}\n    return db.read(key)\n\n\
             def write(key, value):\n    db.write(key, value)\n"
        );
        let (_, answer) = search(&read(&contended(&program)), Question::default());
        assert_eq!(answer.first.verdict, Verdict::Unknown, "{read_value}");
    }
}

/// … nor what depends on how long an entry has left, or on a network that loses messages.
#[test]
fn what_a_search_leaves_out_is_not_said_to_hold() {
    let refresh = "def read(key):\n    entry = cache.entry(key)\n    if entry is not None and \
                   entry.ttl is not None:\n        return entry.value\n    return db.read(key)\n\n\
                   def write(key, value):\n    db.write(key, value)\n";
    let plain = "def read(key):\n    return db.read(key)\n\n\
                 def write(key, value):\n    db.write(key, value)\n";
    let mut lossy = contended(plain);
    lossy["topology"]["network"] = json!({"default": {"loss_ppm": 10}});
    for document in [contended(refresh), lossy] {
        let (_, answer) = search(&read(&document), Question::default());
        assert_eq!(answer.first.verdict, Verdict::Unknown);
        assert_eq!(answer.first.bounds.cut.len(), 1, "{:?}", answer.first.bounds.cut);
    }
}

#[test]
fn what_holds_in_vain_says_so() {
    let program = "def read(key):\n    return db.read(key)\n\n\
                   def write(key, value):\n    db.write(key, value)\n";
    let question =
        Question { budgets: Budgets { expiries: 1, ..Budgets::default() }, ..Question::default() };
    let (_, answer) = search(&read(&contended(program)), question);
    assert_eq!(answer.first.verdict, Verdict::Holds);
    assert_eq!(
        answer.first.vacuous,
        ["nothing was ever cached", "no read ever hit", "of the expiries allowed, none happened"]
    );
}

#[test]
fn counters_add_up_or_are_said_not_to() {
    let scenario = |increment: &str| {
        let program = format!(
            "def read(key):\n    return db.read(key)\n\n\
             def write(key, value):\n    db.write(key, value)\n\n\
             def increment(key, by):\n    {increment}\n"
        );
        read(&json!({
            "strategies": [{"source": program}],
            "rows": {"each": {"k": 0}},
            "actions": [
                {"at_us": 0, "do": "increment", "key": "k", "by": 1, "client": "ann"},
                {"at_us": 0, "do": "increment", "key": "k", "by": 1, "client": "bob"}
            ]
        }))
    };
    let (_, right) = search(&scenario("db.incr(key, by)"), Question::default());
    assert_eq!(right.first.verdict, Verdict::Holds);
    let lossy = scenario("db.write(key, db.read(key) + by)");
    let (_, lost) = search(&lossy, Question::default());
    assert_eq!(of(&lost, Property::NoLostWrite).effects, Some(4), "two reads, two writes");
    assert_eq!(of(&lost, Property::NoDoubleWrite).verdict, Verdict::Holds);
    let (_, twice) =
        search(&scenario("db.incr(key, by)\n    db.incr(key, by)"), Question::default());
    assert_eq!(of(&twice, Property::NoDoubleWrite).verdict, Verdict::Violated);
}

#[test]
fn sessions_and_stale_reads_have_properties_of_their_own() {
    // written around the cache: an entry that is there stays as it is
    let around = "def read(key):\n    value = cache.get(key)\n    if value is None:\n        \
                  value = db.read(key)\n        cache.set(key, value)\n    return value\n\n\
                  def write(key, value):\n    db.write(key, value)\n";
    let document = json!({
        "strategies": [{"source": around}],
        "rows": {"each": {"k": 0}},
        "actions": [
            {"at_us": 0, "do": "read", "key": "k", "client": "ann"},
            {"at_us": 1, "do": "write", "key": "k", "value": 1, "client": "ann"},
            {"at_us": 2, "do": "read", "key": "k", "client": "ann"}
        ]
    });
    let question =
        asked(&[Property::NoStaleRead, Property::ReadYourWrites, Property::MonotonicReads]);
    let (_, answer) = search(&read(&document), question.clone());
    // miss, load, set; commit; hit
    assert_eq!(of(&answer, Property::NoStaleRead).effects, Some(5));
    assert_eq!(of(&answer, Property::ReadYourWrites).effects, Some(5));
    assert_eq!(of(&answer, Property::MonotonicReads).verdict, Verdict::Holds);
    // the database alone keeps all three promises
    let plain = "def read(key):\n    return db.read(key)\n\n\
                 def write(key, value):\n    db.write(key, value)\n";
    let (_, answer) = search(&read(&contended(plain)), question);
    assert!(answer.results.iter().all(|each| each.verdict == Verdict::Holds));
}
