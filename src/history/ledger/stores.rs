//! The caches and the queues: which of them holds which write.

use super::*;
use crate::event::Saying;
use crate::history::key::EntryNow;
use crate::history::open::Served;
use crate::history::order::{MADE_UP, NOTHING};
use crate::store::cache::{CacheEffect, Removal};
use crate::store::queue::QueueEffect;
use crate::strategy::value::Scalar;

/// The most of each of these that is known: items that a queue set aside, acknowledgements that
/// were undone, messages that were lost.
pub(super) const MOST_ASIDE: usize = 4_096;

impl Ledger {
    pub(super) fn cache(&mut self, op: OpId, id: CacheId, effect: CacheEffect) {
        let at_us = self.now.at_us;
        match effect {
            CacheEffect::Hit { key, .. } => {
                self.count(|counts| counts.lookup_hits += 1);
                self.looked_up(op, id, key);
                let cache = self.keys.get_mut(key).and_then(|account| account.caches.get_mut(id));
                if let Some(entry) = cache.and_then(|cache| cache.entry.as_mut()) {
                    entry.reads += 1;
                    if entry.reads == 1 {
                        let step = self.series.at(at_us);
                        step.unread = step.unread.saturating_sub(1);
                    }
                }
            }
            CacheEffect::Miss { key } => {
                self.count(|counts| counts.lookup_misses += 1);
                let touched =
                    self.keys.get(key).and_then(|account| account.caches.get(id)?.touched);
                if let Some(open) = self.open.get_mut(op) {
                    open.looked_up = true;
                    let is_why = |it: &Cause| match it.what {
                        Happening::Gone { .. } => true,
                        Happening::Invalidated { .. } => key == open.key,
                        _ => false,
                    };
                    let gone = touched.filter(is_why);
                    open.gone = gone.map(|gone| gone.of(key, open.key)).or(open.gone);
                }
            }
            CacheEffect::Set { key, value, version, expires_us, gone_us, replaced } => {
                let write = value.origin;
                self.at(key);
                if let Some(open) = self.open.get_mut(op).filter(|open| open.key == key) {
                    open.put = value.is_literal().then_some(value.scalar);
                }
                // what rows held is known, whatever the entry's key is called
                let of_rows = value.lineage.is_computed() || value.lineage.row().is_some();
                let strange = !of_rows && self.is_made_up(key, value);
                let mark = strange && self.at(key).is_gone();
                let made_up = strange && (!mark || write == Origin::INITIAL);
                let told = if made_up { MADE_UP } else { write };
                let back = match self.comes_back {
                    (now_us, back) if now_us == at_us && op == OpId::NOBODY => back,
                    _ => Back::No,
                };
                let cached = match back {
                    Back::Snapshot => Happening::Restored { write: told },
                    Back::Asked => Happening::AskedAgain { cache: id, write: told },
                    Back::No => Happening::Cached { by: op, cache: id, write: told },
                };
                self.change_own(key, write, |write| write.cached += 1);
                self.unlink_copies(key);
                if let Some(replaced) = replaced {
                    self.sum_up(replaced, write);
                    self.change_own(key, replaced, |write| {
                        write.cached = write.cached.saturating_sub(1);
                        write.end = Some(cached.at(at_us));
                    });
                }
                // of what was computed, each row has its own
                let row = value.lineage.row().or(Some(key).filter(|_| !of_rows));
                let load = row.and_then(|row| self.keys.get(row)?.load_of(op, write));
                let cache = self.in_cache(key, id);
                let held = cache.entry;
                let entry = EntryNow {
                    version,
                    expires_us,
                    gone_us,
                    reads: held.map_or(0, |held| held.reads),
                    load,
                    before: cache.touched,
                    made_up,
                    mark,
                    back,
                    ..EntryNow::new(value, at_us, op)
                };
                cache.entry = Some(entry);
                cache.outlived = None;
                cache.touched = Some(cached.at(at_us));
                if value.is_literal() && held.is_none() && op.kind().writes() {
                    self.lock_added(key, (op, id), entry.before);
                }
                self.link_copies(key);
                self.kept_in_cache(key, id, value);
                let step = self.series.at(at_us);
                step.entries += u64::from(held.is_none());
                self.metrics.entries.see(step.entries, at_us);
                step.unread += u64::from(held.is_none());
                self.look_again(key, cached);
                self.count_losses();
            }
            CacheEffect::Retimed { key, expires_us, gone_us } => {
                if let Some(entry) = &mut self.in_cache(key, id).entry {
                    entry.expires_us = expires_us;
                    entry.gone_us = gone_us;
                }
            }
            CacheEffect::Removed { key, origin, never_read, why } => {
                self.metrics.never_read += u64::from(never_read);
                let what = match why {
                    Removal::Deleted => Happening::Invalidated { by: op, cache: id, found: true },
                    why => Happening::Gone { cache: id, why },
                };
                match why {
                    Removal::Evicted => self.count(|counts| counts.evictions += 1),
                    Removal::Expired => self.count(|counts| counts.expirations += 1),
                    Removal::Deleted | Removal::Flushed | Removal::Killed | Removal::Moved => {}
                }
                self.change_own(key, origin, |write| {
                    write.cached = write.cached.saturating_sub(1);
                    write.end = Some(what.at(at_us));
                });
                self.unlink_copies(key);
                self.gone_from_cache(key, id, what, why);
                let cache = self.in_cache(key, id);
                let unread = cache.entry.is_some_and(|entry| entry.reads == 0);
                cache.entry = None;
                cache.outlived = None;
                cache.touched = Some(what.at(at_us));
                // another cache may still hold one
                self.link_copies(key);
                let step = self.series.at(at_us);
                step.entries = step.entries.saturating_sub(1);
                step.unread = step.unread.saturating_sub(u64::from(unread));
                self.look_again(key, what);
                self.count_losses();
            }
            CacheEffect::NothingToDelete { key } => {
                let what = Happening::Invalidated { by: op, cache: id, found: false };
                self.in_cache(key, id).touched = Some(what.at(at_us));
            }
            CacheEffect::Refused { .. }
            | CacheEffect::Stale { .. }
            | CacheEffect::Remembered { .. }
            | CacheEffect::Forgotten { .. } => {}
        }
    }

    /// Whether no client wrote this value to this key.
    fn is_made_up(&self, key: Symbol, value: Datum) -> bool {
        let Some(account) = self.keys.get(key) else { return false };
        account.made(key, value, &self.writes, &self.names).origin == MADE_UP
    }

    /// A value has reached the cache that is its source of truth.
    fn kept_in_cache(&mut self, key: Symbol, id: CacheId, value: Datum) {
        if !self.at(key).declared.in_cache || !self.is_kept_in(key, id) || value.is_literal() {
            return;
        }
        if self.is_elsewhere(key, id, value.origin) {
            // it has followed, or moved
            return;
        }
        let version = self.at(key).latest().map_or(1, |latest| latest.version + 1);
        self.came((key, value.origin), value, version, false);
    }

    /// Whether this cache is a key's source of truth: the first that its strategy uses, or a part of
    /// that which is not a replica.
    fn is_kept_in(&self, key: Symbol, id: CacheId) -> bool {
        let stores = self.names.stores();
        let follows = stores.pair(id).is_some_and(|(first, replica)| {
            let of_it = |(cache, _): &&(CacheId, Micros)| [first, replica].contains(cache);
            let latest = self.took_over.iter().rev().find(of_it);
            latest.map_or(first, |(cache, _)| *cache) != id
        });
        let kept_in = self.keys.get(key).and_then(|it| it.declared.kept_in);
        let own = if stores.is_local(id) { stores.local() } else { None };
        own.unwrap_or(stores.cache_of(id)) == kept_in.unwrap_or(CacheId::FIRST) && !follows
    }

    /// Whether another process of a cache has the value of this write.
    fn is_elsewhere(&self, key: Symbol, id: CacheId, write: Origin) -> bool {
        let stores = self.names.stores();
        let Some(account) = self.keys.get(key).filter(|_| !stores.is_alone(id)) else {
            return false;
        };
        let of_it = |other: CacheId| other != id && stores.cache_of(other) == stores.cache_of(id);
        account.caches.iter().any(|(other, cache)| {
            of_it(other) && cache.entry.is_some_and(|entry| entry.value.origin == write)
        })
    }

    /// A value was removed from its source of truth: intentionally, or lost.
    fn gone_from_cache(&mut self, key: Symbol, id: CacheId, what: Happening, why: Removal) {
        let now = self.now;
        if !self.at(key).declared.in_cache || !self.is_kept_in(key, id) {
            return;
        }
        let held = self.at(key).caches.get(id).and_then(|cache| cache.entry);
        let is_left = !matches!(why, Removal::Deleted | Removal::Expired)
            && held.is_some_and(|entry| self.is_elsewhere(key, id, entry.value.origin));
        let Some(entry) = held.filter(|_| !is_left) else { return };
        let account = self.at(key);
        match why {
            Removal::Deleted | Removal::Expired => {
                let version = account.latest().map_or(1, |latest| latest.version + 1);
                account.commit(Version {
                    origin: NOTHING,
                    content: NOTHING,
                    version,
                    scalar: Scalar::None,
                    outside: false,
                    committed_us: now.at_us,
                    started: now,
                    acked: Some(now),
                });
            }
            Removal::Evicted | Removal::Flushed | Removal::Killed | Removal::Moved => {
                let mut lost = Vec::new();
                self.names.lineages().walk(entry.value, MOST_ASIDE, |parent| {
                    lost.push(parent.origin);
                    true
                });
                lost.sort_unstable();
                lost.dedup();
                for origin in lost {
                    let Some(made) = self.keys.get(key).map(|it| it.made_of(origin, &self.writes))
                    else {
                        continue;
                    };
                    if let Some(acked) = made.acked.filter(|acked| acked.seq > 0) {
                        let mut write = Write::new(key, made.started);
                        write.ended = Some(Ended::Acknowledged(acked));
                        write.end = Some(what.at(now.at_us));
                        self.writes.lose(origin, write, now.at_us);
                    }
                }
                self.count_losses();
            }
        }
    }

    /// A request has found an entry.
    fn looked_up(&mut self, op: OpId, id: CacheId, key: Symbol) {
        let seq = self.now.seq;
        let Some(open) = self.open.get_mut(op) else { return };
        open.looked_up = true;
        open.failure = None;
        let cache = self.keys.get(key).and_then(|account| account.caches.get(id));
        let Some(entry) = cache.and_then(|cache| cache.entry.as_ref()) else { return };
        let cause = super::link::cached(id, entry).of(key, open.key);
        let place = usize::from(key != open.key);
        open.served[place] = Some(Served { key, value: entry.value, cause, seq });
    }

    /// A call reaches a store. If that counts, its reply is an answer of the store's, unless it
    /// fails.
    pub(super) fn counts_for(&mut self, op: OpId, what: Saying) {
        let Verb::Store { command, .. } = what.verb else { return };
        if command.writes()
            && command.answers()
            && !what.reply
            && let Some(open) = self.open.get_mut(op)
        {
            open.counted = true;
            open.failure = None;
        }
    }

    /// If both are increments, the newer value contains the older one.
    fn sum_up(&mut self, older: Origin, newer: Origin) {
        let adds = |origin| OpId::of(origin).kind() == Kind::Increment;
        if adds(older) && adds(newer) {
            self.writes.absorb(older, newer, self.now.at_us);
        }
    }

    pub(super) fn queue(&mut self, task: Stamp, queue: u16, effect: QueueEffect) {
        let at_us = self.now.at_us;
        match effect {
            QueueEffect::Pushed { value, .. } | QueueEffect::Returned { value, .. } => {
                self.depth(queue, 1);
                let write = value.origin;
                if let QueueEffect::Returned { .. } = effect {
                    let again = Happening::CameAgain { write }.at(at_us);
                    self.came_again.insert(write, again);
                }
                self.change(write, |write| {
                    write.queued += 1;
                    write.queued_us = write.queued_us.or(Some(at_us));
                    write.queue = Some(queue);
                });
                self.waits_in(write, queue);
            }
            QueueEffect::Merged { absorbed, value, .. } => {
                self.count(|counts| counts.absorbed += 1);
                self.change(value.origin, |write| {
                    write.queued += 1;
                    write.queued_us = write.queued_us.or(Some(at_us));
                    write.queue = Some(queue);
                });
                self.waits_in(value.origin, queue);
                self.writes.absorb(absorbed, value.origin, at_us);
                self.change(absorbed, |write| write.queued = write.queued.saturating_sub(1));
            }
            QueueEffect::Acked { key, origin, .. } => {
                self.depth(queue, -1);
                self.waits_no_more(origin);
                let early = self
                    .writes
                    .get(origin)
                    .is_some_and(|write| task != 0 && write.committed_us.is_none());
                let what = Happening::TakenOff { write: origin };
                self.change(origin, |write| {
                    // now this task alone has it, until it ends
                    write.tasks += u32::from(early);
                    write.queued = write.queued.saturating_sub(1);
                    write.end = Some(what.at(at_us));
                });
                if early {
                    let is_late = self.comes_too_late(key, origin);
                    self.adrift.entry(task).or_default().push(Adrift { origin, is_late });
                }
                self.look_again(key, what);
            }
            QueueEffect::Dropped { key, origin, .. } => {
                self.depth(queue, -1);
                self.waits_no_more(origin);
                let what = Happening::QueueDied { write: origin };
                self.change(origin, |write| {
                    write.queued = write.queued.saturating_sub(1);
                    write.end = Some(what.at(at_us));
                });
                self.look_again(key, what);
                self.count_losses();
            }
            QueueEffect::DeadLettered { key, origin, .. } => {
                self.depth(queue, -1);
                self.waits_no_more(origin);
                self.count(|counts| counts.dead_letters += 1);
                let what = Happening::SetAside { write: origin };
                self.change(origin, |write| {
                    write.queued = write.queued.saturating_sub(1);
                    write.set_aside += 1;
                    write.set_aside_us = Some(at_us);
                    write.end = Some(what.at(at_us));
                });
                let aside = self.aside.entry(queue).or_default();
                if aside.len() < MOST_ASIDE {
                    aside.push((key, origin));
                }
                self.look_again(key, what);
                self.count_losses();
            }
            QueueEffect::Replayed { key, origin } => {
                let what = Happening::Replayed { write: origin };
                self.came_again.insert(origin, what.at(at_us));
                self.change(origin, |write| write.set_aside = write.set_aside.saturating_sub(1));
                if let Some(aside) = self.aside.get_mut(&queue)
                    && let Some(at) = aside.iter().position(|each| *each == (key, origin))
                {
                    aside.remove(at);
                }
                self.look_again(key, what);
                self.count_losses();
            }
            QueueEffect::DeadLettersDropped => {
                for (key, origin) in self.aside.remove(&queue).into_iter().flatten() {
                    let what = Happening::QueueDied { write: origin };
                    self.change(origin, |write| {
                        write.set_aside = write.set_aside.saturating_sub(1);
                        write.end = Some(what.at(at_us));
                    });
                    self.look_again(key, what);
                }
                self.count_losses();
            }
            QueueEffect::Ignored { origin, .. } => {
                // its task has it, until it ends
                let ignored = Happening::Ignored { write: origin }.at(at_us);
                self.change(origin, |write| write.trouble = Some(ignored));
            }
            QueueEffect::Taken { .. }
            | QueueEffect::Retried { .. }
            | QueueEffect::Redelivered { .. } => {}
        }
    }

    fn depth(&mut self, queue: u16, change: i64) {
        self.metrics.queue(queue, change);
        let depth = self.metrics.queue_depth.iter().copied().max().unwrap_or(0);
        let step = self.series.at(self.now.at_us);
        step.queue_depth = step.queue_depth.max(depth);
    }
}
