//! Commands at a cache.

use super::*;
use crate::store::cache::{CacheEffect, is_key};
use crate::strategy::call::{CacheCall, Call, ErrorSource, Many, Reason};
use crate::strategy::value::Value;
use crate::vocabulary::CacheId;
use crate::vocabulary::command::{CacheCommand, StoreCommand};

impl World {
    pub(crate) fn cache_answers_at_once(&self, cache: CacheId) -> bool {
        self.setup.caches[cache].is_instant && self.stores.caches[cache].pool.busy() == 0
    }

    pub(crate) fn start_cache_command<D: Driver>(
        &mut self,
        cache: CacheId,
        slot: u32,
        id: Identity,
        d: &mut D,
    ) {
        let Process { slow_milli, life, .. } = self.stores.caches[cache].process;
        let job = JobKey::on(slot, id.name);
        let timer = Timer::Served { at: ProcessId::Cache(cache), job, life };
        d.timer(timer, Delay::CacheService { cache, stamp: id.stamp, slow_milli });
    }

    /// A cache has processed a command.
    pub(crate) fn finish_cache_command<D: Driver>(&mut self, cache: CacheId, slot: u32, d: &mut D) {
        let pool = &mut self.stores.caches[cache].pool;
        let Some(pending) = pool.leave(slot) else { return };
        if let Some(id) = pool.running(slot).map(|next| next.id) {
            self.start_cache_command(cache, slot, id, d);
        }
        match &pending.call {
            Call::Cache(_, call) => self.run_cache_command(cache, pending.with(*call), d),
            Call::Many(many) => self.run_commands(cache, &pending.with(()), many, d),
            _ => {}
        }
    }

    /// A cache carries out a command, and replies.
    pub(crate) fn run_cache_command<D: Driver>(
        &mut self,
        cache: CacheId,
        pending: Pending<CacheCall>,
        d: &mut D,
    ) {
        d.done(Deed::CarriesOut(pending.id.stamp));
        self.begin_call(pending.from);
        let result = self.command(cache, pending.call, pending.op, pending.id.stamp, d);
        let me = ProcessId::Cache(cache);
        match result {
            Ok(value) => {
                if let CacheCall::Get { key } | CacheCall::Entry { key } = pending.call {
                    self.track(cache, pending.from, key);
                }
                self.reply(me, &pending, Ok(value), d);
            }
            Err(reason) => {
                let call = Call::Cache(cache, pending.call);
                self.refuse(me, &pending, ErrorSource::Cache, reason, &call, d);
            }
        }
        self.end_call(cache, pending.op, d);
    }

    /// A cache carries out a command of many keys, and replies.
    pub(crate) fn run_commands<D: Driver>(
        &mut self,
        cache: CacheId,
        pending: &Pending<()>,
        many: &Many,
        d: &mut D,
    ) {
        let me = ProcessId::Cache(cache);
        d.done(Deed::CarriesOut(pending.id.stamp));
        self.begin_call(pending.from);
        match self.commands(cache, many, pending.op, pending.id.stamp, d) {
            Ok(value) => {
                if many.command == StoreCommand::Cache(CacheCommand::GetMany) {
                    for key in many.calls.iter().filter_map(Call::key) {
                        self.track(cache, pending.from, key);
                    }
                }
                self.reply(me, pending, Ok(value), d);
            }
            Err(reason) => {
                let call = Call::Many(many.clone());
                self.refuse(me, pending, ErrorSource::Cache, reason, &call, d);
            }
        }
        self.end_call(cache, pending.op, d);
    }

    /// Carries out a command of many keys, at one instant. The first error ends it.
    pub(crate) fn commands<D: Driver>(
        &mut self,
        cache: CacheId,
        many: &Many,
        op: OpId,
        stamp: Stamp,
        d: &mut D,
    ) -> Result<Value, Reason> {
        let mut replies = Vec::with_capacity(many.calls.len());
        for (call, nth) in many.calls.iter().zip(0..) {
            if let Call::Cache(_, call) = call {
                replies.push(self.command(cache, *call, op, derive(stamp, nth), d)?);
            }
        }
        Ok(match many.command {
            StoreCommand::Cache(CacheCommand::GetMany) => Value::List(replies.into()),
            _ => Value::NONE,
        })
    }

    /// Carries out a command at one instant, as Redis does.
    pub(crate) fn command<D: Driver>(
        &mut self,
        cache: CacheId,
        mut call: CacheCall,
        op: OpId,
        stamp: Stamp,
        d: &mut D,
    ) -> Result<Value, Reason> {
        let now_us = self.now_us;
        if self.setup.caches[cache].memcached.is_some()
            && call.key().is_some_and(|key| !is_key(&self.names.text(key)))
        {
            return Err(Reason::BadKey);
        }
        if let CacheCall::Incr { key, by } = &mut call
            && let Some(held) = self.stores.caches[cache].cache.peek(*key)
            && held.expires_us.is_none_or(|expires_us| now_us < expires_us)
        {
            (_, by.lineage) = self.names.unite(held.value, *by);
        }
        let mut effects = std::mem::take(&mut self.effects);
        let mut draws = 0;
        let mut pick = |below: u64| {
            draws += 1;
            let bits = d.random(derive(stamp, draws));
            ((u128::from(bits) * u128::from(below)) >> 64) as u64
        };
        let result =
            self.stores.caches[cache]
                .cache
                .apply(&call, now_us, &mut pick, &mut |effect| effects.push(effect));
        self.record_cache(cache, effects, op, d);
        self.arm_expiry(cache, d);
        result
    }

    /// Records a cache's effects, and keeps the buffer for reuse.
    pub(crate) fn record_cache<D: Driver>(
        &mut self,
        cache: CacheId,
        mut effects: Vec<CacheEffect>,
        op: OpId,
        d: &mut D,
    ) {
        if !self.setup.clusters.is_empty() {
            self.stream(cache, &effects, op, d);
            self.forget_unasked(cache, &mut effects);
        }
        if self.setup.tracking.is_some() && self.stores.caches[cache].process.up {
            let changed: Vec<Symbol> = effects.iter().filter_map(CacheEffect::changes).collect();
            self.tell_readers(cache, &changed, op, d);
        }
        for effect in effects.drain(..) {
            self.told.push(Event::Cache { op, cache, effect });
        }
        self.effects = effects;
    }

    /// Makes sure that a timer is set for a cache's next expiry.
    pub(crate) fn arm_expiry<D: Driver>(&mut self, cache: CacheId, d: &mut D) {
        let store = &self.stores.caches[cache];
        let Some(due_us) = store.cache.next_due_us() else { return };
        if store.expiry_us.is_none_or(|set_us| due_us < set_us) {
            self.stores.caches[cache].expiry_us = Some(due_us);
            let after_us = due_us.saturating_sub(self.now_us);
            d.timer(Timer::Expiry { cache }, Delay::After(after_us));
        }
    }
}
