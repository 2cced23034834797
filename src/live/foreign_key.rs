//! The model's foreign keys as foreign keys of PostgreSQL.
//!
//! A row's key says which parent it requires, so both ends are generated columns: of a parent its
//! id, which is unique, and of a child the id that it refers to. Without a value a row counts as
//! deleted, and has neither.

use super::run::quoted;
use crate::store::database::ForeignKey;

/// Both columns of each foreign key, as they stand in `CREATE TABLE` after the others.
pub(super) fn columns(keys: &[ForeignKey]) -> String {
    let columns = keys.iter().enumerate().map(|(nth, ForeignKey { child, parent })| {
        let parent = of_rows(parent, |rest| rest);
        let child = of_rows(child, |rest| format!("nullif(split_part({rest}, ':', 1), '')"));
        format!(", parent_{nth} {parent} UNIQUE, child_{nth} {child}")
    });
    columns.collect()
}

/// A column that is generated from what follows a prefix in the key of a row with a value.
fn of_rows(prefix: &str, from: impl FnOnce(String) -> String) -> String {
    let length = prefix.chars().count();
    let id = from(format!("substr(key, {})", length + 1));
    let is_one = format!("value IS NOT NULL AND left(key, {length}) = {}", quoted(prefix));
    format!("text GENERATED ALWAYS AS (CASE WHEN {is_one} THEN {id} END) STORED")
}

/// Adds the foreign keys to a table that has its first rows: these are not checked, as in the
/// model.
pub(super) fn add_to(table: &str, keys: &[ForeignKey]) -> Vec<String> {
    let add = |nth| {
        format!(
            "ALTER TABLE {table} ADD FOREIGN KEY (child_{nth}) REFERENCES {table} (parent_{nth}) \
             NOT VALID"
        )
    };
    (0..keys.len()).map(add).collect()
}
