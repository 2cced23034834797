//! A message in flight lands.

use super::*;
use crate::event::{DropReason, Saying, Verb};

impl World {
    /// A message in flight lands, and all that follows from it at this instant.
    pub(crate) fn deliver<D: Driver>(&mut self, key: MessageKey, d: &mut D) {
        let Some(message) = self.messages.remove(key) else { return };
        let Message { id, op, from, to, sent_us, .. } = message;
        self.told.push(Event::Arrived {
            stamp: id.stamp,
            op,
            from,
            to,
            sent_us,
            what: message.saying(),
        });
        match message.body {
            Body::Ask { .. } => self.admit(message, d),
            Body::Answer { .. } => self.answered(message, d),
            Body::Call { .. } => self.serve(message, d),
            Body::Reply { caller, ref result } => {
                if self.awaits_reply(caller.task, caller.ordinal) {
                    let result = result.clone();
                    self.resume(caller.task, result, d);
                } else {
                    self.told.push(message.dropped(DropReason::Late));
                }
            }
        }
    }

    /// A message in flight is lost.
    pub(crate) fn lose(&mut self, key: MessageKey, why: DropReason) {
        if let Some(message) = self.messages.remove(key) {
            self.told.push(message.dropped(why));
        }
    }
}

impl Message {
    /// What it says, in short.
    pub fn saying(&self) -> Saying {
        match &self.body {
            Body::Ask { kind, key, .. } => {
                Saying { verb: Verb::Request(*kind), key: Some(*key), reply: false, error: false }
            }
            Body::Answer { result, .. } => {
                Saying { verb: Verb::Answer, key: None, reply: true, error: result.is_err() }
            }
            Body::Call { call, .. } => Saying::of(call),
            Body::Reply { result, .. } => {
                Saying { verb: Verb::Reply, key: None, reply: true, error: result.is_err() }
            }
        }
    }

    /// The record of its end.
    pub(crate) fn dropped(&self, why: DropReason) -> Event {
        let Message { id, op, from, to, sent_us, .. } = *self;
        Event::Dropped { stamp: id.stamp, op, from, to, sent_us, what: self.saying(), why }
    }
}
