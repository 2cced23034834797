//! Each key's states in each cache over the whole run, in at most [`CELLS`] steps.
//!
//! A key may change its state a hundred thousand times. [`Ribbons`] follows a run
//! and reads each change once. A step shows the worst state that the key was in.
//! As the run grows, the steps double in length.

use std::sync::Arc;

use super::{KeyState, View};
use crate::history::{self, Ledger, Spans, StateSpan};
use crate::strategy::value::Symbol;
use crate::time::Micros;
use crate::vocabulary::{CacheId, StoreId};

/// One key's states over the whole run: the worst state of each step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ribbon {
    pub key: Arc<str>,
    pub cells: Vec<KeyState>,
}

/// An interval in which a key was in one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RibbonSpan {
    pub state: KeyState,
    pub from_us: Micros,
    /// `None`: it has not ended.
    pub until_us: Option<Micros>,
    /// The event that began it, and the one that ended it, as text.
    pub began: String,
    pub ended: Option<String>,
}

/// The most steps.
pub const CELLS: usize = 240;

/// Orders states from harmless to bad.
pub fn badness(state: KeyState) -> u8 {
    match state {
        KeyState::Cold => 0,
        KeyState::Own => 1,
        KeyState::InSync => 2,
        KeyState::Ahead => 3,
        KeyState::Stale => 4,
        KeyState::Phantom => 5,
        KeyState::Foreign => 6,
    }
}

fn worse(one: KeyState, other: KeyState) -> KeyState {
    if badness(other) > badness(one) { other } else { one }
}

/// The steps of ribbons: where the first one begins, and how long each is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    pub from_us: Micros,
    pub step_us: Micros,
}

impl Steps {
    /// The step that contains an instant, if that is not before the first.
    pub fn at(&self, us: Micros) -> Option<usize> {
        Some((us.checked_sub(self.from_us)? / self.step_us.max(1)) as usize)
    }

    /// The beginning of a step.
    pub fn begins_us(&self, at: usize) -> Micros {
        self.from_us + at as Micros * self.step_us
    }
}

/// The ribbons of a run, up to the last call of [`keep_up`](Ribbons::keep_up).
#[derive(Clone, Debug)]
pub struct Ribbons {
    steps: Steps,
    /// If true, all steps double in length when the run passes the last one; else what follows is
    /// left out.
    grows: bool,
    until_us: Micros,
    strips: Vec<Strip>,
}

/// One key's intervals that have ended.
#[derive(Clone, Debug)]
struct Strip {
    key: Symbol,
    cache: CacheId,
    name: Arc<str>,
    cells: [KeyState; CELLS],
    /// The number of the first span that is not in `cells` yet.
    next: u64,
}

impl Ribbons {
    /// Ribbons for a run that is expected to last `duration_us`.
    pub fn new(duration_us: Micros) -> Ribbons {
        Ribbons { grows: true, ..Ribbons::between(0, duration_us) }
    }

    /// Ribbons for a part of a run.
    pub fn between(from_us: Micros, to_us: Micros) -> Ribbons {
        let step_us = to_us.saturating_sub(from_us).div_ceil(CELLS as u64).max(1);
        let steps = Steps { from_us, step_us };
        Ribbons { steps, grows: false, until_us: 0, strips: Vec::new() }
    }

    /// The steps of the ribbons.
    pub fn steps(&self) -> Steps {
        self.steps
    }

    /// The length of a step.
    pub fn step_us(&self) -> Micros {
        self.steps.step_us
    }

    /// Reads what has happened since the last call, for at most `most` keys. Every
    /// call must pass the same run.
    pub fn keep_up(&mut self, run: View<'_>, most: usize) {
        self.until_us = run.now_us;
        while self.grows && self.until_us / self.steps.step_us >= CELLS as u64 {
            self.double();
        }
        let ledger = run.history.ledger();
        let caches = || run.world.stores.caches.ids();
        let keys = ledger.keys().iter().take(most);
        for (at, (&key, cache)) in
            keys.flat_map(|key| caches().map(move |id| (key, id))).enumerate()
        {
            if at == self.strips.len() {
                let (name, cells) = (run.ribbon_name(key, cache), [KeyState::Cold; CELLS]);
                self.strips.push(Strip { key, cache, name, cells, next: 0 });
            }
            let (strip, steps) = (&mut self.strips[at], self.steps);
            let Some(spans) = spans(ledger, key, cache) else { continue };
            for (number, span, next) in spans.ended_from(strip.next) {
                fill(&mut strip.cells, steps, span.state, span.from_us, next.from_us);
                strip.next = number + 1;
            }
        }
    }

    /// Each key's ribbon, up to the present instant of the run that
    /// [`keep_up`](Ribbons::keep_up) reads.
    pub fn drawn(&self, run: View<'_>) -> Vec<Ribbon> {
        let ledger = run.history.ledger();
        let drawn = self.strips.iter().map(|strip| {
            let mut cells = strip.cells;
            if let Some(last) = spans(ledger, strip.key, strip.cache).and_then(Spans::last) {
                fill(&mut cells, self.steps, last.state, last.from_us, self.until_us + 1);
            }
            let known = self.steps.at(self.until_us).map_or(0, |last| last + 1);
            Ribbon { key: strip.name.clone(), cells: cells[..known.min(CELLS)].to_vec() }
        });
        drawn.collect()
    }

    fn double(&mut self) {
        self.steps.step_us *= 2;
        for strip in &mut self.strips {
            for at in 0..CELLS / 2 {
                strip.cells[at] = worse(strip.cells[2 * at], strip.cells[2 * at + 1]);
            }
            strip.cells[CELLS / 2..].fill(KeyState::Cold);
        }
    }
}

/// Marks a state from one instant to another; a state of no duration still marks its step.
fn fill(
    cells: &mut [KeyState; CELLS],
    steps: Steps,
    state: KeyState,
    from_us: Micros,
    until_us: Micros,
) {
    let Some(last) = steps.at(until_us.saturating_sub(1).max(from_us)) else { return };
    let first = steps.at(from_us).unwrap_or(0);
    for cell in cells.iter_mut().take(last + 1).skip(first) {
        *cell = worse(*cell, state);
    }
}

fn spans(ledger: &Ledger, key: Symbol, cache: CacheId) -> Option<&Spans> {
    Some(&ledger.key(key)?.caches.get(cache)?.spans)
}

impl<'a> View<'a> {
    /// A key, with its cache if that is not the one that every scenario has.
    fn ribbon_name(self, key: Symbol, cache: CacheId) -> Arc<str> {
        let (key, stores) = (self.names().text(key), self.names().stores());
        match cache {
            cache if stores.is_usual(cache) => key,
            cache => format!("{key} in {}", stores.title(StoreId::Cache(cache))).into(),
        }
    }

    /// The worst interval of a key between two instants (of two equally bad ones the longer), and
    /// the number of other intervals.
    pub fn worst_within(
        self,
        key: &str,
        from_us: Micros,
        until_us: Micros,
    ) -> Option<(RibbonSpan, usize)> {
        let spans = self.spans(key)?.within(from_us, until_us);
        let (mut worst, mut others) = (None::<(&StateSpan, Option<&StateSpan>)>, 0);
        let rank = |(span, next): &(&StateSpan, Option<&StateSpan>)| {
            let end_us = next.map_or(Micros::MAX, |next| next.from_us);
            (badness(span.state), end_us - span.from_us)
        };
        for each in spans {
            if others == 0 && each.0.from_us > from_us {
                // before its first interval the key was cold
                others += 1;
            }
            others += 1;
            if worst.as_ref().is_none_or(|worst| rank(&each) > rank(worst)) {
                worst = Some(each);
            }
        }
        Some(match worst {
            Some((span, next)) => (self.told(span, next), others - 1),
            None => (self.before_all(key)?, 0),
        })
    }

    /// At most `most` last intervals of a key, oldest first, and the number of all.
    pub fn intervals(self, key: &str, most: usize) -> (Vec<RibbonSpan>, u64) {
        let Some(spans) = self.spans(key) else { return Default::default() };
        let skipped = spans.len().saturating_sub(most as u64);
        let ended = spans.ended_from(skipped).map(|(_, span, next)| self.told(span, Some(next)));
        (ended.chain(spans.last().map(|span| self.told(span, None))).collect(), spans.len())
    }

    /// The interval before a key's first event, when it is cold.
    fn before_all(self, key: &str) -> Option<RibbonSpan> {
        let first = self.spans(key)?.within(0, Micros::MAX).next().map(|(span, _)| span);
        Some(RibbonSpan {
            state: KeyState::Cold,
            from_us: 0,
            until_us: first.map(|first| first.from_us),
            began: String::new(),
            ended: first.map(|first| history::event(first.why, self.names())),
        })
    }

    fn told(self, span: &StateSpan, next: Option<&StateSpan>) -> RibbonSpan {
        let names = self.names();
        RibbonSpan {
            state: span.state,
            from_us: span.from_us,
            until_us: next.map(|next| next.from_us),
            began: history::event(span.why, names),
            ended: next.map(|next| history::event(next.why, names)),
        }
    }

    fn spans(self, key: &str) -> Option<&'a Spans> {
        let ledger = self.history.ledger();
        let caches = || self.world.stores.caches.ids();
        let mut all = ledger.keys().iter().flat_map(|&key| caches().map(move |id| (key, id)));
        let (key, cache) = all.find(|&(each, cache)| *self.ribbon_name(each, cache) == *key)?;
        spans(ledger, key, cache)
    }
}
