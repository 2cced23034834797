//! The stamps of a way's messages in a scenario that plays it.
//!
//! A stamp is made of the stamp of what it comes from. The scenario has its requests in another
//! order, and its loops may have had more turns; so every stamp is found as a descendant of one that
//! is known.

use std::collections::BTreeMap;

use super::instants::Loops;
use super::playable::Stage;
use crate::event::Event;
use crate::identity::{OpId, Source, Stamp, derive};
use crate::time::Micros;
use crate::world::{Delay, Timer, Transition};

/// The most things of one object that are told apart: calls of a task, calls of one `gather`.
const MOST_CHILDREN: u64 = 256;

/// Stamps on the way, each with its stamp in the scenario.
#[derive(Default)]
pub struct Stamps(BTreeMap<Stamp, Stamp>);

impl Stamps {
    pub fn get(&self, stamp: Stamp) -> Option<Stamp> {
        self.0.get(&stamp).copied()
    }

    /// Adds a stamp that is known, or comes from one that is.
    fn learn(&mut self, stamp: Stamp) {
        const REPLY: u64 = u64::MAX;
        const COPY: u64 = u64::MAX - 1;
        if self.0.contains_key(&stamp) {
            return;
        }
        let children = || [REPLY, COPY].into_iter().chain(0..MOST_CHILDREN);
        let child = |old: Stamp, new: Stamp| {
            let nth = children().find(|nth| derive(old, *nth) == stamp)?;
            Some(derive(new, nth))
        };
        // the latest call of a task, the call of a `gather`
        let known = || self.0.iter().map(|(old, new)| (*old, *new));
        let own = known().find_map(|(old, new)| child(old, new)).or_else(|| {
            known().find_map(|(old, new)| {
                let calls = 0..MOST_CHILDREN / 8;
                calls.into_iter().find_map(|nth| child(derive(old, nth), derive(new, nth)))
            })
        });
        if let Some(own) = own {
            self.0.insert(stamp, own);
        }
    }
}

impl Stage<'_> {
    /// The stamps of all that happens on the way, and the loops as they are at its end.
    pub(super) fn stamps(&self) -> (Stamps, Turns) {
        let mut stamps = Stamps::default();
        for (at, request) in (0..).zip(&self.requests) {
            stamps.0.insert(request.stamp, Source::Action(at).stamp(0));
        }
        let mut turns = Turns::default();
        turns.set(&self.way.start.timers, 0);
        for (at, micro) in self.micros.iter().enumerate() {
            let began = |event: &Event| match event {
                Event::TaskBegan { task, op, .. } => Some((*task, *op)),
                _ => None,
            };
            let mut began = micro.notes.events.iter().filter_map(began).peekable();
            if let Transition::Fire(Timer::Loop { index, .. }) = micro.transition {
                let turn = began.next_if(|(_, op)| *op == OpId::NOBODY).map(|(task, _)| task);
                let nth = turns.take(self, at, index, turn);
                if let Some(turn) = turn {
                    stamps.0.insert(turn, Source::Loop(index).stamp(nth));
                }
            }
            began.for_each(|(task, _)| stamps.learn(task));
            if let Some(set) = &micro.notes.set {
                turns.set(&set.timers, self.at_us[at]);
                set.sent.iter().for_each(|sent| stamps.learn(sent.stamp));
            }
        }
        (stamps, turns)
    }
}

/// The turns of each loop in the scenario, so far.
#[derive(Default)]
pub struct Turns(BTreeMap<u32, Turned>);

#[derive(Clone, Copy, Default)]
struct Turned {
    count: u64,
    every_us: Micros,
    /// When the timer of the next turn was set.
    set_us: Micros,
    /// When the latest turn of the way ends.
    until_us: Micros,
}

impl Turns {
    /// Notes when the timers of loops were set.
    fn set(&mut self, timers: &[(Timer, Delay)], now_us: Micros) {
        for (timer, delay) in timers {
            if let (Timer::Loop { index, .. }, Delay::After(every_us)) = (timer, delay) {
                let turned = self.0.entry(*index).or_default();
                (turned.every_us, turned.set_us) = (*every_us, now_us);
            }
        }
    }

    /// Counts the turns of a loop up to one of the way, and that one.
    fn take(&mut self, stage: &Stage<'_>, at: usize, index: u32, turn: Option<Stamp>) -> u64 {
        let now_us = stage.at_us[at];
        let turned = self.0.entry(index).or_default();
        if turned.every_us > 0 && stage.plan.loops == Loops::Idle {
            let mut idle_us = turned.set_us + turned.every_us;
            while idle_us < now_us {
                turned.count += u64::from(turned.until_us <= idle_us);
                idle_us += turned.every_us;
            }
        }
        if let Some(turn) = turn {
            turned.count += 1;
            let ends =
                |event: &Event| matches!(event, Event::TaskEnded { task, .. } if *task == turn);
            let end = stage.micros.iter().position(|micro| micro.notes.events.iter().any(ends));
            turned.until_us = end.map_or(Micros::MAX, |end| stage.at_us[end]);
        }
        turned.count
    }

    /// The first call of each loop's next turn, and the instant of that turn.
    pub fn next_calls(&self, end_us: Micros) -> impl Iterator<Item = (Micros, Stamp)> {
        self.0.iter().filter_map(move |(index, turned)| {
            let from_us = turned.set_us.checked_add(turned.every_us)?;
            let late_us = turned.until_us.saturating_sub(from_us);
            let skipped = late_us.div_ceil(turned.every_us.max(1));
            let at_us = from_us.checked_add(skipped.checked_mul(turned.every_us)?)?;
            let turn = Source::Loop(*index).stamp(turned.count + 1);
            (at_us < end_us).then(|| (at_us, derive(turn, 1)))
        })
    }
}
