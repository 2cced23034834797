//! Requests that wait for ever although every fault has ended.
//!
//! A request may wait for ever in two ways: nothing can happen any more, or something happens again
//! and again (`while not cache.add(…): sleep(…)`, with the lock of a process that crashed). In both,
//! no way leads from the state to one in which all requests under way have ended. A state from
//! which one leads is remembered, so that most states cost one step.

use std::collections::BTreeSet;

use super::choices::Choice;
use super::model::Model;
use super::state::State;

/// Fingerprints of states from which all requests under way can end.
pub type Ending = BTreeSet<u64>;

/// The most states to examine for one that waits.
const MOST_WAITING: usize = 20_000;

/// A state on the way that is being tried.
struct Tried {
    fingerprint: u64,
    state: State,
    choices: std::vec::IntoIter<Choice>,
}

impl Model {
    /// Whether every fault has ended and, whatever happens, some request under way never does.
    /// `None`: there are too many states to tell.
    pub fn waits_for_ever(&self, state: &State, ending: &mut Ending) -> Option<bool> {
        let first = state.fingerprint();
        if !waits(state) || ending.contains(&first) {
            return Some(false);
        }
        let mut known = BTreeSet::from([first]);
        let tried = |fingerprint, state: State| {
            let choices = self.choices(&state, false).into_iter();
            Tried { fingerprint, state, choices }
        };
        let mut way = vec![tried(first, state.clone())];
        while let Some(last) = way.last_mut() {
            let Some(choice) = last.choices.next() else {
                way.pop();
                continue;
            };
            let Some(taken) = self.take(&last.state, choice) else { continue };
            let fingerprint = taken.state.fingerprint();
            if !waits(&taken.state) || ending.contains(&fingerprint) {
                ending.extend(way.iter().map(|tried| tried.fingerprint));
                return Some(false);
            }
            if known.insert(fingerprint) {
                if known.len() > MOST_WAITING {
                    return None;
                }
                way.push(tried(fingerprint, taken.state));
            }
        }
        Some(true)
    }
}

fn waits(state: &State) -> bool {
    state.judge.waits_in_health(&state.world)
}
