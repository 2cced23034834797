//! Times and states in words, the same everywhere on the page.

use crate::scenario::{LinkName, Literal};
use crate::time::{MILLISECOND_US, Micros, SECOND_US};
use crate::view::{KeyState, ProcessView};

const MINUTE_US: Micros = 60 * SECOND_US;

/// A length of time, as short as it can be said: "250 µs", "9.5 ms", "1.2 s", "2 min 5 s".
pub fn length(us: Micros) -> String {
    match us {
        0 => "0 ms".to_owned(),
        _ if us < MILLISECOND_US => format!("{us} µs"),
        _ if us < SECOND_US => format!("{} ms", decimals(us, MILLISECOND_US, 1)),
        _ if us < MINUTE_US => format!("{} s", decimals(us, SECOND_US, 1)),
        _ => {
            let seconds = us / SECOND_US;
            match seconds % 60 {
                0 => format!("{} min", seconds / 60),
                rest => format!("{} min {rest} s", seconds / 60),
            }
        }
    }
}

/// An instant of the run, to a tenth of a millisecond: "0.0113 s".
pub fn instant(us: Micros) -> String {
    format!("{}.{:04} s", us / SECOND_US, us % SECOND_US / 100)
}

/// An instant for a sentence, as short as its size allows: "11.3 ms", "2.1 s".
pub fn moment(us: Micros) -> String {
    match us {
        _ if us < SECOND_US => format!("{} ms", decimals(us, MILLISECOND_US, 1)),
        _ => format!("{} s", decimals(us, SECOND_US, 2)),
    }
}

/// `us` in a unit, with at most so many decimals and none that are zero.
fn decimals(us: Micros, unit: Micros, most: usize) -> String {
    let text = format!("{:.*}", most, us as f64 / unit as f64);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// How much virtual time a real second shows: "10 ms/s", "real time", "60 s/s".
pub fn speed(us_per_ms: u32) -> String {
    match us_per_ms {
        1_000 => "real time".to_owned(),
        _ if us_per_ms < 1_000 => format!("{us_per_ms} ms/s"),
        _ => format!("{} s/s", us_per_ms / 1_000),
    }
}

/// The same as a sentence, for a screen reader.
pub fn speed_spoken(us_per_ms: u32) -> String {
    match us_per_ms {
        1_000 => "real time".to_owned(),
        _ if us_per_ms < 1_000 => {
            format!("{us_per_ms} milliseconds a second, {} times slower", 1_000 / us_per_ms)
        }
        _ => format!("{} seconds a second", us_per_ms / 1_000),
    }
}

/// A share of a whole: "87 %", or "–" of nothing. Only the whole is 100 %.
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

/// What a state means, for readers who do not know the word.
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

/// What a kind of thing that goes wrong looks like: a key's state, or "bad".
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
    fn lengths_use_the_unit_that_fits() {
        let said: Vec<String> =
            [0, 250, 9_500, 20_000, 1_240_000, 60_000_000, 125_000_000].map(length).into();
        assert_eq!(said, ["0 ms", "250 µs", "9.5 ms", "20 ms", "1.2 s", "1 min", "2 min 5 s"]);
    }

    #[test]
    fn instants_keep_their_width() {
        assert_eq!(instant(11_350), "0.0113 s");
        assert_eq!(instant(61_000_000), "61.0000 s");
        assert_eq!(moment(11_350), "11.3 ms");
        assert_eq!(moment(2_104_000), "2.1 s");
    }

    #[test]
    fn speeds_and_shares() {
        assert_eq!([10, 1_000, 60_000].map(speed), ["10 ms/s", "real time", "60 s/s"]);
        assert_eq!([share(0, 0), share(2, 3), share(3, 3)], ["–", "67 %", "100 %"]);
        assert_eq!([count(1, "read"), count(0, "read")], ["1 read", "0 reads"]);
    }
}
