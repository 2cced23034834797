//! Values and positions of a slider.
//!
//! A range over several orders of magnitude, such as a TTL from a tenth of a second to a day, is
//! logarithmic.

/// The highest position on a slider; the lowest is 0.
pub const PLACES: u32 = 200;

/// A range this many times wider than its low end is logarithmic.
const WIDE: f64 = 100.0;

fn logarithmic(low: f64, high: f64) -> bool {
    low > 0.0 && high / low >= WIDE
}

/// The position of a value between two bounds.
pub fn place(value: f64, low: f64, high: f64) -> u32 {
    let share = if high <= low {
        0.0
    } else if logarithmic(low, high) {
        (value.max(low) / low).ln() / (high / low).ln()
    } else {
        (value - low) / (high - low)
    };
    (share.clamp(0.0, 1.0) * f64::from(PLACES)).round() as u32
}

/// The value at a position, rounded to a number that a person would have typed.
pub fn value(place: u32, low: f64, high: f64, whole: bool) -> f64 {
    // The ends are the bounds themselves.
    match place {
        0 => return low,
        PLACES.. => return high,
        _ => {}
    }
    let share = f64::from(place) / f64::from(PLACES);
    let exact = if logarithmic(low, high) {
        low * (high / low).powf(share)
    } else {
        low + (high - low) * share
    };
    // Two digits of a value that is worth a logarithm, else a hundredth of the range.
    let (spread, digits) = if logarithmic(low, high) { (exact, 1.0) } else { (high - low, 2.0) };
    let unit = 10_f64.powf(spread.max(1e-9).log10().floor() - digits);
    // Dividing by a whole number keeps 0.1 from becoming 0.1000…01.
    let rounded = match unit < 1.0 {
        true => (exact * (1.0 / unit).round()).round() / (1.0 / unit).round(),
        false => (exact / unit).round() * unit,
    };
    let rounded = if whole { rounded.round() } else { rounded };
    rounded.clamp(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ttl_is_laid_out_by_its_logarithm() {
        let (low, high) = (0.1, 86_400.0);
        assert_eq!([place(0.1, low, high), place(86_400.0, low, high)], [0, PLACES]);
        let middle = value(PLACES / 2, low, high, false);
        assert_eq!(middle, 93.0);
        assert_eq!(value(0, low, high, false), 0.1);
        assert_eq!(value(PLACES, low, high, false), 86_400.0);
    }

    #[test]
    fn a_narrow_range_is_even() {
        assert_eq!(place(5.0, 0.0, 10.0), PLACES / 2);
        assert_eq!(value(PLACES / 2, 0.0, 10.0, true), 5.0);
        assert_eq!(value(PLACES / 4, 0.0, 1.0, false), 0.25);
    }

    #[test]
    fn every_place_is_near_where_its_value_lies() {
        for (low, high, whole) in [(0.1, 86_400.0, false), (1.0, 10_000.0, true), (0.0, 5.0, true)]
        {
            for at in 0..=PLACES {
                let value = value(at, low, high, whole);
                assert!((low..=high).contains(&value), "{value}");
                if !whole {
                    assert!(place(value, low, high).abs_diff(at) <= 6, "{at} {value}");
                }
            }
        }
    }
}
