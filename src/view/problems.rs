//! Violations and their causes.

use std::sync::Arc;

use serde::Serialize;

use super::View;
use crate::event::Cause;
use crate::history;
use crate::strategy::value::Names;
use crate::time::Micros;

/// The most problems shown.
const PROBLEMS: usize = 40;

/// The violations so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// How often each kind of violation occurred, worst first; only kinds that did.
    pub totals: Vec<(&'static str, u64)>,
    /// The worst violations, worst first; within a kind, the earliest first.
    pub shown: Vec<ProblemView>,
}

/// A violation with its cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemView {
    /// A stable id.
    pub id: u64,
    /// The kind, such as "lost write" or "stale read": one of those in `totals`.
    pub kind: &'static str,
    /// A sentence: "W3, acknowledged, is in no store and no queue any more".
    pub what: String,
    pub key: Arc<str>,
    /// The instant of the violation.
    pub at_us: Micros,
    /// The events that led to it, oldest first: two to six.
    pub cause: Vec<CauseLine>,
}

/// One event of a cause chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "CauseEvent"))]
pub struct CauseLine {
    pub at_us: Micros,
    /// The event as text, without the time: "W2 committed version 2".
    pub text: String,
}

impl View<'_> {
    /// The violations so far, the worst of them in full.
    pub fn problems(self) -> Problems {
        let ledger = self.history.ledger();
        let totals = ledger.totals().filter(|(_, count)| *count > 0);
        let shown = ledger.worst(PROBLEMS).into_iter().map(|violation| ProblemView {
            id: u64::from(violation.op.number()) << 4 | violation.kind as u64,
            kind: violation.kind.name(),
            what: history::violation(&violation, self.names()),
            key: self.names().text(violation.key),
            at_us: violation.at_us,
            cause: cause_lines(&violation.cause, self.names()),
        });
        Problems {
            totals: totals.map(|(kind, count)| (kind.name(), count)).collect(),
            shown: shown.collect(),
        }
    }
}

pub(super) fn cause_lines(cause: &[Cause], names: &Names) -> Vec<CauseLine> {
    cause
        .iter()
        .map(|each| CauseLine { at_us: each.at_us, text: history::event(*each, names) })
        .collect()
}
