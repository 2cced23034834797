//! Queues and replicas.

use super::*;
use crate::store::database::Commit;
use crate::store::pool::Entered;
use crate::store::queue::{Pushed, QueueEffect};
use crate::strategy::call::{Call, DatabaseCall, ErrorSource, QueueCall, Reason, StoreError};
use crate::strategy::value::{Datum, Names, Symbol, Value};
use crate::vocabulary::ReplicaId;

impl World {
    /// A queue carries out a command.
    pub(crate) fn serve_queue<D: Driver>(
        &mut self,
        index: usize,
        pending: Pending<QueueCall>,
        d: &mut D,
    ) {
        let now_us = self.now_us;
        let is_stopped = self.is_stopped(pending.caller.task);
        let slot = &mut self.queues[index];
        let (op, queue, task) = (
            pending.op,
            index as u16,
            self.tasks.get(pending.caller.task).map_or(0, |task| task.id.stamp),
        );
        let mut effect =
            |effect: QueueEffect| self.told.push(Event::Queue { op, task, queue, effect });
        let reply = match pending.call {
            QueueCall::Push { key, value, .. } | QueueCall::Add { key, by: value } => {
                let version = pushed_version(&pending.call);
                let add = matches!(pending.call, QueueCall::Add { .. });
                let value = added_to(&slot.queue, key, value, add, &mut self.names);
                match slot.queue.push(key, value, version, add, now_us, &mut effect) {
                    Pushed::Queued(_) | Pushed::Merged(_) => Value::NONE,
                    // the caller is not told, as by the products that do so
                    Pushed::Ignored => Value::NONE,
                    // a full queue pushes back: the caller waits until there is
                    // room, or until its call times out
                    Pushed::Full => return slot.waiting.push_back(pending),
                }
            }
            QueueCall::Take { .. } if is_stopped => Value::List([].into()),
            QueueCall::Take { most } => slot.queue.take(most, now_us, &mut effect),
            QueueCall::Ack { item } => Value::bool(slot.queue.ack(item, now_us, &mut effect)),
            QueueCall::Retry { item, after_us } => {
                Value::bool(slot.queue.retry(item, after_us, now_us, &mut effect))
            }
            QueueCall::DeadLetter { item } => {
                Value::bool(slot.queue.dead_letter(item, &mut effect))
            }
        };
        let process = slot.process;
        self.reply(process, &pending, Ok(reply), d);
        self.admit_pushes(index, d);
        self.arm_redelivery(index, d);
    }

    /// Admits waiting pushes, as far as there is room.
    fn admit_pushes<D: Driver>(&mut self, index: usize, d: &mut D) {
        let now_us = self.now_us;
        while let Some(pending) = self.queues[index].waiting.pop_front() {
            // whoever has stopped waiting is told nothing and pushes nothing
            let waits = self.awaits_reply(pending.caller.task, pending.caller.ordinal);
            let (QueueCall::Push { key, value, .. } | QueueCall::Add { key, by: value }) =
                pending.call
            else {
                continue;
            };
            if !waits {
                continue;
            }
            let add = matches!(pending.call, QueueCall::Add { .. });
            let (op, queue) = (pending.op, index as u16);
            let mut effect =
                |effect: QueueEffect| self.told.push(Event::Queue { op, task: 0, queue, effect });
            let slot = &mut self.queues[index];
            let value = added_to(&slot.queue, key, value, add, &mut self.names);
            if slot.queue.push(key, value, pushed_version(&pending.call), add, now_us, &mut effect)
                == Pushed::Full
            {
                return slot.waiting.push_front(pending);
            }
            let process = slot.process;
            self.reply(process, &pending, Ok(Value::NONE), d);
        }
    }

    /// A commit enters a change stream.
    pub(crate) fn feed(&mut self, index: usize, commit: Commit) {
        let now_us = self.now_us;
        let (op, queue) = (OpId::NOBODY, index as u16);
        let mut effect =
            |effect: QueueEffect| self.told.push(Event::Queue { op, task: 0, queue, effect });
        let Commit { key, version, .. } = commit;
        let value = Datum { lineage: Lineage::of_row(key), ..commit.value };
        self.queues[index].queue.push(key, value, Some(version), false, now_us, &mut effect);
    }

    /// Makes sure that a timer is set for the next item that becomes visible.
    pub(crate) fn arm_redelivery<D: Driver>(&mut self, index: usize, d: &mut D) {
        let slot = &mut self.queues[index];
        let Some(due_us) = slot.queue.next_due_us() else { return };
        if slot.redelivery_us.is_none_or(|set_us| due_us < set_us) {
            slot.redelivery_us = Some(due_us);
            let after_us = due_us.saturating_sub(self.now_us);
            d.timer(Timer::Redelivery { queue: index as u32 }, Delay::After(after_us));
        }
    }

    /// A read reaches a replica.
    pub(crate) fn ask_replica<D: Driver>(
        &mut self,
        id: ReplicaId,
        pending: Pending<DatabaseCall>,
        d: &mut D,
    ) {
        let Some(replica) = self.stores.replica_mut(id) else { return };
        if let Entered::Started { slot } = replica.pool.enter(Statement::new(pending)) {
            self.start_replica_statement(id, slot, d);
        }
    }

    fn start_replica_statement<D: Driver>(&mut self, replica: ReplicaId, slot: u32, d: &mut D) {
        let at = ProcessId::Replica(replica);
        let Some(replica) = self.stores.replica_mut(replica) else { return };
        let Process { slow_milli, life, .. } = replica.process;
        let ReplicaProcess { replica, pool, .. } = replica;
        let Some(statement) = pool.running_mut(slot) else { return };
        let value = replica.snapshot_reply(&statement.pending.call);
        statement.seen = Some(Snapshot { value, at_us: self.now_us });
        let id = statement.pending.id;
        let job = JobKey::on(slot, id.name);
        let timer = Timer::Served { at, job, life };
        d.timer(timer, Delay::ReplicaService { stamp: id.stamp, slow_milli });
    }

    pub(crate) fn finish_replica_statement<D: Driver>(
        &mut self,
        id: ReplicaId,
        slot: u32,
        d: &mut D,
    ) {
        let Some(replica) = self.stores.replica_mut(id) else { return };
        let Some(Statement { pending, seen, .. }) = replica.pool.leave(slot) else { return };
        self.start_replica_statement(id, slot, d);
        let Some(snapshot) = seen else { return };
        if let DatabaseCall::Read { key } | DatabaseCall::Row { key } = pending.call {
            let (op, seen) = (pending.op, snapshot.seen());
            self.told.push(Event::ReplicaRead { op, replica: id, key, seen });
        }
        self.reply(ProcessId::Replica(id), &pending, Ok(snapshot.value), d);
    }

    /// Sends a commit to every replica.
    pub(crate) fn replicate<D: Driver>(&mut self, commit: Commit, stamp: Stamp, d: &mut D) {
        for (replica, nth) in self.stores.replicas.iter_mut().zip(0..) {
            replica.stream.push_back(Streamed { commit, is_due: false });
            let (replica, Commit { key, version, .. }) = (ReplicaId(nth), commit);
            d.timer(Timer::Replication { replica, key, version }, Delay::ReplicaLag { stamp });
        }
    }

    /// A commit's lag is over: it and all earlier ones are applied, in order, if the replica can be
    /// reached.
    pub(crate) fn arrive_at_replica(&mut self, id: ReplicaId, key: Symbol, version: i64) {
        let Some(replica) = self.stores.replica_mut(id) else { return };
        let is_it = |each: &&mut Streamed| (each.commit.key, each.commit.version) == (key, version);
        if let Some(each) = replica.stream.iter_mut().find(is_it) {
            each.is_due = true;
        }
        self.catch_up(id);
    }

    /// Every replica applies what is due.
    pub(crate) fn catch_up_all(&mut self) {
        for nth in 0..self.stores.replicas.len() as u8 {
            self.catch_up(ReplicaId(nth));
        }
    }

    pub(crate) fn catch_up(&mut self, id: ReplicaId) {
        let cut = self.network.is_cut(ProcessId::Database, ProcessId::Replica(id));
        let now_us = self.now_us;
        let Some(replica) = self.stores.replica_mut(id) else { return };
        if cut || !replica.process.up {
            return;
        }
        while let Some(&Streamed { commit, is_due: true }) = replica.stream.front() {
            replica.stream.pop_front();
            replica.replica.apply(&commit, now_us);
            let Commit { key, version, .. } = commit;
            self.told.push(Event::Replicated { replica: id, key, version });
        }
    }

    /// Breaks off all statements in the database or in a replica.
    pub(crate) fn break_off<D: Driver>(&mut self, me: ProcessId, d: &mut D) {
        let statements = match me {
            ProcessId::Replica(id) => {
                self.stores.replica_mut(id).map(|replica| replica.pool.clear()).unwrap_or_default()
            }
            _ => {
                self.end_sessions();
                self.stores.database.pool.clear()
            }
        };
        let source =
            if me == ProcessId::Database { ErrorSource::Database } else { ErrorSource::Replica };
        for statement in statements {
            if statement.phase == Phase::Over {
                continue;
            }
            let pending = &statement.pending;
            if me == ProcessId::Database {
                for key in statement.rows_read() {
                    self.told.push(Event::LoadEnded { op: pending.op, key, seen: None });
                }
            }
            let call = Call::Database(pending.call);
            self.refuse(me, pending, source, Reason::Reset, &call, d);
        }
    }

    /// Callers that wait for room in this process's queues get an error, and items of queues that
    /// are not durable are lost.
    pub(crate) fn lose_queues<D: Driver>(&mut self, me: ProcessId, d: &mut D) {
        for index in 0..self.queues.len() {
            if self.queues[index].process != me {
                continue;
            }
            let (durable, now_us) = (self.is_durable(index), self.now_us);
            let slot = &mut self.queues[index];
            let waiting = std::mem::take(&mut slot.waiting);
            let queue = index as u16;
            let mut effect = |effect: QueueEffect| {
                self.told.push(Event::Queue { op: OpId::NOBODY, task: 0, queue, effect })
            };
            if durable {
                slot.queue.release_all(now_us, &mut effect);
            } else {
                slot.queue.clear(&mut effect);
            }
            for pending in waiting {
                let call = Call::Queue(crate::strategy::call::QueueId(0), pending.call);
                let error = StoreError::new(serve::source(&call, me), Reason::Reset);
                self.reply(me, &pending, Err(error), d);
            }
        }
    }

    /// Whether a queue survives its process.
    pub fn is_durable(&self, index: usize) -> bool {
        let slot = &self.queues[index];
        let spec = &self.setup.strategies[usize::from(slot.strategy)].program.queues
            [usize::from(slot.id.0)];
        spec.durable || spec.changes
    }
}

/// The row's version given with a push.
fn pushed_version(call: &QueueCall) -> Option<i64> {
    match *call {
        QueueCall::Push { version, .. } => version,
        _ => None,
    }
}

/// The pushed value, with the lineage of the sum that it becomes part of.
fn added_to(queue: &Queue, key: Symbol, value: Datum, add: bool, names: &mut Names) -> Datum {
    match queue.sum_of(key).filter(|_| add) {
        Some(sum) => Datum { lineage: names.unite(sum, value).1, ..value },
        None => value,
    }
}
