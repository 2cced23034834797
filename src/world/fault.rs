//! What a person breaks, and mends.

use std::fmt;
use std::sync::Arc;

use super::*;
use crate::event::{DropReason, Fault};
use crate::strategy::call::{Call, DatabaseCall, ErrorSource, Reason, StoreError};
use crate::strategy::value::{Datum, Scalar, Symbol};

/// Why a fault can't happen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FaultError {
    AlreadyDown(ProcessId),
    AlreadyUp(ProcessId),
    /// No such app server, or no replica in this scenario.
    NoSuch(ProcessId),
    NoEntry(Arc<str>),
    DatabaseDown,
    Refused(Reason),
}

impl World {
    /// A person, or the scenario, breaks or mends something.
    pub(crate) fn fault<D: Driver>(&mut self, fault: Fault, d: &mut D) -> Result<(), FaultError> {
        match fault {
            Fault::Kill(id) => return self.kill(id, d),
            Fault::Restart(id) => return self.restart(id, d),
            Fault::OutsideWrite { key, value, by, .. } => {
                let value = Some(value.scalar).filter(|scalar| *scalar != Scalar::None);
                return self.write_outside(key, value, by, d);
            }
            Fault::OutsideDelete { key, by, .. } => {
                return self.write_outside(key, Some(Scalar::None), by, d);
            }
            Fault::FlushCache => self.need_cache()?,
            Fault::Evict(key) | Fault::Expire(key) => self.need_entry(key)?,
            Fault::Slow { process: id, factor_milli } => {
                let process = self.process_mut(id).ok_or(FaultError::NoSuch(id))?;
                process.slow_milli = factor_milli;
            }
            Fault::Cut { link, app } => self.network.cut(link, app),
            Fault::Heal { link, app } => self.network.heal(link, app),
            Fault::FailNext { store, call, how, times } => {
                self.traps.push(Trap { store, call, how, times });
            }
            Fault::StartWorkload(_) | Fault::StopWorkload(_) | Fault::Handle { .. } => {}
        }
        self.told.push(Event::Fault(fault));
        match fault {
            Fault::FlushCache => {
                self.change_cache(d, |cache, _, effect| {
                    cache.flush(effect);
                    true
                });
            }
            Fault::Evict(key) => {
                self.change_cache(d, |cache, _, effect| cache.evict(key, effect));
            }
            Fault::Expire(key) => {
                self.change_cache(d, |cache, now_us, effect| cache.expire_now(key, now_us, effect));
            }
            Fault::Cut { .. } => self.drop_cut_messages(),
            Fault::Heal { .. } => self.catch_up(),
            _ => {}
        }
        Ok(())
    }

    fn kill<D: Driver>(&mut self, id: ProcessId, d: &mut D) -> Result<(), FaultError> {
        let process = self.process_mut(id).ok_or(FaultError::NoSuch(id))?;
        if !process.up {
            return Err(FaultError::AlreadyDown(id));
        }
        process.up = false;
        process.life += 1;
        process.slow_milli = 1_000;
        process.locks.clear();
        self.told.push(Event::Fault(Fault::Kill(id)));
        match id {
            ProcessId::Cache => {
                for pending in self.cache.pool.clear() {
                    let call = Call::Cache(pending.call);
                    self.refuse(id, &pending, ErrorSource::Cache, Reason::Reset, &call, d);
                }
                self.change_cache(d, |cache, _, effect| {
                    cache.kill(effect);
                    true
                });
                self.cache.expiry_us = None;
            }
            ProcessId::Database | ProcessId::Replica => self.break_off(id, d),
            ProcessId::App(_) | ProcessId::Worker | ProcessId::Client => {}
        }
        self.kill_tasks(id, d);
        self.lose_queues(id, d);
        Ok(())
    }

    /// The tasks of a dead process die with it; whoever called them finds the
    /// connection broken.
    fn kill_tasks<D: Driver>(&mut self, id: ProcessId, d: &mut D) {
        let error = StoreError {
            source: if id == ProcessId::Cache { ErrorSource::Cache } else { ErrorSource::Process },
            reason: Reason::Reset,
        };
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
            self.end_task(key, Err(error), d);
        }
        if let ProcessId::App(index) = id {
            self.apps[usize::from(index)].in_progress = 0;
        }
    }

    fn restart<D: Driver>(&mut self, id: ProcessId, d: &mut D) -> Result<(), FaultError> {
        let process = self.process_mut(id).ok_or(FaultError::NoSuch(id))?;
        if process.up {
            return Err(FaultError::AlreadyUp(id));
        }
        process.up = true;
        self.told.push(Event::Fault(Fault::Restart(id)));
        match id {
            ProcessId::Cache => {
                if let Some(snapshot) = self.cache.snapshot.take() {
                    self.change_cache(d, |cache, now_us, effect| {
                        cache.restore(&snapshot, now_us, effect);
                        true
                    });
                    self.cache.snapshot = Some(snapshot);
                    self.told.push(Event::Restored { entries: self.cache.cache.len() as u32 });
                }
                self.arm_snapshot(d);
            }
            ProcessId::Replica => self.catch_up(),
            _ => {}
        }
        for index in 0..self.loops.len() {
            if self.loops[index].process == id {
                self.arm_loop(index, d);
            }
        }
        Ok(())
    }

    fn need_entry(&self, key: Symbol) -> Result<(), FaultError> {
        self.need_cache()?;
        self.cache
            .cache
            .peek(key)
            .map(|_| ())
            .ok_or_else(|| FaultError::NoEntry(self.names.text(key)))
    }

    fn need_cache(&self) -> Result<(), FaultError> {
        if self.cache.process.up { Ok(()) } else { Err(FaultError::AlreadyDown(ProcessId::Cache)) }
    }

    /// Changes the cache's contents from outside, and records what changed.
    fn change_cache<D: Driver>(
        &mut self,
        d: &mut D,
        change: impl FnOnce(&mut Cache, u64, &mut dyn FnMut(CacheEffect)) -> bool,
    ) -> bool {
        let mut effects = std::mem::take(&mut self.effects);
        let done = change(&mut self.cache.cache, self.now_us, &mut |effect| effects.push(effect));
        self.record_cache(effects, OpId::NOBODY);
        self.arm_expiry(d);
        done
    }

    /// What was in flight over a link is lost when it is cut.
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
        if !self.database.process.up {
            return Err(FaultError::DatabaseDown);
        }
        // a script's write that is refused never was one
        let wanted = Datum::computed(value.unwrap_or(Scalar::Int(0)));
        if !self.database.database.allows(key, wanted, &mut self.names) {
            return Err(FaultError::Refused(Reason::Constraint));
        }
        let op = self.next_operation(Kind::Write);
        let scalar = value.unwrap_or(Scalar::Int(i64::from(op.number())));
        let value = Datum { scalar, origin: op.origin() };
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
            FaultError::AlreadyDown(id) => write!(f, "the {} is down already", id.name()),
            FaultError::AlreadyUp(id) => write!(f, "the {} is up already", id.name()),
            FaultError::NoSuch(id) => write!(f, "there is no {} in this scenario", id.name()),
            FaultError::NoEntry(key) => write!(f, "the cache has no entry for {key}"),
            FaultError::DatabaseDown => {
                f.write_str("the database is down: it takes no write from outside either")
            }
            FaultError::Refused(reason) => {
                write!(f, "the database refused it: {}", reason.name())
            }
        }
    }
}
