//! Names and values, as TLA+ writes them.

use super::TlaError;
use crate::strategy::value::{Names, Scalar};

/// A module name, made of a scenario's name.
pub fn module_name(of: &str) -> String {
    let name = identifier(of);
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() && name != "Stalemate" => name,
        _ => format!("Scenario{name}"),
    }
}

/// Letters, digits and underscores; any other character by its number.
pub fn identifier(of: &str) -> String {
    of.chars().fold(String::new(), |mut name, letter| {
        match letter {
            letter if letter.is_ascii_alphanumeric() || letter == '_' => name.push(letter),
            letter if letter.is_alphanumeric() => name += &format!("u{:x}", u32::from(letter)),
            _ => name.push('_'),
        }
        name
    })
}

/// A text in quotes.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// A value, and the write that made it.
pub fn value(scalar: Scalar, by: i64, names: &Names) -> Result<String, TlaError> {
    Ok(match scalar {
        Scalar::None => format!("<<\"none\", 0, {by}, 0, {{}}>>"),
        Scalar::Bool(value) => format!("<<\"bool\", {}, {by}, 0, {{}}>>", truth(value)),
        Scalar::Int(value) => match i32::try_from(value) {
            Ok(value) => format!("<<\"int\", {value}, {by}, 0, {{}}>>"),
            Err(_) => {
                return Err(TlaError::of(format!("the number {value}, of more than 32 bits,")));
            }
        },
        Scalar::Text(text) => format!("<<\"text\", {}, {by}, 0, {{}}>>", quoted(&names.text(text))),
        Scalar::Float(_) => return Err(TlaError::of("a float")),
        Scalar::Dictionary(_) => return Err(TlaError::of("a dictionary")),
    })
}

pub fn truth(value: bool) -> &'static str {
    if value { "TRUE" } else { "FALSE" }
}

/// A TLA+ set of names.
pub fn set(of: impl IntoIterator<Item = String>) -> String {
    format!("{{{}}}", of.into_iter().collect::<Vec<_>>().join(", "))
}

/// A TLA+ function from texts, given by its pairs.
pub fn function(of: impl IntoIterator<Item = (String, String)>) -> String {
    let pairs: Vec<String> = of.into_iter().map(|(from, to)| format!("{from} :> {to}")).collect();
    match pairs.is_empty() {
        true => "Empty".to_owned(),
        false => pairs.join(" @@ "),
    }
}
