//! Replicas of caches: replication and failover.
//!
//! Replication, after Redis 7, is asynchronous and in the order of the primary's changes. A
//! failover promotes the replica with what has reached it (`CLUSTER FAILOVER FORCE`, or what the
//! cluster does once the primary was down for its `cluster-node-timeout`). A primary that comes
//! back becomes a replica, and copies everything that the other holds; so does a replica whose
//! primary comes back empty.

use super::cluster::NodeOf;
use super::*;
use crate::digest::digested;
use crate::event::Fault;
use crate::store::cache::{Removal, Slot};
use crate::strategy::value::Datum;

/// A change of a key, on its way to a replica.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    op: OpId,
    key: Symbol,
    /// The primary's slot of the key; `Err`: it was removed, and why.
    slot: Result<Slot, Removal>,
    /// Its lag is over: it is applied as soon as all earlier ones are.
    is_due: bool,
    number: u64,
}

digested!(Change {
    matters: op, key, slot, is_due, number;
});

crate::digest::plain!(Removal);

impl World {
    /// Sends a change of a primary to its replica.
    pub(crate) fn stream<D: Driver>(
        &mut self,
        cache: CacheId,
        effects: &[CacheEffect],
        op: OpId,
        d: &mut D,
    ) {
        let Some(NodeOf { cluster, node, is_primary: true, other: Some(replica) }) =
            self.node_of(cache)
        else {
            return;
        };
        let is_down = |id: CacheId| self.process(id.into()).is_none_or(|process| !process.up);
        if is_down(replica) || is_down(cache) {
            return;
        }
        let mut keys: Vec<Symbol> = Vec::new();
        for effect in effects {
            let (key, why) = match *effect {
                CacheEffect::Set { key, .. }
                | CacheEffect::Retimed { key, .. }
                | CacheEffect::Stale { key, .. }
                | CacheEffect::Remembered { key, .. } => (key, Removal::Deleted),
                CacheEffect::Forgotten { key, .. } => (key, Removal::Expired),
                CacheEffect::Removed { key, why, .. } => (key, why),
                CacheEffect::Hit { .. }
                | CacheEffect::Miss { .. }
                | CacheEffect::Refused { .. }
                | CacheEffect::NothingToDelete { .. } => continue,
            };
            if keys.contains(&key) {
                continue;
            }
            keys.push(key);
            let slot = self.stores.caches[cache].cache.slot(key).ok_or(why);
            let state = &mut self.stores.clusters[cluster];
            state.changes += 1;
            let number = state.changes;
            let change = Change { op, key, slot, is_due: false, number };
            state.streams[usize::from(node)].push_back(change);
            let stamp = derive(derive(CHANGE, u64::from(replica.0)), number);
            d.timer(
                Timer::Following { cache: replica, number },
                Delay::CacheLag { cache: replica, stamp },
            );
        }
    }

    /// A change's lag is over: it and all earlier ones are applied, in order.
    pub(crate) fn follow<D: Driver>(&mut self, replica: CacheId, number: u64, d: &mut D) {
        let Some(NodeOf { cluster, node, is_primary: false, .. }) = self.node_of(replica) else {
            return;
        };
        let stream = &mut self.stores.clusters[cluster].streams[usize::from(node)];
        if let Some(change) = stream.iter_mut().find(|change| change.number == number) {
            change.is_due = true;
        }
        while let Some(change) = self.stores.clusters[cluster].streams[usize::from(node)]
            .pop_front_if(|change| change.is_due)
        {
            let Change { op, key, slot, .. } = change;
            self.change_cache_for(replica, op, d, |cache, now_us, effect| {
                cache.follow(key, slot, now_us, effect);
            });
        }
    }

    /// Whether a change is on its way to a replica.
    pub(crate) fn awaits_change(&self, replica: CacheId, number: u64) -> bool {
        self.changes_to(replica).any(|change| change.number == number)
    }

    /// The changes that have not reached a replica, in order: the key, the operation that changed
    /// it, and its value now; `None`: no entry.
    pub fn on_the_way_to(
        &self,
        replica: CacheId,
    ) -> impl Iterator<Item = (Symbol, OpId, Option<Datum>)> {
        self.changes_to(replica).map(|change| {
            let entry = change.slot.as_ref().ok().and_then(Slot::entry);
            (change.key, change.op, entry.map(|entry| entry.value))
        })
    }

    /// The changes on their way to a replica, in order.
    fn changes_to(&self, replica: CacheId) -> impl Iterator<Item = &Change> {
        let of = self.node_of(replica).filter(|of| !of.is_primary);
        let stream =
            of.and_then(|of| self.stores.clusters[of.cluster].streams.get(usize::from(of.node)));
        stream.into_iter().flatten()
    }

    /// Whether a replica may replace its primary: the primary is down, and the replica is up.
    pub(crate) fn may_take_over(&self, replica: CacheId, life: u32) -> bool {
        let is_up = |cache: CacheId| self.process(cache.into()).is_some_and(|process| process.up);
        match self.node_of(replica) {
            Some(NodeOf { is_primary: false, other: Some(primary), .. }) => {
                is_up(replica) && !is_up(primary) && self.life(primary.into()) == life
            }
            _ => false,
        }
    }

    /// Adds the timers of clusters: for each replica, the next change and the failover.
    pub(crate) fn list_cluster_timers(&self, timers: &mut Vec<Timer>) {
        for (setup, state) in self.setup.clusters.iter().zip(&self.stores.clusters) {
            for node in 0..setup.replicas.len() as u8 {
                let (primary, Some(cache)) = state.pair(setup, node) else { continue };
                // the others are applied after it, whenever their lags end
                let next = self.changes_to(cache).find(|change| !change.is_due);
                timers.extend(next.map(|next| Timer::Following { cache, number: next.number }));
                let life = self.life(primary.into());
                if setup.failover_us.is_some() && self.may_take_over(cache, life) {
                    timers.push(Timer::Failover { cache, life });
                }
            }
        }
    }

    /// A primary has gone down, or a replica has come up: sets the timer of the failover.
    pub(crate) fn arm_failover<D: Driver>(&mut self, cache: CacheId, d: &mut D) {
        let Some(of) = self.node_of(cache) else { return };
        let Some(failover_us) = self.setup.clusters[of.cluster].failover_us else { return };
        let (primary, replica) = match (of.is_primary, of.other) {
            (true, Some(replica)) => (cache, replica),
            (false, Some(primary)) => (primary, cache),
            (_, None) => return,
        };
        let life = self.life(primary.into());
        if self.may_take_over(replica, life) {
            d.timer(Timer::Failover { cache: replica, life }, Delay::After(failover_us));
        }
    }

    /// A replica replaces its primary, with what has reached it.
    pub(crate) fn fail_over<D: Driver>(
        &mut self,
        replica: CacheId,
        d: &mut D,
    ) -> Result<(), FaultError> {
        let of = self.node_of(replica).filter(|of| !of.is_primary);
        let Some(NodeOf { cluster, node, other: Some(primary), .. }) = of else {
            return Err(FaultError::NoReplica(self.called(replica.into())));
        };
        if !self.need_process(replica.into())?.up {
            return Err(FaultError::AlreadyDown(self.called(replica.into())));
        }
        self.told.push(Event::Fault(Fault::Failover(replica)));
        let state = &mut self.stores.clusters[cluster];
        state.promoted ^= 1 << node;
        state.streams[usize::from(node)].clear();
        if self.process(primary.into()).is_some_and(|process| process.up) {
            self.copy_all(replica, primary, d);
        }
        self.disconnect_for(Fault::Failover(replica), d);
        self.arm_snapshot(replica, d);
        Ok(())
    }

    /// Changes on their way to a node's replica are lost, because one of the two has crashed.
    pub(crate) fn lose_changes(&mut self, cache: CacheId) {
        if let Some(of) = self.node_of(cache)
            && let Some(stream) =
                self.stores.clusters[of.cluster].streams.get_mut(usize::from(of.node))
        {
            stream.clear();
        }
    }

    /// A process of a cluster has restarted: it, or its replica, copies everything that the primary
    /// holds.
    pub(crate) fn catch_up_cache<D: Driver>(&mut self, cache: CacheId, d: &mut D) {
        let Some(NodeOf { is_primary, other: Some(other), .. }) = self.node_of(cache) else {
            return;
        };
        if self.process(other.into()).is_some_and(|process| process.up) {
            match is_primary {
                true => self.copy_all(cache, other, d),
                false => self.copy_all(other, cache, d),
            }
        }
        self.arm_failover(cache, d);
    }

    /// A full synchronization: the replica gets the contents of the primary.
    fn copy_all<D: Driver>(&mut self, primary: CacheId, replica: CacheId, d: &mut D) {
        self.lose_changes(replica);
        let from = self.stores.caches[primary].cache.clone();
        for key in self.stores.caches[replica].cache.keys() {
            if from.slot(key).is_none() {
                self.change_cache_for(replica, OpId::NOBODY, d, |cache, now_us, effect| {
                    cache.follow(key, Err(Removal::Flushed), now_us, effect);
                });
            }
        }
        self.copy_slots(&from, replica, d);
    }

    fn copy_slots<D: Driver>(&mut self, from: &Cache, to: CacheId, d: &mut D) {
        for (key, slot) in from.slots() {
            let op = slot.entry().map_or(OpId::NOBODY, |entry| OpId::of(entry.value.origin));
            self.change_cache_for(to, op, d, |cache, now_us, effect| {
                cache.follow(key, Ok(slot), now_us, effect);
            });
        }
    }
}

/// Distinguishes a change's stamp from others.
const CHANGE: Stamp = 0x6c61_675f_6368_6e67;

#[cfg(test)]
impl crate::digest::vary::Vary for Change {
    fn sample() -> Change {
        let slot = Err(Removal::Deleted);
        Change { op: OpId::NOBODY, key: Symbol(1), slot, is_due: false, number: 1 }
    }
    fn varied(&self) -> Change {
        Change { is_due: !self.is_due, ..self.clone() }
    }
}
