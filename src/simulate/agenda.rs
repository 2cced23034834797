//! The agenda: what is to come, in order of time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use crate::time::Micros;
use crate::world::{MessageKey, ProcessId, Timer, World};

/// One thing to come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Item {
    /// An action of the scenario, by its position.
    Action(u32),
    /// A workload begins, by itself.
    Begin(u32),
    /// … ends.
    End(u32),
    /// A workload's next request; of which of its runs.
    Arrival {
        workload: u32,
        run: u32,
    },
    /// A user of a closed workload has thought.
    Thought {
        workload: u32,
        run: u32,
        user: u32,
    },
    Deliver(MessageKey),
    Fire(Timer),
}

/// What is to come. Things of the same instant come in the order in which they
/// were put down.
///
/// Timeouts are nearly all in vain: the reply comes first. They are kept apart
/// from the heap, in one line for each length, where putting one down and
/// passing over it cost next to nothing.
#[derive(Clone, Default)]
pub struct Agenda {
    heap: BinaryHeap<Reverse<(Micros, u64, Item)>>,
    /// By how long they take.
    timeouts: Vec<(Micros, VecDeque<(Micros, u64, Timer)>)>,
    sequence: u64,
}

/// Where the next thing lies.
#[derive(Clone, Copy)]
enum Place {
    Heap,
    Line(usize),
}

impl Agenda {
    /// Puts something down.
    pub fn put(&mut self, at_us: Micros, item: Item) {
        self.sequence += 1;
        self.heap.push(Reverse((at_us, self.sequence, item)));
    }

    /// Puts a timeout down.
    pub fn put_timeout(&mut self, now_us: Micros, after_us: Micros, timer: Timer) {
        self.sequence += 1;
        let entry = (now_us.saturating_add(after_us), self.sequence, timer);
        match self.timeouts.iter_mut().find(|(length_us, _)| *length_us == after_us) {
            Some((_, line)) => line.push_back(entry),
            None => self.timeouts.push((after_us, VecDeque::from([entry]))),
        }
    }

    /// When the next thing happens that the world still waits for.
    pub fn next_at_us(&mut self, world: &World) -> Option<Micros> {
        self.find(world).map(|(at_us, _)| at_us)
    }

    /// Takes the next thing, unless it is later than `until_us`.
    pub fn take(&mut self, world: &World, until_us: Micros) -> Option<(Micros, Item)> {
        let (at_us, place) = self.find(world)?;
        if at_us > until_us {
            return None;
        }
        match place {
            Place::Heap => self.heap.pop().map(|Reverse((at_us, _, item))| (at_us, item)),
            Place::Line(line) => self.timeouts[line]
                .1
                .pop_front()
                .map(|(at_us, _, timer)| (at_us, Item::Fire(timer))),
        }
    }

    /// When each message in flight lands.
    pub fn landings(&self) -> BTreeMap<MessageKey, Micros> {
        let items = self.heap.iter();
        items
            .filter_map(|Reverse((at_us, _, item))| match item {
                Item::Deliver(message) => Some((*message, *at_us)),
                _ => None,
            })
            .collect()
    }

    /// When each statement will have run, by process and slot.
    pub fn services(&self) -> BTreeMap<(ProcessId, u32), Micros> {
        let items = self.heap.iter();
        items
            .filter_map(|Reverse((at_us, _, item))| match item {
                Item::Fire(Timer::DatabaseServed { slot, .. }) => {
                    Some(((ProcessId::Database, *slot), *at_us))
                }
                Item::Fire(Timer::ReplicaServed { slot, .. }) => {
                    Some(((ProcessId::Replica, *slot), *at_us))
                }
                _ => None,
            })
            .collect()
    }

    fn find(&mut self, world: &World) -> Option<(Micros, Place)> {
        while let Some(Reverse((_, _, Item::Fire(timer)))) = self.heap.peek() {
            if world.awaits(*timer) {
                break;
            }
            self.heap.pop();
        }
        let top = self.heap.peek().map(|Reverse((at_us, sequence, _))| (*at_us, *sequence));
        let mut next = top.map(|when| (when, Place::Heap));
        for (index, (_, line)) in self.timeouts.iter_mut().enumerate() {
            while let Some((_, _, timer)) = line.front() {
                if world.awaits(*timer) {
                    break;
                }
                line.pop_front();
            }
            if let Some(&(at_us, sequence, _)) = line.front()
                && next.is_none_or(|(when, _)| (at_us, sequence) < when)
            {
                next = Some(((at_us, sequence), Place::Line(index)));
            }
        }
        next.map(|((at_us, _), place)| (at_us, place))
    }
}
