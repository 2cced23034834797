//! The log on the page, and the latest line to be announced.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::time::{self, Micros};
use crate::ui::drive::picture::{LOG_LINES, Said};
use crate::view::{LogLine, Tone};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShownLog {
    pub lines: Rc<VecDeque<Rc<LogLine>>>,
    /// The number of earlier lines since the log began.
    pub before: u64,
    /// The latest line to be announced.
    pub latest: Option<Rc<LogLine>>,
    /// The number of lines announced so far.
    pub worth_saying: u64,
}

/// The result of a jump.
pub struct Arrival {
    pub at_us: Micros,
    /// Whether the present is just before a violation.
    pub just_before: bool,
}

impl ShownLog {
    /// Clears the log for another run.
    pub fn clear(&mut self) {
        self.lines = Rc::default();
        self.latest = None;
    }

    /// Adds new lines; after a jump, the log restarts with them.
    pub fn take(&mut self, said: Said, jump: Option<Arrival>) {
        self.worth_saying += match (&jump, said.restarts) {
            (Some(_), _) => 1,
            (None, true) => 0,
            (None, false) => said.log.iter().filter(|line| is_loud(line)).count() as u64,
        };
        if jump.is_some() || said.restarts {
            self.lines = Rc::default();
        }
        if said.restarts {
            self.before = 0;
        }
        if !said.log.is_empty() {
            let lines = Rc::make_mut(&mut self.lines);
            lines.extend(said.log.into_iter().map(Rc::new));
            let surplus = lines.len().saturating_sub(LOG_LINES);
            lines.drain(..surplus);
            self.before += surplus as u64;
        }
        let loud = self.lines.iter().rev().find(|line| is_loud(line));
        self.latest = match (jump, &self.latest) {
            (Some(arrival), _) => Some(Rc::new(self.arrival(&arrival))),
            (None, Some(known)) if loud.is_none_or(|line| line.seq < known.seq) => {
                self.latest.take()
            }
            _ => loud.cloned(),
        };
    }

    fn arrival(&self, Arrival { at_us, just_before }: &Arrival) -> LogLine {
        let seq = self.lines.back().map_or(0, |line| line.seq + 1);
        let text = match just_before {
            true => format!("Paused just before {}.", time::instant(at_us + 1)),
            false => format!("Paused at {}.", time::instant(*at_us)),
        };
        LogLine { seq, at_us: *at_us, tone: Tone::Notice, text }
    }
}

fn is_loud(line: &LogLine) -> bool {
    line.tone != Tone::Plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(seq: u64) -> LogLine {
        LogLine { seq, at_us: seq, tone: Tone::Plain, text: seq.to_string() }
    }

    fn loud(seq: u64) -> LogLine {
        LogLine { tone: Tone::Bad, ..line(seq) }
    }

    fn said(log: Vec<LogLine>) -> Said {
        Said { log, ..Said::default() }
    }

    #[test]
    fn it_keeps_its_last_lines() {
        let mut log = ShownLog::default();
        log.take(said((0..LOG_LINES as u64 + 5).map(line).collect()), None);
        assert_eq!((log.lines.len(), log.lines[0].seq, log.before), (LOG_LINES, 5, 5));
    }

    #[test]
    fn it_begins_again_with_a_jump_and_says_so_until_something_happens() {
        let mut log = ShownLog::default();
        let latest = |log: &ShownLog| log.latest.as_ref().map(|line| line.text.clone());
        log.take(said(vec![line(0), loud(1), loud(2), line(3)]), None);
        assert_eq!(latest(&log).as_deref(), Some("2"));
        let jump = |just_before| Some(Arrival { at_us: 0, just_before });
        log.take(said(vec![line(0), loud(1)]), jump(false));
        assert_eq!(log.lines.len(), 2);
        log.take(said(vec![line(2)]), None);
        assert_eq!(latest(&log).as_deref(), Some("Paused at 0 ms."));
        log.take(said(vec![loud(3)]), None);
        assert_eq!((latest(&log).as_deref(), log.worth_saying), (Some("3"), 4));
        log.take(said(vec![]), jump(true));
        assert_eq!(latest(&log).as_deref(), Some("Paused just before 1 µs."));
    }
}
