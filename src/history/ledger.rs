//! The ledger: every record, entered in the accounts that it touches.
//!
//! Entering a record costs the same at the millionth as at the first: each
//! touches one key, one write and a few totals.

use std::collections::BTreeMap;

use super::key::{EntryNow, KeyLedger, KeyState, RowNow, Version};
use super::metrics::Metrics;
use super::open::{Open, OpenRequests};
use super::record::{Event, Fault, Outcome, Record};
use super::verdict::{Cause, KEPT, ReadVerdict, Violation, ViolationKind};
use super::write::{Ended, Write, Writes};
use crate::identity::{Kind, OpId};
use crate::store::cache::{CacheEffect, Removal};
use crate::store::database::Commit;
use crate::store::paged::Paged;
use crate::store::queue::QueueEffect;
use crate::strategy::value::{Datum, Origin, Scalar, Symbol};
use crate::time::Micros;

/// What is known of a run from its records.
#[derive(Clone, Default)]
pub struct Ledger {
    pub(super) keys: Paged<KeyLedger>,
    /// Keys in the order of first use.
    pub(super) order: Vec<Symbol>,
    pub(super) writes: Writes,
    open: OpenRequests,
    pub(super) metrics: Metrics,
    pub(super) violations: Vec<Violation>,
    /// By strategy, line and message: how often.
    pub(super) errors: BTreeMap<(u16, u32, Symbol), u64>,
    /// The verdict of a read that has just ended: to be recorded.
    judged: Option<Event>,
}

impl Ledger {
    /// What is known of a key.
    pub fn key(&self, key: Symbol) -> Option<&KeyLedger> {
        self.keys.get(key)
    }

    /// Every key that was used, in the order of first use.
    pub fn keys(&self) -> &[Symbol] {
        &self.order
    }

    /// Totals.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Writes whose fate is open.
    pub fn writes(&self) -> &Writes {
        &self.writes
    }

    /// What went wrong, as far as it is kept in full.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// What follows from the record that was entered last.
    pub(super) fn take_judged(&mut self) -> Option<Event> {
        self.judged.take()
    }

    /// Enters a record.
    pub(super) fn see(&mut self, record: &Record) {
        let at_us = record.at_us;
        match record.event {
            Event::Initial { key, value } => self.initial(key, value, at_us),
            Event::Started { op, kind, key, .. } => self.started(op, kind, key, at_us),
            Event::Ended { op, kind, key, client, started_us, outcome } => {
                self.open.end(op);
                match kind {
                    Kind::Read => self.read_ended((op, key, client), started_us, at_us, outcome),
                    _ => self.write_ended(op, key, started_us, at_us, outcome),
                }
            }
            Event::TaskBegan { op, .. } => {
                self.writes.change(op.origin(), |write| write.tasks += 1)
            }
            Event::TaskEnded { op, .. } => {
                let key = self.writes.get(op.origin()).map(|write| write.key);
                self.writes
                    .change(op.origin(), |write| write.tasks = write.tasks.saturating_sub(1));
                self.look_again(key, at_us);
            }
            Event::TimedOut { op, .. } => {
                self.writes.change(op.origin(), |write| write.unknown = true);
            }
            Event::Cache { op, effect } => self.cache(op, effect, at_us),
            Event::LoadBegan { key, .. } => {
                let loads = &mut self.at(key).loads;
                *loads += 1;
                let loads = *loads;
                self.metrics.most_loads_of_one_key = self.metrics.most_loads_of_one_key.max(loads);
            }
            Event::LoadEnded { key, done, .. } => {
                self.metrics.database_reads += u64::from(done);
                let account = self.at(key);
                account.loads = account.loads.saturating_sub(1);
            }
            Event::Committed { commit, .. } => self.committed(commit, at_us),
            Event::NothingToDelete { key, write, .. } => self.arrived(key, write, at_us),
            Event::Queue { queue, effect, .. } => self.queue(queue, effect, at_us),
            Event::Broken { strategy, line, message, .. } => {
                self.metrics.errors += 1;
                *self.errors.entry((strategy, line, message)).or_default() += 1;
            }
            Event::Fault(
                Fault::OutsideWrite { op, key, .. } | Fault::OutsideDelete { op, key },
            ) => {
                let mut write = Write::new(key, at_us);
                write.ended = Some(Ended::Acknowledged { at_us });
                write.outside = true;
                self.writes.begin(op.origin(), write);
            }
            _ => {}
        }
    }

    /// A key's account.
    fn at(&mut self, key: Symbol) -> &mut KeyLedger {
        if !self.keys.contains(key) {
            self.order.push(key);
            self.keys.insert(key, KeyLedger::default());
        }
        self.keys.get_mut(key).expect("it was put there just now")
    }

    fn initial(&mut self, key: Symbol, value: Datum, at_us: Micros) {
        let account = self.at(key);
        account.row = Some(RowNow { value, version: 1, committed_us: at_us });
        account.commit(Version {
            origin: value.origin,
            version: 1,
            none: false,
            committed_us: at_us,
            started_us: at_us,
            acked_us: Some(at_us),
        });
    }

    fn started(&mut self, op: OpId, kind: Kind, key: Symbol, at_us: Micros) {
        self.at(key);
        self.open.begin(op, Open { key, looked_up: false });
        if kind == Kind::Read {
            self.metrics.reads += 1;
        } else {
            self.metrics.writes += 1;
            self.writes.begin(op.origin(), Write::new(key, at_us));
        }
    }

    fn read_ended(
        &mut self,
        (op, key, client): (OpId, Symbol, Symbol),
        started_us: Micros,
        at_us: Micros,
        outcome: Outcome,
    ) {
        let verdict = match outcome {
            Outcome::Returned(value) => {
                self.metrics.read_latency.add(at_us - started_us);
                self.judge(key, value, started_us)
            }
            Outcome::Failed { .. } | Outcome::TimedOut => ReadVerdict::Failed,
        };
        let Outcome::Returned(value) = outcome else {
            self.metrics.failed_reads += 1;
            return;
        };
        self.judged = Some(Event::Judged { op, key, client, value, started_us, verdict });
        let kind = match verdict {
            ReadVerdict::Fresh | ReadVerdict::Failed => return,
            ReadVerdict::Stale { .. } => {
                self.metrics.stale += 1;
                ViolationKind::StaleRead
            }
            ReadVerdict::Dirty => ViolationKind::DirtyRead,
            ReadVerdict::Phantom => ViolationKind::PhantomRead,
        };
        if kind != ViolationKind::StaleRead {
            // whether it is dirty or phantom in the end, its write's fate decides
            self.writes.change(value.origin, |write| write.dirty_reads += 1);
        }
        let cause = self.why(key, value.origin, verdict, op, started_us, at_us);
        self.violation(Violation { kind, key, at_us, op, cause });
    }

    fn judge(&self, key: Symbol, value: Datum, started_us: Micros) -> ReadVerdict {
        use super::key::OnItsWay;
        let on_its_way = self.writes.on_its_way(value.origin);
        match on_its_way.filter(|_| value.origin != Origin::INITIAL) {
            Some(OnItsWay::Alive) => return ReadVerdict::Dirty,
            Some(OnItsWay::Dead) => return ReadVerdict::Phantom,
            None => {}
        }
        match self.keys.get(key).and_then(|account| account.missed(value, started_us)) {
            Some(missed) => ReadVerdict::Stale {
                for_us: started_us - missed.since_us,
                behind: missed.behind,
                newest: missed.newest,
            },
            None => ReadVerdict::Fresh,
        }
    }

    /// The causes of a bad read, as far as the accounts know them.
    fn why(
        &self,
        key: Symbol,
        returned: Origin,
        verdict: ReadVerdict,
        op: OpId,
        started_us: Micros,
        at_us: Micros,
    ) -> Vec<Cause> {
        let account = self.keys.get(key).filter(|_| self.violations.len() < KEPT);
        let Some(account) = account else { return Vec::new() };
        let mut cause = Vec::new();
        if let Some(version) = account.version_of(returned).filter(|_| returned != Origin::INITIAL)
        {
            let Version { version, committed_us, .. } = *version;
            cause.push((
                committed_us,
                Cause::Committed { write: returned, version, at_us: committed_us },
            ));
        }
        if let Some(entry) = account.entry.filter(|entry| entry.value.origin == returned) {
            let (by, at_us) = (entry.by, entry.set_us);
            cause.push((at_us, Cause::Cached { by, write: returned, at_us }));
        }
        match verdict {
            ReadVerdict::Stale { newest, .. } => {
                if let Some(version) = account.version_of(newest) {
                    let Version { version, committed_us, acked_us, .. } = *version;
                    let at_us = committed_us;
                    cause.push((at_us, Cause::Committed { write: newest, version, at_us }));
                    if let Some(at_us) = acked_us {
                        cause.push((at_us, Cause::Acknowledged { write: newest, at_us }));
                    }
                } else if let Some(&(write, _, at_us)) =
                    account.pending.iter().find(|(origin, ..)| *origin == newest)
                {
                    cause.push((at_us, Cause::Acknowledged { write, at_us }));
                    cause.push((at_us, Cause::NeverCommitted { write }));
                }
            }
            _ => cause.push((started_us, Cause::NeverCommitted { write: returned })),
        }
        cause.push((started_us, Cause::Began { op, at_us: started_us }));
        cause.push((at_us, Cause::Returned { op, write: returned, at_us }));
        // stable: what happened at one instant stays in the order of telling
        cause.sort_by_key(|(at_us, _)| *at_us);
        cause.into_iter().map(|(_, cause)| cause).collect()
    }

    fn violation(&mut self, violation: Violation) {
        if self.violations.len() < KEPT {
            self.violations.push(violation);
        }
    }

    fn write_ended(
        &mut self,
        op: OpId,
        key: Symbol,
        started_us: Micros,
        at_us: Micros,
        outcome: Outcome,
    ) {
        let origin = op.origin();
        let acknowledged = matches!(outcome, Outcome::Returned(_));
        if acknowledged {
            self.metrics.acknowledged += 1;
            self.metrics.write_latency.add(at_us - started_us);
            let committed =
                self.writes.get(origin).is_some_and(|write| write.committed_us.is_some());
            let account = self.at(key);
            if committed {
                for version in
                    account.versions.iter_mut().filter(|version| version.origin == origin)
                {
                    version.acked_us = Some(at_us);
                }
            } else {
                account.pending.push((origin, started_us, at_us));
            }
        } else {
            self.metrics.failed_writes += 1;
        }
        let ended = match acknowledged {
            true => Ended::Acknowledged { at_us },
            false => Ended::Failed { at_us },
        };
        let unknown =
            matches!(outcome, Outcome::TimedOut | Outcome::Failed { maybe_applied: true, .. });
        self.writes.change(origin, |write| {
            write.ended = Some(ended);
            write.unknown |= unknown;
        });
        self.look_again(Some(key), at_us);
    }

    fn cache(&mut self, op: OpId, effect: CacheEffect, at_us: Micros) {
        match effect {
            CacheEffect::Hit { key, .. } => {
                if self.first_look(op, key) {
                    self.metrics.hits += 1;
                }
            }
            CacheEffect::Miss { key } => {
                if self.first_look(op, key) {
                    self.metrics.misses += 1;
                }
            }
            CacheEffect::Set { key, value, version, expires_us, gone_us, replaced } => {
                if let Some(replaced) = replaced {
                    self.sum_up(replaced, value.origin);
                    self.writes
                        .change(replaced, |write| write.cached = write.cached.saturating_sub(1));
                }
                self.writes.change(value.origin, |write| write.cached += 1);
                let entry = EntryNow { value, version, set_us: at_us, by: op, expires_us, gone_us };
                self.at(key).entry = Some(entry);
                self.look_again(Some(key), at_us);
            }
            CacheEffect::Retimed { key, expires_us, gone_us } => {
                if let Some(entry) = &mut self.at(key).entry {
                    entry.expires_us = expires_us;
                    entry.gone_us = gone_us;
                }
            }
            CacheEffect::Removed { key, origin, never_read, why } => {
                self.metrics.never_read += u64::from(never_read);
                match why {
                    Removal::Evicted => self.metrics.evictions += 1,
                    Removal::Expired => self.metrics.expirations += 1,
                    Removal::Deleted | Removal::Flushed | Removal::Killed => {}
                }
                self.writes.change(origin, |write| write.cached = write.cached.saturating_sub(1));
                self.at(key).entry = None;
                self.look_again(Some(key), at_us);
            }
            CacheEffect::Refused { .. }
            | CacheEffect::NothingToDelete { .. }
            | CacheEffect::Stale { .. }
            | CacheEffect::Remembered { .. }
            | CacheEffect::Forgotten { .. } => {}
        }
    }

    /// Whether this is the first time that a read looks its key up.
    fn first_look(&mut self, op: OpId, key: Symbol) -> bool {
        let Some(open) = self.open.get_mut(op) else { return false };
        let first = op.kind() == Kind::Read && open.key == key && !open.looked_up;
        open.looked_up |= first;
        first
    }

    /// Where both are increments, the newer value contains the older one.
    fn sum_up(&mut self, older: Origin, newer: Origin) {
        let adds = |origin| OpId::of(origin).kind() == Kind::Increment;
        if adds(older) && adds(newer) {
            self.writes.absorb(older, newer);
        }
    }

    fn committed(&mut self, commit: Commit, at_us: Micros) {
        let Commit { key, value, version, .. } = commit;
        self.metrics.database_writes += 1;
        let origin = value.origin;
        let write = self.writes.get(origin);
        let (started_us, acked_us) =
            write.map_or((at_us, None), |write| (write.started_us, write.acked_us()));
        let ended_us = write.and_then(Write::ended_us);
        // of a write that is settled, only the version that it made is known
        let account = self.at(key);
        let earlier = account.version_of(origin).copied().filter(|_| origin != Origin::INITIAL);
        let started_us = earlier.map_or(started_us, |earlier| earlier.started_us);
        let acked_us = acked_us.or(earlier.and_then(|earlier| earlier.acked_us));
        let before = account.row.and_then(|row| account.version_of(row.value.origin)).copied();
        account.row = Some(RowNow { value, version, committed_us: at_us });
        let none = value.scalar == Scalar::None;
        account.commit(Version {
            origin,
            version,
            none,
            committed_us: at_us,
            started_us,
            acked_us,
        });
        if let Some(before) = before
            && before.origin != origin
            && ended_us.or(acked_us).is_some_and(|ended_us| ended_us <= before.started_us)
        {
            self.metrics.overtaken += 1;
            let write = before.origin;
            let cause = vec![
                Cause::Committed { write, version: before.version, at_us: before.committed_us },
                Cause::Overtook { by: origin, at_us },
            ];
            self.violation(Violation {
                kind: ViolationKind::Overtaken,
                key,
                at_us,
                op: OpId::of(write),
                cause,
            });
        }
        self.arrived(key, origin, at_us);
    }

    /// A write, and with it all that it has absorbed, has come to the database.
    fn arrived(&mut self, key: Symbol, origin: Origin, at_us: Micros) {
        for member in self.writes.family(origin) {
            let open = self.writes.get(member).filter(|write| write.committed_us.is_none());
            if let Some(write) = open {
                // a write from outside is no client's
                self.metrics.committed += u64::from(!write.outside);
                self.writes.change(member, |write| write.committed_us = Some(at_us));
                self.at(key).pending.retain(|(pending, ..)| *pending != member);
            }
        }
        self.look_again(Some(key), at_us);
    }

    fn queue(&mut self, queue: u16, effect: QueueEffect, at_us: Micros) {
        match effect {
            QueueEffect::Pushed { value, .. } => {
                self.metrics.queue(queue, 1);
                self.writes.change(value.origin, |write| write.queued += 1);
            }
            QueueEffect::Merged { absorbed, value, .. } => {
                self.metrics.absorbed += 1;
                self.writes.absorb(absorbed, value.origin);
                self.writes.change(value.origin, |write| write.queued += 1);
                self.writes.change(absorbed, |write| write.queued = write.queued.saturating_sub(1));
            }
            QueueEffect::Acked { key, origin, .. } | QueueEffect::Dropped { key, origin, .. } => {
                self.metrics.queue(queue, -1);
                self.writes.change(origin, |write| write.queued = write.queued.saturating_sub(1));
                self.look_again(Some(key), at_us);
            }
            // set aside, it still is in a queue
            QueueEffect::DeadLettered { .. } => {
                self.metrics.queue(queue, -1);
                self.metrics.dead_letters += 1;
            }
            QueueEffect::Taken { .. }
            | QueueEffect::Retried { .. }
            | QueueEffect::Redelivered { .. } => {}
        }
    }

    /// Compares the two stores anew for a key.
    fn look_again(&mut self, key: Option<Symbol>, at_us: Micros) {
        let Some(account) = key.and_then(|key| self.keys.get_mut(key)) else { return };
        let way = account.entry.and_then(|entry| self.writes.on_its_way(entry.value.origin));
        let state = account.compare(way);
        if state != account.state {
            if account.state == KeyState::Stale {
                self.metrics.was_stale(at_us - account.since_us);
            }
            account.state = state;
            account.since_us = at_us;
        }
    }
}
