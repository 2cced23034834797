//! What can happen to a world, and doing it.

use super::*;
use crate::event::{DropReason, Fault};
use crate::strategy::call::StoreError;
use crate::strategy::value::Value;

/// One thing that happens, at one instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transition {
    /// A client begins a request.
    Start(Request),
    /// A message in flight lands.
    Deliver(MessageKey),
    /// A message in flight is lost.
    Lose(MessageKey),
    /// A message in flight is there twice from now on.
    Duplicate(MessageKey),
    /// A timer goes off. One that nothing waits for any more does nothing.
    Fire(Timer),
    /// A person, or the scenario, breaks or mends something.
    Fault(Fault),
}

impl World {
    /// Does one thing, and all that follows from it at this instant.
    ///
    /// # Errors
    /// Why a fault cannot happen; then nothing has changed.
    #[inline]
    pub fn apply<D: Driver>(
        &mut self,
        transition: Transition,
        now_us: Micros,
        d: &mut D,
    ) -> Result<(), FaultError> {
        let before_us = std::mem::replace(&mut self.now_us, now_us);
        let done = match transition {
            Transition::Start(request) => {
                self.start(request, d);
                Ok(())
            }
            Transition::Deliver(message) => {
                if let Some(message) = self.messages.resolve(message) {
                    self.deliver(message, d);
                }
                Ok(())
            }
            Transition::Lose(message) => {
                if let Some(message) = self.messages.resolve(message) {
                    self.lose(message, DropReason::Injected);
                }
                Ok(())
            }
            Transition::Duplicate(message) => {
                if let Some(message) = self.messages.resolve(message) {
                    self.duplicate(message, d);
                }
                Ok(())
            }
            Transition::Fire(timer) => {
                if let Some(timer) = self.resolve(timer) {
                    self.fire(timer, d);
                }
                Ok(())
            }
            Transition::Fault(fault) => self.fault(fault, d),
        };
        if done.is_err() {
            self.now_us = before_us;
        }
        self.tell(d);
        done
    }

    /// Puts another result into a reply in flight: what a real store has answered.
    pub fn substitute_reply(&mut self, key: MessageKey, answer: Result<Value, StoreError>) {
        if let Some(message) = self.messages.get_mut(key)
            && let Body::Reply { result, .. } = &mut message.body
        {
            *result = answer;
        }
    }

    /// The operation that began last; [`OpId::NOBODY`] before the first.
    pub fn latest_operation(&self) -> OpId {
        self.latest
    }
}
