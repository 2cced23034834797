//! Tracking: who is told that what it has read has changed.

use crate::named::named;

named! {
    /// What an app server does with its own copies when it has lost the connection to a cache
    /// that tells it of changes: the cache has forgotten what it has read.
    #[derive(serde::Deserialize, Default)]
    pub enum Tracking {
        /// It drops them all, as Redis' documentation of client-side caching asks.
        #[default]
        Drop = "drop",
        /// It keeps them, and is not told any more when they change.
        Keep = "keep",
    }
}
