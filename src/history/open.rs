//! Requests that have not ended: a line in the order of their numbers.

use std::collections::VecDeque;

use super::order::Moment;
use crate::event::Cause;
use crate::identity::OpId;
use crate::strategy::value::{Origin, Symbol};

/// What is remembered of a request while it is open.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    pub key: Symbol,
    pub began: Moment,
    /// It has looked something up in the cache.
    pub looked_up: bool,
    /// The write whose value the cache last gave it.
    pub hit: Option<Origin>,
    /// How that value had come into the cache.
    pub served: Option<Cause>,
}

/// Open requests, found by number in constant time. Its memory is the span
/// between the oldest open request and the newest.
#[derive(Clone, Debug, Default)]
pub struct OpenRequests {
    line: VecDeque<Option<Open>>,
    /// The number of the first in the line.
    first: u32,
}

impl OpenRequests {
    /// A request begins. Numbers only go up.
    pub fn begin(&mut self, op: OpId, open: Open) {
        if self.line.is_empty() {
            self.first = op.number();
        }
        while self.first + (self.line.len() as u32) < op.number() {
            self.line.push_back(None);
        }
        self.line.push_back(Some(open));
    }

    /// A request that is open.
    pub fn get(&self, op: OpId) -> Option<&Open> {
        let at = op.number().checked_sub(self.first)?;
        self.line.get(at as usize)?.as_ref()
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, op: OpId) -> Option<&mut Open> {
        let at = op.number().checked_sub(self.first)?;
        self.line.get_mut(at as usize)?.as_mut()
    }

    /// A request ends; what was remembered of it.
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
