//! Cause chains and violations as text.

use super::log::{error, in_words, label};
use super::order::{MADE_UP, NOTHING};
use super::violation::{Violation, ViolationKind};
use crate::event::{Cause, Happening};
use crate::identity::{Kind, OpId, ProcessId};
use crate::store::cache::Removal;
use crate::strategy::value::{Names, Origin};
use crate::time::instant;
use crate::vocabulary::{CacheId, StoreId};

/// An event of a chain, without key and time.
fn happening(what: Happening, names: &Names) -> String {
    let the = |cache: CacheId| names.stores().the(StoreId::Cache(cache));
    // which cache, where it is not the usual one
    let within = |cache: CacheId| match names.stores().is_usual(cache) {
        true => String::new(),
        false => format!(" in {}", the(cache)),
    };
    match what {
        Happening::Faulted { fault } => in_words(fault, names),
        Happening::RequestFailed { op } => format!("{} failed", who(op)),
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
        Happening::Cached { by, cache, write } if by.origin() == write => {
            format!("{} put its value into {}", who(by), the(cache))
        }
        Happening::Cached { by, cache, write } => {
            format!("{} put {} into {}", who(by), of(write), the(cache))
        }
        Happening::Added { by, cache } => {
            format!("{} added the entry to {}", who(by), the(cache))
        }
        Happening::Invalidated { by, cache, found: true } => {
            format!("{} deleted the entry{}", who(by), within(cache))
        }
        Happening::Invalidated { by, cache, found: false } => {
            format!("{} found no entry to delete{}", who(by), within(cache))
        }
        Happening::Gone { cache, why } => match why {
            Removal::Deleted => format!("the entry{} was deleted", within(cache)),
            Removal::Expired => format!("the entry{} expired", within(cache)),
            Removal::Evicted => format!("the entry{} was evicted", within(cache)),
            Removal::Flushed => format!("{} was flushed", the(cache)),
            Removal::Killed => format!("{} died", the(cache)),
            Removal::Moved => format!("{} is not asked for the key any more", the(cache)),
        },
        Happening::CallFailed { by, verb, error: why } => {
            format!("{} failed to {} ({})", who(by), verb.call(names.stores()), error(why, names))
        }
        Happening::CallTimedOut { by, verb } => {
            format!("{} got no answer to {}", who(by), verb.call(names.stores()))
        }
        Happening::Unheard { by, app } => {
            let to = ProcessId::App(app).name(names.stores());
            format!("the message of {} to {to} was lost", who(by))
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
        Happening::Restored { write } => {
            format!("the cache came back with its snapshot, and {} in it", of(write))
        }
        Happening::AskedAgain { cache, write } => {
            format!("{} was asked for the key again, and still had {}", the(cache), of(write))
        }
        Happening::Refused { by, verb } => {
            format!("{} of {} was refused", verb.call(names.stores()), who(by))
        }
        Happening::SetAside { write } => {
            format!("the queue set {} aside as a dead letter", label(write))
        }
        Happening::Ignored { write } => {
            format!("the queue had an item of its key, and dropped {}", label(write))
        }
        Happening::CameAgain { write } => format!(
            "a crash of the queue undid the acknowledgement of {}, which is handed out again",
            label(write)
        ),
        Happening::Replayed { write } => {
            format!("the dead letter of {} was pushed again, behind what had come", label(write))
        }
        Happening::AppliedAgain { write, version } => {
            format!("{} was applied once more, in version {version}", label(write))
        }
        Happening::OverwroteWithout { by, lost } => {
            format!("{} overwrote {} with a value made without it", label(by), label(lost))
        }
        Happening::Joined { op, of } => {
            format!("{} joined the single flight of {}", who(op), who(of))
        }
        Happening::RolledBack { write } => {
            format!("the transaction of {} was rolled back", label(write))
        }
        Happening::Overwrote { older, newer } => {
            format!("the older {} overwrote {}", label(older), label(newer))
        }
    }
}

/// An event of a chain, with its key if that is not the one explained.
pub fn event(cause: Cause, names: &Names) -> String {
    match cause.key {
        Some(key) => format!("{} ({})", happening(cause.what, names), names.text(key)),
        None => happening(cause.what, names),
    }
}

/// An event of a chain, with its key and its time.
pub fn cause(cause: Cause, names: &Names) -> String {
    format!("{} at {}", event(cause, names), instant(cause.at_us))
}

/// A violation in a sentence.
pub fn violation(violation: &Violation, names: &Names) -> String {
    let op = violation.op.label();
    let returned = match violation.other {
        Some(row) => format!("{} ({})", of(violation.write), names.text(row)),
        None => of(violation.write),
    };
    match violation.kind {
        ViolationKind::LostWrite => {
            format!("{op} was acknowledged, and is in no store and no queue any more")
        }
        ViolationKind::Outage => format!("requests failed from {op} on"),
        ViolationKind::LostUpdate => {
            format!("{op} was overwritten by a value that was made without it")
        }
        ViolationKind::AppliedTwice => format!("{op} was applied more than once"),
        ViolationKind::GivenUp => {
            format!("{op} was acknowledged, and its queue has given it up")
        }
        ViolationKind::ForeignRead => {
            format!("{op} returned {returned}, which is another key's")
        }
        ViolationKind::UnfoundedRead => {
            format!("{op} returned a value that comes from no store")
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
        ViolationKind::StaleRead if violation.same_value => format!(
            "{op} returned {returned}, although a newer write of the same value had been \
             acknowledged"
        ),
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
