//! Properties that are broken once nothing is under way any more, and stay so.
//!
//! At rest, loops still take their turns and processes may still restart: so a write that is in the
//! cache alone is not lost yet if a loop looks for such writes, and an entry that differs may be
//! corrected. A property is broken for good if none of that leads to a state at rest in which it
//! holds.

use std::collections::BTreeSet;

use super::model::Model;
use super::question::{Properties, Property};
use super::state::State;

/// The most states of background activity to examine.
const MOST_IN_BACKGROUND: usize = 20_000;

impl Model {
    /// The properties of `asked` that are broken at rest and for good. `None`: there is too much
    /// background activity to tell.
    pub fn broken_for_good(&self, state: &State, asked: Properties) -> Option<Properties> {
        let mut broken = self.broken_at_rest(state, asked);
        if broken.is_empty() {
            return Some(broken);
        }
        let mut known = BTreeSet::from([state.fingerprint()]);
        let mut open = vec![state.clone()];
        while let Some(state) = open.pop() {
            for choice in self.choices(&state, true) {
                let Some(taken) = self.take(&state, choice) else { continue };
                if !known.insert(taken.state.fingerprint()) {
                    continue;
                }
                if taken.state.is_at_rest() {
                    broken = self.broken_at_rest(&taken.state, broken);
                }
                if broken.is_empty() {
                    return Some(broken);
                }
                if known.len() > MOST_IN_BACKGROUND {
                    return None;
                }
                open.push(taken.state);
            }
        }
        Some(broken)
    }

    /// The properties of `asked` that are broken now, if all is at rest.
    fn broken_at_rest(&self, state: &State, asked: Properties) -> Properties {
        if !state.is_at_rest() {
            return Properties::NONE;
        }
        let declared = |key| self.script.declared_of(key, state.world.names());
        let mut broken = state.judge.at_rest(&state.world, declared);
        if state.judge.differs(&state.world, &self.script.keys, declared) {
            broken.add(Property::Converges);
        }
        if let Some(check) = self.script.check.as_ref().filter(|_| !state.world.has_planned())
            && check.is_true(&state.world, |at| state.judge.reply(at)) == Ok(false)
        {
            broken.add(Property::Check);
        }
        broken.and(asked)
    }
}
