//! Tracking, after Redis 7 (`CLIENT TRACKING ON`, in its default mode): a cache remembers which app
//! server has read which key, and notifies it once when the key changes, whichever client changes
//! it; then the cache forgets the reader until it reads the key again. A server is also notified of
//! its own changes, after the reply to the call that made them (without `NOLOOP`). A read that
//! misses counts as well. Tracking ends with the connection: when the link is cut or the cache
//! crashes, the cache forgets the readers, and the server drops its copies or keeps them.
//!
//! Notices travel like all other messages, so one may overtake a reply, as on two connections
//! (`REDIRECT`). After `FLUSHALL` the cache has no readers left, not even of keys without an entry.
//! It sends one notice per key that was read; Redis (7.0) sends one for all keys.

use std::collections::BTreeMap;

use super::*;
use crate::digest::{Digest, Lens, Sum};
use crate::event::Fault;
use crate::strategy::call::CacheCall;
use crate::vocabulary::{LinkName, Tracking};

/// The app servers that have read each key since it last changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Readers {
    /// By cache and key, a bit for each app server.
    by_key: BTreeMap<(CacheId, Symbol), u16>,
}

/// The app server whose call a cache is carrying out, and which keys read by that server it
/// changes; nobody between two transitions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asking {
    app: Option<u16>,
    changed: Vec<Symbol>,
}

/// Adds nothing without readers, so that the digest of a world without tracking is unchanged.
impl Digest for Readers {
    fn digest(&self, _: &Lens, sum: &mut impl Sum) {
        for reader in &self.by_key {
            std::hash::Hash::hash(&reader, sum);
        }
    }
}

impl World {
    /// Notes that an app server has read a key.
    pub(crate) fn track(&mut self, cache: CacheId, from: ProcessId, key: Symbol) {
        if let (Some(_), ProcessId::App(app)) = (self.setup.tracking, from) {
            *self.stores.readers.by_key.entry((cache, key)).or_default() |= 1 << app;
        }
    }

    /// Keys of a cache have changed: their readers are notified, once. The caller is notified after
    /// the reply.
    pub(crate) fn tell_readers<D: Driver>(
        &mut self,
        cache: CacheId,
        changed: &[Symbol],
        op: OpId,
        d: &mut D,
    ) {
        for &key in changed {
            let Some(apps) = self.stores.readers.by_key.remove(&(cache, key)) else { continue };
            for app in (0..self.apps.len() as u16).filter(|app| apps & 1 << app != 0) {
                match self.asking.app == Some(app) {
                    true => self.asking.changed.push(key),
                    false => self.invalidate(cache, app, key, op, d),
                }
            }
        }
    }

    /// A cache was flushed: who has read a key that had no entry is notified as well.
    pub(crate) fn tell_all_readers<D: Driver>(&mut self, cache: CacheId, d: &mut D) {
        let of_cache = self.stores.readers.by_key.keys().filter(|(of, _)| *of == cache);
        let keys: Vec<Symbol> = of_cache.map(|(_, key)| *key).collect();
        self.tell_readers(cache, &keys, OpId::NOBODY, d);
    }

    /// A call from this process is about to be carried out.
    pub(crate) fn begin_call(&mut self, from: ProcessId) {
        if let (Some(_), ProcessId::App(app)) = (self.setup.tracking, from) {
            self.asking.app = Some(app);
        }
    }

    /// A call has its reply: the caller is notified of what it changed itself.
    pub(crate) fn end_call<D: Driver>(&mut self, cache: CacheId, op: OpId, d: &mut D) {
        let Some(app) = self.asking.app.take() else { return };
        for key in std::mem::take(&mut self.asking.changed) {
            self.invalidate(cache, app, key, op, d);
        }
    }

    fn invalidate<D: Driver>(
        &mut self,
        cache: CacheId,
        app: u16,
        key: Symbol,
        op: OpId,
        d: &mut D,
    ) {
        let (from, to) = (ProcessId::Cache(cache), ProcessId::App(app));
        let (life, sent_us) = (self.life(to), self.now_us);
        let of_reader = derive(u64::from(cache.0) << 16 | u64::from(app), u64::from(key.0));
        let mut name = derive(INVALIDATION, of_reader);
        // one from before may be in flight still
        while self.messages.resolve(Key::named(name)).is_some() {
            name = derive(name, 1);
        }
        let id = Identity { stamp: derive(name, sent_us), name };
        let body = Body::Forget { key };
        self.send(Message { from, to, id, life, sent_us, op, body }, d);
    }

    /// An app server is notified that a key has changed.
    pub(crate) fn forget_copy<D: Driver>(&mut self, message: &Message, key: Symbol, d: &mut D) {
        let Message { to, op, id, life, .. } = *message;
        let ProcessId::App(app) = to else { return };
        let is_up = self.process(to).is_some_and(|process| process.up && process.life == life);
        if let Some(local) = self.setup.local_of(app).filter(|_| is_up) {
            let call = CacheCall::Delete { key, version: None };
            // a deletion is never refused
            let _ = self.command(local, call, op, id.stamp, d);
        }
    }

    /// Connections are lost: of every app server, or of one, to every cache, or to one.
    pub(crate) fn disconnect<D: Driver>(
        &mut self,
        cache: Option<CacheId>,
        app: Option<u16>,
        d: &mut D,
    ) {
        let Some(tracking) = self.setup.tracking else { return };
        let lost = app.map_or(u16::MAX, |app| 1 << app);
        self.stores.readers.by_key.retain(|(of, _), apps| {
            if cache.is_none_or(|cache| cache == *of) {
                *apps &= !lost;
            }
            *apps != 0
        });
        if tracking == Tracking::Drop {
            for app in (0..self.apps.len() as u16).filter(|app| lost & 1 << app != 0) {
                let local = self.setup.local_of(app);
                if let Some(local) = local.filter(|local| !self.cache(*local).is_empty()) {
                    self.told.push(Event::Fault(Fault::Flush(local)));
                    self.change_cache_for(local, OpId::NOBODY, d, |cache, _, effect| {
                        cache.flush(effect);
                    });
                }
            }
        }
    }

    /// The effect of a fault on connections.
    pub(crate) fn disconnect_for<D: Driver>(&mut self, fault: Fault, d: &mut D) {
        match fault {
            Fault::Kill(ProcessId::Cache(cache)) => self.disconnect(Some(cache), None, d),
            Fault::Kill(ProcessId::App(app)) => self.disconnect(None, Some(app), d),
            Fault::Cut { link: LinkName::AppCache, app } => self.disconnect(None, app, d),
            // clients that knew the old primary connect to the new one
            Fault::Failover(cache) => {
                let other = self.node_of(cache).and_then(|of| of.other);
                self.disconnect(other, None, d);
            }
            _ => {}
        }
    }
}

/// Distinguishes a notice's stamp from others.
const INVALIDATION: Stamp = 0x696e_7661_6c69_6461;
