//! Changes that bypass the programs: crashes, and writes from outside.

use std::time::Instant;

use super::contents;
use super::database;
use super::error::LiveError;
use super::exchange::Place;
use super::run::Live;
use super::servers::Server;
use super::value::to_text;
use crate::event::{Event, Fault};
use crate::store::cache::{CacheEffect, Removal};
use crate::strategy::call::DatabaseCall;
use crate::strategy::value::{Datum, Symbol};
use crate::time::Micros;
use crate::vocabulary::{CacheId, LinkName};
use crate::world::ProcessId;

impl Live<'_> {
    pub(super) fn server_of(&mut self, cache: CacheId) -> Option<&mut Server> {
        let at = usize::from(cache.0);
        (at < self.spaces.len()).then(|| self.servers.cache(at))
    }

    /// Handles an event of the model: does what the servers have not done yet.
    pub(super) fn event(&mut self, event: Event) -> Result<(), LiveError> {
        match event {
            Event::Dropped { stamp, .. } => {
                self.exchanges.take(stamp);
            }
            Event::Committed { commit, .. } => self.knows(commit.key, commit.value),
            Event::Cache {
                cache,
                effect: CacheEffect::Removed { key, why: Removal::Moved, .. },
                ..
            } => self.move_entry(cache, key)?,
            Event::Cache { cache, effect, .. } => self.effect(cache, effect),
            Event::Fault(fault) => self.fault(fault)?,
            _ => {}
        }
        Ok(())
    }

    fn knows(&mut self, key: Symbol, value: Datum) {
        let text = to_text(value.scalar, self.simulation.names());
        self.known.insert((key, text), value);
    }

    fn effect(&mut self, cache: CacheId, effect: CacheEffect) {
        match effect {
            CacheEffect::Set { key, value, expires_us, gone_us, .. } => {
                self.knows(key, value);
                self.evicted.retain(|evicted| *evicted != (cache, key));
                self.ends(cache, key, expires_us, gone_us);
            }
            CacheEffect::Retimed { key, expires_us, gone_us } => {
                self.ends(cache, key, expires_us, gone_us);
            }
            // a replica's entry goes with a change of its primary's
            CacheEffect::Removed { key, why: Removal::Evicted, .. } if !self.is_replica(cache) => {
                self.evicted.push((cache, key));
            }
            _ => {}
        }
    }

    /// Sets when an entry's TTL and its grace end.
    fn ends(
        &mut self,
        cache: CacheId,
        key: Symbol,
        expires_us: Option<Micros>,
        gone_us: Option<Micros>,
    ) {
        match (expires_us, gone_us) {
            (Some(expires), Some(gone)) => self.expiries.insert((cache, key), [expires, gone]),
            _ => self.expiries.remove(&(cache, key)),
        };
    }

    /// Evicts at the servers what the model has evicted: its capacity counts entries, and its
    /// choice is exact.
    pub(super) fn evict(&mut self) -> Result<(), LiveError> {
        for (cache, key) in std::mem::take(&mut self.evicted) {
            let at = usize::from(cache.0);
            if let Some(space) = self.spaces.get(at) {
                let ask = space.evict(key, self.simulation.names());
                self.servers.cache(at).must(&ask)?;
                self.outcome.from_outside += 1;
            }
        }
        Ok(())
    }

    fn fault(&mut self, fault: Fault) -> Result<(), LiveError> {
        let names = self.simulation.names().clone();
        match fault {
            Fault::Kill(ProcessId::Cache(cache)) => {
                if let Some(server) = self.server_of(cache) {
                    server.kill();
                    self.outcome.crashes += 1;
                    self.end_replication(usize::from(cache.0));
                    self.disconnect(|place, _| place == Place::Cache(usize::from(cache.0)));
                }
            }
            Fault::Kill(ProcessId::App(app)) => self.disconnect(|_, of| of == Some(app)),
            Fault::Cut { link: LinkName::AppCache, app } => {
                self.disconnect(|_, of| of.is_some() && (app.is_none() || of == app));
            }
            Fault::Failover(replica) => {
                let old = self.simulation.world().node_of(replica).and_then(|of| of.other);
                let old = old.map(|old| Place::Cache(usize::from(old.0)));
                self.disconnect(|place, of| of.is_some() && Some(place) == old);
                self.promote(replica)?;
            }
            Fault::Restart(ProcessId::Cache(cache)) => {
                let began = Instant::now();
                if let Some(server) = self.server_of(cache) {
                    server.revive()?;
                    self.replicate(cache)?;
                }
                // its clock begins somewhere between the two
                self.start_us = self.start_us.max(began.elapsed().as_micros() as Micros);
            }
            Fault::Kill(ProcessId::Database) => {
                self.servers.database().kill();
                self.outcome.crashes += 1;
                self.disconnect(|place, _| place == Place::Database);
                self.pinned.clear();
                self.outside = None;
            }
            Fault::Restart(ProcessId::Database) => self.servers.database().revive()?,
            Fault::Flush(cache) => {
                let at = usize::from(cache.0);
                if let Some(space) = self.spaces.get(at) {
                    let server = self.servers.cache(at);
                    match server.own.is_some() {
                        true => {
                            server.must(&space.flush())?;
                            self.flushes.push((at, self.simulation.now_us()));
                        }
                        false => contents::remove(server, space)?,
                    }
                    self.outcome.from_outside += 1;
                }
            }
            Fault::Expire(cache, key) => {
                let at = usize::from(cache.0);
                if let Some(space) = self.spaces.get(at) {
                    let ask = space.expire_now(key, &names);
                    self.servers.cache(at).must(&ask)?;
                    self.outcome.from_outside += 1;
                }
            }
            Fault::OutsideWrite { key, value, .. } => {
                self.write_outside(&DatabaseCall::Write { key, value })?;
            }
            Fault::OutsideDelete { key, .. } => {
                self.write_outside(&DatabaseCall::Delete { key })?
            }
            _ => {}
        }
        Ok(())
    }

    /// Runs a statement that bypasses the application.
    fn write_outside(&mut self, call: &DatabaseCall) -> Result<(), LiveError> {
        let failed = |why| LiveError::Server { what: "PostgreSQL", why };
        let mut line = match self.outside.take() {
            Some(line) => line,
            None => self.open(Place::Database, None).map_err(failed)?,
        };
        let ask = database::ask(call, self.simulation.names());
        line.ask(ask).map_err(|refusal| failed(format!("{refusal:?}")))?;
        self.outside = Some(line);
        self.outcome.from_outside += 1;
        Ok(())
    }
}
