//! Actions on a message in flight: hold, release, deliver, delay, drop, duplicate.
//!
//! A message is named by its stamp, which is the same in every run in which the same task sends it.

use super::{ActError, Simulation};
use crate::event::Fault;
use crate::identity::message_stamp;
use crate::vocabulary::Handling;
use crate::world::{MessageKey, Transition};

impl Simulation {
    pub(super) fn handle(&mut self, message: &str, how: Handling) -> Result<(), ActError> {
        let key = self.in_flight(message)?;
        let now_us = self.clock.now_us;
        let held = self.clock.agenda.is_held(key);
        let agenda = &mut self.clock.agenda;
        match how {
            Handling::Hold if held => return Err(ActError::AlreadyHeld),
            Handling::Release if !held => return Err(ActError::NotHeld),
            Handling::Hold => agenda.hold(key, now_us),
            Handling::Release => agenda.release(key, now_us),
            Handling::Deliver => agenda.land(key, now_us),
            Handling::Delay { by_us } => agenda.delay(key, by_us),
            Handling::Drop | Handling::Duplicate => {}
        }
        if let Some(message) = self.world.message(key) {
            let (op, what) = (message.op, message.saying());
            self.fault(Fault::Handle { op, what, how })?;
        }
        if how == Handling::Duplicate {
            self.apply(Transition::Duplicate(key));
        }
        if how == Handling::Drop {
            self.clock.agenda.forget(key);
            self.apply(Transition::Lose(key));
        }
        Ok(())
    }

    fn in_flight(&self, message: &str) -> Result<MessageKey, ActError> {
        let stamp = message_stamp(message).ok_or(ActError::NoMessageName)?;
        let found = self.world.messages().find(|(_, message)| message.id.stamp == stamp);
        found.map(|(key, _)| key).ok_or(ActError::NotInFlight)
    }
}
