//! The lines of the log that were not yet reported to the host.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::view::{LogLine, Tone};

/// The lines to report from `from` on, oldest first; `from` becomes the line after them. `latest`
/// is the newest line worth reporting: if it is not in the log, the run has jumped, and only that
/// line is new.
pub fn news(
    log: &VecDeque<Rc<LogLine>>,
    latest: Option<&Rc<LogLine>>,
    from: &mut u64,
) -> Vec<Rc<LogLine>> {
    let Some(latest) = latest else {
        *from = 0;
        return Vec::new();
    };
    if !log.iter().any(|line| Rc::ptr_eq(line, latest)) {
        // it stands where the next line will
        *from = latest.seq;
        return vec![latest.clone()];
    }
    // another run has begun
    if latest.seq + 1 < *from {
        *from = 0;
    }
    let news = log.iter().filter(|line| line.tone != Tone::Plain && line.seq >= *from);
    let news = news.cloned().collect();
    *from = latest.seq + 1;
    news
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(seq: u64, tone: Tone) -> Rc<LogLine> {
        Rc::new(LogLine { seq, at_us: seq * 10, tone, text: String::new() })
    }

    fn log(tones: &[Tone]) -> VecDeque<Rc<LogLine>> {
        tones.iter().enumerate().map(|(seq, tone)| line(seq as u64, *tone)).collect()
    }

    #[track_caller]
    fn check(log: &VecDeque<Rc<LogLine>>, from: &mut u64, told: &[u64]) {
        let latest = log.iter().rev().find(|line| line.tone != Tone::Plain);
        let news = news(log, latest, from);
        assert_eq!(news.iter().map(|line| line.seq).collect::<Vec<_>>(), told);
    }

    #[test]
    fn each_line_worth_saying_is_told_once_even_where_several_come_at_once() {
        let mut from = 0;
        check(&log(&[]), &mut from, &[]);
        check(&log(&[Tone::Plain, Tone::Good]), &mut from, &[1]);
        check(&log(&[Tone::Plain, Tone::Good]), &mut from, &[]);
        let more = log(&[Tone::Plain, Tone::Good, Tone::Bad, Tone::Plain, Tone::Action]);
        check(&more, &mut from, &[2, 4]);
    }

    #[test]
    fn after_a_jump_only_that_is_told_and_then_what_comes_next() {
        let mut from = 9;
        let mut shown = log(&[Tone::Good, Tone::Bad]);
        let arrival = line(2, Tone::Notice);
        let told = news(&shown, Some(&arrival), &mut from);
        assert_eq!(told, [arrival]);
        shown.push_back(line(2, Tone::Bad));
        check(&shown, &mut from, &[2]);
    }

    #[test]
    fn another_run_is_told_from_its_start() {
        let mut from = 9;
        check(&log(&[Tone::Good, Tone::Bad]), &mut from, &[0, 1]);
        check(&log(&[]), &mut from, &[]);
        check(&log(&[Tone::Good]), &mut from, &[0]);
    }
}
