//! One number for a whole state.
//!
//! Two worlds that will behave alike have the same hash, whichever way each
//! was reached: what is hashed is content and stamps, never a position in a
//! table. Clocks are not part of it, except where they are content (an expiry).

use std::hash::{Hash, Hasher};

use super::*;
use crate::event::Checksum;

impl World {
    /// The state's hash.
    pub fn digest(&self) -> u64 {
        let mut sum = Checksum::default();
        self.operations_begun.hash(&mut sum);
        self.next_app.hash(&mut sum);
        self.network.hash(&mut sum);
        self.traps.hash(&mut sum);
        for app in &self.apps {
            self.process_digest(&app.process, &mut sum);
            app.in_progress.hash(&mut sum);
            for message in &app.backlog {
                self.message_digest(message, &mut sum);
            }
        }
        self.process_digest(&self.worker, &mut sum);
        self.process_digest(&self.cache.process, &mut sum);
        self.cache.cache.hash(&mut sum);
        self.cache.snapshot.hash(&mut sum);
        for pending in self.cache.pool.iter().map(|(_, job)| job) {
            (pending.stamp, &pending.call).hash(&mut sum);
        }
        self.process_digest(&self.database.process, &mut sum);
        self.database.database.hash(&mut sum);
        self.statements_digest(&self.database.pool, &mut sum);
        if let Some(replica) = &self.replica {
            self.process_digest(&replica.process, &mut sum);
            replica.replica.hash(&mut sum);
            replica.stream.hash(&mut sum);
            self.statements_digest(&replica.pool, &mut sum);
        }
        for slot in &self.queues {
            slot.queue.hash(&mut sum);
            for pending in &slot.waiting {
                (pending.stamp, &pending.call).hash(&mut sum);
            }
        }
        for each in &self.loops {
            each.turns.hash(&mut sum);
        }
        // what has no order of its own is added up
        let tasks = self.tasks.values().map(|task| self.task_digest(task));
        let messages = self.messages.values().map(|message| {
            let mut sum = Checksum::default();
            self.message_digest(message, &mut sum);
            sum.finish()
        });
        let operations = self.operations.values().map(|operation| {
            let mut sum = Checksum::default();
            operation.hash(&mut sum);
            sum.finish()
        });
        let scattered = tasks.chain(messages).chain(operations);
        scattered.fold(0u64, u64::wrapping_add).hash(&mut sum);
        sum.finish()
    }

    fn process_digest(&self, process: &Process, sum: &mut Checksum) {
        (process.up, process.life, process.slow_milli).hash(sum);
        for (key, line) in process.locks.lines() {
            key.hash(sum);
            for task in line {
                self.tasks.get(task).map(|task| task.stamp).hash(sum);
            }
        }
    }

    fn task_digest(&self, task: &Task) -> u64 {
        let mut sum = Checksum::default();
        (task.process, task.strategy, task.function, task.stamp, task.op).hash(&mut sum);
        (&task.work, task.calls, task.draws, task.key).hash(&mut sum);
        // when it began to wait is looked at, and never acted on
        match &task.waiting {
            Waiting::Start => 0u8.hash(&mut sum),
            Waiting::Reply { call, to, .. } => (1u8, call, to).hash(&mut sum),
            Waiting::Sleep { until_us } => (2u8, until_us).hash(&mut sum),
            Waiting::Lock { key, .. } => (3u8, key).hash(&mut sum),
        }
        sum.finish()
    }

    fn message_digest(&self, message: &Message, sum: &mut Checksum) {
        (message.from, message.to, message.stamp, message.life).hash(sum);
        match &message.body {
            Body::Ask { attempt, kind, key, value, .. } => (attempt, kind, key, value).hash(sum),
            Body::Answer { attempt, result, .. } => (attempt, result).hash(sum),
            Body::Call { call, .. } => call.hash(sum),
            Body::Reply { result, .. } => result.hash(sum),
        }
    }

    fn statements_digest(&self, pool: &Pool<Statement>, sum: &mut Checksum) {
        for statement in pool.iter().map(|(_, job)| job) {
            (statement.pending.stamp, &statement.pending.call, &statement.seen).hash(sum);
        }
    }
}
