//! Stamps: identities that do not depend on what else is going on.
//!
//! A task's stamp is made from what started it, a message's from its task and the
//! call's ordinal. So an action added elsewhere in a scenario leaves
//! the stamps of all others alone, and with them their random draws, which are
//! a function of seed and stamp.

use crate::digest::{Digest, Lens, Sum, mix};

/// An identity of 64 bits.
pub type Stamp = u64;

/// The origin of a client's request or a loop's turn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Source {
    /// An action of the scenario, by its position.
    Action(u32),
    /// A workload, by its position.
    Workload(u32),
    /// A background loop, by its position.
    Loop(u32),
}

impl Source {
    /// The stamp of the `nth` request or turn of this origin.
    pub fn stamp(self, nth: u64) -> Stamp {
        let (kind, index) = match self {
            Source::Action(index) => (1, index),
            Source::Workload(index) => (2, index),
            Source::Loop(index) => (3, index),
        };
        derive(derive(kind, u64::from(index)), nth)
    }
}

/// The identity of a task or a message: random draws for it use its stamp; its name finds it in
/// another world.
///
/// The two are equal, except for what a background loop does: each of its turns has a stamp of its
/// own, so that it draws other latencies, and all turns have one name, because a world does not
/// remember how many there were.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Identity {
    pub stamp: Stamp,
    pub name: Stamp,
}

impl Identity {
    /// An identity whose stamp is its name.
    pub fn of(stamp: Stamp) -> Identity {
        Identity { stamp, name: stamp }
    }

    /// The identity of the `nth` thing that this one does.
    pub fn child(self, nth: u64) -> Identity {
        Identity { stamp: derive(self.stamp, nth), name: derive(self.name, nth) }
    }
}

/// Only the name counts: stamps are for random draws, on which a state does not depend.
impl Digest for Identity {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self.name.digest(lens, sum);
    }
}

/// The stamp of the `nth` thing that `parent` does.
pub fn derive(parent: Stamp, nth: u64) -> Stamp {
    mix(parent, nth)
}

/// A message's name in an action: its stamp in 16 hexadecimal digits.
pub fn message_name(stamp: Stamp) -> String {
    format!("{stamp:016x}")
}

/// The stamp of the message of this name; `None`: no message can have it.
pub fn message_stamp(name: &str) -> Option<Stamp> {
    Stamp::from_str_radix(name, 16).ok()
}
