//! The history as a table: one row for each event.

use std::fmt::Write;

use serde::Serialize;

use super::View;
use crate::event::{Event, EventName, Fault, Record};
use crate::history;
use crate::store::cache::CacheEffect;
use crate::store::queue::QueueEffect;
use crate::strategy::value::Symbol;
use crate::time::Micros;
use crate::world::OpId;

/// One event of the history, for a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableRow {
    pub seq: u64,
    pub at_us: Micros,
    pub event: EventName,
    /// The operation: "R12"; empty: none.
    pub op: String,
    pub key: String,
    /// A message's sender and receiver.
    pub from: String,
    pub to: String,
    /// When the message was sent.
    pub sent_us: Option<Micros>,
    /// The log's line, or the content of a message.
    pub text: String,
}

/// The columns of the table.
const COLUMNS: &str = "seq,at_us,event,op,key,from,to,sent_us,text\r\n";

impl<'a> View<'a> {
    /// Every event still kept, up to now.
    pub fn rows(self) -> impl Iterator<Item = TableRow> + use<'a> {
        self.history.since(0).map(move |(seq, record)| self.row(seq, record))
    }

    /// The table as CSV (RFC 4180). A text that a spreadsheet would treat as a formula is prefixed
    /// with an apostrophe.
    ///
    /// CSV has no types, so readers guess: of a key `null` that it is nothing, of a `sent_us` that is
    /// empty in the first hundred rows that it is text. The README says how pandas and polars are
    /// told.
    pub fn csv(self) -> String {
        let mut csv = COLUMNS.to_owned();
        for TableRow { seq, at_us, event, op, key, from, to, sent_us, text } in self.rows() {
            let sent_us = sent_us.map_or(String::new(), |us| us.to_string());
            let (key, text) = (field(&key), field(&text));
            // writing to a text cannot fail
            let _ = write!(
                csv,
                "{seq},{at_us},{},{op},{key},{from},{to},{sent_us},{text}\r\n",
                event.name()
            );
        }
        csv
    }

    /// One record as a row of the table.
    pub(crate) fn row(self, seq: u64, record: &Record) -> TableRow {
        let names = self.names();
        let stores = names.stores();
        let (event, op, key) = about(&record.event);
        let (from, to, sent_us, what) = match record.event {
            Event::Arrived { from, to, sent_us, what, .. }
            | Event::Dropped { from, to, sent_us, what, .. } => {
                (from.name(stores), to.name(stores), Some(sent_us), Some(what))
            }
            _ => (String::new(), String::new(), None, None),
        };
        let said = history::line(record, names).map(|(_, text)| text);
        let said = said.or(what.map(|what| history::saying(what, names)));
        TableRow {
            seq,
            at_us: record.at_us,
            event,
            op: op.label(),
            key: key.map_or(String::new(), |key| names.text(key).to_string()),
            from,
            to,
            sent_us,
            text: said.unwrap_or_default(),
        }
    }
}

/// A field in CSV notation.
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    match text.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// An event's name, its operation and its key.
pub(super) fn about(event: &Event) -> (EventName, OpId, Option<Symbol>) {
    match *event {
        Event::Initial { key, .. } => (EventName::Initial, OpId::NOBODY, Some(key)),
        Event::Started { op, key, .. } => (EventName::Started, op, Some(key)),
        Event::Retried { op, .. } => (EventName::Retried, op, None),
        Event::Ended { op, key, .. } => (EventName::Ended, op, Some(key)),
        Event::Judged { op, key, .. } => (EventName::Judged, op, Some(key)),
        Event::TaskBegan { op, .. } => (EventName::TaskBegan, op, None),
        Event::TaskEnded { op, .. } => (EventName::TaskEnded, op, None),
        Event::Broken { op, .. } => (EventName::StrategyError, op, None),
        Event::Uncaught { op, .. } => (EventName::Uncaught, op, None),
        Event::Logged { op, .. } => (EventName::Logged, op, None),
        Event::Arrived { op, what, .. } => (EventName::Arrived, op, what.key),
        Event::Dropped { op, what, .. } => (EventName::Dropped, op, what.key),
        Event::TimedOut { op, what, .. } => (EventName::TimedOut, op, what.key),
        Event::Failed { op, what, .. } => (EventName::Failed, op, what.key),
        Event::Cache { op, effect, .. } => {
            let (name, key) = cache(effect);
            (name, op, Some(key))
        }
        Event::LoadBegan { op, key } => (EventName::LoadBegan, op, Some(key)),
        Event::LoadEnded { op, key, .. } => (EventName::LoadEnded, op, Some(key)),
        Event::ReplicaRead { op, key, .. } => (EventName::ReplicaRead, op, Some(key)),
        Event::Committed { op, commit } => (EventName::Committed, op, Some(commit.key)),
        Event::NothingToDelete { op, key, .. } => (EventName::NothingToDelete, op, Some(key)),
        Event::NotSwapped { op, key, .. } => (EventName::NotSwapped, op, Some(key)),
        Event::RolledBack { op, key, .. } => (EventName::RolledBack, op, Some(key)),
        Event::EndedIdle { op } => (EventName::EndedIdle, op, None),
        Event::Joined { op, key, .. } => (EventName::Joined, op, Some(key)),
        Event::Shared { op, key, .. } => (EventName::Shared, op, Some(key)),
        Event::Queue { op, effect, .. } => {
            let (name, key) = queue(effect);
            (name, op, key)
        }
        Event::Replicated { key, .. } => (EventName::Replicated, OpId::NOBODY, Some(key)),
        Event::Restored { .. } => (EventName::Restored, OpId::NOBODY, None),
        Event::Fault(
            Fault::OutsideWrite { op, key, .. } | Fault::OutsideDelete { op, key, .. },
        ) => (EventName::Outside, op, Some(key)),
        Event::Fault(_) => (EventName::Action, OpId::NOBODY, None),
        Event::Refused { .. } => (EventName::Refused, OpId::NOBODY, None),
    }
}

fn cache(effect: CacheEffect) -> (EventName, Symbol) {
    match effect {
        CacheEffect::Hit { key, .. } => (EventName::Hit, key),
        CacheEffect::Miss { key } => (EventName::Miss, key),
        CacheEffect::Set { key, .. } => (EventName::Set, key),
        CacheEffect::Retimed { key, .. } => (EventName::Retimed, key),
        CacheEffect::Refused { key, .. } => (EventName::SetRefused, key),
        CacheEffect::Removed { key, .. } => (EventName::Removed, key),
        CacheEffect::NothingToDelete { key } => (EventName::NoEntryToDelete, key),
        CacheEffect::Stale { key, .. } => (EventName::GraceBegan, key),
        CacheEffect::Remembered { key, .. } => (EventName::VersionRemembered, key),
        CacheEffect::Forgotten { key, .. } => (EventName::VersionForgotten, key),
    }
}

fn queue(effect: QueueEffect) -> (EventName, Option<Symbol>) {
    match effect {
        QueueEffect::Pushed { key, .. } => (EventName::Queued, Some(key)),
        QueueEffect::Merged { key, .. } => (EventName::Coalesced, Some(key)),
        QueueEffect::Taken { .. } => (EventName::Taken, None),
        QueueEffect::Acked { key, .. } => (EventName::Acked, Some(key)),
        QueueEffect::Retried { key, .. } => (EventName::RetriedItem, Some(key)),
        QueueEffect::DeadLettered { key, .. } => (EventName::DeadLetter, Some(key)),
        QueueEffect::Redelivered { key, .. } => (EventName::Redelivered, Some(key)),
        QueueEffect::Dropped { key, .. } => (EventName::QueueDropped, Some(key)),
        QueueEffect::Ignored { key, .. } => (EventName::QueueIgnored, Some(key)),
        QueueEffect::Returned { key, .. } => (EventName::QueueReturned, Some(key)),
        QueueEffect::Replayed { key, .. } => (EventName::Replayed, Some(key)),
        QueueEffect::DeadLettersDropped => (EventName::QueueDropped, None),
    }
}

#[cfg(test)]
mod tests {
    use crate::view::played::run;

    #[test]
    fn a_table_survives_commas_quotes_and_formulas() {
        let run = run(
            r#"{"actions": [{"at_us": 0, "do": "write", "key": "=a,\"b\"", "value": "x\ny"}]}"#,
        );
        let csv = run.view().csv();
        let line = csv.lines().find(|line| line.contains(",started,")).expect("it has started");
        assert!(line.starts_with("0,0,started,W1,\"'=a,\"\"b\"\"\","), "{line}");
        assert_eq!(run.view().rows().count() as u64, run.history().len());
    }
}
