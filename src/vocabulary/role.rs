//! Roles: the kinds of process. A process is a [`ProcessId`](crate::identity::ProcessId), because
//! there can be several app servers.

use super::{ErrorSource, Store};
use crate::named::named;

named! {
    /// A kind of process.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "ProcessKind"))]
    pub enum Role {
        Client = "client",
        App = "app",
        Cache = "cache",
        Worker = "worker",
        Database = "database",
        Replica = "replica",
    }
}

impl Role {
    /// The roles that run functions. A queue is in one of these or, for a change stream, in the
    /// database.
    pub const HOSTS: [Role; 3] = [Role::App, Role::Cache, Role::Worker];

    /// Its word with an article: "an app server", "the cache".
    pub const fn one(self) -> &'static str {
        match self {
            Role::Client => "a client",
            Role::App => "an app server",
            Role::Cache => "the cache",
            Role::Worker => "the worker",
            Role::Database => "the database",
            Role::Replica => "the replica",
        }
    }

    /// The source of the errors of calls to it, unless the call is to a queue.
    pub const fn error_source(self) -> Option<ErrorSource> {
        match self {
            Role::Cache => Some(ErrorSource::Cache),
            Role::Database => Some(ErrorSource::Database),
            Role::Replica => Some(ErrorSource::Replica),
            Role::Client | Role::App | Role::Worker => None,
        }
    }

    /// Whether it runs statements, which take longer than commands of a cache.
    pub const fn runs_statements(self) -> bool {
        matches!(self, Role::Database | Role::Replica)
    }
}

impl Store {
    /// The role that answers its commands; `None` for a queue, whose place the program chooses.
    pub const fn role(self) -> Option<Role> {
        match self {
            Store::Cache => Some(Role::Cache),
            Store::Database => Some(Role::Database),
            Store::Replica => Some(Role::Replica),
            Store::Queue => None,
        }
    }
}
