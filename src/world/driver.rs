//! What the world asks of whoever drives it: a clock, dice, and a sink.
//!
//! The world decides neither when something happens nor how a die falls, and it
//! keeps no record of what happened. A scheduler brings all three.

use super::deliver::Passage;
use super::id::MessageKey;
use super::id::TaskKey;
use super::message::{Delay, Message, Timer};
use crate::event::Event;
use crate::identity::Stamp;
use crate::strategy::value::Names;
use crate::time::Micros;
use crate::vocabulary::CacheId;

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

    /// A store does something, in the middle of a transition: for whoever has a real one do
    /// the same.
    fn done(&mut self, _deed: Deed) {}
}

/// Something that a store does. A message is named by its stamp.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// It carries out the call that this message has brought: what it is to see and to change
    /// is what is there now.
    CarriesOut(Stamp),
    /// The call has to wait for a row that a transaction has locked.
    WaitsForRow(Stamp),
    /// It turns the call away, for it is down, or was when it was sent.
    TurnsAway(Stamp),
    /// A transaction at Repeatable Read takes its snapshot, before a statement that writes.
    TakesSnapshot(TaskKey),
    /// The transaction of a task is over, and its connection free.
    EndsSession(TaskKey),
    /// A cache saves what it holds.
    Saves(CacheId),
}

/// All three in one.
pub trait Driver: Clock + Dice + Sink {}

impl<D: Clock + Dice + Sink> Driver for D {}
