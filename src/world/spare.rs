//! Spare memory for new parts of a world.
//!
//! Each request makes a few parts that soon end; memory for new ones is taken from those that have
//! ended, and not from the allocator.

use super::message::Message;
use super::task::{Operation, Task, Work};
use crate::shared::Shared;
use crate::strategy::value::Value;

/// Landed messages, and ended tasks and requests, whose contents no longer matter.
#[derive(Default)]
pub(super) struct Spare {
    messages: Vec<Shared<Message>>,
    tasks: Vec<Shared<Task>>,
    operations: Vec<Shared<Operation>>,
}

/// The most spare parts of a kind.
const MOST: usize = 64;

/// A copy of a world has none.
impl Clone for Spare {
    fn clone(&self) -> Spare {
        Spare::default()
    }
}

impl Spare {
    #[inline(always)]
    pub fn hold_message(&mut self, message: Message) -> Shared<Message> {
        hold(&mut self.messages, message)
    }

    pub fn hold_task(&mut self, task: Task) -> Shared<Task> {
        hold(&mut self.tasks, task)
    }

    pub fn hold_operation(&mut self, operation: Operation) -> Shared<Operation> {
        hold(&mut self.operations, operation)
    }

    /// A stack for the next task.
    pub fn stack(&mut self) -> Vec<Value> {
        match self.tasks.last_mut().map(|task| &mut task.work) {
            Some(Work::Program(machine)) => machine.give_stack(),
            _ => Vec::new(),
        }
    }

    pub fn end_message(&mut self, message: Shared<Message>) {
        keep(&mut self.messages, message);
    }

    pub fn end_task(&mut self, task: Shared<Task>) {
        keep(&mut self.tasks, task);
    }

    pub fn end_operation(&mut self, operation: Shared<Operation>) {
        keep(&mut self.operations, operation);
    }
}

#[inline(always)]
fn hold<T: Clone>(spare: &mut Vec<Shared<T>>, part: T) -> Shared<T> {
    match spare.pop() {
        Some(mut room) => {
            *room = part;
            room
        }
        None => Shared::new(part),
    }
}

fn keep<T>(spare: &mut Vec<Shared<T>>, part: Shared<T>) {
    if spare.len() < MOST && part.is_alone() {
        spare.push(part);
    }
}
