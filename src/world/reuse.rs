//! Ordinals and names that are used again, so that a loop which changes nothing comes back to the
//! same state.
//!
//! The name of a message is made of its task's name and its call's ordinal, and both are part of
//! the state. In a run every ordinal is new, because a timer that was set for an earlier call may
//! still come. But then each turn of `while not cache.add(key, 1): sleep(0.1)` is a state of its
//! own, and a search of all orders never ends. A scheduler that keeps neither timers nor keys from
//! one transition to the next, and lists them each time, needs new ordinals only as long as
//! something of an earlier call is left: see [`World::reuse_names`].
//!
//! # Why no two states are merged that can behave differently
//!
//! - The next ordinal of a task is one more than the greatest that anything in the state mentions:
//!   a call or a reply in flight, a command or a statement in a store, a push that waits for room,
//!   a task that will reply, a concurrent call, an open transaction. It is a function of the state,
//!   so two equal states continue with equal ordinals.
//! - A reply finds its call by task and ordinal. No earlier call's reply can be taken for a later
//!   call's, since as long as it can come, something mentions its ordinal; and a copy of a
//!   transaction's statement still has a lower ordinal than the statements after it.
//! - A new task gets a name that no task has and nothing mentions, a new message one that no message
//!   and no call at a store has: again by a function of the state.
//! - Nothing else acts on an ordinal. The stamps, by which random draws and the actions of a
//!   scenario know a message, still count every call ([`Task::calls`]); a state does not contain
//!   them, and a search in which an action names a message adds them to its states.

use super::*;

impl World {
    /// Uses ordinals and names again from now on: for a scheduler that keeps no timers, and lists
    /// what can happen after each transition.
    pub fn reuse_names(&mut self) {
        self.reuses_names = true;
    }

    /// Numbers a task's next call.
    pub(crate) fn begin_call_of(&mut self, key: TaskKey) -> u32 {
        let highest = if self.reuses_names { self.highest_ordinal(key) } else { 0 };
        let task: &mut Task = &mut self.tasks[key];
        task.calls += 1;
        task.ordinal = if self.reuses_names { highest + 1 } else { task.calls };
        task.ordinal
    }

    /// The greatest ordinal of a task's calls that anything mentions; 0: none.
    fn highest_ordinal(&mut self, task: TaskKey) -> u32 {
        let of_callers = self.callers().filter(|caller| caller.task == task);
        let of_callers = of_callers.map(|caller| caller.ordinal);
        let of_gathered = self.tasks.values().filter_map(|each| match each.recipient {
            Recipient::Gatherer { task: of, ordinal, .. } if of == task => Some(ordinal),
            _ => None,
        });
        let highest = of_callers.chain(of_gathered).max().unwrap_or(0);
        let sessions = &self.stores.database.sessions;
        let Some(own) = sessions.iter().position(|session| session.task == task) else {
            return highest;
        };
        match highest {
            // only the transaction itself remembers: it may begin to count again
            0 => {
                if sessions[own].latest > 0 {
                    self.stores.database.sessions[own].latest = 0;
                }
                0
            }
            _ => highest.max(sessions[own].latest),
        }
    }

    /// The callers of everything that is under way, in no particular order.
    pub(crate) fn callers(&self) -> impl Iterator<Item = &Caller> {
        self.callers_in_messages().chain(self.callers_elsewhere())
    }

    fn callers_in_messages(&self) -> impl Iterator<Item = &Caller> {
        self.messages.values().filter_map(|message| match &message.body {
            Body::Call { caller, .. } | Body::Reply { caller, .. } => Some(caller),
            Body::Ask { .. } | Body::Answer { .. } | Body::Forget { .. } => None,
        })
    }

    fn callers_elsewhere(&self) -> impl Iterator<Item = &Caller> {
        let in_tasks = self.tasks.values().filter_map(|task| match &task.recipient {
            Recipient::Task { caller, .. } => Some(caller),
            _ => None,
        });
        let statements = self.stores.statements();
        let commands = self.stores.caches.iter().flat_map(|(_, cache)| cache.pool.iter());
        let waiting = self.queues.iter().flat_map(|slot| &slot.waiting);
        in_tasks
            .chain(statements.map(|(_, _, statement)| &statement.pending.caller))
            .chain(commands.map(|(_, pending)| &pending.caller))
            .chain(waiting.map(|pending| &pending.caller))
    }

    /// Whether a new task cannot have this name, because something still means an earlier one.
    pub(crate) fn is_name_taken(&self, name: Stamp) -> bool {
        let is_it = |caller: &Caller| caller.task.name() == name;
        let is_gathered = |task: &Shared<Task>| matches!(task.recipient, Recipient::Gatherer { task, .. } if task.name() == name);
        // of the background, the table of tasks sees to it that a name is there once
        let is_there = |world: &World| world.tasks.resolve(Key::named(name)).is_some();
        // what a background task asks and is told is of the background as well
        let in_messages = self.reuses_names || self.messages.has_background();
        in_messages && self.callers_in_messages().any(is_it)
            || self.callers_elsewhere().any(is_it)
            || self.tasks.values().any(is_gathered)
            || self.reuses_names && is_there(self)
    }

    /// Whether a new message cannot have this name: a message or a call at a store has it.
    pub(crate) fn is_message_name_taken(&self, name: Stamp) -> bool {
        self.messages.resolve(Key::named(name)).is_some()
            || self.calls_at_stores().any(|(id, _)| id.name == name)
    }

    /// The identity and the operation of each call that a store or a queue has, and has not
    /// answered.
    fn calls_at_stores(&self) -> impl Iterator<Item = (Identity, OpId)> {
        let statements = self.stores.statements();
        let commands = self.stores.caches.iter().flat_map(|(_, cache)| cache.pool.iter());
        let waiting = self.queues.iter().flat_map(|slot| &slot.waiting);
        statements
            .map(|(_, _, statement)| (statement.pending.id, statement.pending.op))
            .chain(commands.map(|(_, pending)| (pending.id, pending.op)))
            .chain(waiting.map(|pending| (pending.id, pending.op)))
    }

    /// What the stamps of a request's messages are made of, now and later: of each task, message and
    /// call at a store the name, the stamp and the number of calls, ordered by name. Of background
    /// loops there is nothing.
    pub fn stamps(&self) -> Vec<(Stamp, Stamp, u32)> {
        let tasks = self.tasks.values().map(|task| (task.id, task.op, task.calls));
        let messages = self.messages.values().map(|message| (message.id, message.op, 0));
        let calls = self.calls_at_stores().map(|(id, op)| (id, op, 0));
        let all = tasks.chain(messages).chain(calls);
        let of_requests = all.filter(|(_, op, _)| *op != OpId::NOBODY);
        let mut stamps: Vec<_> =
            of_requests.map(|(id, _, calls)| (id.name, id.stamp, calls)).collect();
        stamps.sort_unstable();
        stamps
    }
}
