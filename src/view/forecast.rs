//! When a difference between the two stores will end: by the entry's TTL, by a
//! message in flight, or by a flush.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::View;
use crate::history::{Forecast, KeyState};
use crate::strategy::call::{CacheCall, Call};
use crate::strategy::value::{Datum, Symbol};
use crate::time::{Micros, instant};
use crate::vocabulary::CacheId;
use crate::world::{Body, OpId, ProcessId, Waiting};

/// The first command in flight that ends a difference, by key and cache.
pub(super) type UnderWay = BTreeMap<(Symbol, CacheId), Landing>;

/// A command that will change or remove an entry.
#[derive(Clone, Copy)]
pub(super) struct Landing {
    at_us: Option<Micros>,
    by: OpId,
    deletes: bool,
}

impl View<'_> {
    /// Every command in flight that removes an entry or sets it to the row's value.
    pub(super) fn under_way(self) -> UnderWay {
        let landings = self.schedule.landings();
        let mut under_way = UnderWay::new();
        for (id, message) in self.world.messages() {
            if let (Body::Forget { key }, ProcessId::App(app)) = (&message.body, message.to)
                && let Some(local) = self.world.setup().local_of(app)
            {
                let at_us = landings.get(&id).copied();
                under_way.insert((*key, local), Landing { at_us, by: message.op, deletes: true });
            }
            let calls: &[Call] = match &message.body {
                Body::Call { call: Call::Many(many), .. } => &many.calls,
                Body::Call { call, .. } => std::slice::from_ref(call),
                _ => continue,
            };
            for call in calls {
                let Call::Cache(cache, call) = call else { continue };
                let (key, deletes) = match *call {
                    CacheCall::Delete { key, .. } => (key, true),
                    CacheCall::Set { key, value, .. }
                    | CacheCall::SetWithLease { key, value, .. }
                        if self.is_row(key, value) =>
                    {
                        (key, false)
                    }
                    _ => continue,
                };
                let landing =
                    Landing { at_us: landings.get(&id).copied(), by: message.op, deletes };
                let first = under_way.entry((key, *cache)).or_insert(landing);
                // one that is held lands last
                let lands = |landing: &Landing| landing.at_us.unwrap_or(Micros::MAX);
                if lands(&landing) < lands(first) {
                    *first = landing;
                }
            }
        }
        // what a replica has not heard of yet
        for cache in self.world.caches().ids() {
            for (key, op, value) in self.world.on_the_way_to(cache) {
                let deletes = value.is_none();
                if value.is_none_or(|value| self.is_row(key, value)) {
                    let landing = Landing { at_us: None, by: op, deletes };
                    under_way.entry((key, cache)).or_insert(landing);
                }
            }
        }
        under_way
    }

    /// Whether a value is the row's: only that ends a difference.
    fn is_row(self, key: Symbol, value: Datum) -> bool {
        let account = self.history.ledger().key(key);
        account.and_then(|account| account.row).is_some_and(|row| row.value == value)
    }

    /// When a key's difference in a cache will end.
    pub(super) fn forecast(self, key: Symbol, id: CacheId, under_way: &UnderWay) -> Forecast {
        let ledger = self.history.ledger();
        let Some(account) = ledger.key(key) else { return Forecast::default() };
        let Some(cache) = account.caches.get(id) else { return Forecast::default() };
        let (Some(entry), true) = (cache.entry, cache.state.differs()) else {
            return Forecast::default();
        };
        let until_us = entry.until_us();
        let ttl = until_us.map(|until_us| format!("its TTL at {}", instant(until_us)));
        let landing = under_way.get(&(key, id)).map(|landing| {
            let what = if landing.deletes { "delete" } else { "set" };
            let whose = match landing.by {
                OpId::NOBODY => format!("a background {what}"),
                op => format!("{}'s {what}", op.label()),
            };
            match landing.at_us {
                Some(at_us) => format!("{whose} lands at {}", instant(at_us)),
                None => format!("{whose} lands"),
            }
        });
        let queued = self.world.queues.iter().find(|slot| slot.queue.of_key(key).next().is_some());
        let queue = queued.map(|slot| match (cache.state, slot.process) {
            (KeyState::Ahead, _) => "its write is flushed from the queue",
            (_, ProcessId::Database) => "the change stream is read",
            _ => "the queue is flushed",
        });
        let busy = self.world.tasks.values().any(|task| {
            task.key == Some(key) && task.op != OpId::NOBODY && task.op.kind().writes()
        });
        let task = busy.then(|| "the write under way is through, if that ends it".to_owned());
        let retry = self.retry_of(key);
        // whoever changes one of the rows that the entry was made of may make it again
        let rows = || ledger.rows_behind(key, id).into_iter();
        let turn = || {
            let name = self.loop_that_changes(key, id)?;
            Some(format!("{name} runs, if that ends it"))
        };
        let sooner = landing.or(queue.map(str::to_owned)).or(task).or(retry).or_else(turn);
        let words = match (sooner, ttl) {
            (Some(sooner), Some(ttl)) => format!("until {sooner}, or {ttl}"),
            (Some(sooner), None) => format!("until {sooner}"),
            (None, Some(ttl)) => format!("until {ttl}"),
            (None, None) if self.is_busy_with(key) || rows().any(|row| self.is_busy_with(row)) => {
                "until something that is under way ends it, if it does".to_owned()
            }
            (None, None) => "for good: nothing will correct it".to_owned(),
        };
        Forecast { until_us, words }
    }

    /// A client that waits to retry a write of a key.
    fn retry_of(self, key: Symbol) -> Option<String> {
        let retries = self.schedule.retries();
        let waits = self.world.operations().filter(|(_, operation)| {
            operation.key == key && operation.backing_off && operation.kind.writes()
        });
        let first = waits.min_by_key(|(at, operation)| (retries.get(at), operation.id))?;
        let (at, operation) = first;
        let label = operation.id.label();
        Some(match retries.get(&at) {
            Some(at_us) => format!("{label} is tried again at {}", instant(*at_us)),
            None => format!("{label} is tried again"),
        })
    }

    /// A background loop that changes entries of a cache whenever it finds that it has to, and not
    /// because of what is in a queue: a relay of an outbox.
    fn loop_that_changes(self, key: Symbol, id: CacheId) -> Option<Arc<str>> {
        let (setup, stores) = (self.world.setup(), self.history.ledger().names().stores());
        let strategy = self.world.route(key);
        let is_it = |of: CacheId| {
            (stores.is_local(of) && stores.is_local(id))
                || stores.cache_of(of) == stores.cache_of(id)
        };
        let mut loops = self.world.loops.iter().filter(|slot| {
            let is_up = self.world.process(slot.process).is_some_and(|process| process.up);
            slot.strategy == strategy && is_up && !slot.stopped
        });
        loops.find_map(|slot| {
            let program = &setup.strategies[usize::from(slot.strategy)].program;
            let polls = program.takes_from(slot.function).next().is_none()
                && program.changes_caches(slot.function).any(is_it);
            polls.then(|| self.world.loop_name(slot).clone())
        })
    }

    /// Whether anything in progress may concern a key.
    fn is_busy_with(self, key: Symbol) -> bool {
        let mut operations = self.world.operations();
        let is_about = |call: &Call| call.key() == Some(key);
        let mut messages = self.world.messages();
        operations.any(|(_, operation)| operation.key == key)
            || messages.any(
                |(_, message)| matches!(&message.body, Body::Call { call, .. } if is_about(call)),
            )
            || self.world.tasks.values().any(|task| {
                task.key == Some(key)
                    || matches!(&task.waiting, Waiting::Reply { call, .. } if is_about(call))
            })
    }
}
