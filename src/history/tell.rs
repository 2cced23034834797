//! Cause chains and violations in words.

use super::log::{error, label};
use super::order::{MADE_UP, NOTHING};
use super::violation::{Violation, ViolationKind};
use crate::event::{Cause, Happening};
use crate::identity::{Kind, OpId};
use crate::store::cache::Removal;
use crate::strategy::StoreNames;
use crate::strategy::value::Origin;
use crate::time::duration;

/// One event of a chain, without its time.
pub fn happening(what: Happening, stores: &StoreNames) -> String {
    match what {
        Happening::Present => "the entry was there at the start".to_owned(),
        Happening::Began { op, returned: None } => format!("{} began", who(op)),
        Happening::Began { op, returned: Some(write) } => {
            format!("{}, which came to return {}, began", who(op), of(write))
        }
        Happening::Acknowledged { write: Origin::INITIAL } => {
            "the initial value was there".to_owned()
        }
        Happening::Acknowledged { write: NOTHING } => "there was no value".to_owned(),
        Happening::Acknowledged { write } => format!("{} was acknowledged", label(write)),
        Happening::NotAcknowledged { write } => {
            format!("{} failed for its client", label(write))
        }
        Happening::Committed { write, version: 0 } => {
            format!("{} came to the database", label(write))
        }
        Happening::Committed { write, version } => {
            format!("{} committed version {version}", label(write))
        }
        Happening::CommittedOutside { write, version } => {
            format!("{} committed version {version} past the application", label(write))
        }
        Happening::NeverCommitted { write } => {
            format!("{} never came to the database", label(write))
        }
        Happening::Saw { by, write, replica } => {
            let place = if replica { "the replica" } else { "the database" };
            format!("{} read {} from {place}", who(by), of(write))
        }
        Happening::Cached { by, write } if by.origin() == write => {
            format!("{} put its value into the cache", who(by))
        }
        Happening::Cached { by, write } => {
            format!("{} put {} into the cache", who(by), of(write))
        }
        Happening::Invalidated { by, found: true } => {
            format!("{} deleted the entry", who(by))
        }
        Happening::Invalidated { by, found: false } => {
            format!("{} found no entry to delete", who(by))
        }
        Happening::Gone { why } => match why {
            Removal::Deleted => "the entry was deleted",
            Removal::Expired => "the entry expired",
            Removal::Evicted => "the entry was evicted",
            Removal::Flushed => "the cache was flushed",
            Removal::Killed => "the cache died",
        }
        .to_owned(),
        Happening::CallFailed { by, verb, error: why } => {
            format!("{} failed to {} ({})", who(by), verb.call(stores), error(why))
        }
        Happening::CallTimedOut { by, verb } => {
            format!("{} got no answer to {}", who(by), verb.call(stores))
        }
        Happening::Queued { write } => format!("{} was queued", label(write)),
        Happening::Absorbed { older, newer } => {
            format!("{} took {} into itself", label(newer), label(older))
        }
        Happening::QueueDied { write } => {
            format!("the queue died with {} in it", label(write))
        }
        Happening::TakenOff { write } => format!("{} was taken off the queue", label(write)),
        Happening::LetGo { write } => {
            format!("the task that had taken {} off the queue ended without it", label(write))
        }
        Happening::TaskEnded { write } => format!("the last task of {} ended", label(write)),
        Happening::Returned { op, write } => format!("{} returned {}", who(op), of(write)),
        Happening::Overwrote { older, newer } => {
            format!("the older {} overwrote {}", label(older), label(newer))
        }
    }
}

/// One event of a chain, with its time.
pub fn cause(cause: Cause, stores: &StoreNames) -> String {
    format!("{} at {}", happening(cause.what, stores), duration(cause.at_us))
}

/// A violation in a sentence.
pub fn violation(violation: &Violation) -> String {
    let op = violation.op.label();
    let returned = of(violation.write);
    match violation.kind {
        ViolationKind::LostWrite => {
            format!("{op} was acknowledged, and is in no store and no queue any more")
        }
        ViolationKind::PhantomRead => {
            format!("{op} returned {returned}, which the database will never hold")
        }
        ViolationKind::DirtyRead => {
            format!("{op} returned {returned}, which the database did not hold yet")
        }
        ViolationKind::Overtaken => format!("{op} was overwritten by an older write"),
        ViolationKind::NotOwnWrite => {
            format!("{op} returned {returned}, older than what its own client had written")
        }
        ViolationKind::NotMonotonic => {
            format!("{op} returned {returned}, older than what its client had read before")
        }
        ViolationKind::NotLinearizable if violation.op.kind() == Kind::Read => {
            format!("{op} returned {returned}: no order of all operations explains it")
        }
        ViolationKind::NotLinearizable => {
            format!("{op} ended: no order of all operations explains what clients saw")
        }
        ViolationKind::StaleRead => {
            format!("{op} returned {returned}, although a newer write had been acknowledged")
        }
    }
}

fn of(write: Origin) -> String {
    match write {
        Origin::INITIAL | NOTHING | MADE_UP => label(write),
        write => format!("the value of {}", label(write)),
    }
}

fn who(op: OpId) -> String {
    match op {
        OpId::NOBODY => "a background task".to_owned(),
        op => op.label(),
    }
}
