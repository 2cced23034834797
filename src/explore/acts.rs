//! A request or a fault of a way as an action of a scenario.

use crate::event::{ConsumerFault, Fault};
use crate::identity::{Kind, ProcessId};
use crate::scenario::{Literal, What};
use crate::strategy::value::{Names, Real, Scalar};
use crate::vocabulary::{CacheId, ReplicaId, StoreId};
use crate::world::Request;

fn literal(scalar: Scalar, names: &Names) -> Option<Literal> {
    match scalar {
        Scalar::None => None,
        Scalar::Bool(value) => Some(Literal::Bool(value)),
        Scalar::Int(value) => Some(Literal::Int(value)),
        Scalar::Float(Real(value)) => Some(Literal::Float(value)),
        Scalar::Text(text) | Scalar::Dictionary(text) => {
            Some(Literal::Text(names.text(text).to_string()))
        }
    }
}

/// A request as an action.
pub fn asked(request: &Request, names: &Names, written: Scalar) -> What {
    let Request { kind, key, value, client, .. } = *request;
    let key = names.text(key).to_string();
    let client = Some(names.text(client).to_string());
    let times = 1;
    match kind {
        Kind::Read => What::Read { key, client, times },
        Kind::Write => What::Write { key, value: literal(written, names), client, times },
        Kind::Delete => What::Delete { key, client },
        Kind::Increment => {
            let by = if let Scalar::Int(by) = value { by } else { 1 };
            What::Increment { key, by, client, times }
        }
    }
}

/// A fault as an action.
pub fn done(fault: Fault, names: &Names) -> Option<What> {
    let text = |symbol| names.text(symbol).to_string();
    let named = |cache| names.stores().cache_name(cache).map(str::to_owned);
    let titled = |cache| names.stores().title(StoreId::Cache(cache)).to_owned();
    Some(match fault {
        Fault::Kill(process) => match process {
            ProcessId::Cache(cache) => What::KillCache { cache: named(cache) },
            ProcessId::App(app) => What::CrashApp { app },
            ProcessId::Worker => What::CrashWorker,
            ProcessId::Database => What::StopDatabase,
            ProcessId::Replica(ReplicaId::FIRST) => What::StopReplica,
            _ => return None,
        },
        Fault::Restart(process) => match process {
            ProcessId::Cache(cache) => What::RestartCache { cache: named(cache) },
            ProcessId::App(app) => What::RestartApp { app },
            ProcessId::Worker => What::RestartWorker,
            ProcessId::Database => What::RestoreDatabase,
            ProcessId::Replica(ReplicaId::FIRST) => What::RestoreReplica,
            _ => return None,
        },
        Fault::Flush(cache) => What::FlushCache { cache: named(cache) },
        Fault::Evict(cache, key) => What::Evict { key: text(key), cache: named(cache) },
        Fault::Expire(cache, key) => What::Expire { key: text(key), cache: named(cache) },
        Fault::Join(cache) => What::AddNode { cache: titled(cache) },
        Fault::Leave(cache) => What::RemoveNode { cache: titled(cache) },
        Fault::Failover(cache) => What::Failover { cache: titled(cache) },
        Fault::Cut { link, app } => What::Cut { link, app },
        Fault::Heal { link, app } => What::Heal { link, app },
        Fault::FailNext { store, nth, call, how, times } => {
            let cache = named(CacheId(nth));
            What::FailNext { store, cache, call: call.map(text), how, times }
        }
        Fault::OutsideWrite { key, value, .. } => {
            What::OutsideWrite { key: text(key), value: literal(value.scalar, names) }
        }
        Fault::OutsideDelete { key, .. } => What::OutsideDelete { key: text(key) },
        Fault::Consumer { name, app, how } => match how {
            ConsumerFault::Stop => What::StopConsumer { consumer: text(name), app },
            ConsumerFault::Kill => What::KillConsumer { consumer: text(name), app },
            ConsumerFault::Start => What::StartConsumer { consumer: text(name), app },
        },
        Fault::Replay { queue, app } => What::ReplayDeadLetters { queue: text(queue), app },
        _ => return None,
    })
}
