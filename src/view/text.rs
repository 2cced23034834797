//! Short texts for values and for the writes that made them.

use crate::strategy::value::{Datum, Names, Origin, Scalar, Value};
use crate::time::{LONGEST_US, duration};
use crate::world::OpId;

/// A value as Python prints it, shortened.
pub(super) fn value_in_short(value: &Value, names: &Names) -> String {
    use crate::strategy::value::Composite as R;
    match value {
        Value::Datum(datum) => match datum.scalar {
            Scalar::Text(_) => format!("'{}'", datum.scalar.display(names)),
            scalar => scalar.display(names),
        },
        Value::List(items) | Value::Tuple(items) if items.len() > 3 => {
            format!("[{} items]", items.len())
        }
        Value::List(items) | Value::Tuple(items) => {
            let items: Vec<String> = items.iter().map(|item| value_in_short(item, names)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Composite(record) => match &**record {
            R::Entry { value, ttl_us, fresh, .. } => {
                let left = match ttl_us {
                    Some(ttl_us) if *ttl_us <= LONGEST_US => duration(*ttl_us),
                    _ => "no TTL".to_owned(),
                };
                let fresh = if *fresh { "fresh" } else { "stale" };
                format!("entry({}, {left}, {fresh})", value.scalar.display(names))
            }
            R::Row { value, version } => {
                format!("row({}, version {version})", value.scalar.display(names))
            }
            R::Item { key, value, attempts, .. } => {
                let (key, value) = (names.text(*key), value.scalar.display(names));
                format!("item({key}, {value}, attempt {attempts})")
            }
        },
    }
}

/// The write that made a value: "W3", or "initial".
pub(super) fn made_by(origin: Origin) -> String {
    match OpId::of(origin) {
        OpId::NOBODY => "initial".to_owned(),
        op => op.label(),
    }
}

/// The same of a cache's entry: "the program", where neither a row nor a client had the value.
pub(super) fn made_by_whom(value: Datum) -> String {
    if value.is_literal() { "the program".to_owned() } else { made_by(value.origin) }
}
