//! What holds for every text: it compiles or says why not, and what compiles
//! ends.

use std::collections::BTreeMap;

use proptest::prelude::*;
use stalemate::scenario::Literal;
use stalemate::strategy::value::{Names, Symbol, Value};
use stalemate::strategy::{Host, Machine, Program, Stopped, builtin, compile};
use stalemate::vocabulary::Role;

/// Compiles; an error lies inside the text.
fn try_compile(source: &str, names: &mut Names) -> Option<Program> {
    match compile(source, names) {
        Ok(program) => Some(program),
        Err(errors) => {
            assert!(!errors.is_empty());
            let lines = source.chars().filter(|c| matches!(c, '\n' | '\r')).count() as u32 + 1;
            for error in errors {
                assert!((1..=lines).contains(&error.line), "{error}");
                assert!(error.column >= 1 && error.length >= 1, "{error}");
                assert!(!error.message.is_empty() && !error.advice.is_empty(), "{error}");
            }
            None
        }
    }
}

struct Bounded {
    names: Names,
    place: Role,
    steps: u32,
}

impl Host for Bounded {
    fn now_us(&self) -> u64 {
        1_000_000
    }
    fn random(&mut self) -> f64 {
        0.25
    }
    fn log(&mut self, _: Symbol) {}
    fn names(&self) -> &Names {
        &self.names
    }
    fn names_mut(&mut self) -> &mut Names {
        &mut self.names
    }
    fn place(&self) -> Role {
        self.place
    }
    fn steps_left(&self) -> u32 {
        self.steps
    }
}

/// Runs every function with replies from `replies`, in a budget of steps.
fn run_all(program: &Program, names: &mut Names, replies: &[u8]) {
    use stalemate::strategy::call::{ErrorSource, Reason, StoreError};
    use stalemate::strategy::value::{Composite, Datum, Scalar};
    let key = Value::Datum(Datum::computed(Scalar::Text(names.intern("k").unwrap())));
    let parameters = program.bind(&BTreeMap::new(), names).unwrap();
    for (index, function) in program.functions.iter().enumerate() {
        let mut host = Bounded {
            names: names.clone(),
            place: function.place.unwrap_or(Role::App),
            steps: 2_000,
        };
        let id = stalemate::strategy::call::FunctionId(index as u16);
        let mut machine = Machine::start(program, id, &[key.clone(), Value::int(5)]);
        for reply in replies.iter().cycle().take(40) {
            match machine.run(program, &parameters, &mut host) {
                Stopped::Call(_) => {}
                _ => break,
            }
            let line = machine.line(program);
            assert!(line as usize <= program.source.lines().count());
            machine.variables(program);
            let Symbol(_) = names.intern("k").unwrap();
            machine.resume(match reply % 8 {
                0 => Ok(Value::NONE),
                1 => Ok(Value::int(3)),
                2 => Ok(key.clone()),
                3 => Ok(Value::List(vec![Value::NONE, Value::int(4)].into())),
                4 => Ok(Value::Composite(Composite::Row { value: Datum::NONE, version: 1 }.into())),
                5 => Ok(Value::bool(true)),
                6 => Err(StoreError::new(ErrorSource::Cache, Reason::Timeout)),
                _ => Err(StoreError::new(ErrorSource::Database, Reason::Refused)),
            });
            host.steps = host.steps.min(2_000 - machine.steps().min(2_000));
        }
    }
}

/// Pieces of programs, to be put together at random.
const PIECES: &[&str] = &[
    "def read(key):",
    "def write(key, value):",
    "\n",
    "\n    ",
    "\n        ",
    "\n\n",
    "if ",
    "elif ",
    "else:",
    "while ",
    "for i in ",
    "range(3)",
    "try:",
    "except StoreError:",
    "finally:",
    "with lock(key):",
    "return ",
    "raise",
    "break",
    "continue",
    "pass",
    "key",
    "value",
    "x",
    "x = ",
    "x, y = ",
    "x += ",
    "cache.get(key)",
    "cache.lease(key)",
    "cache.set(key, value, ttl=5)",
    "db.write(key, value)",
    "queue.take(5)",
    "queue = Queue(at=cache)\n",
    "TTL = 60 # t · 1..100\n",
    "TTL",
    "1",
    "0.5",
    "\"a\"",
    "None",
    "True",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    ".value",
    "+ ",
    "- ",
    "* ",
    "/ ",
    "// ",
    "% ",
    " == ",
    " < ",
    " is None",
    " is not None",
    " in ",
    " and ",
    " or ",
    "not ",
    "@at(cache)\n",
    "@every(5)\n",
    "spawn(read, key)",
    "read(key)",
    "# comment\n",
    "'",
    "=",
    "lambda",
    "{",
    "}",
    "\t",
    "\\",
    "é",
    "\u{0}",
    "  ",
    "\n  ",
];

/// Statements that are well formed, nested at random.
fn block(depth: u32) -> BoxedStrategy<String> {
    let simple = prop::sample::select(vec![
        "x = 1",
        "x = x + 1",
        "x += 2",
        "y = cache.get(key)",
        "x = db.read(key)",
        "return x",
        "return cache.get(key)",
        "pass",
        "break",
        "continue",
        "cache.set(key, 1, ttl=5)",
        "x, y = cache.lease(key)",
        "x = (1, 2)",
        "x = x + x",
        "key = key + key",
        "raise",
        "x = helper(key)",
        "spawn(helper, key)",
        "x = 1 < db.read(key) < 5",
        "log(x)",
        "x = cache.set(value=cache.get(key), key=key)",
        "sleep(1)",
        "x = str(x)",
        "x = len(x)",
    ])
    .prop_map(|line| vec![line.to_owned()]);
    let lines = simple.prop_recursive(depth, 48, 4, |inner| {
        let body = prop::collection::vec(inner, 1..4).prop_map(|parts| {
            parts.concat().into_iter().map(|line| format!("    {line}")).collect::<Vec<_>>()
        });
        (
            prop::sample::select(vec![
                ("if x:", ""),
                ("while x:", ""),
                ("while True:", ""),
                ("for i in range(9):", ""),
                ("for i in queue.take(5):", ""),
                ("with lock(key):", ""),
                ("try:", "except StoreError:"),
                ("try:", "finally:"),
                ("try:", "except CacheError:"),
                ("if x is None:", "else:"),
            ]),
            body.clone(),
            body,
        )
            .prop_map(|((head, second), first, other)| {
                let mut lines = vec![head.to_owned()];
                lines.extend(first);
                if !second.is_empty() {
                    lines.push(second.to_owned());
                    lines.extend(other);
                }
                lines
            })
    });
    prop::collection::vec(lines, 1..5)
        .prop_map(|parts| parts.concat().into_iter().map(|line| format!("    {line}\n")).collect())
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_the_compiler(source in "\\PC*|[ -~\n\t\r]{0,200}|(?s:.){0,100}") {
        try_compile(&source, &mut Names::default());
    }

    #[test]
    fn no_soup_of_pieces_breaks_it(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..80),
        replies in prop::collection::vec(any::<u8>(), 1..20),
    ) {
        let mut names = Names::default();
        let source = pieces.concat();
        if let Some(program) = try_compile(&source, &mut names) {
            run_all(&program, &mut names, &replies);
        }
    }

    #[test]
    fn no_mutation_of_a_builtin_breaks_it(
        which in 0..22usize,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..12usize, prop::sample::select(PIECES)), 1..4),
        replies in prop::collection::vec(any::<u8>(), 1..20),
    ) {
        let mut names = Names::default();
        let mut source: Vec<char> = builtin::all()[which].source.chars().collect();
        for (at, length, piece) in cuts {
            let at = at.index(source.len().max(1)).min(source.len());
            let end = (at + length).min(source.len());
            source.splice(at..end, piece.chars());
        }
        let source: String = source.into_iter().collect();
        if let Some(program) = try_compile(&source, &mut names) {
            run_all(&program, &mut names, &replies);
        }
    }

    /// Loops, locks and tries in any nesting end, and leave the machine sound.
    #[test]
    fn whatever_is_nested_ends(
        body in block(4),
        replies in prop::collection::vec(any::<u8>(), 1..20),
    ) {
        let mut names = Names::default();
        let source = format!(
            "queue = Queue(at=cache)\ndef read(key):\n    x = 0\n{body}\ndef helper(k):\n    return read(k)\ndef write(key, value):\n    pass\n"
        );
        if let Some(program) = try_compile(&source, &mut names) {
            run_all(&program, &mut names, &replies);
        }
    }

    /// A lock that was entered is left exactly once, whatever happens inside.
    #[test]
    fn locks_are_left_once(body in block(4), replies in prop::collection::vec(any::<u8>(), 1..20)) {
        use stalemate::strategy::call::Call;
        let mut names = Names::default();
        let body = body.lines().map(|line| format!("    {line}\n")).collect::<String>();
        let source = format!(
            "queue = Queue(at=cache)\ndef read(key):\n    x = 0\n    with lock(\"outer\"):\n{body}\ndef helper(k):\n    return 1\ndef write(key, value):\n    pass\n"
        );
        let Some(program) = try_compile(&source, &mut names) else { return Ok(()) };
        let key = Value::Datum(stalemate::strategy::value::Datum::computed(
            stalemate::strategy::value::Scalar::Text(names.intern("k").unwrap()),
        ));
        let mut host = Bounded { names: names.clone(), place: Role::App, steps: 3_000 };
        let mut machine = Machine::start(&program, program.read, &[key]);
        let mut held: Vec<Symbol> = Vec::new();
        for reply in replies.iter().cycle().take(200) {
            let mut fails = reply % 3 == 0;
            match machine.run(&program, &[], &mut host) {
                Stopped::Call(Call::Lock { key, .. }) => {
                    fails = false;
                    held.push(key);
                }
                Stopped::Call(Call::Unlock(key)) => {
                    fails = false;
                    prop_assert_eq!(held.pop(), Some(key));
                }
                Stopped::Call(_) => {}
                Stopped::Return(_) | Stopped::Raise { .. } => {
                    prop_assert!(held.is_empty());
                    break;
                }
                // the world frees what a broken task holds
                Stopped::Fail(_) => break,
            }
            machine.resume(if fails {
                Err(stalemate::strategy::call::StoreError::new(stalemate::strategy::call::ErrorSource::Cache, stalemate::strategy::call::Reason::Reset))
            } else {
                Ok(Value::int(i64::from(*reply) % 2))
            });
        }
    }

    /// A bound parameter is the one given, and out of its range it is refused.
    #[test]
    fn parameters_keep_their_range(value in -50i64..150) {
        let mut names = Names::default();
        let source = "TTL = 60 # s · 1..100\ndef read(key):\n    return TTL\ndef write(key, value):\n    pass\n";
        let program = compile(source, &mut names).unwrap();
        let values = BTreeMap::from([("TTL".to_owned(), Literal::Int(value))]);
        let bound = program.bind(&values, &mut names);
        prop_assert_eq!(bound.is_ok(), (1..=100).contains(&value));
    }
}

#[test]
fn deep_and_long_texts_are_refused() {
    let mut names = Names::default();
    let body = |expression: String| {
        format!("def read(key):\n    x = {expression}\ndef write(key, value):\n    pass\n")
    };
    for source in [
        body("(".repeat(30_000)),
        body("[".repeat(30_000)),
        body("-".repeat(60_000)),
        body("not ".repeat(15_000)),
        body(vec!["1"; 30_000].join("+")),
        body(format!("key{}", ".value".repeat(10_000))),
        body(format!("key{}", "[0]".repeat(20_000))),
        body("1 if 1 else ".repeat(5_000)),
        body(vec!["1"; 20_000].join(" < ")),
        body("f(".repeat(20_000)),
        format!("{}:\n", "def f():\n    if 1:".repeat(1000)),
        (0..500).map(|depth| format!("{}if 1:\n", " ".repeat(depth))).collect(),
        "\"\"\"".repeat(20_001),
        "x".repeat(70_000),
    ] {
        assert!(try_compile(&source, &mut names).is_none());
    }
    // wide is fine
    let wide = format!(
        "def read(key):\n    x = ({})\n{}    return x\ndef write(key, value):\n    pass\n",
        vec!["1"; 5_000].join(", "),
        "    if x: pass\n".repeat(2_000),
    );
    assert!(try_compile(&wide, &mut names).is_some());
    // a `finally` is written once per way out of it
    let mut exploding = String::from("def read(key):\n");
    for depth in 0..20 {
        let indent = "    ".repeat(depth + 1);
        exploding += &format!("{indent}try:\n{indent}    if key: return 1\n{indent}finally:\n");
    }
    exploding += &format!("{}pass\ndef write(key, value):\n    pass\n", "    ".repeat(21));
    try_compile(&exploding, &mut names);
}
