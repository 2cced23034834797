//! Messages that tell app servers of changes, and were lost.

use super::stores::MOST_ASIDE;
use super::*;
use crate::event::Saying;
use crate::history::key::EntryNow;

impl Ledger {
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
            self.unheard.insert((op.origin(), app), lost);
            if self.unheard.len() > MOST_ASIDE {
                self.unheard.pop_first();
            }
        }
    }

    /// The lost message about a newer write that would have reached an app server while it had
    /// this entry in its own cache.
    pub(super) fn unheard(&self, id: CacheId, entry: &EntryNow, newer: Origin) -> Option<Cause> {
        let app = self.names.stores().app_of(id)?;
        self.unheard.get(&(newer, app)).copied().filter(|lost| lost.at_us >= entry.set_us)
    }
}
