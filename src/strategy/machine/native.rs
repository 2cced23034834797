//! Functions that call no store: `now`, `random`, `str`, `min`, `math.log`.

use super::arith::{self, Number};
use super::operators::{fields, truthy};
use super::{Host, precise, text};
use crate::decimal;
use crate::strategy::argument;
use crate::strategy::dictionary::Json;
use crate::strategy::error::{Mistake, MistakeKind};
use crate::strategy::float::print_float;
use crate::strategy::syntax::ast::Comparison;
use crate::strategy::value::{Datum, Names, Real, Scalar, Value};
use crate::time;
use crate::vocabulary::Native;

/// Runs a function. Conversions keep the origin of what they convert; other results have none.
pub fn run(native: Native, given: &[Value], host: &mut impl Host) -> Result<Value, Mistake> {
    let computed = match native {
        Native::Now => arith::float(time::to_seconds(host.now_us())),
        Native::Random => {
            let (low, high) = match given {
                [low, high] => (real("random", low)?, real("random", high)?),
                _ => (0.0, 1.0),
            };
            arith::float(low + (high - low) * host.random())
        }
        Native::Log => {
            let mut line = String::new();
            for (index, value) in given.iter().enumerate() {
                if index > 0 {
                    line.push(' ');
                }
                text::show_short(value, host.names(), &mut line);
            }
            match arith::text(&line, host.names_mut())? {
                Scalar::Text(symbol) => host.log(symbol),
                other => unreachable!("{other:?} is no text"),
            }
            Scalar::None
        }
        Native::RandomInt => {
            let [low, high] = [whole(native, &given[0])?, whole(native, &given[1])?];
            if low > high {
                return Err(Mistake::of_value(format!("`random.randint` from {low} to {high}")));
            }
            let count = (i128::from(high) - i128::from(low) + 1) as f64;
            let drawn = i128::from(low) + (host.random() * count) as i128;
            Scalar::Int(drawn.min(i128::from(high)) as i64)
        }
        Native::Len => match &given[0] {
            Value::List(list) | Value::Tuple(list) => Scalar::Int(list.len() as i64),
            Value::Datum(Datum { scalar: Scalar::Dictionary(symbol), .. }) => {
                Scalar::Int(fields(*symbol, host.names()).len() as i64)
            }
            Value::Datum(Datum { scalar: Scalar::Text(symbol), .. }) => {
                Scalar::Int(host.names().text(*symbol).chars().count() as i64)
            }
            other => {
                return Err(Mistake::of_type(format!(
                    "`len` takes a list or a text, and gets {}",
                    argument::kind(other)
                )));
            }
        },
        Native::MathLog => {
            let x = real("math.log", &given[0])?;
            if x <= 0.0 {
                return Err(Mistake::of_value("`math.log` takes a number above 0"));
            }
            arith::float(precise::log(x))
        }
        Native::MathExp => finite("math.exp", real("math.exp", &given[0])?)?,
        Native::MathSqrt => {
            let x = real("math.sqrt", &given[0])?;
            if x < 0.0 {
                return Err(Mistake::of_value("`math.sqrt` takes a number of at least 0"));
            }
            arith::float(libm::sqrt(x))
        }
        Native::Bool => Scalar::Bool(truthy(&given[0], host.names())),
        Native::Str | Native::Repr | Native::Format | Native::JsonDumps => {
            return written(native, given, host.names_mut());
        }
        Native::JsonLoads => return loaded(&given[0], host.names_mut()),
        Native::Round => return rounded(given),
        Native::Int | Native::Float | Native::Abs => {
            let datum = plain(native, &given[0])?;
            let scalar = match native {
                Native::Int => to_int(datum.scalar, host.names())?,
                Native::Float => to_float(datum.scalar, host.names())?,
                _ => absolute(datum.scalar)?,
            };
            return Ok(Datum { scalar, ..datum }.into());
        }
        Native::MathFloor | Native::MathCeil => {
            let scalar = match plain(native, &given[0])?.scalar {
                Scalar::Float(Real(x)) if native == Native::MathFloor => {
                    arith::float(libm::floor(x))
                }
                Scalar::Float(Real(x)) => arith::float(libm::ceil(x)),
                scalar @ (Scalar::Int(_) | Scalar::Bool(_)) => scalar,
                other => {
                    return Err(Mistake::of_type(format!(
                        "it takes a number, and gets {}",
                        arith::kind(other)
                    )));
                }
            };
            to_int(scalar, host.names())?
        }
        Native::Min | Native::Max => match given {
            [Value::List(list) | Value::Tuple(list)] if list.is_empty() => {
                return Err(Mistake::of_value(format!("`{}` of an empty list", native.name())));
            }
            [Value::List(list) | Value::Tuple(list)] => return extreme(native, list, host.names()),
            [one] => {
                return Err(Mistake::of_type(format!(
                    "`{}` of {} alone: write `{0}(a, b)`, or give it a list",
                    native.name(),
                    argument::kind(one)
                )));
            }
            _ => return extreme(native, given, host.names()),
        },
    };
    Ok(Datum::computed(computed).into())
}

/// The smallest or largest; of equal ones the first, as in Python.
fn extreme(native: Native, given: &[Value], names: &Names) -> Result<Value, Mistake> {
    let wanted = if native == Native::Min { Comparison::Less } else { Comparison::Greater };
    let mut best = plain(native, &given[0])?;
    for value in &given[1..] {
        let datum = plain(native, value)?;
        if arith::compare(wanted, datum.scalar, best.scalar, names)? {
            best = datum;
        }
    }
    Ok(best.into())
}

/// A value's text, with the same origin.
fn written(native: Native, given: &[Value], names: &mut Names) -> Result<Value, Mistake> {
    let (value, mut out) = (&given[0], String::new());
    let of = match value {
        Value::Datum(datum) => *datum,
        Value::List(list) | Value::Tuple(list) => names.united(list.iter()),
        Value::Composite(_) => Datum::NONE,
    };
    match native {
        Native::Str => text::show(value, names, &mut out),
        Native::Repr => text::repr(value, names, &mut out),
        Native::JsonDumps => out = Json::of(value, names)?.to_string(),
        _ => {
            let spec = match given.get(1) {
                None => "".into(),
                Some(Value::Datum(Datum { scalar: Scalar::Text(spec), .. })) => names.text(*spec),
                Some(other) => {
                    return Err(Mistake::of_type(format!(
                        "`format` takes a text behind the value, and gets {}",
                        argument::kind(other)
                    )));
                }
            };
            out = super::format::format(value, &spec, names)?;
        }
    }
    Ok(Datum { scalar: arith::text(&out, names)?, ..of }.into())
}

/// `json.loads(text)`
fn loaded(value: &Value, names: &mut Names) -> Result<Value, Mistake> {
    let Value::Datum(datum @ Datum { scalar: Scalar::Text(symbol), .. }) = value else {
        return Err(Mistake::of_type(format!(
            "`json.loads` takes a text, and gets {}",
            argument::kind(value)
        )));
    };
    let text = names.text(*symbol);
    let read = Json::read(&text).ok_or_else(|| {
        Mistake::of_value(format!("`json.loads` of the text {text:?}, which is no JSON"))
    })?;
    read.value(*datum, names)
}

/// `round(number)`: to the nearest whole number, or to a number of decimals; halves to even.
fn rounded(given: &[Value]) -> Result<Value, Mistake> {
    let datum = plain(Native::Round, &given[0])?;
    let Some(number) = arith::number(datum.scalar) else {
        return Err(Mistake::of_type(format!(
            "`round` takes numbers, and gets {}",
            arith::kind(datum.scalar)
        )));
    };
    let decimals = match given.get(1) {
        None | Some(Value::Datum(Datum { scalar: Scalar::None, .. })) => None,
        Some(decimals) => Some(whole(Native::Round, decimals)?),
    };
    let scalar = match (number, decimals) {
        (Number::Int(value), None | Some(0..)) => Scalar::Int(value),
        (Number::Int(value), Some(decimals)) => {
            let unit = 10i128.checked_pow(u32::try_from(-decimals).unwrap_or(u32::MAX));
            let rounded = unit.filter(|unit| *unit < i128::MAX / 4).map_or(0, |unit| {
                let rest = i128::from(value).rem_euclid(unit);
                let below = i128::from(value) - rest;
                let is_up = 2 * rest > unit || 2 * rest == unit && (below / unit) % 2 != 0;
                if is_up { below + unit } else { below }
            });
            Scalar::Int(i64::try_from(rounded).map_err(|_| arith::too_large())?)
        }
        (Number::Float(value), None) => {
            let even = libm::rint(value);
            Scalar::Int(arith::whole(even).ok_or_else(|| {
                Mistake::of_bound(format!("`round` of {}: too large", print_float(value)))
            })?)
        }
        (Number::Float(value), Some(decimals)) if value.is_finite() && decimals > -309 => {
            let decimals = decimals.min(400);
            let rounded = match usize::try_from(decimals) {
                Ok(decimals) => format!("{value:.decimals$}"),
                // as many digits as are left of the place that it is rounded to
                Err(_) => {
                    let digits = format!("{value:e}");
                    let power = digits.split_once('e').and_then(|(_, power)| power.parse().ok());
                    match power.unwrap_or(0i64) + decimals {
                        kept @ 0.. => format!("{value:.*e}", kept as usize),
                        -1 => {
                            let unit = libm::pow(10.0, -decimals as f64);
                            (libm::rint(value / unit) * unit).to_string()
                        }
                        _ => (0.0 * value).to_string(),
                    }
                }
            };
            arith::float(decimal::float(&rounded).unwrap_or(value))
        }
        (Number::Float(value), Some(decimals)) => {
            arith::float(if value.is_finite() && decimals < 0 { 0.0 * value } else { value })
        }
    };
    Ok(Datum { scalar, ..datum }.into())
}

/// A whole number.
fn whole(native: Native, value: &Value) -> Result<i64, Mistake> {
    match value {
        Value::Datum(Datum { scalar: Scalar::Int(value), .. }) => Ok(*value),
        Value::Datum(Datum { scalar: Scalar::Bool(value), .. }) => Ok(i64::from(*value)),
        other => Err(Mistake::of_type(format!(
            "`{}` takes whole numbers, and gets {}",
            native.name(),
            argument::kind(other)
        ))),
    }
}

fn plain(native: Native, value: &Value) -> Result<Datum, Mistake> {
    match value {
        Value::Datum(datum) => Ok(*datum),
        other => Err(Mistake::of_type(format!(
            "`{}` takes plain values, and gets {}",
            native.name(),
            argument::kind(other)
        ))),
    }
}

fn real(of: &str, value: &Value) -> Result<f64, Mistake> {
    match value {
        Value::Datum(datum) => arith::number(datum.scalar).map(Number::as_f64),
        _ => None,
    }
    .ok_or_else(|| {
        Mistake::of_type(format!("`{of}` takes numbers, and gets {}", argument::kind(value)))
    })
}

/// `math.exp` of a number
fn finite(of: &str, x: f64) -> Result<Scalar, Mistake> {
    let value = precise::exp(x);
    if value.is_infinite() && x.is_finite() {
        return Err(Mistake::new(
            MistakeKind::Overflow,
            format!("the result of `{of}` is too large"),
        ));
    }
    Ok(arith::float(value))
}

fn absolute(value: Scalar) -> Result<Scalar, Mistake> {
    match arith::number(value) {
        Some(Number::Int(value)) => value
            .checked_abs()
            .map(Scalar::Int)
            .ok_or_else(|| Mistake::of_bound("the result of `abs` is too large")),
        Some(Number::Float(value)) => Ok(arith::float(libm::fabs(value))),
        None => {
            Err(Mistake::of_type(format!("`abs` takes a number, and gets {}", arith::kind(value))))
        }
    }
}

/// `int(value)`: towards zero; a text must be a whole number.
fn to_int(value: Scalar, names: &Names) -> Result<Scalar, Mistake> {
    match value {
        Scalar::Bool(value) => Ok(Scalar::Int(value.into())),
        Scalar::Int(_) => Ok(value),
        Scalar::Float(Real(value)) => arith::whole(value).map(Scalar::Int).ok_or_else(|| {
            let message = format!("`int` of {}: too large for a whole number", print_float(value));
            Mistake::of_bound(message)
        }),
        Scalar::Text(symbol) => {
            let text = names.text(symbol);
            plain_digits(text.trim()).parse().map(Scalar::Int).map_err(|_| {
                let message = format!("`int` of the text {text:?}, which is not a whole number");
                Mistake::of_value(message)
            })
        }
        Scalar::None | Scalar::Dictionary(_) => {
            let kind = arith::kind(value);
            Err(Mistake::of_type(format!("`int` of {kind}: check `is not None` first")))
        }
    }
}

/// The text of a number without the `_` that Python allows between digits.
fn plain_digits(text: &str) -> String {
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_digit)
    };
    let mut plain = String::new();
    for (at, c) in text.char_indices() {
        if c != '_' || !is_digit(at.checked_sub(1)) || !is_digit(Some(at + 1)) {
            plain.push(c);
        }
    }
    plain
}

/// `float(value)`; a text must be a plain number.
fn to_float(value: Scalar, names: &Names) -> Result<Scalar, Mistake> {
    if let Some(number) = arith::number(value) {
        return Ok(arith::float(number.as_f64()));
    }
    let Scalar::Text(symbol) = value else {
        let kind = arith::kind(value);
        return Err(Mistake::of_type(format!("`float` of {kind}: check `is not None` first")));
    };
    let text = names.text(symbol);
    match decimal::float(&plain_digits(text.trim())) {
        Some(number) => Ok(arith::float(number)),
        None => {
            Err(Mistake::of_value(format!("`float` of the text {text:?}, which is not a number")))
        }
    }
}
