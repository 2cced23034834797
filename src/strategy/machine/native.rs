//! Functions that ask no store: `now`, `random`, `str`, `min`, `math.log`.

use super::Host;
use super::arith::{self, Number};
use crate::strategy::argument;
use crate::strategy::error::{Mistake, MistakeKind};
use crate::strategy::float::print_float;
use crate::strategy::syntax::ast::Comparison;
use crate::strategy::value::{Composite, Datum, LONGEST_TEXT, Names, Real, Scalar, Value};
use crate::time;
use crate::vocabulary::Native;

/// Runs one. Conversions keep the origin of what they convert; the other
/// results are made by nobody.
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
            write(&given[0], host.names(), &mut line);
            match arith::text(&line, host.names_mut())? {
                Scalar::Text(symbol) => host.log(symbol),
                other => unreachable!("{other:?} is no text"),
            }
            Scalar::None
        }
        Native::Len => match &given[0] {
            Value::List(list) => Scalar::Int(list.len() as i64),
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
            arith::float(libm::log(x))
        }
        Native::MathExp => finite("math.exp", libm::exp(real("math.exp", &given[0])?))?,
        Native::MathSqrt => {
            let x = real("math.sqrt", &given[0])?;
            if x < 0.0 {
                return Err(Mistake::of_value("`math.sqrt` takes a number of at least 0"));
            }
            arith::float(libm::sqrt(x))
        }
        Native::Str | Native::Int | Native::Float | Native::Abs => {
            let datum = plain(native, &given[0])?;
            let scalar = match native {
                Native::Str => match datum.scalar {
                    Scalar::Text(_) => datum.scalar,
                    scalar => {
                        let text = arith::print(scalar, host.names());
                        arith::text(&text, host.names_mut())?
                    }
                },
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
        Native::Min | Native::Max => return extreme(native, given, host.names()),
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

fn finite(of: &str, value: f64) -> Result<Scalar, Mistake> {
    if value.is_infinite() {
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
        Scalar::Float(Real(value)) => {
            let whole = libm::trunc(value);
            // both ends are exact as floats
            if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
                Ok(Scalar::Int(whole as i64))
            } else {
                Err(Mistake::of_bound(format!(
                    "`int` of {}: too large for a whole number",
                    print_float(value)
                )))
            }
        }
        Scalar::Text(symbol) => {
            let text = names.text(symbol);
            text.trim().parse().map(Scalar::Int).map_err(|_| {
                let message = format!("`int` of the text {text:?}, which is not a whole number");
                Mistake::of_value(message)
            })
        }
        Scalar::None => Err(Mistake::of_type("`int` of None: check `is not None` first")),
    }
}

/// `float(value)`; a text must be a plain number.
fn to_float(value: Scalar, names: &Names) -> Result<Scalar, Mistake> {
    if let Some(number) = arith::number(value) {
        return Ok(arith::float(number.as_f64()));
    }
    let Scalar::Text(symbol) = value else {
        return Err(Mistake::of_type("`float` of None: check `is not None` first"));
    };
    let text = names.text(symbol);
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(arith::float(number)),
        _ => Err(Mistake::of_value(format!("`float` of the text {text:?}, which is not a number"))),
    }
}

/// A value as `log` shows it; the end of a long list is left out.
fn write(value: &Value, names: &Names, line: &mut String) {
    let pair = |line: &mut String, name: &str, datum: Datum| {
        line.push_str(name);
        line.push_str(&arith::print(datum.scalar, names));
    };
    match value {
        Value::Datum(datum) => line.push_str(&arith::print(datum.scalar, names)),
        Value::List(list) => {
            line.push('[');
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    line.push_str(", ");
                }
                if line.len() > LONGEST_TEXT / 2 {
                    line.push('…');
                    break;
                }
                write(item, names, line);
            }
            line.push(']');
        }
        Value::Composite(record) => match record.as_ref() {
            Composite::Entry { value, .. } => pair(line, "entry ", *value),
            Composite::Row { value, version } => {
                pair(line, "row ", *value);
                line.push_str(&format!(" version {version}"));
            }
            Composite::Item { key, value, .. } => {
                line.push_str(&format!("item {} ", names.text(*key)));
                pair(line, "", *value);
            }
        },
    }
}
