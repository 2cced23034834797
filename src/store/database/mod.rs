//! The database, after PostgreSQL at its default level, Read Committed.
//!
//! - `rows.rs`: rows and their versions, shared with the replica
//! - `constraint.rs`: foreign keys
//! - `replica.rs`: the read replica
//! - `transaction.rs`: transactions
//!
//! A statement outside a transaction is a transaction of its own. A read sees the snapshot as of
//! the statement's start, whatever commits while it runs; a write's effect is visible to all from
//! the instant of its commit, and not before. A write that finds its row changed since it started
//! waits for that change and works on the newest version (PostgreSQL re-reads the row, too);
//! therefore a write happens here as a whole at one instant, its commit.
//!
//! Versions count up per key, from 1, and continue after a delete. PostgreSQL numbers row versions
//! by transaction (`xmin`); a counter per row is what applications add for optimistic locking.

mod constraint;
mod replica;
mod rows;
mod transaction;

pub use constraint::ForeignKey;
pub use replica::Replica;
pub use rows::Row;
pub use transaction::Transaction;

use crate::digest::{Digest, Lens, Sum};
use crate::store::paged::Paged;
use crate::strategy::call::{DatabaseCall, Reason};
use crate::strategy::value::{Datum, Lineage, Names, Origin, Scalar, Symbol, Value};
use crate::time::Micros;
use rows::Rows;

/// The committed contents of the database.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Database {
    rows: Rows,
    constraints: Vec<ForeignKey>,
}

/// One committed change.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Commit {
    pub key: Symbol,
    /// `None`: the row was deleted. [`DatabaseCall::Delete`] carries no origin, so neither does
    /// this; the caller knows whose statement it was.
    pub value: Datum,
    pub version: i64,
    /// The write whose value it replaced; `None`: there was no row.
    pub replaced: Option<Origin>,
    /// By `incr`: the previous value is included in the sum.
    pub added: bool,
}

impl Commit {
    /// A change that no write made, for example a deletion, is that of the write whose statement it
    /// is. What the row held at the start and is written back stays what it was.
    pub fn claim(&mut self, by: Origin) {
        if self.value.origin == Origin::INITIAL && !self.is_written_back() {
            self.value.origin = by;
        }
    }

    /// Whether its value was read from the row.
    pub fn is_written_back(&self) -> bool {
        let Datum { lineage, .. } = self.value;
        !self.value.is_none() && !lineage.is_computed() && lineage.row() == Some(self.key)
    }
}

impl Database {
    /// An empty database with these foreign keys.
    pub fn new(constraints: Vec<ForeignKey>) -> Database {
        Database { rows: Rows(Paged::new()), constraints }
    }

    /// Adds a row before the run begins, with version 1. Foreign keys are not checked. `None` adds
    /// no row.
    pub fn preload(&mut self, key: Symbol, value: Datum) {
        self.rows.preload(key, value);
    }

    /// The present row of a key.
    pub fn read(&self, key: Symbol) -> Option<&Row> {
        self.rows.get(key)
    }

    /// Whether no foreign key forbids giving a row this value (`None`: deleting it).
    pub fn allows(&self, key: Symbol, value: Datum, names: &mut Names) -> bool {
        constraint::allow(&self.constraints, &self.rows, key, value, names)
    }

    /// The reply of a `db.read` or `db.row` whose statement starts now: the value or the row, or
    /// `None`. For a write: `None`.
    pub fn snapshot_reply(&self, call: &DatabaseCall) -> Value {
        self.rows.reply(call)
    }

    /// Executes a writing statement, at the instant of its commit. Whether its row changes is
    /// reported through `effect`.
    ///
    /// - `write`: the row's new version. `None` deletes; if there is no row, the last version that
    ///   there was (0: none).
    /// - `delete`: whether there was a row.
    /// - `incr` (`INSERT … ON CONFLICT DO UPDATE SET value = value + by`): the
    ///   new value, with the origin of `by`. A missing row counts from 0.
    /// - `compare_and_set` (`UPDATE … WHERE version = v`): whether it wrote.
    ///   Version 0 stands for no row.
    /// - A read is answered as by [`snapshot_reply`](Database::snapshot_reply).
    ///
    /// Errors: [`Reason::Constraint`] for a child without its parent, and for
    /// deleting a parent that has children (`NO ACTION`, the default);
    /// [`Reason::NotANumber`] from `incr`.
    pub fn commit(
        &mut self,
        call: &DatabaseCall,
        now_us: Micros,
        names: &mut Names,
        effect: &mut dyn FnMut(Commit),
    ) -> Result<Value, Reason> {
        match *call {
            DatabaseCall::Read { .. } | DatabaseCall::Row { .. } => Ok(self.snapshot_reply(call)),
            // the ends of a transaction change no row by themselves
            DatabaseCall::Begin { .. }
            | DatabaseCall::Commit {}
            | DatabaseCall::Rollback {}
            | DatabaseCall::ReadMany { .. } => Ok(Value::NONE),
            DatabaseCall::Write { key, value } => {
                self.put(key, value, now_us, names, effect)?;
                Ok(Value::int(self.rows.last_version(key)))
            }
            DatabaseCall::Delete { key } => {
                let deleted = self.put(key, Datum::NONE, now_us, names, effect)?;
                Ok(Value::bool(deleted))
            }
            DatabaseCall::Incr { key, by } => {
                let held = self.read(key).map_or(Datum::computed(Scalar::Int(0)), |row| row.value);
                let (Scalar::Int(old), Scalar::Int(more)) = (held.scalar, by.scalar) else {
                    return Err(Reason::NotANumber);
                };
                let sum = old.checked_add(more).ok_or(Reason::NotANumber)?;
                let (_, lineage) = names.unite(held, by);
                let value = Datum { scalar: Scalar::Int(sum), origin: by.origin, lineage };
                let mut added = |commit| effect(Commit { added: true, ..commit });
                self.put(key, value, now_us, names, &mut added)?;
                Ok(Datum { lineage: Lineage::of_row(key), ..value }.into())
            }
            DatabaseCall::CompareAndSet { key, value, version } => {
                if self.read(key).map_or(0, |row| row.version) != version {
                    return Ok(Value::bool(false));
                }
                self.put(key, value, now_us, names, effect)?;
                Ok(Value::bool(true))
            }
        }
    }

    /// Whether a statement that changes an existing row, or one of a certain version (0: no row),
    /// finds none: then it changes nothing, and waits for no transaction that is about to add one.
    pub fn finds_no_row(&self, call: &DatabaseCall) -> bool {
        match *call {
            DatabaseCall::Delete { key } => self.read(key).is_none(),
            DatabaseCall::Write { key, value } => value.is_none() && self.read(key).is_none(),
            DatabaseCall::CompareAndSet { key, version, .. } => {
                self.read(key).map_or(0, |row| row.version) != version
            }
            _ => false,
        }
    }

    /// Every row, in the order of keys.
    pub fn rows(&self) -> impl Iterator<Item = (Symbol, &Row)> {
        self.rows.iter()
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows().count()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows().next().is_none()
    }

    /// Writes or, with `None`, deletes. False if there is nothing to delete.
    fn put(
        &mut self,
        key: Symbol,
        value: Datum,
        now_us: Micros,
        names: &mut Names,
        effect: &mut dyn FnMut(Commit),
    ) -> Result<bool, Reason> {
        let replaced = self.read(key).map(|row| row.value.origin);
        if value.is_none() && replaced.is_none() {
            return Ok(false);
        }
        if !self.allows(key, value, names) {
            return Err(Reason::Constraint);
        }
        let version = self.rows.last_version(key) + 1;
        let commit = Commit { key, value, version, replaced, added: false };
        self.rows.apply(&commit, now_us);
        effect(commit);
        Ok(true)
    }
}

crate::digest::plain!(Commit);

impl Digest for Database {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        // constraints are the same from set-up on
        let Database { rows, constraints: _ } = self;
        rows.digest(lens, sum);
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod tests;
