//! Counts of events in a search; without them, a verdict means little.

use crate::event::{DropReason, Event, Fault, RequestEnd};
use crate::named::named;
use crate::store::cache::{CacheEffect, Removal};
use crate::store::queue::QueueEffect;

named! {
    /// A kind of event.
    pub enum Happening {
        Request = "requests",
        Returned = "returned",
        Acknowledged = "acknowledged",
        RequestFailed = "requests failed",
        Hit = "hits",
        Miss = "misses",
        Set = "sets",
        SetRefused = "sets refused",
        Deleted = "deletions from the cache",
        Expired = "expiries",
        Evicted = "evictions",
        Forgotten = "versions forgotten",
        Loaded = "loads",
        Committed = "commits",
        Outside = "writes from outside",
        Replicated = "changes replicated",
        Queued = "items queued",
        Merged = "items merged",
        Taken = "items taken",
        Redelivered = "items redelivered",
        Crashed = "crashes",
        Restarted = "restarts",
        CallFailed = "calls failed",
        TimedOut = "calls timed out",
        Lost = "messages lost",
        AtRest = "times at rest",
    }
}

/// Counts of each kind of event, over all transitions of a search.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tally([u64; Happening::ALL.len()]);

impl Default for Tally {
    fn default() -> Tally {
        Tally([0; Happening::ALL.len()])
    }
}

impl Tally {
    pub fn add(&mut self, happening: Happening) {
        self.0[happening as usize] += 1;
    }

    pub fn has(&self, happening: Happening) -> bool {
        self.0[happening as usize] > 0
    }

    /// The kinds that happened at least once.
    pub fn all(&self) -> impl Iterator<Item = (Happening, u64)> {
        Happening::ALL.into_iter().zip(self.0).filter(|(_, count)| *count > 0)
    }

    /// Counts an event.
    pub fn note(&mut self, event: &Event) {
        if let Some(happening) = kind(event) {
            self.add(happening);
        }
    }

    pub fn merge(&mut self, other: &Tally) {
        self.0.iter_mut().zip(other.0).for_each(|(own, other)| *own += other);
    }
}

fn kind(event: &Event) -> Option<Happening> {
    Some(match event {
        Event::Started { .. } => Happening::Request,
        Event::Ended { kind, outcome: RequestEnd::Returned(_), .. } => match kind.writes() {
            true => Happening::Acknowledged,
            false => Happening::Returned,
        },
        Event::Ended { .. } => Happening::RequestFailed,
        Event::Cache { effect, .. } => match effect {
            CacheEffect::Hit { .. } => Happening::Hit,
            CacheEffect::Miss { .. } => Happening::Miss,
            CacheEffect::Set { .. } => Happening::Set,
            CacheEffect::Refused { .. } => Happening::SetRefused,
            CacheEffect::Forgotten { .. } => Happening::Forgotten,
            CacheEffect::Removed { why: Removal::Deleted, .. } => Happening::Deleted,
            CacheEffect::Removed { why: Removal::Expired, .. } => Happening::Expired,
            CacheEffect::Removed { why: Removal::Evicted, .. } => Happening::Evicted,
            _ => return None,
        },
        Event::LoadEnded { seen: Some(_), .. } => Happening::Loaded,
        Event::Committed { .. } => Happening::Committed,
        Event::Replicated { .. } => Happening::Replicated,
        Event::Queue { effect, .. } => match effect {
            QueueEffect::Pushed { .. } => Happening::Queued,
            QueueEffect::Merged { .. } => Happening::Merged,
            QueueEffect::Taken { .. } => Happening::Taken,
            QueueEffect::Redelivered { .. } | QueueEffect::Returned { .. } => {
                Happening::Redelivered
            }
            _ => return None,
        },
        Event::Fault(Fault::Kill(_)) => Happening::Crashed,
        Event::Fault(Fault::Restart(_)) => Happening::Restarted,
        Event::Fault(Fault::OutsideWrite { .. } | Fault::OutsideDelete { .. }) => {
            Happening::Outside
        }
        Event::Failed { .. } => Happening::CallFailed,
        Event::TimedOut { .. } => Happening::TimedOut,
        Event::Dropped { why: DropReason::Injected | DropReason::Loss, .. } => Happening::Lost,
        _ => return None,
    })
}
