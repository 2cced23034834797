//! Concurrent calls of a task, which waits for all of them.
//!
//! After `asyncio.gather` of CPython 3.11: each call is a task of its own; they begin in the order
//! in which they are written, and the results have that order. The first error is raised at once;
//! the other tasks continue, and their results are dropped.

use super::run::Spawned;
use super::*;
use crate::strategy::call::{Prepared, StoreError};
use crate::strategy::value::Value;

impl World {
    /// Begins all calls of a task, which waits for them.
    pub(crate) fn gather<D: Driver>(&mut self, key: TaskKey, calls: &[Prepared], d: &mut D) {
        let task: &mut Task = &mut self.tasks[key];
        let results = vec![None; calls.len()].into();
        task.waiting = Waiting::Gather(Gathered { results, failed: None });
        let (process, strategy, op) = (task.process, task.strategy, task.op);
        let (id, ordinal, own_key) = (task.call_id(), task.ordinal, task.key);
        for (call, at) in calls.iter().zip(0..) {
            let function = call.function;
            let spawned = Spawned { process, strategy, function, op, key: own_key };
            let recipient = Recipient::Gatherer { task: key, ordinal, at };
            let id = id.child(u64::from(at));
            // an event of its own: a call that gathers in turn does not pile up on the stack
            let Some(task) = self.spawn(spawned, &call.args, id, recipient) else { return };
            self.wake(task, d);
        }
    }

    /// One of the calls has ended. The waiting task continues as an event of its own.
    pub(crate) fn gathered<D: Driver>(
        &mut self,
        key: TaskKey,
        ordinal: u32,
        at: u16,
        wrote: bool,
        result: Result<Value, StoreError>,
        d: &mut D,
    ) {
        let Some(task) = self.tasks.get_mut(key) else { return };
        let task: &mut Task = task;
        task.wrote |= wrote;
        let Waiting::Gather(gathered) = &mut task.waiting else { return };
        if task.ordinal != ordinal || gathered.is_ready() {
            return;
        }
        match result {
            Ok(value) => {
                if let Some(place) = gathered.results.get_mut(usize::from(at)) {
                    *place = Some(value);
                }
            }
            Err(error) => gathered.failed = Some(error),
        }
        if gathered.is_ready() {
            self.wake(key, d);
        }
    }
}
