//! Time: integer microseconds since the start of a run.

/// An instant, or a length of time, in microseconds.
pub type Micros = u64;

/// Microseconds in one second.
pub const SECOND_US: Micros = 1_000_000;

/// Microseconds in one millisecond.
pub const MILLISECOND_US: Micros = 1_000;

/// The longest time that a scenario or a strategy may name: one year.
pub const LONGEST_US: Micros = 365 * 24 * 3600 * SECOND_US;

/// Converts seconds, as a strategy writes them, to microseconds, rounded to the nearest one. `None`
/// if below zero, above [`LONGEST_US`] or not a number.
pub fn from_seconds(seconds: f64) -> Option<Micros> {
    let us = libm::round(seconds * SECOND_US as f64);
    (us >= 0.0 && us <= LONGEST_US as f64).then_some(us as Micros)
}

/// Converts microseconds to seconds, as a strategy reads them.
pub fn to_seconds(us: Micros) -> f64 {
    us as f64 / SECOND_US as f64
}

/// An instant as text, without rounding, so that different instants have different texts: "250 µs",
/// "10.75 ms", "2.495001 s".
pub fn instant(us: Micros) -> String {
    match us {
        0 => "0 ms".to_owned(),
        _ if us < MILLISECOND_US => format!("{us} µs"),
        _ if us < SECOND_US => format!("{} ms", exactly(us, MILLISECOND_US)),
        _ => format!("{} s", exactly(us, SECOND_US)),
    }
}

/// A quotient by a power of ten, with all its decimals but no trailing zeros.
pub(crate) fn exactly(value: u64, unit: u64) -> String {
    let (whole, rest) = (value / unit, value % unit);
    match rest {
        0 => whole.to_string(),
        _ => {
            let digits = unit.ilog10() as usize;
            format!("{whole}.{rest:0digits$}").trim_end_matches('0').to_owned()
        }
    }
}

/// A duration as text, to a thousandth of its unit: "250 µs", "10.5 ms", "2.1 s".
pub fn duration(us: Micros) -> String {
    if us < MILLISECOND_US {
        format!("{us} µs")
    } else if us < SECOND_US {
        format!("{} ms", exactly(us, MILLISECOND_US))
    } else {
        format!("{} s", exactly((us + MILLISECOND_US / 2) / MILLISECOND_US, 1_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_exact_and_lengths_are_short() {
        let said = [0, 250, 9_500, 10_750, 500_250, 1_000_000, 2_495_001, 61_000_000];
        assert_eq!(
            said.map(instant),
            ["0 ms", "250 µs", "9.5 ms", "10.75 ms", "500.25 ms", "1 s", "2.495001 s", "61 s"]
        );
        assert_eq!(said.map(duration)[4..7], ["500.25 ms", "1 s", "2.495 s"]);
    }
}
