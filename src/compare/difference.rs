//! Where two runs diverge, and what each key ended as.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use crate::history::{KeyLedger, KeyState};
use crate::simulate::Simulation;
use crate::strategy::PlainValue;
use crate::view::LogLine;
use crate::vocabulary::CacheId;

/// The differences between two runs.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// Where the runs diverge; `None`: they do not.
    pub parting: Option<Parting>,
    /// Every key of either run, by name, once for each cache that either run has used for it.
    pub keys: Vec<KeyEnd>,
}

/// The first event that differs between two runs.
#[derive(Clone, Debug, Serialize)]
pub struct Parting {
    /// The last event common to both; `None`: they differ from the first event on.
    pub before: Option<LogLine>,
    /// The next event in each run; `None`: there is none.
    pub one: Option<LogLine>,
    pub other: Option<LogLine>,
}

/// The final state of a key in a cache, in two runs.
#[derive(Clone, Debug, Serialize)]
pub struct KeyEnd {
    pub key: Arc<str>,
    /// The cache's name; `None` for the cache that every scenario has.
    pub cache_name: Option<String>,
    pub one: Holdings,
    pub other: Holdings,
}

/// What the stores hold of a key.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Holdings {
    pub state: KeyState,
    pub cache: PlainValue,
    pub database: PlainValue,
}

/// Lines of the log compared at a time.
const LINES: usize = 1_000;

impl Difference {
    /// Compares two runs, each up to its present instant. Only events that both histories still
    /// keep are compared.
    pub fn of(one: &Simulation, other: &Simulation) -> Difference {
        let (mine, theirs) = (accounts(one), accounts(other));
        let names: BTreeSet<&Arc<str>> = mine.keys().chain(theirs.keys()).collect();
        let keys = names.into_iter().flat_map(|key| {
            let [mine, theirs] = [mine.get(key).copied(), theirs.get(key).copied()];
            let used = [mine, theirs].into_iter().flatten().flat_map(|account| {
                let touched = account.caches.iter().filter(|(_, cache)| cache.touched.is_some());
                touched.map(|(id, _)| id)
            });
            let mut used: BTreeSet<CacheId> = used.collect();
            if used.is_empty() {
                used.insert(CacheId::FIRST);
            }
            used.into_iter().map(move |cache| KeyEnd {
                key: key.clone(),
                // both runs have the same caches
                cache_name: one.names().stores().cache_name(cache).map(str::to_owned),
                one: holdings(one, mine, cache),
                other: holdings(other, theirs, cache),
            })
        });
        Difference { keys: keys.collect(), parting: parting(one, other) }
    }
}

impl KeyEnd {
    /// The key, and in which cache: "user:1 in local_2".
    pub fn label(&self) -> Arc<str> {
        match &self.cache_name {
            Some(cache) => format!("{} in {cache}", self.key).into(),
            None => self.key.clone(),
        }
    }

    /// Whether the key ended differently.
    pub fn differs(&self) -> bool {
        self.one != self.other
    }
}

fn parting(one: &Simulation, other: &Simulation) -> Option<Parting> {
    let (mut mine, mut theirs) = (Lines::new(one), Lines::new(other));
    let mut before = None;
    loop {
        match (mine.next(), theirs.next()) {
            (None, None) => return None,
            (Some(one), Some(other)) if one.at_us == other.at_us && one.text == other.text => {
                before = Some(one);
            }
            (one, other) => return Some(Parting { before, one, other }),
        }
    }
}

/// A run's log, read in portions.
struct Lines<'a> {
    run: &'a Simulation,
    read: std::vec::IntoIter<LogLine>,
    next: u64,
}

impl<'a> Lines<'a> {
    fn new(run: &'a Simulation) -> Lines<'a> {
        Lines { run, read: Vec::new().into_iter(), next: 0 }
    }

    fn next(&mut self) -> Option<LogLine> {
        if self.read.len() == 0 {
            let lines = self.run.view().log_from(self.next, LINES);
            self.next = lines.last().map_or(self.next, |line| line.seq + 1);
            self.read = lines.into_iter();
        }
        self.read.next()
    }
}

fn accounts(run: &Simulation) -> BTreeMap<Arc<str>, &KeyLedger> {
    let (ledger, names) = (run.history().ledger(), run.names());
    ledger.keys().iter().filter_map(|&key| Some((names.text(key), ledger.key(key)?))).collect()
}

fn holdings(run: &Simulation, account: Option<&KeyLedger>, cache: CacheId) -> Holdings {
    let names = run.names();
    let (row, cache) = match account {
        Some(account) => (account.row, account.caches.iter().find(|(id, _)| *id == cache)),
        None => (None, None),
    };
    let entry = cache.and_then(|(_, cache)| cache.entry);
    Holdings {
        state: cache.map_or(KeyState::Cold, |(_, cache)| cache.state),
        cache: entry.map_or(PlainValue::None, |entry| entry.value.scalar.plain(names)),
        database: row.map_or(PlainValue::None, |row| row.value.scalar.plain(names)),
    }
}
