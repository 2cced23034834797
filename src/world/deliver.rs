//! Messages: sending, delivery, loss.

use super::*;
use crate::event::{Carried, DropReason, Saying, Told, Verb};
use crate::strategy::call::Call;

/// What the network does with a message that is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passage {
    /// It arrives.
    Arrives,
    /// The network loses it.
    Lost,
    /// It arrives twice, each time after its own delay.
    Doubled,
}

impl World {
    /// Sends a message.
    // inlined so that the message is moved only once, from where it is made to where it stays
    #[inline(always)]
    pub(crate) fn send<D: Driver>(&mut self, message: Message, d: &mut D) {
        let message = self.spare.hold_message(message);
        self.send_held(message, d);
    }

    fn send_held<D: Driver>(&mut self, message: Shared<Message>, d: &mut D) {
        if !self.network.is_whole() && self.network.is_cut(message.from, message.to) {
            self.told.push(message.dropped(DropReason::Cut));
            return self.spare.end_message(message);
        }
        match d.passage(&message) {
            Passage::Arrives => {}
            Passage::Lost => {
                self.told.push(message.dropped(DropReason::Loss));
                return self.spare.end_message(message);
            }
            Passage::Doubled => {
                let copy = self.spare.hold_message(message.copy());
                self.put_in_flight(copy, d);
            }
        }
        self.put_in_flight(message, d);
    }

    #[inline]
    fn put_in_flight<D: Driver>(&mut self, mut message: Shared<Message>, d: &mut D) {
        if self.reuses_names {
            while self.is_message_name_taken(message.id.name) {
                message.id.name = derive(message.id.name, 1);
            }
        }
        // a slow cache slows its links: service times are small beside them
        let slow_milli = match (message.from, message.to) {
            (from, to) if from == to => 1_000,
            (ProcessId::Cache(cache), _) | (_, ProcessId::Cache(cache)) => {
                self.stores.caches[cache].process.slow_milli
            }
            _ => 1_000,
        };
        let messages = &mut *self.messages;
        let key = messages.insert(message);
        d.sent(key, &messages[key], slow_milli);
    }

    /// Delivers a message in flight, with everything that follows at this instant.
    pub(crate) fn deliver<D: Driver>(&mut self, key: MessageKey, d: &mut D) {
        let Some(message) = self.messages.remove(key) else { return };
        let Message { id, op, from, to, sent_us, .. } = *message;
        self.told.push(Event::Arrived {
            stamp: id.stamp,
            op,
            from,
            to,
            sent_us,
            what: message.saying(),
            carries: message.carries(),
        });
        match &message.body {
            Body::Ask { .. } => self.admit(&message, d),
            Body::Answer { .. } => self.answered(&message, d),
            Body::Call { .. } => self.serve(&message, d),
            Body::Forget { key } => self.forget_copy(&message, *key, d),
            Body::Reply { caller, result } => {
                if self.awaits_reply(caller.task, caller.ordinal) {
                    self.resume(caller.task, result.clone(), d);
                } else {
                    self.told.push(message.dropped(DropReason::Late));
                }
            }
        }
        self.spare.end_message(message);
    }

    /// Duplicates a message in flight: the copy is sent now as well.
    pub(crate) fn duplicate<D: Driver>(&mut self, key: MessageKey, d: &mut D) {
        let Some(message) = self.messages.get(key) else { return };
        let mut copy = message.copy();
        // a copy that was made before may be in flight still
        while self.messages.resolve(Key::named(copy.id.name)).is_some() {
            copy = copy.copy();
        }
        let copy = self.spare.hold_message(copy);
        self.put_in_flight(copy, d);
    }

    /// Loses a message in flight.
    pub(crate) fn lose(&mut self, key: MessageKey, why: DropReason) {
        if let Some(message) = self.messages.remove(key) {
            self.told.push(message.dropped(why));
        }
    }
}

impl Message {
    /// Its content, in a short form.
    pub fn saying(&self) -> Saying {
        match &self.body {
            Body::Ask { kind, key, .. } => {
                Saying { verb: Verb::Request(*kind), key: Some(*key), reply: false, error: false }
            }
            Body::Answer { result, .. } => {
                Saying { verb: Verb::Answer, key: None, reply: true, error: result.is_err() }
            }
            Body::Call { call, .. } => Saying::of(call),
            Body::Forget { key } => {
                Saying { verb: Verb::Forget, key: Some(*key), reply: false, error: false }
            }
            Body::Reply { result, .. } => {
                Saying { verb: Verb::Reply, key: None, reply: true, error: result.is_err() }
            }
        }
    }

    /// The write that it brings to the database, if any.
    pub(crate) fn carries(&self) -> Carried {
        let Body::Call {
            call: call @ (Call::Database(to_database) | Call::Transaction(to_database)),
            ..
        } = &self.body
        else {
            return Told(None);
        };
        // a commit brings what has arrived before it
        let brings = to_database.command().writes() && to_database.key().is_some();
        Told(brings.then(|| run::written(call, self.op)))
    }

    /// A copy of the message, under its own name.
    pub(crate) fn copy(&self) -> Message {
        Message { id: self.id.child(COPY), ..self.clone() }
    }

    /// The record of its end.
    pub(crate) fn dropped(&self, why: DropReason) -> Event {
        let Message { id, op, from, to, sent_us, .. } = *self;
        let (what, carries) = (self.saying(), self.carries());
        Event::Dropped { stamp: id.stamp, op, from, to, sent_us, what, why, carries }
    }
}

/// Derives the name of a copy from that of the message.
const COPY: u64 = u64::MAX - 1;
