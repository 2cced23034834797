//! The view of a simulation: what the scheduler of virtual time adds to a [`View`].

use std::collections::BTreeMap;

use super::Simulation;
use super::load::WorkloadRun;
use crate::time::Micros;
use crate::view::{Schedule, View, WorkloadView};
use crate::world::{MessageKey, OperationKey, ProcessId};

impl Simulation {
    /// A view of the present instant.
    pub fn view(&self) -> View<'_> {
        View {
            world: &self.world,
            history: self.history(),
            now_us: self.now_us(),
            events: self.events,
            schedule: self,
        }
    }
}

impl Schedule for Simulation {
    fn landings(&self) -> BTreeMap<MessageKey, Micros> {
        self.clock.agenda.landings()
    }

    fn services(&self) -> BTreeMap<(ProcessId, u32), Micros> {
        self.clock.agenda.services()
    }

    fn retries(&self) -> BTreeMap<OperationKey, Micros> {
        self.clock.agenda.retries()
    }

    fn is_held(&self, message: MessageKey) -> bool {
        self.clock.agenda.is_held(message)
    }

    fn workloads(&self) -> Vec<WorkloadView> {
        let workload = |load: &WorkloadRun| WorkloadView {
            rate_milli: load.rate_milli(self.clock.now_us),
            name: self.names().text(load.name()),
            running: load.running,
            requests: load.requests,
        };
        self.loads.iter().map(workload).collect()
    }
}
