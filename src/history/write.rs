//! Writes whose fate is open: what happens to each, from copy to copy. Totals are updated as holders
//! come and go: a change of one holder affects only the writes whose standing changes with it.

mod absorbed;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::order::{MADE_UP, Made, Moment};
use crate::event::Cause;
use crate::identity::{Kind, OpId};
use crate::strategy::value::{Origin, Symbol};
use crate::time::Micros;

/// A write that the database does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnItsWay {
    /// A task or a queue still holds it.
    Alive,
    /// Nothing that could bring it to the database holds it.
    Dead,
}

/// A write that has not both ended and committed.
#[derive(Clone, Debug)]
pub struct Write {
    pub key: Symbol,
    pub started: Moment,
    /// How it ended for its client.
    pub ended: Option<Ended>,
    pub committed_us: Option<Micros>,
    /// The number of cache entries that hold it.
    pub cached: u32,
    /// The number of queue items that hold it.
    pub queued: u32,
    /// The number of tasks that work on it.
    pub tasks: u32,
    /// The number of statements of the database that will write it, in service or waiting.
    pub in_service: u32,
    /// The number of queues that have set it aside.
    pub set_aside: u32,
    /// Newer writes that have absorbed it and can reach the database, and those that at least a
    /// cache still holds.
    above: Above,
    /// Writes that it has absorbed, which share its fate.
    absorbed: Vec<Origin>,
    /// The last write that absorbed it, and when.
    pub absorbed_by: Option<(Origin, Micros)>,
    /// How many reads returned it before the database held it.
    pub returned: u32,
    /// It bypassed the application.
    pub outside: bool,
    /// A caller stopped waiting for an answer about it: a statement may still be in progress, and
    /// commit after every holder has released it.
    pub unknown: bool,
    /// The first time that it was put into a queue.
    pub queued_us: Option<Micros>,
    /// The last queue that it was put into.
    pub queue: Option<u16>,
    /// The last failed call on its behalf.
    pub trouble: Option<Cause>,
    /// How its last holder released it, and when it was lost that way.
    pub end: Option<Cause>,
    pub lost_us: Option<Micros>,
    /// When a queue set it aside.
    pub set_aside_us: Option<Micros>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Above {
    alive: u32,
    aside: u32,
    kept: u32,
}

/// How a write ended for its client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    Acknowledged(Moment),
    /// With an error or without an answer.
    Failed(Moment),
}

/// How a write counts in the totals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Its client waits for it, or was told that it failed; the database does not hold it.
    Unacknowledged,
    /// Acknowledged; a queue or a task holds it.
    Pending,
    /// Acknowledged; a queue has set it aside and given up on it.
    GivenUp,
    /// Acknowledged; only a cache holds it, which will not write it to the database.
    CacheOnly,
    /// Acknowledged, and no longer in any store or queue.
    Lost,
    Committed,
}

/// The holders of a write, in short.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Standing {
    /// A holder can bring it to the database.
    alive: bool,
    /// A queue has set it aside.
    aside: bool,
    /// At least a cache holds it.
    kept: bool,
    fate: Fate,
    returned: u32,
}

impl Write {
    /// A write that begins.
    pub fn new(key: Symbol, started: Moment) -> Write {
        Write {
            key,
            started,
            ended: None,
            committed_us: None,
            cached: 0,
            queued: 0,
            tasks: 0,
            in_service: 0,
            set_aside: 0,
            above: Above::default(),
            absorbed: Vec::new(),
            absorbed_by: None,
            returned: 0,
            outside: false,
            unknown: false,
            queued_us: None,
            queue: None,
            trouble: None,
            end: None,
            lost_us: None,
            set_aside_us: None,
        }
    }

    /// When its client learned that it is done.
    pub fn acked(&self) -> Option<Moment> {
        match self.ended {
            Some(Ended::Acknowledged(at)) => Some(at),
            _ => None,
        }
    }

    /// When its client stopped waiting for it, whatever the outcome.
    pub fn ended_at(&self) -> Option<Moment> {
        match self.ended? {
            Ended::Acknowledged(at) | Ended::Failed(at) => Some(at),
        }
    }

    /// What orders it among the writes of its key.
    pub fn made(&self, origin: Origin) -> Made {
        Made { origin, started: self.started, acked: self.acked(), version: None }
    }

    /// How it counts.
    pub fn fate(&self) -> Fate {
        self.standing().fate
    }

    fn standing(&self) -> Standing {
        let alive = self.queued > 0
            || self.tasks > 0
            || self.in_service > 0
            || self.ended.is_none()
            || self.above.alive > 0;
        let aside = self.set_aside > 0 || self.above.aside > 0;
        let kept = alive || self.cached > 0 || self.above.kept > 0;
        let fate = match (self.committed_us, self.ended) {
            (Some(_), _) => Fate::Committed,
            (None, Some(Ended::Acknowledged(_))) if alive => Fate::Pending,
            (None, Some(Ended::Acknowledged(_))) if aside => Fate::GivenUp,
            (None, Some(Ended::Acknowledged(_))) if kept => Fate::CacheOnly,
            (None, Some(Ended::Acknowledged(_))) => Fate::Lost,
            (None, _) => Fate::Unacknowledged,
        };
        Standing { alive, aside, kept, fate, returned: self.returned }
    }

    /// Whether nothing observable can happen to it any more.
    fn is_settled(&self, standing: &Standing) -> bool {
        match (self.committed_us, self.ended) {
            (Some(_), ended) => ended.is_some() && self.tasks == 0 && self.in_service == 0,
            (None, Some(Ended::Failed(_))) => !self.unknown && !standing.kept,
            (None, _) => false,
        }
    }
}

/// The number of writes of each fate.
///
/// An acknowledged write that only a cache still holds is neither pending, because it will not
/// reach the database, nor lost, because reads still return it. Its key is a phantom until the
/// entry is removed and the write is lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Fates {
    pub pending: u64,
    pub lost: u64,
    pub given_up: u64,
    pub dirty_reads: u64,
    pub phantom_reads: u64,
}

impl Fates {
    /// Adds a write's standing to the totals, or removes it.
    fn count(&mut self, standing: &Standing, add: bool) {
        let change = |total: &mut u64, by: u64| {
            *total = if add { *total + by } else { total.saturating_sub(by) };
        };
        match standing.fate {
            Fate::Pending => change(&mut self.pending, 1),
            Fate::Lost => change(&mut self.lost, 1),
            Fate::GivenUp => change(&mut self.given_up, 1),
            Fate::Unacknowledged | Fate::CacheOnly | Fate::Committed => {}
        }
        // whether a read was dirty or phantom in the end, its write's fate decides
        match standing.alive || standing.fate == Fate::Committed {
            true => change(&mut self.dirty_reads, standing.returned.into()),
            false => change(&mut self.phantom_reads, standing.returned.into()),
        }
    }
}

/// All writes whose fate is open.
#[derive(Clone, Debug, Default)]
pub struct Writes {
    /// Looked up by hash; never iterated.
    open: IndexMap<Origin, Write, FxBuildHasher>,
    fates: Fates,
    lost: BTreeSet<Origin>,
    given_up: BTreeSet<Origin>,
    /// Open deletions by key, oldest first.
    deletions: BTreeMap<Symbol, Vec<Origin>>,
    /// Settled writes that reads returned, and that the database will never hold.
    phantoms: BTreeSet<Origin>,
    /// The latest writes.
    latest: VecDeque<Known>,
}

/// What is remembered of a write after its fate is settled.
#[derive(Clone, Copy, Debug)]
struct Known {
    origin: Origin,
    key: Symbol,
    /// It was given up and never reached the database.
    dead: bool,
}

/// The most writes for which that is kept.
const LATEST: usize = 4_096;

impl Writes {
    /// Adds a write that begins.
    pub fn begin(&mut self, origin: Origin, write: Write) {
        self.fates.count(&write.standing(), true);
        if self.latest.len() >= LATEST {
            self.latest.pop_front();
        }
        self.latest.push_back(Known { origin, key: write.key, dead: false });
        if OpId::of(origin).kind() == Kind::Delete {
            self.deletions.entry(write.key).or_default().push(origin);
        }
        self.open.insert(origin, write);
    }

    /// A write whose fate was settled is lost after all.
    pub fn lose(&mut self, origin: Origin, mut write: Write, at_us: Micros) {
        if self.open.contains_key(&origin) {
            return;
        }
        write.lost_us = Some(at_us);
        self.fates.count(&write.standing(), true);
        self.lost.insert(origin);
        self.open.insert(origin, write);
    }

    /// The memory that they take, in bytes.
    pub fn bytes(&self) -> u64 {
        let open = self.open.capacity() * size_of::<(Origin, Write)>();
        (open + self.latest.capacity() * size_of::<Known>()) as u64
    }

    /// A write whose fate is open.
    #[inline]
    pub fn get(&self, origin: Origin) -> Option<&Write> {
        if is_of_a_read(origin) { None } else { self.open.get(&origin) }
    }

    /// The totals, in constant time.
    pub fn fates(&self) -> Fates {
        self.fates
    }

    /// A read returned a value that no client wrote, or whose write was given up: nothing will
    /// change that.
    pub fn returned_phantom(&mut self, origin: Origin) {
        self.fates.phantom_reads += 1;
        self.phantoms.insert(origin);
    }

    /// Whether a write may belong to this key; of old writes that is not known.
    pub fn is_of(&self, origin: Origin, key: Symbol) -> bool {
        self.key_of(origin).is_none_or(|known| known == key)
    }

    /// The key of a write; of old writes it is not known.
    pub fn key_of(&self, origin: Origin) -> Option<Symbol> {
        let open = self.open.get(&origin).map(|write| write.key);
        open.or_else(|| self.known(origin).map(|known| known.key))
    }

    fn known(&self, origin: Origin) -> Option<&Known> {
        let at = self.latest.binary_search_by_key(&origin, |known| known.origin).ok()?;
        self.latest.get(at)
    }

    /// The latest deletion of a key that the database has not carried out.
    pub fn deletion_of(&self, key: Symbol) -> Option<Made> {
        let open = |origin: &Origin| Some((*origin, self.open.get(origin)?));
        let mut deletions = self.deletions.get(&key)?.iter().rev().filter_map(open);
        let (origin, write) = deletions.find(|(_, write)| write.committed_us.is_none())?;
        Some(write.made(origin))
    }

    /// The first deletion of a key that is in a queue, or with a task that took it from one.
    pub fn queued_deletion_of(&self, key: Symbol) -> Option<Origin> {
        let is_queued = |origin: &&Origin| {
            self.open.get(*origin).is_some_and(|write| {
                write.committed_us.is_none()
                    && write.queued_us.is_some()
                    && write.queued + write.tasks > 0
            })
        };
        self.deletions.get(&key)?.iter().find(is_queued).copied()
    }

    /// The writes that are lost, oldest first.
    pub fn lost(&self) -> impl Iterator<Item = (Origin, &Write)> {
        self.lost.iter().filter_map(|origin| Some((*origin, self.open.get(origin)?)))
    }

    /// The writes that are given up, oldest first.
    pub fn given_up(&self) -> impl Iterator<Item = (Origin, &Write)> {
        self.given_up.iter().filter_map(|origin| Some((*origin, self.open.get(origin)?)))
    }

    /// Whether a returned value that is not in the database will never be there.
    pub fn is_phantom(&self, origin: Origin) -> bool {
        let dead = || {
            let write = self.open.get(&origin)?;
            (write.committed_us.is_none() && !write.standing().alive).then_some(())
        };
        origin == MADE_UP
            || self.phantoms.contains(&origin)
            || self.known(origin).is_some_and(|known| known.dead)
            || dead().is_some()
    }

    /// Whether a write that the database does not hold may still reach it; `None`: the database
    /// holds or has held it, or no client wrote it.
    pub fn on_its_way(&self, key: Symbol, origin: Origin) -> Option<OnItsWay> {
        let Some(write) = self.open.get(&origin) else {
            // given up long ago, and brought back by the cache's snapshot
            let known = self.known(origin).filter(|known| known.dead && known.key == key);
            return known.map(|_| OnItsWay::Dead);
        };
        if write.key != key || write.committed_us.is_some() {
            return None;
        }
        Some(if write.standing().alive { OnItsWay::Alive } else { OnItsWay::Dead })
    }

    /// Changes what is known of a write, and forgets it if that settles its fate.
    #[inline]
    pub fn change(&mut self, origin: Origin, at_us: Micros, change: impl FnOnce(&mut Write)) {
        if !is_of_a_read(origin) {
            self.change_open(origin, at_us, change);
        }
    }

    fn change_open(&mut self, origin: Origin, at_us: Micros, change: impl FnOnce(&mut Write)) {
        let Some(write) = self.open.get_mut(&origin) else { return };
        let before = write.standing();
        change(write);
        let mut next = Vec::new();
        self.restate(origin, before, at_us, &mut next);
        // those that it has absorbed share its holders, and so on
        while let Some((origin, was, is)) = next.pop() {
            let Some(write) = self.open.get_mut(&origin) else { continue };
            let before = write.standing();
            let Above { alive, kept, aside } = &mut write.above;
            *alive = (*alive + u32::from(is.0)).saturating_sub(u32::from(was.0));
            *kept = (*kept + u32::from(is.1)).saturating_sub(u32::from(was.1));
            *aside = (*aside + u32::from(is.2)).saturating_sub(u32::from(was.2));
            self.restate(origin, before, at_us, &mut next);
        }
    }

    /// Updates everything that depends on a change: totals, absorbed writes, the end.
    fn restate(
        &mut self,
        origin: Origin,
        before: Standing,
        at_us: Micros,
        next: &mut Vec<(Origin, Held, Held)>,
    ) {
        let Some(write) = self.open.get_mut(&origin) else { return };
        let after = write.standing();
        if after != before {
            self.fates.count(&before, false);
            self.fates.count(&after, true);
            if after.fate == Fate::Lost {
                write.lost_us = Some(at_us);
                self.lost.insert(origin);
            } else if before.fate == Fate::Lost {
                write.lost_us = None;
                self.lost.remove(&origin);
            }
            let held = |it: &Standing| (it.alive, it.kept, it.aside);
            let (was, is) = (held(&before), held(&after));
            if after.fate == Fate::GivenUp {
                self.given_up.insert(origin);
            } else if before.fate == Fate::GivenUp {
                self.given_up.remove(&origin);
            }
            if was != is {
                next.extend(write.absorbed.iter().map(|&older| (older, was, is)));
            }
        }
        if write.is_settled(&after) {
            if write.committed_us.is_none() {
                if write.returned > 0 {
                    self.phantoms.insert(origin);
                }
                let at = self.latest.binary_search_by_key(&origin, |known| known.origin);
                if let Some(known) = at.ok().and_then(|at| self.latest.get_mut(at)) {
                    known.dead = true;
                }
            }
            let key = write.key;
            self.open.swap_remove(&origin);
            if let Some(deletions) = self.deletions.get_mut(&key) {
                deletions.retain(|each| *each != origin);
                if deletions.is_empty() {
                    self.deletions.remove(&key);
                }
            }
        }
    }
}

/// Whether this is the origin of no write: of a read, a background loop or an initial value.
#[inline]
fn is_of_a_read(origin: Origin) -> bool {
    !OpId::of(origin).kind().writes()
}

/// Whether a holder can bring a write to the database, whether there is a holder at all, and
/// whether a queue has set it aside.
type Held = (bool, bool, bool);
