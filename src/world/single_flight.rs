//! Single flights: runs of a function whose callers share its result or its error.

use super::run::Spawned;
use super::*;
use crate::strategy::call::{FunctionId, StoreError};
use crate::strategy::value::{Symbol, Value};

impl World {
    /// Makes a task wait for the run of a key: the one under way in its process, or a new one,
    /// which begins as an event of its own.
    pub(crate) fn share<D: Driver>(
        &mut self,
        key: TaskKey,
        flight: Symbol,
        function: FunctionId,
        args: &[Value],
        d: &mut D,
    ) {
        let task = &self.tasks[key];
        let (process, strategy, op) = (task.process, task.strategy, task.op);
        let spawned = Spawned { process, strategy, function, op, key: task.key };
        let id = task.call_id();
        let joined =
            self.process_mut(process).and_then(|each| each.flights.join(strategy, flight, key));
        let run = match joined {
            Some(run) => run,
            None => {
                let Some(run) = self.spawn(spawned, args, id, Recipient::Sharers) else { return };
                if let Some(process) = self.process_mut(process) {
                    process.flights.begin(strategy, flight, run, key);
                }
                self.wake(run, d);
                run
            }
        };
        let of = self.tasks.get(run).map_or(op, |run| run.op);
        if joined.is_some() {
            self.told.push(Event::Joined { op, key: flight, of });
        }
        self.tasks[key].waiting = Waiting::SingleFlight { key: flight, run, of, result: None };
    }

    /// Ends a run: every task that waits for it gets its result, and they continue in any order.
    pub(crate) fn land<D: Driver>(
        &mut self,
        run: TaskKey,
        task: &Task,
        result: &Result<Value, StoreError>,
        d: &mut D,
    ) {
        let Some(process) = self.process_mut(task.process) else { return };
        for key in process.flights.land(run) {
            let Some(key) = self.tasks.resolve(key) else { continue };
            let waits: &mut Task = &mut self.tasks[key];
            let Waiting::SingleFlight { key: flight, of, result: got, .. } = &mut waits.waiting
            else {
                continue;
            };
            *got = Some(result.clone());
            let (flight, of, op) = (*flight, *of, waits.op);
            waits.wrote |= task.wrote && op == of;
            if op != of {
                self.told.push(Event::Shared { op, key: flight, of });
            }
            self.wake(key, d);
        }
    }
}
