//! The digest of a world.
//!
//! Two worlds of the same set-up that behave alike from now on have the same digest, however each
//! was reached. Each type defines beside it what it adds.

use std::hash::{Hash, Hasher};

use super::*;
use crate::digest::{Checksum, Digest, Lens, Sum};
use crate::store::lock::Locks;
use crate::store::single_flight::SingleFlights;

crate::digest::plain!(Halt, Locks<TaskKey>, SingleFlights<TaskKey>);
crate::digest::plain!(crate::vocabulary::Store, crate::vocabulary::Failure);

impl World {
    /// The digest at the instant of the latest transition. It does not include what only a
    /// scheduler knows: when a message lands, when a timeout comes, the result of a random draw.
    pub fn digest(&self) -> u64 {
        let mut sum = Checksum::default();
        self.add_up(&mut sum);
        sum.finish()
    }

    /// Adds everything that can matter for the future.
    pub fn add_up(&self, sum: &mut impl Sum) {
        let World {
            // the same from set-up on
            setup,
            queue_at: _,
            names,
            now_us,
            tasks,
            messages,
            operations,
            operations_begun,
            // a scheduler asks for it right after a start
            latest: _,
            planned,
            // planned before anything happens
            reserved: _,
            next_app,
            apps,
            stores,
            worker,
            queues,
            loops,
            network,
            traps,
            // counts towards a limit of the whole run, and halts it when that is reached
            steps: _,
            halt,
            // empty between two transitions
            told: _,
            effects: _,
            // room, and nothing else
            spare: _,
            // nobody between two transitions
            asking: _,
            // the same from the first state on
            reuses_names,
        } = self;
        let programs = || setup.strategies.iter().map(|deployed| &deployed.program);
        let lens = &Lens {
            now_us: *now_us,
            ages: programs().any(|program| program.reads_ages),
            attempts: programs().any(|program| program.tells_attempts_apart()),
            dead: setup.replays,
            made_of: setup.computes_values().then(|| names.lineages()),
            stays: *reuses_names,
        };
        if programs().any(|program| program.reads_clock) {
            now_us.hash(sum);
        }
        names.digest(lens, sum);
        tasks.digest(lens, sum);
        messages.digest(lens, sum);
        operations.digest(lens, sum);
        (operations_begun, next_app, halt).hash(sum);
        planned.digest(lens, sum);
        apps.digest(lens, sum);
        stores.digest(lens, sum);
        worker.digest(lens, sum);
        queues.digest(lens, sum);
        loops.digest(lens, sum);
        network.digest(lens, sum);
        traps.digest(lens, sum);
    }
}
