//! The scheduler of virtual time.

pub mod snapshot;
