//! The text alternative of a picture of a run.

use crate::time::{Micros, instant};
use crate::view::{LogLine, Tone};

/// The most lines in it; listeners do not remember more.
const LINES: usize = 16;

/// The log of this time range. If there are too many lines, plain ones are left out first, then the
/// last ones.
pub fn in_words<'a>(
    title: &str,
    (from_us, to_us): (Micros, Micros),
    log: impl Iterator<Item = &'a LogLine>,
) -> String {
    let mut told: Vec<&LogLine> =
        log.filter(|line| (from_us..=to_us).contains(&line.at_us)).collect();
    let all = told.len();
    if all > LINES {
        told.retain(|line| line.tone != Tone::Plain);
        told.truncate(LINES);
    }
    let (from, to) = (instant(from_us), instant(to_us));
    let mut text = format!("{title}. Messages over time, from {from} to {to}. ");
    for line in &told {
        text.push_str(&format!("{}: {}. ", instant(line.at_us), line.text));
    }
    match all - told.len() {
        0 if all == 0 => text.push_str("Nothing happens."),
        0 => {}
        more => text.push_str(&format!("{more} more.")),
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at_us: Micros, tone: Tone) -> LogLine {
        LogLine { seq: at_us, at_us, tone, text: format!("R{at_us} came") }
    }

    #[test]
    fn it_says_what_happened_in_the_stretch() {
        let log =
            [line(9, Tone::Plain), line(10, Tone::Plain), line(20, Tone::Bad), line(21, Tone::Bad)];
        assert_eq!(
            in_words("Mine", (10, 20), log.iter()),
            "Mine. Messages over time, from 10 µs to 20 µs. 10 µs: R10 came. 20 µs: R20 came."
        );
        assert_eq!(
            in_words("Mine", (1, 2), log.iter()),
            "Mine. Messages over time, from 1 µs to 2 µs. Nothing happens."
        );
    }

    #[test]
    fn where_too_much_happened_it_says_what_stands_out_and_how_much_is_left() {
        let tone = |at: u64| if at.is_multiple_of(10) { Tone::Bad } else { Tone::Plain };
        let log: Vec<LogLine> = (0..300).map(|at| line(at, tone(at))).collect();
        let words = in_words("Mine", (0, 99), log.iter());
        assert!(words.ends_with("90 µs: R90 came. 90 more."), "{words}");
        let words = in_words("Mine", (0, 299), log.iter());
        assert!(words.ends_with("150 µs: R150 came. 284 more."), "{words}");
        assert!(!words.contains("R1 came"), "{words}");
    }
}
