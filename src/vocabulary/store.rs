//! Stores: the processes' parts that answer commands.

use std::hash::{Hash, Hasher};

use super::command::StoreCommand;
use crate::named::named;

named! {
    /// A kind of store, as used to inject failures.
    #[derive(serde::Deserialize)]
    pub enum Store {
        Cache = "cache",
        Database = "database",
        Replica = "replica",
        Queue = "queue",
    }
}

/// One of a run's caches, by its position among them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CacheId(pub u8);

/// One of the database's replicas, by its position among them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ReplicaId(pub u8);

impl CacheId {
    /// The first cache, which every run has.
    pub const FIRST: CacheId = CacheId(0);
}

impl ReplicaId {
    /// The first replica.
    pub const FIRST: ReplicaId = ReplicaId(0);
}

/// A store of a run. There is only one database, with which the others are compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StoreId {
    Cache(CacheId),
    Database,
    Replica(ReplicaId),
}

impl StoreId {
    /// Its kind.
    pub const fn kind(self) -> Store {
        match self {
            StoreId::Cache(_) => Store::Cache,
            StoreId::Database => Store::Database,
            StoreId::Replica(_) => Store::Replica,
        }
    }

    /// Its position among those of its kind.
    pub const fn nth(self) -> u8 {
        match self {
            StoreId::Cache(CacheId(nth)) | StoreId::Replica(ReplicaId(nth)) => nth,
            StoreId::Database => 0,
        }
    }
}

/// Adds the position of a store to a checksum. The first of a kind adds nothing, so that checksums
/// from when there was only one of each are unchanged.
pub(crate) fn hash_nth(nth: u8, state: &mut impl Hasher) {
    if nth > 0 {
        state.write_u64(u64::MAX - u64::from(nth));
    }
}

impl Hash for CacheId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_nth(self.0, state);
    }
}

impl Hash for ReplicaId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_nth(self.0, state);
    }
}

impl Store {
    /// Its name in the strategy language; a program names its queues itself, and this is the name
    /// for an unknown one.
    pub const fn object(self) -> &'static str {
        match self {
            Store::Cache => "cache",
            Store::Database => "db",
            Store::Replica => "replica",
            Store::Queue => "queue",
        }
    }

    /// The store that a word of the language means.
    pub fn of_object(word: &str) -> Option<Store> {
        [Store::Cache, Store::Database, Store::Replica]
            .into_iter()
            .find(|store| store.object() == word)
    }

    /// The words of its commands.
    pub fn commands(self) -> impl Iterator<Item = StoreCommand> + Clone {
        StoreCommand::ALL.iter().copied().filter(move |command| command.store() == self)
    }

    /// The advice for a command that other stores have.
    pub fn instead_of(self, word: &str) -> Option<&'static str> {
        Some(match (self, word) {
            (Store::Cache, "read" | "fetch") => "cache.get(key)",
            (Store::Cache, "put" | "write" | "setex") => "cache.set(key, value, ttl=60)",
            (Store::Cache, "del" | "remove" | "invalidate" | "evict" | "unlink" | "pop") => {
                "cache.delete(key)"
            }
            (Store::Cache, "mget" | "gets" | "getall" | "get_all") => "cache.get_many(keys)",
            (Store::Cache, "mset" | "multi_set") => "cache.set_many(keys, values, ttl=60)",
            (Store::Database, "read_all" | "select_many" | "fetchall" | "in_bulk") => {
                "db.read_many(keys)"
            }
            (Store::Cache, "lock" | "acquire") => "cache.add(name, token, ttl=10)",
            (Store::Cache, "unlock") => "cache.release(name, token)",
            (Store::Cache, "setnx") => "cache.add(key, value, ttl=60)",
            (Store::Cache, "incrby" | "increment") => "cache.incr(key, 1)",
            (Store::Cache, "exists" | "has" | "contains") => "cache.get(key) is not None",
            (Store::Cache, "ttl" | "pttl") => "cache.entry(key)",
            (Store::Cache, "lpush" | "rpush" | "xadd" | "publish") => "queue.push(key, value)",
            (Store::Cache, "lpop" | "rpop" | "blpop" | "brpop" | "lrange" | "xread") => {
                "queue.take(10)"
            }
            (
                Store::Database,
                "get" | "fetch" | "query" | "select" | "load" | "find" | "find_one" | "findOne"
                | "execute" | "fetchone" | "get_user" | "findById",
            ) => "db.read(key)",
            (
                Store::Database,
                "set" | "put" | "save" | "update" | "insert" | "upsert" | "update_one"
                | "insert_one",
            ) => "db.write(key, value)",
            (Store::Database, "remove" | "delete_one") => "db.delete(key)",
            (Store::Database, "commit" | "begin" | "transaction" | "rollback" | "atomic") => {
                "with db.transaction():"
            }
            (_, "pop" | "get" | "popleft" | "dequeue") => "queue.take(1)",
            (_, "put" | "append" | "enqueue" | "send") => "queue.push(key, value)",
            _ => return None,
        })
    }

    /// The advice for an argument that a real client has.
    pub fn instead_of_argument(word: &str) -> Option<&'static str> {
        Some(match word {
            "ex" | "px" | "timeout" | "expire" | "expires" | "expiry" | "time" | "ttl_seconds" => {
                "write `ttl=60`: the seconds that the entry lives"
            }
            "nx" => "write `cache.add(key, value, ttl=60)`: it stores where there is no entry",
            "xx" | "keepttl" => "leave it out: a set stores in any case, with the TTL that it says",
            _ => return None,
        })
    }
}
