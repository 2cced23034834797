//! All that one state leads to: worked out alone, so that several can be at once.

use super::check::CheckError;
use super::frontier::{Trail, Waiting};
use super::model::{Model, Seen};
use super::question::Properties;
use super::state::State;
use super::visited::{Name, Visited};

/// A state, and what it leads to.
pub struct Expansion {
    pub number: u32,
    pub children: Vec<Child>,
    pub seen: Seen,
    pub mistake: Option<CheckError>,
    /// A run reached one of the scenario's own limits.
    pub halted: bool,
    /// The state itself could not be made again.
    pub collided: bool,
}

/// Where one choice leads.
pub struct Child {
    /// Its position among the choices.
    pub choice: u16,
    /// 1: it is an effect.
    pub effects: u16,
    pub name: Name,
    pub broken: Properties,
    /// Not there where it is known, at no higher cost.
    pub state: Option<State>,
}

/// What a state leads to that was reached with so many effects.
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
