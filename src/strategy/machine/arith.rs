//! Arithmetic, comparison and printing, as in Python.
//!
//! Results that would differ from Python's (beyond 64 bits) are errors. Remainders come from
//! `libm`, powers and logarithms from `precise.rs`, so that every build gives the same bits.

use std::cmp::Ordering;

use super::precise;
use crate::strategy::error::{Mistake, MistakeKind};
use crate::strategy::syntax::ast::{Binary, Comparison};
use crate::strategy::value::{Datum, LONGEST_TEXT, Names, Real, Scalar, Symbol};

/// A number; truth values count as numbers, as in Python.
#[derive(Clone, Copy)]
pub enum Number {
    Int(i64),
    Float(f64),
}

/// The number of a value; `None` for `None` and texts.
pub fn number(value: Scalar) -> Option<Number> {
    match value {
        Scalar::Bool(value) => Some(Number::Int(value.into())),
        Scalar::Int(value) => Some(Number::Int(value)),
        Scalar::Float(Real(value)) => Some(Number::Float(value)),
        Scalar::None | Scalar::Text(_) | Scalar::Dictionary(_) => None,
    }
}

impl Number {
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Int(value) => value as f64,
            Number::Float(value) => value,
        }
    }
}

/// A float as a value; there is only one NaN, whatever the processor makes.
pub fn float(value: f64) -> Scalar {
    Scalar::Float(Real(if value.is_nan() { f64::NAN } else { value }))
}

pub fn too_large() -> Mistake {
    Mistake::of_bound("the number is too large: whole numbers go up to 9223372036854775807")
}

/// Sums and differences of whole numbers, the usual case; `None` leaves it to [`binary`].
#[inline(always)]
pub fn quick(operator: Binary, left: Scalar, right: Scalar) -> Option<i64> {
    match (operator, left, right) {
        (Binary::Add, Scalar::Int(a), Scalar::Int(b)) => a.checked_add(b),
        (Binary::Subtract, Scalar::Int(a), Scalar::Int(b)) => a.checked_sub(b),
        _ => None,
    }
}

/// `left operator right`
pub fn binary(
    operator: Binary,
    left: Scalar,
    right: Scalar,
    names: &mut Names,
) -> Result<Scalar, Mistake> {
    match (operator, left, right) {
        (Binary::Add, Scalar::Text(left), Scalar::Text(right)) => {
            return concatenate(left, right, names);
        }
        (Binary::Multiply, Scalar::Text(text), times)
        | (Binary::Multiply, times, Scalar::Text(text))
            if let Some(Number::Int(times)) = number(times) =>
        {
            return repeat(text, times, names);
        }
        (Binary::Modulo, Scalar::Text(left), _) => {
            let values = Datum::computed(right).into();
            let filled = super::text::percent(&names.text(left), &values, names)?;
            return text(&filled, names);
        }
        _ => {}
    }
    let (Some(a), Some(b)) = (number(left), number(right)) else {
        return Err(no_operator(operator, left, right));
    };
    let zero = match b {
        Number::Int(b) => b == 0,
        Number::Float(b) => b == 0.0,
    };
    if zero && matches!(operator, Binary::Divide | Binary::FloorDivide | Binary::Modulo) {
        return Err(Mistake::new(
            MistakeKind::ZeroDivision,
            "division by zero: check for it with `if`",
        ));
    }
    if operator == Binary::Power {
        return power(a, b);
    }
    if let (Number::Int(a), Number::Int(b)) = (a, b) {
        return integers(operator, a, b);
    }
    let (a, b) = (a.as_f64(), b.as_f64());
    Ok(float(match operator {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        Binary::Divide => a / b,
        Binary::FloorDivide => floor_divide(a, b).0,
        Binary::Modulo => floor_divide(a, b).1,
        Binary::Power => precise::pow(a, b),
    }))
}

fn integers(operator: Binary, a: i64, b: i64) -> Result<Scalar, Mistake> {
    let result = match operator {
        Binary::Add => a.checked_add(b),
        Binary::Subtract => a.checked_sub(b),
        Binary::Multiply => a.checked_mul(b),
        Binary::Divide => return Ok(float(quotient(a, b))),
        // rounds down, also below zero
        Binary::FloorDivide => a.checked_div_euclid(b).and_then(|quotient| {
            if b < 0 && a.rem_euclid(b) != 0 { quotient.checked_sub(1) } else { Some(quotient) }
        }),
        Binary::Power => return power(Number::Int(a), Number::Int(b)),
        // has the sign of the divisor
        Binary::Modulo => a
            .checked_rem(b)
            .or(Some(0))
            .map(|rest| if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest }),
    };
    result.map(Scalar::Int).ok_or_else(too_large)
}

/// `base ** exponent`
fn power(base: Number, exponent: Number) -> Result<Scalar, Mistake> {
    if let (Number::Int(base), Number::Int(exponent @ 0..)) = (base, exponent) {
        let small = match base {
            -1..=1 => exponent.min(2 + exponent % 2),
            _ => exponent,
        };
        let result = u32::try_from(small).ok().and_then(|small| base.checked_pow(small));
        return result.map(Scalar::Int).ok_or_else(too_large);
    }
    let (base, exponent) = (base.as_f64(), exponent.as_f64());
    if base == 0.0 && exponent < 0.0 {
        let message = "0 to a power below 0: check for it with `if`";
        return Err(Mistake::new(MistakeKind::ZeroDivision, message));
    }
    if base < 0.0 && base.is_finite() && exponent.is_finite() && libm::trunc(exponent) != exponent {
        return Err(Mistake::of_bound("a root of a number below 0 is no real number"));
    }
    let result = precise::pow(base, exponent);
    if result.is_infinite() && base.is_finite() && exponent.is_finite() {
        return Err(Mistake::new(MistakeKind::Overflow, "the result of `**` is too large"));
    }
    Ok(float(result))
}

/// A text repeated `times` times.
fn repeat(symbol: Symbol, times: i64, names: &mut Names) -> Result<Scalar, Mistake> {
    let one = names.text(symbol);
    let times = usize::try_from(times).unwrap_or(0);
    if one.len().saturating_mul(times) > LONGEST_TEXT {
        return Err(Mistake::of_bound(format!(
            "the text is too long: texts have at most {LONGEST_TEXT} bytes"
        )));
    }
    text(&one.repeat(times), names)
}

/// A float rounded towards zero, if that is a whole number of 64 bits.
pub fn whole(value: f64) -> Option<i64> {
    let whole = libm::trunc(value);
    // both ends are exact as floats
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole);
    fits.then_some(whole as i64)
}

/// The float nearest to `a / b`, even if `a` or `b` is not exactly a float.
fn quotient(a: i64, b: i64) -> f64 {
    let (numerator, denominator) = (u128::from(a.unsigned_abs()), u128::from(b.unsigned_abs()));
    if numerator == 0 {
        return 0.0 / b as f64;
    }
    // at least 64 bits of the quotient, the last of which says whether there are more
    let shift = numerator.leading_zeros();
    let shifted = numerator << shift;
    let inexact = shifted % denominator != 0;
    let bits = (shifted / denominator) | u128::from(inexact);
    let size = libm::scalbn(bits as f64, -(shift as i32));
    if (a < 0) == (b < 0) { size } else { -size }
}

/// Quotient and remainder as in CPython's `float_divmod`.
fn floor_divide(a: f64, b: f64) -> (f64, f64) {
    let mut rest = libm::fmod(a, b);
    let mut quotient = (a - rest) / b;
    if rest != 0.0 {
        if (b < 0.0) != (rest < 0.0) {
            rest += b;
            quotient -= 1.0;
        }
    } else {
        rest = libm::copysign(0.0, b);
    }
    let whole = if quotient != 0.0 {
        let floor = libm::floor(quotient);
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    } else {
        libm::copysign(0.0, a / b)
    };
    (whole, rest)
}

fn concatenate(left: Symbol, right: Symbol, names: &mut Names) -> Result<Scalar, Mistake> {
    let (left, right) = (names.text(left), names.text(right));
    if left.len() + right.len() > LONGEST_TEXT {
        return Err(Mistake::of_bound(format!(
            "the text is too long: texts have at most {LONGEST_TEXT} bytes"
        )));
    }
    text(&[left.as_ref(), right.as_ref()].concat(), names)
}

/// A text as a value.
pub fn text(text: &str, names: &mut Names) -> Result<Scalar, Mistake> {
    if text.len() > LONGEST_TEXT {
        return Err(Mistake::of_bound(format!(
            "the text is too long: texts have at most {LONGEST_TEXT} bytes"
        )));
    }
    names.intern(text).map(Scalar::Text).ok_or_else(too_many_texts)
}

pub fn too_many_texts() -> Mistake {
    Mistake::of_bound(
        "too many different texts: do not glue what always changes (a time, a counter) to a key",
    )
}

fn no_operator(operator: Binary, left: Scalar, right: Scalar) -> Mistake {
    let sign = operator.sign();
    let (a, b) = (kind(left), kind(right));
    if left == Scalar::None || right == Scalar::None {
        return Mistake::of_type(format!("`{sign}` of {a} and {b}: check `is not None` first"));
    }
    if operator == Binary::Add {
        return Mistake::of_type(format!(
            "`+` of {a} and {b}: write `str(…)` to make a text of a number"
        ));
    }
    Mistake::of_type(format!("`{sign}` of {a} and {b}: it takes numbers"))
}

/// `-value`
pub fn negate(value: Scalar) -> Result<Scalar, Mistake> {
    match number(value) {
        Some(Number::Int(value)) => value.checked_neg().map(Scalar::Int).ok_or_else(too_large),
        Some(Number::Float(value)) => Ok(float(-value)),
        None => Err(Mistake::of_type(format!("`-` of {}: it takes a number", kind(value)))),
    }
}

/// The kind of a value, for people.
pub fn kind(value: Scalar) -> &'static str {
    match value {
        Scalar::None => "None",
        Scalar::Bool(_) => "a truth value",
        Scalar::Int(_) | Scalar::Float(_) => "a number",
        Scalar::Text(_) => "a text",
        Scalar::Dictionary(_) => "a dictionary",
    }
}

/// Whether `if` takes the value as true: not None, not False, not zero, not empty.
pub fn truthy(value: Scalar, names: &Names) -> bool {
    match value {
        Scalar::None => false,
        Scalar::Bool(value) => value,
        Scalar::Int(value) => value != 0,
        Scalar::Float(Real(value)) => value != 0.0,
        Scalar::Text(symbol) => !names.text(symbol).is_empty(),
        Scalar::Dictionary(symbol) => &*names.text(symbol) != "{}",
    }
}

/// `==`, across the kinds of numbers too: `1 == 1.0 == True`; dictionaries are equal only if their
/// texts are.
pub fn equal(left: Scalar, right: Scalar) -> bool {
    match (number(left), number(right)) {
        (Some(Number::Int(a)), Some(Number::Int(b))) => a == b,
        (Some(a), Some(b)) => order_numbers(a, b) == Some(Ordering::Equal),
        _ => left == right,
    }
}

/// `<`, `<=`, `>` or `>=`
pub fn compare(
    comparison: Comparison,
    left: Scalar,
    right: Scalar,
    names: &Names,
) -> Result<bool, Mistake> {
    let order = match (left, right) {
        (Scalar::Text(a), Scalar::Text(b)) => Some(names.text(a).cmp(&names.text(b))),
        _ => match (number(left), number(right)) {
            (Some(a), Some(b)) => order_numbers(a, b),
            _ => {
                let hint = if left == Scalar::None || right == Scalar::None {
                    "check `is not None` first"
                } else {
                    "only numbers with numbers and texts with texts have an order"
                };
                return Err(Mistake::of_type(format!(
                    "comparing {} with {}: {hint}",
                    kind(left),
                    kind(right)
                )));
            }
        },
    };
    Ok(order.is_some_and(|order| match comparison {
        Comparison::Less => order.is_lt(),
        Comparison::LessEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        _ => order.is_ge(),
    }))
}

/// By value, without rounding a whole number to a float.
pub fn order_numbers(a: Number, b: Number) -> Option<Ordering> {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => Some(a.cmp(&b)),
        (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b),
        (Number::Int(a), Number::Float(b)) => order_mixed(a, b),
        (Number::Float(a), Number::Int(b)) => order_mixed(b, a).map(Ordering::reverse),
    }
}

fn order_mixed(a: i64, b: f64) -> Option<Ordering> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if b.is_nan() {
        return None;
    }
    if b >= LIMIT {
        return Some(Ordering::Less);
    }
    if b < -LIMIT {
        return Some(Ordering::Greater);
    }
    let whole = libm::trunc(b);
    Some(a.cmp(&(whole as i64)).then_with(|| whole.total_cmp(&b)))
}

/// `str(value)`
pub fn print(value: Scalar, names: &Names) -> String {
    value.display(names)
}
