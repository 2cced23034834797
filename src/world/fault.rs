//! Faults: their effects on the world.

use std::fmt;
use std::sync::Arc;

use super::*;
use crate::event::{DropReason, Fault};
use crate::strategy::call::{DatabaseCall, ErrorSource, Reason, StoreError};
use crate::strategy::value::{Datum, Scalar, Symbol};

/// Why a fault cannot happen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FaultError {
    /// The process is already down; by its name.
    AlreadyDown(String),
    AlreadyUp(String),
    /// There is no such app server, or the scenario has no replica.
    NoSuch(String),
    /// A cache of an app server is part of its process.
    PartOfApp(String),
    /// It is not a node of a cache with several.
    NoNode(String),
    /// It already serves keys, or does not.
    IsNode(String),
    IsNoNode(String),
    LastNode(String),
    /// It is not a replica, or has already replaced its primary.
    NoReplica(String),
    /// A replica takes commands only from its primary.
    Follows(String),
    /// No function with `@every` of this name takes from a queue there.
    NoConsumer(Arc<str>),
    /// The consumer is already started, or already stopped.
    Takes(Arc<str>),
    TakesNone(Arc<str>),
    /// There is no queue of this name there.
    NoQueue(Arc<str>),
    NoDeadLetters(Arc<str>),
    NoEntry(Arc<str>),
    DatabaseDown,
    /// A transaction has locked the row.
    Locked(Arc<str>),
    Refused(Reason),
}

impl World {
    /// Applies a fault.
    pub(crate) fn fault<D: Driver>(&mut self, fault: Fault, d: &mut D) -> Result<(), FaultError> {
        match fault {
            Fault::Kill(id) | Fault::Restart(id) | Fault::Slow { process: id, .. }
                if self.setup.is_local(id) =>
            {
                return Err(FaultError::PartOfApp(self.called(id)));
            }
            Fault::Kill(id) => return self.kill(id, d),
            Fault::Restart(id) => return self.restart(id, d),
            Fault::OutsideWrite { key, value, by, .. } => {
                let value = Some(value.scalar).filter(|scalar| *scalar != Scalar::None);
                return self.write_outside(key, value, by, d);
            }
            Fault::OutsideDelete { key, by, .. } => {
                return self.write_outside(key, Some(Scalar::None), by, d);
            }
            Fault::Consumer { name, app, how } => return self.change_consumers(name, app, how, d),
            Fault::Replay { queue, app } => return self.replay(queue, app, d),
            Fault::Join(cache) => return self.change_ring(cache, true, d),
            Fault::Leave(cache) => return self.change_ring(cache, false, d),
            Fault::Failover(cache) => return self.fail_over(cache, d),
            Fault::Flush(cache) | Fault::Evict(cache, _) | Fault::Expire(cache, _)
                if !self.is_primary(cache) =>
            {
                return Err(FaultError::Follows(self.called(cache.into())));
            }
            Fault::Flush(cache) => self.need_cache(cache).map(|_| ())?,
            Fault::Evict(cache, key) | Fault::Expire(cache, key) => self.need_entry(cache, key)?,
            Fault::Slow { process: id, factor_milli } => {
                self.need_process(id)?;
                if let Some(process) = self.process_mut(id) {
                    process.slow_milli = factor_milli;
                }
            }
            Fault::Cut { link, app } => self.network.cut(link, app),
            Fault::Heal { link, app } => self.network.heal(link, app),
            Fault::FailNext { store, nth, call, how, times } => {
                self.traps.push(Trap { store, nth, call, how, times });
            }
            Fault::StartWorkload(_) | Fault::StopWorkload(_) | Fault::Handle { .. } => {}
        }
        self.told.push(Event::Fault(fault));
        match fault {
            Fault::Flush(cache) => {
                self.change_cache(cache, d, |cache, _, effect| cache.flush(effect));
                self.tell_all_readers(cache, d);
            }
            Fault::Evict(cache, key) => {
                self.change_cache(cache, d, |cache, _, effect| {
                    cache.evict(key, effect);
                });
            }
            Fault::Expire(cache, key) => {
                self.change_cache(cache, d, |cache, now_us, effect| {
                    cache.expire_now(key, now_us, effect);
                });
            }
            Fault::Cut { .. } => {
                self.drop_cut_messages();
                self.disconnect_for(fault, d);
            }
            Fault::Heal { .. } => self.catch_up_all(),
            _ => {}
        }
        Ok(())
    }

    fn kill<D: Driver>(&mut self, id: ProcessId, d: &mut D) -> Result<(), FaultError> {
        if !self.need_process(id)?.up {
            return Err(FaultError::AlreadyDown(self.called(id)));
        }
        let Some(process) = self.process_mut(id) else { return Ok(()) };
        process.up = false;
        process.life += 1;
        process.slow_milli = 1_000;
        process.locks.clear();
        process.flights.clear();
        self.told.push(Event::Fault(Fault::Kill(id)));
        match id {
            ProcessId::Cache(cache) => {
                for pending in self.stores.caches[cache].pool.clear() {
                    let source = ErrorSource::Cache;
                    self.refuse(id, &pending, source, Reason::Reset, &pending.call, d);
                }
                self.lose_changes(cache);
                self.change_cache(cache, d, |cache, _, effect| cache.kill(effect));
                self.stores.caches[cache].expiry_us = None;
                self.arm_failover(cache, d);
            }
            ProcessId::Database | ProcessId::Replica(_) => self.break_off(id, d),
            ProcessId::App(app) => {
                if let Some(local) = self.setup.local_of(app) {
                    self.change_cache(local, d, |cache, _, effect| cache.kill(effect));
                    self.stores.caches[local].expiry_us = None;
                }
            }
            ProcessId::Worker | ProcessId::Client => {}
        }
        self.disconnect_for(Fault::Kill(id), d);
        self.kill_tasks(id, d);
        self.lose_queues(id, d);
        Ok(())
    }

    /// The tasks of a crashed process end with it; their callers find the connection broken.
    fn kill_tasks<D: Driver>(&mut self, id: ProcessId, d: &mut D) {
        let source = match id {
            ProcessId::Cache(_) => ErrorSource::Cache,
            _ => ErrorSource::Process,
        };
        let error = StoreError::new(source, Reason::Reset);
        // by age, so that the order does not depend on where each is stored
        let mut dead: Vec<(OpId, Stamp, TaskKey)> = self
            .tasks
            .iter()
            .filter(|(_, task)| task.process == id)
            .map(|(key, task)| (task.op, task.id.stamp, key))
            .collect();
        dead.sort_unstable();
        let backlog = match id {
            ProcessId::App(index) => std::mem::take(&mut self.apps[usize::from(index)].backlog),
            _ => Default::default(),
        };
        for message in &backlog {
            self.answer_error(message, Reason::Reset, d);
        }
        for (_, _, key) in dead {
            self.release_items(key, Some(id));
            self.end_task(key, Err(error), d);
        }
        if let ProcessId::App(index) = id {
            self.apps[usize::from(index)].in_progress = 0;
        }
    }

    fn restart<D: Driver>(&mut self, id: ProcessId, d: &mut D) -> Result<(), FaultError> {
        if self.need_process(id)?.up {
            return Err(FaultError::AlreadyUp(self.called(id)));
        }
        let Some(process) = self.process_mut(id) else { return Ok(()) };
        process.up = true;
        // a process begins with all its consumers
        for slot in self.loops.iter_mut().filter(|slot| slot.process == id) {
            slot.stopped = false;
        }
        self.told.push(Event::Fault(Fault::Restart(id)));
        match id {
            ProcessId::Cache(cache) => {
                let now_us = self.now_us;
                self.stores.caches[cache].cache.start(now_us);
                if self.is_primary(cache)
                    && let Some(snapshot) = self.stores.caches[cache].snapshot.take()
                {
                    self.change_cache(cache, d, |cache, now_us, effect| {
                        cache.restore(&snapshot, now_us, effect);
                    });
                    let store = &mut *self.stores.caches[cache];
                    store.snapshot = Some(snapshot);
                    let entries = store.cache.len() as u32;
                    self.told.push(Event::Restored { cache, entries });
                }
                self.arm_snapshot(cache, d);
                self.catch_up_cache(cache, d);
            }
            ProcessId::Replica(replica) => self.catch_up(replica),
            _ => {}
        }
        for index in 0..self.loops.len() {
            if self.loops[index].process == id {
                self.arm_loop(index, d);
            }
        }
        Ok(())
    }

    pub(crate) fn need_process(&self, id: ProcessId) -> Result<&Process, FaultError> {
        self.process(id).ok_or_else(|| FaultError::NoSuch(self.called(id)))
    }

    pub(crate) fn called(&self, id: ProcessId) -> String {
        match id.store() {
            Some(store) => self.names.stores().the(store),
            None => format!("the {}", id.name(self.names.stores())),
        }
    }

    fn need_entry(&self, cache: CacheId, key: Symbol) -> Result<(), FaultError> {
        match self.need_cache(cache)?.knows(key) {
            true => Ok(()),
            false => Err(FaultError::NoEntry(self.names.text(key))),
        }
    }

    fn need_cache(&self, id: CacheId) -> Result<&Cache, FaultError> {
        let process = ProcessId::Cache(id);
        match self.need_process(process)?.up {
            true => Ok(self.cache(id)),
            false => Err(FaultError::AlreadyDown(self.called(process))),
        }
    }

    /// Changes a cache's contents from outside, and records the changes.
    fn change_cache<D: Driver>(
        &mut self,
        id: CacheId,
        d: &mut D,
        change: impl FnOnce(&mut Cache, u64, &mut dyn FnMut(CacheEffect)),
    ) {
        self.change_cache_for(id, OpId::NOBODY, d, change);
    }

    /// Changes a cache's contents on behalf of an operation, and records the changes.
    pub(crate) fn change_cache_for<D: Driver>(
        &mut self,
        id: CacheId,
        op: OpId,
        d: &mut D,
        change: impl FnOnce(&mut Cache, u64, &mut dyn FnMut(CacheEffect)),
    ) {
        let mut effects = std::mem::take(&mut self.effects);
        let cache = &mut self.stores.caches[id].cache;
        change(cache, self.now_us, &mut |effect| effects.push(effect));
        self.record_cache(id, effects, op, d);
        self.arm_expiry(id, d);
    }

    /// Messages in flight over a link are lost when it is cut.
    fn drop_cut_messages(&mut self) {
        let mut doomed: Vec<(u64, Stamp, MessageKey)> = self
            .messages
            .iter()
            .filter(|(_, message)| self.network.is_cut(message.from, message.to))
            .map(|(key, message)| (message.sent_us, message.id.stamp, key))
            .collect();
        doomed.sort_unstable();
        for (_, _, key) in doomed {
            self.lose(key, DropReason::Cut);
        }
    }

    fn write_outside<D: Driver>(
        &mut self,
        key: Symbol,
        value: Option<Scalar>,
        by: Stamp,
        d: &mut D,
    ) -> Result<(), FaultError> {
        if !self.stores.database.process.up {
            return Err(FaultError::DatabaseDown);
        }
        if self.stores.database.sessions.iter().any(|session| session.transaction.locks(key)) {
            return Err(FaultError::Locked(self.names.text(key)));
        }
        // a script's write that is refused never was one
        let wanted = Datum::computed(value.unwrap_or(Scalar::Int(0)));
        if !self.stores.database.database.allows(key, wanted, &mut self.names) {
            return Err(FaultError::Refused(Reason::Constraint));
        }
        let op = self.next_operation(Kind::Write);
        let scalar = value.unwrap_or(Scalar::Int(i64::from(op.number())));
        let value = Datum::made_by(op.origin(), scalar);
        let (fault, call) = match scalar {
            Scalar::None => (Fault::OutsideDelete { op, key, by }, DatabaseCall::Delete { key }),
            _ => (Fault::OutsideWrite { op, key, value, by }, DatabaseCall::Write { key, value }),
        };
        self.told.push(Event::Fault(fault));
        self.commit(op, &call, by, d).map(|_| ()).map_err(FaultError::Refused)
    }
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultError::AlreadyDown(id) => write!(f, "{} is down already", id),
            FaultError::AlreadyUp(id) => write!(f, "{} is up already", id),
            FaultError::NoSuch(id) => {
                write!(f, "there is no {} in this scenario", id.trim_start_matches("the "))
            }
            FaultError::PartOfApp(id) => write!(f, "{id} is a part of its app server"),
            FaultError::NoNode(id) => write!(f, "{id} is no node of a cache of several"),
            FaultError::IsNode(id) => write!(f, "{id} is one of the nodes already"),
            FaultError::IsNoNode(id) => write!(f, "{id} is none of the nodes"),
            FaultError::LastNode(id) => write!(f, "{id} is the last of the nodes"),
            FaultError::NoReplica(id) => write!(f, "{id} has no primary whose place it could take"),
            FaultError::Follows(id) => {
                write!(f, "{id} is a replica: it takes commands from its primary alone")
            }
            FaultError::NoConsumer(name) => {
                write!(f, "no function {name} with @every takes from a queue there")
            }
            FaultError::Takes(name) => write!(f, "{name} takes items already"),
            FaultError::TakesNone(name) => write!(f, "{name} takes no items already"),
            FaultError::NoQueue(name) => write!(f, "there is no queue {name} there"),
            FaultError::NoDeadLetters(name) => write!(f, "{name} has no dead letters"),
            FaultError::NoEntry(key) => write!(f, "the cache has no entry for {key}"),
            FaultError::DatabaseDown => {
                f.write_str("the database is down: it takes no write from outside either")
            }
            FaultError::Locked(key) => write!(f, "a transaction has locked the row {key}"),
            FaultError::Refused(reason) => {
                write!(f, "the database refused it: {}", reason.name())
            }
        }
    }
}
