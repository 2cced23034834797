//! The time range of the diagram.

use crate::time::{MILLISECOND_US, Micros};

/// The possible lengths of the range.
const SPANS_US: [Micros; 15] = {
    const MS: Micros = MILLISECOND_US;
    [
        MS / 2,
        MS,
        2 * MS,
        5 * MS,
        10 * MS,
        20 * MS,
        50 * MS,
        100 * MS,
        200 * MS,
        500 * MS,
        1_000 * MS,
        2_000 * MS,
        5_000 * MS,
        10_000 * MS,
        30_000 * MS,
    ]
};
/// The shortest and the longest length that are chosen automatically: most of a request, and the
/// most that is drawn in full.
const SHORTEST: usize = 4;
const LONGEST: usize = 12;
/// A range that follows the present moves on when the present is this far into it, in hundredths:
/// by half its length, so that the present is in its first half again.
const TURNS_AT: Micros = 90;

/// A change of the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Narrower,
    Wider,
    Earlier,
    Later,
    /// Follow the present, with a length that suits the speed.
    Follow,
}

/// The choice of the range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zoom {
    /// The position in [`SPANS_US`]; `None`: by the speed.
    span: Option<usize>,
    /// Where the range begins; `None`: it follows the present.
    from_us: Option<Micros>,
}

/// The range shown now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    pub from_us: Micros,
    pub to_us: Micros,
    pub follows: bool,
    pub narrowest: bool,
    pub widest: bool,
}

impl Zoom {
    /// The range at this instant and speed.
    pub fn stretch(&self, now_us: Micros, us_per_ms: u32) -> Stretch {
        let span = self.span(us_per_ms);
        let long_us = SPANS_US[span];
        let from_us = self.from_us.unwrap_or_else(|| {
            let half_us = long_us / 2;
            now_us.saturating_sub(long_us * (TURNS_AT - 50) / 100) / half_us * half_us
        });
        Stretch {
            from_us,
            to_us: from_us.saturating_add(long_us),
            follows: self.from_us.is_none(),
            narrowest: span == 0,
            widest: span == SPANS_US.len() - 1,
        }
    }

    /// Applies a change; a fixed range keeps its middle.
    pub fn turn(&mut self, turn: Turn, now_us: Micros, us_per_ms: u32) {
        let span = self.span(us_per_ms);
        let Stretch { from_us, to_us, .. } = self.stretch(now_us, us_per_ms);
        let middle_us = from_us + (to_us - from_us) / 2;
        let half_us = SPANS_US[span] / 2;
        match turn {
            Turn::Follow => *self = Zoom::default(),
            Turn::Earlier => self.from_us = Some(from_us.saturating_sub(half_us)),
            Turn::Later => self.from_us = Some(from_us.saturating_add(half_us)),
            Turn::Narrower | Turn::Wider => {
                let span = match turn {
                    Turn::Narrower => span.saturating_sub(1),
                    _ => (span + 1).min(SPANS_US.len() - 1),
                };
                self.span = Some(span);
                let half_us = SPANS_US[span] / 2;
                self.from_us = self.from_us.map(|_| middle_us.saturating_sub(half_us));
            }
        }
    }

    /// The zoom for another run, from its start.
    pub fn restarted(self) -> Zoom {
        Zoom { from_us: None, ..self }
    }

    /// The length that suits a speed: about a second of real time, of which more than half is past.
    fn span(&self, us_per_ms: u32) -> usize {
        self.span.unwrap_or_else(|| {
            let second_us = Micros::from(us_per_ms) * 1_000;
            let fits = SPANS_US.iter().position(|&long_us| long_us >= second_us);
            fits.unwrap_or(LONGEST).clamp(SHORTEST, LONGEST)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_the_present_a_page_at_a_time() {
        let zoom = Zoom::default();
        let from = |now_us| zoom.stretch(now_us, 10).from_us;
        assert_eq!([0, 8_999, 9_000, 13_999, 14_000].map(from), [0, 0, 5_000, 5_000, 10_000]);
        for now_us in (0..1_000_000).step_by(77) {
            let Stretch { from_us, to_us, .. } = zoom.stretch(now_us, 10);
            assert!(from_us <= now_us && now_us < to_us - 999, "{now_us}");
        }
    }

    #[test]
    fn it_is_as_long_as_the_speed_suggests_or_a_person_says() {
        let mut zoom = Zoom::default();
        let long = |zoom: &Zoom, speed| {
            let Stretch { from_us, to_us, .. } = zoom.stretch(1_000_000, speed);
            to_us - from_us
        };
        assert_eq!(
            [1, 10, 300, 60_000].map(|speed| long(&zoom, speed)),
            [10_000, 10_000, 500_000, 5_000_000]
        );
        zoom.turn(Turn::Wider, 1_000_000, 10);
        assert_eq!((long(&zoom, 10), long(&zoom, 300)), (20_000, 20_000));
        for _ in 0..30 {
            zoom.turn(Turn::Narrower, 1_000_000, 10);
        }
        assert!(zoom.stretch(0, 10).narrowest && zoom.stretch(0, 10).follows);
    }

    #[test]
    fn it_stands_still_once_it_was_moved_until_it_is_to_follow() {
        let mut zoom = Zoom::default();
        zoom.turn(Turn::Earlier, 103_000, 10);
        let there = zoom.stretch(103_000, 10);
        assert_eq!((there.from_us, there.to_us, there.follows), (90_000, 100_000, false));
        assert_eq!(zoom.stretch(500_000, 10), there);
        zoom.turn(Turn::Wider, 500_000, 10);
        assert_eq!(zoom.stretch(500_000, 10).from_us, 85_000);
        zoom.turn(Turn::Follow, 500_000, 10);
        assert!(zoom.stretch(500_000, 10).follows);
    }
}
