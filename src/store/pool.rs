//! A limited number of connections, with a waiting line.
//!
//! After PostgreSQL behind a pool (PgBouncer, HikariCP): one statement runs on
//! one connection at a time; when all are busy, further ones wait, first come,
//! first served.

use std::collections::{BTreeSet, VecDeque};

use crate::digest::{Digest, Lens, Sum};

/// Connections and the jobs waiting for one; `J` is a job.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Pool<J> {
    connections: u32,
    /// The jobs by slot; the last slot is never empty.
    running: Vec<Option<J>>,
    /// The empty slots among `running`.
    free: BTreeSet<u32>,
    waiting: VecDeque<J>,
}

/// The result of asking for a connection.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Entered {
    /// The job has the connection `slot`; call [`Pool::leave`] when it is done.
    Started { slot: u32 },
    /// It waits in line.
    Queued,
}

impl<J: Clone> Pool<J> {
    /// A pool with this many connections, all free.
    pub fn new(connections: u32) -> Pool<J> {
        Pool { connections, running: Vec::new(), free: BTreeSet::new(), waiting: VecDeque::new() }
    }

    /// Asks for a connection. A job gets the free one with the lowest number.
    pub fn enter(&mut self, job: J) -> Entered {
        if let Some(slot) = self.free.pop_first() {
            self.running[slot as usize] = Some(job);
            Entered::Started { slot }
        } else if self.running.len() < self.connections as usize {
            let slot = self.running.len() as u32;
            self.running.push(Some(job));
            Entered::Started { slot }
        } else {
            self.waiting.push_back(job);
            Entered::Queued
        }
    }

    /// Ends the job in a slot and returns it. The one that has waited longest, if any, takes the
    /// slot.
    pub fn leave(&mut self, slot: u32) -> Option<J> {
        let running = self.running.get_mut(slot as usize)?;
        let done = running.take()?;
        *running = self.waiting.pop_front();
        if running.is_none() {
            self.free.insert(slot);
            while self.running.last().is_some_and(Option::is_none) {
                self.running.pop();
                self.free.remove(&(self.running.len() as u32));
            }
        }
        Some(done)
    }

    /// The number of running jobs.
    pub fn busy(&self) -> usize {
        self.running.len() - self.free.len()
    }

    /// The number of waiting jobs.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The job in a slot.
    pub fn running(&self, slot: u32) -> Option<&J> {
        self.running.get(slot as usize)?.as_ref()
    }

    /// The slot of a job: `hint` if the job is there, or another.
    pub fn slot_of(&self, hint: u32, is_it: impl Fn(&J) -> bool) -> Option<u32> {
        if self.running(hint).is_some_and(&is_it) {
            return Some(hint);
        }
        let at = self.running.iter().position(|job| job.as_ref().is_some_and(&is_it))?;
        Some(at as u32)
    }

    /// The job in a slot, to be changed.
    pub fn running_mut(&mut self, slot: u32) -> Option<&mut J> {
        self.running.get_mut(slot as usize)?.as_mut()
    }

    /// The server stopped: every connection breaks. Returns the running jobs, by slot, then the
    /// waiting ones, in order.
    pub fn clear(&mut self) -> Vec<J> {
        self.free.clear();
        self.running.drain(..).flatten().chain(self.waiting.drain(..)).collect()
    }

    /// The running jobs, by slot, then the waiting ones (no slot), in order.
    pub fn iter(&self) -> impl Iterator<Item = (Option<u32>, &J)> {
        let running = self.running.iter().enumerate();
        let running = running.filter_map(|(slot, job)| Some((Some(slot as u32), job.as_ref()?)));
        running.chain(self.waiting.iter().map(|job| (None, job)))
    }

    /// The waiting jobs, in order.
    pub fn in_line(&self) -> impl Iterator<Item = &J> {
        self.waiting.iter()
    }

    /// Removes a waiting job.
    pub fn take_from_line(&mut self, is_it: impl FnMut(&J) -> bool) -> Option<J> {
        let at = self.waiting.iter().position(is_it)?;
        self.waiting.remove(at)
    }

    /// Removes waiting jobs for which `keep` is false; running ones continue.
    pub fn retain_waiting(&mut self, keep: impl FnMut(&J) -> bool) {
        self.waiting.retain(keep);
    }
}

/// Running jobs in no order; waiting jobs in order.
impl<J: Digest> Digest for Pool<J> {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        let Pool { connections, running, free: _, waiting } = self;
        connections.digest(lens, sum);
        sum.unordered(running.iter().flatten(), lens);
        waiting.digest(lens, sum);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod tests;
