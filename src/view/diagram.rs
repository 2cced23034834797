//! Messages and changes over time, as the space-time diagram draws them.

use std::sync::Arc;

use super::{Tone, View};
use crate::event::{DropReason, Event, Fault, Record};
use crate::history;
use crate::identity::message_name;
use crate::order;
use crate::store::cache::CacheEffect;
use crate::store::queue::QueueEffect;
use crate::strategy::value::Symbol;
use crate::time::{MILLISECOND_US, Micros};
use crate::world::{OpId, ProcessId};

/// Messages and changes over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    /// Lanes in the order in which a request passes them: clients first.
    pub lanes: Vec<Lane>,
    /// In the order of the instants at which they ended; those still under way come last.
    pub arrows: Vec<Arrow>,
    pub marks: Vec<Mark>,
    /// The number of earlier ones left out.
    pub arrows_left_out: usize,
    pub marks_left_out: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    pub process: ProcessId,
    pub name: String,
}

/// A message, from one lane to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// A stable id: the same in every run in which this message is sent.
    pub id: u64,
    /// The number of the record of its end; `None`: it is under way.
    pub seq: Option<u64>,
    /// The request that it belongs to: "R12"; empty for a background task.
    pub label: String,
    pub key: Option<Arc<str>>,
    pub from: ProcessId,
    pub to: ProcessId,
    /// The path as text: "app 1 → cache".
    pub path: String,
    pub sent_us: Micros,
    /// When it landed, was dropped, or will land; `None`: it is held.
    pub ended_us: Option<Micros>,
    pub text: String,
    pub reply: bool,
    /// Whether it reports a failure.
    pub failed: bool,
    pub end: ArrowEnd,
    /// Its name in an action, while it is under way.
    pub message: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArrowEnd {
    Landed,
    /// It never landed; why.
    Dropped(&'static str),
    UnderWay,
    Held,
}

/// A change in a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The number of its record.
    pub seq: u64,
    pub at_us: Micros,
    pub process: ProcessId,
    pub label: String,
    pub key: Option<Arc<str>>,
    pub tone: Tone,
    /// One word: "committed".
    pub event: &'static str,
    pub text: String,
}

/// A message sent in a window is drawn if it lands within this time after the window.
const LOOK_AHEAD_US: Micros = 100 * MILLISECOND_US;

impl View<'_> {
    /// The messages and changes between two instants: at most `most` arrows and as many marks, the
    /// latest ones.
    pub fn diagram(self, from_us: Micros, to_us: Micros, most: usize) -> Diagram {
        // Texts are made last, only for what is returned: a window may hold thousands.
        let (mut arrows, mut marks) = (Vec::new(), Vec::new());
        for (seq, record) in self.history.since(self.history.first_at(from_us)) {
            // a message that lands later than this is left out
            if record.at_us > to_us.saturating_add(LOOK_AHEAD_US) {
                break;
            }
            match record.event {
                Event::Arrived { from, to, sent_us, .. } if from != to && sent_us <= to_us => {
                    arrows.push((seq, record));
                }
                // it has landed, and this is its second record
                Event::Dropped { why: DropReason::Late, .. } => {}
                Event::Dropped { from, to, sent_us, .. } if from != to && sent_us <= to_us => {
                    arrows.push((seq, record));
                }
                _ if record.at_us <= to_us && self.marked(record).is_some() => {
                    marks.push((seq, record));
                }
                _ => {}
            }
        }
        let under_way = self.arrows_under_way(to_us);
        let arrows_left_out = (arrows.len() + under_way.len()).saturating_sub(most);
        let told = arrows.iter().skip(arrows_left_out);
        // Marks before the first arrow would have no visible cause: leave them out.
        let since_us = match arrows_left_out {
            0 => 0,
            _ => told.clone().map(|(_, record)| record.at_us).next().unwrap_or(Micros::MAX),
        };
        let early = marks.iter().take_while(|(_, record)| record.at_us < since_us).count();
        let marks_left_out = early.max(marks.len().saturating_sub(most));
        let told = told.filter_map(|(seq, record)| self.arrow(*seq, record));
        let late = arrows_left_out.saturating_sub(arrows.len());
        Diagram {
            lanes: self.lanes(),
            arrows: told.chain(under_way.into_iter().skip(late)).collect(),
            marks: marks
                .iter()
                .skip(marks_left_out)
                .filter_map(|(seq, record)| self.mark(*seq, record))
                .collect(),
            arrows_left_out,
            marks_left_out,
        }
    }

    fn lanes(self) -> Vec<Lane> {
        let stores = self.names().stores();
        std::iter::once(ProcessId::Client)
            .chain(self.world.processes())
            .map(|process| Lane { process, name: process.name(stores) })
            .collect()
    }

    fn arrow(self, seq: u64, record: &Record) -> Option<Arrow> {
        let names = self.names();
        let (stamp, op, from, to, sent_us, what, end) = match record.event {
            Event::Arrived { stamp, op, from, to, sent_us, what, .. } => {
                (stamp, op, from, to, sent_us, what, ArrowEnd::Landed)
            }
            Event::Dropped { stamp, op, from, to, sent_us, what, why, .. } => {
                let why = match why {
                    DropReason::Loss => "lost",
                    DropReason::Cut => "lost, the link is cut",
                    DropReason::Injected => "dropped",
                    // it has landed, and this is its second record
                    DropReason::Late => return None,
                };
                (stamp, op, from, to, sent_us, what, ArrowEnd::Dropped(why))
            }
            _ => return None,
        };
        if from == to {
            return None;
        }
        Some(Arrow {
            id: stamp,
            seq: Some(seq),
            label: op.label(),
            key: what.key.map(|key| names.text(key)),
            from,
            to,
            path: self.path(from, to),
            sent_us,
            ended_us: Some(record.at_us),
            text: history::saying(what, names),
            reply: what.reply,
            failed: what.error,
            end,
            message: None,
        })
    }

    fn path(self, from: ProcessId, to: ProcessId) -> String {
        let stores = self.names().stores();
        format!("{} → {}", from.name(stores), to.name(stores))
    }

    fn arrows_under_way(self, to_us: Micros) -> Vec<Arrow> {
        let landings = self.schedule.landings();
        let mut arrows: Vec<Arrow> = self
            .world
            .messages()
            .filter(|(_, message)| message.from != message.to && message.sent_us <= to_us)
            .map(|(key, message)| {
                let what = message.saying();
                Arrow {
                    id: message.id.stamp,
                    seq: None,
                    label: message.op.label(),
                    key: what.key.map(|key| self.names().text(key)),
                    from: message.from,
                    to: message.to,
                    path: self.path(message.from, message.to),
                    sent_us: message.sent_us,
                    ended_us: landings.get(&key).copied(),
                    text: history::saying(what, self.names()),
                    reply: what.reply,
                    failed: what.error,
                    end: if self.schedule.is_held(key) {
                        ArrowEnd::Held
                    } else {
                        ArrowEnd::UnderWay
                    },
                    message: Some(message_name(message.id.stamp)),
                }
            })
            .collect();
        order::by_key(&mut arrows, |arrow| (arrow.sent_us, arrow.id));
        arrows
    }

    /// Of a record that is drawn as a mark: its lane, its operation and its key.
    fn marked(self, record: &Record) -> Option<(ProcessId, OpId, Option<Symbol>)> {
        Some(match record.event {
            Event::Cache { op, cache, effect } => {
                let key = match effect {
                    CacheEffect::Set { key, .. }
                    | CacheEffect::Removed { key, .. }
                    | CacheEffect::Refused { key, .. }
                    | CacheEffect::NothingToDelete { key } => key,
                    _ => return None,
                };
                (ProcessId::Cache(cache), op, Some(key))
            }
            Event::Committed { op, commit } => (ProcessId::Database, op, Some(commit.key)),
            Event::Replicated { replica, key, .. } => {
                (ProcessId::Replica(replica), OpId::NOBODY, Some(key))
            }
            Event::Queue { op, queue, effect, .. } => {
                let key = match effect {
                    QueueEffect::Pushed { key, .. }
                    | QueueEffect::Merged { key, .. }
                    | QueueEffect::Ignored { key, .. }
                    | QueueEffect::Returned { key, .. }
                    | QueueEffect::Dropped { key, .. }
                    | QueueEffect::Replayed { key, .. }
                    | QueueEffect::DeadLettered { key, .. } => key,
                    _ => return None,
                };
                (self.world.queues().get(usize::from(queue))?.process, op, Some(key))
            }
            Event::Judged { op, key, .. } => (ProcessId::Client, op, Some(key)),
            Event::Ended { op, key, kind, .. } if kind.writes() => {
                (ProcessId::Client, op, Some(key))
            }
            Event::Fault(Fault::Kill(process) | Fault::Restart(process)) => {
                (process, OpId::NOBODY, None)
            }
            Event::Fault(Fault::Flush(cache)) => (ProcessId::Cache(cache), OpId::NOBODY, None),
            _ => return None,
        })
    }

    fn mark(self, seq: u64, record: &Record) -> Option<Mark> {
        let (process, op, key) = self.marked(record)?;
        let (tone, text) = history::line(record, self.names())?;
        Some(Mark {
            seq,
            at_us: record.at_us,
            process,
            label: op.label(),
            key: key.map(|key| self.names().text(key)),
            tone,
            event: super::table::about(&record.event).0.name(),
            text,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::Scenario;
    use crate::simulate::Simulation;

    #[test]
    fn what_is_drawn_begins_at_one_instant() {
        let scenario = Scenario::parse(
            r#"{"rows": {"each": {"k": 0}}, "workloads": [{"arrivals": {"kind": "fixed", "every_us": 1000}}]}"#,
        );
        let mut run = Simulation::new(&scenario.expect("a scenario")).expect("it runs");
        run.advance(1_000_000, u32::MAX);
        let whole = run.view().diagram(0, 1_000_000, usize::MAX);
        assert_eq!((whole.arrows_left_out, whole.marks_left_out), (0, 0));
        let some = run.view().diagram(0, 1_000_000, 50);
        let first_us = some.arrows.iter().filter_map(|arrow| arrow.ended_us).min();
        assert_eq!(some.arrows.len() + some.arrows_left_out, whole.arrows.len());
        assert_eq!(some.marks.len() + some.marks_left_out, whole.marks.len());
        assert!(!some.marks.is_empty());
        assert!(some.marks.iter().all(|mark| Some(mark.at_us) >= first_us));
    }
}
