//! Transitions of a world.

use super::*;
use crate::event::{DropReason, Fault};
use crate::strategy::call::StoreError;
use crate::strategy::value::Value;

/// One transition, at one instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transition {
    /// A client begins a request.
    Start(Request),
    /// A message in flight lands.
    Deliver(MessageKey),
    /// A message in flight is lost.
    Lose(MessageKey),
    /// A message in flight is duplicated.
    Duplicate(MessageKey),
    /// A timer fires. One that nothing waits for has no effect.
    Fire(Timer),
    /// A fault begins or ends.
    Fault(Fault),
}

impl World {
    /// Does one transition, with everything that follows at this instant.
    ///
    /// # Errors
    /// Why a fault cannot happen; then nothing changes.
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

    /// Replaces the result of a reply in flight with a real store's answer.
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
