//! What app servers were not told of: messages about changes that were lost, and readers that a
//! cache has forgotten.

use std::collections::VecDeque;

use super::stores::MOST_ASIDE;
use super::*;
use crate::event::Saying;
use crate::history::key::EntryNow;
use crate::vocabulary::LinkName;

/// The latest of what app servers were not told of.
#[derive(Clone, Default)]
pub(super) struct Unheard {
    /// Messages of a write to an app server that were lost on their way from a cache.
    lost: Greatest<(Origin, u16), Cause>,
    /// Whether caches remember who has read what, until the connection is lost.
    tracks: bool,
    /// Faults that ended connections.
    disconnected: VecDeque<Cause>,
}

impl Ledger {
    /// Caches remember who has read what.
    pub(in crate::history) fn track_readers(&mut self) {
        self.unheard.tracks = true;
    }

    /// Notes a lost message, if it would have told an app server of a change.
    pub(super) fn message_lost(
        &mut self,
        op: OpId,
        (from, to): (ProcessId, ProcessId),
        what: Saying,
    ) {
        let tells = !what.reply && matches!(what.verb, Verb::Spawn | Verb::Forget);
        if let (true, ProcessId::Cache(_), ProcessId::App(app)) = (tells, from, to) {
            let lost = Happening::Unheard { by: op, app }.at(self.now.at_us);
            self.unheard.lost.insert((op.origin(), app), lost);
        }
    }

    /// Notes a fault, if caches forget readers because of it.
    pub(super) fn disconnects(&mut self, fault: Fault) {
        let ends = matches!(
            fault,
            Fault::Cut { link: LinkName::AppCache, .. }
                | Fault::Kill(ProcessId::Cache(_))
                | Fault::Failover(_)
        );
        let Unheard { tracks, disconnected, .. } = &mut self.unheard;
        if *tracks && ends {
            if disconnected.len() >= MOST_ASIDE {
                disconnected.pop_front();
            }
            disconnected.push_back(Happening::Faulted { fault }.at(self.now.at_us));
        }
    }

    /// Why an app server that had this entry of a key in its own cache was not told of a newer
    /// write: the message was lost, or the cache had forgotten who has read the key.
    pub(super) fn unheard(
        &self,
        account: &KeyLedger,
        (id, entry): (CacheId, &EntryNow),
        newer: Origin,
    ) -> Option<Cause> {
        let app = self.names.stores().app_of(id)?;
        let lost = self.unheard.lost.get((newer, app)).copied();
        let lost = lost.filter(|lost| lost.at_us >= entry.set_us);
        lost.or_else(|| {
            let told_us = self.told_us(account, newer)?;
            let is_why = |cause: &&Cause| {
                let of_app = match cause.what {
                    Happening::Faulted { fault: Fault::Cut { app: Some(of), .. } } => of == app,
                    _ => true,
                };
                of_app && (entry.set_us..=told_us).contains(&cause.at_us)
            };
            self.unheard.disconnected.iter().find(is_why).copied()
        })
    }

    /// When a cache that app servers share last heard of the key, if that was after a write.
    fn told_us(&self, account: &KeyLedger, write: Origin) -> Option<Micros> {
        let committed_us = account.version_of(write)?.committed_us;
        let stores = self.names.stores();
        let shared = account.caches.iter().filter(|(id, _)| !stores.is_local(*id));
        let touched = shared.filter_map(|(_, cache)| Some(cache.touched?.at_us));
        touched.filter(|at_us| *at_us >= committed_us).max()
    }
}
