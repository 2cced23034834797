//! Number literals, as in Python.

use super::token::Token;
use crate::decimal;

/// One more than the largest whole number: only with `-` before it is it a number.
pub const TOO_LARGE_BY_ONE: u64 = 1 << 63;

/// A whole number from valid digits.
fn whole(text: &str, digits: &str, base: u32) -> Result<Token, (String, &'static str)> {
    match u64::from_str_radix(digits, base) {
        Ok(value @ ..=TOO_LARGE_BY_ONE) => Ok(Token::Int(value)),
        _ => Err(too_large(text)),
    }
}

/// The error for a whole number of more than 64 bits.
pub fn too_large(text: &str) -> (String, &'static str) {
    (format!("`{text}` is too large"), "whole numbers go up to 9223372036854775807")
}

/// Parses a number as Python does, or says what is wrong with it.
pub fn parse_number(text: &str) -> Result<Token, (String, &'static str)> {
    let digits = text.replace('_', "");
    let bad_underscore = text.starts_with('_')
        || text.ends_with('_')
        || text.contains("__")
        || text.contains("_.")
        || text.contains("._")
        || text.contains("_e")
        || text.contains("e_");
    let malformed = || (format!("`{text}` is not a number"), "write a number like 60, 0.5 or 1e6");
    if bad_underscore {
        return Err(malformed());
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        if digits.len() > 1 && digits.starts_with('0') && digits.bytes().any(|b| b != b'0') {
            return Err((
                format!("`{text}` begins with a zero"),
                "leave the zero out, as in Python",
            ));
        }
        return whole(text, &digits, 10);
    }
    let based = digits.get(..2).and_then(|prefix| match prefix {
        "0x" | "0X" => Some(16),
        "0o" | "0O" => Some(8),
        "0b" | "0B" => Some(2),
        _ => None,
    });
    if let Some(base) = based {
        if digits.len() == 2 || !digits[2..].chars().all(|c| c.is_digit(base)) {
            return Err(malformed());
        }
        return whole(text, &digits[2..], base);
    }
    let float_like = digits.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    match decimal::float(&digits) {
        Some(value) if float_like && value.is_finite() => Ok(Token::Float(value)),
        Some(_) if float_like => {
            Err((format!("`{text}` is too large"), "numbers go up to 1.7e308"))
        }
        _ => Err(malformed()),
    }
}
