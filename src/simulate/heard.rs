//! Reports the steps of a run to a listener that makes real servers do the same.

use super::Simulation;
use crate::event::Event;
use crate::strategy::call::StoreError;
use crate::strategy::value::{Names, Value};
use crate::world::{Deed, Message, MessageKey};

/// A step of a run. The steps of one transition are in order, the events last.
#[derive(Clone, Debug)]
pub enum Heard {
    /// A message was sent.
    Sent(Box<Message>),
    Deed(Deed),
    Event(Event),
}

impl Simulation {
    /// Begins to record steps for [`heard`](Simulation::heard).
    pub fn listen(&mut self) {
        self.clock.heard = Some(Vec::new());
    }

    /// The steps since the last call.
    pub fn heard(&mut self) -> Vec<Heard> {
        self.clock.heard.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Replaces the table of texts with a larger one, after a real store's answer added texts.
    pub fn learn(&mut self, names: Names) {
        *self.world.names_mut() = names;
    }

    /// Replaces the result of a reply in flight with a real store's answer.
    pub fn substitute_reply(&mut self, message: MessageKey, result: Result<Value, StoreError>) {
        self.world.substitute_reply(message, result);
    }
}
