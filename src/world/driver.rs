//! What the world asks of whoever drives it: a clock, dice, and a sink.
//!
//! The world decides neither when something happens nor how a die falls, and it
//! keeps no record of what happened. A scheduler brings all three.

use super::deliver::Passage;
use super::id::MessageKey;
use super::message::{Delay, Message, Timer};
use crate::event::Event;
use crate::identity::Stamp;
use crate::strategy::value::Names;
use crate::time::Micros;

/// Learns what there is to wait for, and decides when each of it comes.
///
/// A scheduler that asks [`World::enabled`](super::World::enabled) instead may
/// do nothing here.
pub trait Clock {
    /// A message is on its way; it takes `slow_milli` thousandths of its time.
    fn sent(&mut self, key: MessageKey, message: &Message, slow_milli: u32);

    /// Something will happen after a while.
    fn timer(&mut self, timer: Timer, delay: Delay);
}

/// Decides what is left to chance.
pub trait Dice {
    /// Random bits for whoever has this stamp. The same stamp may give the same bits.
    fn random(&mut self, stamp: Stamp) -> u64;

    /// What the network does with a message.
    fn passage(&mut self, message: &Message) -> Passage;
}

/// Takes what happened: the history's one door.
pub trait Sink {
    /// All events of one transition, in order. `names` has every text in them.
    fn record(&mut self, at_us: Micros, events: &[Event], names: &Names);
}

/// All three in one.
pub trait Driver: Clock + Dice + Sink {}

impl<D: Clock + Dice + Sink> Driver for D {}
