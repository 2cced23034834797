//! Methods of texts and dictionaries: `key.split(":")`.

use super::operators::{field_name, fields};
use super::{arith, text};
use crate::strategy::argument;
use crate::strategy::dictionary::find;
use crate::strategy::error::Mistake;
use crate::strategy::value::{Datum, Names, Scalar, Symbol, Value};
use crate::vocabulary::Method;

/// Calls a method. The first value is the one before the dot.
pub fn call(method: Method, given: &[Value], names: &mut Names) -> Result<Value, Mistake> {
    let name = method.name();
    match &given[0] {
        Value::Datum(datum @ Datum { scalar: Scalar::Text(symbol), .. }) if method.is_of_text() => {
            of_text(method, *symbol, *datum, &given[1..], names)
        }
        Value::Datum(datum @ Datum { scalar: Scalar::Dictionary(symbol), .. })
            if !method.is_of_text() =>
        {
            of_dictionary(method, *symbol, *datum, &given[1..], names)
        }
        Value::Datum(Datum { scalar: Scalar::None, .. }) => {
            Err(Mistake::of_attribute(format!("`.{name}` of None: check `is not None` first")))
        }
        other => Err(Mistake::of_attribute(format!(
            "`.{name}` of {}: {} have it",
            argument::kind(other),
            if method.is_of_text() { "texts" } else { "dictionaries" }
        ))),
    }
}

fn of_text(
    method: Method,
    symbol: Symbol,
    datum: Datum,
    given: &[Value],
    names: &mut Names,
) -> Result<Value, Mistake> {
    let of = names.text(symbol);
    let made = |made: &str, names: &mut Names| -> Result<Value, Mistake> {
        let scalar = arith::text(made, names)?;
        Ok(names.computed(datum, scalar).into())
    };
    let argument = |at: usize, names: &Names| match given.get(at) {
        Some(Value::Datum(Datum { scalar: Scalar::Text(symbol), .. })) => Ok(names.text(*symbol)),
        Some(other) => Err(Mistake::of_type(format!(
            "`.{}` takes a text, and gets {}",
            method.name(),
            argument::kind(other)
        ))),
        None => Ok("".into()),
    };
    match method {
        Method::StartsWith | Method::EndsWith => {
            let one_of = match &given[0] {
                Value::Tuple(list) => list.to_vec(),
                one => vec![one.clone()],
            };
            for part in &one_of {
                let Value::Datum(Datum { scalar: Scalar::Text(part), .. }) = part else {
                    return Err(Mistake::of_type(format!(
                        "`.{}` takes a text, and gets {}",
                        method.name(),
                        argument::kind(part)
                    )));
                };
                let part = names.text(*part);
                let found = match method {
                    Method::StartsWith => of.starts_with(&*part),
                    _ => of.ends_with(&*part),
                };
                if found {
                    return Ok(Value::bool(true));
                }
            }
            Ok(Value::bool(false))
        }
        Method::Format => {
            let Value::List(by_position) = &given[0] else { return Ok(Value::NONE) };
            let by_name = match &given[1] {
                Value::Datum(Datum { scalar: Scalar::Dictionary(all), .. }) => fields(*all, names),
                _ => Vec::new(),
            };
            let filled = text::fill(&of, by_position, &by_name, names)?;
            let text = Value::Datum(datum);
            let all = [&text, &given[1]];
            let of = names.united(all.into_iter().chain(by_position.iter()));
            Ok(Datum { scalar: arith::text(&filled, names)?, ..of }.into())
        }
        Method::Upper => made(&of.to_uppercase(), names),
        Method::Lower => made(&of.to_lowercase(), names),
        Method::Strip => {
            let letters = argument(0, names)?;
            let is_cut = |c: char| match given.is_empty() {
                true => is_space(c),
                false => letters.contains(c),
            };
            made(of.trim_matches(is_cut), names)
        }
        Method::Replace => {
            let (old, new) = (argument(0, names)?, argument(1, names)?);
            // the most that it can grow to, before it does
            let count = if old.is_empty() { of.len() + 1 } else { of.matches(&*old).count() };
            if of.len() + count * new.len() > crate::strategy::value::LONGEST_TEXT * 4 {
                text::too_long(&"x".repeat(crate::strategy::value::LONGEST_TEXT + 1))?;
            }
            made(&of.replace(&*old, &new), names)
        }
        Method::Split => {
            let parts: Vec<&str> = match given.is_empty() {
                true => of.split(is_space).filter(|part| !part.is_empty()).collect(),
                false => {
                    let separator = argument(0, names)?;
                    if separator.is_empty() {
                        return Err(Mistake::of_value("`.split` at an empty text"));
                    }
                    let parts: Vec<Value> = of
                        .split(&*separator)
                        .map(|part| made(part, names))
                        .collect::<Result<_, _>>()?;
                    return Ok(Value::List(parts.into()));
                }
            };
            let parts: Result<Vec<Value>, _> =
                parts.into_iter().map(|part| made(part, names)).collect();
            Ok(Value::List(parts?.into()))
        }
        Method::Join => {
            let all = super::operators::items(given[0].clone(), names)?;
            let Value::List(all) = all else { return Ok(Value::NONE) };
            let mut joined = String::new();
            for (at, part) in all.iter().enumerate() {
                let Value::Datum(Datum { scalar: Scalar::Text(part), .. }) = part else {
                    return Err(Mistake::of_type(format!(
                        "`.join` takes a list of texts, and finds {}: write `str(…)`",
                        argument::kind(part)
                    )));
                };
                if at > 0 {
                    joined.push_str(&of);
                }
                joined.push_str(&names.text(*part));
                text::too_long(&joined)?;
            }
            let of = names.united(all.iter());
            Ok(Datum { scalar: arith::text(&joined, names)?, ..of }.into())
        }
        // a client of Redis gives bytes, and here are texts
        _ => Ok(datum.into()),
    }
}

fn of_dictionary(
    method: Method,
    symbol: Symbol,
    datum: Datum,
    given: &[Value],
    names: &mut Names,
) -> Result<Value, Mistake> {
    let all = fields(symbol, names);
    let of = names.computed(datum, Scalar::None);
    if method == Method::Get {
        let name = match &given[0] {
            Value::Datum(Datum { scalar: Scalar::Text(_), .. }) => field_name(&given[0], names)?,
            // no dictionary has such a field
            _ => return Ok(given.get(1).cloned().unwrap_or(Value::NONE)),
        };
        return match find(&all, &name) {
            Some(field) => field.value(of, names),
            None => Ok(given.get(1).cloned().unwrap_or(Value::NONE)),
        };
    }
    let mut parts = Vec::new();
    for (name, value) in &all {
        let name: Value = Datum { scalar: arith::text(name, names)?, ..of }.into();
        let value = value.value(of, names)?;
        parts.push(match method {
            Method::Keys => name,
            Method::Values => value,
            _ => Value::Tuple([name, value].into()),
        });
    }
    Ok(Value::List(parts.into()))
}

/// Whether Python's `str` counts a character as space.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}
