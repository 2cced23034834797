//! A person's hand on a message in flight: hold it, let it go, hurry it, delay
//! it, lose it.
//!
//! A message is named by its stamp, which it has again in every run in which
//! the same task sends it, whatever else was done elsewhere.

use super::{ActError, Simulation};
use crate::event::{Event, Fault, Handling};
use crate::identity::message_stamp;
use crate::world::{MessageKey, Transition};

impl Simulation {
    pub(super) fn handle(&mut self, message: &str, how: Handling) -> Result<(), ActError> {
        let key = self.in_flight(message)?;
        let now_us = self.clock.now_us;
        let held = self.clock.agenda.is_held(key);
        let agenda = &mut self.clock.agenda;
        match how {
            Handling::Held if held => return Err(ActError::AlreadyHeld),
            Handling::Released if !held => return Err(ActError::NotHeld),
            Handling::Held => agenda.hold(key, now_us),
            Handling::Released => agenda.release(key, now_us),
            Handling::Delivered => agenda.land(key, now_us),
            Handling::Delayed { by_us } => agenda.delay(key, by_us),
            Handling::Lost => {}
        }
        if let Some(message) = self.world.message(key) {
            let (op, what) = (message.op, message.saying());
            let event = Event::Fault(Fault::Handled { op, what, how });
            self.record(event);
        }
        if how == Handling::Lost {
            self.clock.agenda.forget(key);
            self.apply(Transition::Lose(key));
        }
        Ok(())
    }

    fn in_flight(&self, message: &str) -> Result<MessageKey, ActError> {
        let stamp = message_stamp(message).ok_or(ActError::NoMessageName)?;
        let found = self.world.messages().find(|(_, message)| message.stamp == stamp);
        found.map(|(key, _)| key).ok_or(ActError::NotInFlight)
    }
}
