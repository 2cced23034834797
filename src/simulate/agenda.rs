//! The agenda: what will happen, in order of time.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use crate::time::Micros;
use crate::world::{MessageKey, ProcessId, Timer, World};

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
/// Nearly every timeout is cancelled, because the reply comes first. Timeouts are
/// kept apart from the heap, in one queue for each length, where putting one and
/// skipping it cost next to nothing.
#[derive(Clone)]
pub struct Agenda {
    heap: BinaryHeap<Scheduled<Item>>,
    timeouts: Vec<TimeoutLine>,
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
            timeouts: Vec::new(),
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

/// Where the next thing lies.
#[derive(Clone, Copy)]
enum Place {
    Heap,
    TimeoutLine(usize),
}

impl Agenda {
    /// Puts an action. At its instant it comes before all else, after the actions
    /// with a lower index, whenever it is put.
    pub fn put_action(&mut self, at_us: Micros, index: u32) {
        let sequence = u64::from(index);
        self.heap.push(Scheduled { at_us, sequence, what: Item::Action(index) });
    }

    /// When the next action is, if nothing else comes before it.
    pub fn next_action_us(&self) -> Option<Micros> {
        let next = self.heap.peek()?;
        matches!(next.what, Item::Action(_)).then_some(next.at_us)
    }

    /// Takes all actions out.
    pub fn forget_actions(&mut self) {
        self.heap.retain(|entry| !matches!(entry.what, Item::Action(_)));
    }

    /// Puts an item.
    pub fn put(&mut self, at_us: Micros, item: Item) {
        self.sequence += 1;
        self.heap.push(Scheduled { at_us, sequence: self.sequence, what: item });
    }

    /// Puts a timeout.
    pub fn put_timeout(&mut self, now_us: Micros, after_us: Micros, timer: Timer) {
        self.sequence += 1;
        let at_us = now_us.saturating_add(after_us);
        let entry = Scheduled { at_us, sequence: self.sequence, what: timer };
        match self.timeouts.iter_mut().find(|line| line.length_us == after_us) {
            Some(line) => line.entries.push_back(entry),
            None => {
                let entries = VecDeque::from([entry]);
                self.timeouts.push(TimeoutLine { length_us: after_us, entries });
            }
        }
    }

    /// When the next item happens that the world still waits for.
    pub fn next_at_us(&mut self, world: &World) -> Option<Micros> {
        self.find(world).map(|(at_us, _)| at_us)
    }

    /// The next item.
    pub fn peek(&mut self, world: &World) -> Option<Item> {
        match self.find(world)?.1 {
            Place::Heap => self.heap.peek().map(|entry| entry.what),
            Place::TimeoutLine(line) => {
                self.timeouts[line].entries.front().map(|entry| Item::Fire(entry.what))
            }
        }
    }

    /// Takes the next item, unless it is later than `until_us`.
    pub fn take(&mut self, world: &World, until_us: Micros) -> Option<(Micros, Item)> {
        let (at_us, place) = self.find(world)?;
        if at_us > until_us {
            return None;
        }
        match place {
            Place::Heap => {
                let entry = self.heap.pop()?;
                if let Item::Deliver(message) = entry.what {
                    self.forget(message);
                }
                Some((entry.at_us, entry.what))
            }
            Place::TimeoutLine(line) => {
                let entry = self.timeouts[line].entries.pop_front()?;
                Some((entry.at_us, Item::Fire(entry.what)))
            }
        }
    }

    /// When each message in flight lands.
    pub fn landings(&self) -> BTreeMap<MessageKey, Micros> {
        let items = self.heap.iter();
        items
            .filter_map(|entry| match entry.what {
                Item::Deliver(message) if self.is_valid(message, entry.sequence) => {
                    Some((message, entry.at_us))
                }
                _ => None,
            })
            .collect()
    }

    /// When each statement ends, by process and slot.
    pub fn services(&self) -> BTreeMap<(ProcessId, u32), Micros> {
        let items = self.heap.iter();
        items
            .filter_map(|entry| match entry.what {
                Item::Fire(Timer::Served {
                    at: at @ (ProcessId::Database | ProcessId::Replica(_)),
                    job,
                    ..
                }) => Some(((at, job.connection()), entry.at_us)),
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
        self.heap.iter().find_map(|entry| {
            let is_it = entry.what == Item::Deliver(message);
            (is_it && self.is_valid(message, entry.sequence)).then_some(entry.at_us)
        })
    }

    /// Where the next item is that the world still waits for. Cancelled items are
    /// removed only when their instant has come.
    fn find(&mut self, world: &World) -> Option<(Micros, Place)> {
        while let Some(entry) = self.heap.peek() {
            let in_vain = match entry.what {
                Item::Fire(timer) => !world.awaits(timer, entry.at_us),
                Item::Deliver(message) => !self.is_valid(message, entry.sequence),
                _ => false,
            };
            if !in_vain {
                break;
            }
            self.heap.pop();
        }
        let mut next = self.heap.peek().map_or(u128::MAX, Scheduled::when);
        let mut place = self.heap.peek().map(|entry| (entry.at_us, Place::Heap));
        for (index, line) in self.timeouts.iter_mut().enumerate() {
            while let Some(entry) = line.entries.front().filter(|entry| entry.when() < next) {
                if world.awaits(entry.what, entry.at_us) {
                    next = entry.when();
                    place = Some((entry.at_us, Place::TimeoutLine(index)));
                    break;
                }
                line.entries.pop_front();
            }
        }
        place
    }
}
