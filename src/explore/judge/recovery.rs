//! Whether requests fail although every fault has ended.
//!
//! An outage outlives its cause if a request fails that began after every fault had ended, with no
//! further fault since (Bronson and others, "Metastable failures in distributed systems", 2021). A
//! request that will never be answered counts as failed.

use crate::event::{DropReason, Event, Fault, RequestEnd};
use crate::identity::OpId;
use crate::world::World;

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Recovery {
    /// There was a fault.
    broke: bool,
    /// Requests under way that began after every fault had ended, a bit for each.
    in_health: u64,
}

impl Recovery {
    /// Adds an event. Returns true if an outage has outlived its cause.
    pub fn fold(&mut self, event: &Event, world: &World) -> bool {
        match *event {
            Event::Fault(fault) if breaks(fault) => self.disturb(),
            Event::Dropped { why: DropReason::Injected | DropReason::Loss, .. } => self.disturb(),
            Event::Started { op, .. } if self.is_over(world) => self.in_health |= bit(op),
            Event::Ended { op, outcome, .. } => {
                let began_in_health = self.in_health & bit(op) != 0;
                self.in_health &= !bit(op);
                return began_in_health && !matches!(outcome, RequestEnd::Returned(_));
            }
            _ => {}
        }
        false
    }

    /// A new fault: requests under way may fail because of it.
    pub fn disturb(&mut self) {
        (self.broke, self.in_health) = (true, 0);
    }

    /// Whether there was a fault, and every fault has ended.
    pub fn is_over(&self, world: &World) -> bool {
        self.broke && world.is_whole()
    }
}

fn breaks(fault: Fault) -> bool {
    !matches!(
        fault,
        Fault::Restart(_)
            | Fault::Heal { .. }
            | Fault::Failover(_)
            | Fault::Slow { .. }
            | Fault::OutsideWrite { .. }
            | Fault::OutsideDelete { .. }
    )
}

/// The bit of an operation; none if the number is too high for a search.
fn bit(op: OpId) -> u64 {
    op.number().checked_sub(1).and_then(|at| 1u64.checked_shl(at)).unwrap_or(0)
}
