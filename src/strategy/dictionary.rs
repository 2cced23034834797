//! Small dictionaries as values: a JSON text, and its content.
//!
//! A dictionary is a plain value like a number or a text. It is stored as the text from
//! `json.dumps`, among the texts of the run, so that a store, a queue or a copy of a world can hold
//! it; like a list, it never changes.

use std::fmt::{self, Write};

use super::error::Mistake;
use super::float::print_float;
use super::value::{Datum, LONGEST_TEXT, Names, Real, Scalar, Value};
use crate::decimal;

/// The content of a JSON text.
#[derive(Clone, PartialEq, Debug)]
pub enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Json>),
    /// fields by name, in the order in which they were first given
    Fields(Vec<(String, Json)>),
}

impl Json {
    /// The value of `json.loads`; `None` if the text is not JSON.
    pub fn read(text: &str) -> Option<Json> {
        let mut reader = JsonReader { rest: text };
        let value = reader.value(0)?;
        reader.space();
        reader.rest.is_empty().then_some(value)
    }

    /// Converts a strategy's value to JSON.
    ///
    /// # Errors
    /// If it is an entry, a row or an item.
    pub fn of(value: &Value, names: &Names) -> Result<Json, Mistake> {
        Ok(match value {
            Value::Datum(datum) => match datum.scalar {
                Scalar::None => Json::Null,
                Scalar::Bool(value) => Json::Bool(value),
                Scalar::Int(value) => Json::Int(value),
                Scalar::Float(Real(value)) => Json::Float(value),
                Scalar::Text(text) => Json::Text(names.text(text).to_string()),
                Scalar::Dictionary(text) => Json::read(&names.text(text)).unwrap_or(Json::Null),
            },
            Value::List(items) | Value::Tuple(items) => {
                let items: Result<_, _> = items.iter().map(|item| Json::of(item, names)).collect();
                Json::List(items?)
            }
            Value::Composite(_) => {
                return Err(Mistake::of_type(
                    "an entry, a row or an item in a dictionary: write `.value` behind it",
                ));
            }
        })
    }

    /// Converts to a strategy's value, whose origin and lineage are those of `of`.
    ///
    /// # Errors
    /// If it has lists in lists, or the run has too many texts.
    pub fn value(&self, of: Datum, names: &mut Names) -> Result<Value, Mistake> {
        let scalar = match self {
            Json::Null => Scalar::None,
            Json::Bool(value) => Scalar::Bool(*value),
            Json::Int(value) => Scalar::Int(*value),
            Json::Float(value) => Scalar::Float(Real(*value)),
            Json::Text(text) => intern(text, names).map(Scalar::Text)?,
            Json::Fields(_) => intern(&self.to_string(), names).map(Scalar::Dictionary)?,
            Json::List(items) => {
                if items.iter().any(|item| matches!(item, Json::List(_))) {
                    return Err(Mistake::of_bound("a list inside a list: keep it flat"));
                }
                let items: Result<Vec<Value>, _> =
                    items.iter().map(|item| item.value(of, names)).collect();
                return Ok(Value::List(items?.into()));
            }
        };
        Ok(Datum { scalar, ..of }.into())
    }

    /// The fields of a dictionary; empty for any other value.
    pub fn fields(self) -> Vec<(String, Json)> {
        match self {
            Json::Fields(fields) => fields,
            _ => Vec::new(),
        }
    }

    /// Whether the two are equal by Python's `==`.
    pub fn equals(&self, other: &Json) -> bool {
        match (self, other) {
            (Json::List(a), Json::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b))
            }
            (Json::Fields(a), Json::Fields(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(name, a)| find(b, name).is_some_and(|b| a.equals(b)))
            }
            (Json::Text(a), Json::Text(b)) => a == b,
            (Json::Null, Json::Null) => true,
            _ => match (self.scalar(), other.scalar()) {
                (Some(a), Some(b)) => super::machine::arith::equal(a, b),
                _ => false,
            },
        }
    }

    /// The number or truth value, if it is one.
    fn scalar(&self) -> Option<Scalar> {
        match self {
            Json::Bool(value) => Some(Scalar::Bool(*value)),
            Json::Int(value) => Some(Scalar::Int(*value)),
            Json::Float(value) => Some(Scalar::Float(Real(*value))),
            _ => None,
        }
    }

    /// Adds the text of Python's `repr`.
    pub fn show(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("None"),
            Json::Bool(true) => out.push_str("True"),
            Json::Bool(false) => out.push_str("False"),
            Json::Int(value) => out.push_str(&value.to_string()),
            Json::Float(value) => out.push_str(&print_float(*value)),
            Json::Text(text) => quote(text, out),
            Json::List(items) => {
                listed(out, '[', items, ']', |item, out| item.show(out));
            }
            Json::Fields(fields) => listed(out, '{', fields, '}', |(name, value), out| {
                quote(name, out);
                out.push_str(": ");
                value.show(out);
            }),
        }
    }
}

/// The text of `json.dumps`.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        dump(self, &mut out);
        f.write_str(&out)
    }
}

fn dump(value: &Json, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Int(value) => out.push_str(&value.to_string()),
        Json::Float(value) if value.is_nan() => out.push_str("NaN"),
        Json::Float(value) if value.is_infinite() => {
            out.push_str(if *value > 0.0 { "Infinity" } else { "-Infinity" });
        }
        Json::Float(value) => out.push_str(&print_float(*value)),
        Json::Text(text) => dump_text(text, out),
        Json::List(items) => listed(out, '[', items, ']', dump),
        Json::Fields(fields) => listed(out, '{', fields, '}', |(name, value), out| {
            dump_text(name, out);
            out.push_str(": ");
            dump(value, out);
        }),
    }
}

fn dump_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='\u{7f}' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

/// Parts in brackets, separated by commas.
fn listed<T>(
    out: &mut String,
    open: char,
    parts: &[T],
    close: char,
    write: impl Fn(&T, &mut String),
) {
    out.push(open);
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(part, out);
    }
    out.push(close);
}

/// Adds the text of Python's `repr` of a text, in quotes.
pub fn quote(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() || c != ' ' && c.is_whitespace() || c == '\u{ad}' => {
                let code = u32::from(c);
                let _ = match code {
                    ..0x100 => write!(out, "\\x{code:02x}"),
                    _ => write!(out, "\\u{code:04x}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push(quote);
}

/// The field of this name.
pub fn find<'f>(fields: &'f [(String, Json)], name: &str) -> Option<&'f Json> {
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
}

/// Sets a field, in place if it exists.
pub fn put(fields: &mut Vec<(String, Json)>, name: String, value: Json) {
    match fields.iter_mut().find(|(field, _)| *field == name) {
        Some((_, old)) => *old = value,
        None => fields.push((name, value)),
    }
}

fn intern(text: &str, names: &mut Names) -> Result<super::value::Symbol, Mistake> {
    if text.len() > LONGEST_TEXT {
        return Err(Mistake::of_bound(format!(
            "the text is too long: texts have at most {LONGEST_TEXT} bytes, as JSON too"
        )));
    }
    names.intern(text).ok_or_else(super::machine::arith::too_many_texts)
}

/// The deepest nesting of JSON allowed.
const DEEPEST: u32 = 64;

struct JsonReader<'t> {
    rest: &'t str,
}

impl JsonReader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn eat(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, depth: u32) -> Option<Json> {
        self.space();
        if depth > DEEPEST {
            return None;
        }
        let words = [
            ("null", Json::Null),
            ("true", Json::Bool(true)),
            ("false", Json::Bool(false)),
            ("NaN", Json::Float(f64::NAN)),
            ("Infinity", Json::Float(f64::INFINITY)),
            ("-Infinity", Json::Float(f64::NEG_INFINITY)),
        ];
        for (word, value) in words {
            if self.eat(word) {
                return Some(value);
            }
        }
        match self.rest.bytes().next()? {
            b'"' => self.text().map(Json::Text),
            b'[' => {
                let mut items = Vec::new();
                self.parts("[", "]", |reader| {
                    items.push(reader.value(depth + 1)?);
                    Some(())
                })?;
                Some(Json::List(items))
            }
            b'{' => {
                let mut fields = Vec::new();
                self.parts("{", "}", |reader| {
                    let name = reader.text()?;
                    reader.space();
                    if !reader.eat(":") {
                        return None;
                    }
                    put(&mut fields, name, reader.value(depth + 1)?);
                    Some(())
                })?;
                Some(Json::Fields(fields))
            }
            _ => self.number(),
        }
    }

    /// Parses the parts between two brackets, separated by commas.
    fn parts(
        &mut self,
        open: &str,
        close: &str,
        mut part: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.eat(open);
        self.space();
        if self.eat(close) {
            return Some(());
        }
        loop {
            self.space();
            part(self)?;
            self.space();
            if self.eat(close) {
                return Some(());
            }
            if !self.eat(",") {
                return None;
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut chars = self.rest.strip_prefix('"')?.chars();
        loop {
            match chars.next()? {
                '"' => break,
                '\\' => match chars.next()? {
                    'n' => text.push('\n'),
                    'r' => text.push('\r'),
                    't' => text.push('\t'),
                    'b' => text.push('\u{8}'),
                    'f' => text.push('\u{c}'),
                    c @ ('"' | '\\' | '/') => text.push(c),
                    'u' => {
                        let first = unit(&mut chars)?;
                        let code = match first {
                            0xd800..0xdc00 if chars.as_str().starts_with("\\u") => {
                                chars.nth(1);
                                let second = unit(&mut chars)?.checked_sub(0xdc00)?;
                                0x10000 + ((first - 0xd800) << 10) + second
                            }
                            _ => first,
                        };
                        text.push(char::from_u32(code)?);
                    }
                    _ => return None,
                },
                c if c < ' ' => return None,
                c => text.push(c),
            }
        }
        self.rest = chars.as_str();
        Some(text)
    }

    fn number(&mut self) -> Option<Json> {
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        let digits = number.strip_prefix('-').unwrap_or(number);
        let whole = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let well_formed = whole > 0
            && (whole == 1 || !digits.starts_with('0'))
            && !digits.ends_with('.')
            && !digits.contains(".e")
            && !digits.contains(".E");
        if !well_formed {
            return None;
        }
        self.rest = rest;
        if whole == digits.len() {
            number.parse().ok().map(Json::Int)
        } else {
            decimal::float(number).map(Json::Float)
        }
    }
}

/// Four hexadecimal digits.
fn unit(chars: &mut std::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |code, _| Some(code << 4 | chars.next()?.to_digit(16)?))
}
