//! Eviction policies: which entry is removed to make room (Redis: `maxmemory-policy`).
//!
//! Where Redis approximates, this is exact, so that a run can be followed by hand: Redis samples
//! five keys and evicts the best of them, and counts accesses in eight bits (a Morris counter) that
//! decay with time.

mod segments;

use std::collections::{BTreeMap, BTreeSet};

use segments::Segments;

use crate::named::named;
use crate::store::paged::Paged;
use crate::strategy::value::Symbol;
use crate::time::Micros;

named! {
    /// Which entry is removed to make room (Redis: `maxmemory-policy`).
    #[derive(serde::Deserialize, Default)]
    pub enum Eviction {
        /// None: a set that needs room is refused.
        Noeviction = "noeviction",
        #[default]
        AllkeysLru = "allkeys-lru",
        AllkeysLfu = "allkeys-lfu",
        AllkeysRandom = "allkeys-random",
        /// The entry that expires first; entries without a TTL are never evicted.
        VolatileTtl = "volatile-ttl",
    }
}

/// The order of eviction. Nothing is kept if nothing can ever be evicted.
#[derive(Clone, Debug)]
pub(super) enum Order {
    /// There is no limit, or the policy is `noeviction`.
    Nobody,
    /// `allkeys-lru` and `allkeys-lfu`
    Use(Use),
    /// `allkeys-random`
    Any(Ranked),
    /// `volatile-ttl`: (end of freshness, key)
    Ttl(BTreeSet<(Micros, Symbol)>),
    /// Memcached
    Segments(Segments),
}

impl Order {
    pub fn new(capacity: Option<u32>, eviction: Eviction) -> Order {
        match eviction {
            _ if capacity.is_none() => Order::Nobody,
            Eviction::Noeviction => Order::Nobody,
            Eviction::AllkeysLru => Order::Use(Use::new(false)),
            Eviction::AllkeysLfu => Order::Use(Use::new(true)),
            Eviction::AllkeysRandom => Order::Any(Ranked::default()),
            Eviction::VolatileTtl => Order::Ttl(BTreeSet::new()),
        }
    }

    /// Memcached's order.
    pub fn segmented(capacity: Option<u32>) -> Order {
        capacity.map_or(Order::Nobody, |_| Order::Segments(Segments::new()))
    }

    /// Sets the clock of an order that has one, in seconds.
    pub fn tick(&mut self, now_s: u64) {
        if let Order::Segments(order) = self {
            order.tick(now_s);
        }
    }

    /// Adds a new key, which counts as its first use.
    pub fn added(&mut self, key: Symbol, expires_us: Option<Micros>) {
        match self {
            Order::Nobody => {}
            Order::Use(order) => order.add(key),
            Order::Any(order) => order.add(key),
            Order::Ttl(order) => order.extend(expires_us.map(|us| (us, key))),
            Order::Segments(order) => order.add(key),
        }
    }

    /// Notes that a key was read.
    #[inline]
    pub fn used(&mut self, key: Symbol) {
        match self {
            Order::Use(order) => order.touch(key),
            Order::Segments(order) => order.touch(key),
            Order::Nobody | Order::Any(_) | Order::Ttl(_) => {}
        }
    }

    /// Notes that a key got a new value: a use, but for Memcached another item.
    #[inline]
    pub fn replaced(&mut self, key: Symbol) {
        match self {
            Order::Segments(order) => order.add(key),
            _ => self.used(key),
        }
    }

    /// Notes that a key's TTL has changed.
    #[inline]
    pub fn retimed(&mut self, key: Symbol, was_us: Option<Micros>, expires_us: Option<Micros>) {
        if let Order::Ttl(order) = self
            && was_us != expires_us
        {
            was_us.map(|us| order.remove(&(us, key)));
            order.extend(expires_us.map(|us| (us, key)));
        }
    }

    /// Removes a key.
    pub fn removed(&mut self, key: Symbol, expires_us: Option<Micros>) {
        match self {
            Order::Nobody => {}
            Order::Use(order) => order.remove(key),
            Order::Any(order) => order.remove(key),
            Order::Ttl(order) => {
                expires_us.map(|us| order.remove(&(us, key)));
            }
            Order::Segments(order) => order.remove(key),
        }
    }

    /// The next entry to evict; `None` if none may be evicted.
    pub fn victim(&self, pick: &mut dyn FnMut(u64) -> u64) -> Option<Symbol> {
        match self {
            Order::Nobody => None,
            Order::Use(order) => order.first(),
            Order::Any(order) if order.is_empty() => None,
            Order::Any(order) => order.nth(pick(order.len())),
            Order::Ttl(order) => order.first().map(|&(_, key)| key),
            Order::Segments(order) => order.first(),
        }
    }

    pub fn clear(&mut self) {
        match self {
            Order::Nobody => {}
            Order::Use(order) => *order = Use::new(order.counts),
            Order::Any(order) => *order = Ranked::default(),
            Order::Ttl(order) => order.clear(),
            Order::Segments(order) => *order = Segments::new(),
        }
    }
}

/// Only the order of use is compared: the rest follows from the entries.
impl PartialEq for Order {
    fn eq(&self, other: &Order) -> bool {
        match (self, other) {
            (Order::Use(one), Order::Use(other)) => one == other,
            (Order::Segments(one), Order::Segments(other)) => one == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}
impl Eq for Order {}
impl std::hash::Hash for Order {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Order::Use(order) => order.hash(state),
            Order::Segments(order) => order.hash(state),
            Order::Nobody | Order::Any(_) | Order::Ttl(_) => {}
        }
    }
}

/// Keys by number of uses, and within one number by the time of the last use: LFU. Without
/// counting, all numbers are equal, which leaves LRU.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Use {
    counts: bool,
    links: Paged<Neighbours>,
    /// One chain for each number of uses that occurs; no chain is empty.
    chains: BTreeMap<u32, Chain>,
}

/// A key's neighbours in its chain.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Neighbours {
    older: Option<Symbol>,
    newer: Option<Symbol>,
    count: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Chain {
    oldest: Symbol,
    newest: Symbol,
}

impl Use {
    fn new(counts: bool) -> Use {
        Use { counts, links: Paged::new(), chains: BTreeMap::new() }
    }

    /// The key used least often; of several, the one not used for longest.
    fn first(&self) -> Option<Symbol> {
        self.chains.first_key_value().map(|(_, chain)| chain.oldest)
    }

    /// The key that has been in a chain for longest.
    fn oldest(&self, chain: u32) -> Option<Symbol> {
        self.chains.get(&chain).map(|chain| chain.oldest)
    }

    /// The chain of a key.
    fn chain_of(&self, key: Symbol) -> Option<u32> {
        self.links.get(key).map(|link| link.count)
    }

    fn add(&mut self, key: Symbol) {
        self.append(key, u32::from(self.counts));
    }

    fn touch(&mut self, key: Symbol) {
        let Some(&link) = self.links.get(key) else { return };
        if self.counts {
            self.unchain(link);
            self.append(key, link.count.saturating_add(1));
        } else if link.newer.is_some() {
            self.unchain(link);
            self.append(key, link.count);
        }
    }

    fn remove(&mut self, key: Symbol) {
        if let Some(link) = self.links.remove(key) {
            self.unchain(link);
        }
    }

    fn append(&mut self, key: Symbol, count: u32) {
        let chain = self.chains.entry(count).or_insert(Chain { oldest: key, newest: key });
        let older = (chain.newest != key).then_some(chain.newest);
        chain.newest = key;
        self.links.insert(key, Neighbours { older, newer: None, count });
        if let Some(link) = older.and_then(|older| self.links.get_mut(older)) {
            link.newer = Some(key);
        }
    }

    /// Removes a key from its chain.
    fn unchain(&mut self, Neighbours { older, newer, count }: Neighbours) {
        if let Some(link) = older.and_then(|key| self.links.get_mut(key)) {
            link.newer = newer;
        }
        if let Some(link) = newer.and_then(|key| self.links.get_mut(key)) {
            link.older = older;
        }
        match (older, newer, self.chains.get_mut(&count)) {
            (None, None, _) => {
                self.chains.remove(&count);
            }
            (None, Some(newer), Some(chain)) => chain.oldest = newer,
            (Some(older), None, Some(chain)) => chain.newest = older,
            _ => {}
        }
    }
}

/// A set of keys with access to the n-th, in the order of keys: the key that a random number
/// selects must not depend on the set's past.
///
/// A bit for each key, and a Fenwick tree over the words of bits.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranked {
    words: Vec<u64>,
    /// `sums[i]`: the number of bits set in the words that node `i + 1` covers. As many as `words`,
    /// a power of two.
    sums: Vec<u32>,
    len: u64,
}

impl Ranked {
    fn len(&self) -> u64 {
        self.len
    }

    fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn add(&mut self, key: Symbol) {
        let (word, bit) = (key.0 as usize / 64, 1 << (key.0 % 64));
        if word >= self.words.len() {
            self.grow(word + 1);
        }
        if self.words[word] & bit == 0 {
            self.words[word] |= bit;
            self.count(word, 1);
        }
    }

    fn remove(&mut self, key: Symbol) {
        let (word, bit) = (key.0 as usize / 64, 1 << (key.0 % 64));
        if self.words.get(word).is_some_and(|bits| bits & bit != 0) {
            self.words[word] &= !bit;
            self.count(word, -1);
        }
    }

    /// The key with `n` others before it.
    fn nth(&self, mut n: u64) -> Option<Symbol> {
        let (mut word, mut step) = (0, self.sums.len());
        while step > 0 {
            if let Some(&sum) = self.sums.get(word + step - 1)
                && u64::from(sum) <= n
            {
                n -= u64::from(sum);
                word += step;
            }
            step /= 2;
        }
        let mut bits = *self.words.get(word)?;
        for _ in 0..n {
            bits &= bits.wrapping_sub(1);
        }
        (bits != 0).then(|| Symbol(word as u32 * 64 + bits.trailing_zeros()))
    }

    fn count(&mut self, word: usize, change: i32) {
        self.len = self.len.wrapping_add_signed(change.into());
        let mut node = word + 1;
        while node <= self.sums.len() {
            self.sums[node - 1] = self.sums[node - 1].wrapping_add_signed(change);
            node += node & node.wrapping_neg();
        }
    }

    fn grow(&mut self, words: usize) {
        self.words.resize(words.next_power_of_two(), 0);
        self.sums = vec![0; self.words.len()];
        self.len = 0;
        for word in 0..self.words.len() {
            self.count(word, self.words[word].count_ones() as i32);
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod tests;
