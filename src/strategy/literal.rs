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
    /// Reads a value as a person writes it on a command line: what is neither a truth value
    /// nor a number is a text.
    pub fn read(text: &str) -> Literal {
        match text {
            "True" | "true" => Literal::Bool(true),
            "False" | "false" => Literal::Bool(false),
            _ => {
                let whole = || text.parse().ok().map(Literal::Int);
                let number = || text.parse().ok().filter(|it: &f64| it.is_finite());
                let number = || number().map(Literal::Float);
                whole().or_else(number).unwrap_or_else(|| Literal::Text(text.to_owned()))
            }
        }
    }

    /// The value as [`read`](Literal::read) reads it.
    pub fn plain(&self) -> String {
        match self {
            Literal::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
            Literal::Int(value) => value.to_string(),
            Literal::Float(value) => value.to_string(),
            Literal::Text(value) => value.clone(),
        }
    }

    /// The number that it is, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Literal::Int(value) => Some(*value as f64),
            Literal::Float(value) => Some(*value),
            Literal::Bool(_) | Literal::Text(_) => None,
        }
    }

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
