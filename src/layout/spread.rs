//! Spreads labels so that they do not overlap.

/// Moves labels as little as possible: each at least `gap` below the one above it, all between
/// `top` and `bottom` while there is room for them. Of several at one position the last goes to the
/// top: a p99 is above a p50.
pub fn spread(wanted: &[f64], gap: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&one, &other| wanted[one].total_cmp(&wanted[other]).then(other.cmp(&one)));
    let mut placed = wanted.to_vec();
    let mut above = f64::NEG_INFINITY;
    for &at in &order {
        placed[at] = placed[at].max(above + gap).max(top);
        above = placed[at];
    }
    let mut below = f64::INFINITY;
    for &at in order.iter().rev() {
        placed[at] = placed[at].min(below - gap).min(bottom);
        below = placed[at];
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_distance_and_their_order() {
        assert_eq!(spread(&[10.0, 50.0], 12.0, 0.0, 90.0), [10.0, 50.0]);
        assert_eq!(spread(&[50.0, 48.0], 12.0, 0.0, 90.0), [60.0, 48.0]);
        assert_eq!(spread(&[90.0, 90.0, 90.0], 12.0, 0.0, 90.0), [90.0, 78.0, 66.0]);
        assert_eq!(spread(&[0.0, 1.0], 12.0, 4.0, 90.0), [4.0, 16.0]);
        assert!(spread(&[], 12.0, 0.0, 90.0).is_empty());
    }
}
