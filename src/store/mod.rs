//! The stores, as pure data structures.
//!
//! No store here has a clock, a random source or a connection: time comes in as `now_us`, a random
//! choice as `pick(n)` (uniform below `n`), and changes of the contents go out through an `effect`
//! callback, in order. Replies say what the caller learns; effects say what happened to the data.
//! The world turns both into messages and records.
//!
//! Every store is cheap to clone (large tables share their pages until one side writes) and hashes
//! by content: two stores that behave alike from now on are equal, whatever their past.

/// A table of [`Symbol`](crate::strategy::value::Symbol)s that clones cheaply: what the others are made of.
pub mod paged;

/// A table with one value for each cache of a run.
pub mod by_cache;

/// How keys are divided among the nodes of a cache: slots, a ring, a remainder.
pub mod placement;

/// The cache, after Redis and Memcached: entries, expiry, eviction, leases, versions.
pub mod cache;

/// The database, after PostgreSQL: rows, commits, constraints; and its replica.
pub mod database;

/// A limited number of connections, with a waiting line.
pub mod pool;

/// A write buffer, after Amazon SQS: at least once, in order per key.
pub mod queue;

/// `with lock(key):` inside one process.
pub mod lock;

/// `single_flight(key, function)` inside one process.
pub mod single_flight;

/// Stores driven by readable scripts, for tests.
#[cfg(test)]
mod script;
