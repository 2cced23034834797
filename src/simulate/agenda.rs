//! The agenda: future events, in order of time.

use std::collections::{BTreeMap, VecDeque};

use super::upcoming::{Upcoming, When};
use crate::time::Micros;
use crate::world::{MessageKey, OperationKey, ProcessId, Timer, World};

/// An item of the agenda.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AgendaItem {
    /// An action of the scenario, by its position.
    Action(u32),
    /// A workload starts at the scenario's `start_us`.
    Begin(u32),
    /// A workload stops at the scenario's `stop_us`.
    End(u32),
    /// The next request of an open workload, of the start with this number.
    Arrival {
        workload: u32,
        run: u32,
    },
    /// The end of the think time of a closed workload's user.
    Thought {
        workload: u32,
        run: u32,
        user: u32,
    },
    Deliver(MessageKey),
    Fire(Timer),
}

/// The agenda. Items of the same instant are taken in the order in which they were put.
///
/// Nearly every timeout is cancelled, because the reply comes first. Timeouts are kept separately,
/// in one queue for each length, where it is cheap to put and to skip one.
#[derive(Clone)]
pub struct Agenda {
    items: Upcoming<AgendaItem>,
    timeouts: Vec<TimeoutLine>,
    /// The first timeout, and the position of its queue. Only timeouts cancelled since it was found
    /// may be earlier.
    first_timeout: Option<(When, usize)>,
    sequence: u64,
    /// Messages in flight whose landing was changed by an action.
    moved: BTreeMap<MessageKey, Moved>,
}

/// How an action changed a message's landing.
#[derive(Clone, Copy)]
enum Moved {
    /// It is held; its remaining flight takes this long.
    Held { left_us: Micros },
    /// Only the item with this number is valid.
    Put { sequence: u64 },
}

impl Default for Agenda {
    fn default() -> Agenda {
        // after every action, whose numbers are positions
        Agenda {
            items: Upcoming::new(),
            timeouts: Vec::new(),
            first_timeout: None,
            sequence: 1 << 32,
            moved: BTreeMap::new(),
        }
    }
}

/// Timeouts of one length, which are therefore in order of time.
#[derive(Clone)]
struct TimeoutLine {
    length_us: Micros,
    entries: VecDeque<(When, Timer)>,
}

/// Where the next item is, and its instant.
#[derive(Clone, Copy)]
enum Next {
    Item(Micros),
    /// The first of this queue.
    Timeout(Micros, usize),
}

impl Agenda {
    /// Puts an action. At its instant, it comes before everything else, after actions of a lower
    /// index.
    pub fn put_action(&mut self, at_us: Micros, index: u32) {
        self.items.put(When { at_us, sequence: index.into() }, AgendaItem::Action(index));
    }

    /// The instant of the next action, if nothing else comes before it.
    pub fn next_action_us(&self) -> Option<Micros> {
        let (when, next) = self.items.first()?;
        matches!(next, AgendaItem::Action(_)).then_some(when.at_us)
    }

    /// Removes all actions.
    pub fn forget_actions(&mut self) {
        self.items.retain(|item| !matches!(item, AgendaItem::Action(_)));
    }

    /// Puts an item.
    pub fn put(&mut self, at_us: Micros, item: AgendaItem) {
        self.sequence += 1;
        self.items.put(When { at_us, sequence: self.sequence }, item);
    }

    /// Puts a timeout.
    pub fn put_timeout(&mut self, now_us: Micros, after_us: Micros, timer: Timer) {
        self.sequence += 1;
        let at_us = now_us.saturating_add(after_us);
        let when = When { at_us, sequence: self.sequence };
        let found = self.timeouts.iter().position(|line| line.length_us == after_us);
        let index = found.unwrap_or_else(|| {
            self.timeouts.push(TimeoutLine { length_us: after_us, entries: VecDeque::new() });
            self.timeouts.len() - 1
        });
        self.timeouts[index].entries.push_back((when, timer));
        if self.first_timeout.is_none_or(|(first, _)| when < first) {
            self.first_timeout = Some((when, index));
        }
    }

    /// The instant of the next item that the world still waits for.
    pub fn next_at_us(&mut self, world: &World) -> Option<Micros> {
        self.find(world).map(|next| match next {
            Next::Item(at_us) | Next::Timeout(at_us, _) => at_us,
        })
    }

    /// The next item.
    pub fn peek(&mut self, world: &World) -> Option<AgendaItem> {
        match self.find(world)? {
            Next::Item(_) => self.items.first().map(|(_, item)| *item),
            Next::Timeout(_, line) => {
                self.timeouts[line].entries.front().map(|(_, timer)| AgendaItem::Fire(*timer))
            }
        }
    }

    /// Takes the next item, unless it is later than `until_us`.
    #[inline]
    pub fn take(&mut self, world: &World, until_us: Micros) -> Option<(Micros, AgendaItem)> {
        // mostly it is a message that no action has moved, and no timeout comes before it
        if let Some((when, AgendaItem::Deliver(_))) = self.items.first()
            && when.at_us <= until_us
            && self.moved.is_empty()
            && self.first_timeout.is_none_or(|(first, _)| when < first)
        {
            return self.items.take_first();
        }
        self.take_awaited(world, until_us)
    }

    fn take_awaited(&mut self, world: &World, until_us: Micros) -> Option<(Micros, AgendaItem)> {
        match self.find(world)? {
            Next::Item(at_us) if at_us <= until_us => {
                let taken = self.items.take_first();
                if let Some((_, AgendaItem::Deliver(message))) = taken {
                    self.forget(message);
                }
                taken
            }
            Next::Timeout(at_us, line) if at_us <= until_us => {
                let (_, timer) = self.timeouts[line].entries.pop_front()?;
                self.find_first_timeout();
                Some((at_us, AgendaItem::Fire(timer)))
            }
            _ => None,
        }
    }

    /// When each message in flight lands.
    pub fn landings(&self) -> BTreeMap<MessageKey, Micros> {
        self.items
            .iter()
            .filter_map(|(when, item)| match item {
                AgendaItem::Deliver(message) if self.is_valid(message, when.sequence) => {
                    Some((message, when.at_us))
                }
                _ => None,
            })
            .collect()
    }

    /// When each statement ends, by process and slot.
    pub fn services(&self) -> BTreeMap<(ProcessId, u32), Micros> {
        self.items
            .iter()
            .filter_map(|(when, item)| match item {
                AgendaItem::Fire(Timer::Served {
                    at: at @ (ProcessId::Database | ProcessId::Replica(_)),
                    job,
                    ..
                }) => Some(((at, job.connection()), when.at_us)),
                _ => None,
            })
            .collect()
    }

    /// When each client tries again.
    pub fn retries(&self) -> BTreeMap<OperationKey, Micros> {
        self.items
            .iter()
            .filter_map(|(when, item)| match item {
                AgendaItem::Fire(Timer::Retry { operation, .. }) => Some((operation, when.at_us)),
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
        self.put(at_us, AgendaItem::Deliver(message));
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

    /// Forgets a message that is no longer in flight.
    pub fn forget(&mut self, message: MessageKey) {
        if !self.moved.is_empty() {
            self.moved.remove(&message);
        }
    }

    #[inline]
    fn is_valid(&self, message: MessageKey, number: u64) -> bool {
        if self.moved.is_empty() {
            return true;
        }
        match self.moved.get(&message) {
            None => true,
            Some(Moved::Held { .. }) => false,
            Some(Moved::Put { sequence }) => *sequence == number,
        }
    }

    fn lands_us(&self, message: MessageKey) -> Option<Micros> {
        self.items.iter().find_map(|(when, item)| {
            let is_it = item == AgendaItem::Deliver(message);
            (is_it && self.is_valid(message, when.sequence)).then_some(when.at_us)
        })
    }

    /// The next item that the world still waits for. Cancelled items are removed only at their
    /// instants.
    #[inline]
    fn find(&mut self, world: &World) -> Option<Next> {
        let next = loop {
            let Some((when, item)) = self.items.first() else { break None };
            let in_vain = match item {
                AgendaItem::Fire(timer) => !world.awaits(*timer, when.at_us),
                AgendaItem::Deliver(message) => !self.is_valid(*message, when.sequence),
                _ => false,
            };
            if !in_vain {
                break Some(when);
            }
            self.items.take_first();
        };
        match self.first_timeout {
            Some((first, _)) if next.is_none_or(|next| first < next) => {
                self.find_timeout(world, next)
            }
            _ => next.map(|next| Next::Item(next.at_us)),
        }
    }

    /// The next item, if a timeout may come first.
    #[cold]
    fn find_timeout(&mut self, world: &World, next: Option<When>) -> Option<Next> {
        self.drop_cancelled(world);
        match self.first_timeout {
            Some((first, line)) if next.is_none_or(|next| first < next) => {
                Some(Next::Timeout(first.at_us, line))
            }
            _ => next.map(|next| Next::Item(next.at_us)),
        }
    }

    /// Removes cancelled timeouts from the front of each queue. A cancelled timeout stays
    /// cancelled, so none is examined twice.
    fn drop_cancelled(&mut self, world: &World) {
        for TimeoutLine { entries, .. } in &mut self.timeouts {
            while entries.front().is_some_and(|(when, timer)| !world.awaits(*timer, when.at_us)) {
                entries.pop_front();
            }
        }
        self.find_first_timeout();
    }

    fn find_first_timeout(&mut self) {
        let fronts = self.timeouts.iter().enumerate();
        let fronts = fronts.filter_map(|(at, line)| Some((line.entries.front()?.0, at)));
        self.first_timeout = fronts.min();
    }
}
