//! Consumers of queues, which can be stopped, killed and started; and dead letters, which can be
//! pushed again.
//!
//! A consumer is a function with `@every` that takes from a queue, in one process. A stopped one
//! finishes its turn, but a `take` gives it nothing any more (`basic.cancel` of AMQP; SIGTERM of a
//! Celery or a BullMQ worker). A killed one loses the items that it has taken: they come back after
//! the queue's `redeliver`, or at once if the queue knows its consumers by their connections
//! (`release=True`). A process that restarts has all its consumers again.

use super::*;
use crate::event::{ConsumerFault, Fault};
use crate::strategy::call::{ErrorSource, Reason, StoreError};
use crate::strategy::receipts;
use crate::strategy::value::Symbol;

/// A consumer of a queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taker {
    pub name: Arc<str>,
    pub process: ProcessId,
}

impl World {
    /// Who takes from each of the [queues](World::queues).
    pub fn takers(&self) -> impl Iterator<Item = Vec<Taker>> {
        let taker =
            |slot: &LoopSlot| Taker { name: self.loop_name(slot).clone(), process: slot.process };
        self.queues.iter().map(move |queue| self.loops_that_take(queue).map(taker).collect())
    }

    /// The loops that take from a queue. One of an app server takes from no other server's.
    pub(crate) fn loops_that_take(&self, queue: &QueueSlot) -> impl Iterator<Item = &LoopSlot> {
        let program = &self.setup.strategies[usize::from(queue.strategy)].program;
        self.loops.iter().filter(move |slot| {
            slot.strategy == queue.strategy
                && (slot.process.role() != Role::App
                    || queue.process.role() != Role::App
                    || slot.process == queue.process)
                && program.takes_from(slot.function).any(|taken| taken == queue.id)
        })
    }

    /// What a loop's function is called.
    pub(crate) fn loop_name(&self, slot: &LoopSlot) -> &Arc<str> {
        let program = &self.setup.strategies[usize::from(slot.strategy)].program;
        &program.functions[usize::from(slot.function.0)].name
    }

    /// The consumers of this name: those of one app server, or all.
    fn consumers_of(&self, name: Symbol, app: Option<u16>) -> Vec<usize> {
        let name = self.names.text(name);
        let is_it = |slot: &LoopSlot| {
            let program = &self.setup.strategies[usize::from(slot.strategy)].program;
            **self.loop_name(slot) == *name
                && app.is_none_or(|app| slot.process == ProcessId::App(app))
                && program.takes_from(slot.function).next().is_some()
        };
        let found = self.loops.iter().enumerate().filter(|(_, slot)| is_it(slot));
        found.map(|(index, _)| index).collect()
    }

    pub(crate) fn change_consumers<D: Driver>(
        &mut self,
        name: Symbol,
        app: Option<u16>,
        how: ConsumerFault,
        d: &mut D,
    ) -> Result<(), FaultError> {
        let text = self.names.text(name);
        let mut consumers = self.consumers_of(name, app);
        if consumers.is_empty() {
            return Err(FaultError::NoConsumer(text));
        }
        let starts = how == ConsumerFault::Start;
        // one that was stopped, and still has something in hand, can be killed
        let is_done = |slot: &LoopSlot| match how {
            ConsumerFault::Start => !slot.stopped,
            ConsumerFault::Stop => slot.stopped,
            ConsumerFault::Kill => slot.stopped && slot.running.is_none(),
        };
        consumers.retain(|index| !is_done(&self.loops[*index]));
        if consumers.is_empty() {
            return Err(if starts { FaultError::Takes(text) } else { FaultError::TakesNone(text) });
        }
        self.told.push(Event::Fault(Fault::Consumer { name, app, how }));
        for index in consumers {
            self.loops[index].stopped = !starts;
            if how == ConsumerFault::Kill
                && let Some(task) = self.loops[index].running
            {
                self.release_items(task, None);
                self.free_locks(task, d);
                let error = StoreError::new(ErrorSource::Process, Reason::Reset);
                self.end_task(task, Err(error), d);
            }
        }
        Ok(())
    }

    /// A task is killed, perhaps with its process: the items that it has taken come back to the
    /// other queues that notice.
    pub(crate) fn release_items(&mut self, key: TaskKey, dying: Option<ProcessId>) {
        let Some(task) = self.tasks.get(key) else { return };
        let Work::Program(machine) = &task.work else { return };
        let strategy = task.strategy;
        let replies = self.messages.values().filter_map(|message| match &message.body {
            Body::Reply { caller, result: Ok(value) } if caller.task == key => Some(value),
            _ => None,
        });
        let mut receipts: Vec<_> = machine.items().chain(replies.flat_map(receipts)).collect();
        receipts.sort_unstable_by_key(|receipt| receipt.item);
        receipts.dedup();
        for (index, slot) in self.queues.iter_mut().enumerate() {
            if slot.strategy != strategy || Some(slot.process) == dying {
                continue;
            }
            for &receipt in &receipts {
                slot.queue.release(receipt, &mut |effect| {
                    let (op, queue) = (OpId::NOBODY, index as u16);
                    self.told.push(Event::Queue { op, task: 0, queue, effect });
                });
            }
        }
    }

    /// Whether a task is a turn of a stopped consumer.
    pub(crate) fn is_stopped(&self, task: TaskKey) -> bool {
        let recipient = self.tasks.get(task).map(|task| task.recipient);
        matches!(recipient, Some(Recipient::Loop(index)) if self.loops[index as usize].stopped)
    }

    /// Pushes the dead letters of the queues of this name again.
    pub(crate) fn replay<D: Driver>(
        &mut self,
        queue: Symbol,
        app: Option<u16>,
        d: &mut D,
    ) -> Result<(), FaultError> {
        let name = self.names.text(queue);
        let is_it = |slot: &QueueSlot| {
            let program = &self.setup.strategies[usize::from(slot.strategy)].program;
            *program.queues[usize::from(slot.id.0)].name == *name
                && app.is_none_or(|app| slot.process == ProcessId::App(app))
        };
        let mut found: Vec<usize> = (0..self.queues.len()).collect();
        found.retain(|index| is_it(&self.queues[*index]));
        if found.is_empty() {
            return Err(FaultError::NoQueue(name));
        }
        found.retain(|index| self.queues[*index].queue.has_dead());
        if found.is_empty() {
            return Err(FaultError::NoDeadLetters(name));
        }
        self.told.push(Event::Fault(Fault::Replay { queue, app }));
        let now_us = self.now_us;
        for index in found {
            let slot = &mut self.queues[index];
            slot.queue.replay(now_us, &mut |effect| {
                let (op, queue) = (OpId::NOBODY, index as u16);
                self.told.push(Event::Queue { op, task: 0, queue, effect });
            });
            self.arm_redelivery(index, d);
        }
        Ok(())
    }
}
