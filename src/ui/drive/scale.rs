//! The time range of the slider and the ribbons: the whole run, or a part of it.

use crate::scenario::Scenario;
use crate::time::{MILLISECOND_US, Micros};

/// The shortest range for a whole run.
const SHORTEST_US: Micros = 24 * MILLISECOND_US;
/// The shortest part: a microsecond for each step of a ribbon.
const NARROWEST_US: Micros = crate::view::ribbon::CELLS as Micros;

/// A change of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Magnify {
    Closer,
    Wider,
    Whole,
}

/// The choice of the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The duration of the scenario.
    duration_us: Micros,
    /// For a scenario without a duration and without workloads: the last instant at which something
    /// is planned. Then the whole range fits what has happened.
    planned_us: Option<Micros>,
    /// The part is as long as the whole, halved this many times.
    halvings: u32,
    /// Where the part began when it was chosen.
    from_us: Micros,
}

/// The range shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    pub from_us: Micros,
    pub to_us: Micros,
    pub whole: bool,
    pub narrowest: bool,
}

impl Scale {
    /// The scale for the whole of a scenario's runs.
    pub fn of(scenario: &Scenario) -> Scale {
        let unsaid = scenario.duration_us == Scenario::default().duration_us;
        let fits = unsaid && scenario.workloads.is_empty();
        let last_us = scenario.actions.iter().map(|action| action.at_us).max().unwrap_or(0);
        let planned_us = fits.then_some(last_us);
        Scale { duration_us: scenario.duration_us, planned_us, halvings: 0, from_us: 0 }
    }

    /// The end of the whole range, for a run that is known up to `furthest_us`.
    pub fn end_us(&self, furthest_us: Micros) -> Micros {
        let most_us = furthest_us.max(self.duration_us);
        let Some(planned_us) = self.planned_us else { return most_us };
        let mut end_us = SHORTEST_US;
        while end_us < furthest_us.max(planned_us) {
            end_us *= 2;
        }
        end_us.min(most_us)
    }

    /// The range shown at this instant. When the run leaves a part, the next part is shown.
    pub fn range(&self, now_us: Micros, furthest_us: Micros) -> Range {
        let end_us = self.end_us(furthest_us);
        if self.halvings == 0 {
            return Range { to_us: end_us, whole: true, narrowest: false, from_us: 0 };
        }
        let long_us = self.long_us(end_us);
        let half_us = (long_us / 2).max(1);
        let stays = (self.from_us..=self.from_us + long_us).contains(&now_us);
        let from_us = if stays { self.from_us } else { now_us / half_us * half_us };
        let narrowest = long_us <= NARROWEST_US;
        Range { from_us, to_us: from_us + long_us, whole: false, narrowest }
    }

    /// Applies a change. A part has the present in its middle.
    pub fn magnify(&mut self, how: Magnify, now_us: Micros, furthest_us: Micros) {
        let end_us = self.end_us(furthest_us);
        self.halvings = match how {
            Magnify::Whole => 0,
            Magnify::Wider => self.halvings.saturating_sub(1),
            Magnify::Closer if self.long_us(end_us) <= NARROWEST_US => self.halvings,
            Magnify::Closer => self.halvings + 1,
        };
        let long_us = self.long_us(end_us);
        let last_us = end_us.saturating_sub(long_us);
        self.from_us = now_us.saturating_sub(long_us / 2).min(last_us);
    }

    /// The scale for another run of the scenario.
    pub fn restarted(self) -> Scale {
        Scale { halvings: 0, from_us: 0, ..self }
    }

    /// Whether ribbons of the whole range continue beyond its end, in longer steps.
    pub fn grows(&self) -> bool {
        self.halvings == 0 && self.planned_us.is_none()
    }

    /// The duration of the scenario.
    pub fn duration_us(&self) -> Micros {
        self.duration_us
    }

    fn long_us(&self, end_us: Micros) -> Micros {
        end_us.checked_shr(self.halvings).unwrap_or(0).max(NARROWEST_US)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Scale {
        Scale::of(&Scenario::parse(json).expect("a scenario"))
    }

    #[test]
    fn a_run_made_by_hand_fits_what_has_happened() {
        let scale = of("{}");
        let ends = [0, 23_000, 24_000, 24_001, 700_000, 55_000_000, 70_000_000];
        let ends = ends.map(|furthest_us| scale.end_us(furthest_us));
        assert_eq!(ends, [24_000, 24_000, 24_000, 48_000, 768_000, 60_000_000, 70_000_000]);
        let planned = of(r#"{"actions": [{"at_us": 90000, "do": "read", "key": "k"}]}"#);
        assert_eq!(planned.end_us(0), 96_000);
    }

    #[test]
    fn a_run_that_is_said_to_last_is_shown_as_long() {
        let said = of(r#"{"duration_us": 5000000}"#);
        assert_eq!([0, 6_000_000].map(|us| said.end_us(us)), [5_000_000, 6_000_000]);
        assert!(said.grows() && !of("{}").grows());
    }

    #[test]
    fn a_part_has_the_present_in_it_and_turns_where_the_run_leaves_it() {
        let mut scale = of(r#"{"duration_us": 8000000}"#);
        let range = |scale: &Scale, now_us| {
            let Range { from_us, to_us, .. } = scale.range(now_us, 8_000_000);
            (from_us, to_us)
        };
        scale.magnify(Magnify::Closer, 500_000, 8_000_000);
        assert_eq!(range(&scale, 500_000), (0, 4_000_000));
        scale.magnify(Magnify::Closer, 3_000_000, 8_000_000);
        assert_eq!(range(&scale, 3_000_000), (2_000_000, 4_000_000));
        assert_eq!(range(&scale, 4_000_000), (2_000_000, 4_000_000));
        assert_eq!(range(&scale, 4_500_000), (4_000_000, 6_000_000));
        scale.magnify(Magnify::Closer, 7_900_000, 8_000_000);
        assert_eq!(range(&scale, 7_900_000), (7_000_000, 8_000_000));
        for _ in 0..60 {
            scale.magnify(Magnify::Closer, 7_900_000, 8_000_000);
        }
        let narrowest = scale.range(7_900_000, 8_000_000);
        assert!(narrowest.narrowest && narrowest.to_us - narrowest.from_us == NARROWEST_US);
        for _ in 0..60 {
            scale.magnify(Magnify::Wider, 7_900_000, 8_000_000);
        }
        assert!(scale.range(0, 8_000_000).whole);
    }
}
