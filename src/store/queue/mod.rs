//! A write buffer, after Amazon SQS with FIFO message groups, the key being
//! the group.
//!
//! - `item.rs`: one write that waits, and what can happen to it
//! - `window.rs`: tables of items, in the order of their coming
//!
//! **At least once.** A taken item stays in the queue until it is acknowledged
//! (`DeleteMessage`). Where that does not come within the visibility timeout,
//! it is handed out again.
//!
//! **In order by key.** While an item of a key is taken, or waits for a retry,
//! no later item of that key is handed out; so one `take` gives at most one
//! item of a key. A retried item keeps its place in line: sent to the back, it
//! would overwrite what was written after it.
//!
//! **Coalescing.** The last item of a key, while it waits, absorbs the next one
//! of its kind, and keeps its place in line: the last value of several pushes,
//! the sum of several adds. A push after an add, or an add after a push, does
//! not merge: that would change the order of the two.

mod item;
mod window;

pub use item::{Item, Pushed, QueueEffect, Visibility};

use std::collections::BTreeSet;
use std::hash::Hash;

use crate::digest::{Digest, Lens, Sum};
use crate::store::paged::Paged;
use crate::strategy::value::{Composite, Datum, Symbol, Value};
use crate::time::Micros;
use window::{Ids, Window};

/// One queue's contents.
///
/// An item's id is also its place in line: ids count up from 1.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Queue {
    coalesce: bool,
    limit: Option<u32>,
    redeliver_us: Micros,
    items: Window<Item>,
    /// The keys that have items. Each item knows the next one of its key.
    lines: Paged<KeyLine>,
    /// The items that `take` may hand out: the first of its key, and visible.
    ready: Ids,
    /// (instant, id) of those that become visible by themselves.
    hidden: BTreeSet<(Micros, u32)>,
    last: u32,
    dead_letters: u32,
}

/// The items of one key, of which only the first is ever handed out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct KeyLine {
    head: u32,
    tail: u32,
}

impl Queue {
    /// An empty queue of at most `limit` items, in which a taken item becomes
    /// visible again after `redeliver_us` (SQS: 30 s).
    pub fn new(coalesce: bool, limit: Option<u32>, redeliver_us: Micros) -> Queue {
        Queue {
            coalesce,
            limit,
            redeliver_us,
            items: Window::new(),
            lines: Paged::new(),
            ready: Ids::new(),
            hidden: BTreeSet::new(),
            last: 0,
            dead_letters: 0,
        }
    }

    /// Puts an item at the end of the line (`SendMessage`), or merges it into
    /// one that waits. `add`: the value is an amount to add.
    pub fn push(
        &mut self,
        key: Symbol,
        value: Datum,
        version: Option<i64>,
        add: bool,
        now_us: Micros,
        effect: &mut dyn FnMut(QueueEffect),
    ) -> Pushed {
        let line = self.lines.get(key).copied();
        if self.coalesce
            && let Some(KeyLine { tail, .. }) = line
            && let Some(held) = self.items.get_mut(tail)
            && let Some(merged) = held.merged(value, add)
        {
            let absorbed = held.value.origin;
            held.value = merged;
            held.version = version;
            effect(QueueEffect::Merged { item: tail, key, absorbed, value: merged });
            return Pushed::Merged(tail);
        }
        if self.limit.is_some_and(|limit| self.items.len() >= limit as usize) {
            return Pushed::Full;
        }
        self.last += 1;
        let id = self.last;
        self.items.push(id, Item::new(key, value, version, add, now_us));
        match line {
            Some(KeyLine { head, tail }) => {
                if let Some(before) = self.items.get_mut(tail) {
                    before.next = Some(id);
                }
                self.lines.insert(key, KeyLine { head, tail: id });
            }
            None => {
                self.lines.insert(key, KeyLine { head: id, tail: id });
                self.ready.insert(id);
            }
        }
        effect(QueueEffect::Pushed { item: id, key, value });
        Pushed::Queued(id)
    }

    /// The sum that an amount pushed now would be added to.
    pub fn sum_of(&self, key: Symbol) -> Option<Datum> {
        let tail = self.lines.get(key).filter(|_| self.coalesce)?.tail;
        self.items.get(tail).filter(|item| item.add && !item.is_held()).map(|item| item.value)
    }

    /// Hands out the first `most` items that may be, as a list of
    /// [`Composite::Item`] in line (`ReceiveMessage`).
    pub fn take(
        &mut self,
        most: u32,
        now_us: Micros,
        effect: &mut dyn FnMut(QueueEffect),
    ) -> Value {
        let mut taken = Vec::new();
        while taken.len() < most as usize
            && let Some(id) = self.ready.first()
        {
            self.ready.remove(id);
            let Some(item) = self.items.get_mut(id) else { continue };
            let until_us = now_us.saturating_add(self.redeliver_us);
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

    /// The item's work is done: it goes. False where it is not there, or was
    /// given back by `retry` or `release_all` and so is not the caller's any
    /// more.
    pub fn ack(&mut self, id: u32, effect: &mut dyn FnMut(QueueEffect)) -> bool {
        let Some(item) = self.remove_held(id) else { return false };
        effect(QueueEffect::Acked { item: id, key: item.key, origin: item.value.origin });
        true
    }

    /// Gives an item back, to its place in line, not to be handed out before
    /// `after_us` from now (`ChangeMessageVisibility`). False as for `ack`.
    pub fn retry(
        &mut self,
        id: u32,
        after_us: Micros,
        now_us: Micros,
        effect: &mut dyn FnMut(QueueEffect),
    ) -> bool {
        let Some(item) = self.items.get(id).filter(|item| item.is_held()) else { return false };
        let key = item.key;
        match after_us {
            0 => self.show(id, Visibility::Waiting),
            _ => self.hide(id, Visibility::Delayed { until_us: now_us.saturating_add(after_us) }),
        }
        effect(QueueEffect::Retried { item: id, key });
        true
    }

    /// Takes an item out of the line for good, undone. False as for `ack`.
    pub fn dead_letter(&mut self, id: u32, effect: &mut dyn FnMut(QueueEffect)) -> bool {
        let Some(item) = self.remove_held(id) else { return false };
        self.dead_letters += 1;
        effect(QueueEffect::DeadLettered { item: id, key: item.key, origin: item.value.origin });
        true
    }

    /// Makes visible what is due at or before `now_us`: items that were taken
    /// and not acknowledged in time (reported), and those whose retry has come.
    pub fn redeliver(&mut self, now_us: Micros, effect: &mut dyn FnMut(QueueEffect)) {
        while let Some(&(due, id)) = self.hidden.first()
            && due <= now_us
        {
            let Some(item) = self.items.get(id) else { break };
            let key = item.key;
            if matches!(item.visibility, Visibility::Taken { .. }) {
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

    /// The process that takes items has crashed: what it had is visible again.
    pub fn release_all(&mut self, effect: &mut dyn FnMut(QueueEffect)) {
        let held = self.items.iter().filter(|(_, item)| item.is_held());
        let held: Vec<_> = held.map(|(id, item)| (id, item.key)).collect();
        for (id, key) in held {
            self.show(id, Visibility::Waiting);
            effect(QueueEffect::Redelivered { item: id, key });
        }
    }

    /// The process that keeps the queue has crashed: every item is gone.
    pub fn clear(&mut self, effect: &mut dyn FnMut(QueueEffect)) {
        self.lines.clear();
        self.ready = Ids::new();
        self.hidden.clear();
        for (item, held) in std::mem::replace(&mut self.items, Window::new()).iter() {
            effect(QueueEffect::Dropped { item, key: held.key, origin: held.value.origin });
        }
        if self.dead_letters > 0 {
            effect(QueueEffect::DeadLettersDropped);
        }
    }

    /// How many items there are, taken ones included.
    pub fn depth(&self) -> usize {
        self.items.len()
    }

    /// How many items `take` would hand out now, one of each key at most.
    pub fn ready(&self) -> usize {
        self.ready.len()
    }

    /// When the oldest item was put there; what it absorbed later does not count.
    pub fn oldest_us(&self) -> Option<Micros> {
        self.items.iter().next().map(|(_, item)| item.pushed_us)
    }

    /// How many items were given up.
    pub fn dead_letters(&self) -> u32 {
        self.dead_letters
    }

    /// One item.
    pub fn get(&self, id: u32) -> Option<&Item> {
        self.items.get(id)
    }

    /// Every item with its id, in line.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Item)> {
        self.items.iter()
    }

    /// The items of one key, in line.
    pub fn of_key(&self, key: Symbol) -> impl Iterator<Item = (u32, &Item)> {
        let find = |id| Some((id, self.items.get(id)?));
        let head = self.lines.get(key).and_then(|line| find(line.head));
        std::iter::successors(head, move |(_, item)| find(item.next?))
    }

    /// Makes an item, the first of its key, one that may be handed out.
    fn show(&mut self, id: u32, visibility: Visibility) {
        self.unhide(id);
        if let Some(item) = self.items.get_mut(id) {
            item.visibility = visibility;
            self.ready.insert(id);
        }
    }

    fn hide(&mut self, id: u32, visibility: Visibility) {
        self.unhide(id);
        self.ready.remove(id);
        if let Some(item) = self.items.get_mut(id) {
            item.visibility = visibility;
            self.hidden.extend(item.due_us().map(|due| (due, id)));
        }
    }

    fn unhide(&mut self, id: u32) {
        if let Some(due) = self.items.get(id).and_then(Item::due_us) {
            self.hidden.remove(&(due, id));
        }
    }

    /// Takes an item that somebody has, the first of its key, out of the line;
    /// the next of its key moves up.
    fn remove_held(&mut self, id: u32) -> Option<Item> {
        self.items.get(id).filter(|item| item.is_held())?;
        self.unhide(id);
        self.ready.remove(id);
        let item = self.items.remove(id)?;
        match (item.next, self.lines.get_mut(item.key)) {
            (Some(next), Some(line)) => {
                line.head = next;
                self.ready.insert(next);
            }
            _ => {
                self.lines.remove(item.key);
            }
        }
        Some(item)
    }
}

impl Digest for Queue {
    fn digest(&self, lens: &Lens, sum: &mut impl Sum) {
        // lines, ready and hidden follow from the items
        let Queue {
            coalesce,
            limit,
            redeliver_us,
            items,
            lines: _,
            ready,
            hidden: _,
            last,
            dead_letters: _,
        } = self;
        (coalesce, limit, redeliver_us, last, ready).hash(sum);
        items.len().hash(sum);
        for (id, item) in items.iter() {
            id.hash(sum);
            item.digest(lens, sum);
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
#[cfg(test)]
mod tests;
