//! A call to a store, from the values on the stack.

use super::arith::{self, Number};
use crate::strategy::call::{CacheCall, Call, DatabaseCall, QueueCall, QueueId, SetOptions};
use crate::strategy::value::{Datum, Record, Scalar, Symbol, Value};
use crate::strategy::vocabulary::StoreOp;
use crate::time::{self, Micros};

/// The most items of one `queue.take`.
pub const MOST_TAKEN: i64 = 10_000;

/// A call to the cache, the database or its replica. `given` are the values of
/// [`StoreOp::arguments`].
pub fn store(op: StoreOp, given: &[Value]) -> Result<Call, String> {
    let of = op.name();
    let key = key(of, &given[0])?;
    Ok(match op {
        StoreOp::CacheGet => Call::Cache(CacheCall::Get { key }),
        StoreOp::CacheEntry => Call::Cache(CacheCall::Entry { key }),
        StoreOp::CacheSet => Call::Cache(CacheCall::Set {
            key,
            value: held(of, &given[1])?,
            options: SetOptions {
                ttl_us: ttl(of, &given[2])?,
                stale_us: seconds(of, "stale", &given[3])?,
                version: version(of, &given[4])?,
            },
        }),
        StoreOp::CacheAdd => Call::Cache(CacheCall::Add {
            key,
            value: held(of, &given[1])?,
            ttl_us: ttl(of, &given[2])?,
        }),
        StoreOp::CacheDelete => {
            Call::Cache(CacheCall::Delete { key, version: version(of, &given[1])? })
        }
        StoreOp::CacheIncr => Call::Cache(CacheCall::Incr { key, by: amount(of, &given[1])? }),
        StoreOp::CacheLease => Call::Cache(CacheCall::Lease { key }),
        StoreOp::CacheSetWithLease => Call::Cache(CacheCall::SetWithLease {
            key,
            value: held(of, &given[1])?,
            lease: lease(&given[2])?,
            ttl_us: ttl(of, &given[3])?,
        }),
        StoreOp::CacheExpire => match ttl(of, &given[1])? {
            Some(ttl_us) => Call::Cache(CacheCall::Expire { key, ttl_us }),
            None => return Err(format!("`{of}` needs a ttl: write the seconds")),
        },
        StoreOp::DatabaseRead => Call::Database(DatabaseCall::Read { key }),
        StoreOp::DatabaseRow => Call::Database(DatabaseCall::Row { key }),
        StoreOp::DatabaseWrite => {
            Call::Database(DatabaseCall::Write { key, value: plain(of, &given[1])? })
        }
        StoreOp::DatabaseDelete => Call::Database(DatabaseCall::Delete { key }),
        StoreOp::DatabaseIncr => {
            Call::Database(DatabaseCall::Incr { key, by: amount(of, &given[1])? })
        }
        StoreOp::DatabaseCompareAndSet => Call::Database(DatabaseCall::CompareAndSet {
            key,
            value: held(of, &given[1])?,
            version: version(of, &given[2])?.ok_or_else(|| {
                format!("`{of}` needs a version: that of a row, or 0 where there is none")
            })?,
        }),
        StoreOp::ReplicaRead => Call::ReplicaRead(key),
        StoreOp::ReplicaRow => Call::ReplicaRow(key),
        _ => unreachable!("calls of queues are made by `queue`"),
    })
}

/// The call of an operation that takes a key and nothing else.
pub fn with_key(op: StoreOp, key: Symbol) -> Call {
    match op {
        StoreOp::CacheGet => Call::Cache(CacheCall::Get { key }),
        _ => Call::Database(DatabaseCall::Read { key }),
    }
}

/// A call to a queue.
pub fn queue(op: StoreOp, queue: u16, given: &[Value]) -> Result<Call, String> {
    let of = op.name();
    let call = match op {
        // a deletion may wait in a queue too
        StoreOp::QueuePush => {
            QueueCall::Push { key: key(of, &given[0])?, value: plain(of, &given[1])? }
        }
        StoreOp::QueueAdd => {
            QueueCall::Add { key: key(of, &given[0])?, by: amount(of, &given[1])? }
        }
        StoreOp::QueueTake => match given[0] {
            Value::Datum(Datum { scalar: Scalar::Int(n @ 1..=MOST_TAKEN), .. }) => {
                QueueCall::Take { most: n as u32 }
            }
            _ => return Err(format!("`take` takes a whole number from 1 to {MOST_TAKEN}")),
        },
        StoreOp::QueueAck => QueueCall::Ack { item: item(of, &given[0])? },
        StoreOp::QueueRetry => QueueCall::Retry {
            item: item(of, &given[0])?,
            after_us: seconds(of, "after", &given[1])?,
        },
        StoreOp::QueueDeadLetter => QueueCall::DeadLetter { item: item(of, &given[0])? },
        _ => unreachable!("the other calls are made by `store`"),
    };
    Ok(Call::Queue(QueueId(queue), call))
}

/// What a value is, in words.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Datum(datum) => arith::kind(datum.scalar),
        Value::List(_) => "a list",
        Value::Record(record) => match record.as_ref() {
            Record::Entry { .. } => "an entry",
            Record::Row { .. } => "a row",
            Record::Item { .. } => "an item",
        },
    }
}

/// A text that names an entry, a row or a lock.
pub fn key(of: &str, value: &Value) -> Result<Symbol, String> {
    match value {
        Value::Datum(Datum { scalar: Scalar::Text(symbol), .. }) => Ok(*symbol),
        Value::Datum(Datum { scalar: Scalar::Int(_) | Scalar::Float(_), .. }) => {
            Err(format!("the key of `{of}` is a number, and keys are texts: write `str(…)`"))
        }
        Value::Record(_) => {
            Err(format!("the key of `{of}` is {}, and keys are texts: write `.key`", kind(value)))
        }
        other => Err(format!("the key of `{of}` is {}, and keys are texts", kind(other))),
    }
}

fn plain(of: &str, value: &Value) -> Result<Datum, String> {
    match value {
        Value::Datum(datum) => Ok(*datum),
        Value::Record(_) => Err(format!("`{of}` of {}: write `.value` behind it", kind(value))),
        Value::List(_) => Err(format!("`{of}` of a list: store its items one by one")),
    }
}

/// A value that a store can hold.
fn held(of: &str, value: &Value) -> Result<Datum, String> {
    let datum = plain(of, value)?;
    if datum.is_none() {
        return Err(format!(
            "`{of}` of None, which no store can hold: check `is not None`, or delete the key"
        ));
    }
    Ok(datum)
}

fn amount(of: &str, value: &Value) -> Result<Datum, String> {
    match value {
        Value::Datum(datum @ Datum { scalar: Scalar::Int(_) | Scalar::Float(_), .. }) => Ok(*datum),
        other => Err(format!("`{of}` adds numbers, and gets {}", kind(other))),
    }
}

fn version(of: &str, value: &Value) -> Result<Option<i64>, String> {
    match value {
        Value::Datum(Datum { scalar: Scalar::None, .. }) => Ok(None),
        Value::Datum(Datum { scalar: Scalar::Int(version), .. }) => Ok(Some(*version)),
        other => {
            Err(format!("the version of `{of}` is {}, and versions are whole numbers", kind(other)))
        }
    }
}

fn lease(value: &Value) -> Result<i64, String> {
    match value {
        Value::Datum(Datum { scalar: Scalar::Int(lease), .. }) => Ok(*lease),
        other => Err(format!(
            "the lease of `cache.set_with_lease` is {}: check `lease is not None` first",
            kind(other)
        )),
    }
}

fn item(of: &str, value: &Value) -> Result<u32, String> {
    match value {
        Value::Record(record) => match record.as_ref() {
            Record::Item { id, .. } => Ok(*id),
            _ => Err(format!("`{of}` takes an item of `take`, and gets {}", kind(value))),
        },
        other => Err(format!("`{of}` takes an item of `take`, and gets {}", kind(other))),
    }
}

/// A length of time that may be zero.
pub fn seconds(of: &str, what: &str, value: &Value) -> Result<Micros, String> {
    let number = match value {
        Value::Datum(Datum { scalar: scalar @ (Scalar::Int(_) | Scalar::Float(_)), .. }) => {
            arith::number(*scalar).map(Number::as_f64)
        }
        _ => None,
    };
    number
        .and_then(time::from_seconds)
        .ok_or_else(|| format!("`{what}` of `{of}` takes seconds, from 0 to a year"))
}

/// A time to live: above zero, or `None` for ever.
fn ttl(of: &str, value: &Value) -> Result<Option<Micros>, String> {
    if let Value::Datum(datum) = value
        && datum.is_none()
    {
        return Ok(None);
    }
    match seconds(of, "ttl", value) {
        Ok(us) if us > 0 => Ok(Some(us)),
        _ => Err(format!("`ttl` of `{of}` takes seconds, from 0.000001 to a year, or None")),
    }
}
