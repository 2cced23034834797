//! The arguments of commands: from values of a running strategy to the fields of a call.

use super::error::Mistake;
use super::machine::arith::{self, Number};
use super::value::{Composite, Datum, Receipt, Scalar, Symbol, Value};
use crate::time::{self, Micros};

/// The most items of one `queue.take`.
pub const MOST_TAKEN: i64 = 10_000;

/// A kind of argument.
pub trait Kind {
    /// The field of a call.
    type Field;

    /// Converts a value. `call` is the call as written, `name` the argument's name.
    ///
    /// # Errors
    /// The strategy's mistake, for people.
    fn read(call: &str, name: &str, value: &Value) -> Result<Self::Field, Mistake>;

    /// Checks that a value can be converted.
    ///
    /// # Errors
    /// The strategy's mistake.
    fn check(call: &str, name: &str, value: &Value) -> Result<(), Mistake> {
        Self::read(call, name, value).map(|_| ())
    }

    /// The key that the field names, if any.
    fn key(_: &Self::Field) -> Option<Symbol> {
        None
    }

    /// The value that the field stores, if any.
    fn carried(_: &mut Self::Field) -> Option<&mut Datum> {
        None
    }
}

/// A text that names an entry or a row.
pub struct Key;

impl Kind for Key {
    type Field = Symbol;

    fn read(call: &str, _: &str, value: &Value) -> Result<Symbol, Mistake> {
        key(call, value)
    }

    fn key(field: &Symbol) -> Option<Symbol> {
        Some(*field)
    }
}

/// A plain value; `None` means a deletion.
pub struct Plain;

impl Kind for Plain {
    type Field = Datum;

    fn read(call: &str, _: &str, value: &Value) -> Result<Datum, Mistake> {
        plain(call, value)
    }

    fn carried(field: &mut Datum) -> Option<&mut Datum> {
        Some(field)
    }
}

/// A value that a store can hold.
pub struct Held;

impl Kind for Held {
    type Field = Datum;

    fn read(call: &str, _: &str, value: &Value) -> Result<Datum, Mistake> {
        let datum = plain(call, value)?;
        if datum.is_none() {
            return Err(Mistake::of_value(format!(
                "`{call}` of None, which no store can hold: check `is not None`, or delete the key"
            )));
        }
        Ok(datum)
    }

    fn carried(field: &mut Datum) -> Option<&mut Datum> {
        Some(field)
    }
}

/// A number to add.
pub struct Amount;

impl Kind for Amount {
    type Field = Datum;

    fn read(call: &str, _: &str, value: &Value) -> Result<Datum, Mistake> {
        match value {
            Value::Datum(datum @ Datum { scalar: Scalar::Int(_) | Scalar::Float(_), .. }) => {
                Ok(*datum)
            }
            other => {
                Err(Mistake::of_type(format!("`{call}` adds numbers, and gets {}", kind(other))))
            }
        }
    }

    fn carried(field: &mut Datum) -> Option<&mut Datum> {
        Some(field)
    }
}

/// A version, or `None`.
pub struct Version;

impl Kind for Version {
    type Field = Option<i64>;

    fn read(call: &str, _: &str, value: &Value) -> Result<Option<i64>, Mistake> {
        match value {
            Value::Datum(Datum { scalar: Scalar::None, .. }) => Ok(None),
            Value::Datum(Datum { scalar: Scalar::Int(version), .. }) => Ok(Some(*version)),
            other => Err(Mistake::of_type(format!(
                "the version of `{call}` is {}, and versions are whole numbers",
                kind(other)
            ))),
        }
    }
}

/// The version of a row; 0: no row.
pub struct RowVersion;

impl Kind for RowVersion {
    type Field = i64;

    fn read(call: &str, name: &str, value: &Value) -> Result<i64, Mistake> {
        Version::read(call, name, value)?.ok_or_else(|| {
            Mistake::of_type(format!(
                "`{call}` needs a version: that of a row, or 0 where there is none"
            ))
        })
    }
}

/// A list of keys, each for a call of its own.
pub struct Keys;

impl Kind for Keys {
    type Field = ();

    fn read(call: &str, name: &str, value: &Value) -> Result<(), Mistake> {
        several(call, name, value)?.iter().try_for_each(|each| key(call, each).map(|_| ()))
    }
}

/// A list of values that a store can hold.
pub struct Values;

impl Kind for Values {
    type Field = ();

    fn read(call: &str, name: &str, value: &Value) -> Result<(), Mistake> {
        several(call, name, value)?
            .iter()
            .try_for_each(|each| Held::read(call, name, each).map(|_| ()))
    }
}

/// The items of a list or a tuple, up to a bound.
fn several<'a>(call: &str, name: &str, value: &'a Value) -> Result<&'a [Value], Mistake> {
    match value.items() {
        Some(items) if items.len() as i64 <= MOST_TAKEN => Ok(items),
        Some(_) => {
            Err(Mistake::of_bound(format!("`{call}` takes at most {MOST_TAKEN} {name} at once")))
        }
        None => Err(Mistake::of_type(format!(
            "`{name}` of `{call}` is {}: write a list, `[a, b]`",
            kind(value)
        ))),
    }
}

/// Yes or no: 1 or 0.
pub struct Switch;

impl Kind for Switch {
    type Field = bool;

    fn read(_: &str, _: &str, value: &Value) -> Result<bool, Mistake> {
        Ok(matches!(value, Value::Datum(Datum { scalar: Scalar::Int(1), .. })))
    }
}

/// The token from `cache.lease`.
pub struct Lease;

impl Kind for Lease {
    type Field = i64;

    fn read(call: &str, _: &str, value: &Value) -> Result<i64, Mistake> {
        match value {
            Value::Datum(Datum { scalar: Scalar::Int(lease), .. }) => Ok(*lease),
            other => Err(Mistake::of_type(format!(
                "the lease of `{call}` is {}: check `lease is not None` first",
                kind(other)
            ))),
        }
    }
}

/// A token that identifies the owner of a lock.
pub struct Token;

impl Kind for Token {
    type Field = Scalar;

    fn read(call: &str, _: &str, value: &Value) -> Result<Scalar, Mistake> {
        match value {
            Value::Datum(Datum { scalar, .. }) if *scalar != Scalar::None => Ok(*scalar),
            other => Err(Mistake::of_type(format!(
                "the token of `{call}` is {}: give it what `cache.add` was given",
                kind(other)
            ))),
        }
    }
}

/// An item from `take`.
pub struct Item;

impl Kind for Item {
    type Field = Receipt;

    fn read(call: &str, _: &str, value: &Value) -> Result<Receipt, Mistake> {
        match value {
            Value::Composite(record)
                if let Composite::Item { id, attempts, .. } = record.as_ref() =>
            {
                Ok(Receipt { item: *id, attempt: *attempts })
            }
            other => Err(Mistake::of_type(format!(
                "`{call}` takes an item of `take`, and gets {}",
                kind(other)
            ))),
        }
    }
}

/// A number of items.
pub struct Count;

impl Kind for Count {
    type Field = u32;

    fn read(call: &str, _: &str, value: &Value) -> Result<u32, Mistake> {
        match *value {
            Value::Datum(Datum { scalar: Scalar::Int(n @ 1..=MOST_TAKEN), .. }) => Ok(n as u32),
            _ => Err(Mistake::of_value(format!(
                "`{call}` takes a whole number from 1 to {MOST_TAKEN}"
            ))),
        }
    }
}

/// A duration, zero or more.
pub struct Seconds;

impl Kind for Seconds {
    type Field = Micros;

    fn read(call: &str, name: &str, value: &Value) -> Result<Micros, Mistake> {
        seconds(call, name, value)
    }
}

/// A time to live: above zero, or `None` for ever.
pub struct Ttl;

impl Kind for Ttl {
    type Field = Option<Micros>;

    fn read(call: &str, name: &str, value: &Value) -> Result<Option<Micros>, Mistake> {
        if let Value::Datum(datum) = value
            && datum.is_none()
        {
            return Ok(None);
        }
        match seconds(call, name, value) {
            Ok(us) if us > 0 => Ok(Some(us)),
            _ => Err(Mistake::of_value(format!(
                "`{name}` of `{call}` takes seconds, from 0.000001 to a year, or None"
            ))),
        }
    }
}

/// A time to live that is not `None`.
pub struct Lifetime;

impl Kind for Lifetime {
    type Field = Micros;

    fn read(call: &str, name: &str, value: &Value) -> Result<Micros, Mistake> {
        Ttl::read(call, name, value)?
            .ok_or_else(|| Mistake::of_type(format!("`{call}` needs a {name}: write the seconds")))
    }
}

/// A text that names an entry, a row or a lock.
pub(super) fn key(call: &str, value: &Value) -> Result<Symbol, Mistake> {
    match value {
        Value::Datum(Datum { scalar: Scalar::Text(symbol), .. }) => Ok(*symbol),
        Value::Datum(Datum { scalar: Scalar::Int(_) | Scalar::Float(_), .. }) => {
            Err(Mistake::of_type(format!(
                "the key of `{call}` is a number, and keys are texts: write `str(…)`"
            )))
        }
        Value::Composite(_) => Err(Mistake::of_type(format!(
            "the key of `{call}` is {}, and keys are texts: write `.key`",
            kind(value)
        ))),
        other => Err(Mistake::of_type(format!(
            "the key of `{call}` is {}, and keys are texts",
            kind(other)
        ))),
    }
}

/// Checks that `read` returns a plain value.
///
/// # Errors
/// If it returns another kind of value.
pub fn answer(value: &Value) -> Result<(), Mistake> {
    let advice = match value {
        Value::Datum(_) => return Ok(()),
        Value::Composite(_) => "write `.value` behind it",
        Value::List(_) | Value::Tuple(_) => "return one of its values, `items[0]`",
    };
    Err(Mistake::of_type(format!(
        "`read` returns {}, and its client takes a plain value: {advice}",
        kind(value)
    )))
}

fn plain(call: &str, value: &Value) -> Result<Datum, Mistake> {
    match value {
        Value::Datum(datum) => Ok(*datum),
        Value::Composite(_) => {
            Err(Mistake::of_type(format!("`{call}` of {}: write `.value` behind it", kind(value))))
        }
        Value::List(_) | Value::Tuple(_) => {
            Err(Mistake::of_type(format!("`{call}` of a list: store its items one by one")))
        }
    }
}

/// A duration, zero or more.
pub(super) fn seconds(call: &str, name: &str, value: &Value) -> Result<Micros, Mistake> {
    let number = match value {
        Value::Datum(Datum { scalar: scalar @ (Scalar::Int(_) | Scalar::Float(_)), .. }) => {
            arith::number(*scalar).map(Number::as_f64)
        }
        _ => None,
    };
    number.and_then(time::from_seconds).ok_or_else(|| {
        Mistake::of_value(format!("`{name}` of `{call}` takes seconds, from 0 to a year"))
    })
}

/// The kind of a value, for people.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Datum(datum) => arith::kind(datum.scalar),
        Value::List(_) => "a list",
        Value::Tuple(_) => "a tuple",
        Value::Composite(record) => match record.as_ref() {
            Composite::Entry { .. } => "an entry",
            Composite::Row { .. } => "a row",
            Composite::Item { .. } => "an item",
        },
    }
}
