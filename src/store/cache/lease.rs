//! Leases, after "Scaling Memcache at Facebook" (2013), section 3.2.1.
//!
//! A miss hands out a token for the key, to one client at a time. Only its holder may set the key
//! with it; a delete in between revokes it, so that a slow reader cannot put back what was just
//! invalidated. Other clients see that a load is under way.

use std::collections::BTreeMap;
use std::hash::Hash;

use crate::digest::{Digest, Lens, Sum, due};
use crate::store::paged::Paged;
use crate::strategy::value::Symbol;
use crate::time::{Micros, SECOND_US};

/// How long a token is valid: the paper gives one per key every 10 seconds.
pub const LEASE_US: Micros = 10 * SECOND_US;

/// The valid tokens.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Leases {
    by_key: Paged<i64>,
    /// In the order of issue, which is also the order of expiry, because every token is valid for
    /// the same time.
    by_token: BTreeMap<i64, (Symbol, Micros)>,
    /// The last token issued. It survives a restart of the cache, so that an older token is not
    /// mistaken for a later one.
    last: i64,
}

impl Leases {
    /// Issues a token for a key; `None` while one is valid.
    pub fn give(&mut self, key: Symbol, now_us: Micros) -> Option<i64> {
        if self.by_key.contains(key) {
            return None;
        }
        self.last += 1;
        self.by_key.insert(key, self.last);
        self.by_token.insert(self.last, (key, now_us.saturating_add(LEASE_US)));
        Some(self.last)
    }

    /// Whether a token of a key is valid.
    pub fn has(&self, key: Symbol) -> bool {
        self.by_key.contains(key)
    }

    /// Whether a token is still valid for a key.
    pub fn is_valid(&self, key: Symbol, token: i64) -> bool {
        self.by_key.get(key) == Some(&token)
    }

    /// Revokes the key's token, if there is one.
    #[inline]
    pub fn invalidate(&mut self, key: Symbol) {
        if !self.by_token.is_empty()
            && let Some(token) = self.by_key.remove(key)
        {
            self.by_token.remove(&token);
        }
    }

    /// Removes expired tokens.
    #[inline]
    pub fn sweep(&mut self, now_us: Micros) {
        while let Some((&token, &(key, until_us))) = self.by_token.first_key_value() {
            if until_us > now_us {
                break;
            }
            self.by_token.remove(&token);
            self.by_key.remove(key);
        }
    }

    /// Revokes every token.
    pub fn clear(&mut self) {
        *self = Leases { last: self.last, ..Leases::default() };
    }

    /// The key and the expiry of every valid token, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, Micros)> {
        self.by_token.values().copied()
    }
}

impl Digest for Leases {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        // by_key says the same
        let Leases { by_key: _, by_token, last } = self;
        (last, by_token.len()).hash(sum);
        for (token, (key, until_us)) in by_token {
            (token, key).hash(sum);
            due(*until_us, lens, sum);
        }
    }
}

#[cfg(test)]
mod tests;
