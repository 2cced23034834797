//! The words that have numbers in version 1 of links.
//!
//! Frozen: a number stands for the same word in every link. Any other word is spelled out, once per
//! link.

/// The words by number. The first [`SHORT`] take one byte, the others two.
#[rustfmt::skip]
pub const WORDS: [&str; 282] = [
    "read", "write", "delete", "increment", "kill-cache", "restart-cache", "flush-cache", "evict",
    "expire", "slow-database", "slow-cache", "stop-database", "restore-database", "restore-cache",
    "stop-replica", "restore-replica", "fail-next", "cut", "heal", "crash-app", "restart-app",
    "crash-worker", "restart-worker", "outside-write", "outside-delete", "hold", "release",
    "deliver", "delay", "drop", "start-workload", "stop-workload", "at_us", "do", "key", "client",
    "value", "times", "message", "cache", "database", "queue", "replica", "user:1", "a", "b", "ann",
    "ben", "eve", "lost-request", "lost-reply", "app-cache", "app-database", "client-app",
    "cache-aside", "constant", "poisson", "exponential", "fixed", "user:", "item:", "users",
    "user:2", "read_permille", "by", "factor_milli", "call", "how", "store", "app", "link", "by_us",
    "workload", "backlog", "count", "max_in_progress", "kind", "per_second", "every_us", "think",
    "closed", "capacity", "eviction", "service", "snapshot_every_us", "backoff_us", "retries",
    "timeout_us", "child", "parent", "connections", "constraints", "allkeys-lru", "allkeys-lfu",
    "allkeys-random", "noeviction", "volatile-ttl", "at_least", "at_most", "equals", "note", "path",
    "error", "keep", "verdicts", "ttl_us", "prefix", "zipf_milli", "us", "high_us", "low_us",
    "uniform", "mean_us", "median_us", "sigma_milli", "lognormal", "events", "task_steps", "tasks",
    "total_steps", "app-replica", "app-worker", "cache-database", "cache-replica", "cache-worker",
    "worker-database", "worker-replica", "database-replica", "latency", "loss_ppm",
    "cache_timeout_us", "database_timeout_us", "default", "links", "lag", "each", "ranges",
    "parameters", "source", "strategy", "apps", "client_overrides", "clients", "network", "keys",
    "speed_us_per_ms", "arrivals", "increments", "most_requests", "name", "start_us", "stop_us",
    "actions", "duration_us", "entries", "expect", "history", "limits", "notes", "rows", "seed",
    "strategies", "title", "topology", "version", "view", "workloads", "no-cache",
    "cache-aside-update", "cache-aside-ignore", "read-through", "write-through",
    "write-through-cache-first", "write-through-cache-aside", "write-behind", "write-behind-app",
    "write-behind-durable", "write-behind-counters", "write-behind-in-order",
    "write-behind-retry-at-back", "write-behind-pop-first", "write-around", "ttl-jitter",
    "refresh-ahead", "stale-while-revalidate", "single-flight", "leases", "versioned-set",
    "delayed-double-delete", "probabilistic-early-expiration", "change-data-capture", "AHEAD",
    "ATTEMPTS", "BATCH", "BETA", "DELAY", "INTERVAL", "JITTER", "LOAD", "PATIENCE", "POLL", "STALE",
    "TTL", "WAIT", "ca1", "ca2", "ca3", "ca4", "ca5", "ca6", "ca7", "ca8", "ca9", "ca10", "ca11",
    "ca12", "rt1", "rt2", "wt1", "wt2", "wt3", "wt4", "wt5", "wt6", "wt7", "wt8", "wb1", "wb2",
    "wb3", "wb4", "wb5", "wb6", "wb7", "wb8", "wb9", "wb10", "wb11", "wa1", "wa2", "ttl1", "ttl2",
    "ttl3", "ttl4", "ttl5", "ttl6", "ttl7", "mx1", "mx2", "mx3", "fx1", "fx2", "fx3", "fx4", "fx5",
    "fx6", "fx7", "hot-key", "zipf-load", "writes.lost", "reads.stale", "length", "k", "user:3",
    "item:0", "item:1", "user:0", "user:42", "user:7", "x", "new", "old", "profile", "counter",
    "post:1", "c", "d", "k0", "k1", "counters", "load", "readers", "writers",
];

/// The number of words that take one byte.
pub const SHORT: usize = 64;

/// The field whose value is written as the difference from the previous one.
pub const TIME: &str = "at_us";

/// The number of a word.
pub fn number(text: &str) -> Option<usize> {
    WORDS.iter().position(|word| *word == text)
}
