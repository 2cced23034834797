//! Floats as texts.

use crate::decimal;

/// Digits and a power of ten as Python writes them: `1e+16`.
pub fn scientific(digits: &str, exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// A float as Python prints it: `1.0`, `1e+16`, `1e-05`, `inf`.
pub fn print_float(value: f64) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    // Rust and Python both find the fewest digits that read back the same. Halfway between
    // two such texts Python writes the even one, as rounding to so many digits does; they
    // also differ in when they write an exponent, and how
    let shortest = format!("{value:e}");
    let decimals = shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit);
    let rounded = format!("{value:.*e}", decimals.count() - 1);
    let digits = if decimal::float(&rounded) == Some(value) { rounded } else { shortest };
    let (digits, exponent) = digits.split_once('e').unwrap_or((&digits, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value != 0.0 && !(-4..16).contains(&exponent) {
        return scientific(digits, exponent);
    }
    let (sign, digits) = digits.split_at(usize::from(digits.starts_with('-')));
    let digits = digits.replace('.', "");
    match usize::try_from(exponent) {
        Err(_) => format!("{sign}0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1)),
        Ok(whole) if digits.len() <= whole + 1 => format!("{sign}{digits:0<0$}.0", whole + 1),
        Ok(whole) => format!("{sign}{}.{}", &digits[..=whole], &digits[whole + 1..]),
    }
}
