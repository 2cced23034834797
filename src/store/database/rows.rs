//! Rows and their versions.

use super::Commit;
use crate::digest::{Digest, Lens, Sum, digested};
use crate::store::paged::Paged;
use crate::strategy::call::DatabaseCall;
use crate::strategy::value::{Composite, Datum, Lineage, Symbol, Value};
use crate::time::Micros;

/// A row as it was last committed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Row {
    pub value: Datum,
    /// Counts up per key, from 1, and continues after a delete.
    pub version: i64,
    pub committed_us: Micros,
}

/// Rows by key. One whose value is `None` was deleted: only its version is kept.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Rows(pub Paged<Row>);

impl Rows {
    pub fn preload(&mut self, key: Symbol, value: Datum) {
        if !value.is_none() {
            let value = Datum { lineage: Lineage::of_row(key), ..value };
            self.0.insert(key, Row { value, version: 1, committed_us: 0 });
        }
    }

    pub fn get(&self, key: Symbol) -> Option<&Row> {
        self.0.get(key).filter(|row| !row.value.is_none())
    }

    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &Row)> {
        self.0.iter().filter(|(_, row)| !row.value.is_none())
    }

    /// The version of a key's last change, deletes included; 0: none.
    pub fn last_version(&self, key: Symbol) -> i64 {
        self.0.get(key).map_or(0, |row| row.version)
    }

    pub fn apply(&mut self, commit: &Commit, now_us: Micros) {
        let Commit { key, version, .. } = *commit;
        // whatever it was made of, from now on it is what this row holds
        let value = Datum { lineage: Lineage::of_row(key), ..commit.value };
        self.0.insert(key, Row { value, version, committed_us: now_us });
    }

    /// The reply of a reading statement that sees these rows.
    pub fn reply(&self, call: &DatabaseCall) -> Value {
        match *call {
            DatabaseCall::Read { key } => self.get(key).map_or(absent(key), |row| row.value.into()),
            DatabaseCall::Row { key } => self.get(key).map_or(absent(key), |row| {
                Value::Composite(Composite::Row { value: row.value, version: row.version }.into())
            }),
            _ => Value::NONE,
        }
    }
}

/// The reply of a statement that finds no row.
fn absent(key: Symbol) -> Value {
    Value::Datum(Datum { lineage: Lineage::of_row(key), ..Datum::NONE })
}

digested!(Row {
    matters: value, version;
    told: committed_us;
});

impl Digest for Rows {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        self.0.digest(lens, sum);
    }
}
