//! Time: integer microseconds since the start of a run.

/// An instant, or a length of time, in microseconds.
pub type Micros = u64;

/// Microseconds in one second.
pub const SECOND_US: Micros = 1_000_000;

/// Microseconds in one millisecond.
pub const MILLISECOND_US: Micros = 1_000;

/// The longest time that a scenario or a strategy may name: one year.
pub const LONGEST_US: Micros = 365 * 24 * 3600 * SECOND_US;

/// Seconds, as a strategy writes them, to microseconds: rounded to the nearest
/// one; `None` below zero, above [`LONGEST_US`], or not a number.
pub fn from_seconds(seconds: f64) -> Option<Micros> {
    let us = libm::round(seconds * SECOND_US as f64);
    (us >= 0.0 && us <= LONGEST_US as f64).then_some(us as Micros)
}

/// Microseconds to seconds, as a strategy reads them.
pub fn to_seconds(us: Micros) -> f64 {
    us as f64 / SECOND_US as f64
}
