//! A call on its way to a server, and the reply on its way back.

use std::collections::BTreeMap;

use super::client::Ask;
use super::line::Line;
use crate::strategy::call::{Call, DatabaseCall};
use crate::world::{Caller, Stamp, TaskKey};

/// Which server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Place {
    /// A cache's, by its position.
    Cache(usize),
    Database,
}

/// A call, from when it is sent until its reply has landed.
pub(super) struct Exchange {
    pub place: Place,
    pub caller: Caller,
    pub call: Call,
    pub ask: Ask,
    /// The connection that it was said on; `None`: there was none to be had.
    pub line: Option<Line>,
    pub reply: Stamp,
    pub state: State,
    /// When it was carried out an entry of its key was just about to end, or had just ended.
    pub at_the_edge: bool,
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// The request lies in the proxy.
    Said,
    /// The server has it, and has not answered.
    Begun,
    /// The reply lies in the proxy.
    Answered,
}

impl Exchange {
    /// Whether its connection is that of a transaction, which goes on after it.
    pub fn stays_open(&self) -> bool {
        match &self.call {
            Call::Database(DatabaseCall::Begin { .. }) => true,
            Call::Transaction(call) => !ends(call),
            Call::Many(many) => many.in_transaction,
            _ => false,
        }
    }

    /// Whether it is said within a transaction.
    pub fn is_inside(&self) -> bool {
        match &self.call {
            Call::Transaction(_) => true,
            Call::Many(many) => many.in_transaction,
            _ => false,
        }
    }
}

/// Whether a statement is the end of a transaction.
pub(super) fn ends(call: &DatabaseCall) -> bool {
    matches!(call, DatabaseCall::Commit {} | DatabaseCall::Rollback {})
}

/// All calls on their way.
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

    /// Takes that out whose call or whose reply has this stamp.
    pub fn take(&mut self, stamp: Stamp) -> Option<Exchange> {
        let call = self.by_reply.get(&stamp).copied().unwrap_or(stamp);
        let exchange = self.by_call.remove(&call)?;
        self.by_reply.remove(&exchange.reply);
        Some(exchange)
    }

    /// The connection of a message that is there twice, where the other copy has it still.
    pub fn line_of_copy(&mut self, caller: Caller) -> Option<Line> {
        let mut others = self.by_call.values_mut();
        let is_it = |each: &&mut Exchange| each.caller == caller && each.state == State::Said;
        others.find(|each| is_it(each) && each.line.is_some())?.line.take()
    }

    /// The statement that a task's transaction is at.
    pub fn of_transaction(&mut self, task: TaskKey) -> Option<(Stamp, &mut Exchange)> {
        let mut all = self.by_call.iter_mut();
        all.find(|(_, each)| each.caller.task == task && each.is_inside())
            .map(|(stamp, each)| (*stamp, each))
    }
}
