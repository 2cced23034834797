//! Foreign keys: a child's row needs its parent's.
//!
//! Keys say who belongs to whom: the row `<child><id>`, or `<child><id>:…`,
//! needs the row `<parent><id>`. Checked at once, as in PostgreSQL where a
//! constraint is not declared `DEFERRABLE`.

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
    /// The id of the parent that a key's row needs; `None`: it is no child.
    fn parent_id<'a>(&self, key: &'a str) -> Option<&'a str> {
        let rest = key.strip_prefix(&*self.child)?;
        let id = rest.split(':').next()?;
        (!id.is_empty()).then_some(id)
    }
}

/// Whether a row may get a value, or, with `None`, be deleted. Deleting a
/// parent looks through all rows for a child, as PostgreSQL does where no
/// index is on the referencing column.
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
            constraint.parent_id(&text).is_none_or(|id| {
                let parent = names.intern(&format!("{}{id}", constraint.parent));
                parent.is_some_and(|parent| parent == key || rows.get(parent).is_some())
            })
        }
    })
}
