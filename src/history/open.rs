//! Requests that have not ended, in the order of their numbers.

use std::collections::VecDeque;

use super::order::Moment;
use crate::event::Cause;
use crate::identity::OpId;
use crate::strategy::value::{Datum, Parent, Scalar, Symbol};

/// What is remembered of a request while it is open.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    pub key: Symbol,
    pub began: Moment,
    /// It has asked the cache for something.
    pub looked_up: bool,
    /// It was answered by the database or its replica.
    pub loaded: bool,
    /// A store has counted for it, and told it the sum.
    pub counted: bool,
    /// The last values that the cache gave it: of its own key, and of another one.
    pub served: [Option<Served>; 2],
    /// The literal that it has put into a cache, under its own key.
    pub put: Option<Scalar>,
    /// The last row that it read, and the write that had made the row.
    pub row: Option<Parent>,
    /// Its last reading call, if that failed and no later one returned a value.
    pub failure: Option<Cause>,
    /// Why the last entry that it looked for was missing.
    pub gone: Option<Cause>,
    /// The request for whose run it waited, if it did.
    pub joined: Option<(OpId, Cause)>,
}

/// A value that the cache gave to a request.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Served {
    pub key: Symbol,
    pub value: Datum,
    /// How the value had come into the cache.
    pub cause: Cause,
    /// Later look-ups have greater numbers.
    pub seq: u64,
}

impl Open {
    /// A request that begins.
    pub fn new(key: Symbol, began: Moment) -> Open {
        Open {
            key,
            began,
            looked_up: false,
            loaded: false,
            counted: false,
            served: [None, None],
            put: None,
            row: None,
            failure: None,
            gone: None,
            joined: None,
        }
    }

    /// Adds what another request has seen, as far as known, because its run was shared.
    pub fn share(&mut self, other: Option<Open>) {
        // what a run that outlived its request has seen is not known: a load, mostly
        let Some(other) = other else {
            self.loaded = true;
            self.failure = None;
            return;
        };
        self.loaded |= other.loaded;
        self.counted |= other.counted;
        self.put = other.put.or(self.put);
        self.row = other.row.or(self.row);
        self.failure = other.failure;
        if other.served != [None, None] {
            self.served = other.served;
        }
    }

    /// Whether no store has told it anything from which an answer could come: it asked none, or the
    /// last one did not answer.
    pub fn is_unfounded(&self) -> bool {
        let asked = self.looked_up || self.loaded || self.counted;
        !asked || self.failure.is_some()
    }

    /// Whether a value is the literal that it has put into a cache itself.
    pub fn has_put(&self, value: Datum) -> bool {
        value.is_literal() && self.failure.is_none() && self.put == Some(value.scalar)
    }

    /// The last value that the cache gave it.
    pub fn last_served(&self) -> Option<&Served> {
        self.served.iter().flatten().max_by_key(|served| served.seq)
    }

    /// The look-up in the cache that gave the returned value, if one did.
    pub fn served(&self, value: Datum) -> Option<&Served> {
        let is_it = |served: &&Served| {
            served.value.origin == value.origin && served.value.lineage.is_same(value.lineage)
        };
        self.served.iter().flatten().find(is_it)
    }
}

/// Open requests, found by number in constant time. Memory is proportional to the span between the
/// oldest open request and the newest.
#[derive(Clone, Debug, Default)]
pub struct OpenRequests {
    line: VecDeque<Option<Open>>,
    /// The number of the first request in the line.
    first: u32,
}

impl OpenRequests {
    /// Adds a request. Numbers only increase.
    pub fn begin(&mut self, op: OpId, open: Open) {
        if self.line.is_empty() {
            self.first = op.number();
        }
        while self.first + (self.line.len() as u32) < op.number() {
            self.line.push_back(None);
        }
        self.line.push_back(Some(open));
    }

    /// When the first of the open requests began.
    pub fn first_began(&self) -> Option<Moment> {
        self.line.front()?.as_ref().map(|open| open.began)
    }

    /// A request that is open.
    pub fn get(&self, op: OpId) -> Option<&Open> {
        let at = op.number().checked_sub(self.first)?;
        self.line.get(at as usize)?.as_ref()
    }

    /// An open request, to be changed.
    pub fn get_mut(&mut self, op: OpId) -> Option<&mut Open> {
        let at = op.number().checked_sub(self.first)?;
        self.line.get_mut(at as usize)?.as_mut()
    }

    /// Removes a request that ends. Returns what was known of it.
    pub fn end(&mut self, op: OpId) -> Option<Open> {
        let at = op.number().checked_sub(self.first)?;
        let open = self.line.get_mut(at as usize)?.take();
        while let Some(None) = self.line.front() {
            self.line.pop_front();
            self.first += 1;
        }
        open
    }
}
