//! What a message says, in short.

use crate::identity::Kind;
use crate::strategy::value::Symbol;

/// What a message is about, in short.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Saying {
    pub verb: Verb,
    pub key: Option<Symbol>,
    /// a reply, rather than a request
    pub reply: bool,
    /// a reply that is an error
    pub error: bool,
}

/// The command in a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verb {
    Request(Kind),
    CacheGet,
    CacheEntry,
    CacheSet,
    CacheAdd,
    CacheDelete,
    CacheIncr,
    CacheLease,
    CacheSetWithLease,
    CacheExpire,
    DatabaseRead,
    DatabaseRow,
    DatabaseWrite,
    DatabaseDelete,
    DatabaseIncr,
    DatabaseCompareAndSet,
    ReplicaRead,
    ReplicaRow,
    QueuePush,
    QueueAdd,
    QueueTake,
    QueueAck,
    QueueRetry,
    QueueDeadLetter,
    Invoke,
    Spawn,
    Lock,
    Unlock,
    Sleep,
    /// a client's answer
    Answer,
    /// a reply to a task
    Reply,
}
