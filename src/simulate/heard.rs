//! What a run does, told step by step: for whoever has real servers do the same.

use super::Simulation;
use crate::event::Event;
use crate::strategy::call::StoreError;
use crate::strategy::value::{Names, Value};
use crate::world::{Deed, Message, MessageKey};

/// Something that has happened in a run. What happens in one transition is told in its order,
/// the events last.
#[derive(Clone, Debug)]
pub enum Heard {
    /// A message is on its way.
    Sent(Box<Message>),
    Deed(Deed),
    Event(Event),
}

impl Simulation {
    /// Begins to note what happens, for [`heard`](Simulation::heard).
    pub fn listen(&mut self) {
        self.clock.heard = Some(Vec::new());
    }

    /// What has happened since the last time.
    pub fn heard(&mut self) -> Vec<Heard> {
        self.clock.heard.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Takes a table of texts with more of them in it: what a real store has answered.
    pub fn learn(&mut self, names: Names) {
        *self.world.names_mut() = names;
    }

    /// Puts another result into a reply in flight: what a real store has answered.
    pub fn substitute_reply(&mut self, message: MessageKey, result: Result<Value, StoreError>) {
        self.world.substitute_reply(message, result);
    }
}
