//! Writes: what happens to each.

use super::updates::FAR;
use super::*;
use crate::event::{Saying, Verb};
use crate::history::order::Made;
use crate::history::register::Edge;
use crate::history::session::Lesson;
use crate::history::violation::Broken;
use crate::store::database::Commit;
use crate::strategy::value::Scalar;
use crate::vocabulary::Store;

impl Ledger {
    pub(super) fn write_ended(
        &mut self,
        (op, key, client): (OpId, Symbol, Symbol),
        open: Option<&Open>,
        took_us: Micros,
        outcome: RequestEnd,
    ) {
        let now = self.now;
        let origin = op.origin();
        let acknowledged = matches!(outcome, RequestEnd::Returned(_));
        let unknown = matches!(
            outcome,
            RequestEnd::TimedOut | RequestEnd::Failed { maybe_applied: true, .. }
        );
        if acknowledged {
            self.count(|counts| counts.acknowledged += 1);
            self.metrics.write_latency.add(took_us);
            self.series.at(now.at_us).write_took(took_us);
        } else {
            self.count(|counts| {
                counts.failed_writes += 1;
                counts.unknown_writes += u64::from(unknown);
            });
        }
        let ended = match acknowledged {
            true => Ended::Acknowledged(now),
            false => Ended::Failed(now),
        };
        self.change(origin, |write| {
            write.ended = Some(ended);
            write.unknown |= unknown;
            if !acknowledged {
                let_go(write, Happening::NotAcknowledged { write: origin }.at(now.at_us));
            }
        });
        if acknowledged
            && !self.blind
            && let Some(open) = open
        {
            self.acknowledged((op, key, client), open.began);
        }
        self.look_again(
            key,
            match acknowledged {
                true => Happening::Acknowledged { write: origin },
                false => Happening::NotAcknowledged { write: origin },
            },
        );
        self.count_losses();
    }

    fn acknowledged(&mut self, (op, key, client): (OpId, Symbol, Symbol), began: Moment) {
        let now = self.now;
        let origin = op.origin();
        // of a write that is settled, the version that it made is known
        let waits = self.writes.get(origin).filter(|write| write.committed_us.is_none());
        let waits = waits.map(|write| write.made(origin));
        let account = self.at(key);
        match waits {
            Some(write) => account.await_commit(write),
            None => account.acknowledge(origin, now),
        }
        self.wrote((origin, key, client));
        let account = self.at(key);
        let (start, end) = (Edge { op, at: began }, Edge { op, at: now });
        account.operations.end(op, now.seq);
        let contradiction = account.register.note(origin, start, end);
        if let Some(clusters) = self.without_order(key, contradiction) {
            self.count(|counts| counts.not_linearizable += 1);
            let broken = Broken { linearizability: true, ..Broken::default() };
            let cause = self.no_order(key, clusters);
            let kind = ViolationKind::NotLinearizable;
            let about = Violation::of_write(kind, key, now.at_us, origin, cause);
            self.violation(Violation { broken, op, ..about });
        }
    }

    /// An outside write takes effect as it begins: no client has to be told.
    pub(super) fn took_effect(&mut self, key: Symbol, op: OpId, value: Scalar) {
        let seq = self.now.seq;
        self.at(key).operations.add(op, seq, Some(seq), value);
        let edge = Edge { op, at: self.now };
        // it began after all that has ended: it contradicts nothing
        self.at(key).register.note(op.origin(), edge, edge);
    }

    /// A client learns that its write is done.
    fn wrote(&mut self, (origin, key, client): (Origin, Symbol, Symbol)) {
        let at = self.now;
        let oldest = self.open.first_began().map_or(at.seq, |began| began.seq);
        let Some(account) = self.keys.get_mut(key) else { return };
        let mut sessions = std::mem::take(&mut account.sessions);
        let place = |origin| account.made_of(origin, &self.writes);
        let lesson = Lesson { origin, made: place(origin), op: OpId::of(origin), at };
        sessions.of(client).wrote.learn(lesson, oldest, place);
        account.sessions = sessions;
    }

    /// A row was there at the start.
    pub(super) fn initial(&mut self, key: Symbol, value: Datum) {
        let now = self.now;
        let account = self.at(key);
        account.row = Some(RowNow { value, version: 1, committed_us: now.at_us });
        let version = Version {
            origin: value.origin,
            content: value.origin,
            version: 1,
            scalar: value.scalar,
            outside: false,
            committed_us: now.at_us,
            started: now,
            acked: Some(now),
        };
        account.initial = Some(version);
        account.commit(version);
    }

    pub(super) fn committed(&mut self, op: OpId, commit: Commit) {
        let Commit { key, value, version, added, .. } = commit;
        self.count(|counts| counts.database_writes += 1);
        let committed_us = self.now.at_us;
        self.at(key).row = Some(RowNow { value, version, committed_us });
        let origin = if self.writes_back(op, &commit) { op.origin() } else { value.origin };
        self.came((key, origin), value, version, added);
    }

    /// Whether a request writes a value of the row again that another write made: the version is
    /// the request's, and the value is as new as that.
    fn writes_back(&self, op: OpId, commit: &Commit) -> bool {
        let Commit { key, value, added, .. } = *commit;
        let made_by_other = !value.is_none() && value.origin != op.origin() && !added;
        let was_there = |account: &KeyLedger| account.has_held(value, &self.names) == Some(true);
        op != OpId::NOBODY
            && made_by_other
            && (op.kind().writes() && value.origin != Origin::INITIAL || commit.is_written_back())
            && self.keys.get(key).is_some_and(was_there)
    }

    /// A value has reached the source of truth, as a version that the write `origin` made.
    pub(super) fn came(
        &mut self,
        (key, origin): (Symbol, Origin),
        value: Datum,
        version: i64,
        added: bool,
    ) {
        let now = self.now;
        let content = value.origin;
        let write = self.writes.get(origin);
        let began = || self.open.get(OpId::of(origin)).map_or(now, |open| open.began);
        let (started, acked) =
            write.map_or_else(|| (began(), None), |write| (write.started, write.acked()));
        let outside = write.is_some_and(|write| write.outside);
        let ended = write.and_then(Write::ended_at);
        let account = self.at(key);
        // of a write that is settled, only the version that it made or came inside is known
        let earlier = account.came_before(origin).filter(|_| origin != Origin::INITIAL);
        let started = earlier.map_or(started, |earlier| earlier.started);
        // a sum that is added to once more, late, is older than none that it contains
        let acked = match earlier {
            Some(_) if added => None,
            earlier => acked.or(earlier.and_then(|earlier| earlier.acked)),
        };
        let before = account.latest().copied();
        let committed_us = now.at_us;
        let scalar = value.scalar;
        account.commit(Version {
            origin,
            content,
            version,
            scalar,
            outside,
            committed_us,
            started,
            acked,
        });
        if content != origin {
            account.operations.comes_to(OpId::of(origin), scalar);
        }
        if let Some(before) = before
            && before.origin != origin
            && !added
            && ended.or(acked).is_some_and(|ended| ended.seq < before.started.seq)
        {
            self.count(|counts| counts.overtaken += 1);
            let cause = self.why_overtaken(origin, &before);
            let (kind, write) = (ViolationKind::Overtaken, before.origin);
            self.violation(Violation::of_write(kind, key, now.at_us, write, cause));
        }
        self.compare_with_lineage((key, origin), value, before.as_ref());
        self.arrived(
            key,
            origin,
            match outside {
                true => Happening::CommittedOutside { write: origin, version },
                false => Happening::Committed { write: origin, version },
            },
        );
    }

    /// A deletion found no row, which is what it asked for. It makes no version, but a read that
    /// finds no row from now on has seen it.
    pub(super) fn deleted_nothing(&mut self, key: Symbol, origin: Origin) {
        let write = self.writes.get(origin).map(|write| (write.started, write.acked()));
        if let Some((started, acked)) = write {
            let committed_us = self.now.at_us;
            let account = self.at(key);
            let version = account.row.map_or(0, |row| row.version);
            let (scalar, outside) = (Scalar::None, false);
            // a second try finds what the first has done
            if account.version_of(origin).is_none() {
                account.commit(Version {
                    origin,
                    content: origin,
                    version,
                    scalar,
                    outside,
                    committed_us,
                    started,
                    acked,
                });
            }
        }
        self.arrived(key, origin, Happening::Committed { write: origin, version: 0 });
    }

    /// A write has reached the database, with everything that it has absorbed.
    pub(super) fn arrived(&mut self, key: Symbol, origin: Origin, why: Happening) {
        if self.writes.get(origin).is_some_and(|write| write.key != key) {
            // its value is there now, as another key's
            return self.look_again(key, why);
        }
        self.is_there(key, origin, true);
        self.look_again(key, why);
        self.count_losses();
    }

    /// The database has a write, with everything that it has absorbed: by itself, or made up for by
    /// the newer one that is there.
    fn is_there(&mut self, key: Symbol, origin: Origin, by_itself: bool) {
        let at_us = self.now.at_us;
        let Ledger { writes, metrics, series, keys, .. } = self;
        let step = series.at(at_us);
        let mut account = keys.get_mut(key);
        writes.commit(origin, at_us, |member, write| {
            // a write from outside is no client's
            let ours = u64::from(!write.outside);
            metrics.counts.committed += ours;
            step.counts.committed += ours;
            if let Some(acked) = write.acked().filter(|_| by_itself && !write.outside) {
                let lag_us = at_us - acked.at_us;
                metrics.flush_lag.add(lag_us);
                step.flush_lag_us = step.flush_lag_us.max(Some(lag_us));
            }
            let Some(account) = &mut account else { return };
            account.has_come(member);
            if member != origin || !by_itself {
                let version = account.latest().map(|latest| latest.version);
                account.absorb(Made { version, ..write.made(member) }, at_us);
            }
        });
    }

    /// Whether the database already has what a client has written in the place of this write: a
    /// write that had not been acknowledged when this one began, and that was not made from the
    /// row. Nobody can tell then whether this one comes before it, or not at all.
    pub(super) fn comes_too_late(&self, key: Symbol, origin: Origin) -> bool {
        let replaces =
            |origin: Origin| matches!(OpId::of(origin).kind(), Kind::Write | Kind::Delete);
        let write = self.writes.get(origin).filter(|write| write.key == key);
        let row = self.keys.get(key).and_then(|account| Some((account.row?, account.latest()?)));
        let Some((write, (row, latest))) = write.zip(row) else { return false };
        replaces(origin)
            && replaces(latest.origin)
            && latest.origin != Origin::INITIAL
            && latest.origin != origin
            && latest.acked.is_none_or(|acked| acked.seq > write.started.seq)
            && !self.names.lineages().is_made_from(row.value, key, FAR)
    }

    /// Notes a failed call for the write that it carries, and for the key's entry.
    pub(super) fn call_failed(
        &mut self,
        op: OpId,
        write: Origin,
        what: Saying,
        trouble: Happening,
    ) {
        let trouble = trouble.at(self.now.at_us);
        self.change(write, |write| write.trouble = Some(trouble));
        if let Verb::Store { command, .. } = what.verb {
            if command.answers()
                && let Some(open) = self.open.get_mut(op)
            {
                let of = |cause: Cause| what.key.map_or(cause, |key| cause.of(key, open.key));
                open.failure = Some(of(trouble));
            }
            let failed = matches!(trouble.what, Happening::CallFailed { .. });
            if let (Store::Database, true, Some(key)) =
                (command.store(), command.writes() && !failed, what.key)
            {
                self.at(key).unanswered = Some(trouble);
            }
            let brings = command.writes() && what.key.is_some();
            if command.store() == Store::Database && brings && failed {
                self.served(write);
            }
        }
        if let (Some(key), Verb::Store { command, nth }) = (what.key, what.verb)
            && command.store() == Store::Cache
            && command.writes()
            && (op != OpId::NOBODY || self.keys.contains(key))
        {
            self.in_cache(key, CacheId(nth)).trouble = Some(Box::new(trouble));
        }
    }

    pub(super) fn task_ended(&mut self, op: OpId, task: Stamp) {
        let write = op.origin();
        let at_us = self.now.at_us;
        let without_task = |write: &mut Write, what: Happening| {
            write.tasks = write.tasks.saturating_sub(1);
            let_go(write, what.at(at_us));
        };
        let key = self.writes.get(write).map(|write| write.key);
        if let Some(key) = key {
            self.change(write, |each| without_task(each, Happening::TaskEnded { write }));
            self.look_again(key, Happening::TaskEnded { write });
        }
        let dropped = match self.adrift.is_empty() {
            true => None,
            false => self.adrift.remove(&task),
        };
        for Adrift { origin: write, is_late } in dropped.into_iter().flatten() {
            let key = self.writes.get(write).map(|write| write.key);
            if let Some(key) = key.filter(|_| is_late) {
                // as one that a queue has joined to a newer one
                self.is_there(key, write, false);
            }
            self.change(write, |each| without_task(each, Happening::LetGo { write }));
            if let Some(key) = key {
                self.look_again(key, Happening::LetGo { write });
            }
        }
        self.count_losses();
    }

    /// Enters the number of lost writes in the series.
    pub(super) fn count_losses(&mut self) {
        let lost = self.writes.fates().lost;
        self.series.at(self.now.at_us).lost = lost;
    }
}

/// A holder has released a write. That its transaction was rolled back says more.
fn let_go(write: &mut Write, end: Cause) {
    if !write.end.is_some_and(|end| matches!(end.what, Happening::RolledBack { .. })) {
        write.end = Some(end);
    }
}
