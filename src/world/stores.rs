//! The stores of a run: one table, whose names are in
//! [`StoreNames`](crate::strategy::StoreNames).

use super::cluster::Cluster;
use super::process::{CacheProcess, DatabaseProcess, Phase, Process, ReplicaProcess, Statement};
use super::setup::Setup;
use super::tracking::Readers;
use crate::digest::{Digest, Lens, Sum};
use crate::identity::ProcessId;
use crate::shared::Shared;
use crate::store::by_cache::ByCache;
use crate::store::database::{Database, Replica};
use crate::store::pool::Pool;
use crate::vocabulary::{ReplicaId, StoreId};

/// Every store, by its id.
#[derive(Clone, Debug)]
pub struct Stores {
    pub caches: ByCache<Shared<CacheProcess>>,
    /// The caches with more than one process, in the order of
    /// [`Setup::clusters`](super::Setup::clusters).
    pub clusters: Vec<Shared<Cluster>>,
    /// The readers to be notified of changes.
    pub readers: Shared<Readers>,
    pub database: Shared<DatabaseProcess>,
    pub replicas: Vec<Shared<ReplicaProcess>>,
}

impl Digest for Stores {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        let Stores { caches, clusters, readers, database, replicas } = self;
        caches.digest(lens, sum);
        clusters.digest(lens, sum);
        readers.digest(lens, sum);
        database.digest(lens, sum);
        replicas.digest(lens, sum);
    }
}

impl Stores {
    /// The stores at the start: all up, with the initial rows.
    pub(crate) fn new(setup: &Setup) -> Stores {
        let mut database = Database::new(setup.database.foreign_keys.clone());
        for &(key, value) in &setup.rows {
            database.preload(key, value);
        }
        let connections = setup.database.connections;
        let replica = || ReplicaProcess {
            process: Process::default(),
            replica: Replica::of(&database),
            pool: Pool::new(connections),
            stream: Default::default(),
        };
        Stores {
            caches: setup.caches.map(|cache| {
                Shared::new(CacheProcess {
                    process: Process::default(),
                    cache: cache.empty_cache(),
                    pool: Pool::new(1),
                    expiry_us: None,
                    snapshot: None,
                })
            }),
            clusters: setup.clusters.iter().map(|each| Shared::new(Cluster::new(each))).collect(),
            readers: Shared::default(),
            replicas: (0..setup.replicas).map(|_| Shared::new(replica())).collect(),
            database: Shared::new(DatabaseProcess {
                process: Process::default(),
                pool: Pool::new(connections),
                sessions: Vec::new(),
                lock_line: Default::default(),
                database,
            }),
        }
    }

    /// A store's process; `None`: there is no such store.
    pub(crate) fn process(&self, id: StoreId) -> Option<&Process> {
        match id {
            StoreId::Cache(cache) => self.caches.get(cache).map(|each| &each.process),
            StoreId::Database => Some(&self.database.process),
            StoreId::Replica(replica) => self.replica(replica).map(|each| &each.process),
        }
    }

    pub(crate) fn process_mut(&mut self, id: StoreId) -> Option<&mut Process> {
        match id {
            StoreId::Cache(cache) => self.caches.get_mut(cache).map(|each| &mut each.process),
            StoreId::Database => Some(&mut self.database.process),
            StoreId::Replica(replica) => self.replica_mut(replica).map(|each| &mut each.process),
        }
    }

    pub(crate) fn replica(&self, id: ReplicaId) -> Option<&ReplicaProcess> {
        self.replicas.get(usize::from(id.0)).map(|replica| &**replica)
    }

    pub(crate) fn replica_mut(&mut self, id: ReplicaId) -> Option<&mut ReplicaProcess> {
        self.replicas.get_mut(usize::from(id.0)).map(|replica| &mut **replica)
    }

    /// The replicas, with their ids.
    pub(crate) fn replicas(&self) -> impl Iterator<Item = (ReplicaId, &ReplicaProcess)> {
        (0..).map(ReplicaId).zip(self.replicas.iter().map(|replica| &**replica))
    }

    /// Every statement in the database and its replicas: waiting (`None`) for a connection or a
    /// row, or running.
    pub(crate) fn statements(&self) -> impl Iterator<Item = (ProcessId, Option<u32>, &Statement)> {
        let replicas = self.replicas().map(|(id, each)| (ProcessId::Replica(id), &each.pool));
        std::iter::once((ProcessId::Database, &self.database.pool))
            .chain(replicas)
            .flat_map(|(id, pool)| pool.iter().map(move |(slot, statement)| (id, slot, statement)))
            .filter(|(_, _, statement)| statement.phase != Phase::Over)
            .map(|(id, slot, statement)| {
                (id, slot.filter(|_| statement.phase == Phase::Runs), statement)
            })
    }
}
