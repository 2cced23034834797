//! Timers: what happens when one fires.

use super::run::Spawned;
use super::*;
use crate::strategy::call::{Call, ErrorSource, Reason, StoreError};
use crate::strategy::value::Value;

impl World {
    /// Whether a task still waits for the reply to its call of this ordinal.
    pub(crate) fn awaits_reply(&self, task: TaskKey, ordinal: u32) -> bool {
        self.tasks.get(task).is_some_and(|task| {
            task.ordinal == ordinal && matches!(task.waiting, Waiting::Reply { .. })
        })
    }

    /// Whether a task still waits for a lock, with a time limit.
    fn awaits_lock(&self, key: TaskKey, ordinal: u32) -> bool {
        self.tasks.get(key).is_some_and(|task| match task.waiting {
            Waiting::Lock { key: lock, gives_up: true, .. } => {
                task.ordinal == ordinal && !self.holds(key, task.process, lock)
            }
            _ => false,
        })
    }

    /// Whether anything still waits for this timer, which is due at `at_us`.
    pub fn awaits(&self, timer: Timer, at_us: Micros) -> bool {
        match timer {
            Timer::CallTimeout { task, ordinal } => {
                self.awaits_reply(task, ordinal) || self.awaits_lock(task, ordinal)
            }
            Timer::Wake { task, ordinal } => self.tasks.get(task).is_some_and(|task| {
                let is_over = matches!(task.waiting, Waiting::Reply { .. } | Waiting::Hung { .. });
                task.ordinal == ordinal && !is_over
            }),
            Timer::ClientTimeout { operation, attempt } => self
                .operations
                .get(operation)
                .is_some_and(|each| each.attempt == attempt && !each.backing_off),
            Timer::Retry { operation, attempt } => self
                .operations
                .get(operation)
                .is_some_and(|each| each.attempt == attempt && each.backing_off),
            Timer::Served { at, life, .. } => self.life(at) == life,
            Timer::NoConnection { job, life } => {
                self.life(ProcessId::Database) == life && self.waits_for_connection(job)
            }
            Timer::Canceled { job, life } => {
                self.life(ProcessId::Database) == life && self.cancelable(job).is_some()
            }
            Timer::Idle { task, ordinal } => self.idle_session(task, ordinal).is_some(),
            Timer::Snapshot { cache, life } => {
                let process = &self.stores.caches[cache].process;
                process.life == life && process.up
            }
            Timer::Loop { index, life } => {
                let process = self.loops[index as usize].process;
                self.process(process).is_some_and(|process| process.up && process.life == life)
            }
            Timer::Expiry { cache } => self.stores.caches[cache].expiry_us == Some(at_us),
            Timer::Redelivery { queue } => self.queues[queue as usize].redelivery_us == Some(at_us),
            Timer::Replication { .. } => true,
            Timer::Following { cache, number } => self.awaits_change(cache, number),
            Timer::Failover { cache, life } => self.may_take_over(cache, life),
        }
    }

    /// The timer with the keys of this world, if something waits for it; whether it is due does not
    /// matter.
    pub(crate) fn resolve(&self, timer: Timer) -> Option<Timer> {
        let own = match timer {
            Timer::CallTimeout { task, ordinal } => {
                Timer::CallTimeout { task: self.tasks.resolve(task)?, ordinal }
            }
            Timer::Wake { task, ordinal } => {
                Timer::Wake { task: self.tasks.resolve(task)?, ordinal }
            }
            Timer::Idle { task, ordinal } => {
                Timer::Idle { task: self.tasks.resolve(task)?, ordinal }
            }
            Timer::ClientTimeout { operation, attempt } => {
                Timer::ClientTimeout { operation: self.operations.resolve(operation)?, attempt }
            }
            Timer::Retry { operation, attempt } => {
                Timer::Retry { operation: self.operations.resolve(operation)?, attempt }
            }
            Timer::Expiry { cache } => {
                return self.stores.caches.get(cache)?.expiry_us.map(|_| timer);
            }
            Timer::Redelivery { queue } => {
                return self.queues.get(queue as usize)?.redelivery_us.map(|_| timer);
            }
            other => other,
        };
        self.awaits(own, 0).then_some(own)
    }

    /// Fires a timer that something waits for. The world has no clock: the scheduler decides when
    /// it is due.
    pub(crate) fn fire<D: Driver>(&mut self, timer: Timer, d: &mut D) {
        match timer {
            Timer::CallTimeout { task, .. } => self.time_out(task, d),
            Timer::Wake { task, .. } => match &mut self.tasks[task].waiting {
                Waiting::Start => self.run(task, d),
                Waiting::SingleFlight { result, .. } => {
                    let result = result.take().unwrap_or(Ok(Value::NONE));
                    self.resume(task, result, d);
                }
                Waiting::Gather(gathered) => {
                    if gathered.is_too_deep() {
                        let why = "a list of lists of lists: `gather` gives lists of plain lists";
                        self.mistaken(task, why, d);
                        return;
                    }
                    let result = gathered.result();
                    self.resume(task, result, d);
                }
                _ => self.resume(task, Ok(Value::NONE), d),
            },
            Timer::ClientTimeout { operation, .. } => self.failed(operation, None, d),
            Timer::Retry { operation, attempt } => {
                let op = self.operations[operation].id;
                self.told.push(Event::Retried { op, attempt });
                self.ask(operation, d);
            }
            Timer::Served { at, job, .. } => self.served(at, job, d),
            Timer::NoConnection { job, .. } => self.find_no_connection(job, d),
            Timer::Canceled { job, .. } => self.cancel(job, d),
            Timer::Idle { task, ordinal } => self.end_idle(task, ordinal, d),
            Timer::Loop { index, .. } => self.turn(index as usize, d),
            Timer::Expiry { cache } => {
                let mut effects = std::mem::take(&mut self.effects);
                let store = &mut *self.stores.caches[cache];
                store.expiry_us = None;
                store.cache.sweep(self.now_us, &mut |effect| effects.push(effect));
                self.record_cache(cache, effects, OpId::NOBODY, d);
                self.arm_expiry(cache, d);
            }
            Timer::Redelivery { queue } => {
                let now_us = self.now_us;
                let slot = &mut self.queues[queue as usize];
                slot.redelivery_us = None;
                slot.queue.redeliver(now_us, &mut |effect| {
                    self.told.push(Event::Queue {
                        op: OpId::NOBODY,
                        task: 0,
                        queue: queue as u16,
                        effect,
                    });
                });
                self.arm_redelivery(queue as usize, d);
            }
            Timer::Replication { replica, key, version } => {
                self.arrive_at_replica(replica, key, version);
            }
            Timer::Following { cache, number } => self.follow(cache, number, d),
            Timer::Failover { cache, .. } => {
                // it may, or the timer would not have gone off
                let _ = self.fail_over(cache, d);
            }
            Timer::Snapshot { cache, .. } => {
                let store = &mut *self.stores.caches[cache];
                store.snapshot = Some(store.cache.snapshot());
                d.done(Deed::Saves(cache));
                self.arm_snapshot(cache, d);
            }
        }
    }

    /// A command or a statement has been processed.
    fn served<D: Driver>(&mut self, at: ProcessId, job: JobKey, d: &mut D) {
        let (hint, name) = (job.connection(), job.name());
        // a transaction keeps its last statement, whose name may be another's by now
        let is_it = |statement: &Statement| {
            statement.pending.id.name == name && statement.phase == Phase::Runs
        };
        match at {
            ProcessId::Cache(cache) => {
                let pool = &self.stores.caches[cache].pool;
                if let Some(slot) = pool.slot_of(hint, |pending| pending.id.name == name) {
                    self.finish_cache_command(cache, slot, d);
                }
            }
            ProcessId::Database => {
                if let Some(slot) = self.stores.database.pool.slot_of(hint, is_it) {
                    self.finish_statement(slot, d);
                }
            }
            ProcessId::Replica(id) => {
                let replica = self.stores.replica(id);
                if let Some(slot) = replica.and_then(|each| each.pool.slot_of(hint, is_it)) {
                    self.finish_replica_statement(id, slot, d);
                }
            }
            // these serve no calls to stores
            ProcessId::Client | ProcessId::App(_) | ProcessId::Worker => {}
        }
    }

    /// A reply has not arrived in time.
    fn time_out<D: Driver>(&mut self, key: TaskKey, d: &mut D) {
        let task = &self.tasks[key];
        if let Waiting::Lock { key: lock, .. } = task.waiting {
            return self.give_up_lock(key, lock, d);
        }
        let Waiting::Reply { call, to, .. } = &task.waiting else { return };
        let (what, to) = (crate::event::Saying::of(call), *to);
        let error = StoreError::new(serve::source(call, to), Reason::Timeout);
        let write = run::written(call, task.op);
        self.told.push(Event::TimedOut { op: task.op, what, write, to });
        self.resume(key, Err(error), d);
    }

    /// A lock was not free in time.
    fn give_up_lock<D: Driver>(&mut self, key: TaskKey, lock: Symbol, d: &mut D) {
        let (op, process) = (self.tasks[key].op, self.tasks[key].process);
        if let Some(process) = self.process_mut(process) {
            process.locks.leave_line(lock, key);
        }
        let error = StoreError::new(ErrorSource::Process, Reason::NotFree);
        let call = Call::Lock { key: lock, wait_us: None };
        let (what, write) = (crate::event::Saying::of(&call), op.origin());
        self.told.push(Event::Failed { op, what, write, error });
        self.resume(key, Err(error), d);
    }

    /// A background loop's turn; skipped if the previous one still runs.
    fn turn<D: Driver>(&mut self, index: usize, d: &mut D) {
        self.arm_loop(index, d);
        let slot = &mut self.loops[index];
        if slot.running.is_some() || slot.stopped {
            return;
        }
        slot.turns += 1;
        let source = Source::Loop(index as u32);
        let id = Identity { stamp: source.stamp(slot.turns), name: source.stamp(0) };
        let LoopSlot { process, strategy, function, .. } = *slot;
        let spawned = Spawned { process, strategy, function, op: OpId::NOBODY, key: None };
        if let Some(task) = self.spawn(spawned, &[], id, Recipient::Loop(index as u32)) {
            self.loops[index].running = Some(task);
            self.run(task, d);
        }
    }

    /// Sets the timer of a loop's next turn.
    pub(crate) fn arm_loop<D: Driver>(&mut self, index: usize, d: &mut D) {
        let LoopSlot { every_us, process, .. } = self.loops[index];
        let life = self.life(process);
        d.timer(Timer::Loop { index: index as u32, life }, Delay::After(every_us));
    }

    /// Sets the timer of a cache's next snapshot.
    pub(crate) fn arm_snapshot<D: Driver>(&mut self, cache: CacheId, d: &mut D) {
        if let Some(every_us) = self.setup.caches[cache].snapshot_every_us {
            let life = self.stores.caches[cache].process.life;
            d.timer(Timer::Snapshot { cache, life }, Delay::After(every_us));
        }
    }
}
