//! Texts of values: `str`, `repr`, `"…" % …` and `"…".format(…)`, as in Python.

use super::arith::{self, Number};
use super::format::{Spec, eat, format, number};
use crate::strategy::dictionary::{Json, find, quote};
use crate::strategy::error::{Mistake, MistakeKind};
use crate::strategy::float::print_float;
use crate::strategy::value::{Composite, Datum, LONGEST_TEXT, Names, Scalar, Value};

/// Adds a value as `str` shows it.
pub fn show(value: &Value, names: &Names, out: &mut String) {
    // what is longer is no text any more
    show_up_to(2 * LONGEST_TEXT, value, names, out);
}

/// Adds a value as the log shows it: the end of a long list is omitted.
pub fn show_short(value: &Value, names: &Names, out: &mut String) {
    show_up_to(LONGEST_TEXT / 2, value, names, out);
}

fn show_up_to(most: usize, value: &Value, names: &Names, out: &mut String) {
    let pair = |out: &mut String, name: &str, datum: Datum| {
        out.push_str(name);
        out.push_str(&arith::print(datum.scalar, names));
    };
    match value {
        Value::Datum(datum) => out.push_str(&arith::print(datum.scalar, names)),
        Value::List(list) | Value::Tuple(list) => {
            let is_tuple = matches!(value, Value::Tuple(_));
            out.push(if is_tuple { '(' } else { '[' });
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                if out.len() > most {
                    out.push('…');
                    break;
                }
                repr(item, names, out);
            }
            if is_tuple && list.len() == 1 {
                out.push(',');
            }
            out.push(if is_tuple { ')' } else { ']' });
        }
        Value::Composite(record) => match record.as_ref() {
            Composite::Entry { value, .. } => pair(out, "entry ", *value),
            Composite::Row { value, version } => {
                pair(out, "row ", *value);
                out.push_str(&format!(" version {version}"));
            }
            Composite::Item { key, value, .. } => {
                out.push_str(&format!("item {} ", names.text(*key)));
                pair(out, "", *value);
            }
        },
    }
}

/// Adds a value as `repr` shows it: texts in quotes.
pub fn repr(value: &Value, names: &Names, out: &mut String) {
    match value {
        Value::Datum(Datum { scalar: Scalar::Text(text), .. }) => quote(&names.text(*text), out),
        other => show(other, names, out),
    }
}

/// `text % values`
pub fn percent(text: &str, values: &Value, names: &Names) -> Result<String, Mistake> {
    let single = std::slice::from_ref(values);
    let fields = match values {
        Value::Datum(Datum { scalar: Scalar::Dictionary(text), .. }) => {
            Some(Json::read(&names.text(*text)).map_or(Vec::new(), Json::fields))
        }
        _ => None,
    };
    let given = match values {
        Value::Tuple(list) => list,
        _ => single,
    };
    let mut next = given.iter();
    let (mut out, mut rest, mut by_name) = (String::new(), text, false);
    while let Some((before, behind)) = rest.split_once('%') {
        out.push_str(before);
        rest = behind;
        let name = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        if let Some((_, behind)) = name {
            rest = behind;
            by_name = true;
        }
        let mut form = Spec { kind: ' ', ..Spec::default() };
        while let Some(flag) = eat(&mut rest, "-+ 0#") {
            match flag {
                '-' => form.align = Some('<'),
                '0' => form.fill = Some('0'),
                '#' => form.prefixed = true,
                sign => form.sign = form.sign.filter(|sign| *sign == '+').or(Some(sign)),
            }
        }
        form.width = number(&mut rest)?.unwrap_or(0);
        if eat(&mut rest, ".").is_some() {
            form.precision = Some(number(&mut rest)?.unwrap_or(0));
        }
        let Some(kind) = eat(&mut rest, "srdiufFeEgGxXo%") else {
            return Err(Mistake::of_value(
                "`%` in front of something else than `s`, `d` or `f`: write `%%` for a percent sign",
            ));
        };
        if kind == '%' {
            out.push('%');
            continue;
        }
        let named;
        let value = match name {
            Some((name, _)) => {
                let fields = fields.as_ref().ok_or_else(|| {
                    Mistake::of_type("`%(name)s` takes a dictionary behind the `%`")
                })?;
                named = find(fields, name).ok_or_else(|| no_field(name))?;
                Placed::Field(named)
            }
            None => Placed::Value(next.next().ok_or_else(|| {
                Mistake::of_type(format!(
                    "more `%` in the text than the {} behind it",
                    match given.len() {
                        1 => "1 value".to_owned(),
                        count => format!("{count} values"),
                    }
                ))
            })?),
        };
        out.push_str(&placed(form, kind, value, names)?);
        too_long(&out)?;
    }
    if next.len() > 0 && !by_name && fields.is_none() {
        let count = given.len();
        return Err(Mistake::of_type(format!(
            "{count} values behind `%`, and fewer `%s` in the text"
        )));
    }
    Ok(out + rest)
}

/// A value for a placeholder of a text.
#[derive(Clone, Copy)]
enum Placed<'v> {
    Value(&'v Value),
    Field(&'v Json),
}

impl Placed<'_> {
    fn show(self, quoted: bool, names: &Names) -> String {
        let mut out = String::new();
        match (self, quoted) {
            (Placed::Value(value), true) => repr(value, names, &mut out),
            (Placed::Value(value), false) => show(value, names, &mut out),
            (Placed::Field(Json::Text(text)), false) => out.push_str(text),
            (Placed::Field(field), _) => field.show(&mut out),
        }
        out
    }

    fn number(self) -> Option<Number> {
        match self {
            Placed::Value(Value::Datum(datum)) => arith::number(datum.scalar),
            Placed::Value(_) => None,
            Placed::Field(Json::Bool(value)) => Some(Number::Int(i64::from(*value))),
            Placed::Field(Json::Int(value)) => Some(Number::Int(*value)),
            Placed::Field(Json::Float(value)) => Some(Number::Float(*value)),
            Placed::Field(_) => None,
        }
    }
}

/// One value in the old `%` form: aligned right, unless `-` says left.
fn placed(mut form: Spec, kind: char, value: Placed<'_>, names: &Names) -> Result<String, Mistake> {
    if matches!(kind, 's' | 'r') {
        let text = value.show(kind == 'r', names);
        let shown: String = text.chars().take(form.precision.unwrap_or(usize::MAX)).collect();
        form.fill = None;
        return Ok(form.pad("", &shown, '>'));
    }
    let Some(number) = value.number() else {
        return Err(Mistake::of_type(format!("`%{kind}` takes a number: write `%s`")));
    };
    form.kind = if matches!(kind, 'i' | 'u') { 'd' } else { kind };
    if form.align == Some('<') {
        form.fill = None;
    } else if form.fill.is_some() {
        form.align = Some('=');
    }
    match (number, form.kind) {
        (number, 'f' | 'F' | 'e' | 'E' | 'g' | 'G') => Ok(form.float(number.as_f64())),
        (Number::Int(value), _) => Ok(whole(form, value)),
        (Number::Float(value), 'd') => match arith::whole(value) {
            Some(value) => Ok(whole(form, value)),
            None => Err(Mistake::of_bound(format!(
                "`%d` of {}: too large for a whole number",
                print_float(value)
            ))),
        },
        (Number::Float(_), kind) => {
            Err(Mistake::of_type(format!("`%{kind}` takes a whole number: write `%d` or `%s`")))
        }
    }
}

/// A whole number with at least as many digits as the precision.
fn whole(form: Spec, value: i64) -> String {
    let Some(digits) = form.precision else { return form.whole(value) };
    let plain = Spec { width: 0, prefixed: false, precision: None, sign: None, ..form.clone() };
    let shown = plain.whole(value);
    let shown = shown.strip_prefix('-').unwrap_or(&shown);
    form.signed(value < 0, "", &format!("{shown:0>digits$}"), "")
}

/// A piece of a text for `format`.
pub enum FormatPiece<'t> {
    Text(&'t str),
    /// a placeholder: the name or number between the braces, whether it has `!r`, and its format
    Place {
        name: &'t str,
        quoted: bool,
        spec: &'t str,
    },
}

/// The pieces of a text for `format`.
///
/// # Errors
/// If a brace is not closed, or stands alone.
pub fn pieces(text: &str) -> Result<Vec<FormatPiece<'_>>, Mistake> {
    let alone =
        || Mistake::of_value("a `{` or `}` alone in a text for `format`: write `{{` or `}}`");
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        if rest[at + 1..].starts_with(&rest[at..=at]) {
            pieces.push(FormatPiece::Text(&rest[..=at]));
            rest = &rest[at + 2..];
            continue;
        }
        pieces.push(FormatPiece::Text(&rest[..at]));
        let place = rest[at..].strip_prefix('{').ok_or_else(alone)?;
        let (place, behind) = place.split_once('}').ok_or_else(alone)?;
        rest = behind;
        let (head, spec) = place.split_once(':').unwrap_or((place, ""));
        let (name, conversion) = head.split_once('!').unwrap_or((head, "s"));
        if !matches!(conversion, "s" | "r") || place.contains('{') {
            return Err(Mistake::of_value(format!(
                "`{{{place}}}` in a text for `format`: write `{{}}`, `{{0}}`, `{{name}}` or `{{:.2f}}`"
            )));
        }
        pieces.push(FormatPiece::Place { name, quoted: conversion == "r", spec });
    }
    pieces.push(FormatPiece::Text(rest));
    Ok(pieces)
}

/// `text.format(…)`: arguments by position, and by name.
pub fn fill(
    text: &str,
    given: &[Value],
    named: &[(String, Json)],
    names: &mut Names,
) -> Result<String, Mistake> {
    let mut out = String::new();
    let mut next = 0;
    for piece in pieces(text)? {
        let (name, quoted, spec) = match piece {
            FormatPiece::Text(text) => {
                out.push_str(text);
                continue;
            }
            FormatPiece::Place { name, quoted, spec } => (name, quoted, spec),
        };
        let position = if name.is_empty() { Ok(next) } else { name.parse::<usize>() };
        next += usize::from(name.is_empty());
        let value = match position {
            Ok(at) => given.get(at).cloned().ok_or_else(|| {
                let message = format!("the text has a place {at}, and `format` gets fewer values");
                Mistake::new(MistakeKind::Index, message)
            })?,
            Err(_) => {
                let field = find(named, name).ok_or_else(|| no_field(name))?;
                field.value(Datum::NONE, names)?
            }
        };
        if quoted {
            let mut shown = String::new();
            repr(&value, names, &mut shown);
            let shown = arith::text(&shown, names)?;
            out.push_str(&format(&Datum::computed(shown).into(), spec, names)?);
        } else {
            out.push_str(&format(&value, spec, names)?);
        }
        too_long(&out)?;
    }
    Ok(out)
}

/// The mistake for a name that no field has.
pub fn no_field(name: &str) -> Mistake {
    let mut quoted = String::new();
    quote(name, &mut quoted);
    Mistake::new(
        MistakeKind::Key,
        format!("there is no field {quoted}: check with `in`, or write `.get({quoted})`"),
    )
}

/// Refuses a text that is longer than a text may be.
pub fn too_long(text: &str) -> Result<(), Mistake> {
    if text.len() > LONGEST_TEXT {
        return Err(Mistake::of_bound(format!(
            "the text is too long: texts have at most {LONGEST_TEXT} bytes"
        )));
    }
    Ok(())
}
