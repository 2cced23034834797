//! Causes: the events that led to a violation or a difference, as data.

use crate::identity::OpId;
use crate::order;
use crate::store::cache::Removal;
use crate::strategy::call::StoreError;
use crate::strategy::value::{Origin, Symbol};
use crate::time::Micros;

use super::fault::Fault;
use crate::vocabulary::CacheId;

use super::saying::Verb;

/// One event of a cause chain, with its instant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Cause {
    pub at_us: Micros,
    pub what: Happening,
    /// The key that it concerns, if that is not the key explained.
    pub key: Option<Symbol>,
}

/// The kinds of event in a cause chain. Each comes from a record; none is inferred.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Happening {
    /// It was there at the start of the run.
    Present,
    /// A request began; `returned` is the value that it returned later.
    Began {
        op: OpId,
        returned: Option<Origin>,
    },
    Acknowledged {
        write: Origin,
    },
    /// Its client gave up, or got an error.
    NotAcknowledged {
        write: Origin,
    },
    Committed {
        write: Origin,
        version: i64,
    },
    /// A script or a migration wrote it, bypassing the application.
    CommittedOutside {
        write: Origin,
        version: i64,
    },
    /// The database has never held it.
    NeverCommitted {
        write: Origin,
    },
    /// A read of the database or of its replica saw the value of this write.
    Saw {
        by: OpId,
        write: Origin,
        replica: bool,
    },
    /// The value of this write came into a cache.
    Cached {
        by: OpId,
        cache: CacheId,
        write: Origin,
    },
    /// An operation added an entry of the program's own, such as a lock, where there was none.
    Added {
        by: OpId,
        cache: CacheId,
    },
    /// A delete reached a cache: there was an entry, or none.
    Invalidated {
        by: OpId,
        cache: CacheId,
        found: bool,
    },
    /// An entry was removed for another reason.
    Gone {
        cache: CacheId,
        why: Removal,
    },
    /// A call that should have changed something failed.
    CallFailed {
        by: OpId,
        verb: Verb,
        error: StoreError,
    },
    /// A call got no answer in time.
    CallTimedOut {
        by: OpId,
        verb: Verb,
    },
    /// A message that would have told an app server of a change was lost: one of a channel, or a
    /// cache's notice to those who have read the key.
    Unheard {
        by: OpId,
        app: u16,
    },
    Queued {
        write: Origin,
    },
    /// A newer write absorbed it, and now shares its fate.
    Absorbed {
        older: Origin,
        newer: Origin,
    },
    /// Its queue was lost when the process crashed.
    QueueDied {
        write: Origin,
    },
    /// The task that had taken it off the queue released it.
    LetGo {
        write: Origin,
    },
    /// It was taken off the queue before the database had it.
    TakenOff {
        write: Origin,
    },
    /// The task that held it ended.
    TaskEnded {
        write: Origin,
    },
    Returned {
        op: OpId,
        write: Origin,
    },
    /// A person, or the scenario, made or ended a fault.
    Faulted {
        fault: Fault,
    },
    /// A request failed for its client.
    RequestFailed {
        op: OpId,
    },
    /// The entry was restored from the cache's snapshot.
    Restored {
        write: Origin,
    },
    /// A node of a cache that still has the entry serves the key again.
    AskedAgain {
        cache: CacheId,
        write: Origin,
    },
    /// A store refused to take a value: the cache, or a compare-and-set of the database.
    Refused {
        by: OpId,
        verb: Verb,
    },
    /// A queue gave up on a write and set it aside.
    SetAside {
        write: Origin,
    },
    /// A queue already had an item of the write's key, and dropped this one.
    Ignored {
        write: Origin,
    },
    /// A crash undid the acknowledgement of the write's item, which is handed out again.
    CameAgain {
        write: Origin,
    },
    /// A person pushed a dead letter again.
    Replayed {
        write: Origin,
    },
    /// A write was applied to a value that already included it.
    AppliedAgain {
        write: Origin,
        version: i64,
    },
    /// A value made without a write overwrote that write.
    OverwroteWithout {
        by: Origin,
        lost: Origin,
    },
    /// An older write overwrote a newer one.
    Overwrote {
        older: Origin,
        newer: Origin,
    },
    /// Its transaction was rolled back.
    RolledBack {
        write: Origin,
    },
    /// A request waited for the result of a run that another request had begun.
    Joined {
        op: OpId,
        of: OpId,
    },
}

impl Happening {
    /// The cause, with its instant.
    pub fn at(self, at_us: Micros) -> Cause {
        Cause { at_us, what: self, key: None }
    }
}

impl Cause {
    /// The cause, which concerns `key`, in a chain that explains `explained`.
    pub fn of(self, key: Symbol, explained: Symbol) -> Cause {
        Cause { key: Some(key).filter(|key| *key != explained), ..self }
    }
}

/// The most events of one chain, for readability.
pub const LONGEST: usize = 6;

/// Puts the events of a chain in order of time, without duplicates. If there are too many, those
/// that come first in `links` are kept.
pub fn chain(links: impl IntoIterator<Item = Cause>) -> Vec<Cause> {
    let mut chain: Vec<Cause> = Vec::with_capacity(LONGEST);
    for link in links {
        if chain.len() < LONGEST && !chain.contains(&link) {
            chain.push(link);
        }
    }
    // stable: what happened at one instant stays in the order of telling
    order::by_key(&mut chain, |link| link.at_us);
    chain
}
