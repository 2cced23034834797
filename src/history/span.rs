//! A key's states over time.

use std::collections::VecDeque;

use super::cause::Cause;
use super::key::KeyState;
use crate::time::Micros;

/// A state, from an instant until the next span begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub state: KeyState,
    pub from_us: Micros,
    /// What began it, and so ended the one before it.
    pub why: Cause,
}

/// The spans of one key, oldest first. Before the first one the key was cold.
#[derive(Clone, Debug, Default)]
pub struct Spans {
    line: VecDeque<Span>,
    /// How many were forgotten at the front.
    forgotten: u64,
}

impl Spans {
    /// Another state begins; at most `keep` spans are remembered. What lasted no
    /// time at all is none.
    pub fn begin(&mut self, span: Span, keep: usize) {
        let mut latest = self.line.iter().rev();
        if latest.next().is_some_and(|last| last.from_us == span.from_us)
            && latest.next().is_none_or(|before| before.state != span.state)
        {
            self.line.pop_back();
        }
        self.line.push_back(span);
        if self.line.len() > keep {
            self.line.pop_front();
            self.forgotten += 1;
        }
    }

    /// Each with the instant of its end (`None`: it lasts) and what ended it.
    pub fn iter(&self) -> impl Iterator<Item = (&Span, Option<&Span>)> {
        let next = self.line.iter().skip(1).map(Some).chain([None]);
        self.line.iter().zip(next)
    }

    /// Those that have ended and are of a number or a higher one, each with its
    /// number, its end and what ended it.
    pub fn ended_from(&self, number: u64) -> impl Iterator<Item = (u64, &Span, &Span)> {
        let skip = number.saturating_sub(self.forgotten).min(self.line.len() as u64) as usize;
        let next = self.line.range((skip + 1).min(self.line.len())..);
        let numbers = self.forgotten + skip as u64..;
        numbers
            .zip(self.line.range(skip..))
            .zip(next)
            .map(|((number, span), next)| (number, span, next))
    }

    /// Those that lie, with a part of them, between two instants, each with what ended it.
    pub fn within(
        &self,
        from_us: Micros,
        until_us: Micros,
    ) -> impl Iterator<Item = (&Span, Option<&Span>)> {
        let after = self.line.partition_point(|span| span.from_us <= from_us);
        let spans = self
            .line
            .range(after.saturating_sub(1)..)
            .take_while(move |span| span.from_us < until_us || span.from_us == from_us);
        let next = self.line.range(after.max(1).min(self.line.len())..).map(Some).chain([None]);
        spans.zip(next)
    }

    /// The present one.
    pub fn last(&self) -> Option<&Span> {
        self.line.back()
    }

    /// How many there were.
    pub fn len(&self) -> u64 {
        self.forgotten + self.line.len() as u64
    }

    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
