//! Writes whose fate is open: what becomes of each, from copy to copy.

use std::collections::BTreeMap;

use super::key::OnItsWay;
use crate::strategy::value::{Origin, Symbol};
use crate::time::Micros;

/// A write that has not both ended and committed.
#[derive(Clone, Debug)]
pub struct Write {
    pub key: Symbol,
    pub started_us: Micros,
    /// How its client saw it end.
    pub ended: Option<Ended>,
    pub committed_us: Option<Micros>,
    /// Entries of the cache that hold it.
    pub cached: u32,
    /// Items of queues that hold it.
    pub queued: u32,
    /// Tasks that work on it.
    pub tasks: u32,
    /// Writes that it has absorbed: its fate is theirs.
    pub absorbed: Vec<Origin>,
    /// Reads that returned it before the database held it.
    pub dirty_reads: u32,
    /// It came past the application.
    pub outside: bool,
    /// Somebody stopped waiting for an answer about it: a statement of it may
    /// still be under way, and commit after all have given it up.
    pub unknown: bool,
}

/// How a write ended for its client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    Acknowledged {
        at_us: Micros,
    },
    /// An error or no answer.
    Failed {
        at_us: Micros,
    },
}

impl Write {
    /// A write that begins.
    pub fn new(key: Symbol, started_us: Micros) -> Write {
        Write {
            key,
            started_us,
            ended: None,
            committed_us: None,
            cached: 0,
            queued: 0,
            tasks: 0,
            absorbed: Vec::new(),
            dirty_reads: 0,
            outside: false,
            unknown: false,
        }
    }

    /// When its client learned of it.
    pub fn acked_us(&self) -> Option<Micros> {
        match self.ended {
            Some(Ended::Acknowledged { at_us }) => Some(at_us),
            _ => None,
        }
    }

    /// When its client stopped waiting for it, whatever the outcome.
    pub fn ended_us(&self) -> Option<Micros> {
        match self.ended? {
            Ended::Acknowledged { at_us } | Ended::Failed { at_us } => Some(at_us),
        }
    }

    /// Whether somebody has it who can bring it to the database.
    pub fn is_alive(&self) -> bool {
        self.queued > 0 || self.tasks > 0 || self.ended.is_none()
    }

    /// Whether nothing more can happen to it that anybody could see.
    fn is_settled(&self) -> bool {
        match (self.committed_us, self.ended) {
            (Some(_), ended) => ended.is_some() && self.tasks == 0,
            (None, Some(Ended::Failed { .. })) => {
                !self.unknown && !self.is_alive() && self.cached == 0
            }
            (None, _) => false,
        }
    }
}

/// All writes whose fate is open.
#[derive(Clone, Debug, Default)]
pub struct Writes {
    open: BTreeMap<Origin, Write>,
    /// Reads that returned what the database will never hold, of writes that
    /// are settled.
    pub phantom_reads: u64,
    /// … and what it held later.
    pub dirty_reads: u64,
}

/// Who holds a write, or one that has absorbed it.
#[derive(Clone, Copy, Default)]
struct Held {
    /// A queue or a task, which can bring it to the database.
    alive: bool,
    /// One of those, or the cache, which cannot.
    kept: bool,
}

impl Held {
    fn or(self, other: Held) -> Held {
        Held { alive: self.alive || other.alive, kept: self.kept || other.kept }
    }
}

/// How many writes there are of each fate.
///
/// An acknowledged write that only the cache still holds is neither pending,
/// for nobody will bring it to the database, nor lost, for reads still return
/// it: its key is a phantom, until the entry goes and the write is lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Fates {
    pub pending: u64,
    pub lost: u64,
    pub dirty_reads: u64,
    pub phantom_reads: u64,
}

impl Writes {
    /// A write begins.
    pub fn begin(&mut self, origin: Origin, write: Write) {
        self.open.insert(origin, write);
    }

    /// A write whose fate is open.
    pub fn get(&self, origin: Origin) -> Option<&Write> {
        self.open.get(&origin)
    }

    /// Changes what is known of a write, and forgets it once it is settled.
    pub fn change(&mut self, origin: Origin, change: impl FnOnce(&mut Write)) {
        let Some(write) = self.open.get_mut(&origin) else { return };
        change(write);
        if write.is_settled()
            && let Some(write) = self.open.remove(&origin)
        {
            match write.committed_us {
                Some(_) => self.dirty_reads += u64::from(write.dirty_reads),
                None => self.phantom_reads += u64::from(write.dirty_reads),
            }
        }
    }

    /// Where a write is that the database does not hold; `None`: it holds it,
    /// or did, or nobody wrote it.
    pub fn on_its_way(&self, origin: Origin) -> Option<OnItsWay> {
        let write = self.open.get(&origin).filter(|write| write.committed_us.is_none())?;
        Some(if write.is_alive() { OnItsWay::Alive } else { OnItsWay::Dead })
    }

    /// A newer write takes an older one into itself.
    pub fn absorb(&mut self, older: Origin, newer: Origin) {
        let open = self.open.get(&older).is_some_and(|write| write.committed_us.is_none());
        if open && older != newer {
            self.change(newer, |write| write.absorbed.push(older));
        }
    }

    /// Those that a write has absorbed, directly or not, itself first.
    pub fn family(&self, origin: Origin) -> Vec<Origin> {
        let mut family = vec![origin];
        let mut at = 0;
        while let Some(&origin) = family.get(at) {
            at += 1;
            let Some(write) = self.open.get(&origin) else { continue };
            for &older in &write.absorbed {
                if !family.contains(&older) {
                    family.push(older);
                }
            }
        }
        family
    }

    /// How the open writes stand now, and those that are lost.
    pub fn fates(&self) -> (Fates, Vec<(Origin, &Write)>) {
        let mut fates = Fates {
            dirty_reads: self.dirty_reads,
            phantom_reads: self.phantom_reads,
            ..Fates::default()
        };
        let mut carried: BTreeMap<Origin, Held> = BTreeMap::new();
        let mut lost = Vec::new();
        // a newer write has the higher number: from the newest down, what has
        // absorbed a write is known before the write itself
        for (&origin, write) in self.open.iter().rev() {
            let own = Held { alive: write.is_alive(), kept: write.is_alive() || write.cached > 0 };
            let held = own.or(carried.get(&origin).copied().unwrap_or_default());
            for &older in &write.absorbed {
                let so_far = carried.entry(older).or_default();
                *so_far = so_far.or(held);
            }
            if write.committed_us.is_some() {
                continue;
            }
            if write.acked_us().is_some() {
                fates.pending += u64::from(held.alive);
                fates.lost += u64::from(!held.kept);
                if !held.kept {
                    lost.push((origin, write));
                }
            }
            match held.alive {
                true => fates.dirty_reads += u64::from(write.dirty_reads),
                false => fates.phantom_reads += u64::from(write.dirty_reads),
            }
        }
        lost.reverse();
        for write in self.open.values().filter(|write| write.committed_us.is_some()) {
            fates.dirty_reads += u64::from(write.dirty_reads);
        }
        (fates, lost)
    }
}
