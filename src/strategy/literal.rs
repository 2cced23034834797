//! Plain values in a document.

use serde::{Deserialize, Serialize};

use super::value::{Names, Real, Scalar};

/// A plain value in a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "is not a value; allowed: true, false, a number or a text")]
pub enum Literal {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

impl Literal {
    /// The value as the log shows it.
    pub fn words(&self) -> String {
        match self {
            Literal::Bool(true) => "True".to_owned(),
            Literal::Bool(false) => "False".to_owned(),
            Literal::Int(value) => value.to_string(),
            Literal::Float(value) => format!("{value:?}"),
            Literal::Text(value) => format!("\"{value}\""),
        }
    }

    /// The value in a run; `None`: it is a text, and the run knows too many.
    pub fn scalar(&self, names: &mut Names) -> Option<Scalar> {
        Some(match self {
            Literal::Bool(value) => Scalar::Bool(*value),
            Literal::Int(value) => Scalar::Int(*value),
            Literal::Float(value) => Scalar::Float(Real(*value)),
            Literal::Text(text) => Scalar::Text(names.intern(text)?),
        })
    }
}
