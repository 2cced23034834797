//! Transactions: statements that take effect together or not at all.
//!
//! After PostgreSQL. A transaction sees its own changes, and others see them only after its commit.
//! At Read Committed each of its statements sees what is committed when it begins; at Repeatable
//! Read all see what was committed at the first one, and changing a row that has changed since
//! fails. A transaction that changes a row keeps it locked until its end; so does one that waited
//! for a row and then did not find what it looked for (PostgreSQL locks the newest version before
//! it looks). A deleted row can be locked too, because its version is kept.
//!
//! Foreign keys are checked by each statement, and once more by the commit.

use super::{Commit, Database};
use crate::digest::digested;
use crate::strategy::call::{DatabaseCall, Reason};
use crate::strategy::value::{Names, Origin, Symbol, Value};
use crate::time::Micros;

/// An open transaction.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Transaction {
    /// Whether it runs at Repeatable Read.
    repeatable: bool,
    /// The contents committed at its first statement, at Repeatable Read.
    snapshot: Option<Database>,
    /// The changes, in order. Each changed row is locked.
    changes: Vec<Commit>,
    /// Locked rows that it has not changed.
    kept: Vec<Symbol>,
}

impl Transaction {
    /// A transaction that begins.
    pub fn new(repeatable: bool) -> Transaction {
        Transaction { repeatable, snapshot: None, changes: Vec::new(), kept: Vec::new() }
    }

    /// Whether its next statement takes the snapshot that all others see.
    pub fn lacks_snapshot(&self) -> bool {
        self.repeatable && self.snapshot.is_none()
    }

    /// Whether it has locked a row.
    pub fn locks(&self, key: Symbol) -> bool {
        self.changes.iter().any(|change| change.key == key) || self.kept.contains(&key)
    }

    /// A statement has waited for a row, which is locked from then on, even if it is no longer what
    /// the statement looks for.
    pub fn keep_locked(&mut self, key: Symbol) {
        if !self.locks(key) {
            self.kept.push(key);
        }
    }

    /// Its changes, in order.
    pub fn changes(&self) -> &[Commit] {
        &self.changes
    }

    /// Begins a statement. Returns the reply if it reads.
    pub fn begin_statement(&mut self, database: &Database, call: &DatabaseCall) -> Value {
        if self.lacks_snapshot() {
            self.snapshot = Some(database.clone());
        }
        self.sees(database).snapshot_reply(call)
    }

    /// [`Database::finds_no_row`] for a statement that begins now.
    pub fn finds_no_row(&self, database: &Database, call: &DatabaseCall) -> bool {
        self.sees(database).finds_no_row(call)
    }

    /// Executes a writing statement whose row no other transaction has locked. Returns its reply,
    /// and whether it changed something. `by`: the write that a deletion is marked with.
    ///
    /// # Errors
    /// Those of [`Database::commit`], and [`Reason::Serialization`]. Then the whole transaction is
    /// void.
    pub fn write(
        &mut self,
        database: &Database,
        call: &DatabaseCall,
        by: Origin,
        names: &mut Names,
    ) -> Result<(Value, bool), Reason> {
        let before = self.changes.len();
        let mut seen = self.sees(database);
        if let (Some(snapshot), Some(key)) = (&self.snapshot, call.key())
            && !seen.finds_no_row(call)
            && snapshot.rows.last_version(key) != database.rows.last_version(key)
        {
            return Err(Reason::Serialization);
        }
        let reply = seen.commit(call, 0, names, &mut |mut commit| {
            commit.claim(by);
            self.changes.push(commit);
        })?;
        Ok((reply, self.changes.len() > before))
    }

    /// The contents that a statement sees if it begins now.
    fn sees(&self, database: &Database) -> Database {
        let mut seen = self.snapshot.as_ref().unwrap_or(database).clone();
        self.changes.iter().for_each(|change| seen.rows.apply(change, 0));
        seen
    }
}

impl Database {
    /// Commits a transaction: all its changes become visible at one instant.
    ///
    /// # Errors
    /// [`Reason::Constraint`]: a parent's row was deleted since. Nothing has changed.
    pub fn commit_all(
        &mut self,
        changes: &[Commit],
        now_us: Micros,
        names: &mut Names,
    ) -> Result<(), Reason> {
        let mut after = self.clone();
        for change in changes {
            if !after.allows(change.key, change.value, names) {
                return Err(Reason::Constraint);
            }
            after.rows.apply(change, now_us);
        }
        *self = after;
        Ok(())
    }
}

digested!(Transaction {
    matters: repeatable, snapshot, changes, kept;
});
