//! Values as servers keep them: JSON, so that a number and a text with the same digits differ, and
//! `INCRBY` works on whole numbers.

use crate::strategy::value::{Names, Real, Scalar};

/// A value as text.
pub(super) fn to_text(scalar: Scalar, names: &Names) -> String {
    match scalar {
        Scalar::None => "null".to_owned(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Float(Real(value)) => format!("{value:?}"),
        Scalar::Text(text) => serde_json::Value::from(&*names.text(text)).to_string(),
        Scalar::Dictionary(text) => names.text(text).to_string(),
    }
}

/// The value of a text from [`to_text`]; `None`: it is no such text, or the run has too many texts.
pub(super) fn from_text(text: &str, names: &mut Names) -> Option<Scalar> {
    Some(match text.as_bytes().first()? {
        b'"' => Scalar::Text(names.intern(&serde_json::from_str::<String>(text).ok()?)?),
        b'{' => Scalar::Dictionary(names.intern(text)?),
        _ => match text {
            "null" => Scalar::None,
            "true" => Scalar::Bool(true),
            "false" => Scalar::Bool(false),
            _ => match text.parse() {
                Ok(whole) => Scalar::Int(whole),
                Err(_) => Scalar::Float(Real(text.parse().ok()?)),
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_comes_back_and_none_is_mistaken_for_another() {
        let mut names = Names::default();
        let text = |text: &str, names: &mut Names| names.intern(text).expect("room");
        let five = text("5", &mut names);
        let quoted = text("say \"hi\"\n", &mut names);
        let dictionary = text("{\"a\":1}", &mut names);
        let all = [
            Scalar::None,
            Scalar::Bool(true),
            Scalar::Bool(false),
            Scalar::Int(5),
            Scalar::Int(i64::MIN),
            Scalar::Float(Real(5.0)),
            Scalar::Float(Real(-1e300)),
            Scalar::Float(Real(f64::INFINITY)),
            Scalar::Text(five),
            Scalar::Text(quoted),
            Scalar::Dictionary(dictionary),
        ];
        for scalar in all {
            let written = to_text(scalar, &names);
            assert!(!written.contains('\n'), "{written}");
            assert_eq!(from_text(&written, &mut names), Some(scalar), "{written}");
        }
    }
}
