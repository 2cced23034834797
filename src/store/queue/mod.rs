//! A write buffer.
//!
//! Its [rules](crate::vocabulary::queue::Rules) are those of Amazon SQS with FIFO message groups,
//! with the key as the group, unless a strategy chooses others.
//!
//! - `line.rs`: the lines of items, their order, and the first of each
//! - `item.rs`: items, and what can happen to them
//! - `window.rs`: tables of items, in the order of their arrival
//!
//! **At least once.** A taken item stays in the queue until it is acknowledged (`DeleteMessage`).
//! If that does not happen within the visibility timeout, it is handed out again.
//!
//! **In order by key.** While an item of a key is taken, or waits for a retry, no later item of
//! that key is handed out; so one `take` gives at most one item of a key. A retried item keeps its
//! place in line: at the back, it would overwrite later writes. Few real queues have such an order;
//! the rules can choose another.
//!
//! **Coalescing.** The last item of a key, while it waits, absorbs the next one of its kind and
//! keeps its place in line: the last value of several pushes, the sum of several adds. A push after
//! an add, or an add after a push, is not merged: that would change the order of the two.
//!
//! **A crash** of the queue's process undoes what is not on its disk yet: acknowledgements, and
//! unconfirmed pushes, of the last [`sync_us`](crate::vocabulary::queue::Rules::sync_us). A value
//! that was merged into an older item stays with it.

mod item;
mod window;

pub use item::{Item, Pushed, QueueEffect, Visibility};

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::Hash;

use crate::digest::{Digest, Lens, Sum, due};
use crate::order;
use crate::store::paged::Paged;
use crate::strategy::value::{Composite, Datum, Receipt, Symbol, Value};
use crate::time::Micros;
use crate::vocabulary::queue::{Coalesce, Order, Place, Rules};
use window::{Ids, Window};

/// The contents of one queue.
///
/// Ids count up from 1. An item's place in line is its id, until it goes to the back.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Queue {
    rules: Rules,
    items: Window<Item>,
    /// The lines of which only the first item is handed out: one for each key, or one for all. Each
    /// item has the id of the next one in its line.
    lines: Paged<Line>,
    /// The newest item of each key, if pushes are joined and there is no line for each key.
    newest: Paged<u32>,
    /// The places of the items that `take` may hand out.
    ready: Ids,
    /// Items by their place, if that is not their id.
    moved: BTreeMap<u32, u32>,
    /// (instant, id) of items that become visible by themselves.
    hidden: BTreeSet<(Micros, u32)>,
    /// Items whose acknowledgement is not on the disk before the instant.
    unsynced: VecDeque<(Micros, Item)>,
    last: u32,
    /// The dead letters, the oldest first: at most [`MOST_DEAD`].
    dead: VecDeque<Item>,
    /// The number of all dead letters that were not pushed again.
    dead_letters: u32,
}

/// The most dead letters kept for pushing them again; beyond that, the oldest are dropped.
const MOST_DEAD: usize = 10_000;

/// A line: items of which only the first is handed out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Line {
    head: u32,
    tail: u32,
}

/// The line of all keys.
const ALL: Symbol = Symbol(0);

impl Queue {
    /// An empty queue.
    pub fn new(rules: Rules) -> Queue {
        Queue {
            rules,
            items: Window::new(),
            lines: Paged::new(),
            newest: Paged::new(),
            ready: Ids::new(),
            moved: BTreeMap::new(),
            hidden: BTreeSet::new(),
            unsynced: VecDeque::new(),
            last: 0,
            dead: VecDeque::new(),
            dead_letters: 0,
        }
    }

    /// Puts an item at the end of its line (`SendMessage`), or merges it into a waiting one. `add`:
    /// the value is an amount to add.
    pub fn push(
        &mut self,
        key: Symbol,
        value: Datum,
        version: Option<i64>,
        add: bool,
        now_us: Micros,
        effect: &mut dyn FnMut(QueueEffect),
    ) -> Pushed {
        if let Some(id) = self.newest_of(key)
            && let Some(held) = self.items.get_mut(id)
        {
            if self.rules.coalesce.joins()
                && let Some(merged) = held.merged(value, add)
            {
                let absorbed = held.value.origin;
                held.value = merged;
                held.version = version;
                effect(QueueEffect::Merged { item: id, key, absorbed, value: merged });
                return Pushed::Merged(id);
            }
            let is_dropped = match self.rules.coalesce {
                Coalesce::First => true,
                Coalesce::Waiting => !held.is_held(),
                Coalesce::Debounce => held.is_held(),
                Coalesce::No | Coalesce::Last => false,
            };
            if is_dropped {
                effect(QueueEffect::Ignored { item: id, key, origin: value.origin });
                return Pushed::Ignored;
            }
        }
        if self.rules.limit.is_some_and(|limit| self.items.len() >= limit as usize) {
            return Pushed::Full;
        }
        self.last += 1;
        let id = self.last;
        self.items.push(id, Item::new(key, value, version, add, id, now_us));
        if self.rules.coalesce != Coalesce::No && self.rules.order != Order::Key {
            self.newest.insert(key, id);
        }
        self.join(id);
        effect(QueueEffect::Pushed { item: id, key, value });
        Pushed::Queued(id)
    }

    /// The line of an item of a key.
    fn line_of(&self, key: Symbol) -> Option<Symbol> {
        match self.rules.order {
            Order::Key => Some(key),
            Order::Queue => Some(ALL),
            Order::None => None,
        }
    }

    /// The newest item of a key, if pushes are joined.
    fn newest_of(&self, key: Symbol) -> Option<u32> {
        match (self.rules.coalesce, self.rules.order) {
            (Coalesce::No, _) => None,
            (_, Order::Key) => self.lines.get(key).map(|line| line.tail),
            _ => self.newest.get(key).copied(),
        }
    }

    /// The sum to which an amount pushed now would be added.
    pub fn sum_of(&self, key: Symbol) -> Option<Datum> {
        if !self.rules.coalesce.joins() {
            return None;
        }
        let newest = self.newest_of(key)?;
        self.items.get(newest).filter(|item| item.add && !item.is_held()).map(|item| item.value)
    }

    /// Hands out the first `most` available items, as a list of [`Composite::Item`] in order
    /// (`ReceiveMessage`).
    pub fn take(
        &mut self,
        most: u32,
        now_us: Micros,
        effect: &mut dyn FnMut(QueueEffect),
    ) -> Value {
        let mut taken = Vec::new();
        while taken.len() < most as usize
            && let Some(place) = self.ready.first()
        {
            self.ready.remove(place);
            let id = self.moved.get(&place).copied().unwrap_or(place);
            let Some(item) = self.items.get_mut(id) else { continue };
            let until_us = now_us.saturating_add(self.rules.redeliver_us);
            item.visibility = Visibility::Taken { until_us };
            item.attempts = item.attempts.saturating_add(1);
            self.hidden.insert((until_us, id));
            effect(QueueEffect::Taken { item: id });
            taken.push(Value::Composite(
                Composite::Item {
                    id,
                    key: item.key,
                    value: item.value,
                    attempts: item.attempts,
                    version: item.version,
                    add: item.add,
                }
                .into(),
            ));
        }
        Value::List(taken.into())
    }

    /// Removes an item whose work is done. False if it does not exist, or was given back by `retry`
    /// or `release_all` and so is no longer the caller's.
    pub fn ack(
        &mut self,
        receipt: Receipt,
        now_us: Micros,
        effect: &mut dyn FnMut(QueueEffect),
    ) -> bool {
        let Some(item) = self.remove_held(receipt) else { return false };
        let Item { key, value, .. } = item;
        effect(QueueEffect::Acked { item: receipt.item, key, origin: value.origin });
        while self.unsynced.front().is_some_and(|(until_us, _)| *until_us <= now_us) {
            self.unsynced.pop_front();
        }
        if self.rules.sync_us > 0 {
            let until_us = now_us.saturating_add(self.rules.sync_us);
            self.unsynced.push_back((until_us, item));
        }
        true
    }

    /// Gives an item back, which is not handed out again before `after_us` from now
    /// (`ChangeMessageVisibility`). False as for `ack`.
    pub fn retry(
        &mut self,
        receipt: Receipt,
        after_us: Micros,
        now_us: Micros,
        effect: &mut dyn FnMut(QueueEffect),
    ) -> bool {
        let id = receipt.item;
        let Some(key) = self.held(receipt).map(|item| item.key) else { return false };
        self.give_back(id, self.rules.retry);
        match after_us {
            0 => self.show(id, Visibility::Waiting),
            _ => self.hide(id, Visibility::Delayed { until_us: now_us.saturating_add(after_us) }),
        }
        effect(QueueEffect::Retried { item: id, key });
        true
    }

    /// Removes an item from the line for good, although its work is not done. False as for `ack`.
    pub fn dead_letter(&mut self, receipt: Receipt, effect: &mut dyn FnMut(QueueEffect)) -> bool {
        let Some(item) = self.remove_held(receipt) else { return false };
        let Item { key, value, .. } = item;
        self.dead_letters += 1;
        if self.dead.len() >= MOST_DEAD {
            self.dead.pop_front();
        }
        self.dead.push_back(item);
        effect(QueueEffect::DeadLettered { item: receipt.item, key, origin: value.origin });
        true
    }

    /// Pushes dead letters again, the oldest first, as new items at the end of the line
    /// (`StartMessageMoveTask` of Amazon SQS, a shovel of RabbitMQ from the dead letters' queue,
    /// which moves them in order and behind present items). Those for which there is no room stay.
    pub fn replay(&mut self, now_us: Micros, effect: &mut dyn FnMut(QueueEffect)) {
        while let Some(Item { key, value, version, add, .. }) = self.dead.pop_front() {
            let mut behind = Vec::new();
            let pushed = self.push(key, value, version, add, now_us, &mut |each| behind.push(each));
            if pushed == Pushed::Full {
                let item = Item::new(key, value, version, add, 0, now_us);
                return self.dead.push_front(item);
            }
            self.dead_letters = self.dead_letters.saturating_sub(1);
            effect(QueueEffect::Replayed { key, origin: value.origin });
            behind.into_iter().for_each(&mut *effect);
        }
    }

    /// Whether anything can be pushed again.
    pub fn has_dead(&self) -> bool {
        !self.dead.is_empty()
    }

    /// The task that had taken an item was killed, and the queue knows it: the item comes back at
    /// once.
    pub fn release(&mut self, receipt: Receipt, effect: &mut dyn FnMut(QueueEffect)) {
        let (id, attempt) = (receipt.item, receipt.attempt);
        let taken = self.items.get(id).filter(|item| {
            matches!(item.visibility, Visibility::Taken { .. }) && item.attempts == attempt
        });
        let Some(key) = taken.filter(|_| self.rules.release).map(|item| item.key) else { return };
        self.give_back(id, self.rules.redelivery);
        self.show(id, Visibility::Waiting);
        effect(QueueEffect::Redelivered { item: id, key });
    }

    /// Makes items visible that are due at or before `now_us`: those that were taken and not
    /// acknowledged in time (reported), and those whose retry is due.
    pub fn redeliver(&mut self, now_us: Micros, effect: &mut dyn FnMut(QueueEffect)) {
        while let Some(&(due, id)) = self.hidden.first()
            && due <= now_us
        {
            let Some(item) = self.items.get(id) else { break };
            let key = item.key;
            if matches!(item.visibility, Visibility::Taken { .. }) {
                self.give_back(id, self.rules.redelivery);
                self.show(id, Visibility::Overdue);
                effect(QueueEffect::Redelivered { item: id, key });
            } else {
                self.show(id, Visibility::Waiting);
            }
        }
    }

    /// The earliest instant at which [`redeliver`](Queue::redeliver) has
    /// something to do.
    pub fn next_due_us(&self) -> Option<Micros> {
        self.hidden.first().map(|&(due, _)| due)
    }

    /// The process of a durable queue has crashed: taken items are visible again, and everything
    /// that was not on the disk yet is undone.
    pub fn release_all(&mut self, now_us: Micros, effect: &mut dyn FnMut(QueueEffect)) {
        let rules = self.rules;
        let is_on_disk = |item: &Item| on_disk_us(&rules, item) <= now_us;
        let young = self.items.iter().filter(|(_, item)| !is_on_disk(item));
        let young: Vec<u32> = young.map(|(id, _)| id).collect();
        for id in young {
            if let Some(Item { key, value, .. }) = self.remove(id) {
                effect(QueueEffect::Dropped { item: id, key, origin: value.origin });
            }
        }
        let held = self.items.iter().filter(|(_, item)| item.is_held());
        let held: Vec<_> = held.map(|(id, item)| (id, item.key)).collect();
        for (id, key) in held {
            self.give_back(id, self.rules.redelivery);
            self.show(id, Visibility::Waiting);
            effect(QueueEffect::Redelivered { item: id, key });
        }
        let acked = std::mem::take(&mut self.unsynced);
        let mut undone: Vec<Item> = acked
            .into_iter()
            .filter(|(until_us, item)| *until_us > now_us && is_on_disk(item))
            .map(|(_, item)| item)
            .collect();
        order::by_key(&mut undone, |item| item.place);
        // the newest first: each goes to the front of its line
        for item in undone.into_iter().rev() {
            let (key, value) = (item.key, item.value);
            let id = self.put_in_front(item);
            effect(QueueEffect::Returned { item: id, key, value });
        }
    }

    /// The process of a queue in memory has crashed: every item is lost.
    pub fn clear(&mut self, effect: &mut dyn FnMut(QueueEffect)) {
        self.lines.clear();
        self.newest.clear();
        self.ready = Ids::new();
        self.moved.clear();
        self.hidden.clear();
        self.unsynced.clear();
        for (item, held) in std::mem::replace(&mut self.items, Window::new()).iter() {
            effect(QueueEffect::Dropped { item, key: held.key, origin: held.value.origin });
        }
        self.dead.clear();
        if self.dead_letters > 0 {
            effect(QueueEffect::DeadLettersDropped);
        }
    }

    /// The number of items, taken ones included.
    pub fn depth(&self) -> usize {
        self.items.len()
    }

    /// The number of items that `take` would hand out now.
    pub fn ready(&self) -> usize {
        self.ready.len()
    }

    /// When the oldest item was pushed; pushes that it absorbed later do not count.
    pub fn oldest_us(&self) -> Option<Micros> {
        self.items.iter().next().map(|(_, item)| item.pushed_us)
    }

    /// The number of items given up.
    pub fn dead_letters(&self) -> u32 {
        self.dead_letters
    }

    /// One item.
    pub fn get(&self, id: u32) -> Option<&Item> {
        self.items.get(id)
    }

    /// Every item with its id, in the order of ids.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Item)> {
        self.items.iter()
    }

    /// The first items, in order.
    pub fn first(&self, most: usize) -> Vec<&Item> {
        let mut moved = self.moved.iter().peekable();
        let find = |id: &u32| self.items.get(*id);
        let mut first = Vec::new();
        for (id, item) in self.items.iter() {
            while let Some((_, id)) = moved.next_if(|(place, _)| **place < id) {
                first.extend(find(id));
            }
            if item.place == id {
                first.push(item);
            }
            if first.len() >= most {
                break;
            }
        }
        first.extend(moved.filter_map(|(_, id)| find(id)));
        first.truncate(most);
        first
    }

    /// The items of one key.
    pub fn of_key(&self, key: Symbol) -> impl Iterator<Item = (u32, &Item)> {
        let find = |id| Some((id, self.items.get(id)?));
        let is_lined = self.rules.order == Order::Key;
        let head = is_lined.then(|| self.lines.get(key).and_then(|line| find(line.head)));
        let line = std::iter::successors(head.flatten(), move |(_, item)| find(item.next?));
        let all = self.items.iter().filter(move |(_, item)| !is_lined && item.key == key);
        line.chain(all)
    }
}

/// When an item's push is on the disk.
fn on_disk_us(rules: &Rules, item: &Item) -> Micros {
    if rules.confirm { 0 } else { item.pushed_us.saturating_add(rules.sync_us) }
}

impl Digest for Queue {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        // lines, newest, moved and hidden follow from the items
        let Queue {
            rules,
            items,
            lines: _,
            newest: _,
            ready,
            moved: _,
            hidden: _,
            unsynced,
            last,
            dead,
            // what was too much to be kept can't be pushed again
            dead_letters: _,
        } = self;
        if lens.dead {
            dead.len().hash(sum);
            for Item { key, value, version, add, .. } in dead {
                (key, value, version, add).hash(sum);
            }
        }
        (rules, last, ready).hash(sum);
        for (until_us, item) in unsynced.iter().filter(|(until_us, _)| *until_us > lens.now_us) {
            due(*until_us, lens, sum);
            due(on_disk_us(rules, item), lens, sum);
            item.digest(lens, sum);
        }
        items.len().hash(sum);
        for (id, item) in items.iter() {
            id.hash(sum);
            // whether a crash takes the push back
            due(on_disk_us(rules, item), lens, sum);
            item.digest(lens, sum);
        }
    }
}

mod line;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod tests;
