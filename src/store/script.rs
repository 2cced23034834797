//! Stores driven by readable scripts, for tests.
//!
//! A line is `seconds command … => result`: the reply, then the effects, joined by commas. Keys are
//! letters; a value `7` was made by write 7, which shows its origin.

use crate::digest::{Digest, Lens};
use crate::strategy::value::{Composite, Datum, Lineages, Origin, Real, Scalar, Symbol, Value};
use crate::time::{Micros, from_seconds, to_seconds};

/// Runs each line of a script, and compares the result with the expected one.
#[track_caller]
pub fn check(script: &str, mut run: impl FnMut(Micros, &[&str]) -> Vec<String>) {
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
    let (mut expected, mut found) = (String::new(), String::new());
    for line in lines {
        let (command, outcome) = line.split_once("=>").expect("a line has =>");
        let words: Vec<&str> = command.split_whitespace().collect();
        let result = run(seconds(words[0]), &words[1..]).join(", ");
        let command = words.join(" ");
        expected += &format!("{command} => {}\n", outcome.trim());
        found += &format!("{command} => {result}\n");
    }
    assert!(found == expected, "\nexpected:\n{expected}\nfound:\n{found}");
}

pub fn key(word: &str) -> Symbol {
    Symbol(u32::from(word.as_bytes()[0] - b'a'))
}

pub fn name(key: Symbol) -> char {
    char::from(b'a' + key.0 as u8)
}

/// `7`: the number, made by write 7; `1.5`; `None`; `text`.
pub fn datum(word: &str) -> Datum {
    if let Ok(number) = word.parse() {
        return made(number);
    }
    Datum::computed(match word.parse() {
        Ok(number) => Scalar::Float(Real(number)),
        Err(_) if word == "None" => Scalar::None,
        Err(_) => Scalar::Text(Symbol(0)),
    })
}

/// A number, made by the write of the same number.
pub fn made(number: i64) -> Datum {
    Datum::made_by(Origin(number as u32), Scalar::Int(number))
}

pub fn seconds(word: &str) -> Micros {
    from_seconds(word.parse().expect("seconds")).expect("seconds in range")
}

/// The value of `name=` among the words.
pub fn option<'a>(words: &[&'a str], name: &str) -> Option<&'a str> {
    words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

pub fn show_us(us: Micros) -> String {
    to_seconds(us).to_string()
}

pub fn show_scalar(scalar: Scalar) -> String {
    match scalar {
        Scalar::None => "None".to_owned(),
        Scalar::Bool(true) => "True".to_owned(),
        Scalar::Bool(false) => "False".to_owned(),
        Scalar::Int(number) => number.to_string(),
        Scalar::Float(real) => format!("{:?}", real.0),
        Scalar::Text(_) | Scalar::Dictionary(_) => "text".to_owned(),
    }
}

pub fn show(value: &Value) -> String {
    let maybe = |us: &Option<Micros>| us.map_or("None".to_owned(), show_us);
    match value {
        Value::Datum(datum) => show_scalar(datum.scalar),
        Value::List(values) | Value::Tuple(values) => {
            let values: Vec<_> = values.iter().map(show).collect();
            format!("[{}]", values.join(" "))
        }
        Value::Composite(record) => match &**record {
            Composite::Entry { value, age_us, ttl_us, fresh, version } => {
                let fresh = if *fresh { "fresh" } else { "stale" };
                let version = version.map_or(String::new(), |version| format!(" v{version}"));
                let (age, ttl) = (show_us(*age_us), maybe(ttl_us));
                format!("{} {fresh} age={age} ttl={ttl}{version}", show_scalar(value.scalar))
            }
            Composite::Row { value, version } => {
                format!("{} v{version}", show_scalar(value.scalar))
            }
            Composite::Item { id, key, value, attempts, add, .. } => {
                let sign = if *add { "+" } else { "=" };
                let value = show_scalar(value.scalar);
                let again = if *attempts > 1 { format!("×{attempts}") } else { String::new() };
                format!("{id}:{}{sign}{value}{again}", name(*key))
            }
        },
    }
}

/// Two stores with equal contents must be equal and hash alike. Only the random sequences check
/// this, and they run natively.
#[cfg(not(target_arch = "wasm32"))]
#[track_caller]
pub fn assert_same<T: Digest + std::fmt::Debug>(one: &T, other: &T) {
    let known = Lineages::default();
    let lens = Lens {
        now_us: 0,
        ages: true,
        attempts: true,
        dead: true,
        made_of: Some(&known),
        stays: false,
    };
    assert_eq!(one.alone(&lens), other.alone(&lens), "{one:?}\n{other:?}");
}
