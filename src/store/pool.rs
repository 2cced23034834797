//! A limited number of connections, with a waiting line.
//!
//! After PostgreSQL behind a pool (PgBouncer, HikariCP): one statement runs on
//! one connection at a time; when all are busy, further ones wait, first come,
//! first served.

use std::collections::{BTreeSet, VecDeque};

use crate::digest::{Digest, Lens, Sum};

/// Connections and those who wait for one; `J` is what runs on one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Pool<J> {
    connections: u32,
    /// By slot; the last is never empty.
    running: Vec<Option<J>>,
    /// The empty slots among `running`.
    free: BTreeSet<u32>,
    waiting: VecDeque<J>,
}

/// What became of a job that asked for a connection.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Entered {
    /// It has the connection `slot`: [`Pool::leave`] it when it is done.
    Started { slot: u32 },
    /// It waits in line.
    Queued,
}

impl<J: Clone> Pool<J> {
    /// A pool of so many connections, all free.
    pub fn new(connections: u32) -> Pool<J> {
        Pool { connections, running: Vec::new(), free: BTreeSet::new(), waiting: VecDeque::new() }
    }

    /// A job asks for a connection. It gets the free one of the lowest number.
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

    /// The job in a slot is done: returned. The one that has waited longest, if
    /// any, is in the slot now.
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

    /// How many run.
    pub fn busy(&self) -> usize {
        self.running.len() - self.free.len()
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The job in a slot.
    pub fn running(&self, slot: u32) -> Option<&J> {
        self.running.get(slot as usize)?.as_ref()
    }

    /// The slot of a job: this one, if the job there is it, or another.
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

    /// The server stopped: every connection breaks. Returns the jobs that ran,
    /// by slot, then those that waited, in line.
    pub fn clear(&mut self) -> Vec<J> {
        self.free.clear();
        self.running.drain(..).flatten().chain(self.waiting.drain(..)).collect()
    }

    /// The jobs that run, by slot, then those that wait (no slot), in line.
    pub fn iter(&self) -> impl Iterator<Item = (Option<u32>, &J)> {
        let running = self.running.iter().enumerate();
        let running = running.filter_map(|(slot, job)| Some((Some(slot as u32), job.as_ref()?)));
        running.chain(self.waiting.iter().map(|job| (None, job)))
    }

    /// The jobs that wait, in line.
    pub fn in_line(&self) -> impl Iterator<Item = &J> {
        self.waiting.iter()
    }

    /// Takes a job out of the line.
    pub fn take_from_line(&mut self, is_it: impl FnMut(&J) -> bool) -> Option<J> {
        let at = self.waiting.iter().position(is_it)?;
        self.waiting.remove(at)
    }

    /// Takes out of the line those whose caller is gone; those that run go on.
    pub fn retain_waiting(&mut self, keep: impl FnMut(&J) -> bool) {
        self.waiting.retain(keep);
    }
}

/// Those that run on any connections; those that wait in line.
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
