//! Numbers, as Python writes them.

use super::token::Token;

/// A number as Python reads it, or what is wrong with it.
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
        return digits.parse().map(Token::Int).map_err(|_| {
            (format!("`{text}` is too large"), "whole numbers go up to 9223372036854775807")
        });
    }
    let float_like = digits.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    match digits.parse::<f64>() {
        Ok(value) if float_like && value.is_finite() => Ok(Token::Float(value)),
        Ok(_) if float_like => Err((format!("`{text}` is too large"), "numbers go up to 1.7e308")),
        _ => Err(malformed()),
    }
}
