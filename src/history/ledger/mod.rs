//! The ledger: enters every record in the accounts that it concerns.
//!
//! Entering a record costs the same at the millionth as at the first: each
//! touches one key, one write and a few totals.

mod copies;
mod link;
mod locks;
mod messages;
mod reads;
mod stale;
mod stores;
mod takers;
mod updates;
mod why;
mod writes;
mod wrong;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::greatest::Greatest;
use super::key::{CacheAccount, Declared, KeyLedger, RowNow, RowRead, Version};
use super::metrics::Metrics;
use super::open::{Open, OpenRequests};
use super::order::Moment;
use super::outage::Outages;
use super::series::Series;
use super::span::StateSpan;
use super::state::{Back, KeyState};
use super::totals::Counts;
use super::violation::{KEPT, Violation, ViolationKind};
use super::write::{Ended, Write, Writes};
use crate::event::{Carried, Cause, Event, Fault, Happening, RequestEnd, Saying, Told, Verb};
use crate::identity::{Kind, OpId, ProcessId, Stamp};
use crate::store::by_cache::ByCache;
use crate::store::cache::CacheEffect;
use crate::store::paged::Paged;
use crate::strategy::route;
use crate::strategy::value::{Datum, Names, Origin, Parent, Scalar, Symbol};
use crate::time::Micros;
use crate::vocabulary::CacheId;
use crate::vocabulary::command::{DatabaseCommand, StoreCommand};

/// What is known of a run from its records.
#[derive(Clone, Default)]
pub struct Ledger {
    names: Names,
    keys: Paged<KeyLedger>,
    /// Keys in the order of first use.
    order: Rc<Vec<Symbol>>,
    writes: Writes,
    open: OpenRequests,
    metrics: Metrics,
    series: Series,
    /// By kind and time, except for lost writes, which may be found again.
    violations: Vec<Rc<Violation>>,
    /// Mistakes of strategies by strategy, line and message, with their counts.
    errors: BTreeMap<(u16, u32, Symbol), u64>,
    /// Writes that a task has taken off a queue for good before they reached the database: only
    /// this task holds them.
    adrift: BTreeMap<Stamp, Vec<Adrift>>,
    /// The latest writes that each queue has set aside.
    aside: BTreeMap<u16, Vec<(Symbol, Origin)>>,
    /// The latest writes whose acknowledgement at a queue was undone.
    came_again: Greatest<Origin, Cause>,
    /// What app servers were not told of.
    unheard: messages::Unheard,
    /// Who takes from which queue.
    takers: takers::Takers,
    /// Who holds which lock.
    locks: locks::Locks,
    /// The latest writes known to be overwritten by values made without them, and those known to be
    /// applied more than once.
    overwritten: BTreeMap<Origin, updates::Overwritten>,
    /// Overwritten writes that are in a later version of their key, with its number.
    back: BTreeMap<(Symbol, Origin), i64>,
    doubled: BTreeSet<Origin>,
    outages: Outages,
    /// What the scenario declares about the keys of each prefix.
    declared: Rc<Vec<(String, Declared)>>,
    /// How entries come back at an instant without being set.
    comes_back: (Micros, Back),
    /// The latest replicas of caches that replaced their primaries, and when.
    took_over: Vec<(CacheId, Micros)>,
    /// The record that is being entered.
    now: Moment,
    /// The most spans kept of a key.
    keep_spans: Option<u32>,
    /// Whether only totals are kept, without verdicts.
    blind: bool,
    /// The verdict of a read that has just ended, to be recorded.
    judged: Option<Event>,
}

/// A write that only a task holds.
#[derive(Clone, Copy)]
struct Adrift {
    origin: Origin,
    /// The database had what makes up for it when it was taken off its queue.
    is_late: bool,
}

/// The most spans kept of a key in a bounded history.
const SPANS: u32 = 1_024;
const FEW_SPANS: u32 = 16;

impl Ledger {
    /// An empty ledger, of a bounded history or not; with verdicts, or only with counts, latencies
    /// and loads.
    pub fn new(bounded: bool, verdicts: bool) -> Ledger {
        let keep_spans = if bounded { FEW_SPANS } else { SPANS };
        Ledger { keep_spans: Some(keep_spans), blind: !verdicts, ..Ledger::default() }
    }

    /// The memory that it takes, in bytes.
    pub fn bytes(&self) -> u64 {
        let keys: u64 = self.keys.iter().map(|(_, account)| account.bytes()).sum();
        keys + self.writes.bytes()
    }

    /// The texts in the records so far.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Takes over new texts.
    #[inline]
    pub(super) fn learn(&mut self, names: &Names) {
        if !self.names.is_as_long_as(names) {
            self.names = names.clone();
        }
    }

    /// The account of a key.
    pub fn key(&self, key: Symbol) -> Option<&KeyLedger> {
        self.keys.get(key)
    }

    /// Every key used, in the order of first use.
    pub fn keys(&self) -> &[Symbol] {
        &self.order
    }

    /// Totals.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Metrics over time.
    pub fn series(&self) -> &Series {
        &self.series
    }

    /// Writes whose fate is open.
    pub fn writes(&self) -> &Writes {
        &self.writes
    }

    /// Mistakes of strategies by strategy, line and message, with their counts.
    pub fn errors(&self) -> &BTreeMap<(u16, u32, Symbol), u64> {
        &self.errors
    }

    /// The event that follows from the last record entered, if any.
    #[inline]
    pub(super) fn take_judged(&mut self) -> Option<Event> {
        // most records are of nothing that is judged: nothing is moved for them
        self.judged.is_some().then(|| self.judged.take())?
    }

    /// Enters a record.
    pub(super) fn see(&mut self, at_us: Micros, event: &Event) {
        self.now = Moment { seq: self.now.seq + 1, at_us };
        match event {
            event if self.blind => {
                if is_counted(event) {
                    self.enter(event);
                }
            }
            // half of all records, from most of which nothing follows
            Event::Arrived { op, what, carries, .. } => self.landed(*op, *what, *carries),
            Event::TaskBegan { op, .. } => self.change(op.origin(), |write| write.tasks += 1),
            event => self.enter(event),
        }
    }

    /// A message has landed.
    #[inline]
    fn landed(&mut self, op: OpId, what: Saying, Told(carried): Carried) {
        if let Some(write) = carried {
            self.change(write, |write| write.in_service += 1);
        }
        self.counts_for(op, what);
    }

    fn enter(&mut self, event: &Event) {
        if let Event::Fault(fault) = *event {
            self.outages.fault(fault, self.now.at_us);
            self.disconnects(fault);
            self.consumers_change(fault);
        }
        match *event {
            Event::Initial { key, value } => self.initial(key, value),
            Event::Started { op, kind, key, value, .. } => self.started(op, kind, key, value),
            Event::Ended { op, kind, key, client, started_us, outcome } => {
                let open = self.open.end(op);
                let took_us = self.now.at_us - started_us;
                let open = open.as_ref();
                self.served_or_failed((op, key), open, started_us, outcome);
                match kind {
                    Kind::Read => self.read_ended((op, key, client), open, took_us, outcome),
                    _ => self.write_ended((op, key, client), open, took_us, outcome),
                }
            }
            Event::TaskEnded { op, task, .. } => self.task_ended(op, task),
            Event::TimedOut { op, what, write, .. } => {
                let trouble = Happening::CallTimedOut { by: op, verb: what.verb };
                self.call_failed(op, write, what, trouble);
                self.change(op.origin(), |write| write.unknown = true);
            }
            Event::Failed { op, what, write, error } => {
                let trouble = Happening::CallFailed { by: op, verb: what.verb, error };
                self.call_failed(op, write, what, trouble);
            }
            Event::Dropped { op, from, to, what, carries: Told(carried), .. } => {
                if let Some(write) = carried {
                    self.served(write);
                }
                self.message_lost(op, (from, to), what);
            }
            Event::NotSwapped { op, key, write } => {
                self.served(write);
                let command = StoreCommand::Database(DatabaseCommand::CompareAndSet);
                let verb = Verb::Store { command, nth: 0 };
                let refused = Happening::Refused { by: op, verb }.at(self.now.at_us);
                self.change(write, |write| write.trouble = Some(refused));
                self.look_again(key, refused.what);
            }
            Event::RolledBack { key, write, .. } => {
                let undone = Happening::RolledBack { write };
                let end = Some(undone.at(self.now.at_us));
                self.change(write, |write| write.end = end);
                self.served(write);
                self.look_again(key, undone);
                self.count_losses();
            }
            Event::Cache { op, cache, effect } => self.cache(op, cache, effect),
            Event::LoadBegan { key, .. } => {
                let loads = &mut self.at(key).loads;
                *loads += 1;
                let loads = *loads;
                self.metrics.loads_of_one_key.see(loads.into(), self.now.at_us);
                let step = self.series.at(self.now.at_us);
                step.most_loads = step.most_loads.max(loads);
            }
            Event::LoadEnded { op, key, seen } => {
                if seen.is_some() {
                    self.count(|counts| counts.database_reads += 1);
                }
                let account = self.at(key);
                account.loads = account.loads.saturating_sub(1);
                if let Some(seen) = seen {
                    let (origin, at_us) = (seen.origin, seen.at_us);
                    account.load(RowRead { by: op, origin, at_us, replica: false });
                    self.row_read(op, key, origin);
                }
            }
            Event::ReplicaRead { op, key, seen, .. } => {
                let (origin, at_us) = (seen.origin, seen.at_us);
                self.at(key).load(RowRead { by: op, origin, at_us, replica: true });
                self.row_read(op, key, origin);
            }
            Event::Joined { op, of, .. } => {
                let cause = Happening::Joined { op, of }.at(self.now.at_us);
                if let Some(open) = self.open.get_mut(op) {
                    open.joined = Some((of, cause));
                }
            }
            Event::Shared { op, of, .. } => {
                let other = self.open.get(of).copied();
                if let Some(open) = self.open.get_mut(op) {
                    open.share(other);
                }
            }
            Event::Retried { op, .. } => {
                if let Some(open) = self.open.get_mut(op) {
                    *open = Open { looked_up: open.looked_up, ..Open::new(open.key, open.began) };
                }
            }
            Event::Committed { op, mut commit } => {
                if commit.value.is_none() {
                    commit.value.origin = self.deleted_for(commit.key, commit.value.origin);
                }
                self.committed(op, commit);
                let carried = Some(commit.value.origin).filter(|it| *it != Origin::INITIAL);
                self.served(carried.unwrap_or(op.origin()));
            }
            Event::NothingToDelete { key, write, .. } => {
                let write = self.deleted_for(key, write);
                self.deleted_nothing(key, write);
                self.served(write);
            }
            Event::Queue { task, queue, effect, .. } => self.queue(task, queue, effect),
            Event::Broken { strategy, line, message, .. } => {
                self.metrics.errors += 1;
                *self.errors.entry((strategy, line, message)).or_default() += 1;
            }
            Event::Fault(Fault::Restart(ProcessId::Cache(_))) => {
                self.comes_back = (self.now.at_us, Back::Snapshot);
            }
            Event::Restored { .. } => self.comes_back = (self.now.at_us, Back::No),
            Event::Fault(Fault::Join(_) | Fault::Leave(_)) => {
                self.comes_back = (self.now.at_us, Back::Asked);
            }
            Event::Fault(Fault::Failover(cache)) => {
                self.took_over.retain(|(other, _)| *other != cache);
                self.took_over.push((cache, self.now.at_us));
            }
            Event::Fault(
                Fault::OutsideWrite { op, key, .. } | Fault::OutsideDelete { op, key, .. },
            ) => {
                let mut write = Write::new(key, self.now);
                write.ended = Some(Ended::Acknowledged(self.now));
                write.outside = true;
                self.writes.begin(op.origin(), write);
                let value = match *event {
                    Event::Fault(Fault::OutsideWrite { value, .. }) => value.scalar,
                    _ => Scalar::None,
                };
                self.took_effect(key, op, value);
            }
            _ => {}
        }
    }

    /// The database has finished a statement that carries this write.
    fn served(&mut self, write: Origin) {
        self.change(write, |write| write.in_service = write.in_service.saturating_sub(1));
    }

    /// The deletion that a statement carries out. A background task's is the one that a queue has
    /// given it, because a call names a key and no write.
    fn deleted_for(&self, key: Symbol, write: Origin) -> Origin {
        let queued = || self.writes.queued_deletion_of(key).unwrap_or(write);
        if write == Origin::INITIAL { queued() } else { write }
    }

    /// Changes what is known of a write, if it belongs to this key.
    fn change_own(&mut self, key: Symbol, origin: Origin, change: impl FnOnce(&mut Write)) {
        if self.writes.get(origin).is_some_and(|write| write.key == key) {
            self.change(origin, change);
        }
    }

    /// A key's account.
    #[inline]
    fn at(&mut self, key: Symbol) -> &mut KeyLedger {
        if !self.keys.contains(key) {
            self.begin_account(key);
        }
        self.keys.get_mut(key).expect("it was put there just now")
    }

    #[cold]
    fn begin_account(&mut self, key: Symbol) {
        Rc::make_mut(&mut self.order).push(key);
        let mut account = KeyLedger::default();
        account.caches = ByCache::new(CacheAccount::new(self.keep_spans), []);
        account.declared = self.declared_of(key);
        self.keys.insert(key, account);
    }

    pub(super) fn declare(&mut self, prefix: &str, declared: Declared) {
        Rc::make_mut(&mut self.declared).push((prefix.to_owned(), declared));
    }

    /// What the scenario declares about the prefix of a key.
    fn declared_of(&self, key: Symbol) -> Declared {
        if self.declared.iter().all(|(_, declared)| *declared == Declared::default()) {
            return Declared::default();
        }
        let prefixes = self.declared.iter().map(|(prefix, _)| prefix.as_str());
        let at = route(&self.names.text(key), prefixes);
        at.map_or(Declared::default(), |at| self.declared[at].1)
    }

    /// The part of a key's account that concerns a cache.
    #[inline]
    fn in_cache(&mut self, key: Symbol, cache: CacheId) -> &mut CacheAccount {
        let keep_spans = self.keep_spans;
        self.at(key).caches.get_or_add(cache, || CacheAccount::new(keep_spans))
    }

    /// Changes what is known of a write.
    fn change(&mut self, origin: Origin, change: impl FnOnce(&mut Write)) {
        self.writes.change(origin, self.now.at_us, change);
    }

    /// A read of a row gave an operation a value.
    fn row_read(&mut self, op: OpId, key: Symbol, origin: Origin) {
        if let Some(open) = self.open.get_mut(op) {
            open.loaded = true;
            open.failure = None;
            open.row = Some(Parent { origin, row: Some(key) });
        }
    }

    fn started(&mut self, op: OpId, kind: Kind, key: Symbol, value: Datum) {
        let began = self.now;
        match kind {
            _ if self.blind => {}
            Kind::Read => {}
            Kind::Write | Kind::Delete => {
                self.at(key).operations.add(op, began.seq, None, value.scalar);
            }
            // what it comes to depends on where it stands
            Kind::Increment => self.at(key).operations.forget(),
        }
        let account = self.at(key);
        if !std::mem::replace(&mut account.is_asked_for, true) && account.entries().next().is_some()
        {
            self.look_again(key, Happening::Began { op, returned: None });
        }
        self.open.begin(op, Open::new(key, began));
        if kind == Kind::Read {
            self.count(|counts| counts.reads += 1);
        } else {
            self.count(|counts| counts.writes += 1);
            if !self.blind {
                self.writes.begin(op.origin(), Write::new(key, began));
            }
        }
    }

    /// Counts a request that has ended: its latency, or the reason of its failure.
    fn served_or_failed(
        &mut self,
        (op, key): (OpId, Symbol),
        open: Option<&Open>,
        started_us: Micros,
        outcome: RequestEnd,
    ) {
        let at_us = self.now.at_us;
        let is_write = op.kind().writes();
        let latencies = match is_write {
            true => &mut self.metrics.all_write_latency,
            false => &mut self.metrics.all_read_latency,
        };
        latencies.add(at_us - started_us);
        let reason = match outcome {
            RequestEnd::Returned(_) => None,
            // of the errors that strategies raise, whatever their texts are
            RequestEnd::Failed { error, .. } => Some(Some(error.without_text())),
            RequestEnd::TimedOut => Some(None),
        };
        if let Some(reason) = reason {
            let failures = self.metrics.failures.iter_mut();
            match failures.into_iter().find(|(known, _)| *known == reason) {
                Some((_, counts)) => counts[usize::from(is_write)] += 1,
                None => {
                    let mut counts = [0; 2];
                    counts[usize::from(is_write)] = 1;
                    self.metrics.failures.push((reason, counts));
                }
            }
        }
        if !self.blind {
            let call = open.and_then(|open| open.failure);
            let call = call.or_else(|| self.writes.get(op.origin())?.trouble);
            self.outages.ended((op, key), started_us, at_us, reason.is_some(), call);
        }
    }

    /// Counts an event now, in the whole run and in its step.
    fn count(&mut self, add: impl Fn(&mut Counts)) {
        add(&mut self.metrics.counts);
        add(&mut self.series.at(self.now.at_us).counts);
    }

    /// Keeps a violation, if there is room.
    fn violation(&mut self, violation: Violation) {
        let count = &mut self.metrics.violations[violation.kind as usize];
        *count += 1;
        if *count <= KEPT as u64 {
            self.violations.push(Rc::new(violation));
        }
    }

    /// Whether a violation of this kind would be kept.
    fn has_room(&self, kind: ViolationKind) -> bool {
        self.metrics.violations[kind as usize] < KEPT as u64
    }

    /// Compares each cache with the database again for a key, because of an event.
    fn look_again(&mut self, key: Symbol, why: Happening) {
        self.compare_again(key, why.at(self.now.at_us));
        let copies = self.keys.get(key).filter(|account| !account.copies.is_empty());
        for copy in copies.map(|account| account.copies.clone()).into_iter().flatten() {
            self.compare_again(copy, why.at(self.now.at_us).of(key, copy));
        }
    }

    fn compare_again(&mut self, key: Symbol, why: Cause) {
        let at_us = self.now.at_us;
        let Some(account) = self.keys.get(key) else { return };
        for id in account.caches.ids() {
            let Some(account) = self.keys.get(key) else { return };
            let state = self.state_of(account, id, key);
            let Some(account) = self.keys.get_mut(key) else { return };
            let cache = &mut account.caches[id];
            if state == cache.state {
                continue;
            }
            let step = self.series.at(at_us);
            if cache.state == KeyState::Stale {
                self.metrics.was_stale(cache.since_us, at_us);
                step.stale_keys = step.stale_keys.saturating_sub(1);
            } else if state == KeyState::Stale {
                step.stale_keys += 1;
            }
            cache.state = state;
            cache.since_us = at_us;
            cache.spans.begin(StateSpan { state, from_us: at_us, why });
        }
    }

    /// What the records say of a cache's value of a key, and of why it differs from the database's;
    /// empty if it does not.
    pub fn why_different(&self, key: Symbol, cache: CacheId) -> Vec<Cause> {
        self.keys.get(key).map(|account| self.difference(key, account, cache)).unwrap_or_default()
    }
}

/// Whether an event counts if there are no verdicts.
fn is_counted(event: &Event) -> bool {
    matches!(
        event,
        Event::Started { .. }
            | Event::Ended { .. }
            | Event::LoadBegan { .. }
            | Event::LoadEnded { .. }
            | Event::ReplicaRead { .. }
            | Event::Retried { .. }
            | Event::Shared { .. }
            | Event::Broken { .. }
            | Event::Queue { .. }
            | Event::Cache { effect: CacheEffect::Hit { .. } | CacheEffect::Miss { .. }, .. }
    )
}
