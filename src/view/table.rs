//! The history as a table: one row for each event.

use std::fmt::Write;

use serde::Serialize;

use super::View;
use crate::event::{Event, Fault, Record};
use crate::history;
use crate::store::cache::CacheEffect;
use crate::store::queue::QueueEffect;
use crate::strategy::value::Symbol;
use crate::time::Micros;
use crate::world::OpId;

/// One event of the history, for a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    pub seq: u64,
    pub at_us: Micros,
    /// "started", "arrived", "committed", …
    pub event: &'static str,
    /// "R12"; empty: nobody's.
    pub op: String,
    pub key: String,
    /// For a message: from where, and to where.
    pub from: String,
    pub to: String,
    /// When it was sent.
    pub sent_us: Option<Micros>,
    /// What the log says of it, or of the message.
    pub text: String,
}

/// The columns of the table.
const COLUMNS: &str = "seq,at_us,event,op,key,from,to,sent_us,text\r\n";

impl<'a> View<'a> {
    /// Every event that is kept, up to now.
    pub fn rows(self) -> impl Iterator<Item = Row> + use<'a> {
        self.history.since(0).map(move |(seq, record)| self.row(seq, record))
    }

    /// The same as CSV, by RFC 4180. A text that a spreadsheet would take for a
    /// formula begins with an apostrophe.
    pub fn csv(self) -> String {
        let mut csv = COLUMNS.to_owned();
        for Row { seq, at_us, event, op, key, from, to, sent_us, text } in self.rows() {
            let sent_us = sent_us.map_or(String::new(), |us| us.to_string());
            let (key, text) = (field(&key), field(&text));
            // writing to a text cannot fail
            let _ =
                write!(csv, "{seq},{at_us},{event},{op},{key},{from},{to},{sent_us},{text}\r\n");
        }
        csv
    }

    /// The record of a number, as it stands in the table.
    pub(crate) fn row(self, seq: u64, record: &Record) -> Row {
        let names = self.names();
        let (event, op, key) = about(&record.event);
        let (from, to, sent_us, what) = match record.event {
            Event::Arrived { from, to, sent_us, what, .. }
            | Event::Dropped { from, to, sent_us, what, .. } => {
                (from.name(), to.name(), Some(sent_us), Some(what))
            }
            _ => (String::new(), String::new(), None, None),
        };
        let said = history::line(record, names).map(|(_, text)| text);
        let said = said.or(what.map(|what| history::saying(what, names)));
        Row {
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

/// A field of a CSV table.
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    match text.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// An event's name, whose it is, and which key it is about.
pub(super) fn about(event: &Event) -> (&'static str, OpId, Option<Symbol>) {
    match *event {
        Event::Initial { key, .. } => ("initial", OpId::NOBODY, Some(key)),
        Event::Started { op, key, .. } => ("started", op, Some(key)),
        Event::Retried { op, .. } => ("retried", op, None),
        Event::Ended { op, key, .. } => ("ended", op, Some(key)),
        Event::Judged { op, key, .. } => ("judged", op, Some(key)),
        Event::TaskBegan { op, .. } => ("task-began", op, None),
        Event::TaskEnded { op, .. } => ("task-ended", op, None),
        Event::Broken { op, .. } => ("strategy-error", op, None),
        Event::Uncaught { op, .. } => ("uncaught", op, None),
        Event::Logged { op, .. } => ("logged", op, None),
        Event::Arrived { op, what, .. } => ("arrived", op, what.key),
        Event::Dropped { op, what, .. } => ("dropped", op, what.key),
        Event::TimedOut { op, what, .. } => ("timed-out", op, what.key),
        Event::Failed { op, what, .. } => ("failed", op, what.key),
        Event::Cache { op, effect } => {
            let (name, key) = cache(effect);
            (name, op, Some(key))
        }
        Event::LoadBegan { op, key } => ("load-began", op, Some(key)),
        Event::LoadEnded { op, key, .. } => ("load-ended", op, Some(key)),
        Event::ReplicaRead { op, key, .. } => ("replica-read", op, Some(key)),
        Event::Committed { op, commit } => ("committed", op, Some(commit.key)),
        Event::NothingToDelete { op, key, .. } => ("nothing-to-delete", op, Some(key)),
        Event::Queue { op, effect, .. } => {
            let (name, key) = queue(effect);
            (name, op, key)
        }
        Event::Replicated { key, .. } => ("replicated", OpId::NOBODY, Some(key)),
        Event::Restored { .. } => ("restored", OpId::NOBODY, None),
        Event::Fault(Fault::OutsideWrite { op, key, .. } | Fault::OutsideDelete { op, key }) => {
            ("outside", op, Some(key))
        }
        Event::Fault(_) => ("action", OpId::NOBODY, None),
        Event::Refused { .. } => ("refused", OpId::NOBODY, None),
    }
}

fn cache(effect: CacheEffect) -> (&'static str, Symbol) {
    match effect {
        CacheEffect::Hit { key, .. } => ("hit", key),
        CacheEffect::Miss { key } => ("miss", key),
        CacheEffect::Set { key, .. } => ("set", key),
        CacheEffect::Retimed { key, .. } => ("retimed", key),
        CacheEffect::Refused { key, .. } => ("set-refused", key),
        CacheEffect::Removed { key, .. } => ("removed", key),
        CacheEffect::NothingToDelete { key } => ("no-entry-to-delete", key),
        CacheEffect::Stale { key, .. } => ("grace-began", key),
        CacheEffect::Remembered { key, .. } => ("version-remembered", key),
        CacheEffect::Forgotten { key, .. } => ("version-forgotten", key),
    }
}

fn queue(effect: QueueEffect) -> (&'static str, Option<Symbol>) {
    match effect {
        QueueEffect::Pushed { key, .. } => ("queued", Some(key)),
        QueueEffect::Merged { key, .. } => ("coalesced", Some(key)),
        QueueEffect::Taken { .. } => ("taken", None),
        QueueEffect::Acked { key, .. } => ("acked", Some(key)),
        QueueEffect::Retried { key, .. } => ("retried-item", Some(key)),
        QueueEffect::DeadLettered { key, .. } => ("dead-letter", Some(key)),
        QueueEffect::Redelivered { key, .. } => ("redelivered", Some(key)),
        QueueEffect::Dropped { key, .. } => ("queue-dropped", Some(key)),
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::Scenario;
    use crate::simulate::Simulation;

    fn run(scenario: &str) -> Simulation {
        let scenario = Scenario::parse(scenario).expect("a scenario");
        let mut run = Simulation::new(&scenario).expect("it runs");
        run.advance(1_000_000, u32::MAX);
        run
    }

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
