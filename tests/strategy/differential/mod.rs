//! What CPython makes of a program, this language makes of it: random programs, run by
//! both, are compared in every value and every printed text.
//!
//! What may differ, and nothing else: a program that is refused, or stopped at a bound of
//! this language (64 bits, the length of a text, a list in a list, the order of lists, a long list in the
//! log), and the last digit of
//! `math.exp`, `math.log` and `**`, which CPython takes from the machine's C library. Once
//! one of these has happened, the rest of that program is not compared.

mod expressions;
mod generate;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use generate::{Reply, program};
use serde_json::{Value as Json, json};
use stalemate::strategy::call::{Call, StoreError};
use stalemate::strategy::value::{Datum, Names, Scalar, Symbol, Value};
use stalemate::strategy::{Host, Machine, Stopped, compile};
use stalemate::vocabulary::{MistakeKind, Role};

use crate::fake::{CACHE_DOWN, DATABASE_DOWN, DATABASE_SLOW};

const PRELUDE: &str = include_str!("prelude.py");

/// What came of a program.
struct Outcome {
    printed: Vec<String>,
    end: String,
}

/// What both have said so far.
#[derive(Default, Debug)]
struct Tally {
    programs: u32,
    /// printed texts and results that were equal
    values: u64,
    /// programs that both ended by a mistake of the same kind
    mistakes: BTreeMap<String, u32>,
    /// programs that both ended by a mistake, of another kind or elsewhere in a `finally`
    otherwise: u32,
    /// refused when they were compiled
    refused: u32,
    /// stopped at a bound of this language
    bounded: u32,
    /// of which a power or a logarithm differs in its last digit
    last_digit: u32,
    differing: Vec<String>,
}

struct Printing {
    names: Names,
    printed: Vec<String>,
}

impl Host for Printing {
    fn now_us(&self) -> u64 {
        0
    }
    fn random(&mut self) -> f64 {
        0.0
    }
    fn log(&mut self, text: Symbol) {
        self.printed.push(self.names.text(text).to_string());
    }
    fn names(&self) -> &Names {
        &self.names
    }
    fn names_mut(&mut self) -> &mut Names {
        &mut self.names
    }
    fn place(&self) -> Role {
        Role::App
    }
    fn steps_left(&self) -> u32 {
        100_000
    }
}

/// Runs a program here; `Err` with what is wrong with it where it is refused.
fn run(source: &str, replies: &[Reply]) -> Result<Outcome, String> {
    let mut names = Names::default();
    // the result as `repr` shows it
    let source = source.replace(
        "def read(key):",
        "def read(key):\n    return repr(answer(key))\ndef answer(key):",
    );
    let program = compile(&source, &mut names).map_err(|errors| errors[0].to_string())?;
    let parameters = program.bind(&BTreeMap::new(), &mut names).expect("no parameters are given");
    let key = Datum::computed(Scalar::Text(names.intern("a").expect("few texts"))).into();
    let mut host = Printing { names, printed: Vec::new() };
    let mut machine = Machine::start(&program, program.read, &[key]);
    let mut replies = replies.iter();
    let end = loop {
        let reply = match machine.run(&program, &parameters, &mut host) {
            Stopped::Call(Call::Database(call)) => {
                let key = call.key().expect("a read has a key");
                host.printed.push(format!("read {}", host.names.text(key)));
                match replies.next() {
                    Some(Reply::Seven) => Ok(Value::int(7)),
                    Some(Reply::Refused) => Err(DATABASE_DOWN),
                    Some(Reply::Slow) => Err(DATABASE_SLOW),
                    Some(Reply::Cache) => Err(CACHE_DOWN),
                    None => Ok(Value::int(0)),
                }
            }
            Stopped::Call(Call::Lock { key, .. }) => {
                host.printed.push(format!("lock {}", host.names.text(key)));
                Ok(Value::NONE)
            }
            Stopped::Call(Call::Unlock(key)) => {
                host.printed.push(format!("unlock {}", host.names.text(key)));
                Ok(Value::NONE)
            }
            Stopped::Call(other) => panic!("{other:?}"),
            Stopped::Return(Value::Datum(Datum { scalar: Scalar::Text(text), .. })) => {
                break format!("return {}", host.names.text(text));
            }
            Stopped::Return(other) => panic!("{other:?}"),
            Stopped::Raise { error: StoreError { source, reason, raised }, .. } => {
                break match raised {
                    Some(raised) => format!("raise {}", host.names.text(Symbol(raised.text()))),
                    None => format!("raise {source}: {reason}"),
                };
            }
            Stopped::Fail(error) => {
                let bound = match error.mistake.kind {
                    MistakeKind::Bound => format!(": {}", error.mistake.message),
                    _ => String::new(),
                };
                break format!("{}{bound}", error.mistake.kind);
            }
        };
        machine.resume(reply);
    };
    Ok(Outcome { printed: host.printed, end })
}

/// Runs all programs in one Python; `None` where there is no python3.
fn python(programs: &[(String, Vec<Reply>)]) -> Option<Vec<Outcome>> {
    let started = Command::new("python3")
        .args(["-W", "ignore", "-c", PRELUDE])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut python = started.ok()?;
    let document: Vec<Json> = programs
        .iter()
        .map(|(source, replies)| {
            let replies = replies.iter().map(|reply| match reply {
                Reply::Seven => json!(7),
                Reply::Refused => json!("refused"),
                Reply::Slow => json!("slow"),
                Reply::Cache => json!("cache"),
            });
            json!([source, replies.collect::<Vec<_>>()])
        })
        .collect();
    let document = serde_json::to_vec(&document).expect("JSON");
    let mut stdin = python.stdin.take().expect("it is piped");
    let writer = std::thread::spawn(move || stdin.write_all(&document));
    let output = python.wait_with_output().expect("its output");
    writer.join().expect("no panic").expect("it reads all programs");
    let text = String::from_utf8(output.stdout).expect("it writes UTF-8");
    let outcomes = text.lines().map(|line| {
        let said: Json = serde_json::from_str(line).expect("JSON");
        let printed = said["printed"].as_array().expect("a list").iter();
        Outcome {
            printed: printed.map(|text| text.as_str().expect("a text").to_owned()).collect(),
            end: said["end"].as_str().expect("a text").to_owned(),
        }
    });
    Some(outcomes.collect())
}

/// Whether two texts differ in the last digit of one number only.
fn in_last_digit(ours: &str, theirs: &str) -> bool {
    let is_split = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-'));
    let (ours, theirs): (Vec<_>, Vec<_>) =
        (ours.split(is_split).collect(), theirs.split(is_split).collect());
    ours.len() == theirs.len()
        && ours.iter().zip(&theirs).all(|(a, b)| {
            a == b
                || match (a.parse::<f64>(), b.parse::<f64>()) {
                    (Ok(a), Ok(b)) => (a - b).abs() <= a.abs() * 1e-14,
                    _ => false,
                }
        })
}

impl Tally {
    fn compare(&mut self, source: &str, ours: Result<Outcome, String>, theirs: &Outcome) {
        self.programs += 1;
        let ours = match ours {
            Ok(ours) => ours,
            Err(why) if is_mistake(&theirs.end) || is_of_the_language(&why) => {
                self.refused += 1;
                return;
            }
            Err(why) => {
                self.differing.push(format!("refused: {why}\n{source}"));
                return;
            }
        };
        let inexact = source.contains("math.") || source.contains("**");
        let ends = [&ours.end, &theirs.end].map(|end| end.clone());
        let all = |outcome: &Outcome, end: &str| -> Vec<String> {
            let mut all = outcome.printed.clone();
            all.push(end.to_owned());
            all
        };
        let [ours_all, theirs_all] = [all(&ours, &ends[0]), all(theirs, &ends[1])];
        for (at, text) in ours_all.iter().enumerate() {
            let their = theirs_all.get(at).map_or("(nothing)", String::as_str);
            if text == their {
                self.values += 1;
                continue;
            }
            let last = at + 1 == ours_all.len();
            // the log leaves the end of a long list out
            if text.contains('…') {
                self.bounded += 1;
                return;
            }
            if last && text.starts_with(MistakeKind::Bound.name()) {
                self.bounded += 1;
                return;
            }
            // Python runs what is in `finally` after a mistake, too, and looks a method up
            // before it computes the arguments
            if last && is_mistake(text) && is_mistake(&theirs.end) {
                self.otherwise += 1;
                return;
            }
            if inexact && in_last_digit(text, their) {
                self.last_digit += 1;
                return;
            }
            let short = |text: &str| text.chars().take(200).collect::<String>();
            let (here, there) = (short(text), short(their));
            self.differing.push(format!("here {here}, there {there}, at {at} of\n{source}"));
            return;
        }
        if is_mistake(&ours.end) {
            *self.mistakes.entry(ours.end).or_default() += 1;
        }
    }
}

/// Whether a program was refused for what Python would only stumble over where it is
/// reached, or not at all.
fn is_of_the_language(why: &str) -> bool {
    ["a list inside a list", "keys are texts"].iter().any(|rule| why.contains(rule))
}

/// Whether a program ended by a mistake of its own.
fn is_mistake(end: &str) -> bool {
    !end.starts_with("return ") && !end.starts_with("raise ")
}

/// Compares so many programs; `None` where there is no Python.
fn compared(first: u64, count: u64) -> Option<Tally> {
    let mut tally = Tally::default();
    for start in (first..first + count).step_by(5_000) {
        let seeds = start..(start + 5_000).min(first + count);
        let programs: Vec<_> = seeds.map(program).collect();
        let theirs = python(&programs)?;
        assert_eq!(theirs.len(), programs.len(), "Python ended before the last program");
        for ((source, replies), theirs) in programs.iter().zip(&theirs) {
            tally.compare(source, run(source, replies), theirs);
        }
    }
    Some(tally)
}

fn check(tally: &Tally) {
    println!(
        "{} programs, {} values and texts equal; ended by the same mistake: {:?}, by another {}; refused {}, stopped at a bound {}, another last digit {}, differing {}",
        tally.programs,
        tally.values,
        tally.mistakes,
        tally.otherwise,
        tally.refused,
        tally.bounded,
        tally.last_digit,
        tally.differing.len()
    );
    assert!(
        tally.differing.is_empty(),
        "{}",
        tally.differing[..tally.differing.len().min(12)].join("\n\n")
    );
    assert!(tally.values > u64::from(tally.programs) * 3, "hardly anything was compared");
    assert!(tally.bounded + tally.refused < tally.programs / 5, "too much was not compared");
    assert!(tally.mistakes.len() >= 4, "hardly any mistake was compared");
}

#[test]
fn programs_do_what_they_do_in_python() {
    match compared(0, 1_500) {
        Some(tally) => check(&tally),
        None => println!("skipped: there is no python3 here"),
    }
}

/// `make differential`: many more.
#[test]
#[ignore = "takes a minute, and needs python3: `make differential`"]
fn many_programs_do_what_they_do_in_python() {
    let start = std::time::Instant::now();
    let mut all = Tally::default();
    for part in 0..10 {
        if start.elapsed().as_secs() > 600 {
            break;
        }
        let tally =
            compared(1_000_000 + part * 5_000, 5_000).expect("`make differential` needs python3");
        all.programs += tally.programs;
        all.values += tally.values;
        for (mistake, times) in tally.mistakes {
            *all.mistakes.entry(mistake).or_default() += times;
        }
        all.refused += tally.refused;
        all.otherwise += tally.otherwise;
        all.bounded += tally.bounded;
        all.last_digit += tally.last_digit;
        all.differing.extend(tally.differing);
    }
    check(&all);
}
