//! Entries that are older than their rows: for how long.

use super::Ledger;
use crate::history::metrics::Peak;
use crate::history::state::KeyState;
use crate::time::Micros;

impl Ledger {
    /// The longest time for which an entry was older than its row, and its beginning; of those that
    /// are still older, up to now.
    pub fn longest_stale(&self, now_us: Micros) -> Peak {
        let mut longest = self.metrics.longest_stale;
        self.stale_since().for_each(|since_us| longest.see(now_us - since_us, since_us));
        longest
    }

    /// Since when each entry has been older that is older than its row now.
    pub(in crate::history) fn stale_since(&self) -> impl Iterator<Item = Micros> {
        let accounts = self.keys().iter().filter_map(|&key| self.key(key));
        let caches = accounts.flat_map(|account| account.caches.values());
        caches.filter(|cache| cache.state == KeyState::Stale).map(|cache| cache.since_us)
    }
}
