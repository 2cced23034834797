//! The effect of a call on the stores, as a TLA+ expression of a state and a reply.

use super::TlaError;
use super::text::quoted;
use super::walk::{Called, Label};
use crate::strategy::Program;
use crate::vocabulary::command::{
    CacheCommand, DatabaseCommand, QueueCommand, ReplicaCommand, StoreCommand,
};
use crate::vocabulary::{CacheId, StoreId};
use crate::world::Setup;

/// The cache that a call names; a server's own cache is named by where the task runs.
pub fn cache(setup: &Setup, nth: u16) -> String {
    let cache = CacheId(nth as u8);
    match setup.local == Some(cache) {
        true => "Local[t.process]".to_owned(),
        false => quoted(&cache_name(setup, cache)),
    }
}

pub fn cache_name(setup: &Setup, cache: CacheId) -> String {
    setup.names.stores().title(StoreId::Cache(cache)).to_string()
}

/// The queue of a program, by its position.
pub fn queue_name(program: &Program, strategy: usize, nth: u16) -> String {
    let name = &program.queues[usize::from(nth)].name;
    if strategy == 0 { name.to_string() } else { format!("{name}_{}", strategy + 1) }
}

/// The store that a call's error names.
pub fn source(label: &Label, program: &Program) -> &'static str {
    match label.called {
        Called::Store { command: StoreCommand::Cache(_), .. } | Called::Publish(_) => "cache",
        Called::Store { command: StoreCommand::Queue(_), nth } => {
            match program.queues[usize::from(nth)].place {
                crate::vocabulary::Role::Cache => "cache",
                _ => "queue",
            }
        }
        _ => "database",
    }
}

/// The effect of a call to a store: `[s, r]`, of `s`, `id`, `t` and `l`.
pub fn call(
    command: StoreCommand,
    nth: u16,
    setup: &Setup,
    program: &Program,
    strategy: usize,
) -> Result<String, TlaError> {
    let unwritten = Err(TlaError::of(format!("`{}`", command.call())));
    let key = "l.arg1[2]";
    let claimed = format!("Claimed(t, {key}, l.arg2)");
    Ok(match command {
        StoreCommand::Cache(command) => {
            let cache = cache(setup, nth);
            let head = format!("s, {cache}, {key}");
            match command {
                CacheCommand::Get => format!("CacheGet({head})"),
                CacheCommand::Entry => format!("CacheEntry({head})"),
                CacheCommand::Set => {
                    format!("CacheSet({head}, {claimed}, NumberOf(l.arg5), Ttl(l.arg3))")
                }
                CacheCommand::Add => format!("CacheAdd({head}, {claimed}, Ttl(l.arg3))"),
                CacheCommand::Delete => format!("CacheDelete({head}, NumberOf(l.arg2))"),
                CacheCommand::Lease => format!("CacheLease({head})"),
                CacheCommand::SetWithLease => {
                    format!("CacheSetWithLease({head}, {claimed}, NumberOf(l.arg3), Ttl(l.arg4))")
                }
                CacheCommand::Incr => format!("CacheIncr({head}, {claimed})"),
                CacheCommand::Expire => format!("CacheExpire({head}, Ttl(l.arg2))"),
                _ => return unwritten,
            }
        }
        StoreCommand::Database(command) => match command {
            DatabaseCommand::Read => format!("DbRead(s, t.op, {key})"),
            DatabaseCommand::Row => format!("DbRowOf(s, t.op, {key})"),
            DatabaseCommand::Write => format!("DbWrite(s, t.op, {key}, {claimed})"),
            DatabaseCommand::Delete => format!("DbDelete(s, t.op, {key})"),
            DatabaseCommand::Incr => format!("DbIncr(s, t.op, {key}, {claimed})"),
            DatabaseCommand::CompareAndSet => {
                format!("DbCompareAndSet(s, t.op, {key}, {claimed}, NumberOf(l.arg3))")
            }
            _ => return unwritten,
        },
        StoreCommand::Queue(command) => {
            let queue = quoted(&queue_name(program, strategy, nth));
            match command {
                QueueCommand::Push => {
                    format!("QueuePush(s, {queue}, {key}, {claimed}, NumberOf(l.arg3), t.op)")
                }
                QueueCommand::Take => format!("QueueTake(s, {queue}, l.arg1[2])"),
                QueueCommand::Ack => format!("QueueAck(s, {queue}, l.arg1)"),
                QueueCommand::Retry => format!("QueueRetry(s, {queue}, l.arg1, Millis(l.arg2))"),
                _ => return unwritten,
            }
        }
        StoreCommand::Replica(command) => match command {
            ReplicaCommand::Read => format!("ReplicaRead(s, {}, {key})", nth + 1),
            ReplicaCommand::Row => format!("ReplicaRowOf(s, {}, {key})", nth + 1),
        },
    })
}

/// Whether a task has written something once this command has succeeded.
pub fn writes(command: StoreCommand) -> bool {
    !matches!(command, StoreCommand::Cache(_)) && command.writes()
}
