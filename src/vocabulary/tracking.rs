//! Tracking: notices to app servers that a key which they have read has changed.

use crate::named::named;

named! {
    /// What an app server does with its own entries when it has lost the connection to a cache with
    /// tracking, which has then forgotten what the server had read.
    #[derive(serde::Deserialize, Default)]
    pub enum Tracking {
        /// It drops them all, as Redis' documentation of client-side caching asks.
        #[default]
        Drop = "drop",
        /// It keeps them, and gets no notice when they change.
        Keep = "keep",
    }
}
