//! The read replica, after PostgreSQL's streaming replication: asynchronous, in the order of the
//! primary's commits.

use super::rows::Rows;
use super::{Commit, Database, Row};
use crate::digest::{Digest, Lens, Sum};
use crate::strategy::call::DatabaseCall;
use crate::strategy::value::{Symbol, Value};
use crate::time::Micros;

/// The commits that the replica has replayed. The caller decides when a commit reaches it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Replica(Rows);

impl Replica {
    /// A replica with all rows of the database.
    pub fn of(database: &Database) -> Replica {
        Replica(database.rows.clone())
    }

    /// Replays a commit. One that is not newer than the present version is ignored: commits of one
    /// key never go backwards.
    pub fn apply(&mut self, commit: &Commit, now_us: Micros) {
        if commit.version > self.0.last_version(commit.key) {
            self.0.apply(commit, now_us);
        }
    }

    /// The row of a key, as far as it was replicated.
    pub fn read(&self, key: Symbol) -> Option<&Row> {
        self.0.get(key)
    }

    /// The reply of a `replica.read` ([`DatabaseCall::Read`]) or `replica.row`
    /// ([`DatabaseCall::Row`]) whose statement starts now.
    pub fn snapshot_reply(&self, call: &DatabaseCall) -> Value {
        self.0.reply(call)
    }

    /// Every row, in the order of keys.
    pub fn rows(&self) -> impl Iterator<Item = (Symbol, &Row)> {
        self.0.iter()
    }
}

impl Digest for Replica {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self.0.digest(lens, sum);
    }
}
