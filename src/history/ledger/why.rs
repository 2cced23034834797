//! Cause chains, from what the accounts know.

use super::link::{cached, committed, saw, told};
use super::*;
use crate::event::{ReadVerdict, chain};
use crate::history::key::EntryNow;
use crate::history::order::{MADE_UP, Made, NOTHING};

use super::reads::Known;

impl Ledger {
    /// Why a read returned its value: `row` decides its verdict, with the version `made`. The most
    /// telling events come first, in case there are too many.
    pub(super) fn why_read(
        &self,
        (op, key): (OpId, Symbol),
        value: Datum,
        open: &Open,
        verdict: ReadVerdict,
        known: Known,
        (row, made): (Symbol, &Made),
    ) -> Vec<Cause> {
        let Some(account) = self.keys.get(row) else { return Vec::new() };
        let write = told(value, made);
        let of_row = |cause: Cause| cause.of(row, key);
        let mut links = vec![Happening::Returned { op, write }.at(self.now.at_us)];
        links.extend(known.seen);
        // how its value had come into the cache, and the entry if it is still that one
        let looked = open.last_served().filter(|_| value.is_literal());
        let served = open.served(value).or(looked).copied();
        let served = served.filter(|_| verdict != ReadVerdict::Unfounded);
        let held = served.and_then(|served| self.keys.get(served.key));
        let held = held.into_iter().flat_map(|account| account.caches.iter());
        let mut held = held.filter_map(|(id, cache)| Some((cache, id, cache.entry?)));
        let entry = held.find(|(_, id, entry)| {
            served.is_some_and(|served| cached(*id, entry).of(served.key, key) == served.cause)
        });
        // … or the entry of the row alone, if the value was computed from it and others
        let computed = served.is_none() && value.lineage.is_computed();
        let part = computed.then(|| part_from_cache(account, op, made)).flatten();
        let entry = entry.or(part);
        let part = part.map(|(_, id, entry)| of_row(cached(id, &entry)));
        let cause = served.map(|served| served.cause).or(part);
        // which write it should have returned
        let first = match verdict {
            ReadVerdict::Stale { first, .. } => Some(first),
            _ => None,
        };
        let missed = first.and_then(|first| self.missed_write(account, first, open.began));
        let missed = missed.map(of_row).or(known.own);
        match (entry, verdict) {
            (_, ReadVerdict::Unfounded) => {
                links.extend(open.failure);
                links.extend(known.own);
            }
            (_, ReadVerdict::Dirty | ReadVerdict::Phantom) => {
                links.extend(cause);
                // that it was acknowledged, or is in a queue, makes no read dirty
                let matters = |cause: &Cause| {
                    let what = cause.what;
                    !matches!(what, Happening::Acknowledged { .. } | Happening::Queued { .. })
                };
                let whereabouts = self.whereabouts(made.origin).into_iter().filter(matters);
                links.extend(whereabouts.map(of_row));
                links.extend(known.own);
            }
            (Some((cache, id, entry)), _) => {
                links.extend(cause);
                links.extend(missed);
                links.extend(self.taken_over(id, entry.set_us));
                links.extend(first.and_then(|first| self.unheard(account, (id, &entry), first)));
                links.extend(first.map(|first| self.kept_waiting(first)).into_iter().flatten());
                links.extend(self.origin_of(account, &entry, made.origin).map(of_row));
                let corrected = first.and_then(|first| correction(account, cache, &entry, first));
                let of_entry = |cause: Cause| cause.of(served.map_or(row, |it| it.key), key);
                links.extend(corrected.map(of_entry));
                links.extend(open.gone);
            }
            (None, _) => {
                links.extend(cause);
                links.extend(missed);
                let joined = open.joined.filter(|_| account.load_of(op, made.origin).is_none());
                links.extend(joined.map(|(_, cause)| cause));
                let op = joined.map_or(op, |(of, _)| of);
                let load =
                    account.load_of(op, made.origin).or_else(|| account.load_of(op, value.origin));
                links.extend(
                    load.map(|load| of_row(saw(account, RowRead { origin: write, ..load }))),
                );
                let waits = first.and_then(|first| self.writes.get(first));
                links.extend(waits.and_then(|each| {
                    Some(Happening::Queued { write: first? }.at(each.queued_us?))
                }));
                let kept = first.map(|first| self.kept_waiting(first)).unwrap_or_default();
                let end = waits.and_then(|each| self.writes.end(each));
                let end = end.filter(|_| kept.is_empty());
                links.extend(kept);
                // its queue set it aside because it had failed
                let is_aside =
                    end.is_some_and(|end| matches!(end.what, Happening::SetAside { .. }));
                // … or dropped it
                let is_why =
                    |trouble: &Cause| is_aside || matches!(trouble.what, Happening::Ignored { .. });
                let trouble = waits.and_then(|each| each.trouble).filter(is_why);
                links.extend(trouble.or(end));
                links.extend(open.gone);
            }
        }
        if verdict == ReadVerdict::Foreign {
            let version = account.version_of(made.origin);
            links.extend(version.map(|version| of_row(committed(version))));
        }
        let returned = account.version_of(made.origin);
        let newer = first.and_then(|first| account.version_of(first));
        if let Some((older, newer)) = returned.zip(newer)
            && older.version > newer.version
        {
            let overwrote = Happening::Overwrote { older: made.origin, newer: newer.origin };
            links.push(of_row(overwrote.at(older.committed_us)));
            links.extend(self.came_again.get(older.origin).map(|again| of_row(*again)));
        }
        if links.len() < 3 {
            links.push(Happening::Began { op, returned: None }.at(open.began.at_us));
        }
        if links.len() < 3
            && let Some(acked) = made.acked.filter(|_| OpId::of(made.origin) != OpId::NOBODY)
            && !matches!(made.origin, NOTHING | MADE_UP)
        {
            links.push(Happening::Acknowledged { write: made.origin }.at(acked.at_us));
        }
        chain(links)
    }

    /// How a replica came to serve, in the place of its primary, since an instant.
    pub(super) fn taken_over(&self, id: CacheId, since_us: Micros) -> Option<Cause> {
        let (cache, at_us) = self.took_over.iter().find(|(cache, _)| *cache == id)?;
        let fault = Fault::Failover(*cache);
        (*at_us >= since_us).then(|| Happening::Faulted { fault }.at(*at_us))
    }

    /// Why a key's entry in a cache differs from its row, or from the rows of which it was made.
    pub(super) fn difference(&self, key: Symbol, account: &KeyLedger, id: CacheId) -> Vec<Cause> {
        let Some(cache) = account.caches.get(id) else { return Vec::new() };
        let Some(entry) = cache.entry.filter(|_| cache.state.differs()) else {
            return Vec::new();
        };
        let blamed = self.to_blame(key, account, id);
        let row = blamed.map_or(key, |part| part.key);
        let write = blamed.map_or(entry.value.origin, |part| part.made.origin);
        let of_row = self.keys.get(row).unwrap_or(account);
        let mut links = vec![cached(id, &entry)];
        if cache.state == KeyState::Stale {
            let newer = of_row.after(write).copied();
            links.extend(newer.map(|newer| committed(&newer).of(row, key)));
            links.extend(self.origin_of(of_row, &entry, write).map(|cause| cause.of(row, key)));
            links.extend(newer.and_then(|newer| correction(account, cache, &entry, newer.origin)));
            links.extend(newer.and_then(|newer| self.unheard(of_row, (id, &entry), newer.origin)));
            links.extend(newer.into_iter().flat_map(|newer| self.kept_waiting(newer.origin)));
            links.extend(self.taken_over(id, entry.set_us));
        } else if cache.state == KeyState::Foreign {
            links.extend(self.origin_of(of_row, &entry, write).map(|cause| cause.of(row, key)));
            links.extend(of_row.version_of(write).map(|each| committed(each).of(row, key)));
        } else if entry.made_up {
            links.extend(account.latest().map(committed));
        } else {
            links.extend(self.whereabouts(write).into_iter().map(|cause| cause.of(row, key)));
            links.extend(self.kept_waiting(write));
        }
        if links.len() < 2 {
            let began = |open: &Open| {
                Happening::Began { op: entry.by, returned: None }.at(open.began.at_us)
            };
            links.extend(self.open.get(entry.by).map(began));
        }
        if links.len() < 2 {
            let write = if entry.made_up { MADE_UP } else { write };
            links.push(Happening::NeverCommitted { write }.at(self.now.at_us));
        }
        chain(links)
    }

    /// Why a write is given up.
    pub(super) fn giving_up(&self, origin: Origin, write: &Write) -> Violation {
        let mut violation = self.loss(origin, write);
        violation.kind = ViolationKind::GivenUp;
        violation.at_us = write.set_aside_us.or(write.ended_at().map(|at| at.at_us)).unwrap_or(0);
        violation
    }

    /// Why a write is lost.
    pub(super) fn loss(&self, origin: Origin, write: &Write) -> Violation {
        let absorbed = write
            .absorbed_by
            .map(|(newer, at_us)| Happening::Absorbed { older: origin, newer }.at(at_us));
        let set_aside = |at_us| Happening::SetAside { write: origin }.at(at_us);
        let aside = write.set_aside_us.map(set_aside);
        let at_us = write.lost_us.or(write.set_aside_us).unwrap_or(write.started.at_us);
        let links = [
            self.writes.end(write),
            write.acked().map(|at| Happening::Acknowledged { write: origin }.at(at.at_us)),
            absorbed,
            aside,
            write.queued_us.map(|at_us| Happening::Queued { write: origin }.at(at_us)),
            write.trouble,
        ];
        // a call on its behalf may fail even after that
        let cause = chain(links.into_iter().flatten().filter(|link| link.at_us <= at_us));
        Violation::of_write(ViolationKind::LostWrite, write.key, at_us, origin, cause)
    }

    /// How an older write came to overwrite a newer one.
    pub(super) fn why_overtaken(&self, older: Origin, newer: &Version) -> Vec<Cause> {
        let overwrote = Happening::Overwrote { older, newer: newer.origin };
        let mut links = vec![overwrote.at(self.now.at_us), committed(newer)];
        links.extend(self.came_again.get(older));
        if let Some(write) = self.writes.get(older) {
            links.extend(write.trouble);
            links.extend(write.ended.map(|ended| match ended {
                Ended::Acknowledged(at) => Happening::Acknowledged { write: older }.at(at.at_us),
                Ended::Failed(at) => Happening::NotAcknowledged { write: older }.at(at.at_us),
            }));
            links.push(
                Happening::Began { op: OpId::of(older), returned: None }.at(write.started.at_us),
            );
        }
        chain(links)
    }

    /// What is known of the holders of a write that the database does not hold.
    fn whereabouts(&self, origin: Origin) -> Vec<Cause> {
        if origin == MADE_UP {
            return Vec::new();
        }
        let Some(write) = self.writes.get(origin) else {
            return vec![Happening::NeverCommitted { write: origin }.at(self.now.at_us)];
        };
        let queued = write.queued_us.map(|at_us| Happening::Queued { write: origin }.at(at_us));
        let began = Happening::Began { op: OpId::of(origin), returned: None };
        let acked = write.acked().map(|at| Happening::Acknowledged { write: origin }.at(at.at_us));
        let end = self.writes.end(write).filter(|_| !write_is_alive(write));
        let known = [write.trouble, queued, end, acked, Some(began.at(write.started.at_us))];
        known.into_iter().flatten().collect()
    }

    /// Where an entry's value came from: the read or the commit before it. `write`: the version of
    /// the account's row in it.
    fn origin_of(&self, account: &KeyLedger, entry: &EntryNow, write: Origin) -> Option<Cause> {
        if let Some(load) = entry.load.or_else(|| account.load_of(entry.by, write)) {
            return Some(saw(account, load));
        }
        let version = account.version_of(write)?;
        (write != Origin::INITIAL).then(|| committed(version))
    }

    /// The write that a read missed: its commit or, if that came after the read began, its
    /// acknowledgement.
    fn missed_write(&self, account: &KeyLedger, write: Origin, began: Moment) -> Option<Cause> {
        let acked = |at: Moment| Happening::Acknowledged { write }.at(at.at_us);
        if let Some(version) = account.version_of(write) {
            let acked = version.acked.filter(|_| version.committed_us > began.at_us).map(acked);
            if acked.is_some() {
                return acked;
            }
            if account.declared.in_cache {
                let (by, cache) = (OpId::of(write), account.declared.kept_in);
                let cache = cache.unwrap_or(CacheId::FIRST);
                let cached = Happening::Cached { by, cache, write };
                return Some(cached.at(version.committed_us));
            }
            return Some(committed(version));
        }
        self.writes.get(write)?.acked().map(acked)
    }
}

/// The cache's entry of a row from which a request can have the version `made`, if it did not read
/// that from the database.
fn part_from_cache<'a>(
    account: &'a KeyLedger,
    op: OpId,
    made: &Made,
) -> Option<(&'a CacheAccount, CacheId, EntryNow)> {
    let is_it = |entry: &EntryNow| entry.value.origin == made.origin;
    let mut held = account.caches.iter().map(|(id, cache)| (cache, id, cache.entry));
    let held = held.find_map(|(cache, id, entry)| Some((cache, id, entry.filter(is_it)?)));
    held.filter(|_| account.load_of(op, made.origin).is_none())
}

fn write_is_alive(write: &Write) -> bool {
    use crate::history::write::Fate;
    matches!(write.fate(), Fate::Pending) || write.ended.is_none()
}

/// The correction that the entry missed: a delete or a set that landed before the entry was set, or
/// a call that failed.
fn correction(
    account: &KeyLedger,
    cache: &CacheAccount,
    entry: &EntryNow,
    newer: Origin,
) -> Option<Cause> {
    let committed_us = account.version_of(newer)?.committed_us;
    let before = entry.before.filter(|before| match before.what {
        Happening::Invalidated { .. } => true,
        Happening::Cached { write, .. } => write != entry.value.origin,
        _ => false,
    });
    let trouble = cache.trouble.as_deref().copied();
    let trouble = trouble.filter(|trouble| trouble.at_us >= committed_us);
    let is_early = |before: &Cause| match before.what {
        Happening::Invalidated { by, .. } => by.origin() == newer,
        _ => false,
    };
    before.filter(|before| before.at_us >= committed_us || is_early(before)).or(trouble)
}
