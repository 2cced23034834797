//! Linearizability of one key, as a register: Gibbons and Korach's zones.
//!
//! A history of reads and writes is linearizable if each operation can be given one instant between
//! its beginning and its end, so that every read returns what the last write before it wrote. In
//! general this is hard to decide, but not if every value is written only once, as here: Gibbons
//! and Korach, "Testing shared memories" (SIAM Journal on Computing 26(4), 1997), section 4.
//!
//! A write and the reads that returned its value are a *cluster*: in a
//! linearization they stand together. Of a cluster, two instants matter: the
//! first end among its operations, and the last beginning. If some operation of
//! A ended before some operation of B began, A comes before B. The history is
//! linearizable exactly if no two clusters come before each other (and no read
//! ends before its write begins, which a simulation cannot do).
//!
//! Equal values are distinguished here by the writes that made them. If that leads to a
//! contradiction, `search.rs` looks for an order by values alone, among at most 64 operations;
//! beyond these the verdict of the zones stands.
//!
//! A write that was not acknowledged has no end: it may take effect at any time after its
//! beginning, or never. So it counts only once a read has returned it, and then by the ends of
//! those reads.

mod search;

use std::collections::VecDeque;

pub use search::Observed;

use super::order::{Moment, NOTHING};
use crate::identity::OpId;
use crate::strategy::value::Origin;

/// The beginning or end of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    pub op: OpId,
    pub at: Moment,
}

/// A write, and the reads that returned its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cluster {
    pub origin: Origin,
    pub first_end: Edge,
    pub last_start: Edge,
}

impl Cluster {
    fn comes_before(&self, other: &Cluster) -> bool {
        self.first_end.at.seq < other.last_start.at.seq
    }
}

/// The most clusters remembered: those that began last.
const CLUSTERS: usize = 256;

/// What is known of the operations on one key.
#[derive(Clone, Debug, Default)]
pub struct Register {
    /// In the order of their last beginnings: an operation is mostly of one near the end.
    clusters: VecDeque<Cluster>,
    /// The newest write of which an operation was noted: there is no cluster of a newer one.
    newest: Option<Origin>,
    /// The two latest beginnings, of two different clusters: a cluster of which no operation ended
    /// before them has no conflict.
    latest: [(Origin, u64); 2],
    /// The last contradiction that equal values explained; a later one may not be explained.
    explained: Option<Box<[Cluster; 2]>>,
    /// There is no linearization, and nothing more can be learned.
    broken: bool,
}

impl Register {
    /// Adds an operation that wrote or returned the value of `origin`. Returns two clusters that
    /// come before each other, if there are any and the register is not given up.
    pub fn note(&mut self, origin: Origin, start: Edge, end: Edge) -> Option<[Cluster; 2]> {
        if self.broken {
            return None;
        }
        let cluster = self.add(origin, start, end);
        if cluster.first_end.at.seq >= self.latest_but(origin, cluster.last_start.at.seq) {
            return None;
        }
        let mutual = |other: &&Cluster| {
            other.origin != origin && cluster.comes_before(other) && other.comes_before(&cluster)
        };
        let other = *self.clusters.iter().find(mutual)?;
        Some([cluster, other])
    }

    /// Adds an operation to its cluster, which is returned.
    fn add(&mut self, origin: Origin, start: Edge, end: Edge) -> Cluster {
        let is_new = origin < NOTHING && self.newest < Some(origin);
        let found = match is_new {
            true => None,
            false => self.clusters.iter().rposition(|cluster| cluster.origin == origin),
        };
        if is_new {
            self.newest = Some(origin);
        }
        let mut cluster = Cluster { origin, first_end: end, last_start: start };
        match found {
            Some(at) => {
                let known = &mut self.clusters[at];
                if end.at < known.first_end.at {
                    known.first_end = end;
                }
                if start.at <= known.last_start.at {
                    return *known;
                }
                cluster.first_end = known.first_end;
                self.clusters.remove(at);
            }
            None if self.clusters.len() >= CLUSTERS => {
                self.clusters.pop_front();
            }
            None => {}
        }
        let later = |other: &&Cluster| other.last_start.at > start.at;
        let at = self.clusters.len() - self.clusters.iter().rev().take_while(later).count();
        self.clusters.insert(at, cluster);
        cluster
    }

    /// Notes that equal values explain a contradiction, as far as is known.
    pub fn explain(&mut self, clusters: [Cluster; 2]) {
        self.explained = Some(Box::new(clusters));
    }

    /// The last contradiction that equal values explained.
    pub fn explained(&self) -> Option<[Cluster; 2]> {
        self.explained.as_deref().copied().filter(|_| !self.broken)
    }

    /// The memory that it takes, in bytes.
    pub fn bytes(&self) -> u64 {
        (self.clusters.capacity() * size_of::<Cluster>()) as u64
    }

    /// Adds a beginning, and returns the latest one of the other clusters.
    fn latest_but(&mut self, origin: Origin, start: u64) -> u64 {
        let [first, second] = &mut self.latest;
        if first.0 == origin {
            first.1 = first.1.max(start);
            return second.1;
        }
        if start > first.1 {
            *second = *first;
            *first = (origin, start);
            return second.1;
        }
        if start > second.1 {
            *second = (origin, start);
        }
        first.1
    }

    /// A read returned a value that no client wrote, so there is no linearization. Returns whether
    /// that is new.
    pub fn give_up(&mut self) -> bool {
        self.clusters = VecDeque::new();
        !std::mem::replace(&mut self.broken, true)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
