//! Times and states as text, the same everywhere on the page.

use crate::scenario::{LinkName, Literal};
use crate::time::{Micros, SECOND_US, instant};
use crate::view::{KeyState, ProcessView};

/// An instant of the run as on a clock, to the microsecond: "0.011350 s".
pub fn clock(us: Micros) -> String {
    format!("{}.{:06} s", us / SECOND_US, us % SECOND_US)
}

/// Virtual time per real second: "10 ms/s", "real time", "60 s/s".
pub fn speed(us_per_ms: u32) -> String {
    match us_per_ms {
        1_000 => "real time".to_owned(),
        _ if us_per_ms < 1_000 => format!("{us_per_ms} ms/s"),
        _ => format!("{} s/s", us_per_ms / 1_000),
    }
}

/// The speed as a sentence, for a screen reader.
pub fn speed_spoken(us_per_ms: u32) -> String {
    match us_per_ms {
        1_000 => "real time".to_owned(),
        _ if us_per_ms < 1_000 => {
            format!("{us_per_ms} milliseconds a second, {} times slower", 1_000 / us_per_ms)
        }
        _ => format!("{} seconds a second", us_per_ms / 1_000),
    }
}

/// A share of a whole: "87 %", or "–" if the whole is 0. Only the whole is 100 %.
pub fn share(part: u64, whole: u64) -> String {
    match whole {
        0 => "–".to_owned(),
        _ => {
            let percent = (part * 100 + whole / 2) / whole;
            format!("{} %", if part < whole { percent.min(99) } else { percent })
        }
    }
}

/// A count with its noun: "1 read", "3 reads".
pub fn count(number: u64, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// The note that the first events were forgotten, and why.
pub fn past(begins_us: Micros, budget: u64) -> String {
    format!(
        "Events before {} are gone, to keep within {} MB of memory. The totals count them; a jump \
         there plays them again.",
        instant(begins_us),
        budget >> 20
    )
}

pub fn key_state(state: KeyState) -> &'static str {
    match state {
        KeyState::Cold => "Cold",
        KeyState::InSync => "In sync",
        KeyState::Stale => "Stale",
        KeyState::Ahead => "Ahead",
        KeyState::Phantom => "Phantom",
        KeyState::Foreign => "Foreign",
        KeyState::Own => "Own data",
    }
}

/// The meaning of a state, for readers who do not know the word.
pub fn key_state_meaning(state: KeyState) -> &'static str {
    match state {
        KeyState::Cold => "the cache has no entry",
        KeyState::InSync => "both hold the same write",
        KeyState::Stale => "the cache holds an older value",
        KeyState::Ahead => "the cache is newer, its write is queued",
        KeyState::Phantom => "the database will never hold this value",
        KeyState::Foreign => "the cache holds a copy of another key's row",
        KeyState::Own => "the cache's own data, and no copy of a row",
    }
}

/// A state as a word for class names and data attributes.
pub fn key_state_id(state: KeyState) -> &'static str {
    match state {
        KeyState::Cold => "cold",
        KeyState::InSync => "in-sync",
        KeyState::Stale => "stale",
        KeyState::Ahead => "ahead",
        KeyState::Phantom => "phantom",
        KeyState::Foreign => "foreign",
        KeyState::Own => "own",
    }
}

/// The style of a kind of problem: a key's state, or "bad".
pub fn problem_tone(kind: &str) -> &'static str {
    match kind.split(' ').next() {
        Some("stale") => "stale",
        Some("dirty") => "ahead",
        Some("phantom") => "phantom",
        _ => "bad",
    }
}

/// "app – cache"
pub fn link(link: LinkName) -> String {
    let (one, other) = link.ends();
    format!("{} – {}", one.name(), other.name())
}

/// "down", "idle", "3 busy, 2 waiting"
pub fn busy(process: &ProcessView) -> String {
    match (process.up, process.busy, process.waiting) {
        (false, ..) => "down".to_owned(),
        (true, 0, 0) => "idle".to_owned(),
        (true, busy, 0) => format!("{busy} busy"),
        (true, busy, waiting) => format!("{busy} busy, {waiting} waiting"),
    }
}

/// A value as Python prints it.
pub fn literal(value: &Literal) -> String {
    match value {
        Literal::Text(text) => format!("{text:?}"),
        number => number.words(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_keeps_its_width() {
        assert_eq!([11_350, 61_000_000].map(clock), ["0.011350 s", "61.000000 s"]);
    }

    #[test]
    fn speeds_and_shares() {
        assert_eq!([10, 1_000, 60_000].map(speed), ["10 ms/s", "real time", "60 s/s"]);
        assert_eq!([share(0, 0), share(2, 3), share(3, 3)], ["–", "67 %", "100 %"]);
        assert_eq!([count(1, "read"), count(0, "read")], ["1 read", "0 reads"]);
    }
}
