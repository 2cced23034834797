//! What each client was told of each key: *read your writes* and *monotonic reads*.
//!
//! After Terry and others, "Session guarantees for weakly consistent replicated
//! data" (1994).

use super::order::{Made, Moment};
use crate::event::{Cause, Happening};
use crate::identity::OpId;
use crate::strategy::value::{Origin, Symbol};

/// The clients of one key, in the order of their symbols.
#[derive(Clone, Debug, Default)]
pub struct Sessions(Vec<(Symbol, Session)>);

/// What one client knows of one key: which of its writes are done, and the values that it has read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    pub wrote: Lessons,
    pub saw: Lessons,
}

/// What a client has learned: as far back as an open request may have begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lessons {
    /// Oldest first.
    all: Vec<Lesson>,
    /// The last lesson's write, which is mostly the next one's too.
    last: Option<Origin>,
    /// When the latest of the writes was asked for, by the number of that record.
    last_started: u64,
}

/// A request has told its client of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lesson {
    pub origin: Origin,
    /// What orders the write among those of its key, for when nothing else remembers it.
    pub made: Made,
    /// The request: the write itself, or a read.
    pub op: OpId,
    pub at: Moment,
}

impl Lesson {
    /// The request as an event of a chain.
    pub fn cause(&self) -> Cause {
        let Lesson { origin, op, at, .. } = *self;
        let what = match op.origin() == origin {
            true => Happening::Acknowledged { write: origin },
            false => Happening::Returned { op, write: origin },
        };
        what.at(at.at_us)
    }
}

/// The most that is kept of one client.
const MOST: usize = 256;

impl Lessons {
    /// Adds that the client was told of a write; `place` says what orders an older write among those
    /// of the key. Only the newest writes are kept of those that every open request began after.
    pub fn learn(&mut self, lesson: Lesson, oldest_open: u64, place: impl Fn(Origin) -> Made) {
        if self.last == Some(lesson.origin)
            || self.all.iter().any(|known| known.origin == lesson.origin)
        {
            return;
        }
        let is_outdated = |known: &Lesson| place(known.origin).is_newer_than(&lesson.made);
        if self.before(oldest_open).any(is_outdated) {
            return;
        }
        self.all.push(lesson);
        self.last = Some(lesson.origin);
        self.last_started = self.last_started.max(lesson.made.started.seq);
        if self.all.len() > 2 {
            // they come first, and each is compared with all others
            let old: Vec<Made> = self.before(oldest_open).map(|old| place(old.origin)).collect();
            let mut own = old.iter();
            self.all.retain(|_| {
                own.next().is_none_or(|own| !old.iter().any(|other| other.is_newer_than(own)))
            });
            self.last = self.all.last().map(|last| last.origin);
        }
        if self.all.len() > MOST {
            self.all.remove(0);
        }
    }

    /// What the client had been told before a record.
    pub fn before(&self, seq: u64) -> impl Iterator<Item = &Lesson> {
        self.all.iter().take_while(move |lesson| lesson.at.seq < seq)
    }

    /// The same, of writes that were asked for later than `started`; `None`: of any.
    pub fn later(&self, seq: u64, started: Option<u64>) -> impl Iterator<Item = &Lesson> {
        // mostly there is none, which is seen without a look at each
        let all = match started.is_some_and(|started| self.last_started <= started) {
            true => &[][..],
            false => &self.all,
        };
        let all = all.iter().take_while(move |lesson| lesson.at.seq < seq);
        all.filter(move |lesson| started.is_none_or(|started| lesson.made.started.seq > started))
    }
}

impl Sessions {
    /// The memory that they take, in bytes.
    pub fn bytes(&self) -> u64 {
        let lessons = |session: &Session| session.wrote.all.capacity() + session.saw.all.capacity();
        let all: usize = self.0.iter().map(|(_, session)| lessons(session)).sum();
        let clients = self.0.capacity() * size_of::<(Symbol, Session)>();
        (clients + all * size_of::<Lesson>()) as u64
    }

    /// A client's session.
    pub fn of(&mut self, client: Symbol) -> &mut Session {
        let at = match self.0.binary_search_by_key(&client, |(client, _)| *client) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (client, Session::default()));
                at
            }
        };
        &mut self.0[at].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn their_memory_is_that_of_all_lessons() {
        let lessons = |room| Lessons { all: Vec::with_capacity(room), ..Lessons::default() };
        let bytes = |wrote, saw| {
            let session = Session { wrote: lessons(wrote), saw: lessons(saw) };
            Sessions(vec![(Symbol(1), session)]).bytes()
        };
        assert_eq!(bytes(10, 5) - bytes(0, 0), 15 * size_of::<Lesson>() as u64);
    }
}
