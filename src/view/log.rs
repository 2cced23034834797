//! The log: events as text.

use serde::Serialize;

use super::View;
use crate::event::Record;
use crate::history::{self, Tone};
use crate::time::Micros;

/// A line of the log: an event as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct LogLine {
    /// The number of its event, from 0.
    pub seq: u64,
    pub at_us: Micros,
    pub tone: Tone,
    pub text: String,
}

impl View<'_> {
    /// At most `most` lines of the log from number `sequence` on, oldest first.
    pub fn log_from(self, sequence: u64, most: usize) -> Vec<LogLine> {
        let records = self.history.since(sequence);
        records.filter_map(|(seq, record)| self.log_line(seq, record)).take(most).collect()
    }

    /// The last `most` lines of the log, oldest first.
    pub fn log_tail(self, most: usize) -> Vec<LogLine> {
        let mut lines: Vec<LogLine> = self
            .history
            .latest()
            .filter_map(|(seq, record)| self.log_line(seq, record))
            .take(most)
            .collect();
        lines.reverse();
        lines
    }

    fn log_line(self, seq: u64, record: &Record) -> Option<LogLine> {
        let (tone, text) = history::line(record, self.names())?;
        Some(LogLine { seq, at_us: record.at_us, tone, text })
    }
}
