//! Caches of several nodes, or of one with a replica: which node has which key, and its replica.
//!
//! A call names its cache; if that is a cluster, the caller knows the node, as cluster-aware
//! clients do, and sends the call there. A node that is down is called all the same: only its
//! replica can replace it.

use std::collections::VecDeque;

use super::follow::Change;
use super::*;
use crate::digest::digested;
use crate::event::Fault;
use crate::store::cache::Removal;
use crate::store::placement::{Members, Placement, Ring};
use crate::strategy::call::Call;
use crate::vocabulary::command::{CacheCommand, StoreCommand};

/// The state of a cache with more than one process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cluster {
    pub(crate) ring: Ring,
    /// The nodes whose replica has taken over, a bit for each.
    pub(super) promoted: Members,
    /// For each node with a replica: the changes that have not reached it, in order.
    pub(super) streams: Vec<VecDeque<Change>>,
    /// The number of changes so far, which numbers them.
    pub(super) changes: u64,
}

digested!(Cluster {
    matters: ring, promoted, streams;
    told: changes;
});

/// A node of a cluster, and whether a process is its present primary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeOf {
    pub(crate) cluster: usize,
    pub(crate) node: u8,
    pub is_primary: bool,
    /// The other process of the node; `None`: it has no replica.
    pub(crate) other: Option<CacheId>,
}

impl Cluster {
    /// The changes on their way to replicas.
    #[cfg(test)]
    pub(crate) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.streams.iter().flatten()
    }

    pub(crate) fn new(setup: &ClusterSetup) -> Cluster {
        Cluster {
            ring: Ring::new(setup.placement, setup.start),
            promoted: 0,
            streams: vec![VecDeque::new(); setup.replicas.len()],
            changes: 0,
        }
    }

    fn is_promoted(&self, node: u8) -> bool {
        self.promoted & 1 << node != 0
    }

    /// A node's primary and its replica.
    pub(super) fn pair(&self, setup: &ClusterSetup, node: u8) -> (CacheId, Option<CacheId>) {
        let first = setup.nodes[usize::from(node)];
        match setup.replicas.get(usize::from(node)) {
            Some(replica) if self.is_promoted(node) => (*replica, Some(first)),
            replica => (first, replica.copied()),
        }
    }
}

impl World {
    /// The node of a process, or the node whose replica it is; `None`: it is the only process of
    /// its cache.
    pub fn node_of(&self, cache: CacheId) -> Option<NodeOf> {
        let setups = self.setup.clusters.iter().zip(&self.stores.clusters);
        setups.zip(0..).find_map(|((setup, state), cluster)| {
            let mut ids = setup.nodes.iter().chain(&setup.replicas);
            let at = ids.position(|id| *id == cache)?;
            let node = (at % setup.nodes.len()) as u8;
            let (primary, replica) = state.pair(setup, node);
            let is_primary = primary == cache;
            let other = if is_primary { replica } else { Some(primary) };
            Some(NodeOf { cluster, node, is_primary, other })
        })
    }

    /// Whether a cache serves keys: it is the only process of its cache, or a node that was added
    /// and not removed, or the replica of such a node.
    pub fn is_asked(&self, cache: CacheId) -> bool {
        self.node_of(cache).is_none_or(|of| self.stores.clusters[of.cluster].ring.has(of.node))
    }

    /// Whether a cache takes commands of its own: it is not a replica.
    pub fn is_primary(&self, cache: CacheId) -> bool {
        self.node_of(cache).is_none_or(|of| of.is_primary)
    }

    /// The process that answers a call for a key of a cache.
    pub(crate) fn node_for(&self, cache: CacheId, key: Symbol, only_reads: bool) -> CacheId {
        let clusters = || self.setup.clusters.iter().zip(&self.stores.clusters);
        let Some((setup, state)) = clusters().find(|(setup, _)| setup.nodes[0] == cache) else {
            return cache;
        };
        let node = match setup.nodes.len() {
            1 => 0,
            _ => state.ring.owner(&self.names.text(key)),
        };
        match state.pair(setup, node) {
            (_, Some(replica))
                if setup.reads_replicas
                    && only_reads
                    && self.process(replica.into()).is_some_and(|process| process.up) =>
            {
                replica
            }
            (primary, _) => primary,
        }
    }

    /// Sets the target of a call to the node of its key.
    ///
    /// A call of many keys goes to one node, as the error `CROSSSLOT` requires (Redis 7, and with
    /// it ioredis 6 and node-redis 5; redis-py 7 for `MGET` and `MSET`). Clients that silently
    /// split such calls (redis-py 7 a `DEL`, node-redis 6 an `MGET` too) are written as single
    /// calls.
    ///
    /// # Errors
    /// If its keys are on several nodes.
    pub(crate) fn place(&self, call: &mut Call) -> Result<(), &'static str> {
        let only_reads = call.command().is_some_and(only_reads);
        match call {
            Call::Cache(cache, command) => {
                if let Some(key) = command.key() {
                    *cache = self.node_for(*cache, key, only_reads);
                }
            }
            Call::Many(many) => {
                let mut of_all = None;
                for call in Arc::get_mut(&mut many.calls).into_iter().flatten() {
                    if let Call::Cache(cache, command) = call
                        && let Some(key) = command.key()
                    {
                        *cache = self.node_for(*cache, key, only_reads);
                        if *of_all.get_or_insert(*cache) != *cache {
                            return Err("keys of several nodes in one call: give them a hash tag \
                                        in common (`{user:1}:name`), or ask for each by itself");
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The node to which a call must be redirected that has reached a process which does not serve
    /// it (any more): Redis answers `MOVED` or `READONLY`, and the client calls again. With the
    /// other placements, only the clients know the placement of keys.
    pub(crate) fn moved_to(&self, at: ProcessId, call: &Call) -> Option<CacheId> {
        let ProcessId::Cache(cache) = at else { return None };
        let call = match call {
            Call::Many(many) => many.calls.first()?,
            call => call,
        };
        let Call::Cache(_, command) = call else { return None };
        let of = self.node_of(cache)?;
        let setup = &self.setup.clusters[of.cluster];
        let right = self.node_for(setup.nodes[0], command.key()?, only_reads(command.command()));
        let by_slots = setup.placement == Placement::HashSlots;
        (right != cache && (by_slots || !of.is_primary)).then_some(right)
    }

    /// Redirects a call to another node, which answers it.
    pub(crate) fn send_on<D: Driver>(&mut self, message: &Message, node: CacheId, d: &mut D) {
        let Body::Call { caller, mut call } = message.body.clone() else { return };
        let to_node = |call: &mut Call| {
            if let Call::Cache(cache, _) = call {
                *cache = node;
            }
        };
        match &mut call {
            Call::Many(many) => {
                many.calls = many
                    .calls
                    .iter()
                    .map(|call| {
                        let mut call = call.clone();
                        to_node(&mut call);
                        call
                    })
                    .collect()
            }
            call => to_node(call),
        }
        let to = ProcessId::Cache(node);
        let (id, life, sent_us) = (message.id.child(MOVED), self.life(to), self.now_us);
        let body = Body::Call { caller, call };
        self.send(Message { to, id, life, sent_us, body, ..message.clone() }, d);
    }

    /// Adds a node to those that serve keys, or removes it.
    pub(crate) fn change_ring<D: Driver>(
        &mut self,
        cache: CacheId,
        joins: bool,
        d: &mut D,
    ) -> Result<(), FaultError> {
        let called = |world: &World| world.called(cache.into());
        let of = self.node_of(cache);
        let of = of.filter(|of| self.setup.clusters[of.cluster].nodes.contains(&cache));
        let Some(NodeOf { cluster, node, .. }) = of else {
            return Err(FaultError::NoNode(called(self)));
        };
        let before = self.stores.clusters[cluster].ring.clone();
        let members = before.members() ^ 1 << node;
        match (joins, before.has(node)) {
            (true, true) => return Err(FaultError::IsNode(called(self))),
            (false, false) => return Err(FaultError::IsNoNode(called(self))),
            (false, true) if members == 0 => return Err(FaultError::LastNode(called(self))),
            _ => {}
        }
        let fault = if joins { Fault::Join(cache) } else { Fault::Leave(cache) };
        self.told.push(Event::Fault(fault));
        self.stores.clusters[cluster].ring = before.with(members);
        if before.placement() == Placement::HashSlots {
            self.move_entries(cluster, before.members(), d);
        } else {
            self.look_elsewhere(cluster, &before);
        }
        Ok(())
    }

    /// Removes effects on entries that are no longer served: with placements known only to the
    /// clients, entries stay where they were. The history covers only what can be found.
    pub(crate) fn forget_unasked(&self, cache: CacheId, effects: &mut Vec<CacheEffect>) {
        if let Some(of) = self.node_of(cache) {
            effects.retain(|effect| self.has_key(of, effect.key()));
        }
    }

    /// Whether a cache is asked for its entry of a key: it is the only process of its cache, or the
    /// key's node, or that node's replica.
    pub fn can_find(&self, cache: CacheId, key: Symbol) -> bool {
        self.node_of(cache).is_none_or(|of| self.has_key(of, key))
    }

    /// Whether a key belongs to a cache: to the only process, the key's node, or that node's
    /// replica.
    pub fn is_home(&self, cache: CacheId, key: Symbol) -> bool {
        self.node_of(cache).is_none_or(|of| {
            let state = &self.stores.clusters[of.cluster];
            state.ring.owner(&self.names.text(key)) == of.node
        })
    }

    fn has_key(&self, of: NodeOf, key: Symbol) -> bool {
        let setup = &self.setup.clusters[of.cluster];
        setup.nodes.len() == 1
            // entries move with their slots
            || setup.placement == Placement::HashSlots
            || self.stores.clusters[of.cluster].ring.owner(&self.names.text(key)) == of.node
    }

    /// After a change of a placement other than slots: some entries can no longer be found, and
    /// others can again.
    fn look_elsewhere(&mut self, cluster: usize, before: &Ring) {
        let setup = self.setup.clone();
        let setup = &setup.clusters[cluster];
        let mut found = Vec::new();
        for (at, &cache) in setup.nodes.iter().chain(&setup.replicas).enumerate() {
            let node = (at % setup.nodes.len()) as u8;
            for (key, slot) in self.stores.caches[cache].cache.slots() {
                let Some(entry) = slot.entry() else { continue };
                let text = self.names.text(key);
                let was = before.owner(&text) == node;
                let is = self.stores.clusters[cluster].ring.owner(&text) == node;
                let effect = match (was, is) {
                    (true, false) => slot.removed_effect(key, Removal::Moved),
                    (false, true) => entry.set_effect(key, None),
                    _ => continue,
                };
                found.push((was, Event::Cache { op: OpId::NOBODY, cache, effect }));
            }
        }
        // what is found again first: a value that is in two places is not lost in between
        found.sort_by_key(|(was, _)| *was);
        self.told.extend(found.into_iter().map(|(_, event)| event));
    }

    /// Moves the entries of moved slots to their new nodes (Redis: `MIGRATE`, which takes time;
    /// here at one instant). Entries of a node that is down stay behind.
    fn move_entries<D: Driver>(&mut self, cluster: usize, before: Members, d: &mut D) {
        let setup = self.setup.clone();
        let setup = &setup.clusters[cluster];
        let primary = |world: &World, node| world.stores.clusters[cluster].pair(setup, node).0;
        for node in (0..setup.nodes.len() as u8).filter(|node| before & 1 << node != 0) {
            let from = primary(self, node);
            for (key, slot) in self.stores.caches[from].cache.slots() {
                let owner = self.stores.clusters[cluster].ring.owner(&self.names.text(key));
                let to = primary(self, owner);
                if owner == node {
                    continue;
                }
                let stamp = derive(derive(MOVE, u64::from(to.0)), u64::from(key.0));
                if self.process(to.into()).is_some_and(|process| process.up) {
                    let op = slot.entry().map(|entry| OpId::of(entry.value.origin));
                    let mut draws = 0;
                    let mut bits = || {
                        draws += 1;
                        d.random(derive(stamp, draws))
                    };
                    let mut effects = std::mem::take(&mut self.effects);
                    let mut pick =
                        |below: u64| ((u128::from(bits()) * u128::from(below)) >> 64) as u64;
                    self.stores.caches[to]
                        .cache
                        .take_in(key, slot, &mut pick, &mut |effect| effects.push(effect));
                    self.record_cache(to, effects, op.unwrap_or(OpId::NOBODY), d);
                    self.arm_expiry(to, d);
                }
                self.change_cache_for(from, OpId::NOBODY, d, |cache, now_us, effect| {
                    cache.follow(key, Err(Removal::Moved), now_us, effect);
                });
            }
        }
    }

    /// The caches that get an initial entry of a cache: the node of its key, and that node's
    /// replica.
    pub(crate) fn preload_places(
        &self,
        key: Symbol,
        cache: CacheId,
    ) -> impl Iterator<Item = CacheId> + use<> {
        let cache = self.node_for(cache, key, false);
        let replica = self.node_of(cache).and_then(|of| of.other);
        std::iter::once(cache).chain(replica)
    }
}

/// Whether a replica may answer a command: only a primary issues leases.
fn only_reads(command: StoreCommand) -> bool {
    use CacheCommand::{Entry, Get, GetMany};
    matches!(command, StoreCommand::Cache(Get | Entry | GetMany))
}

/// Distinguishes a redirected call's name from the original's.
const MOVED: u64 = u64::MAX - 2;
/// Distinguishes the random draws for a moved entry from others.
const MOVE: Stamp = 0x6d6f_7665_5f6b_6579;
