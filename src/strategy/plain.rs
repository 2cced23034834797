//! Plain values outside a run.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::dictionary::Json;
use super::value::{Names, Real, Scalar};

/// A value in a store.
///
/// A [`Scalar`] with its text, readable without [`Names`]. A dictionary is the text that Python
/// prints for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(
    not(target_arch = "wasm32"),
    schemars(rename = "Value", description = "A value in a store.")
)]
#[serde(untagged)]
pub enum PlainValue {
    None,
    Bool(bool),
    Int(i64),
    Float(#[cfg_attr(not(target_arch = "wasm32"), schemars(with = "f64"))] Real),
    Text(Arc<str>),
}

impl Scalar {
    /// The value with its text.
    pub fn plain(self, names: &Names) -> PlainValue {
        match self {
            Scalar::None => PlainValue::None,
            Scalar::Bool(value) => PlainValue::Bool(value),
            Scalar::Int(value) => PlainValue::Int(value),
            Scalar::Float(value) => PlainValue::Float(value),
            Scalar::Text(symbol) => PlainValue::Text(names.text(symbol)),
            Scalar::Dictionary(symbol) => {
                let mut shown = String::new();
                Json::read(&names.text(symbol)).unwrap_or(Json::Null).show(&mut shown);
                PlainValue::Text(shown.into())
            }
        }
    }
}

/// As Python prints it, texts without quotes.
impl fmt::Display for PlainValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlainValue::None => f.write_str("None"),
            PlainValue::Bool(true) => f.write_str("True"),
            PlainValue::Bool(false) => f.write_str("False"),
            PlainValue::Int(value) => value.fmt(f),
            PlainValue::Float(Real(value)) => f.write_str(&super::float::print_float(*value)),
            PlainValue::Text(text) => f.write_str(text),
        }
    }
}
