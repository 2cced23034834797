//! One key: what each store holds of it, and what its clients were told.

mod versions;

use std::collections::VecDeque;

use super::latest::{self, Latest};
use super::order::{MADE_UP, Made, Moment, NOTHING};
use super::register::{Observed, Register};
use super::same::is_same;
use super::session::Sessions;
use super::span::Spans;
use super::state::{Back, KeyState};
use super::write::{OnItsWay, Writes};
use crate::event::Cause;
use crate::identity::{Kind, OpId};
use crate::store::by_cache::ByCache;
use crate::strategy::value::{Datum, Names, Origin, Scalar, Symbol};
use crate::time::Micros;
use crate::vocabulary::CacheId;

/// The part of a key's account that concerns one cache.
#[derive(Clone, Debug, Default)]
pub struct CacheAccount {
    pub entry: Option<EntryNow>,
    pub state: KeyState,
    /// When it entered its present state.
    pub since_us: Micros,
    /// The last event that changed the key in this cache.
    pub touched: Option<Cause>,
    /// The last failed call to this cache about the key.
    pub trouble: Option<Box<Cause>>,
    /// What of the entry's past is remembered nowhere else.
    pub(super) outlived: Option<Box<Outlived>>,
    /// Its states over time.
    pub spans: Spans,
}

impl CacheAccount {
    /// An account that keeps this many of its spans, or all.
    pub(super) fn new(keep_spans: Option<u32>) -> CacheAccount {
        CacheAccount { spans: Spans::new(keep_spans), ..CacheAccount::default() }
    }
}

/// What an entry outlived: versions that were forgotten while it was there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Outlived {
    /// The version that it holds.
    made: Option<Version>,
    /// The first acknowledged write that it misses.
    missed: Option<Moment>,
}

/// The entry that a cache holds of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EntryNow {
    pub value: Datum,
    pub version: Option<i64>,
    pub set_us: Micros,
    /// The operation that set it; nobody: a background task set it, or it was there at the start.
    pub by: OpId,
    pub expires_us: Option<Micros>,
    /// The end of its grace.
    pub gone_us: Option<Micros>,
    /// How often it was read.
    pub reads: u32,
    /// The read of the database that its value came from, if the same operation made it.
    pub load: Option<RowRead>,
    /// The last event that changed the key in this cache before the entry was set.
    pub before: Option<Cause>,
    /// How it was restored, if it was.
    pub(super) back: Back,
    /// Nobody has written its value, at least not to this key.
    pub(super) made_up: bool,
    /// As `made_up`, and it was set while there was no row: it is a strategy's own mark for a
    /// missing row, or an entry under a key of the strategy's own.
    pub(super) mark: bool,
}

impl EntryNow {
    /// An entry that is set at `set_us`.
    pub fn new(value: Datum, set_us: Micros, by: OpId) -> EntryNow {
        EntryNow {
            value,
            version: None,
            set_us,
            by,
            expires_us: None,
            gone_us: None,
            reads: 0,
            load: None,
            before: None,
            back: Back::No,
            made_up: false,
            mark: false,
        }
    }

    /// When it ends by itself: the end of its TTL and of its grace.
    pub fn until_us(&self) -> Option<Micros> {
        self.gone_us.or(self.expires_us)
    }
}

/// What a scenario declares about the keys of a prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Declared {
    /// Their values are derived from other rows.
    pub derived: bool,
    /// A cache is their source of truth; they are not copies.
    pub in_cache: bool,
    /// Which cache that is, if not the first; of the app servers' own, the first stands for all.
    pub kept_in: Option<CacheId>,
}

/// A read of a row, at the database or at its replica.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RowRead {
    pub by: OpId,
    pub origin: Origin,
    /// When it read the row.
    pub at_us: Micros,
    pub replica: bool,
}

/// What the database holds of a key; a deleted row is a value of `None`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RowNow {
    pub value: Datum,
    pub version: i64,
    pub committed_us: Micros,
}

/// A committed version; kept while a read may still return it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Version {
    pub origin: Origin,
    /// The write whose value it is: another one if the row's value was read and written back.
    pub content: Origin,
    pub version: i64,
    /// The row's value; `None`: it was deleted.
    pub scalar: Scalar,
    /// It bypassed the application.
    pub outside: bool,
    pub committed_us: Micros,
    /// When its client asked for it.
    pub started: Moment,
    /// When its client learned that it is done; `None`: not yet.
    pub acked: Option<Moment>,
}

impl Version {
    /// What orders it among the writes of its key.
    pub fn made(&self) -> Made {
        let Version { origin, version, started, acked, .. } = *self;
        Made { origin, started, acked, version: Some(version) }
    }
}

impl latest::Made for Version {
    fn origin(&self) -> Origin {
        self.origin
    }
}

/// A write that reached the database inside a newer one.
#[derive(Clone, Copy, Debug)]
struct Absorbed {
    made: Made,
    /// When it did.
    at_us: Micros,
}

impl latest::Made for Absorbed {
    fn origin(&self) -> Origin {
        self.made.origin
    }
}

/// How many of a key's acknowledged writes that are not yet in the database, and how many of its
/// loads, are remembered.
const PENDING: usize = 256;
const LOADS: usize = 16;

/// A write older than all that are remembered.
const UNKNOWN: Made = Made {
    origin: Origin::INITIAL,
    started: Moment { seq: 0, at_us: 0 },
    acked: Some(Moment { seq: 0, at_us: 0 }),
    version: None,
};

/// Everything that is known of one key.
#[derive(Clone, Debug, Default)]
pub struct KeyLedger {
    /// The account of each cache that has ever held the key.
    pub caches: ByCache<CacheAccount>,
    pub row: Option<RowNow>,
    /// The row's value at the start; never forgotten.
    pub(super) initial: Option<Version>,
    /// Whether clients ask for it.
    pub(super) is_asked_for: bool,
    /// What the scenario declares about its prefix.
    pub(super) declared: Declared,
    /// Entries under other keys that were derived from its row.
    pub(super) copies: Vec<Symbol>,
    /// The latest versions, oldest first.
    versions: Latest<Version>,
    /// When the latest of all versions was requested.
    latest_started: u64,
    /// Whether some version had a lower number than the one before it.
    is_disordered: bool,
    /// Whether some version was written back.
    has_restored: bool,
    /// The latest acknowledged writes that the database does not hold.
    pending: VecDeque<Made>,
    /// The latest writes that reached the database inside a newer one.
    absorbed: Latest<Absorbed>,
    /// The latest reads of the row.
    seen: VecDeque<RowRead>,
    /// Loads of the row now in progress at the database.
    pub loads: u32,
    /// The last statement that should have written the row and got no answer.
    pub(super) unanswered: Option<Cause>,
    pub(super) sessions: Sessions,
    pub(super) register: Register,
    /// The operations on it, as its clients saw them.
    pub(super) operations: Observed,
}

/// The acknowledged writes that a read missed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Missed {
    /// The write that was acknowledged first.
    pub first: Origin,
    /// When it was acknowledged.
    pub since_us: Micros,
    /// The number of versions in between, at least.
    pub behind: u32,
}

impl KeyLedger {
    /// Adds a committed version.
    pub fn commit(&mut self, version: Version) {
        self.latest_started = self.latest_started.max(version.started.seq);
        self.has_restored |= version.content != version.origin;
        self.is_disordered |= self.latest().is_some_and(|last| version.version < last.version);
        if let Some(forgotten) = self.versions.push(version) {
            for CacheAccount { entry, outlived, .. } in self.caches.values_mut() {
                let Some(entry) = entry else { continue };
                let newer = |made: Version| forgotten.made().is_newer_than(&made.made());
                if entry.value.origin == forgotten.content {
                    outlived.get_or_insert_default().made = Some(forgotten);
                } else if let Some(outlived) = outlived
                    && outlived.made.is_some_and(newer)
                {
                    // versions are forgotten in their order: the first one stays
                    outlived.missed = outlived.missed.or(forgotten.acked);
                }
            }
        }
    }

    /// Notes that a committed write is acknowledged.
    pub fn acknowledge(&mut self, origin: Origin, at: Moment) {
        self.versions.change(origin, |version| version.acked = Some(at));
        self.absorbed.change(origin, |absorbed| absorbed.made.acked = Some(at));
    }

    /// Notes an acknowledged write that the database does not hold yet.
    pub fn await_commit(&mut self, write: Made) {
        if self.pending.len() >= PENDING {
            self.pending.pop_front();
        }
        self.pending.push_back(write);
    }

    /// Notes that the database holds a write.
    pub fn has_come(&mut self, origin: Origin) {
        if let Some(at) = self.pending.iter().position(|write| write.origin == origin) {
            self.pending.remove(at);
        }
    }

    /// Notes that a write has reached the database inside a newer one.
    pub fn absorb(&mut self, made: Made, at_us: Micros) {
        self.absorbed.push(Absorbed { made, at_us });
    }

    /// Notes a read of the row.
    pub fn load(&mut self, load: RowRead) {
        if self.seen.len() >= LOADS {
            self.seen.pop_front();
        }
        self.seen.push_back(load);
    }

    /// The latest read of the row by an operation that saw this value.
    pub fn load_of(&self, by: OpId, origin: Origin) -> Option<RowRead> {
        self.seen.iter().rev().find(|load| load.by == by && load.origin == origin).copied()
    }

    /// The latest read of the row by an operation, not at a replica.
    pub fn last_load(&self, by: OpId) -> Option<RowRead> {
        self.seen.iter().rev().find(|load| load.by == by && !load.replica).copied()
    }

    /// Whether the key has or had a row, or clients ask for it; otherwise it is a strategy's own
    /// name for an entry.
    pub fn is_of_clients(&self) -> bool {
        self.is_asked_for || self.row.is_some() || !self.versions.is_empty()
    }

    /// The newest version that a client cannot tell from this value.
    pub fn looks_like(&self, value: Datum, names: &Names) -> Option<&Version> {
        let known = self.versions.iter().rev().chain(&self.initial);
        known.into_iter().find(|version| is_same(version.scalar, value.scalar, names))
    }

    /// Whether the database has ever held this value of the key; `None`: nothing is known of the
    /// write that made it.
    ///
    /// A strategy may return or store anything, so a value with a write's mark is not necessarily
    /// that write's value.
    pub fn has_held(&self, value: Datum, names: &Names) -> Option<bool> {
        let same = |scalar| is_same(scalar, value.scalar, names);
        if value.origin == Origin::INITIAL {
            return Some(self.initial.is_some_and(|initial| same(initial.scalar)));
        }
        let entries = self.outlived().filter_map(|(_, outlived)| outlived.made.as_ref());
        let entries = entries.filter(|version| version.origin == value.origin);
        let written_back = self.version_with(value.origin);
        let known = self.versions.all_of(value.origin).chain(written_back);
        let mut known = known.chain(entries).peekable();
        known.peek()?;
        Some(known.any(|version| same(version.scalar)))
    }

    /// Whether there is no row.
    pub fn is_gone(&self) -> bool {
        self.row.is_none_or(|row| row.value.is_none())
    }

    /// What orders a value's write among those of the key named `key`; of a value that was written
    /// back, the write that did so.
    pub fn made(&self, key: Symbol, value: Datum, writes: &Writes, names: &Names) -> Made {
        // mostly it is what its write last made of the row
        if let Some(version) = self.version_with(value.origin)
            && value.origin != Origin::INITIAL
            && is_same(version.scalar, value.scalar, names)
        {
            return version.made();
        }
        match self.has_held(value, names) {
            Some(true) => self.made_with(value.origin, writes),
            None if writes.is_of(value.origin, key) => self.made_with(value.origin, writes),
            _ => Made { origin: MADE_UP, ..UNKNOWN },
        }
    }

    /// The absence of a value before the first write.
    pub fn nothing_before(&self) -> Made {
        let version = self.initial.is_none().then_some(0);
        Made { version, ..Made::of_nothing() }
    }

    /// What a client may have seen that got no value: the newest deletion that has begun, wherever
    /// it is, or the state before the first write. An absence is like any other, so its origin does
    /// not matter.
    ///
    /// Of several, the one that best explains a read that began at `began`.
    pub fn nothing(&self, key: Symbol, writes: &Writes, began: Moment) -> Made {
        let is_deletion = |made: &Made| OpId::of(made.origin).kind() == Kind::Delete;
        let committed = self.versions.iter().filter(|version| version.scalar == Scalar::None);
        let committed = committed.map(Version::made);
        let absorbed = self.absorbed.iter().map(|absorbed| absorbed.made);
        let elsewhere = self.pending.iter().copied().chain(absorbed).filter(is_deletion);
        let open = writes.deletion_of(key);
        let before = self.nothing_before();
        let newest = committed.clone().chain(elsewhere.clone()).chain(open);
        let newest = newest.fold(before, |best, each| match best.is_newer_than(&each) {
            true => best,
            false => each,
        });
        if self.missed(&newest, began).is_none() {
            return newest;
        }
        let mut others = committed.chain(elsewhere).chain(open).chain([before]);
        others.find(|made| self.missed(made, began).is_none()).unwrap_or(newest)
    }

    /// What orders a write among those of the key.
    pub fn made_of(&self, origin: Origin, writes: &Writes) -> Made {
        let mut entries = self.outlived().filter_map(|(_, outlived)| outlived.made.as_ref());
        let entry = || entries.find(|made| made.origin == origin);
        let initial = || self.initial.as_ref().filter(|_| origin == Origin::INITIAL);
        let known = self.version_of(origin).or_else(entry).or_else(initial).map(Version::made);
        known
            .or_else(|| self.came_inside(origin))
            .or_else(|| writes.get(origin).map(|write| write.made(origin)))
            .unwrap_or(Made { origin, ..UNKNOWN })
    }

    /// What orders the value of a write: as the newest version that holds it.
    pub fn made_with(&self, origin: Origin, writes: &Writes) -> Made {
        let held = self.version_with(origin).map(Version::made);
        held.unwrap_or_else(|| self.made_of(origin, writes))
    }

    /// The writes whose value a client cannot tell from this one's, and the state before the first
    /// write, as far as they are remembered.
    pub fn alike(&self, made: &Made, writes: &Writes, names: &Names) -> Vec<Made> {
        let version = self.version_of(made.origin).or(self.initial.as_ref());
        let version = version.filter(|version| version.origin == made.origin);
        let value = match version.map(|version| version.scalar) {
            None if made.origin == NOTHING => Some(Scalar::None),
            value => value.or_else(|| self.operations.value_of(made.origin)),
        };
        let Some(value) = value else { return vec![*made] };
        let same = |other: Scalar| is_same(other, value, names);
        let committed = self.versions.iter().chain(&self.initial);
        let committed = committed.filter(|version| same(version.scalar)).map(Version::made);
        let wrote = self.operations.writes().filter(|(_, value)| same(*value));
        let wrote = wrote.map(|(origin, _)| self.made_of(origin, writes)).filter(Made::is_known);
        let is_before = value == Scalar::None && self.initial.is_none();
        let before = is_before.then(|| self.nothing_before());
        committed.chain(wrote).chain(before).chain([*made]).collect()
    }

    /// The newer writes that had been acknowledged when a read began at `began`, and that its
    /// returned value misses.
    pub fn missed(&self, returned: &Made, began: Moment) -> Option<Missed> {
        let last = self.latest();
        // one write may make a version of its own and write an older one back
        let is_it = |version: &Version| {
            version.origin == returned.origin
                && (!self.has_restored || returned.version == Some(version.version))
        };
        let is_last = last.is_some_and(is_it);
        if is_last && returned.started.seq >= self.latest_started && self.pending.is_empty() {
            return None;
        }
        let mut missed: Option<Missed> = None;
        let mut count = 0;
        let (versions, absorbed) = self.maybe_newer(returned);
        let versions = versions.filter(|version| !is_it(version)).map(Version::made);
        let absorbed = absorbed.map(|absorbed| absorbed.made);
        let others = self.pending.iter().copied().chain(absorbed);
        let others = others.filter(|newer| newer.origin != returned.origin);
        for newer in versions.chain(others) {
            let Some(acked) = newer.acked.filter(|acked| acked.seq < began.seq) else { continue };
            if !newer.is_newer_than(returned) {
                continue;
            }
            count += 1;
            let found = missed.get_or_insert(Missed {
                first: newer.origin,
                since_us: acked.at_us,
                behind: 0,
            });
            if acked.at_us < found.since_us {
                (found.first, found.since_us) = (newer.origin, acked.at_us);
            }
            let between = newer.version.zip(returned.version).map_or(0, |(new, old)| new - old);
            found.behind = found.behind.max(count).max(u32::try_from(between).unwrap_or(0));
        }
        let mut own = self.outlived().filter(|(entry, _)| entry.value.origin == returned.origin);
        if let Some(missed) = &mut missed
            && let Some(first) = own.find_map(|(_, outlived)| outlived.missed)
        {
            missed.since_us = missed.since_us.min(first.at_us);
        }
        missed
    }

    /// When a write was requested (by the number of that record) that no version is newer than:
    /// another write is not newer either unless it was requested later. `None`: not known.
    pub fn newest_started(&self, made: &Made) -> Option<u64> {
        let last = self.latest().filter(|last| last.origin == made.origin)?;
        let is_newest = !self.is_disordered
            && made.version == Some(last.version)
            && made.started.seq >= self.latest_started
            && made.acked.is_none_or(|acked| acked.seq >= made.started.seq);
        is_newest.then_some(made.started.seq)
    }

    /// The versions, and the writes inside them, that include every write newer than this one: all
    /// except those that had reached the database before it was acknowledged and have no higher
    /// version.
    fn maybe_newer(
        &self,
        made: &Made,
    ) -> (impl Iterator<Item = &Version>, impl Iterator<Item = &Absorbed>) {
        let is_older = |version: Option<i64>, at_us: Micros| {
            !self.is_disordered
                && made.acked.is_none_or(|acked| at_us < acked.at_us)
                && made.version.is_none_or(|own| version.is_none_or(|version| version <= own))
        };
        let versions =
            self.versions.partition_point(|each| is_older(Some(each.version), each.committed_us));
        let absorbed =
            self.absorbed.partition_point(|each| is_older(each.made.version, each.at_us));
        (self.versions.since(versions), self.absorbed.since(absorbed))
    }

    /// The present entry of each cache.
    pub fn entries(&self) -> impl Iterator<Item = &EntryNow> {
        self.caches.values().filter_map(|cache| cache.entry.as_ref())
    }

    /// The present entries that have outlived versions.
    fn outlived(&self) -> impl Iterator<Item = (&EntryNow, &Outlived)> {
        self.caches.values().filter_map(|cache| cache.entry.as_ref().zip(cache.outlived.as_deref()))
    }

    /// The state of a cache's entry against the database's row, of the key named `key`.
    pub fn compare(&self, cache: CacheId, key: Symbol, writes: &Writes, names: &Names) -> KeyState {
        let Some(entry) = &self.caches[cache].entry else { return KeyState::Cold };
        let Datum { scalar, origin, .. } = entry.value;
        let row = self.row.map(|row| row.value);
        if row.is_some_and(|row| {
            row.origin == origin && (row.is_none() || is_same(row.scalar, scalar, names))
        }) {
            return KeyState::InSync;
        }
        let has_held = self.has_held(entry.value, names);
        if has_held == Some(true) {
            return KeyState::Stale;
        }
        match (has_held, writes.on_its_way(key, origin)) {
            (_, Some(OnItsWay::Alive)) => KeyState::Ahead,
            (_, Some(OnItsWay::Dead)) => KeyState::Phantom,
            (_, None) if entry.mark && self.is_gone() => KeyState::InSync,
            (_, None) if entry.mark => KeyState::Stale,
            (None, None) if writes.is_of(origin, key) => KeyState::Stale,
            (_, None) => KeyState::Phantom,
        }
    }

    /// The memory that the account takes, in bytes.
    pub fn bytes(&self) -> u64 {
        let spans: u64 = self.caches.iter().map(|(_, cache)| cache.spans.bytes()).sum();
        let writes = self.pending.capacity() * size_of::<Made>();
        let loads = self.seen.capacity() * size_of::<RowRead>();
        let lists = self.versions.bytes() + self.absorbed.bytes() + self.sessions.bytes();
        let register = self.register.bytes() + self.operations.bytes();
        (size_of::<KeyLedger>() + writes + loads) as u64 + spans + lists + register
    }
}
