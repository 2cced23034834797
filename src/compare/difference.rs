//! Where two runs diverge, and what each key ended as.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::history::KeyState;
use crate::simulate::Simulation;
use crate::strategy::PlainValue;
use crate::view::LogLine;
use crate::vocabulary::CacheId;

/// The differences between two runs.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// Where the runs diverge; `None`: they do not.
    pub parting: Option<Parting>,
    /// Every key of either run, by name.
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

/// The final state of a key in two runs.
#[derive(Clone, Debug, Serialize)]
pub struct KeyEnd {
    pub key: Arc<str>,
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
        let (mine, theirs) = (holdings(one), holdings(other));
        let names: BTreeMap<_, ()> = mine.keys().chain(theirs.keys()).map(|it| (it, ())).collect();
        let none =
            Holdings { state: KeyState::Cold, cache: PlainValue::None, database: PlainValue::None };
        let of = |all: &BTreeMap<Arc<str>, Holdings>, key| all.get(key).unwrap_or(&none).clone();
        let keys = names.into_keys().map(|key| KeyEnd {
            key: key.clone(),
            one: of(&mine, key),
            other: of(&theirs, key),
        });
        Difference { parting: parting(one, other), keys: keys.collect() }
    }
}

impl KeyEnd {
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

fn holdings(run: &Simulation) -> BTreeMap<Arc<str>, Holdings> {
    let (ledger, names) = (run.history().ledger(), run.names());
    let accounts = ledger.keys().iter().filter_map(|&key| Some((key, ledger.key(key)?)));
    let holdings = accounts.map(|(key, account)| {
        let cache = account.caches.iter().find(|(id, _)| *id == CacheId::FIRST);
        let entry = cache.and_then(|(_, cache)| cache.entry);
        let held = Holdings {
            state: cache.map_or(KeyState::Cold, |(_, cache)| cache.state),
            cache: entry.map_or(PlainValue::None, |entry| entry.value.scalar.plain(names)),
            database: account.row.map_or(PlainValue::None, |row| row.value.scalar.plain(names)),
        };
        (names.text(key), held)
    });
    holdings.collect()
}
