//! A run, to take along: as a table of events, and as a sequence diagram.

use std::fmt::Write;

use serde::Serialize;

use super::Simulation;
use super::snapshot::{Arrow, ArrowEnd, Diagram};
use crate::event::{Event, Fault, Record};
use crate::history;
use crate::store::cache::CacheEffect;
use crate::store::queue::QueueEffect;
use crate::strategy::value::Symbol;
use crate::time::Micros;
use crate::world::{OpId, ProcessId};

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

impl Simulation {
    /// Every event that is kept, up to now.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        self.history().since(0).map(|(seq, record)| self.row(seq, record))
    }

    /// The same as CSV, by RFC 4180. A text that a spreadsheet would take for a
    /// formula begins with an apostrophe.
    pub fn csv(&self) -> String {
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
    pub(crate) fn row(&self, seq: u64, record: &Record) -> Row {
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

/// What is told of a run in a sequence diagram: an arrow, or a note.
enum Told<'a> {
    Arrow(&'a Arrow),
    Note { process: ProcessId, text: &'a str },
}

impl Diagram {
    /// The same as a Mermaid sequence diagram, in the order in which messages
    /// ended: `->>` a call, `-->>` a reply, `-x` one that was lost.
    pub fn mermaid(&self) -> String {
        let mut text = "sequenceDiagram\n".to_owned();
        for lane in &self.lanes {
            let id = participant(lane.process);
            // writing to a text cannot fail
            let _ = writeln!(text, "    participant {id} as {}", plain(&lane.name));
        }
        let arrows = self.arrows.iter().map(|arrow| {
            let at_us = arrow.ended_us.unwrap_or(Micros::MAX);
            ((at_us, arrow.seq.unwrap_or(u64::MAX)), Told::Arrow(arrow))
        });
        let marks = self.marks.iter().map(|mark| {
            let note = Told::Note { process: mark.process, text: &mark.text };
            ((mark.at_us, mark.seq), note)
        });
        let left_out = self.arrows_left_out + self.marks_left_out;
        if let (1.., [first, .., last]) = (left_out, self.lanes.as_slice()) {
            let (first, last) = (participant(first.process), participant(last.process));
            let _ = writeln!(text, "    Note over {first},{last}: {left_out} earlier left out");
        }
        let mut told: Vec<_> = arrows.chain(marks).collect();
        told.sort_by_key(|(when, _)| *when);
        for (_, each) in told {
            let _ = match each {
                Told::Arrow(arrow) => {
                    let sign = match (arrow.end, arrow.reply) {
                        (ArrowEnd::Dropped(_), true) => "--x",
                        (ArrowEnd::Dropped(_), false) => "-x",
                        (_, true) => "-->>",
                        (_, false) => "->>",
                    };
                    let (from, to) = (participant(arrow.from), participant(arrow.to));
                    let whose = match arrow.label.as_str() {
                        "" => String::new(),
                        label => format!("{label} "),
                    };
                    let end = match arrow.end {
                        ArrowEnd::Landed => "",
                        ArrowEnd::Dropped(_) => " (lost)",
                        ArrowEnd::UnderWay => " (under way)",
                        ArrowEnd::Held => " (held)",
                    };
                    writeln!(text, "    {from}{sign}{to}: {whose}{}{end}", plain(&arrow.text))
                }
                Told::Note { process, text: said } => {
                    writeln!(text, "    Note over {}: {}", participant(process), plain(said))
                }
            };
        }
        text
    }
}

fn participant(process: ProcessId) -> String {
    process.name().replace(' ', "")
}

/// A text that means nothing in Mermaid's own language.
fn plain(text: &str) -> String {
    text.chars()
        .map(|each| match each {
            '#' => "#35;".to_owned(),
            ';' => "#59;".to_owned(),
            '<' => "#lt;".to_owned(),
            '>' => "#gt;".to_owned(),
            '\n' | '\r' => " ".to_owned(),
            each => each.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn run(scenario: &str) -> Simulation {
        let scenario = Scenario::parse(scenario).expect("a scenario");
        let mut run = Simulation::new(&scenario).expect("it runs");
        run.advance(1_000_000, u32::MAX);
        run
    }

    #[test]
    fn a_miss_as_a_sequence_diagram() {
        let run = run(
            r#"{"rows": {"each": {"k": 0}}, "actions": [{"at_us": 0, "do": "read", "key": "k"}]}"#,
        );
        let mermaid = run.diagram(0, 1_000_000, 100).mermaid();
        let lines: Vec<&str> = mermaid.lines().map(str::trim).collect();
        assert_eq!(
            lines,
            [
                "sequenceDiagram",
                "participant client as client",
                "participant app1 as app 1",
                "participant app2 as app 2",
                "participant cache as cache",
                "participant database as database",
                "client->>app1: R1 read(k)",
                "app1->>cache: R1 cache.get(k)",
                "cache-->>app1: R1 the reply",
                "app1->>database: R1 db.read(k)",
                "database-->>app1: R1 the reply",
                "app1->>cache: R1 cache.set(k)",
                "Note over cache: R1: the cache set k = 0 for 60 s",
                "cache-->>app1: R1 the reply",
                "app1-->>client: R1 the reply",
                "Note over client: R1: read k = 0 in 11.5 ms, fresh",
            ]
        );
    }

    #[test]
    fn a_sequence_diagram_says_what_it_leaves_out() {
        let run = run(r#"{"rows": {"each": {"k": 0}},
            "actions": [{"at_us": 0, "do": "read", "key": "k"}]}"#);
        let told = |most: usize| run.diagram(0, 1_000_000, most).mermaid();
        assert!(told(3).contains("Note over client,database: 5 earlier left out"), "{}", told(3));
        assert!(!told(100).contains("left out"));
    }

    #[test]
    fn a_table_survives_commas_quotes_and_formulas() {
        let run = run(
            r#"{"actions": [{"at_us": 0, "do": "write", "key": "=a,\"b\"", "value": "x\ny"}]}"#,
        );
        let csv = run.csv();
        let line = csv.lines().find(|line| line.contains(",started,")).expect("it has started");
        assert!(line.starts_with("0,0,started,W1,\"'=a,\"\"b\"\"\","), "{line}");
        assert_eq!(run.rows().count() as u64, run.log_len());
    }

    #[test]
    fn names_of_keys_cannot_break_a_sequence_diagram() {
        assert_eq!(plain("a;b#c<d>\ne"), "a#59;b#35;c#lt;d#gt; e");
    }

    #[test]
    fn a_lost_message_is_crossed() {
        let run = run(r#"{"actions": [{"at_us": 0, "do": "cut", "link": "client-app"},
                {"at_us": 1, "do": "read", "key": "k"}]}"#);
        let diagram = run.diagram(0, 1_000_000, 100);
        assert!(diagram.mermaid().contains("client-xapp1: R1 read(k) (lost)"));
        let why = diagram.arrows.iter().map(|arrow| arrow.end).next();
        assert_eq!(why, Some(ArrowEnd::Dropped("lost, the link is cut")));
    }
}
