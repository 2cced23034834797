//! Identities: operations, processes, and stamps that do not depend on what else is going on.
//!
//! Both the world and the history speak of these; neither owns them.

mod stamp;

pub use stamp::{Identity, Source, Stamp, derive, message_name, message_stamp};

use serde::Serialize;

use crate::strategy::StoreNames;
use crate::strategy::value::Origin;
use crate::vocabulary::{CacheId, ReplicaId, Role, StoreId};

/// A client's request, or an outside write: its number in the run, from 1, and its kind.
/// [`OpId::NOBODY`] stands for a background loop.
///
/// A later operation has the greater id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize)]
pub struct OpId(u32);

impl OpId {
    /// The operation of background loops and of the world itself.
    pub const NOBODY: OpId = OpId(0);

    /// The `number`th operation of a run, counted from 1.
    pub fn new(number: u32, kind: Kind) -> OpId {
        OpId(number << 2 | kind as u32)
    }

    /// The operation that left this mark on a value.
    pub fn of(origin: Origin) -> OpId {
        OpId(origin.0)
    }

    /// The mark that this operation leaves on its values.
    pub fn origin(self) -> Origin {
        Origin(self.0)
    }

    /// Its number in the run.
    pub fn number(self) -> u32 {
        self.0 >> 2
    }

    /// Its kind; [`Kind::Read`] for nobody.
    pub fn kind(self) -> Kind {
        [Kind::Read, Kind::Write, Kind::Delete, Kind::Increment][(self.0 & 3) as usize]
    }

    /// Its name for people: R12, W3. Empty for nobody.
    pub fn label(self) -> String {
        match self {
            OpId::NOBODY => String::new(),
            op => format!("{}{}", op.kind().letter(), op.number()),
        }
    }
}

/// The kind of a request.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Read,
    Write,
    Delete,
    Increment,
}

impl Kind {
    /// The letter before an operation's number: R12, W3.
    pub fn letter(self) -> char {
        match self {
            Kind::Read => 'R',
            Kind::Write => 'W',
            Kind::Delete => 'D',
            Kind::Increment => 'I',
        }
    }

    /// Its name, which is that of the strategy's function for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Read => "read",
            Kind::Write => "write",
            Kind::Delete => "delete",
            Kind::Increment => "increment",
        }
    }

    /// Whether it changes something.
    pub fn writes(self) -> bool {
        self != Kind::Read
    }
}

/// A process: it runs code, and messages travel between processes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ProcessId {
    /// All clients together: they never fail, and share one link to the app servers.
    Client,
    App(u16),
    Cache(CacheId),
    Worker,
    Database,
    Replica(ReplicaId),
}

impl From<StoreId> for ProcessId {
    fn from(store: StoreId) -> ProcessId {
        match store {
            StoreId::Cache(cache) => ProcessId::Cache(cache),
            StoreId::Database => ProcessId::Database,
            StoreId::Replica(replica) => ProcessId::Replica(replica),
        }
    }
}

impl From<CacheId> for ProcessId {
    fn from(cache: CacheId) -> ProcessId {
        ProcessId::Cache(cache)
    }
}

impl ProcessId {
    /// The process of a role, or the first of several.
    pub fn first(role: Role) -> ProcessId {
        match role {
            Role::Client => ProcessId::Client,
            Role::App => ProcessId::App(0),
            Role::Cache => ProcessId::Cache(CacheId::FIRST),
            Role::Worker => ProcessId::Worker,
            Role::Database => ProcessId::Database,
            Role::Replica => ProcessId::Replica(ReplicaId::FIRST),
        }
    }

    /// All processes of a role, with this many app servers.
    pub fn all(role: Role, apps: u16) -> Vec<ProcessId> {
        match role {
            Role::App => (0..apps).map(ProcessId::App).collect(),
            role => vec![ProcessId::first(role)],
        }
    }

    /// The store that runs in it, if it is one.
    pub fn store(self) -> Option<StoreId> {
        match self {
            ProcessId::Cache(cache) => Some(StoreId::Cache(cache)),
            ProcessId::Database => Some(StoreId::Database),
            ProcessId::Replica(replica) => Some(StoreId::Replica(replica)),
            ProcessId::Client | ProcessId::App(_) | ProcessId::Worker => None,
        }
    }

    /// The role of the process.
    pub fn role(self) -> Role {
        match self {
            ProcessId::Client => Role::Client,
            ProcessId::App(_) => Role::App,
            ProcessId::Cache(_) => Role::Cache,
            ProcessId::Worker => Role::Worker,
            ProcessId::Database => Role::Database,
            ProcessId::Replica(_) => Role::Replica,
        }
    }

    /// Its name for people. App servers count from 1.
    pub fn name(self, stores: &StoreNames) -> String {
        match (self, self.store()) {
            (ProcessId::App(index), _) => format!("{} {}", Role::App.name(), u32::from(index) + 1),
            (_, Some(store)) => stores.title(store).to_owned(),
            (process, None) => process.role().name().to_owned(),
        }
    }
}

crate::digest::plain!(OpId, Kind, ProcessId);
