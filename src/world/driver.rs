//! The interface between the world and its scheduler: a clock, dice, and a sink.
//!
//! The world decides neither when something happens nor the result of a random draw, and it keeps
//! no record. The scheduler provides all three.

use super::deliver::Passage;
use super::id::MessageKey;
use super::id::TaskKey;
use super::message::{Delay, Message, Timer};
use crate::event::Event;
use crate::identity::Stamp;
use crate::strategy::value::Names;
use crate::time::Micros;
use crate::vocabulary::CacheId;

/// Is told of messages and timers, and decides when each comes.
///
/// A scheduler that uses [`World::enabled`](super::World::enabled) instead may do nothing here.
pub trait Clock {
    /// A message was sent; it takes `slow_milli` thousandths of its time.
    fn sent(&mut self, key: MessageKey, message: &Message, slow_milli: u32);

    /// A timer was set.
    fn timer(&mut self, timer: Timer, delay: Delay);
}

/// Makes random decisions.
pub trait Dice {
    /// Random bits for the holder of this stamp. The same stamp may give the same bits.
    fn random(&mut self, stamp: Stamp) -> u64;

    /// What the network does with a message.
    fn passage(&mut self, message: &Message) -> Passage;
}

/// Receives the events of the run, for the history.
pub trait Sink {
    /// All events of one transition, in order. `names` has every text in them.
    fn record(&mut self, at_us: Micros, events: &[Event], names: &Names);

    /// A store does something, in the middle of a transition; for a scheduler that makes a real
    /// store do the same.
    fn done(&mut self, _deed: Deed) {}
}

/// An action of a store. A message is named by its stamp.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// It carries out the call of this message, on the present contents.
    CarriesOut(Stamp),
    /// The call must wait for a row that a transaction has locked.
    WaitsForRow(Stamp),
    /// It refuses the call, because it is down, or was when the call was sent.
    TurnsAway(Stamp),
    /// A transaction at Repeatable Read takes its snapshot, before a writing statement.
    TakesSnapshot(TaskKey),
    /// The transaction of a task has ended, and its connection is free.
    EndsSession(TaskKey),
    /// A cache takes a snapshot.
    Saves(CacheId),
}

/// A clock, dice and a sink in one.
pub trait Driver: Clock + Dice + Sink {}

impl<D: Clock + Dice + Sink> Driver for D {}
