//! Compares a server's answer with the model's.

use crate::strategy::value::{Composite, Names, Value};
use crate::time::Micros;

/// Whether two replies are the same to a program. A remaining time to live may differ by
/// `slack_us`, because time passed while the answer was on its way.
pub(super) fn agree(server: &Value, model: &Value, slack_us: Micros) -> bool {
    match (server, model) {
        (Value::Datum(one), Value::Datum(other)) => one.scalar == other.scalar,
        (Value::List(one) | Value::Tuple(one), Value::List(other) | Value::Tuple(other)) => {
            let mut pairs = one.iter().zip(other.iter());
            one.len() == other.len() && pairs.all(|(one, other)| agree(one, other, slack_us))
        }
        (Value::Composite(one), Value::Composite(other)) => match (&**one, &**other) {
            (
                Composite::Row { value: one, version: first },
                Composite::Row { value: other, version: second },
            ) => one.scalar == other.scalar && first == second,
            (
                Composite::Entry { value: one, ttl_us: left, fresh, version, .. },
                Composite::Entry {
                    value: other,
                    ttl_us: left_there,
                    fresh: is_fresh,
                    version: second,
                    ..
                },
            ) => {
                let is_near = match (left, left_there) {
                    (Some(left), Some(there)) => left.abs_diff(*there) <= slack_us,
                    (None, None) => true,
                    _ => false,
                };
                one.scalar == other.scalar && fresh == is_fresh && version == second && is_near
            }
            _ => false,
        },
        _ => false,
    }
}

/// A reply as text.
pub(super) fn words(value: &Value, names: &Names) -> String {
    match value {
        Value::Datum(datum) => datum.scalar.display(names),
        Value::List(items) | Value::Tuple(items) => {
            let items: Vec<String> = items.iter().map(|item| words(item, names)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Composite(record) => match &**record {
            Composite::Row { value, version } => {
                format!("{} at version {version}", value.scalar.display(names))
            }
            Composite::Entry { value, fresh, version, ttl_us, .. } => {
                let version = version.map_or(String::new(), |version| format!(" {version}"));
                let state = if *fresh { "fresh" } else { "in its grace" };
                let left = ttl_us.map_or(String::new(), |us| format!(", {} ms left", us / 1_000));
                format!("{}{version}, {state}{left}", value.scalar.display(names))
            }
            Composite::Item { value, .. } => value.scalar.display(names),
        },
    }
}
