//! The world's driver in a search: it decides nothing, and records what happens.

use crate::event::Event;
use crate::identity::{ProcessId, Stamp};
use crate::strategy::value::Names;
use crate::time::Micros;
use crate::world::{
    Body, Clock, Delay, Dice, Message, MessageKey, Passage, Sink, Timer, Transition,
};

/// The effects of one transition.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    pub events: Vec<Event>,
    /// A store sent a reply.
    pub replied: bool,
    /// The processes to which calls were sent.
    pub called: Vec<ProcessId>,
    /// Someone other than a client took the next app server's turn.
    pub took_turn: bool,
    /// A random draw was made.
    pub threw: bool,
    /// The messages sent and the timers set; recorded only on request.
    pub set: Option<Set>,
}

/// The messages and timers that a transition set in motion.
#[derive(Clone, Debug, Default)]
pub struct Set {
    pub sent: Vec<Sent>,
    pub timers: Vec<(Timer, Delay)>,
}

/// A message that was sent.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// Its name in this search, which is the same in every world.
    pub name: Stamp,
    /// Its name in a scenario's action.
    pub stamp: Stamp,
    pub from: ProcessId,
    pub to: ProcessId,
}

/// One transition of a path, and its effects.
#[derive(Clone, Debug)]
pub struct Micro {
    pub transition: Transition,
    pub notes: Notes,
    /// The message delivered, as it was sent.
    pub message: Option<Message>,
}

impl Clock for Notes {
    fn sent(&mut self, key: MessageKey, message: &Message, _: u32) {
        match message.body {
            Body::Reply { .. } => self.replied = true,
            Body::Call { .. } => {
                self.called.push(message.to);
                let is_app = |process| matches!(process, ProcessId::App(_));
                self.took_turn |= is_app(message.to) && !is_app(message.from);
            }
            Body::Ask { .. } | Body::Answer { .. } | Body::Forget { .. } => {}
        }
        if let Some(set) = &mut self.set {
            let Message { from, to, id, .. } = *message;
            set.sent.push(Sent { name: key.name(), stamp: id.stamp, from, to });
        }
    }

    fn timer(&mut self, timer: Timer, delay: Delay) {
        if let Some(set) = &mut self.set {
            set.timers.push((timer, delay));
        }
    }
}

impl Dice for Notes {
    fn random(&mut self, _: Stamp) -> u64 {
        self.threw = true;
        1 << 63
    }

    fn passage(&mut self, _: &Message) -> Passage {
        Passage::Arrives
    }
}

impl Sink for Notes {
    fn record(&mut self, _: Micros, events: &[Event], _: &Names) {
        self.events.extend_from_slice(events);
    }
}
