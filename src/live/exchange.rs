//! Exchanges: a call on its way to a server, and the reply on its way back.

use std::collections::BTreeMap;

use super::client::Ask;
use super::line::Line;
use super::tracking::Reader;
use crate::strategy::call::{Call, DatabaseCall};
use crate::world::{Caller, Stamp, TaskKey};

/// The server of a call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Place {
    /// The server of a cache, by the cache's position.
    Cache(usize),
    Database,
}

/// A call, from its sending until its reply has landed.
pub(super) struct Exchange {
    pub place: Place,
    /// The reader that the cache is to notify; `None`: nobody.
    pub reader: Option<Reader>,
    pub caller: Caller,
    pub call: Call,
    pub ask: Ask,
    /// The connection used; `None`: none could be made.
    pub line: Option<Line>,
    pub reply: Stamp,
    pub state: State,
    /// When the call was carried out, an entry of its key was about to expire, or had just expired.
    pub at_the_edge: bool,
}

/// The progress of an exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// The proxy holds the request.
    Said,
    /// The server has the request, and has not answered.
    Begun,
    /// The proxy holds the reply.
    Answered,
}

impl Exchange {
    /// Whether its connection belongs to a transaction that continues after it.
    pub fn stays_open(&self) -> bool {
        match &self.call {
            Call::Database(DatabaseCall::Begin { .. }) => true,
            Call::Transaction(call) => !ends(call),
            Call::Many(many) => many.in_transaction,
            _ => false,
        }
    }

    /// Whether it is part of a transaction.
    pub fn is_inside(&self) -> bool {
        match &self.call {
            Call::Transaction(_) => true,
            Call::Many(many) => many.in_transaction,
            _ => false,
        }
    }
}

/// Whether a statement ends a transaction.
pub(super) fn ends(call: &DatabaseCall) -> bool {
    matches!(call, DatabaseCall::Commit {} | DatabaseCall::Rollback {})
}

/// All calls in progress.
#[derive(Default)]
pub(super) struct Exchanges {
    by_call: BTreeMap<Stamp, Exchange>,
    by_reply: BTreeMap<Stamp, Stamp>,
}

impl Exchanges {
    pub fn put(&mut self, call: Stamp, exchange: Exchange) {
        self.by_reply.insert(exchange.reply, call);
        self.by_call.insert(call, exchange);
    }

    pub fn get(&mut self, call: Stamp) -> Option<&mut Exchange> {
        self.by_call.get_mut(&call)
    }

    /// Removes the exchange whose call or reply has this stamp.
    pub fn take(&mut self, stamp: Stamp) -> Option<Exchange> {
        let call = self.by_reply.get(&stamp).copied().unwrap_or(stamp);
        let exchange = self.by_call.remove(&call)?;
        self.by_reply.remove(&exchange.reply);
        Some(exchange)
    }

    /// Removes a call that a cache has redirected: it is sent again, to another process.
    pub fn take_redirected(&mut self, caller: Caller, place: Place) {
        let is_it = |each: &Exchange| {
            each.caller == caller && each.state == State::Said && each.place != place
        };
        let stamp = self.by_call.iter().find(|(_, each)| is_it(each)).map(|(stamp, _)| *stamp);
        if let Some(stamp) = stamp {
            self.take(stamp);
        }
    }

    /// The connection of a duplicated message, if the other copy still has it.
    pub fn line_of_copy(&mut self, caller: Caller) -> Option<Line> {
        let mut others = self.by_call.values_mut();
        let is_it = |each: &&mut Exchange| each.caller == caller && each.state == State::Said;
        others.find(|each| is_it(each) && each.line.is_some())?.line.take()
    }

    /// The statement that a task's transaction is executing.
    pub fn of_transaction(&mut self, task: TaskKey) -> Option<(Stamp, &mut Exchange)> {
        let mut all = self.by_call.iter_mut();
        all.find(|(_, each)| each.caller.task == task && each.is_inside())
            .map(|(stamp, each)| (*stamp, each))
    }
}
