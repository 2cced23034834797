//! What went wrong, and why.

use std::sync::Arc;

use serde::Serialize;

use super::View;
use crate::event::Cause;
use crate::history;
use crate::strategy::value::Names;
use crate::time::Micros;

/// The most problems that are shown.
const PROBLEMS: usize = 40;

/// What went wrong so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// How often each kind of thing went wrong, worst first; only those that did.
    pub totals: Vec<(&'static str, u64)>,
    /// The worst, worst first; of one kind the earliest first.
    pub shown: Vec<ProblemView>,
}

/// One thing that went wrong, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemView {
    /// A stable key.
    pub id: u64,
    /// "lost write", "stale read", …: one of those in `totals`.
    pub kind: &'static str,
    /// A sentence: "W3, acknowledged, is in no store and no queue any more".
    pub what: String,
    pub key: Arc<str>,
    /// When it went wrong: where to jump to.
    pub at_us: Micros,
    /// What led to it, oldest first: two to six events.
    pub cause: Vec<CauseLine>,
}

/// One event of a cause chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "CauseEvent"))]
pub struct CauseLine {
    pub at_us: Micros,
    /// In words, without the time: "W2 committed version 2".
    pub text: String,
}

impl View<'_> {
    /// The worst of what went wrong.
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
