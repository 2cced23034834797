//! A state of a search, and its identity.

use std::hash::Hash;

use super::judge::Judge;
use super::question::Budgets;
use crate::digest::{Checksum, Sum, mix};
use crate::world::{MessageKey, World};

/// A state of a search.
#[derive(Clone)]
pub struct State {
    pub world: World,
    pub judge: Judge,
    /// The failures that may still occur.
    pub left: Budgets,
    /// The deeds done, a bit for each.
    pub done: u64,
    /// The deeds that know a message by its stamp, a bit for each.
    pub by_stamp: u64,
    /// The first call of a request or of a loop's turn that has just begun: it must come next.
    pub first_call: Option<MessageKey>,
}

impl State {
    /// A hash of the state. Among n states, two collide with a probability of about n² / 2⁶⁵: 3 in
    /// a million for ten million states.
    pub fn fingerprint(&self) -> u64 {
        let mut sum = Checksum::default();
        self.add_up_the_rest(&mut sum);
        mix(self.world.digest(), std::hash::Hasher::finish(&sum))
    }

    /// The whole state as bytes.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn canonical(&self) -> Box<[u8]> {
        let mut sum = crate::digest::Canonical::default();
        self.add_up_the_rest(&mut sum);
        self.world.add_up(&mut sum);
        sum.into_bytes()
    }

    /// Adds the parts that are not in the world.
    fn add_up_the_rest(&self, sum: &mut impl Sum) {
        let State { world, judge, left, done, by_stamp, first_call } = self;
        judge.digest(sum);
        (left, done, first_call.map(|key| key.name())).hash(sum);
        if by_stamp & !done != 0 {
            world.stamps().hash(sum);
        }
    }

    /// Whether nothing is under way: no request, no task, no message, no item in a queue, no
    /// change on its way to the replica.
    pub fn is_at_rest(&self) -> bool {
        let world = &self.world;
        let waits = |timer| {
            use crate::world::Timer;
            // an empty queue has nothing to bring back
            !matches!(
                timer,
                Timer::Loop { .. }
                    | Timer::Snapshot { .. }
                    | Timer::Expiry { .. }
                    | Timer::Redelivery { .. }
            )
        };
        world.is_quiet()
            && world.queues().iter().all(|slot| slot.queue.depth() == 0)
            && !world.timers().into_iter().any(waits)
    }
}
