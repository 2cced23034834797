//! Operators on all kinds of values, lists and records included.

use std::sync::Arc;

use super::arith::Number;
use super::{SPREAD, arith, text};
use crate::strategy::argument;
use crate::strategy::dictionary::{Json, find, put};
use crate::strategy::error::{Mistake, MistakeKind};
use crate::strategy::syntax::ast::{Binary, Comparison};
use crate::strategy::value::{Composite, Datum, Names, Scalar, Symbol, Value};
use crate::time;
use crate::vocabulary::Attribute;

/// Whether this is `None`.
pub fn is_none(value: &Value) -> bool {
    matches!(value, Value::Datum(Datum { scalar: Scalar::None, .. }))
}

pub fn truthy(value: &Value, names: &Names) -> bool {
    match value {
        Value::Datum(datum) => arith::truthy(datum.scalar, names),
        Value::List(list) | Value::Tuple(list) => !list.is_empty(),
        Value::Composite(_) => true,
    }
}

/// The number in one of the compiler's own slots.
pub fn as_int(value: &Value) -> i64 {
    match value {
        Value::Datum(Datum { scalar: Scalar::Int(value), .. }) => *value,
        other => unreachable!("{other:?} in a slot of the compiler"),
    }
}

pub fn compare(
    comparison: Comparison,
    left: &Value,
    right: &Value,
    names: &Names,
) -> Result<bool, Mistake> {
    match comparison {
        Comparison::Is => Ok(is_none(left)),
        Comparison::IsNot => Ok(!is_none(left)),
        Comparison::Equal => equal(left, right, names),
        Comparison::NotEqual => equal(left, right, names).map(|equal| !equal),
        Comparison::In => contains(right, left, names),
        Comparison::NotIn => contains(right, left, names).map(|contains| !contains),
        _ => match (left, right) {
            (Value::Datum(a), Value::Datum(b)) => {
                arith::compare(comparison, a.scalar, b.scalar, names)
            }
            (Value::List(_), Value::List(_)) | (Value::Tuple(_), Value::Tuple(_)) => {
                Err(Mistake::of_bound("two lists have no order here: compare their items"))
            }
            _ => Err(Mistake::of_type(format!(
                "comparing {} with {}: compare their values",
                argument::kind(left),
                argument::kind(right)
            ))),
        },
    }
}

fn equal(left: &Value, right: &Value, names: &Names) -> Result<bool, Mistake> {
    match (left, right) {
        (
            Value::Datum(Datum { scalar: Scalar::Dictionary(a), .. }),
            Value::Datum(Datum { scalar: Scalar::Dictionary(b), .. }),
        ) if a != b => {
            let read = |symbol| Json::read(&names.text(symbol));
            Ok(read(*a).zip(read(*b)).is_some_and(|(a, b)| a.equals(&b)))
        }
        (Value::Datum(a), Value::Datum(b)) => Ok(arith::equal(a.scalar, b.scalar)),
        (Value::Datum(_), _) | (_, Value::Datum(_)) => Ok(false),
        (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            for (a, b) in a.iter().zip(b.iter()) {
                if !equal(a, b, names)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Value::List(_) | Value::Tuple(_), _) | (_, Value::List(_) | Value::Tuple(_)) => Ok(false),
        _ => Err(Mistake::of_type(format!(
            "`==` of {} and {}: compare their `.value` or `.version`",
            argument::kind(left),
            argument::kind(right)
        ))),
    }
}

fn contains(all: &Value, one: &Value, names: &Names) -> Result<bool, Mistake> {
    match (all, one) {
        (Value::List(list) | Value::Tuple(list), one) => {
            for item in list.iter() {
                if equal(item, one, names)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        (
            Value::Datum(Datum { scalar: Scalar::Text(all), .. }),
            Value::Datum(Datum { scalar: Scalar::Text(one), .. }),
        ) => Ok(names.text(*all).contains(names.text(*one).as_ref())),
        (Value::Datum(Datum { scalar: Scalar::Dictionary(all), .. }), Value::Datum(one)) => {
            Ok(match one.scalar {
                Scalar::Text(name) => find(&fields(*all, names), &names.text(name)).is_some(),
                Scalar::Dictionary(_) => {
                    return Err(Mistake::of_type(
                        "a field's name is a text, and this is a dictionary",
                    ));
                }
                _ => false,
            })
        }
        _ => Err(Mistake::of_type(format!(
            "`in` looks for a value in a list, for a text in a text or for a field in a dictionary; \
             this is {} in {}",
            argument::kind(one),
            argument::kind(all)
        ))),
    }
}

/// The fields of a dictionary.
pub fn fields(dictionary: Symbol, names: &Names) -> Vec<(String, Json)> {
    Json::read(&names.text(dictionary)).map_or(Vec::new(), Json::fields)
}

/// `of[index]`
pub fn item_at(of: &Value, index: &Value, names: &mut Names) -> Result<Value, Mistake> {
    match of {
        Value::Datum(datum @ Datum { scalar: Scalar::Dictionary(symbol), .. }) => {
            let name = field_name(index, names)?;
            let fields = fields(*symbol, names);
            let of = names.computed(*datum, Scalar::None);
            let field = find(&fields, &name).ok_or_else(|| text::no_field(&name))?;
            field.value(of, names)
        }
        Value::Datum(datum @ Datum { scalar: Scalar::Text(symbol), .. }) => {
            let all = names.text(*symbol);
            let at = position(index, all.chars().count(), "a text")?;
            let one: String = all.chars().skip(at).take(1).collect();
            let scalar = arith::text(&one, names)?;
            Ok(names.computed(*datum, scalar).into())
        }
        Value::List(list) | Value::Tuple(list) => {
            Ok(list[position(index, list.len(), "a list")?].clone())
        }
        _ => Err(Mistake::of_type(format!(
            "`[…]` of {}: lists and texts have positions, dictionaries have fields",
            argument::kind(of)
        ))),
    }
}

/// The name of a field, from the value in brackets.
pub fn field_name(index: &Value, names: &Names) -> Result<Arc<str>, Mistake> {
    match index {
        Value::Datum(Datum { scalar: Scalar::Text(name), .. }) => Ok(names.text(*name)),
        other => {
            let kind = match other {
                Value::List(_) | Value::Tuple(_) => MistakeKind::Type,
                _ => MistakeKind::Key,
            };
            let message =
                format!("a field's name is a text, and this is {}", argument::kind(other));
            Err(Mistake::new(kind, message))
        }
    }
}

/// A position from the start; -1 is the last one.
fn position(index: &Value, length: usize, of: &str) -> Result<usize, Mistake> {
    let index = whole(index)?;
    let from_start = if index < 0 { index.saturating_add(length as i64) } else { index };
    usize::try_from(from_start).ok().filter(|at| *at < length).ok_or_else(|| {
        let message = format!("position {index} of {of} of {length}: check `len()`");
        Mistake::new(MistakeKind::Index, message)
    })
}

fn whole(index: &Value) -> Result<i64, Mistake> {
    match index {
        Value::Datum(Datum { scalar: Scalar::Int(index), .. }) => Ok(*index),
        Value::Datum(Datum { scalar: Scalar::Bool(index), .. }) => Ok(i64::from(*index)),
        other => Err(Mistake::of_type(format!(
            "a position is a whole number, and this is {}",
            argument::kind(other)
        ))),
    }
}

/// `of[start:end:step]`; `None` leaves a part to its default.
pub fn slice(of: &Value, bounds: &[Value], names: &mut Names) -> Result<Value, Mistake> {
    let bound = |at: usize| match &bounds[at] {
        none if is_none(none) => Ok(None),
        given => whole(given).map(Some),
    };
    let (start, end, step) = (bound(0)?, bound(1)?, bound(2)?.unwrap_or(1));
    if step == 0 {
        return Err(Mistake::of_value("the step of a slice is 0"));
    }
    let chosen = |length: usize| {
        let length = length as i64;
        let (first, last) = if step > 0 { (0, length) } else { (-1, length - 1) };
        let clamp = |bound: i64| {
            let from_start = if bound < 0 { bound.saturating_add(length) } else { bound };
            from_start.clamp(first, last)
        };
        let start = start.map_or(if step > 0 { first } else { last }, clamp);
        let end = end.map_or(if step > 0 { last } else { first }, clamp);
        let mut chosen = Vec::new();
        let mut at = start;
        while if step > 0 { at < end } else { at > end } {
            chosen.push(at as usize);
            at = at.saturating_add(step);
        }
        chosen
    };
    match of {
        Value::List(list) => {
            let items = chosen(list.len()).into_iter().map(|at| list[at].clone());
            Ok(Value::List(items.collect()))
        }
        Value::Tuple(list) => {
            let items = chosen(list.len()).into_iter().map(|at| list[at].clone());
            Ok(Value::Tuple(items.collect()))
        }
        Value::Datum(datum @ Datum { scalar: Scalar::Text(symbol), .. }) => {
            let all: Vec<char> = names.text(*symbol).chars().collect();
            let part: String = chosen(all.len()).into_iter().map(|at| all[at]).collect();
            let scalar = arith::text(&part, names)?;
            Ok(names.computed(*datum, scalar).into())
        }
        _ => Err(Mistake::of_type(format!(
            "`[…:…]` of {}: lists and texts have parts",
            argument::kind(of)
        ))),
    }
}

/// What `for` iterates over: the items of a list, the letters of a text, the names of a
/// dictionary's fields.
pub fn items(of: Value, names: &mut Names) -> Result<Value, Mistake> {
    let parts: Vec<String> = match &of {
        Value::List(_) => return Ok(of),
        Value::Tuple(items) => return Ok(Value::List(items.clone())),
        Value::Datum(Datum { scalar: Scalar::Text(symbol), .. }) => {
            names.text(*symbol).chars().map(String::from).collect()
        }
        Value::Datum(Datum { scalar: Scalar::Dictionary(symbol), .. }) => {
            fields(*symbol, names).into_iter().map(|(name, _)| name).collect()
        }
        other => {
            return Err(Mistake::of_type(format!(
                "`for` goes over a list or `range(n)`, and gets {}",
                argument::kind(other)
            )));
        }
    };
    let of = names.united([&of]);
    let parts: Result<Vec<Value>, Mistake> = parts
        .iter()
        .map(|part| Ok(Datum { scalar: arith::text(part, names)?, ..of }.into()))
        .collect();
    Ok(Value::List(parts?.into()))
}

/// One text of all these values, as `str` shows each.
pub fn join(values: &[Value], names: &mut Names) -> Result<Value, Mistake> {
    let mut joined = String::new();
    for value in values {
        text::show(value, names, &mut joined);
        text::too_long(&joined)?;
    }
    let of = names.united(values);
    Ok(Datum { scalar: arith::text(&joined, names)?, ..of }.into())
}

/// The longest list that `+` makes.
const LONGEST_LIST: usize = 10_000;

/// A list, or a tuple if `value` is one.
fn like(value: &Value, items: Arc<[Value]>) -> Value {
    match value {
        Value::Tuple(_) => Value::Tuple(items),
        _ => Value::List(items),
    }
}

fn too_many_items() -> Mistake {
    Mistake::of_bound(format!("a list of more than {LONGEST_LIST} items"))
}

/// An operator with a list on one side: concatenation, repetition, or the values after `%`.
pub fn of_lists(
    operator: Binary,
    left: &Value,
    right: &Value,
    names: &mut Names,
) -> Option<Result<Value, Mistake>> {
    match (operator, left, right) {
        (Binary::Add, Value::List(a), Value::List(b))
        | (Binary::Add, Value::Tuple(a), Value::Tuple(b)) => {
            if a.len() + b.len() > LONGEST_LIST {
                return Some(Err(too_many_items()));
            }
            let all = a.iter().chain(b.iter()).cloned().collect();
            Some(Ok(like(left, all)))
        }
        (Binary::Multiply, all @ (Value::List(list) | Value::Tuple(list)), Value::Datum(times))
        | (Binary::Multiply, Value::Datum(times), all @ (Value::List(list) | Value::Tuple(list))) =>
        {
            let times = match arith::number(times.scalar)? {
                // nothing stays nothing, however often
                Number::Int(_) if list.is_empty() => 0,
                Number::Int(times) => usize::try_from(times).unwrap_or(0),
                Number::Float(_) => return None,
            };
            if list.len().saturating_mul(times) > LONGEST_LIST {
                return Some(Err(too_many_items()));
            }
            let items = std::iter::repeat_n(list, times).flat_map(|list| list.iter().cloned());
            Some(Ok(like(all, items.collect())))
        }
        (Binary::Modulo, Value::Datum(Datum { scalar: Scalar::Text(form), .. }), values) => {
            let behind = match values {
                Value::Tuple(list) => list,
                one => std::slice::from_ref(one),
            };
            let of = names.united(std::iter::once(left).chain(behind));
            let filled = text::percent(&names.text(*form), values, names);
            Some(
                filled
                    .and_then(|filled| arith::text(&filled, names))
                    .map(|scalar| Datum { scalar, ..of }.into()),
            )
        }
        _ => None,
    }
}

/// A dictionary from alternating names and values. If a name is [`SPREAD`], the value is a
/// dictionary whose fields are added.
pub fn dictionary(pairs: &[Value], names: &mut Names) -> Result<Value, Mistake> {
    let mut all = Vec::new();
    for pair in pairs.chunks_exact(2) {
        let (name, value) = (&pair[0], &pair[1]);
        match value {
            Value::Datum(Datum { scalar: Scalar::Dictionary(symbol), .. }) if *name == SPREAD => {
                for (name, value) in fields(*symbol, names) {
                    put(&mut all, name, value);
                }
            }
            other if *name == SPREAD => {
                return Err(Mistake::of_type(format!(
                    "`**` in front of {}: it takes a dictionary",
                    argument::kind(other)
                )));
            }
            Value::Tuple(_) => {
                return Err(Mistake::of_bound("a tuple in a dictionary: write a list, `[…]`"));
            }
            value => {
                let name = field_name(name, names)?;
                put(&mut all, name.to_string(), Json::of(value, names)?);
            }
        }
    }
    let of = names.united(pairs.iter().skip(1).step_by(2));
    Json::Fields(all).value(of, names)
}

pub fn read_attribute(of: &Value, attribute: Attribute) -> Result<Value, Mistake> {
    let missing =
        |has: &str| Err(Mistake::of_type(format!("{} has {has} only", argument::kind(of))));
    let Value::Composite(record) = of else {
        if is_none(of) {
            return Err(Mistake::new(
                MistakeKind::Attribute,
                "None has no attributes: check `is not None` first",
            ));
        }
        return Err(Mistake::of_type(format!(
            "{} has no attributes: entries, rows and items have",
            argument::kind(of)
        )));
    };
    let scalar = match (record.as_ref(), attribute) {
        (Composite::Entry { value, .. }, Attribute::Value)
        | (Composite::Row { value, .. }, Attribute::Value)
        | (Composite::Item { value, .. }, Attribute::Value) => return Ok((*value).into()),
        (Composite::Entry { age_us, .. }, Attribute::Age) => {
            arith::float(time::to_seconds(*age_us))
        }
        (Composite::Entry { ttl_us, .. }, Attribute::Ttl) => {
            ttl_us.map_or(Scalar::None, |us| arith::float(time::to_seconds(us)))
        }
        (Composite::Entry { fresh, .. }, Attribute::Fresh) => Scalar::Bool(*fresh),
        (Composite::Entry { version, .. }, Attribute::Version)
        | (Composite::Item { version: version @ Some(_), .. }, Attribute::Version) => {
            version.map_or(Scalar::None, Scalar::Int)
        }
        (Composite::Row { version, .. }, Attribute::Version) => Scalar::Int(*version),
        (Composite::Item { key, .. }, Attribute::Key) => Scalar::Text(*key),
        (Composite::Item { attempts, .. }, Attribute::Attempts) => Scalar::Int((*attempts).into()),
        (Composite::Item { add, .. }, Attribute::Add) => Scalar::Bool(*add),
        (Composite::Item { version: None, add, .. }, Attribute::Version) => {
            let message = match add {
                true => {
                    "this item has no version, for `add(key, delta)` sums: name it by its key, or \
                     `push(key, value, version=…)` each change by itself"
                }
                false => {
                    "this item has no version: push it with one, `push(key, value, version=…)`"
                }
            };
            return Err(Mistake::new(MistakeKind::Attribute, message));
        }
        (Composite::Entry { .. }, _) => return missing(".value .age .ttl .fresh .version"),
        (Composite::Row { .. }, _) => return missing(".value .version"),
        (Composite::Item { .. }, _) => return missing(".key .value .attempts .version .add"),
    };
    Ok(Datum::computed(scalar).into())
}
