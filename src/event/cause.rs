//! Why: the events that led to a violation or a difference, as data.

use crate::identity::OpId;
use crate::store::cache::Removal;
use crate::strategy::call::StoreError;
use crate::strategy::value::{Origin, Symbol};
use crate::time::Micros;

use super::fault::Fault;
use crate::vocabulary::CacheId;

use super::saying::Verb;

/// One event of a cause chain: what happened, and when.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Cause {
    pub at_us: Micros,
    pub what: Happening,
    /// The key that it happened to, where that is not the one that is explained.
    pub key: Option<Symbol>,
}

/// What a cause chain can tell of. Each comes from a record, none is inferred
/// from what usually happens.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Happening {
    /// It was there at the start.
    Present,
    /// A request began; `returned`: the value that it came to return.
    Began {
        op: OpId,
        returned: Option<Origin>,
    },
    Acknowledged {
        write: Origin,
    },
    /// Its client gave up, or was told of an error.
    NotAcknowledged {
        write: Origin,
    },
    Committed {
        write: Origin,
        version: i64,
    },
    /// A script or a migration did it, past the application.
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
    /// A delete reached a cache: there was an entry, or none.
    Invalidated {
        by: OpId,
        cache: CacheId,
        found: bool,
    },
    /// An entry went for another reason.
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
    Queued {
        write: Origin,
    },
    /// A newer write took it into itself: what happens to that one happens to it.
    Absorbed {
        older: Origin,
        newer: Origin,
    },
    /// Its queue's process died with it.
    QueueDied {
        write: Origin,
    },
    /// Whoever took it off the queue let go of it.
    LetGo {
        write: Origin,
    },
    /// It was taken off the queue before the database had it.
    TakenOff {
        write: Origin,
    },
    /// The task that had it ended.
    TaskEnded {
        write: Origin,
    },
    Returned {
        op: OpId,
        write: Origin,
    },
    /// A person, or the scenario, broke or mended something.
    Faulted {
        fault: Fault,
    },
    /// A request failed for its client.
    RequestFailed {
        op: OpId,
    },
    /// The entry came back with the cache's snapshot.
    Restored {
        write: Origin,
    },
    /// A node of a cache is asked for the key again, and still has the entry.
    AskedAgain {
        cache: CacheId,
        write: Origin,
    },
    /// A store refused to take a value: the cache, or a compare-and-set of the database.
    Refused {
        by: OpId,
        verb: Verb,
    },
    /// A queue set a write aside, and tries it no more.
    SetAside {
        write: Origin,
    },
    /// A queue had an item of the write's key, and dropped it.
    Ignored {
        write: Origin,
    },
    /// A crash undid the acknowledgement of the write's item, which is handed out again.
    CameAgain {
        write: Origin,
    },
    /// A person had a dead letter pushed again.
    Replayed {
        write: Origin,
    },
    /// A write was made again of something that it was in already.
    AppliedAgain {
        write: Origin,
        version: i64,
    },
    /// A value that was made without it overwrote a write.
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
    /// A request waited for the result of a run that another one had begun.
    Joined {
        op: OpId,
        of: OpId,
    },
}

impl Happening {
    /// At an instant.
    pub fn at(self, at_us: Micros) -> Cause {
        Cause { at_us, what: self, key: None }
    }
}

impl Cause {
    /// The same, as it happened to `key`, in a chain that explains `explained`.
    pub fn of(self, key: Symbol, explained: Symbol) -> Cause {
        Cause { key: Some(key).filter(|key| *key != explained), ..self }
    }
}

/// The most events of one chain: more than that, nobody reads.
pub const LONGEST: usize = 6;

/// Puts the events of a chain in the order of time, each once, the most telling
/// of them where there are too many: those that stand first in `links`.
pub fn chain(links: impl IntoIterator<Item = Cause>) -> Vec<Cause> {
    let mut chain: Vec<Cause> = Vec::with_capacity(LONGEST);
    for link in links {
        if chain.len() < LONGEST && !chain.contains(&link) {
            chain.push(link);
        }
    }
    // stable: what happened at one instant stays in the order of telling
    chain.sort_by_key(|link| link.at_us);
    chain
}
