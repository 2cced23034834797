//! A message in flight lands.

use super::*;
use crate::event::{DropReason, Saying, Verb};
use crate::strategy::call::{CacheCall, Call, DatabaseCall, QueueCall};

impl World {
    /// A message in flight lands, and all that follows from it at this instant.
    pub fn deliver<D: Driver>(&mut self, key: MessageKey, d: &mut D) {
        let Some(message) = self.messages.remove(key) else { return };
        let Message { stamp, op, from, to, sent_us, .. } = message;
        d.record(Event::Arrived { stamp, op, from, to, sent_us, what: message.saying() });
        match message.body {
            Body::Ask { .. } => self.admit(message, d),
            Body::Answer { .. } => self.answered(message, d),
            Body::Call { .. } => self.serve(message, d),
            Body::Reply { caller, ref result } => {
                if self.awaits_reply(caller.task, caller.ordinal) {
                    let result = result.clone();
                    self.resume(caller.task, result, d);
                } else {
                    d.record(message.dropped(DropReason::Late));
                }
            }
        }
    }

    /// A message in flight is lost.
    pub fn lose<D: Driver>(&mut self, key: MessageKey, why: DropReason, d: &mut D) {
        if let Some(message) = self.messages.remove(key) {
            d.record(message.dropped(why));
        }
    }
}

impl Message {
    /// What it says, in short.
    pub fn saying(&self) -> Saying {
        match &self.body {
            Body::Ask { kind, key, .. } => {
                Saying { verb: Verb::Request(*kind), key: Some(*key), reply: false, error: false }
            }
            Body::Answer { result, .. } => {
                Saying { verb: Verb::Answer, key: None, reply: true, error: result.is_err() }
            }
            Body::Call { call, .. } => saying(call),
            Body::Reply { result, .. } => {
                Saying { verb: Verb::Reply, key: None, reply: true, error: result.is_err() }
            }
        }
    }

    /// The record of its end.
    pub(crate) fn dropped(&self, why: DropReason) -> Event {
        let Message { stamp, op, from, to, sent_us, .. } = *self;
        Event::Dropped { stamp, op, from, to, sent_us, what: self.saying(), why }
    }
}

/// A call in short.
pub fn saying(call: &Call) -> Saying {
    let (verb, key) = match call {
        Call::Cache(call) => match *call {
            CacheCall::Get { key } => (Verb::CacheGet, Some(key)),
            CacheCall::Entry { key } => (Verb::CacheEntry, Some(key)),
            CacheCall::Set { key, .. } => (Verb::CacheSet, Some(key)),
            CacheCall::Add { key, .. } => (Verb::CacheAdd, Some(key)),
            CacheCall::Delete { key, .. } => (Verb::CacheDelete, Some(key)),
            CacheCall::Incr { key, .. } => (Verb::CacheIncr, Some(key)),
            CacheCall::Lease { key } => (Verb::CacheLease, Some(key)),
            CacheCall::SetWithLease { key, .. } => (Verb::CacheSetWithLease, Some(key)),
            CacheCall::Expire { key, .. } => (Verb::CacheExpire, Some(key)),
        },
        Call::Database(call) => match *call {
            DatabaseCall::Read { key } => (Verb::DatabaseRead, Some(key)),
            DatabaseCall::Row { key } => (Verb::DatabaseRow, Some(key)),
            DatabaseCall::Write { key, .. } => (Verb::DatabaseWrite, Some(key)),
            DatabaseCall::Delete { key } => (Verb::DatabaseDelete, Some(key)),
            DatabaseCall::Incr { key, .. } => (Verb::DatabaseIncr, Some(key)),
            DatabaseCall::CompareAndSet { key, .. } => (Verb::DatabaseCompareAndSet, Some(key)),
        },
        Call::ReplicaRead(key) => (Verb::ReplicaRead, Some(*key)),
        Call::ReplicaRow(key) => (Verb::ReplicaRow, Some(*key)),
        Call::Queue(_, call) => match *call {
            QueueCall::Push { key, .. } => (Verb::QueuePush, Some(key)),
            QueueCall::Add { key, .. } => (Verb::QueueAdd, Some(key)),
            QueueCall::Take { .. } => (Verb::QueueTake, None),
            QueueCall::Ack { .. } => (Verb::QueueAck, None),
            QueueCall::Retry { .. } => (Verb::QueueRetry, None),
            QueueCall::DeadLetter { .. } => (Verb::QueueDeadLetter, None),
        },
        Call::Spawn { .. } => (Verb::Spawn, None),
        Call::Invoke { .. } => (Verb::Invoke, None),
        Call::Lock(key) => (Verb::Lock, Some(*key)),
        Call::Unlock(key) => (Verb::Unlock, Some(*key)),
        Call::Sleep { .. } => (Verb::Sleep, None),
    };
    Saying { verb, key, reply: false, error: false }
}
