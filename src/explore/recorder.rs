//! The world's driver in a search: it decides nothing, and takes notes.

use crate::event::Event;
use crate::identity::{ProcessId, Stamp};
use crate::strategy::value::Names;
use crate::time::Micros;
use crate::world::{
    Body, Clock, Delay, Dice, Message, MessageKey, Passage, Sink, Timer, Transition,
};

/// What one transition came to.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    pub events: Vec<Event>,
    /// A store has sent a reply.
    pub replied: bool,
    /// Where calls were sent.
    pub called: Vec<ProcessId>,
    /// The next app server's turn was taken by somebody who is not a client.
    pub took_turn: bool,
    /// A die was thrown.
    pub threw: bool,
    /// What set out, and what waits from now on; taken down only on request.
    pub set: Option<Set>,
}

/// What a transition set in motion.
#[derive(Clone, Debug, Default)]
pub struct Set {
    pub sent: Vec<Sent>,
    pub timers: Vec<(Timer, Delay)>,
}

/// A message that set out.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// Its name, which is the same in every world.
    pub name: Stamp,
    /// Its name in an action.
    pub stamp: Stamp,
    pub from: ProcessId,
    pub to: ProcessId,
}

/// One transition of a path, and what it came to.
#[derive(Clone, Debug)]
pub struct Micro {
    pub transition: Transition,
    pub notes: Notes,
    /// The message that landed, as it set out.
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
