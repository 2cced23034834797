//! Operators on whole values: lists and records too.

use super::arith;
use crate::strategy::argument;
use crate::strategy::error::{Mistake, MistakeKind};
use crate::strategy::syntax::ast::Comparison;
use crate::strategy::value::{Composite, Datum, Names, Scalar, Value};
use crate::time;
use crate::vocabulary::Attribute;

/// Whether this is `None`.
pub fn is_none(value: &Value) -> bool {
    matches!(value, Value::Datum(Datum { scalar: Scalar::None, .. }))
}

pub fn truthy(value: &Value, names: &Names) -> bool {
    match value {
        Value::Datum(datum) => arith::truthy(datum.scalar, names),
        Value::List(list) => !list.is_empty(),
        Value::Composite(_) => true,
    }
}

/// What the compiler's own slots hold.
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
        Comparison::Equal => equal(left, right),
        Comparison::NotEqual => equal(left, right).map(|equal| !equal),
        Comparison::In => contains(right, left, names),
        Comparison::NotIn => contains(right, left, names).map(|contains| !contains),
        _ => match (left, right) {
            (Value::Datum(a), Value::Datum(b)) => {
                arith::compare(comparison, a.scalar, b.scalar, names)
            }
            _ => Err(Mistake::of_type(format!(
                "comparing {} with {}: compare their values",
                argument::kind(left),
                argument::kind(right)
            ))),
        },
    }
}

fn equal(left: &Value, right: &Value) -> Result<bool, Mistake> {
    match (left, right) {
        (Value::Datum(a), Value::Datum(b)) => Ok(arith::equal(a.scalar, b.scalar)),
        (Value::Datum(_), _) | (_, Value::Datum(_)) => Ok(false),
        (Value::List(_), Value::List(_)) => {
            Err(Mistake::of_type("`==` of two lists: compare their `len()` or their items"))
        }
        _ => Err(Mistake::of_type(format!(
            "`==` of {} and {}: compare their `.value` or `.version`",
            argument::kind(left),
            argument::kind(right)
        ))),
    }
}

fn contains(all: &Value, one: &Value, names: &Names) -> Result<bool, Mistake> {
    match (all, one) {
        (Value::List(list), one) => {
            for item in list.iter() {
                if equal(item, one)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        (
            Value::Datum(Datum { scalar: Scalar::Text(all), .. }),
            Value::Datum(Datum { scalar: Scalar::Text(one), .. }),
        ) => Ok(names.text(*all).contains(names.text(*one).as_ref())),
        _ => Err(Mistake::of_type(format!(
            "`in` looks for a value in a list or for a text in a text; this is {} in {}",
            argument::kind(one),
            argument::kind(all)
        ))),
    }
}

pub fn item_at(list: &Value, index: &Value) -> Result<Value, Mistake> {
    let Value::List(list) = list else {
        return Err(Mistake::of_type(format!(
            "`[…]` of {}: only lists have positions",
            argument::kind(list)
        )));
    };
    let index = match index {
        Value::Datum(Datum { scalar: Scalar::Int(index), .. }) => *index,
        Value::Datum(Datum { scalar: Scalar::Bool(index), .. }) => i64::from(*index),
        other => {
            return Err(Mistake::of_type(format!(
                "a position is a whole number, and this is {}",
                argument::kind(other)
            )));
        }
    };
    // -1 is the last one
    let from_start = if index < 0 { index.saturating_add(list.len() as i64) } else { index };
    usize::try_from(from_start).ok().and_then(|at| list.get(at)).cloned().ok_or_else(|| {
        let message = format!("position {index} of a list of {}: check `len()`", list.len());
        Mistake::new(MistakeKind::Index, message)
    })
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
        (Composite::Item { version: None, .. }, Attribute::Version) => {
            return Err(Mistake::new(
                MistakeKind::Attribute,
                "this item has no version: push it with one, `push(key, value, version=…)`",
            ));
        }
        (Composite::Entry { .. }, _) => return missing(".value .age .ttl .fresh .version"),
        (Composite::Row { .. }, _) => return missing(".value .version"),
        (Composite::Item { .. }, _) => return missing(".key .value .attempts .version .add"),
    };
    Ok(Datum::computed(scalar).into())
}
