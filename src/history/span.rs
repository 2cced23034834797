//! A key's states over time.

use super::blocks::Blocks;
use super::state::KeyState;
use crate::event::Cause;
use crate::time::Micros;

/// A state of a key, from an instant until the next span begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StateSpan {
    pub state: KeyState,
    pub from_us: Micros,
    /// The event that began it and ended the one before it.
    pub why: Cause,
}

/// The spans of one key, oldest first. Before the first one the key was cold.
#[derive(Clone, Debug, Default)]
pub struct Spans(Blocks<StateSpan, 16>);

impl Spans {
    /// Empty; the last `keep` spans will be kept, or all.
    pub fn new(keep: Option<u32>) -> Spans {
        Spans(Blocks::new(keep))
    }

    /// Begins another state. A span of no duration is dropped.
    pub fn begin(&mut self, span: StateSpan) {
        let before = self.len().checked_sub(2).and_then(|number| self.0.get(number));
        let lasts_no_time = self.last().is_some_and(|last| last.from_us == span.from_us);
        match lasts_no_time && before.is_none_or(|before| before.state != span.state) {
            true => self.0.replace_last(span),
            false => {
                self.0.push(span);
            }
        }
    }

    /// The spans, each with the instant of its end (`None`: it has not ended) and the event that
    /// ended it.
    pub fn iter(&self) -> impl Iterator<Item = (&StateSpan, Option<&StateSpan>)> {
        self.0.since(0).map(|(number, span)| (span, self.0.get(number + 1)))
    }

    /// The ended spans from a number on, each with its number, its end and the event that ended it.
    pub fn ended_from(&self, number: u64) -> impl Iterator<Item = (u64, &StateSpan, &StateSpan)> {
        let ended = self.0.since(number);
        ended.filter_map(|(number, span)| Some((number, span, self.0.get(number + 1)?)))
    }

    /// The spans that overlap a time range, each with the event that ended it.
    pub fn within(
        &self,
        from_us: Micros,
        until_us: Micros,
    ) -> impl Iterator<Item = (&StateSpan, Option<&StateSpan>)> {
        let after = self.0.partition_point(|span| span.from_us <= from_us);
        let spans = self.0.since(after.saturating_sub(1));
        spans
            .take_while(move |(_, span)| span.from_us < until_us || span.from_us == from_us)
            .map(|(number, span)| (span, self.0.get(number + 1)))
    }

    /// The present span.
    pub fn last(&self) -> Option<&StateSpan> {
        self.0.last()
    }

    /// The memory that they take, in bytes.
    pub fn bytes(&self) -> u64 {
        self.0.bytes()
    }

    /// The number of spans ever begun.
    pub fn len(&self) -> u64 {
        self.0.len()
    }

    /// Whether there was no span.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
