//! The stores of a run by name: what a program calls each, and what people do.

use std::borrow::Cow;

use crate::vocabulary::{CacheId, ReplicaId, Role, Store, StoreId};

/// The table of a run's stores: every name, once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreNames {
    rows: Vec<StoreName>,
    /// The first of the app servers' own caches.
    local: Option<CacheId>,
}

/// What a program calls the cache of the app server that it runs on.
const LOCAL: &str = "local";

/// One store's row.
#[derive(Clone, PartialEq, Eq, Debug)]
struct StoreName {
    id: StoreId,
    /// What stands in front of the dot of a call.
    word: Cow<'static, str>,
    /// What the page and the history call it.
    title: Cow<'static, str>,
}

/// A cache, the database and its replica, under their usual names.
impl Default for StoreNames {
    fn default() -> StoreNames {
        let usual = |id: StoreId, role: Role| StoreName {
            id,
            word: id.kind().object().into(),
            title: role.name().into(),
        };
        StoreNames {
            rows: vec![
                usual(StoreId::Cache(CacheId::FIRST), Role::Cache),
                usual(StoreId::Database, Role::Database),
                usual(StoreId::Replica(ReplicaId::FIRST), Role::Replica),
            ],
            local: None,
        }
    }
}

impl StoreNames {
    /// The usual stores, and caches beside the first, each called by its name.
    pub fn with_caches<'a>(caches: impl IntoIterator<Item = &'a str>) -> StoreNames {
        let mut stores = StoreNames::default();
        for (name, nth) in caches.into_iter().zip(1..) {
            let (word, title) = (name.to_owned().into(), name.to_owned().into());
            stores.rows.push(StoreName { id: StoreId::Cache(CacheId(nth)), word, title });
        }
        stores
    }

    /// The same with a cache in each of so many app servers. A program's `local` is that of
    /// the server that it runs on; people call them `local_1`, `local_2`.
    pub fn with_local(mut self, apps: u16) -> StoreNames {
        let caches = self.rows.iter().filter(|row| row.id.kind() == Store::Cache).count() as u8;
        for nth in 0..apps as u8 {
            let title = format!("local_{}", nth + 1);
            let word = if nth == 0 { LOCAL.into() } else { title.clone().into() };
            let id = StoreId::Cache(CacheId(caches + nth));
            self.rows.push(StoreName { id, word, title: title.into() });
        }
        self.local = Some(CacheId(caches));
        self
    }

    /// The first of the app servers' own caches, if they have some.
    pub fn local(&self) -> Option<CacheId> {
        self.local
    }

    /// Whether a cache is an app server's own.
    pub fn is_local(&self, cache: CacheId) -> bool {
        self.local.is_some_and(|first| cache >= first)
    }

    /// The store that a word of a program names.
    pub fn find(&self, word: &str) -> Option<StoreId> {
        self.rows.iter().find(|row| row.word == word).map(|row| row.id)
    }

    /// The cache of a name, or the first where there is none.
    pub fn cache(&self, name: Option<&str>) -> Option<CacheId> {
        let Some(name) = name else { return Some(CacheId::FIRST) };
        let titled = || self.rows.iter().find(|row| row.title == name).map(|row| row.id);
        match titled().or_else(|| self.find(name))? {
            StoreId::Cache(cache) => Some(cache),
            StoreId::Database | StoreId::Replica(_) => None,
        }
    }

    /// A cache's name; the first needs none.
    pub fn cache_name(&self, cache: CacheId) -> Option<&str> {
        (cache != CacheId::FIRST).then(|| self.title(StoreId::Cache(cache)))
    }

    /// The words that name a store.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| &*row.word)
    }

    /// What a program calls a store.
    pub fn word(&self, kind: Store, nth: u8) -> &str {
        let row = self.rows.iter().find(|row| (row.id.kind(), row.id.nth()) == (kind, nth));
        row.map_or(kind.object(), |row| &row.word)
    }

    /// What people call it.
    pub fn title(&self, id: StoreId) -> &str {
        self.rows.iter().find(|row| row.id == id).map_or("", |row| &row.title)
    }

    /// A store in a sentence, by its kind; "the queue".
    pub fn the_nth(&self, kind: Store, nth: u8) -> String {
        match (kind, nth) {
            (Store::Cache, 1..) => self.the(StoreId::Cache(CacheId(nth))),
            _ => format!("the {}", kind.name()),
        }
    }

    /// The same in a sentence: "the cache", and "near", which is a name.
    pub fn the(&self, id: StoreId) -> String {
        match id {
            StoreId::Cache(cache) if cache != CacheId::FIRST => self.title(id).to_owned(),
            _ => format!("the {}", self.title(id)),
        }
    }
}
