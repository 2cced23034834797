//! The agenda: what will happen, in order of time.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use crate::time::Micros;
use crate::world::{MessageKey, OperationKey, ProcessId, Timer, World};

/// One thing that will happen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Item {
    /// An action of the scenario, by its position.
    Action(u32),
    /// A workload starts at the scenario's `start_us`.
    Begin(u32),
    /// A workload stops at the scenario's `stop_us`.
    End(u32),
    /// An open workload's next request, in its run of this number.
    Arrival {
        workload: u32,
        run: u32,
    },
    /// The think time of a closed workload's user is over.
    Thought {
        workload: u32,
        run: u32,
        user: u32,
    },
    Deliver(MessageKey),
    Fire(Timer),
}

/// What will happen. Items of the same instant are taken in the order in which
/// they were put.
///
/// The heap moves what it orders, so it orders instants alone: the items stay where
/// they are.
///
/// Nearly every timeout is cancelled, because the reply comes first. Timeouts are
/// kept apart from the heap, in one queue for each length, where putting one and
/// skipping it cost next to nothing.
#[derive(Clone)]
pub struct Agenda {
    heap: BinaryHeap<Scheduled<Place>>,
    items: Vec<Item>,
    /// The places among `items` that are free.
    free: Vec<Place>,
    timeouts: Vec<TimeoutLine>,
    /// When the first timeout comes, and its line's position. What has been cancelled
    /// since it was found may come earlier, and nothing else.
    first_timeout: Option<(u128, usize)>,
    sequence: u64,
    /// Messages in flight whose landing an action has changed.
    moved: BTreeMap<MessageKey, Moved>,
}

/// How an action changed a message's landing.
#[derive(Clone, Copy)]
enum Moved {
    /// It is held; its flight would take this much longer.
    Held { left_us: Micros },
    /// The item with this number is the valid one.
    Put { sequence: u64 },
}

impl Default for Agenda {
    fn default() -> Agenda {
        // after every action, whose numbers are positions
        Agenda {
            heap: BinaryHeap::new(),
            items: Vec::new(),
            free: Vec::new(),
            timeouts: Vec::new(),
            first_timeout: None,
            sequence: 1 << 32,
            moved: BTreeMap::new(),
        }
    }
}

/// Timeouts of one length, and so in the order of time.
#[derive(Clone)]
struct TimeoutLine {
    length_us: Micros,
    entries: VecDeque<Scheduled<Timer>>,
}

/// Something, and when; the earlier is the greater, so that a heap's top is next.
#[derive(Clone, Copy)]
struct Scheduled<T> {
    at_us: Micros,
    /// The item's ordinal, by which items of one instant are ordered.
    sequence: u64,
    what: T,
}

impl<T> Scheduled<T> {
    fn when(&self) -> u128 {
        u128::from(self.at_us) << 64 | u128::from(self.sequence)
    }
}

impl<T> PartialEq for Scheduled<T> {
    fn eq(&self, other: &Scheduled<T>) -> bool {
        self.when() == other.when()
    }
}

impl<T> Eq for Scheduled<T> {}

impl<T> PartialOrd for Scheduled<T> {
    fn partial_cmp(&self, other: &Scheduled<T>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Scheduled<T> {
    fn cmp(&self, other: &Scheduled<T>) -> Ordering {
        other.when().cmp(&self.when())
    }
}

/// A position among the items.
type Place = u32;

/// What comes next.
#[derive(Clone, Copy)]
enum Next {
    Item(Scheduled<Place>),
    /// The first of this line.
    Timeout(usize, Scheduled<Timer>),
}

impl Agenda {
    /// Puts an action. At its instant it comes before all else, after the actions
    /// with a lower index, whenever it is put.
    pub fn put_action(&mut self, at_us: Micros, index: u32) {
        self.schedule(at_us, index.into(), Item::Action(index));
    }

    fn schedule(&mut self, at_us: Micros, sequence: u64, item: Item) {
        let what = match self.free.pop() {
            Some(place) => {
                self.items[place as usize] = item;
                place
            }
            None => {
                self.items.push(item);
                self.items.len() as Place - 1
            }
        };
        self.heap.push(Scheduled { at_us, sequence, what });
    }

    fn item(&self, scheduled: &Scheduled<Place>) -> Item {
        self.items[scheduled.what as usize]
    }

    /// All that is in the heap, in no particular order.
    fn scheduled(&self) -> impl Iterator<Item = (&Scheduled<Place>, Item)> {
        self.heap.iter().map(|entry| (entry, self.item(entry)))
    }

    /// When the next action is, if nothing else comes before it.
    pub fn next_action_us(&self) -> Option<Micros> {
        let next = self.heap.peek()?;
        matches!(self.item(next), Item::Action(_)).then_some(next.at_us)
    }

    /// Takes all actions out.
    pub fn forget_actions(&mut self) {
        let Agenda { heap, items, free, .. } = self;
        heap.retain(|entry| {
            let is_action = matches!(items[entry.what as usize], Item::Action(_));
            free.extend(is_action.then_some(entry.what));
            !is_action
        });
    }

    /// Puts an item.
    pub fn put(&mut self, at_us: Micros, item: Item) {
        self.sequence += 1;
        self.schedule(at_us, self.sequence, item);
    }

    /// Puts a timeout.
    pub fn put_timeout(&mut self, now_us: Micros, after_us: Micros, timer: Timer) {
        self.sequence += 1;
        let at_us = now_us.saturating_add(after_us);
        let entry = Scheduled { at_us, sequence: self.sequence, what: timer };
        let found = self.timeouts.iter().position(|line| line.length_us == after_us);
        let index = found.unwrap_or_else(|| {
            self.timeouts.push(TimeoutLine { length_us: after_us, entries: VecDeque::new() });
            self.timeouts.len() - 1
        });
        self.timeouts[index].entries.push_back(entry);
        if self.first_timeout.is_none_or(|(first, _)| entry.when() < first) {
            self.first_timeout = Some((entry.when(), index));
        }
    }

    /// When the next item happens that the world still waits for.
    pub fn next_at_us(&mut self, world: &World) -> Option<Micros> {
        Some(match self.find(world)? {
            Next::Item(entry) => entry.at_us,
            Next::Timeout(_, entry) => entry.at_us,
        })
    }

    /// The next item.
    pub fn peek(&mut self, world: &World) -> Option<Item> {
        Some(match self.find(world)? {
            Next::Item(entry) => self.item(&entry),
            Next::Timeout(_, entry) => Item::Fire(entry.what),
        })
    }

    /// Takes the next item, unless it is later than `until_us`.
    pub fn take(&mut self, world: &World, until_us: Micros) -> Option<(Micros, Item)> {
        match self.find(world)? {
            Next::Item(entry) if entry.at_us <= until_us => {
                self.heap.pop();
                self.free.push(entry.what);
                let item = self.item(&entry);
                if let Item::Deliver(message) = item {
                    self.forget(message);
                }
                Some((entry.at_us, item))
            }
            Next::Timeout(line, entry) if entry.at_us <= until_us => {
                self.timeouts[line].entries.pop_front();
                self.find_first_timeout();
                Some((entry.at_us, Item::Fire(entry.what)))
            }
            _ => None,
        }
    }

    /// When each message in flight lands.
    pub fn landings(&self) -> BTreeMap<MessageKey, Micros> {
        self.scheduled()
            .filter_map(|(entry, item)| match item {
                Item::Deliver(message) if self.is_valid(message, entry.sequence) => {
                    Some((message, entry.at_us))
                }
                _ => None,
            })
            .collect()
    }

    /// When each statement ends, by process and slot.
    pub fn services(&self) -> BTreeMap<(ProcessId, u32), Micros> {
        self.scheduled()
            .filter_map(|(entry, item)| match item {
                Item::Fire(Timer::Served {
                    at: at @ (ProcessId::Database | ProcessId::Replica(_)),
                    job,
                    ..
                }) => Some(((at, job.connection()), entry.at_us)),
                _ => None,
            })
            .collect()
    }

    /// When each client tries again.
    pub fn retries(&self) -> BTreeMap<OperationKey, Micros> {
        self.scheduled()
            .filter_map(|(entry, item)| match item {
                Item::Fire(Timer::Retry { operation, .. }) => Some((operation, entry.at_us)),
                _ => None,
            })
            .collect()
    }

    /// Keeps a message from landing.
    pub fn hold(&mut self, message: MessageKey, now_us: Micros) {
        let lands_us = self.lands_us(message).unwrap_or(now_us);
        let left_us = lands_us.saturating_sub(now_us);
        self.moved.insert(message, Moved::Held { left_us });
    }

    /// Lets a held message fly on.
    pub fn release(&mut self, message: MessageKey, now_us: Micros) {
        if let Some(Moved::Held { left_us }) = self.moved.get(&message).copied() {
            self.land(message, now_us + left_us);
        }
    }

    /// Makes a message land at this instant instead, held or not.
    pub fn land(&mut self, message: MessageKey, at_us: Micros) {
        self.put(at_us, Item::Deliver(message));
        self.moved.insert(message, Moved::Put { sequence: self.sequence });
    }

    /// Makes a message land later.
    pub fn delay(&mut self, message: MessageKey, by_us: Micros) {
        if let Some(Moved::Held { left_us }) = self.moved.get_mut(&message) {
            *left_us += by_us;
        } else if let Some(lands_us) = self.lands_us(message) {
            self.land(message, lands_us + by_us);
        }
    }

    /// Whether a message is held.
    pub fn is_held(&self, message: MessageKey) -> bool {
        matches!(self.moved.get(&message), Some(Moved::Held { .. }))
    }

    /// A message is not in flight any more.
    pub fn forget(&mut self, message: MessageKey) {
        if !self.moved.is_empty() {
            self.moved.remove(&message);
        }
    }

    fn is_valid(&self, message: MessageKey, number: u64) -> bool {
        match self.moved.get(&message) {
            None => true,
            Some(Moved::Held { .. }) => false,
            Some(Moved::Put { sequence }) => *sequence == number,
        }
    }

    fn lands_us(&self, message: MessageKey) -> Option<Micros> {
        self.scheduled().find_map(|(entry, item)| {
            let is_it = item == Item::Deliver(message);
            (is_it && self.is_valid(message, entry.sequence)).then_some(entry.at_us)
        })
    }

    /// What comes next of what the world still waits for. Cancelled items are removed
    /// only when their instant has come.
    fn find(&mut self, world: &World) -> Option<Next> {
        while let Some(&entry) = self.heap.peek() {
            let in_vain = match self.item(&entry) {
                Item::Fire(timer) => !world.awaits(timer, entry.at_us),
                Item::Deliver(message) => !self.is_valid(message, entry.sequence),
                _ => false,
            };
            if !in_vain {
                break;
            }
            self.heap.pop();
            self.free.push(entry.what);
        }
        let next = self.heap.peek().copied();
        let when = next.as_ref().map_or(u128::MAX, Scheduled::when);
        if self.first_timeout.is_some_and(|(first, _)| first < when) {
            self.drop_cancelled(world);
        }
        match self.first_timeout {
            Some((first, line)) if first < when => {
                Some(Next::Timeout(line, *self.timeouts[line].entries.front()?))
            }
            _ => next.map(Next::Item),
        }
    }

    /// Brings to the front of each line a timeout that the world waits for. What is
    /// cancelled stays so, hence none is looked at twice, whenever it is due.
    #[cold]
    fn drop_cancelled(&mut self, world: &World) {
        for line in &mut self.timeouts {
            while line.entries.front().is_some_and(|entry| !world.awaits(entry.what, entry.at_us)) {
                line.entries.pop_front();
            }
        }
        self.find_first_timeout();
    }

    fn find_first_timeout(&mut self) {
        let fronts = self.timeouts.iter().enumerate();
        let fronts = fronts.filter_map(|(at, line)| Some((line.entries.front()?.when(), at)));
        self.first_timeout = fronts.min();
    }
}
