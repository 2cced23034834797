//! Compares the servers' final contents with the model's stores.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cache::KeySpace;
use super::client::{Ask, Got};
use super::error::LiveError;
use super::memcached;
use super::outcome::{Difference, Outcome};
use super::servers::Server;
use super::value::to_text;
use crate::store::cache::{Cache, Engine};
use crate::store::database::Database;
use crate::strategy::value::Names;
use crate::time::Micros;

/// Every key of a prefix. `SCAN` returns all keys that exist throughout the scan, which all do:
/// only this run uses the prefix.
pub(super) fn keys(
    server: &mut Server,
    space: &KeySpace,
    prefix: &str,
) -> Result<Vec<String>, LiveError> {
    if space.engine == Engine::Memcached {
        let mut found = memcached::keys(&server.must(&memcached::all_keys())?);
        found.retain(|key| key.starts_with(prefix));
        found.sort();
        return Ok(found);
    }
    let mut found = Vec::new();
    let mut cursor = "0".to_owned();
    loop {
        let pattern = format!("{prefix}*");
        let scan = ["SCAN", &cursor, "MATCH", &pattern, "COUNT", "1000"];
        let got = server.must(&Ask::Command(scan.map(str::to_owned).to_vec()))?;
        let Got::List(parts) = got else { break };
        let [Got::Text(next), Got::List(keys)] = &parts[..] else { break };
        found.extend(keys.iter().filter_map(|key| match key {
            Got::Text(key) => Some(key.clone()),
            _ => None,
        }));
        if next == "0" {
            break;
        }
        cursor.clone_from(next);
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// How many dumps of a Memcached in a row have no key of the run before it is taken to have none.
const EMPTY_DUMPS: u32 = 3;

/// Removes every key of a cache.
pub(super) fn remove(server: &mut Server, space: &KeySpace) -> Result<(), LiveError> {
    if space.engine == Engine::Memcached {
        // a dump may pass over an entry that moves from list to list meanwhile, the next one hardly
        let mut empty = 0;
        while empty < EMPTY_DUMPS {
            let keys = keys(server, space, &space.prefix)?;
            empty = if keys.is_empty() { empty + 1 } else { 0 };
            keys.into_iter().try_for_each(|key| server.must(&space.remove(key)).map(|_| ()))?;
        }
        return Ok(());
    }
    let keys = keys(server, space, &space.prefix)?;
    for some in keys.chunks(1_000) {
        let mut delete = vec!["DEL".to_owned()];
        delete.extend_from_slice(some);
        server.must(&Ask::Command(delete))?;
    }
    Ok(())
}

/// Compares a cache's entries, except for those of `edges`, which ended at another moment.
pub(super) fn compare_entries(
    server: &mut Server,
    space: &KeySpace,
    cache: &Cache,
    names: &Names,
    edges: &[Arc<str>],
    at_us: Micros,
    outcome: &mut Outcome,
) -> Result<(), LiveError> {
    let mut differs = |key: &str, server: String, model: String| {
        if edges.iter().any(|edge| **edge == *key) {
            outcome.at_the_edge += 1;
        } else {
            let what = format!("the entry of {key} at the end");
            outcome.differs(Difference { at_us, what, server, model });
        }
    };
    let mut model: BTreeMap<String, String> = cache
        .entries()
        .map(|(key, entry)| {
            let version = entry.version.map_or(String::new(), |each| format!(" {each}"));
            let value = format!("{}{version}", to_text(entry.value.scalar, names));
            (space.name(key, names), value)
        })
        .collect();
    let entries = model.len() as u64;
    let prefix = format!("{}e:", space.prefix);
    let mut all = keys(server, space, &prefix)?;
    // a dump of Memcached may pass over an entry that moves from list to list meanwhile
    all.extend(model.keys().cloned());
    all.sort();
    all.dedup();
    for name in all {
        let got = server.must(&space.show(&name))?;
        let Some(value) = space.shown(&got) else { continue };
        let model = model.remove(&name);
        if model.as_ref() != Some(&value) {
            let model = model.unwrap_or_else(|| "no entry".to_owned());
            differs(&name[prefix.len()..], value, model);
        }
    }
    for (name, value) in model {
        differs(&name[prefix.len()..], "no entry".to_owned(), value);
    }
    outcome.entries += entries;
    Ok(())
}

/// Compares the rows with their versions.
pub(super) fn compare_rows(
    server: &mut Server,
    table: &str,
    database: &Database,
    names: &Names,
    at_us: Micros,
    outcome: &mut Outcome,
) -> Result<(), LiveError> {
    let mut model: BTreeMap<String, String> = database
        .rows()
        .map(|(key, row)| {
            let value = to_text(row.value.scalar, names);
            (names.text(key).to_string(), format!("{value} at version {}", row.version))
        })
        .collect();
    outcome.rows += model.len() as u64;
    let all = format!("SELECT key, value, version FROM {table} WHERE value IS NOT NULL");
    let Got::List(rows) = server.must_sql(&all)? else { return Ok(()) };
    let mut differs = |key: &str, server: String, model: Option<String>| {
        if model.as_ref() != Some(&server) {
            let model = model.unwrap_or_else(|| "no row".to_owned());
            outcome.differs(Difference {
                at_us,
                what: format!("the row {key} at the end"),
                server,
                model,
            });
        }
    };
    for row in rows {
        let Got::List(columns) = row else { continue };
        let [Got::Text(key), Got::Text(value), Got::Text(version)] = &columns[..] else { continue };
        differs(key, format!("{value} at version {version}"), model.remove(key));
    }
    for (key, value) in model {
        differs(&key, "no row".to_owned(), Some(value));
    }
    Ok(())
}
