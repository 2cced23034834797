//! Values that a client cannot tell apart.

use crate::strategy::value::{Names, Real, Scalar};

/// Whether two values are equal, perhaps after conversion from number to text.
#[inline]
pub(super) fn is_same(a: Scalar, b: Scalar, names: &Names) -> bool {
    match (a, b) {
        (Scalar::Int(a), Scalar::Int(b)) => a == b,
        _ => is_like(a, b, names),
    }
}

fn is_like(a: Scalar, b: Scalar, names: &Names) -> bool {
    let number = |scalar| match scalar {
        Scalar::Bool(value) => Some(f64::from(u8::from(value))),
        Scalar::Int(value) => Some(value as f64),
        Scalar::Float(Real(value)) => Some(value),
        Scalar::None | Scalar::Text(_) | Scalar::Dictionary(_) => None,
    };
    match (a, b) {
        _ if a == b => true,
        (Scalar::None, _) | (_, Scalar::None) => false,
        // a dictionary and the JSON of it
        (Scalar::Text(a), Scalar::Dictionary(b)) | (Scalar::Dictionary(a), Scalar::Text(b)) => {
            a == b
        }
        (Scalar::Dictionary(_), _) | (_, Scalar::Dictionary(_)) => false,
        (Scalar::Text(_), Scalar::Text(_)) => false,
        (Scalar::Text(text), other) | (other, Scalar::Text(text)) => {
            *names.text(text) == *other.display(names)
        }
        _ => number(a) == number(b),
    }
}
