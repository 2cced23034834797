//! Verdicts by search: over all writes that a value may come from.
//!
//! A client sees values, and several writes may have made one. So each question has an
//! answer for each way in which a value can have come about, and three answers: yes, no,
//! and that it cannot be told from outside, where a queue may have joined two writes.

use stalemate::strategy::value::{Scalar, Symbol};
use stalemate::world::Kind;

use super::seen::{Seen, Sight};

/// A write that a value may come from: its position among the operations; `None`: what
/// the row held at the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Source {
    pub key: Symbol,
    pub write: Option<usize>,
}

/// One way in which what a read returned may have come about.
pub type Way = Vec<Source>;

/// An answer that may be unknown.
pub type Told = Option<bool>;

/// Whether any is so.
fn any(all: impl Iterator<Item = Told>) -> Told {
    let mut is_known = true;
    for told in all {
        match told {
            Some(true) => return Some(true),
            None => is_known = false,
            Some(false) => {}
        }
    }
    is_known.then_some(false)
}

fn all(each: impl Iterator<Item = Told>) -> Told {
    any(each.map(|told| told.map(|is| !is))).map(|is| !is)
}

impl Sight {
    /// The writes that may have made a value of a key that a read got.
    pub fn sources(&self, key: Symbol, value: Scalar, read: &Seen) -> Vec<Source> {
        let until = read.end.unwrap_or(usize::MAX);
        let is_it = |seen: &Seen| {
            seen.key == key
                && seen.start < until
                && match seen.kind {
                    Kind::Write => seen.value == value,
                    // one that its client knows to have failed has deleted nothing
                    Kind::Delete => value == Scalar::None && !seen.is_void,
                    _ => false,
                }
        };
        let writes = (0..self.operations.len()).filter(|at| is_it(&self.operations[*at].1));
        let initial = (self.initial(key) == value).then_some(Source { key, write: None });
        writes.map(|at| Source { key, write: Some(at) }).chain(initial).collect()
    }

    fn write(&self, source: Source) -> Option<&Seen> {
        source.write.map(|at| &self.operations[at].1)
    }

    /// When the row last got a value, before a record: its place among the row's values.
    fn place(&self, write: &Seen, until: usize) -> Option<usize> {
        let states = self.rows.get(&write.key)?;
        let value = if write.kind == Kind::Delete { Scalar::None } else { write.value };
        states
            .iter()
            .rposition(|state| state.value == value && state.at < until && state.at >= write.start)
    }

    /// Whether a write is the only one of its value.
    fn is_alone(&self, write: &Seen) -> bool {
        let value = |seen: &Seen| if seen.kind == Kind::Delete { Scalar::None } else { seen.value };
        let writes = self.on(write.key).filter(|seen| seen.kind != Kind::Read);
        writes.filter(|seen| value(seen) == value(write)).count() == 1
    }

    /// Whether one write is newer than another, for a read that ended at `until`.
    pub fn is_newer(&self, one: Source, other: Source, until: usize) -> Told {
        let (newer, older) = match (self.write(one), self.write(other)) {
            (None, _) => return Some(false),
            // whatever is written is newer than what was there before
            (Some(_), None) => return Some(true),
            (Some(newer), Some(older)) => (newer, older),
        };
        if one == other {
            return Some(false);
        }
        // one that its client knows to have failed, where something else has its value: what
        // was read was hardly that
        let is_doubtful = |write: &Seen| {
            write.is_void && (!self.is_alone(write) || self.initial(write.key) == write.value)
        };
        if is_doubtful(newer) || is_doubtful(older) {
            return None;
        }
        if older.is_before(newer) {
            return Some(true);
        }
        if newer.is_before(older) {
            return Some(false);
        }
        if !self.is_alone(newer) || !self.is_alone(older) {
            return None;
        }
        let is_deletion = newer.kind == Kind::Delete || older.kind == Kind::Delete;
        match (self.place(newer, until), self.place(older, until)) {
            (Some(newer), Some(older)) => Some(newer > older),
            // a queue may have joined them, and a deletion may have found nothing
            _ if self.has_queue || is_deletion => None,
            _ => Some(false),
        }
    }

    /// The writes of a key that were acknowledged before a record.
    fn acked(&self, key: Symbol, before: usize) -> impl Iterator<Item = (Source, &Seen)> {
        let all = self.operations.iter().enumerate();
        all.filter(move |(_, (_, seen))| {
            seen.key == key && seen.kind != Kind::Read && seen.is_acked_before(before)
        })
        .map(move |(at, (_, seen))| (Source { key, write: Some(at) }, seen))
    }

    /// Whether a way is stale: something newer of one of its rows was acknowledged.
    pub fn is_stale(&self, way: &Way, read: &Seen) -> Told {
        let until = read.end.unwrap_or(usize::MAX);
        any(way.iter().map(|source| {
            any(self
                .acked(source.key, read.start)
                .map(|(newer, _)| self.is_newer(newer, *source, until)))
        }))
    }

    /// Since when, in microseconds: when the first such write was acknowledged; `None`:
    /// that cannot be told.
    pub fn stale_since(&self, way: &Way, read: &Seen) -> Option<u64> {
        let until = read.end.unwrap_or(usize::MAX);
        let mut since = None;
        for source in way {
            for (newer, seen) in self.acked(source.key, read.start) {
                if self.is_newer(newer, *source, until)? {
                    since = Some(since.map_or(seen.end_us, |since: u64| since.min(seen.end_us)));
                }
            }
        }
        since
    }

    /// Whether the row had not held a part of it when the read ended.
    pub fn is_ahead(&self, way: &Way, read: &Seen) -> Told {
        let until = read.end.unwrap_or(usize::MAX);
        any(way.iter().map(|source| match self.write(*source) {
            None => Some(false),
            Some(write) if write.kind == Kind::Delete => None,
            // a queue may have joined it to a later one that has come
            Some(write) if self.place(write, until).is_none() => {
                let later = self.on(write.key).filter(|seen| !seen.is_before(write));
                let mut later = later.filter(|seen| seen.kind != Kind::Read);
                let joined = self.has_queue && later.any(|seen| self.place(seen, until).is_some());
                (!joined).then_some(true)
            }
            Some(write) => self.is_alone(write).then_some(false),
        }))
    }

    /// Whether a client had been told of a write of its own that no way shows.
    pub fn misses_own(&self, ways: &[Way], read: &Seen) -> Told {
        let until = read.end.unwrap_or(usize::MAX);
        let missed = |way: &Way| {
            any(way.iter().map(|source| {
                let own = self.acked(source.key, read.start);
                let own = own.filter(|(_, seen)| seen.client == read.client);
                any(own.map(|(newer, _)| self.is_newer(newer, *source, until)))
            }))
        };
        all(ways.iter().map(missed))
    }

    /// Whether an earlier read of the client had shown something newer, whichever way
    /// both came about.
    pub fn goes_back(&self, earlier: &[Way], later: &[Way], read: &Seen) -> Told {
        let until = read.end.unwrap_or(usize::MAX);
        all(earlier.iter().flat_map(|one| {
            later.iter().map(move |other| {
                any(one.iter().flat_map(|newer| {
                    let same = other.iter().filter(|older| older.key == newer.key);
                    same.map(|older| self.is_newer(*newer, *older, until))
                }))
            })
        }))
    }
}
