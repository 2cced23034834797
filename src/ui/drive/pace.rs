//! The pace of virtual time on the page.
//!
//! Round trips of half a millisecond are shown in slow motion; idle time between them is passed
//! quickly.

use crate::time::{Micros, SECOND_US};

/// The choices of the speed control, in virtual microseconds per real millisecond.
pub const SPEEDS: [u32; 12] = [1, 2, 5, 10, 20, 50, 100, 300, 1_000, 3_000, 10_000, 60_000];

/// The longest wait for the next event if idle time is skipped.
const LONGEST_WAIT_MS: f64 = 1_500.0;

/// The longest frame that counts: after time in the background, a tab does not leap.
const LONGEST_FRAME_MS: f64 = 100.0;

/// Whether and how time passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Motion {
    #[default]
    Paused,
    /// A person sent a request while paused: runs until everything is at rest.
    UntilQuiet,
    Playing,
    /// On the way to an instant that a person jumped to.
    GoingTo(Micros),
    /// On the way to the next request or violation.
    Searching,
}

/// The position of the nearest choice of speed that is not faster.
pub fn nearest_speed(us_per_ms: u32) -> usize {
    SPEEDS.iter().rposition(|&speed| speed <= us_per_ms).unwrap_or(0)
}

/// The transport: play or pause, the speed, and whether idle time is skipped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transport {
    pub run: Motion,
    /// The position in [`SPEEDS`].
    pub speed: usize,
    pub skip_idle: bool,
    /// Whether it pauses at a violation.
    pub halts: bool,
    /// The idle time being skipped: its end, and microseconds per millisecond.
    skipping: Option<(Micros, f64)>,
    /// The part of a microsecond that the last frame did not use.
    rest_us: f64,
}

impl Transport {
    /// Paused, at the choice nearest to this speed.
    pub fn new(us_per_ms: u32) -> Transport {
        let speed = nearest_speed(us_per_ms);
        Transport {
            run: Motion::Paused,
            speed,
            skip_idle: true,
            halts: false,
            skipping: None,
            rest_us: 0.0,
        }
    }

    pub fn us_per_ms(&self) -> u32 {
        SPEEDS[self.speed]
    }

    pub fn moving(&self) -> bool {
        self.run != Motion::Paused
    }

    /// How many times faster than its speed it runs now, if it skips.
    pub fn skipping(&self) -> Option<u32> {
        let (_, rate) = self.skipping?;
        Some((rate / f64::from(self.us_per_ms())).round() as u32)
    }

    /// The instant after a frame. `next_us` is the instant of the next event.
    pub fn after(&mut self, now_us: Micros, next_us: Option<Micros>, elapsed_ms: f64) -> Micros {
        let usual = f64::from(self.us_per_ms());
        let rate = match (self.skip_idle, next_us) {
            (false, _) => usual,
            // Nothing will happen; let TTLs be seen to run.
            (true, None) => usual.max(SECOND_US as f64 / 1_000.0),
            (true, Some(next)) => match self.skipping {
                Some((until, rate)) if until == next => rate,
                _ => {
                    let gap_us = next.saturating_sub(now_us) as f64;
                    usual.max(gap_us / LONGEST_WAIT_MS)
                }
            },
        };
        let end = next_us.unwrap_or(Micros::MAX);
        self.skipping = (rate > usual * 1.001).then_some((end, rate));
        let passed = rate * elapsed_ms.clamp(0.0, LONGEST_FRAME_MS) + self.rest_us;
        self.rest_us = passed.fract();
        let after = now_us.saturating_add(passed as Micros);
        match self.skipping {
            // What comes after the gap is shown at the usual speed again.
            Some(_) if after >= end => {
                self.rest_us = 0.0;
                end.max(now_us)
            }
            _ => after,
        }
    }

    /// Forgets the idle time being skipped, because the future has changed.
    pub fn rethink(&mut self) {
        self.skipping = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_milliseconds_a_second_is_what_it_says() {
        let mut transport = Transport::new(10);
        let mut now = 0;
        for _ in 0..60 {
            now = transport.after(now, Some(now + 1), 1_000.0 / 60.0);
        }
        assert!((9_990..=10_000).contains(&now), "{now}");
    }

    #[test]
    fn a_long_gap_takes_a_second_and_a_half_and_ends_at_its_event() {
        let mut transport = Transport::new(10);
        let (mut now, mut frames) = (0, 0);
        while now < 60_000_000 {
            now = transport.after(now, Some(60_000_000), 10.0);
            frames += 1;
        }
        assert_eq!((now, frames), (60_000_000, 150));
        assert_eq!(transport.skipping(), Some(4_000));
        transport.after(now, Some(now + 100), 10.0);
        assert_eq!(transport.skipping(), None);
    }

    #[test]
    fn a_gap_is_not_skipped_where_a_person_does_not_want_it() {
        let mut transport = Transport::new(10);
        transport.skip_idle = false;
        assert_eq!(transport.after(0, Some(60_000_000), 10.0), 100);
    }

    #[test]
    fn a_tab_from_the_background_does_not_leap() {
        let mut transport = Transport::new(1_000);
        assert_eq!(transport.after(0, Some(1), 60_000.0), 100_000);
    }

    #[test]
    fn the_speed_nearest_below_is_taken() {
        assert_eq!(Transport::new(0).us_per_ms(), 1);
        assert_eq!(Transport::new(15).us_per_ms(), 10);
        assert_eq!(Transport::new(u32::MAX).us_per_ms(), 60_000);
    }
}
