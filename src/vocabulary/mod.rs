//! Every module is a table. A row has a variant, its name and its other properties; the enum, its
//! list of values and its names are generated. To add a word, add a row. Nothing here depends on
//! the rest of the crate.
//!
//! Every module is a table. A row has a variant, its name and what else must be
//! known of it; the enum, its list of values and its names are generated. To add
//! a word is to add a row. Nothing here depends on the rest of the crate.

// commands of stores
pub mod command;

// kinds of process
mod role;
pub use role::Role;

// pairs of roles that exchange messages
mod link;
pub use link::LinkName;

// kinds of store, and their ids
mod store;
pub(crate) use store::hash_nth;
pub use store::{CacheId, ReplicaId, Store, StoreId};

// notices of changes to app servers
mod tracking;
pub use tracking::Tracking;

// injected failures
mod failure;
pub use failure::Failure;

// what a person can do to a message in flight
mod handling;
pub use handling::Handling;

// errors of calls
mod error;
pub use error::{ErrorClass, ErrorSource, MistakeKind, Raised, Reason, StoreError};

// rules of queues
pub mod queue;

// functions that call no store, attributes, reserved names
pub mod language;
pub use language::{Attribute, Method, Native};
