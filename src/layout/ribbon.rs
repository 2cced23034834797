//! Ribbons: the stretches of a key's states, and the shape of each state.
//!
//! A state has a shape as well as a colour: the worse the state, the more of the ribbon's height it
//! takes, and a phantom is striped.

use std::fmt::Write;

use crate::view::KeyState;

/// The height of a ribbon.
pub const RIBBON_HEIGHT: u32 = 18;

/// The states in the order in which a legend lists them.
pub const STATES: [KeyState; 7] = [
    KeyState::Cold,
    KeyState::InSync,
    KeyState::Ahead,
    KeyState::Stale,
    KeyState::Phantom,
    KeyState::Foreign,
    KeyState::Own,
];

/// The bars of a state's shape: the distance from the top, and the height.
pub fn bars(state: KeyState) -> &'static [(u32, u32)] {
    match state {
        KeyState::Cold => &[(16, 1)],
        KeyState::InSync => &[(12, 5)],
        KeyState::Ahead => &[(6, 3), (11, 6)],
        KeyState::Stale => &[(1, 16)],
        KeyState::Phantom => &[(1, 4), (7, 4), (13, 4)],
        KeyState::Foreign => &[(1, 2), (5, 2), (9, 2), (13, 2)],
        KeyState::Own => &[(14, 3)],
    }
}

/// Stretches of one state: the state, the first step, and the step after the last.
pub fn stretches(cells: &[KeyState]) -> Vec<(KeyState, usize, usize)> {
    let mut stretches: Vec<(KeyState, usize, usize)> = Vec::new();
    for (at, &state) in cells.iter().enumerate() {
        match stretches.last_mut() {
            Some((last, _, until)) if *last == state => *until = at + 1,
            _ => stretches.push((state, at, at + 1)),
        }
    }
    stretches
}

/// One path for all stretches of a state; empty if there are none. A step is 1 wide.
pub fn ribbon_path(cells: &[KeyState], state: KeyState) -> String {
    let mut path = String::new();
    for (_, from, until) in stretches(cells).into_iter().filter(|(each, ..)| *each == state) {
        for (top, height) in bars(state) {
            let wide = until - from;
            // Writing to a string does not fail.
            let _ = write!(path, "M{from} {top}h{wide}v{height}h-{wide}z");
        }
    }
    path
}

/// The first step after this one at which the state changes, else the last step.
pub fn next_change(cells: &[KeyState], at: usize) -> usize {
    let begins = stretches(cells).into_iter().map(|(_, from, _)| from).find(|from| *from > at);
    begins.unwrap_or(cells.len().saturating_sub(1))
}

/// The last step before this one at which the state changes, else the first step.
pub fn previous_change(cells: &[KeyState], at: usize) -> usize {
    let mut begins = stretches(cells).into_iter().map(|(_, from, _)| from);
    begins.rfind(|from| *from < at).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use KeyState::*;

    const CELLS: [KeyState; 7] = [Cold, Cold, InSync, Stale, Stale, InSync, InSync];

    #[test]
    fn what_is_alike_is_one_stretch() {
        let all = stretches(&CELLS);
        assert_eq!(all, [(Cold, 0, 2), (InSync, 2, 3), (Stale, 3, 5), (InSync, 5, 7)]);
        assert_eq!(stretches(&[]), []);
    }

    #[test]
    fn a_state_is_one_path_of_all_its_stretches() {
        assert_eq!(ribbon_path(&CELLS, InSync), "M2 12h1v5h-1zM5 12h2v5h-2z");
        assert_eq!(ribbon_path(&CELLS, Phantom), "");
    }

    #[test]
    fn no_two_states_have_the_same_shape_and_all_fit() {
        for (at, state) in STATES.into_iter().enumerate() {
            assert!(STATES[..at].iter().all(|other| bars(*other) != bars(state)));
            assert!(bars(state).iter().all(|(top, height)| top + height <= RIBBON_HEIGHT));
        }
    }

    #[test]
    fn one_goes_from_change_to_change_and_stays_within() {
        let ahead: Vec<usize> = (0..7).map(|at| next_change(&CELLS, at)).collect();
        assert_eq!(ahead, [2, 2, 3, 5, 5, 6, 6]);
        let back: Vec<usize> = (0..7).map(|at| previous_change(&CELLS, at)).collect();
        assert_eq!(back, [0, 0, 0, 2, 3, 3, 5]);
        assert_eq!((next_change(&[], 0), previous_change(&[], 0)), (0, 0));
    }
}
