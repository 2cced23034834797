//! The words that the language, the document, the world, the history and the
//! page share, each said once.
//!
//! Every module is a table. A row has a variant, its name and what else must be
//! known of it; the enum, its list of values and its names are generated. To add
//! a word is to add a row. Nothing here depends on the rest of the crate.

// what a call to a store says
pub mod command;

// kinds of process
mod role;
pub use role::Role;

// who talks to whom
mod link;
pub use link::LinkName;

// who answers commands
mod store;
pub(crate) use store::hash_nth;
pub use store::{CacheId, ReplicaId, Store, StoreId};

// who is told of a change
mod tracking;
pub use tracking::Tracking;

// how a failure looks that a person asks for
mod failure;
pub use failure::Failure;

// what a person can do to a message in flight
mod handling;
pub use handling::Handling;

// why a call failed
mod error;
pub use error::{ErrorClass, ErrorSource, MistakeKind, Raised, Reason, StoreError};

// what a queue does with its items
pub mod queue;

// functions that ask no store, attributes, reserved names
pub mod language;
pub use language::{Attribute, Method, Native};
