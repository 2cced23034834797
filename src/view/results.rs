//! Requests that have ended, as their clients saw them.

use std::sync::Arc;

use super::View;
use crate::event::{Event, RequestEnd};
use crate::history::{self, Fate, Tone};
use crate::strategy::value::Symbol;
use crate::time::Micros;
use crate::world::OpId;

/// The most finished requests shown.
const RESULTS: usize = 12;

/// The number of latest records that are searched for ended requests.
const LOOK_BACK: usize = 2_000;

/// A request that has ended, as its client saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestResult {
    pub label: String,
    pub client: Arc<str>,
    pub key: Arc<str>,
    pub started_us: Micros,
    pub ended_us: Micros,
    /// The value that a read returned, or that a write wrote.
    pub value: String,
    /// "fresh", "stale by 2.1 s, 1 version behind", "timed out", …
    pub verdict: String,
    pub good: bool,
}

impl View<'_> {
    /// The latest finished requests, newest first.
    pub fn results(self) -> Vec<RequestResult> {
        let names = self.names();
        let ended = self.history.latest().take(LOOK_BACK).filter_map(|(_, record)| {
            let (op, key, client, started_us, value, good, verdict) = match record.event {
                Event::Judged { op, key, client, value, started_us, verdict } => {
                    let (tone, verdict) = history::read_verdict(verdict, self.names());
                    (op, key, client, started_us, Some(value), tone == Tone::Good, verdict)
                }
                Event::Ended { op, key, client, started_us, outcome, .. } => match outcome {
                    RequestEnd::Returned(_) if !op.kind().writes() => return None,
                    RequestEnd::Returned(_) => {
                        let (good, fate) = self.fate(op, key);
                        let fate = format!("acknowledged, {fate}");
                        (op, key, client, started_us, None, good, fate)
                    }
                    RequestEnd::Failed { error, .. } => {
                        let why = format!("failed: {}", history::error(error, self.names()));
                        let why = self.with_fate(why, op, key);
                        (op, key, client, started_us, None, false, why)
                    }
                    RequestEnd::TimedOut => {
                        let why = self.with_fate("no answer in time".to_owned(), op, key);
                        (op, key, client, started_us, None, false, why)
                    }
                },
                _ => return None,
            };
            Some(RequestResult {
                label: op.label(),
                client: names.text(client),
                key: names.text(key),
                started_us,
                ended_us: record.at_us,
                value: value.map_or(String::new(), |value| value.scalar.display(names)),
                verdict,
                good,
            })
        });
        ended.take(RESULTS).collect()
    }

    /// The present state of an acknowledged write.
    fn fate(self, op: OpId, key: Symbol) -> (bool, &'static str) {
        let ledger = self.history.ledger();
        match ledger.writes().get(op.origin()).map(|write| write.fate()) {
            Some(Fate::Pending) => (true, "in a queue"),
            Some(Fate::GivenUp) => (false, "given up by its queue"),
            Some(Fate::CacheOnly) => (false, "only the cache has it"),
            Some(Fate::Lost) => (false, "lost"),
            Some(Fate::Committed | Fate::Unacknowledged) => (true, "committed"),
            None if ledger.is_overtaken(key, op.origin()) => (false, "overtaken"),
            None => (true, "committed"),
        }
    }

    /// The outcome of a write that was not acknowledged.
    fn with_fate(self, why: String, op: OpId, key: Symbol) -> String {
        let account = self.history.ledger().key(key).filter(|_| op.kind().writes());
        match account {
            None => why,
            Some(account) if account.version_of(op.origin()).is_some() => {
                format!("{why}, yet committed")
            }
            Some(_) => format!("{why}, not applied so far"),
        }
    }
}
