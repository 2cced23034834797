//! Reads: the verdict on each.

use super::link::{committed, told};
use super::*;
use crate::event::{ReadVerdict, Told};
use crate::history::metrics::StaleRead;
use crate::history::order::{MADE_UP, Made, NOTHING};
use crate::history::register::{Cluster, Edge};
use crate::history::same::is_same;
use crate::history::session::Lesson;
use crate::history::violation::Broken;
use crate::history::write::OnItsWay;
use crate::strategy::value::{Parent, Scalar};

/// What a returned value stands for.
pub(super) enum Meaning {
    /// A version of the key's own row.
    Own(Made),
    /// Versions of other rows from which it was computed, perhaps its own among them. If empty: the
    /// cache's own value, not a copy.
    Rows(Vec<RowPart>),
    /// A copy of another key's row, or of a write to another key.
    Foreign(Parent),
    /// It comes from no store.
    Unfounded,
}

/// One of the rows that a value was made of.
#[derive(Clone, Copy)]
pub(super) struct RowPart {
    pub key: Symbol,
    pub made: Made,
}

/// What a client knew before its read began and the read does not show.
#[derive(Clone, Copy, Default)]
pub(super) struct Known {
    /// A write of the client's was acknowledged.
    pub own: Option<Cause>,
    /// A read of the client's returned a newer value.
    pub seen: Option<Cause>,
}

impl Known {
    fn broken(&self) -> Broken {
        Broken {
            read_your_writes: self.own.is_some(),
            monotonic_reads: self.seen.is_some(),
            linearizability: false,
        }
    }
}

/// The most parents of a value that are examined.
const PARENTS: usize = 256;

/// The number of known older versions of rows beyond which no more are looked for.
const MOST_KNOWN: usize = 16;

impl Ledger {
    pub(super) fn read_ended(
        &mut self,
        (op, key, client): (OpId, Symbol, Symbol),
        open: Option<&Open>,
        took_us: Micros,
        outcome: RequestEnd,
    ) {
        let at_us = self.now.at_us;
        let returned = matches!(outcome, RequestEnd::Returned(_));
        if let Some(open) = open.filter(|open| open.looked_up) {
            match returned && !open.loaded {
                true => self.count(|counts| counts.hits += 1),
                false => self.count(|counts| counts.misses += 1),
            }
        }
        let RequestEnd::Returned(value) = outcome else {
            return self.count(|counts| counts.failed_reads += 1);
        };
        self.series.at(at_us).read_took(took_us);
        self.metrics.read_latency.add(took_us);
        let Some(open) = open.filter(|_| !self.blind) else { return };
        let Some(account) = self.keys.get(key) else { return };
        let answer = self.answer(account, key, value, open);
        let (verdict, row, made) = self.judge(account, key, value, &answer, open.began);
        let (broken, known, clusters) =
            self.promises((op, key, client), &answer, value, open.began);
        self.count(|counts| {
            counts.not_own_writes += u64::from(broken.read_your_writes);
            counts.not_monotonic += u64::from(broken.monotonic_reads);
            counts.not_linearizable += u64::from(broken.linearizability);
        });
        let started_us = at_us - took_us;
        self.judged = Some(Event::Judged { op, key, client, value, started_us, verdict });
        if let ReadVerdict::Stale { for_us, .. } = verdict {
            self.metrics.read_stale(StaleRead { op, at_us, for_us });
        }
        let Some(kind) = self.count_verdict(verdict).or(broken.kind()) else { return };
        if matches!(kind, ViolationKind::DirtyRead | ViolationKind::PhantomRead) {
            // which of the two it is in the end, its write's fate decides
            match made.origin {
                origin if self.writes.get(origin).is_none() => self.writes.returned_phantom(origin),
                origin => self.change(origin, |write| write.returned += 1),
            }
        }
        let cause = match clusters {
            _ if !self.has_room(kind) => Vec::new(),
            Some(clusters) if kind == ViolationKind::NotLinearizable => {
                self.no_order(key, clusters)
            }
            _ => self.why_read((op, key), value, open, verdict, known, (row, &made)),
        };
        let other = Some(row).filter(|row| *row != key);
        let write = told(value, &made);
        let same_value = match verdict {
            ReadVerdict::Stale { first, .. } => self.keys.get(row).is_some_and(|account| {
                let newest = account
                    .latest()
                    .filter(|newest| newest.origin == first || account.version_of(first).is_some());
                // an older write that has overwritten it is no newer one
                let newest = newest.filter(|newest| newest.origin != made.origin);
                newest.is_some_and(|newest| is_same(newest.scalar, value.scalar, &self.names))
            }),
            _ => false,
        };
        self.violation(Violation { kind, broken, key, at_us, op, write, other, same_value, cause });
    }

    /// Counts a verdict; returns the kind of violation that it is.
    fn count_verdict(&mut self, verdict: ReadVerdict) -> Option<ViolationKind> {
        let at_us = self.now.at_us;
        match verdict {
            ReadVerdict::Fresh | ReadVerdict::Failed => None,
            ReadVerdict::Stale { .. } => {
                self.count(|counts| counts.stale += 1);
                Some(ViolationKind::StaleRead)
            }
            ReadVerdict::Dirty => {
                self.series.at(at_us).dirty += 1;
                Some(ViolationKind::DirtyRead)
            }
            ReadVerdict::Phantom => {
                self.series.at(at_us).phantom += 1;
                Some(ViolationKind::PhantomRead)
            }
            ReadVerdict::Foreign => {
                self.count(|counts| counts.foreign += 1);
                Some(ViolationKind::ForeignRead)
            }
            ReadVerdict::Unfounded => {
                self.count(|counts| counts.unfounded += 1);
                Some(ViolationKind::UnfoundedRead)
            }
        }
    }

    /// What a returned value of a key stands for.
    fn answer(&self, account: &KeyLedger, key: Symbol, value: Datum, open: &Open) -> Meaning {
        if value.is_none() {
            return match value.is_literal() && open.is_unfounded() {
                true => Meaning::Unfounded,
                false => Meaning::Own(account.nothing(key, &self.writes, open.began)),
            };
        }
        if value.is_literal() {
            return self.literal(account, key, value, open);
        }
        if value.lineage.is_computed() {
            return Meaning::Rows(self.parts(key, value));
        }
        let row = value.lineage.row();
        if row == Some(key) {
            return Meaning::Own(account.made_with(value.origin, &self.writes));
        }
        match (row, self.writes.key_of(value.origin)) {
            (None, wrote) if wrote.is_none_or(|wrote| wrote == key) => {
                Meaning::Own(account.made(key, value, &self.writes, &self.names))
            }
            _ if account.declared.derived => Meaning::Rows(self.parts(key, value)),
            (row, wrote) => Meaning::Foreign(Parent { origin: value.origin, row: row.or(wrote) }),
        }
    }

    /// A value made of nothing stands for what the read has looked at.
    fn literal(&self, account: &KeyLedger, key: Symbol, value: Datum, open: &Open) -> Meaning {
        let has_put = open.has_put(value);
        if open.is_unfounded() && !has_put {
            return Meaning::Unfounded;
        }
        let served = open.served(value).is_some_and(|served| served.value.scalar == value.scalar);
        if served || has_put {
            let newest = account.latest().filter(|newest| {
                // what has expired or was deleted there leaves a literal to be the cache's own
                !account.declared.in_cache || newest.scalar != Scalar::None
            });
            return match account.row.is_some() || newest.is_some() {
                true => Meaning::Own(account.made(key, value, &self.writes, &self.names)),
                false => Meaning::Rows(Vec::new()),
            };
        }
        if let Some(Parent { origin, row: Some(row) }) = open.row {
            return Meaning::Rows(self.part(row, origin).into_iter().collect());
        }
        Meaning::Rows(open.last_served().map_or(Vec::new(), |served| self.parts(key, served.value)))
    }

    /// The rows from which a value was made, each with its newest version.
    pub(super) fn parts(&self, key: Symbol, value: Datum) -> Vec<RowPart> {
        let mut parts: Vec<RowPart> = Vec::new();
        let mut known_ones = 0;
        self.names.lineages().walk(value, PARENTS, |Parent { origin, row }| {
            let row = row.or_else(|| self.writes.key_of(origin)).unwrap_or(key);
            let Some(part) = self.part(row, origin) else { return true };
            match parts.iter_mut().find(|part| part.key == row) {
                Some(known) if part.made.is_newer_than(&known.made) => *known = part,
                Some(_) => known_ones += 1,
                None => parts.push(part),
            }
            // a long sum: what comes now is older still
            known_ones < MOST_KNOWN
        });
        parts
    }

    fn part(&self, key: Symbol, origin: Origin) -> Option<RowPart> {
        let account = self.keys.get(key)?;
        let made = match origin {
            Origin::INITIAL if account.initial.is_none() => {
                account.nothing(key, &self.writes, self.now)
            }
            origin => account.made_with(origin, &self.writes),
        };
        Some(RowPart { key, made })
    }

    /// The verdict, the row that decides it, and the version of that row.
    fn judge(
        &self,
        account: &KeyLedger,
        key: Symbol,
        value: Datum,
        answer: &Meaning,
        began: Moment,
    ) -> (ReadVerdict, Symbol, Made) {
        match answer {
            Meaning::Own(made) => {
                let verdict = match self.judge_row(account, key, made, began) {
                    // there is nothing in the database either
                    ReadVerdict::Dirty if value.is_none() && account.is_gone() => {
                        ReadVerdict::Fresh
                    }
                    verdict => verdict,
                };
                (verdict, key, *made)
            }
            Meaning::Rows(parts) => self.judge_parts(key, parts, began),
            Meaning::Foreign(parent) => {
                let row = parent.row.unwrap_or(key);
                let made = self.part(row, parent.origin).map(|part| part.made);
                (ReadVerdict::Foreign, row, made.unwrap_or_else(|| self.seems(account, key, value)))
            }
            Meaning::Unfounded => (ReadVerdict::Unfounded, key, self.seems(account, key, value)),
        }
    }

    /// The worst verdict over several rows; of stale ones the one furthest behind.
    fn judge_parts(
        &self,
        key: Symbol,
        parts: &[RowPart],
        began: Moment,
    ) -> (ReadVerdict, Symbol, Made) {
        let rank = |verdict: &ReadVerdict| match *verdict {
            ReadVerdict::Phantom => (3, 0, 0),
            ReadVerdict::Dirty => (2, 0, 0),
            ReadVerdict::Stale { for_us, behind, .. } => (1, for_us, behind),
            _ => (0, 0, 0),
        };
        let judged = parts.iter().filter_map(|part| {
            let account = self.keys.get(part.key)?;
            let verdict = match self.judge_row(account, part.key, &part.made, began) {
                ReadVerdict::Stale { for_us, behind, first, .. } if part.key != key => {
                    ReadVerdict::Stale { for_us, behind, first, row: Told(Some(part.key)) }
                }
                verdict => verdict,
            };
            Some((verdict, part.key, part.made))
        });
        let fresh = (ReadVerdict::Fresh, key, Made::of_nothing());
        judged
            .reduce(|worst, each| if rank(&each.0) > rank(&worst.0) { each } else { worst })
            .unwrap_or(fresh)
    }

    fn judge_row(
        &self,
        account: &KeyLedger,
        key: Symbol,
        made: &Made,
        began: Moment,
    ) -> ReadVerdict {
        if made.origin == MADE_UP {
            return ReadVerdict::Phantom;
        }
        let known = account.version_of(made.origin).is_some();
        let on_its_way = (!known).then(|| self.writes.on_its_way(key, made.origin)).flatten();
        if on_its_way == Some(OnItsWay::Dead) {
            return ReadVerdict::Phantom;
        }
        if on_its_way == Some(OnItsWay::Alive) && OpId::of(made.origin).kind() != Kind::Delete {
            return ReadVerdict::Dirty;
        }
        match account.missed(made, began) {
            Some(missed) => ReadVerdict::Stale {
                for_us: began.at_us - missed.since_us,
                behind: missed.behind,
                first: missed.first,
                row: Told(None),
            },
            None if on_its_way.is_some() => ReadVerdict::Dirty,
            None => ReadVerdict::Fresh,
        }
    }

    /// The version that a client may take a value for, wherever it comes from.
    fn seems(&self, account: &KeyLedger, key: Symbol, value: Datum) -> Made {
        match value.is_none() {
            true => account.nothing(key, &self.writes, self.now),
            false => account
                .looks_like(value, &self.names)
                .map_or(Made { origin: MADE_UP, ..Made::of_nothing() }, |version| version.made()),
        }
    }

    /// The promises that a read breaks to its client, and to all clients.
    fn promises(
        &mut self,
        (op, key, client): (OpId, Symbol, Symbol),
        answer: &Meaning,
        value: Datum,
        began: Moment,
    ) -> (Broken, Known, Option<[Cluster; 2]>) {
        let own = match answer {
            Meaning::Own(made) => RowPart { key, made: *made },
            Meaning::Rows(parts) => {
                let mut known = Known::default();
                for part in parts {
                    let of_row = |cause: Cause| cause.of(part.key, key);
                    let [own, seen] = self.session((op, client), part, began);
                    known.own = known.own.or(own.map(of_row));
                    known.seen = known.seen.or(seen.map(of_row));
                }
                // what was computed is the value of no register
                return (known.broken(), known, None);
            }
            Meaning::Foreign(_) | Meaning::Unfounded => {
                let Some(account) = self.keys.get(key) else { return Default::default() };
                RowPart { key, made: self.seems(account, key, value) }
            }
        };
        let [of_own, seen] = self.session((op, client), &own, began);
        let known = Known { own: of_own, seen };
        let mut broken = known.broken();
        let Some(account) = self.keys.get_mut(key) else { return (broken, known, None) };
        let made = own.made;
        if made.origin == MADE_UP {
            // it stands nowhere: in no order
            broken.linearizability = account.register.give_up();
            return (broken, known, None);
        }
        let now = self.now;
        let writer = OpId::of(made.origin);
        let began = Edge { op, at: began };
        let start = match made.started > began.at {
            true => Edge { op: writer, at: made.started },
            false => began,
        };
        let end = match made.acked {
            // of what is forgotten, nobody knows when
            Some(at) if at < now && (at.seq > 0 || made.origin == NOTHING) => {
                Edge { op: writer, at }
            }
            _ => Edge { op, at: now },
        };
        account.operations.add(op, began.at.seq, Some(now.seq), value.scalar);
        let clusters = account.register.note(made.origin, start, end);
        let clusters = self.without_order(key, clusters);
        broken.linearizability = clusters.is_some();
        (broken, known, clusters)
    }

    /// A contradiction in the operations on a key that no order explains. Equal values may explain
    /// one until more is known; if none does, the search ends.
    pub(super) fn without_order(
        &mut self,
        key: Symbol,
        found: Option<[Cluster; 2]>,
    ) -> Option<[Cluster; 2]> {
        let account = self.keys.get_mut(key)?;
        let clusters = found.or_else(|| account.register.explained())?;
        let initial = account.initial.map_or(Scalar::None, |initial| initial.scalar);
        match account.operations.is_explained(initial, &self.names) {
            Some(true) => account.register.explain(clusters),
            None if found.is_none() => {}
            _ => return account.register.give_up().then_some(clusters),
        }
        None
    }

    /// Newer versions of a row that a client knew before its read began: from a write of its own,
    /// and from a read.
    fn session(
        &mut self,
        (op, client): (OpId, Symbol),
        part: &RowPart,
        began: Moment,
    ) -> [Option<Cause>; 2] {
        let (now, oldest) = (self.now, self.open.first_began().unwrap_or(self.now).seq);
        let RowPart { key, made } = *part;
        let Some(account) = self.keys.get_mut(key) else { return [None, None] };
        let mut sessions = std::mem::take(&mut account.sessions);
        let session = sessions.of(client);
        let place = |origin: Origin| match origin {
            NOTHING => account.nothing_before(),
            origin => account.made_of(origin, &self.writes),
        };
        let learnt = |lesson: &Lesson| match place(lesson.origin) {
            // its write has written an older value back since
            place if lesson.made.version.is_some_and(|it| Some(it) < place.version) => lesson.made,
            place if place.is_known() => place,
            _ => lesson.made,
        };
        let newest_started = account.newest_started(&made);
        let newer = |lesson: &&Lesson| {
            lesson.origin != made.origin
                && (made.origin == MADE_UP || learnt(lesson).is_newer_than(&made))
        };
        // what it cannot tell apart is not held against what it was told
        let alike = |made: &Made| account.alike(made, &self.writes, &self.names);
        let shows = |newer: &Made| alike(&made).iter().any(|it| !newer.is_newer_than(it));
        let is_missed = |lesson: &&Lesson| made.origin == MADE_UP || !shows(&learnt(lesson));
        // mostly all were asked for before the newest write, which is the one returned
        let wrote = session.wrote.later(began.seq, newest_started);
        let own = wrote.filter(newer).find(is_missed).map(Lesson::cause);
        let mut seen = None;
        if made.origin != MADE_UP {
            let is_missed = |lesson: &&Lesson| !alike(&learnt(lesson)).iter().any(&shows);
            let saw = session.saw.later(began.seq, newest_started);
            seen = saw.filter(newer).find(is_missed).map(Lesson::cause);
            let lesson = Lesson { origin: made.origin, made, op, at: now };
            session.saw.learn(lesson, oldest, place);
        }
        account.sessions = sessions;
        [own, seen]
    }

    /// Why two values cannot be ordered: of each, an operation ended before an operation of the
    /// other began.
    pub(super) fn no_order(&self, key: Symbol, [first, second]: [Cluster; 2]) -> Vec<Cause> {
        let outside = |write| {
            let version = self.keys.get(key)?.version_of(write)?;
            version.outside.then(|| committed(version))
        };
        let ended = |cluster: &Cluster| {
            let Edge { op, at } = cluster.first_end;
            let write = cluster.origin;
            match op.origin() == write {
                true => outside(write).unwrap_or(Happening::Acknowledged { write }.at(at.at_us)),
                false => Happening::Returned { op, write }.at(at.at_us),
            }
        };
        let began = |cluster: &Cluster| {
            let Edge { op, at } = cluster.last_start;
            let returned = (op.origin() != cluster.origin).then_some(cluster.origin);
            // a script's write begins as it commits
            let script = outside(cluster.origin).filter(|_| returned.is_none());
            script.unwrap_or(Happening::Began { op, returned }.at(at.at_us))
        };
        crate::event::chain([ended(&first), began(&second), ended(&second), began(&first)])
    }
}
