//! The stores of a run by name: what a program calls each, and what people do.

use std::borrow::Cow;

use crate::vocabulary::{CacheId, ReplicaId, Role, Store, StoreId};

/// The table of a run's stores: every name, once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreNames {
    rows: Vec<StoreName>,
}

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

    /// The store that a word of a program names.
    pub fn find(&self, word: &str) -> Option<StoreId> {
        self.rows.iter().find(|row| row.word == word).map(|row| row.id)
    }

    /// The cache of a name, or the first where there is none.
    pub fn cache(&self, name: Option<&str>) -> Option<CacheId> {
        let Some(name) = name else { return Some(CacheId::FIRST) };
        match self.find(name)? {
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
