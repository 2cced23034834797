//! The transitions that can happen to a world now.

use super::*;
use crate::event::Fault;
use crate::store::database::{Commit, Replica};
use crate::vocabulary::{LinkName as Link, ReplicaId};

impl World {
    /// Plans requests, for a scheduler that lists what can happen: those of one client begin in
    /// this order, each after the answer to the one before. They are numbered in the order of the
    /// plan, so that a state does not depend on which began first.
    ///
    /// A scheduler that decides itself when a request begins does not need this.
    pub fn plan(&mut self, requests: impl IntoIterator<Item = Request>) {
        for request in requests {
            self.operations_begun += 1;
            self.reserved.push((request.stamp, self.operations_begun));
            self.planned.push(request);
        }
    }

    /// Whether a planned request has not begun yet.
    pub fn has_planned(&self) -> bool {
        !self.planned.is_empty()
    }

    /// Whether a request is planned, and has not begun yet.
    pub fn is_planned(&self, request: Stamp) -> bool {
        self.planned.iter().any(|planned| planned.stamp == request)
    }

    /// Sets no timers for TTLs: for a scheduler without a clock, in which they would only
    /// distinguish states that behave alike.
    pub fn forget_expiry_timers(&mut self) {
        for cache in self.stores.caches.ids() {
            if self.stores.caches[cache].expiry_us.is_some() {
                self.stores.caches[cache].expiry_us = None;
            }
        }
    }

    /// Whether there is no fault: every process is up, no link is cut, no call is to fail.
    pub fn is_whole(&self) -> bool {
        self.network.is_whole()
            && self.traps.is_empty()
            && self.processes().all(|id| self.process(id).is_some_and(|process| process.up))
    }

    /// The contents of a replica.
    pub fn replica(&self, replica: ReplicaId) -> Option<&Replica> {
        self.stores.replica(replica).map(|each| &each.replica)
    }

    /// Every transition that can happen now, without duplicates: planned requests, messages (each
    /// can land, be lost, or be duplicated), timers, then faults. They are in this order, and
    /// within each kind by name, so that worlds with the same digest have the same list.
    ///
    /// Faults that need a further choice are left out: outside writes, calls that are to fail, slow
    /// processes.
    pub fn enabled(&self) -> Vec<Transition> {
        self.list(true)
    }

    /// The transitions that happen by themselves: without losses, duplicates and faults.
    pub fn coming(&self) -> Vec<Transition> {
        self.list(false)
    }

    fn list(&self, with_faults: bool) -> Vec<Transition> {
        let mut enabled = Vec::new();
        if self.halt.is_some() {
            return enabled;
        }
        self.list_requests(&mut enabled);
        let mut messages: Vec<MessageKey> = self.messages.keys().collect();
        messages.sort_unstable();
        enabled.extend(messages.iter().map(|&key| Transition::Deliver(key)));
        if with_faults {
            enabled.extend(messages.iter().map(|&key| Transition::Lose(key)));
            enabled.extend(messages.iter().map(|&key| Transition::Duplicate(key)));
        }
        let mut timers = self.timers();
        timers.sort_unstable();
        enabled.extend(timers.into_iter().map(Transition::Fire));
        if with_faults {
            self.list_faults(&mut enabled);
        }
        enabled
    }

    fn list_requests(&self, enabled: &mut Vec<Transition>) {
        let mut waiting: Vec<Symbol> =
            self.operations.values().map(|operation| operation.client).collect();
        for &request in self.planned.iter() {
            if !waiting.contains(&request.client) {
                waiting.push(request.client);
                enabled.push(Transition::Start(request));
            }
        }
    }

    /// Every timer that something waits for, in no particular order.
    pub fn timers(&self) -> Vec<Timer> {
        let mut timers: Vec<Timer> = self.timers_of_tasks().collect();
        for (operation, asked) in self.operations.iter() {
            let attempt = asked.attempt;
            timers.push(match asked.backing_off {
                true => Timer::Retry { operation, attempt },
                false => Timer::ClientTimeout { operation, attempt },
            });
        }
        timers.extend(self.jobs());
        self.list_bounds(&mut timers);
        for (slot, index) in self.loops.iter().zip(0..) {
            if let Some(Process { up: true, life, .. }) = self.process(slot.process) {
                timers.push(Timer::Loop { index, life: *life });
            }
        }
        for (cache, store) in self.stores.caches.iter() {
            timers.extend(store.expiry_us.map(|_| Timer::Expiry { cache }));
            let Process { up, life, .. } = store.process;
            if up && self.setup.caches[cache].snapshot_every_us.is_some() {
                timers.push(Timer::Snapshot { cache, life });
            }
        }
        let hidden = self.queues.iter().zip(0..).filter(|(slot, _)| slot.redelivery_us.is_some());
        timers.extend(hidden.map(|(_, queue)| Timer::Redelivery { queue }));
        for (replica, store) in self.stores.replicas() {
            timers.extend(store.stream.iter().filter(|each| !each.is_due).map(|each| {
                let Commit { key, version, .. } = each.commit;
                Timer::Replication { replica, key, version }
            }));
        }
        self.list_cluster_timers(&mut timers);
        timers
    }

    /// Every task that can continue, in no particular order.
    pub fn wakes(&self) -> impl Iterator<Item = Timer> {
        self.timers_of_tasks().filter(|timer| matches!(timer, Timer::Wake { .. }))
    }

    /// Every command and statement that a store can finish, in no particular order.
    pub fn jobs(&self) -> impl Iterator<Item = Timer> {
        let job = |at, name, slot: Option<u32>| {
            let life = self.life(at);
            slot.map(|slot| Timer::Served { at, job: JobKey::on(slot, name), life })
        };
        let commands = self.stores.caches.iter().flat_map(move |(cache, store)| {
            let pending = store.pool.iter();
            pending.filter_map(move |(slot, each)| job(ProcessId::Cache(cache), each.id.name, slot))
        });
        let statements = self.stores.statements();
        let statements = statements
            .filter_map(move |(at, slot, statement)| job(at, statement.pending.id.name, slot));
        commands.chain(statements)
    }

    fn timers_of_tasks(&self) -> impl Iterator<Item = Timer> {
        self.tasks.iter().filter_map(|(task, running)| {
            let ordinal = running.ordinal;
            match &running.waiting {
                Waiting::Reply { .. } => Some(Timer::CallTimeout { task, ordinal }),
                Waiting::Start | Waiting::Sleep { .. } => Some(Timer::Wake { task, ordinal }),
                Waiting::Lock { key, .. } if self.holds(task, running.process, *key) => {
                    Some(Timer::Wake { task, ordinal })
                }
                // whoever holds the lock wakes it
                Waiting::Lock { gives_up: false, .. } => None,
                Waiting::Lock { .. } => Some(Timer::CallTimeout { task, ordinal }),
                Waiting::SingleFlight { result: Some(_), .. } => {
                    Some(Timer::Wake { task, ordinal })
                }
                Waiting::Hung { .. } => None,
                Waiting::Gather(gathered) => {
                    gathered.is_ready().then_some(Timer::Wake { task, ordinal })
                }
                // the end of the run wakes it
                Waiting::SingleFlight { result: None, .. } => None,
            }
        })
    }

    pub(crate) fn holds(&self, task: TaskKey, process: ProcessId, lock: Symbol) -> bool {
        self.process(process).and_then(|process| process.locks.holder(lock)) == Some(task)
    }

    /// Every process of this scenario, except for clients.
    pub fn processes(&self) -> impl Iterator<Item = ProcessId> {
        let apps = (0..self.apps.len() as u16).map(ProcessId::App);
        let caches = self.stores.caches.ids().map(ProcessId::Cache);
        apps.chain(caches.filter(|cache| !self.setup.is_local(*cache)))
            .chain(self.has_worker().then_some(ProcessId::Worker))
            .chain([ProcessId::Database])
            .chain(self.stores.replicas().map(|(replica, _)| ProcessId::Replica(replica)))
    }

    fn list_faults(&self, enabled: &mut Vec<Transition>) {
        let mut list = |fault| enabled.push(Transition::Fault(fault));
        let is_asked = |id: &ProcessId| match id {
            ProcessId::Cache(cache) => self.is_asked(*cache),
            _ => true,
        };
        for id in self.processes().filter(is_asked) {
            list(match self.process(id).is_some_and(|process| process.up) {
                true => Fault::Kill(id),
                false => Fault::Restart(id),
            });
        }
        let takes_commands = |id: &CacheId| self.is_asked(*id) && self.is_primary(*id);
        let up = self.stores.caches.iter().filter(|(_, store)| store.process.up);
        for (cache, store) in up.filter(|(id, _)| takes_commands(id)) {
            list(Fault::Flush(cache));
            for key in store.cache.keys() {
                if store.cache.holds(key) {
                    list(Fault::Evict(cache, key));
                }
                list(Fault::Expire(cache, key));
            }
        }
        for cache in self.stores.caches.ids().filter(|cache| !self.is_primary(*cache)) {
            if self.is_asked(cache) && self.process(cache.into()).is_some_and(|each| each.up) {
                list(Fault::Failover(cache));
            }
        }
        let joins = |link: Link| {
            let all = || std::iter::once(ProcessId::Client).chain(self.processes());
            all().any(|from| all().any(|to| link_between(from, to) == Some(link)))
        };
        for link in Link::ALL.into_iter().filter(|link| joins(*link)) {
            list(match self.network.is_cut_anywhere(link) {
                true => Fault::Heal { link, app: None },
                false => Fault::Cut { link, app: None },
            });
        }
    }
}
