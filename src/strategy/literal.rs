//! Plain values in documents.

use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::value::{Names, Real, Scalar};
use crate::decimal;

/// A plain value in a scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Literal {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

/// Parsed by hand: serde's own implementation for such enums first makes a copy, and then does not
/// know the position in the text.
impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Literal, D::Error> {
        from.deserialize_any(GivenVisitor(|given| match given {
            Given::Literal(value) => Ok(value),
            _ => Err("is not a value; allowed: true, false, a number or a text"),
        }))
    }
}

/// What a document has where a plain value is expected.
pub enum Given {
    Null,
    Literal(Literal),
    /// An object or a list.
    Nested,
}

/// Converts a plain value, or says what is wrong with it.
pub struct GivenVisitor<T>(pub fn(Given) -> Result<T, &'static str>);

impl<T> GivenVisitor<T> {
    fn make<E: Error>(self, given: Given) -> Result<T, E> {
        (self.0)(given).map_err(E::custom)
    }
}

impl<'de, T> Visitor<'de> for GivenVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        self.make(Given::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        self.make(Given::Literal(Literal::Bool(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        self.make(Given::Literal(Literal::Int(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        let literal = i64::try_from(value).map_or(Literal::Float(value as f64), Literal::Int);
        self.make(Given::Literal(literal))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        self.make(Given::Literal(Literal::Float(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        self.make(Given::Literal(Literal::Text(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<T, A::Error> {
        self.make(Given::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<T, A::Error> {
        self.make(Given::Nested)
    }
}

impl Literal {
    /// Parses a value from a command line: anything but a truth value or a number is a text.
    pub fn read(text: &str) -> Literal {
        match text {
            "True" | "true" => Literal::Bool(true),
            "False" | "false" => Literal::Bool(false),
            _ => {
                let whole = || text.parse().ok().map(Literal::Int);
                let number = || decimal::float(text).filter(|it| it.is_finite());
                let number = || number().map(Literal::Float);
                whole().or_else(number).unwrap_or_else(|| Literal::Text(text.to_owned()))
            }
        }
    }

    /// The value in the form that [`read`](Literal::read) parses.
    pub fn plain(&self) -> String {
        match self {
            Literal::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
            Literal::Int(value) => value.to_string(),
            Literal::Float(value) => value.to_string(),
            Literal::Text(value) => value.clone(),
        }
    }

    /// The value as a number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Literal::Int(value) => Some(*value as f64),
            Literal::Float(value) => Some(*value),
            Literal::Bool(_) | Literal::Text(_) => None,
        }
    }

    /// The value as text, for the log.
    pub fn words(&self) -> String {
        match self {
            Literal::Bool(true) => "True".to_owned(),
            Literal::Bool(false) => "False".to_owned(),
            Literal::Int(value) => value.to_string(),
            Literal::Float(value) => format!("{value:?}"),
            Literal::Text(value) => format!("\"{value}\""),
        }
    }

    /// The value in a run; `None`: it is a text, and the run has too many texts.
    pub fn scalar(&self, names: &mut Names) -> Option<Scalar> {
        Some(match self {
            Literal::Bool(value) => Scalar::Bool(*value),
            Literal::Int(value) => Scalar::Int(*value),
            Literal::Float(value) => Scalar::Float(Real(*value)),
            Literal::Text(text) => Scalar::Text(names.intern(text)?),
        })
    }
}
