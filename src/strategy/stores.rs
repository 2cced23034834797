//! The names of a run's stores, for programs and for people.

use std::borrow::Cow;

use crate::vocabulary::{CacheId, ReplicaId, Role, Store, StoreId};

/// The table of a run's stores, with every name once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreNames {
    rows: Vec<StoreName>,
    /// The first of the app servers' own caches.
    local: Option<CacheId>,
    /// The caches with more than one process.
    clusters: Vec<ClusterNames>,
}

/// The processes of one cache.
#[derive(Clone, PartialEq, Eq, Debug)]
struct ClusterNames {
    nodes: Vec<CacheId>,
    /// The replica of each node; empty: none.
    replicas: Vec<CacheId>,
}

/// The name, in programs, of the cache of the app server on which they run.
const LOCAL: &str = "local";

/// One row of the table: a store.
#[derive(Clone, PartialEq, Eq, Debug)]
struct StoreName {
    id: StoreId,
    /// Its name in programs; empty: it has none.
    word: Cow<'static, str>,
    /// The text before the dot in a call that has reached it.
    called: Cow<'static, str>,
    /// Its name on the page and in the history.
    title: Cow<'static, str>,
}

/// A cache, the database and its replica, under their default names.
impl Default for StoreNames {
    fn default() -> StoreNames {
        let usual = |id: StoreId, role: Role| StoreName {
            id,
            word: id.kind().object().into(),
            called: id.kind().object().into(),
            title: role.name().into(),
        };
        StoreNames {
            rows: vec![
                usual(StoreId::Cache(CacheId::FIRST), Role::Cache),
                usual(StoreId::Database, Role::Database),
                usual(StoreId::Replica(ReplicaId::FIRST), Role::Replica),
            ],
            local: None,
            clusters: Vec::new(),
        }
    }
}

impl StoreNames {
    /// The default stores and further caches, each under its name.
    pub fn with_caches<'a>(caches: impl IntoIterator<Item = &'a str>) -> StoreNames {
        let mut stores = StoreNames::default();
        for (name, nth) in caches.into_iter().zip(1..) {
            let name: Cow<'static, str> = name.to_owned().into();
            let id = StoreId::Cache(CacheId(nth));
            stores.rows.push(StoreName {
                id,
                word: name.clone(),
                called: name.clone(),
                title: name,
            });
        }
        stores
    }

    /// The table with a cache of more than one process: its nodes, the cache's own id first, their
    /// replicas, and the names for people. Programs use one name for all: the cache's.
    pub fn with_cluster(
        mut self,
        nodes: Vec<CacheId>,
        replicas: Vec<CacheId>,
        titles: &[String],
    ) -> StoreNames {
        for (&id, title) in nodes.iter().chain(&replicas).zip(titles) {
            let title: Cow<'static, str> = title.clone().into();
            let id = StoreId::Cache(id);
            match self.rows.iter_mut().find(|row| row.id == id) {
                Some(row) if *row.word != *title => {
                    row.called = title.clone();
                    row.title = title;
                }
                Some(_) => {}
                None => {
                    let (word, called) = ("".into(), title.clone());
                    self.rows.push(StoreName { id, word, called, title });
                }
            }
        }
        self.clusters.push(ClusterNames { nodes, replicas });
        self
    }

    /// The table of a run whose database has no replica: programs have no name for one.
    pub fn without_replica(mut self) -> StoreNames {
        for row in self.rows.iter_mut().filter(|row| row.id.kind() == Store::Replica) {
            row.word = "".into();
        }
        self
    }

    /// The initial node and replica of the pair that a process belongs to.
    pub fn pair(&self, process: CacheId) -> Option<(CacheId, CacheId)> {
        let pairs = |cluster: &ClusterNames| {
            let mut pairs = cluster.nodes.iter().zip(&cluster.replicas);
            pairs
                .find(|(node, replica)| [**node, **replica].contains(&process))
                .map(|(node, replica)| (*node, *replica))
        };
        self.clusters.iter().find_map(pairs)
    }

    fn cluster(&self, process: CacheId) -> Option<&ClusterNames> {
        let of = |it: &&ClusterNames| it.nodes.contains(&process) || it.replicas.contains(&process);
        self.clusters.iter().find(of)
    }

    /// The cache that a process belongs to, by the id used in programs: its own, if it is a cache
    /// by itself.
    pub fn cache_of(&self, process: CacheId) -> CacheId {
        self.cluster(process).map_or(process, |cluster| cluster.nodes[0])
    }

    /// Whether a process is the only one of its cache.
    pub fn is_alone(&self, process: CacheId) -> bool {
        self.cluster(process).is_none()
    }

    /// The table with a cache in each of this many app servers. A program's `local` is the cache of
    /// its server; people see `local_1`, `local_2`.
    pub fn with_local(mut self, apps: u16) -> StoreNames {
        let caches = self.rows.iter().filter(|row| row.id.kind() == Store::Cache).count() as u8;
        for nth in 0..apps as u8 {
            let title = format!("local_{}", nth + 1);
            let id = StoreId::Cache(CacheId(caches + nth));
            // another server's is out of a program's reach
            let (word, called): (Cow<'static, str>, Cow<'static, str>) = match nth {
                0 => (LOCAL.into(), LOCAL.into()),
                _ => ("".into(), title.clone().into()),
            };
            self.rows.push(StoreName { id, word, called, title: title.into() });
        }
        self.local = Some(CacheId(caches));
        self
    }

    /// The first of the app servers' own caches, if they have caches.
    pub fn local(&self) -> Option<CacheId> {
        self.local
    }

    /// The app server whose own cache this is, by its position.
    pub fn app_of(&self, cache: CacheId) -> Option<u16> {
        Some(u16::from(cache.0.checked_sub(self.local?.0)?))
    }

    /// Whether a cache is an app server's own.
    pub fn is_local(&self, cache: CacheId) -> bool {
        self.app_of(cache).is_some()
    }

    /// The store that a name in a program means.
    pub fn find(&self, word: &str) -> Option<StoreId> {
        let mut named = self.rows.iter().filter(|row| !row.word.is_empty());
        named.find(|row| row.word == word).map(|row| row.id)
    }

    /// The cache of this name, or the first cache without a name.
    pub fn cache(&self, name: Option<&str>) -> Option<CacheId> {
        let Some(name) = name else { return Some(CacheId::FIRST) };
        let titled = || self.rows.iter().find(|row| row.title == name).map(|row| row.id);
        match titled().or_else(|| self.find(name))? {
            StoreId::Cache(cache) => Some(cache),
            StoreId::Database | StoreId::Replica(_) => None,
        }
    }

    /// A cache's name; `None` for the cache that every run has.
    pub fn cache_name(&self, cache: CacheId) -> Option<&str> {
        (!self.is_usual(cache)).then(|| self.title(StoreId::Cache(cache)))
    }

    /// Whether it is the cache that every run has, under its default name.
    pub fn is_usual(&self, cache: CacheId) -> bool {
        cache == CacheId::FIRST && self.title(StoreId::Cache(cache)) == Role::Cache.name()
    }

    /// The names of stores in programs.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| &*row.word).filter(|word| !word.is_empty())
    }

    /// The text before the dot in a call of a store.
    pub fn word(&self, kind: Store, nth: u8) -> &str {
        let row = self.rows.iter().find(|row| (row.id.kind(), row.id.nth()) == (kind, nth));
        row.map_or(kind.object(), |row| &row.called)
    }

    /// A store's name for people.
    pub fn title(&self, id: StoreId) -> &str {
        self.rows.iter().find(|row| row.id == id).map_or("", |row| &row.title)
    }

    /// The `nth` store of a kind in a sentence; "the queue".
    pub fn the_nth(&self, kind: Store, nth: u8) -> String {
        match (kind, nth) {
            (Store::Cache, nth) => self.the(StoreId::Cache(CacheId(nth))),
            _ => format!("the {}", kind.name()),
        }
    }

    /// A store in a sentence: "the cache"; a named one without an article: "near".
    pub fn the(&self, id: StoreId) -> String {
        match id {
            StoreId::Cache(cache) if !self.is_usual(cache) => self.title(id).to_owned(),
            _ => format!("the {}", self.title(id)),
        }
    }
}
