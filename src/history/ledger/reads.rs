//! Reads: what each was worth.

use super::link::{committed, told};
use super::*;
use crate::event::ReadVerdict;
use crate::history::order::{MADE_UP, Made, NOTHING};
use crate::history::register::{Cluster, Edge};
use crate::history::violation::Broken;
use crate::history::write::OnItsWay;

impl Ledger {
    pub(super) fn read_ended(
        &mut self,
        (op, key, client): (OpId, Symbol, Symbol),
        open: Option<Open>,
        took_us: Micros,
        outcome: RequestEnd,
    ) {
        let at_us = self.now.at_us;
        let RequestEnd::Returned(value) = outcome else {
            return self.count(|counts| counts.failed_reads += 1);
        };
        self.series.at(at_us).read_took(took_us);
        self.metrics.read_latency.add(took_us);
        let Some(open) = open.filter(|_| !self.blind) else { return };
        let began = open.began;
        let Some(account) = self.keys.get(key) else { return };
        let made = match self.tombstone(account, key, value, &open) {
            Some(deletion) => deletion,
            None => account.made(key, value, &self.writes, &self.names),
        };
        let verdict = self.judge(account, key, &made, began);
        let (broken, clusters) = self.promises((op, key, client), &made, began);
        self.count(|counts| {
            counts.not_own_writes += u64::from(broken.read_your_writes);
            counts.not_monotonic += u64::from(broken.monotonic_reads);
            counts.not_linearizable += u64::from(broken.linearizability);
        });
        let started_us = at_us - took_us;
        self.judged = Some(Event::Judged { op, key, client, value, started_us, verdict });
        let kind = match verdict {
            ReadVerdict::Fresh | ReadVerdict::Failed => broken.kind(),
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
        };
        let Some(kind) = kind else { return };
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
            _ => self.why_read(op, value, open, verdict, &made),
        };
        self.violation(Violation {
            kind,
            broken,
            key,
            at_us,
            op,
            write: told(value, &made),
            cause,
        });
    }

    /// The deletion that a read of nothing has learned of from the cache, before
    /// the database has carried it out: an entry that was set since it began.
    fn tombstone(
        &self,
        account: &KeyLedger,
        key: Symbol,
        value: Datum,
        open: &Open,
    ) -> Option<Made> {
        let served = open.served.filter(|_| value.is_none() && !account.is_gone())?;
        let deletion = self.writes.deletion_of(key)?;
        (deletion.started.at_us <= served.at_us).then_some(deletion)
    }

    fn judge(&self, account: &KeyLedger, key: Symbol, made: &Made, began: Moment) -> ReadVerdict {
        if made.origin == MADE_UP {
            return ReadVerdict::Phantom;
        }
        let known = account.version_of(made.origin).is_some();
        let on_its_way = (!known).then(|| self.writes.on_its_way(key, made.origin));
        match on_its_way.flatten() {
            Some(OnItsWay::Alive) => return ReadVerdict::Dirty,
            Some(OnItsWay::Dead) => return ReadVerdict::Phantom,
            None => {}
        }
        match account.missed(made, began) {
            Some(missed) => ReadVerdict::Stale {
                for_us: began.at_us - missed.since_us,
                behind: missed.behind,
                first: missed.first,
            },
            None => ReadVerdict::Fresh,
        }
    }

    /// The promises that a read breaks to its client, and to all of them.
    fn promises(
        &mut self,
        (op, key, client): (OpId, Symbol, Symbol),
        made: &Made,
        began: Moment,
    ) -> (Broken, Option<[Cluster; 2]>) {
        let now = self.now;
        let mut broken = Broken::default();
        let Some(account) = self.keys.get_mut(key) else { return (broken, None) };
        let session = *account.sessions.of(client);
        let newer = |account: &KeyLedger, (origin, since): (Origin, u64)| {
            since < began.seq
                && origin != made.origin
                && account.made_of(origin, &self.writes).is_newer_than(made)
        };
        if made.origin == MADE_UP {
            // it stands nowhere: in no order, and not before what was seen
            broken.read_your_writes = session.wrote.is_some_and(|(_, since)| since < began.seq);
            broken.linearizability = account.register.give_up();
            return (broken, None);
        }
        broken.read_your_writes = session.wrote.is_some_and(|wrote| newer(account, wrote));
        broken.monotonic_reads = session.saw.is_some_and(|saw| newer(account, saw));
        if !broken.monotonic_reads {
            account.sessions.of(client).saw = Some((made.origin, now.seq));
        }
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
        let clusters = account.register.note(made.origin, start, end);
        broken.linearizability = clusters.is_some();
        (broken, clusters)
    }

    /// Why two values can't be put in an order: of each, something had ended
    /// before something of the other began.
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
