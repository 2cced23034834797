//! Caches of several nodes, or with replicas: a server for each of their processes.
//!
//! Programs send each call to the node of its key, as cluster-aware clients do, so that a server
//! need not know of the others. Where slots move, their entries are read at one server and set at
//! the other.

use super::client::{Ask, Got};
use super::error::LiveError;
use super::replication::{Replication, replica_of};
use super::run::Live;
use crate::simulate::Simulation;
use crate::store::placement::Placement;
use crate::strategy::value::Symbol;
use crate::vocabulary::CacheId;

/// The cache whose key names this one uses: a replica has those of its node.
pub(super) fn named_like(simulation: &Simulation, cache: CacheId) -> CacheId {
    let clusters = &simulation.world().setup().clusters;
    let found = clusters.iter().find_map(|cluster| {
        let at = cluster.replicas.iter().position(|replica| *replica == cache)?;
        Some(cluster.nodes[at])
    });
    found.unwrap_or(cache)
}

impl Live<'_> {
    /// Whether it is a replica at present.
    pub(super) fn is_replica(&self, cache: CacheId) -> bool {
        !self.simulation.world().is_primary(cache)
    }

    /// Makes replicas of the servers of all replicas.
    pub(super) fn begin_replication(&mut self) -> Result<(), LiveError> {
        for at in 0..self.spaces.len() {
            if self.is_replica(CacheId(at as u8)) {
                self.replicate(CacheId(at as u8))?;
            }
        }
        Ok(())
    }

    /// Makes one server of a node a replica of the other, if both are up.
    pub(super) fn replicate(&mut self, cache: CacheId) -> Result<(), LiveError> {
        let world = self.simulation.world();
        let Some(of) = world.node_of(cache) else { return Ok(()) };
        let Some(other) = of.other else { return Ok(()) };
        let is_up = |cache: CacheId| world.process(cache.into()).is_some_and(|each| each.up);
        if !is_up(cache) || !is_up(other) {
            return Ok(());
        }
        let (primary, replica) = if of.is_primary { (cache, other) } else { (other, cache) };
        let (primary, replica) = (usize::from(primary.0), usize::from(replica.0));
        self.end_replication(replica);
        let address = self.servers.cache(primary).address.socket;
        let server = self.servers.cache(replica);
        self.replications.push(Replication::begin((primary, address), (replica, server))?);
        Ok(())
    }

    /// Closes the connections of a server to its replica, or to its primary.
    pub(super) fn end_replication(&mut self, at: usize) {
        self.replications.retain(|each| each.primary != at && each.replica != at);
    }

    /// A replica takes its primary's place; that one follows it, if it is up.
    pub(super) fn promote(&mut self, replica: CacheId) -> Result<(), LiveError> {
        let at = usize::from(replica.0);
        self.end_replication(at);
        self.servers.cache(at).must(&replica_of("NO", "ONE"))?;
        self.replicate(replica)
    }

    /// Everything so far reaches all replicas.
    pub(super) fn replicate_all(&mut self) -> Result<(), LiveError> {
        for each in &mut self.replications {
            let [primary, replica] = self.servers.two(each.primary, each.replica);
            each.pass_all(primary, replica)?;
        }
        Ok(())
    }

    /// The changes on their way to a replica: of which key, and whether it has an entry then.
    pub(super) fn on_the_way(&self, replica: CacheId) -> Vec<(Symbol, bool)> {
        let changes = self.simulation.world().on_the_way_to(replica);
        changes.map(|(key, _, value)| (key, value.is_some())).collect()
    }

    /// The first of these changes have reached the replica, and do so at its server.
    pub(super) fn follow(
        &mut self,
        replica: CacheId,
        before: &[(Symbol, bool)],
    ) -> Result<(), LiveError> {
        let at = usize::from(replica.0);
        let arrived = before.len() - self.on_the_way(replica).len();
        for &(key, sets) in &before[..arrived] {
            let Some(each) = self.replications.iter_mut().find(|each| each.replica == at) else {
                return Ok(());
            };
            let name = self.spaces[at].name(key, self.simulation.names());
            let has_come = each.release(&name, sets, self.servers.cache(at))?;
            if !sets || has_come {
                continue;
            }
            if self.is_near_its_end(replica, key) {
                self.outcome.at_the_edge += 1;
                self.edges.insert(key);
            } else {
                let what = format!("a change of {}", self.simulation.names().text(key));
                self.differs(&what, "does not send it", "it reaches the replica");
            }
        }
        Ok(())
    }

    /// An entry has gone from a node. If its slot moved, it moves at the servers, too.
    pub(super) fn move_entry(&mut self, from: CacheId, key: Symbol) -> Result<(), LiveError> {
        let world = self.simulation.world();
        let Some(of) = world.node_of(from).filter(|of| of.is_primary) else { return Ok(()) };
        let setup = &world.setup().clusters[of.cluster];
        if setup.placement != Placement::HashSlots {
            return Ok(());
        }
        let to = world.node_for(setup.nodes[0], key, false);
        let is_up = world.process(to.into()).is_some_and(|each| each.up);
        let names = self.simulation.names();
        let (from, to) = (usize::from(from.0), usize::from(to.0));
        let (old, new) = (self.spaces[from].names(key, names), self.spaces[to].names(key, names));
        let ask = |words: &[&str]| Ask::Command(words.iter().map(|each| (*each).into()).collect());
        for (old, new) in old.iter().zip(&new) {
            let server = self.servers.cache(from);
            let value = server.must(&ask(&["GET", old]))?;
            let left = server.must(&ask(&["PTTL", old]))?;
            server.must(&ask(&["DEL", old]))?;
            if let (Got::Text(value), Got::Int(left), true) = (value, left, is_up) {
                let left = left.to_string();
                let mut set = vec!["SET", new, &value];
                if !left.starts_with('-') {
                    set.extend(["PX", &left]);
                }
                self.servers.cache(to).must(&ask(&set))?;
            }
        }
        self.outcome.from_outside += 1;
        Ok(())
    }
}
