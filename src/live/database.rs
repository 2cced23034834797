//! The calls of the database as statements of PostgreSQL.
//!
//! A row has a version that is counted up per key, beyond deletions. So a delete keeps the row,
//! without a value, as applications with optimistic locking do, and every call is one statement.

use postgres::types::{ToSql, Type};

use super::client::{Ask, Got, Refusal};
use super::value::{from_text, to_text};
use crate::strategy::call::{Call, DatabaseCall, Many, Reason};
use crate::strategy::value::{Composite, Datum, Names, Scalar, Symbol, Value};

/// A prepared statement.
pub(super) struct Sql {
    pub text: &'static str,
    pub parameters: &'static [Type],
}

/// A parameter of a statement.
#[derive(Clone, Debug)]
pub(super) enum Parameter {
    Text(String),
    Texts(Vec<String>),
    Int(i64),
}

impl Parameter {
    pub fn as_sql(&self) -> &(dyn ToSql + Sync) {
        match self {
            Parameter::Text(text) => text,
            Parameter::Texts(texts) => texts,
            Parameter::Int(number) => number,
        }
    }
}

/// The columns of the run's table, in parentheses with those that follow.
pub(super) const COLUMNS: &str = "key text PRIMARY KEY, value text, version bigint NOT NULL";

const READ: usize = 0;
const READ_MANY: usize = 1;
const WRITE: usize = 2;
const ERASE: usize = 3;
const DELETE: usize = 4;
const INCR: usize = 5;
const SWAP: usize = 6;
const SWAP_NEW: usize = 7;
const SWAP_ERASE: usize = 8;
const IS_ABSENT: usize = 9;

/// The statements, each at the position above.
pub(super) const SQL: [Sql; 10] = [
    Sql {
        text: "SELECT value, version FROM {rows} WHERE key = $1 AND value IS NOT NULL",
        parameters: &[Type::TEXT],
    },
    Sql {
        text: "SELECT key, value FROM {rows} WHERE key = ANY($1) AND value IS NOT NULL",
        parameters: &[Type::TEXT_ARRAY],
    },
    Sql {
        text: "INSERT INTO {rows} AS own VALUES ($1, $2, 1) ON CONFLICT (key) DO UPDATE \
               SET value = $2, version = own.version + 1 RETURNING version",
        parameters: &[Type::TEXT, Type::TEXT],
    },
    Sql {
        text: "UPDATE {rows} SET value = NULL, version = version + 1 \
               WHERE key = $1 AND value IS NOT NULL RETURNING version",
        parameters: &[Type::TEXT],
    },
    Sql {
        text: "UPDATE {rows} SET value = NULL, version = version + 1 \
               WHERE key = $1 AND value IS NOT NULL RETURNING version",
        parameters: &[Type::TEXT],
    },
    Sql {
        text: "INSERT INTO {rows} AS own VALUES ($1, $2::bigint::text, 1) ON CONFLICT (key) \
               DO UPDATE SET value = (coalesce(own.value, '0')::bigint + $2)::text, \
               version = own.version + 1 RETURNING value, version",
        parameters: &[Type::TEXT, Type::INT8],
    },
    Sql {
        text: "UPDATE {rows} SET value = $2, version = version + 1 \
               WHERE key = $1 AND version = $3 AND value IS NOT NULL RETURNING version",
        parameters: &[Type::TEXT, Type::TEXT, Type::INT8],
    },
    Sql {
        // not `DO UPDATE … WHERE`, which locks the row that it does not change
        text: "WITH revived AS (UPDATE {rows} SET value = $2, version = version + 1 \
               WHERE key = $1 AND value IS NULL RETURNING version), \
               made AS (INSERT INTO {rows} SELECT $1, $2, 1 \
               WHERE NOT EXISTS (SELECT 1 FROM {rows} WHERE key = $1) \
               ON CONFLICT DO NOTHING RETURNING version) \
               SELECT version FROM revived UNION ALL SELECT version FROM made",
        parameters: &[Type::TEXT, Type::TEXT],
    },
    Sql {
        text: "UPDATE {rows} SET value = NULL, version = version + 1 \
               WHERE key = $1 AND version = $2 AND value IS NOT NULL RETURNING version",
        parameters: &[Type::TEXT, Type::INT8],
    },
    Sql {
        text: "SELECT 1::bigint WHERE NOT EXISTS \
               (SELECT 1 FROM {rows} WHERE key = $1 AND value IS NOT NULL)",
        parameters: &[Type::TEXT],
    },
];

/// Takes the snapshot of a transaction without any other effect: `SELECT 1`, as a simple query of
/// the protocol.
pub(super) const SNAPSHOT: &[u8] = b"Q\0\0\0\x0dSELECT 1\0";

/// The statement for a call.
pub(super) fn ask(call: &DatabaseCall, names: &Names) -> Ask {
    let text = |symbol: Symbol| Parameter::Text(names.text(symbol).to_string());
    let value = |datum: Datum| Parameter::Text(to_text(datum.scalar, names));
    let (at, parameters) = match *call {
        DatabaseCall::Read { key } | DatabaseCall::Row { key } => (READ, vec![text(key)]),
        DatabaseCall::Write { key, value } if value.is_none() => (ERASE, vec![text(key)]),
        DatabaseCall::Write { key, value: datum } => (WRITE, vec![text(key), value(datum)]),
        DatabaseCall::Delete { key } => (DELETE, vec![text(key)]),
        DatabaseCall::Incr { key, by } => match by.scalar {
            Scalar::Int(by) => (INCR, vec![text(key), Parameter::Int(by)]),
            // nothing but a whole number gets here: the language says so before
            _ => (INCR, vec![text(key), Parameter::Int(0)]),
        },
        DatabaseCall::CompareAndSet { key, value: datum, version } => {
            match (version, datum.is_none()) {
                (0, true) => (IS_ABSENT, vec![text(key)]),
                (0, false) => (SWAP_NEW, vec![text(key), value(datum)]),
                (_, true) => (SWAP_ERASE, vec![text(key), Parameter::Int(version)]),
                (_, false) => (SWAP, vec![text(key), value(datum), Parameter::Int(version)]),
            }
        }
        DatabaseCall::Begin { repeatable: true } => {
            return Ask::Text("BEGIN ISOLATION LEVEL REPEATABLE READ");
        }
        DatabaseCall::Begin { .. } => return Ask::Text("BEGIN ISOLATION LEVEL READ COMMITTED"),
        DatabaseCall::Commit {} => return Ask::Text("COMMIT"),
        DatabaseCall::Rollback {} => return Ask::Text("ROLLBACK"),
        DatabaseCall::ReadMany { .. } => (READ_MANY, vec![Parameter::Texts(Vec::new())]),
    };
    Ask::Statement(at, parameters)
}

/// The statement for a call of many keys.
pub(super) fn ask_many(many: &Many, names: &Names) -> Ask {
    let keys = many.calls.iter().filter_map(Call::key).map(|key| names.text(key).to_string());
    Ask::Statement(READ_MANY, vec![Parameter::Texts(keys.collect())])
}

/// The reply to a program: the server's answer in the form of the call's reply. `None`: the
/// statement cannot have such an answer.
pub(super) fn reply(call: &DatabaseCall, got: &Got, names: &mut Names) -> Option<Value> {
    let Got::List(rows) = got else { return None };
    let first = match rows.first() {
        Some(Got::List(columns)) => Some(columns.as_slice()),
        Some(_) => return None,
        None => None,
    };
    let datum = |text: &str, names: &mut Names| {
        from_text(text, names).map(|scalar| Datum::computed(scalar).into())
    };
    match (call, first) {
        (DatabaseCall::Read { .. } | DatabaseCall::Row { .. }, None) => Some(Value::NONE),
        // there was no row to erase; the statement does not know its last version
        (DatabaseCall::Write { value, .. }, None) if value.is_none() => Some(Value::NONE),
        (DatabaseCall::Read { .. }, Some([Got::Text(value), Got::Int(_)])) => datum(value, names),
        (DatabaseCall::Row { .. }, Some([Got::Text(value), Got::Int(version)])) => {
            let value = Datum::computed(from_text(value, names)?);
            Some(Value::Composite(Composite::Row { value, version: *version }.into()))
        }
        (DatabaseCall::Write { .. }, Some([Got::Int(version)])) => Some(Value::int(*version)),
        (DatabaseCall::Incr { .. }, Some([Got::Text(value), Got::Int(_)])) => datum(value, names),
        (DatabaseCall::Delete { .. } | DatabaseCall::CompareAndSet { .. }, found) => {
            Some(Value::bool(found.is_some()))
        }
        (DatabaseCall::Begin { .. } | DatabaseCall::Commit {} | DatabaseCall::Rollback {}, _) => {
            Some(Value::NONE)
        }
        _ => None,
    }
}

/// The reply for a call of many keys: a value for each, in order.
pub(super) fn reply_many(many: &Many, got: &Got, names: &mut Names) -> Option<Value> {
    let Got::List(rows) = got else { return None };
    let mut values = Vec::new();
    for key in many.calls.iter().filter_map(Call::key) {
        let name = names.text(key);
        let found = rows.iter().find_map(|row| match row {
            Got::List(columns) => match &columns[..] {
                [Got::Text(key), Got::Text(value)] if **key == *name => Some(value),
                _ => None,
            },
            _ => None,
        });
        values.push(match found {
            Some(text) => Datum::computed(from_text(text, names)?).into(),
            None => Value::NONE,
        });
    }
    Some(Value::List(values.into()))
}

/// The reason for a server's refusal, as a program is told.
pub(super) fn reason(refusal: &Refusal) -> Option<Reason> {
    match refusal {
        Refusal::Broken(_) => Some(Reason::Reset),
        Refusal::Said { code, .. } => match code.as_str() {
            // not a whole number, or more than 64 bits
            "22P02" | "22003" => Some(Reason::NotANumber),
            "23503" => Some(Reason::Constraint),
            "40001" => Some(Reason::Serialization),
            "40P01" => Some(Reason::Deadlock),
            "25P02" => Some(Reason::Aborted),
            _ => None,
        },
    }
}
