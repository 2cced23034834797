//! Stores: who answers commands.

use super::command::StoreCommand;
use crate::named::named;

named! {
    /// Which store a failure is injected into.
    #[derive(serde::Deserialize)]
    pub enum Store {
        Cache = "cache",
        Database = "database",
        Replica = "replica",
        Queue = "queue",
    }
}

impl Store {
    /// Its name in the strategy language. A program names its queues itself;
    /// this is what one is called where its name is not known.
    pub const fn object(self) -> &'static str {
        match self {
            Store::Cache => "cache",
            Store::Database => "db",
            Store::Replica => "replica",
            Store::Queue => "queue",
        }
    }

    /// The store that a word of the language names.
    pub fn of_object(word: &str) -> Option<Store> {
        [Store::Cache, Store::Database, Store::Replica]
            .into_iter()
            .find(|store| store.object() == word)
    }

    /// The words of its commands.
    pub fn commands(self) -> impl Iterator<Item = StoreCommand> + Clone {
        StoreCommand::ALL.iter().copied().filter(move |command| command.store() == self)
    }

    /// What to write instead of a command that other stores have.
    pub fn instead_of(self, word: &str) -> Option<&'static str> {
        Some(match (self, word) {
            (Store::Cache, "read" | "fetch") => "cache.get(key)",
            (Store::Cache, "put" | "write" | "setex") => "cache.set(key, value, ttl=60)",
            (Store::Cache, "del" | "remove" | "invalidate" | "evict") => "cache.delete(key)",
            (Store::Cache, "setnx") => "cache.add(key, value, ttl=60)",
            (Store::Database, "get" | "fetch" | "query" | "select" | "load") => "db.read(key)",
            (Store::Database, "set" | "put" | "save" | "update" | "insert" | "upsert") => {
                "db.write(key, value)"
            }
            (_, "pop" | "get" | "popleft" | "dequeue") => "queue.take(1)",
            (_, "put" | "append" | "enqueue" | "send") => "queue.push(key, value)",
            _ => return None,
        })
    }
}
