//! The successors of one state, computed independently of others, so that several states can be
//! expanded at once.

use super::check::CheckError;
use super::frontier::{Trail, Waiting};
use super::model::{Model, Seen};
use super::question::Properties;
use super::state::State;
use super::visited::{Name, Visited};

/// A state and its successors.
pub struct Expansion {
    pub number: u32,
    pub children: Vec<Child>,
    pub seen: Seen,
    pub mistake: Option<CheckError>,
    /// A run reached one of the scenario's own limits.
    pub halted: bool,
    /// The state could not be reconstructed.
    pub collided: bool,
}

/// The result of one choice.
pub struct Child {
    /// The position of the choice.
    pub choice: u16,
    /// 1 if it is an effect, else 0.
    pub effects: u16,
    pub name: Name,
    pub broken: Properties,
    /// `None` if the state is known at no higher cost.
    pub state: Option<State>,
}

/// Expands a state that was reached with this many effects.
pub fn expand(
    model: &Model,
    visited: &Visited,
    trail: &mut Trail,
    waiting: Waiting,
    effects: u16,
) -> Expansion {
    let Waiting { number, state } = waiting;
    let mut expansion = Expansion {
        number,
        children: Vec::new(),
        seen: Seen::default(),
        mistake: None,
        halted: false,
        collided: false,
    };
    let Some(state) = state.or_else(|| trail.remake(model, visited, number)) else {
        return Expansion { collided: true, ..expansion };
    };
    for (choice, next) in (0..=u16::MAX).zip(model.choices(&state, false)) {
        let Some(taken) = model.take(&state, next) else { continue };
        expansion.halted |= taken.state.world.halted().is_some();
        expansion.seen.merge(&taken.seen);
        if expansion.mistake.is_none() {
            expansion.mistake = taken.mistake;
        }
        let name = model.name(&taken.state);
        let is_known = visited.is_known(&name, effects + taken.effects);
        expansion.children.push(Child {
            choice,
            effects: taken.effects,
            name,
            broken: taken.broken,
            state: (!is_known).then_some(taken.state),
        });
    }
    expansion
}
