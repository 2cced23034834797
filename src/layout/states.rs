//! A graph of states, drawn in columns: the beginning on the left, and each state in the column of
//! the fewest steps that lead to it.

/// Where each state is.
#[derive(Clone, PartialEq, Debug)]
pub struct StatesDrawn {
    /// The centre of each state.
    pub places: Vec<(f64, f64)>,
    pub width: f64,
    pub height: f64,
    /// The edges by which states were reached first, by their positions: the ones with room for
    /// a text.
    pub first: Vec<usize>,
}

/// The distance between columns, which has room for a text.
const COLUMN: f64 = 170.0;
/// The distance between states of a column.
const ROW: f64 = 26.0;
/// The space around all.
const EDGE: f64 = 16.0;

/// Lays out a graph of so many states, of which the first is the beginning; an edge is a pair of
/// their positions.
pub fn states(count: usize, edges: &[(u16, u16)]) -> StatesDrawn {
    let mut columns: Vec<Vec<usize>> = vec![(0..count.min(1)).collect()];
    let mut is_known = vec![false; count];
    let mut first = Vec::new();
    if let Some(known) = is_known.first_mut() {
        *known = true;
    }
    // within a column, states are in the order of those that lead to them: few edges cross
    while let Some(last) = columns.last().filter(|last| !last.is_empty()) {
        let mut next = Vec::new();
        for from in last {
            let out = edges.iter().enumerate().filter(|(_, edge)| usize::from(edge.0) == *from);
            for (at, (_, to)) in out {
                let to = usize::from(*to);
                if is_known.get(to) == Some(&false) {
                    is_known[to] = true;
                    first.push(at);
                    next.push(to);
                }
            }
        }
        columns.push(next);
    }
    columns.pop();
    let most = columns.iter().map(Vec::len).max().unwrap_or(0);
    let height = 2.0 * EDGE + ROW * most.saturating_sub(1) as f64;
    let width = 2.0 * EDGE + COLUMN * columns.len().saturating_sub(1) as f64;
    let mut places = vec![(EDGE, EDGE); count];
    for (column, states) in columns.iter().enumerate() {
        let free = ROW * (most - states.len()) as f64 / 2.0;
        for (row, state) in states.iter().enumerate() {
            places[*state] = (EDGE + COLUMN * column as f64, EDGE + free + ROW * row as f64);
        }
    }
    StatesDrawn { places, width, height, first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_in_the_column_of_its_fewest_steps() {
        let edges = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 0), (0, 3)];
        let drawn = states(4, &edges);
        let column = |at: usize| ((drawn.places[at].0 - EDGE) / COLUMN) as usize;
        assert_eq!([0, 1, 2, 3].map(column), [0, 1, 1, 1]);
        assert_eq!(drawn.first, [0, 1, 5]);
        assert_eq!((drawn.width, drawn.height), (2.0 * EDGE + COLUMN, 2.0 * EDGE + 2.0 * ROW));
        // no two are in one place
        for (at, place) in drawn.places.iter().enumerate() {
            assert!(!drawn.places[..at].contains(place));
        }
    }

    #[test]
    fn nothing_and_one_state_are_drawn() {
        assert_eq!(states(0, &[]).places, []);
        let one = states(1, &[(0, 0)]);
        assert_eq!((one.places.len(), one.width, one.height), (1, 2.0 * EDGE, 2.0 * EDGE));
        // an edge to a state that does not exist leads nowhere
        assert_eq!(states(1, &[(0, 7)]).first, [] as [usize; 0]);
    }
}
