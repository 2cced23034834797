//! What a backing store does, as a pure data structure.
//!
//! No store here has a clock, a random source or a wire: time comes in as
//! `now_us`, a random choice as `pick(n)` (uniform below `n`), and what an
//! operation did to the contents goes out through an `effect` callback, in the
//! order in which it happened. Replies say what the caller learns; effects say
//! what became of the data. The world turns both into messages and records.
//!
//! Every store is cheap to clone (large tables share their pages until one
//! side writes) and hashes by content: two stores that will behave alike from
//! now on are equal, however they came to be so.

/// A table of [`Symbol`](crate::strategy::value::Symbol)s that clones cheaply: what the others are made of.
pub mod paged;

/// Something for each cache of a run.
pub mod by_cache;

/// Which node of a cache has a key: slots, a ring, a remainder.
pub mod placement;

/// The cache, after Redis and Memcached: entries, expiry, eviction, leases, versions.
pub mod cache;

/// The database, after PostgreSQL: rows, commits, constraints; and its replica.
pub mod database;

/// A limited number of connections, with a waiting line.
pub mod pool;

/// A write buffer, after Amazon SQS: at least once, in order by key.
pub mod queue;

/// `with lock(key):` inside one process.
pub mod lock;

/// `single_flight(key, function)` inside one process.
pub mod single_flight;

/// Stores driven by readable scripts, for tests.
#[cfg(test)]
mod script;
