//! Faults: what a person, or the scenario, does to the system.

use std::hash::{Hash, Hasher};

use super::saying::Saying;
use crate::identity::{OpId, ProcessId, Stamp};
use crate::strategy::value::{Datum, Symbol};
use crate::vocabulary::{CacheId, Failure, Handling, LinkName, Store, hash_nth};

/// A fault: what the world is asked to do, and what the history records of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The process crashes and loses everything that it held in memory.
    Kill(ProcessId),
    /// The process restarts, empty except for snapshots and durable queues.
    Restart(ProcessId),
    /// All entries are dropped (Redis: FLUSHALL).
    Flush(CacheId),
    Evict(CacheId, Symbol),
    Expire(CacheId, Symbol),
    /// Service times are multiplied by `factor_milli` / 1000; 1000 is normal speed.
    Slow {
        process: ProcessId,
        factor_milli: u32,
    },
    Cut {
        link: LinkName,
        app: Option<u16>,
    },
    Heal {
        link: LinkName,
        app: Option<u16>,
    },
    /// The next calls of the `nth` store of its kind fail.
    FailNext {
        store: Store,
        nth: u8,
        call: Option<Symbol>,
        how: Failure,
        times: u32,
    },
    /// A node of a cache serves its share of the keys from now on.
    Join(CacheId),
    /// A node of a cache no longer serves keys.
    Leave(CacheId),
    /// A replica of a cache replaces its primary, with the data that has reached it: because a
    /// person asks for it, or because the primary has been down long enough.
    Failover(CacheId),
    /// The consumers of this name: those of one app server, or all.
    Consumer {
        name: Symbol,
        app: Option<u16>,
        how: ConsumerFault,
    },
    /// The dead letters of all queues of this name are pushed again.
    Replay {
        queue: Symbol,
        app: Option<u16>,
    },
    /// A write that bypasses the application, as a migration script does. `op` is the operation
    /// that it becomes, nobody's until it is done; a `value` of `None` asks for a number that no
    /// other write has. `by`: the action that asks for it.
    OutsideWrite {
        op: OpId,
        key: Symbol,
        value: Datum,
        by: Stamp,
    },
    OutsideDelete {
        op: OpId,
        key: Symbol,
        by: Stamp,
    },
    /// Handled by the scheduler, like the two below: the world has no part in it.
    StartWorkload(Symbol),
    StopWorkload(Symbol),
    /// A person handled a message in flight.
    Handle {
        op: OpId,
        what: Saying,
        how: Handling,
    },
}

/// A fault of a consumer of a queue: a function with `@every` that takes from it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ConsumerFault {
    /// It finishes the items that it has taken, and takes no more.
    Stop,
    /// It is killed, with the items that it has taken.
    Kill,
    /// It takes items again.
    Start,
}

/// By numbers that never change, because checksums of histories depend on them. A return to normal
/// speed has its own.
impl Hash for Fault {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let number: isize = match self {
            Fault::Kill(_) => 0,
            Fault::Restart(_) => 1,
            Fault::Flush(_) => 2,
            Fault::Evict(..) => 3,
            Fault::Expire(..) => 4,
            Fault::Slow { factor_milli: 1_000, .. } => 6,
            Fault::Slow { .. } => 5,
            Fault::Cut { .. } => 7,
            Fault::Heal { .. } => 8,
            Fault::FailNext { .. } => 9,
            Fault::OutsideWrite { .. } => 10,
            Fault::OutsideDelete { .. } => 11,
            Fault::StartWorkload(_) => 12,
            Fault::StopWorkload(_) => 13,
            Fault::Handle { .. } => 14,
            Fault::Join(_) => 15,
            Fault::Leave(_) => 16,
            Fault::Failover(_) => 17,
            Fault::Consumer { .. } => 18,
            Fault::Replay { .. } => 19,
        };
        state.write_isize(number);
        match *self {
            Fault::Kill(process) | Fault::Restart(process) => process.hash(state),
            Fault::Flush(cache)
            | Fault::Join(cache)
            | Fault::Leave(cache)
            | Fault::Failover(cache) => cache.hash(state),
            Fault::Evict(cache, key) | Fault::Expire(cache, key) => (cache, key).hash(state),
            Fault::Slow { process, factor_milli: 1_000 } => process.hash(state),
            Fault::Slow { process, factor_milli } => (process, factor_milli).hash(state),
            Fault::Cut { link, app } | Fault::Heal { link, app } => (link, app).hash(state),
            Fault::FailNext { store, nth, call, times, .. } => {
                (store, call, times).hash(state);
                hash_nth(nth, state);
            }
            Fault::OutsideWrite { op, key, value, .. } => (op, key, value).hash(state),
            Fault::OutsideDelete { op, key, .. } => (op, key).hash(state),
            Fault::StartWorkload(name) | Fault::StopWorkload(name) => name.hash(state),
            Fault::Handle { op, what, how } => (op, what, how).hash(state),
            Fault::Consumer { name, app, how } => (name, app, how).hash(state),
            Fault::Replay { queue, app } => (queue, app).hash(state),
        }
    }
}
