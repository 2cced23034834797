//! Events and changes of a run, as values.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::event::{Event, EventName, Fault, ReadVerdict, Record, VerdictKind};
use crate::history::{self, Tone, ViolationKind, ViolationReport};
use crate::simulate::Simulation;
use crate::simulate::timeline::Timeline;
use crate::store::cache::CacheEffect;
use crate::store::queue::QueueEffect;
use crate::strategy::PlainValue;
use crate::strategy::value::Names;
use crate::time::Micros;

/// The most events that one change lists.
const MOST: usize = 10_000;

/// What one call has changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct Change {
    /// The instant before the call.
    pub from_us: Micros,
    /// The present instant.
    pub at_us: Micros,
    /// The run went back, or was replaced by another run: earlier changes no longer hold, and
    /// `events` and `violations` are empty. Read the whole run again.
    pub went_back: bool,
    /// The run's known future no longer holds.
    pub forked: bool,
    /// What has happened, oldest first; at most the latest 10000 events.
    pub events: Vec<HistoryEvent>,
    /// The number of events left out before those.
    pub left_out: u64,
    /// The violations found since.
    pub violations: Vec<ViolationReport>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct HistoryEvent {
    /// The event's number, from 0.
    pub seq: u64,
    pub at_us: Micros,
    pub event: EventName,
    /// The operation, such as "R12"; `null`: none.
    pub op: Option<String>,
    pub key: Option<String>,
    pub client: Option<String>,
    /// The value that was written, returned, committed, cached or queued.
    pub value: PlainValue,
    /// The sender of a message.
    pub from: Option<String>,
    /// The receiver of a message.
    pub to: Option<String>,
    /// When the message was sent.
    pub sent_us: Option<Micros>,
    /// The verdict on a read that has returned (`judged`).
    pub verdict: Option<VerdictKind>,
    /// Of a stale read: how long ago a newer write had been acknowledged when the read began.
    pub stale_for_us: Option<Micros>,
    /// Of a stale read: how many versions it was behind.
    pub versions_behind: Option<u32>,
    /// How the log marks the event; `null`: the log leaves it out.
    pub tone: Option<Tone>,
    /// The event as text.
    pub text: String,
}

impl HistoryEvent {
    /// At most `most` events from number `seq` on, oldest first.
    pub(super) fn from(run: &Simulation, seq: u64, most: usize) -> Vec<HistoryEvent> {
        let records = run.history().since(seq).take(most);
        records.map(|(seq, record)| HistoryEvent::of(run, seq, record)).collect()
    }

    fn of(run: &Simulation, seq: u64, record: &Record) -> HistoryEvent {
        let names = run.names();
        let row = run.view().row(seq, record);
        let given = |text: String| (!text.is_empty()).then_some(text);
        let (client, value) = about(&record.event, names);
        let verdict = match record.event {
            Event::Judged { verdict, .. } => Some(verdict),
            _ => None,
        };
        let (stale_for_us, versions_behind) = match verdict {
            Some(ReadVerdict::Stale { for_us, behind, .. }) => (Some(for_us), Some(behind)),
            _ => (None, None),
        };
        HistoryEvent {
            seq,
            at_us: row.at_us,
            event: row.event,
            op: given(row.op),
            key: given(row.key),
            client,
            value,
            from: given(row.from),
            to: given(row.to),
            sent_us: row.sent_us,
            verdict: verdict.map(ReadVerdict::kind),
            stale_for_us,
            versions_behind,
            tone: history::line(record, names).map(|(tone, _)| tone),
            text: row.text,
        }
    }
}

/// The client of an event, and the value that it concerns.
fn about(event: &Event, names: &Names) -> (Option<String>, PlainValue) {
    let text = |symbol| Some(names.text(symbol).to_string());
    match *event {
        Event::Started { client, value, .. } | Event::Judged { client, value, .. } => {
            (text(client), value.scalar.plain(names))
        }
        Event::Ended { client, .. } => (text(client), PlainValue::None),
        Event::Committed { commit, .. } => (None, commit.value.scalar.plain(names)),
        Event::Initial { value, .. }
        | Event::Cache { effect: CacheEffect::Set { value, .. }, .. }
        | Event::Queue {
            effect: QueueEffect::Pushed { value, .. } | QueueEffect::Merged { value, .. },
            ..
        }
        | Event::Fault(Fault::OutsideWrite { value, .. }) => (None, value.scalar.plain(names)),
        _ => (None, PlainValue::None),
    }
}

/// The state of a run at the last reported change.
pub(super) struct Mark {
    at_us: Micros,
    events: u64,
    records: u64,
    bad: u64,
    told: BTreeSet<(Micros, ViolationKind, String, String)>,
    pub went_back: bool,
    pub forked: bool,
}

impl Mark {
    pub fn of(line: &Timeline) -> Mark {
        let run = line.now();
        let violations = run.history().violations();
        Mark {
            at_us: run.now_us(),
            events: run.events(),
            records: run.history().len(),
            bad: bad(run),
            told: violations.iter().map(identity).collect(),
            went_back: false,
            forked: false,
        }
    }

    /// What has changed since the last call. `None`: nothing.
    pub fn change(&mut self, line: &Timeline) -> Option<Change> {
        let run = line.now();
        let (from_us, at_us) = (self.at_us, run.now_us());
        let (went_back, forked) = (self.went_back, self.forked);
        let still = from_us == at_us && self.events == run.events();
        if still && !went_back && !forked {
            return None;
        }
        let mut change = Change {
            from_us,
            at_us,
            went_back,
            forked,
            events: Vec::new(),
            left_out: 0,
            violations: Vec::new(),
        };
        if !went_back {
            let first = self.records.max(run.history().len().saturating_sub(MOST as u64));
            change.events = HistoryEvent::from(run, first, MOST);
            change.left_out = run.history().len() - self.records - change.events.len() as u64;
            if bad(run) != self.bad {
                change.violations = run.history().violations();
                change.violations.retain(|violation| !self.told.contains(&identity(violation)));
            }
        }
        if went_back {
            *self = Mark::of(line);
        } else {
            self.told.extend(change.violations.iter().map(identity));
            (self.at_us, self.events, self.records) = (at_us, run.events(), run.history().len());
            (self.bad, self.forked) = (bad(run), false);
        }
        Some(change)
    }
}

/// The number of violations.
fn bad(run: &Simulation) -> u64 {
    run.history().ledger().went_wrong()
}

/// The fields that identify a violation.
fn identity(violation: &ViolationReport) -> (Micros, ViolationKind, String, String) {
    (violation.at_us, violation.kind, violation.op.clone(), violation.key.clone())
}
