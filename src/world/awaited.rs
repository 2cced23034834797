//! Whether a reply that a task or a client waits for can still come.
//!
//! A scheduler without a clock needs this: a timeout of a reply that cannot come any more depends
//! on time alone.

use super::*;

impl World {
    /// Whether the reply to a task's latest call is under way or will be: neither the call nor its
    /// reply has been lost.
    pub fn may_be_answered(&self, task: TaskKey) -> bool {
        let Some(ordinal) = self.tasks.resolve(task).map(|task| self.tasks[task].ordinal) else {
            return false;
        };
        if self.tasks.get(task).is_some_and(|task| matches!(task.waiting, Waiting::Lock { .. })) {
            // whoever holds the lock may leave it
            return true;
        }
        let is_it = |caller: &Caller| caller.task == task && caller.ordinal == ordinal;
        self.callers().any(is_it)
    }

    /// Whether a task never continues.
    pub fn hangs(&self, task: TaskKey) -> bool {
        self.tasks.get(task).is_some_and(|task| matches!(task.waiting, Waiting::Hung { .. }))
    }

    /// Whether the answer to a request's latest try is under way or will be.
    pub fn may_end(&self, request: OperationKey) -> bool {
        let Some(attempt) = self.operations.resolve(request) else { return false };
        let attempt = self.operations[attempt].attempt;
        let is_it = |body: &Body| match body {
            Body::Ask { operation, attempt: of, .. }
            | Body::Answer { operation, attempt: of, .. } => {
                (*operation, *of) == (request, attempt)
            }
            Body::Call { .. } | Body::Reply { .. } | Body::Forget { .. } => false,
        };
        let mut backlog = self.apps.iter().flat_map(|app| &app.backlog);
        self.messages.values().any(|message| is_it(&message.body))
            || backlog.any(|message| is_it(&message.body))
            || self.tasks.values().any(|task| {
                matches!(task.recipient, Recipient::Client { operation, attempt: of }
                    if (operation, of) == (request, attempt))
            })
    }
}
