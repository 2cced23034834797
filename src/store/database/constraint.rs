//! Foreign keys: a child's row needs its parent's.
//!
//! Keys say which row belongs to which: the row `<child><id>`, or `<child><id>:…`, requires the row
//! `<parent><id>`. Checked at once, as in PostgreSQL for a constraint that is not `DEFERRABLE`.

use std::sync::Arc;

use super::rows::Rows;
use crate::strategy::value::{Datum, Names, Symbol};

/// A foreign key between two prefixes of keys.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ForeignKey {
    pub child: Arc<str>,
    pub parent: Arc<str>,
}

impl ForeignKey {
    /// The id of the parent that a key's row requires; `None`: it is not a child.
    fn parent_id<'a>(&self, key: &'a str) -> Option<&'a str> {
        let rest = key.strip_prefix(&*self.child)?;
        let id = rest.split(':').next()?;
        (!id.is_empty()).then_some(id)
    }
}

/// Whether a row may get a value or, with `None`, be deleted. A child that is already there is not
/// checked again: its reference does not change, and PostgreSQL checks one that does. Deleting a
/// parent searches all rows for a child, as PostgreSQL does without an index on the referencing
/// column.
pub(super) fn allow(
    constraints: &[ForeignKey],
    rows: &Rows,
    key: Symbol,
    value: Datum,
    names: &mut Names,
) -> bool {
    if constraints.is_empty() {
        return true;
    }
    let text = names.text(key);
    constraints.iter().all(|constraint| {
        if value.is_none() {
            text.strip_prefix(&*constraint.parent).is_none_or(|id| {
                let is_child = |other| constraint.parent_id(&names.text(other)) == Some(id);
                !rows.iter().any(|(other, _)| other != key && is_child(other))
            })
        } else {
            let is_there = rows.get(key).is_some();
            is_there
                || constraint.parent_id(&text).is_none_or(|id| {
                    let parent = names.intern(&format!("{}{id}", constraint.parent));
                    parent.is_some_and(|parent| parent == key || rows.get(parent).is_some())
                })
        }
    })
}
