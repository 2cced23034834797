//! The picture of a run, in parts that are computed and drawn separately.
//!
//! At a calm pace, all parts that show single events are drawn in every frame. In a rush, more
//! changes in every frame than a browser can draw: then the parts take turns, and each is at most a
//! few frames old.

use crate::time::Micros;
use crate::ui::drive::zoom::Stretch;
use crate::view::ribbon::Steps;
use crate::view::*;

/// The most keys and tasks shown.
pub const ROWS: usize = 60;
pub const TASKS: usize = 60;
/// The most arrows, and the most marks, in the diagram.
pub const ARROWS: usize = 150;
/// The most lines of the log on the page.
pub const LOG_LINES: usize = 200;
/// The most log lines added per frame while the run plays: the latest.
pub const LINES: usize = 8;
/// The most log lines after a jump.
pub const JUMP_LINES: usize = 30;
/// More events than this since the last picture are a rush: 250 a second at 60 frames a second,
/// which no one can follow one by one.
const RUSH: u64 = 4;

/// A part that is drawn at once. The stores' rows are the largest part, so every fourth row has its
/// own turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    FirstRows,
    SecondRows,
    ThirdRows,
    FourthRows,
    Log,
    /// Processes, tasks and queues.
    Work,
    Flights,
    /// The clients' answers.
    Answers,
    Diagram,
    Ribbons,
    Figures,
}

impl Part {
    pub const ALL: [Part; 11] = [
        Part::FirstRows,
        Part::SecondRows,
        Part::ThirdRows,
        Part::FourthRows,
        Part::Log,
        Part::Work,
        Part::Flights,
        Part::Answers,
        Part::Diagram,
        Part::Ribbons,
        Part::Figures,
    ];

    /// The parts to draw first after a jump: the stores, and the log, which restarts.
    pub fn looked_at_first() -> (&'static [Part], &'static [Part]) {
        Part::ALL.split_at(5)
    }

    /// The parts that single events change; sums and charts are not among them.
    fn lively() -> &'static [Part] {
        &Part::ALL[..9]
    }

    /// The part of the stores' row at this position.
    pub fn of_row(at: usize) -> Part {
        Part::ALL[at % 4]
    }
}

/// The new parts; a missing part is unchanged.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    pub at_us: Micros,
    pub parts: Vec<Part>,
    /// Whether so much happens that each part shows the instant of its own last turn.
    pub rush: bool,
    pub counters: Counters,
    pub stores: Option<Stores>,
    pub activity: Option<Activity>,
    pub said: Option<Said>,
    pub answers: Option<Vec<RequestResult>>,
    pub diagram: Option<(Stretch, Diagram)>,
    pub ribbons: Option<(Steps, Vec<Ribbon>)>,
    pub figures: Option<(Problems, Charts)>,
}

impl Picture {
    /// Whether a part, after this picture, shows this instant.
    pub fn is_now(&self, part: Part) -> bool {
        !self.rush || self.parts.contains(&part)
    }
}

/// New lines of the log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// Whether the log restarts with these lines.
    pub restarts: bool,
    pub log: Vec<LogLine>,
}

/// Which part has its turn next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Turns {
    next: usize,
    /// The number of events at the last picture.
    events: u64,
    /// A rush is over once every part has had a calm turn; this many are left.
    rushed: usize,
}

impl Turns {
    /// The parts to draw of a run with this many events, and whether it is a rush.
    pub fn take(&mut self, events: u64) -> (Vec<Part>, bool) {
        let new = events.saturating_sub(std::mem::replace(&mut self.events, events));
        self.rushed = if new > RUSH { Part::ALL.len() } else { self.rushed.saturating_sub(1) };
        let rush = self.rushed > 0;
        let turn = Part::ALL[self.next];
        self.next = (self.next + 1) % Part::ALL.len();
        // What changes by time alone, such as a rate, can wait for its turn.
        if rush || new == 0 {
            return (vec![turn], rush);
        }
        let mut parts = Part::lively().to_vec();
        parts.extend((!parts.contains(&turn)).then_some(turn));
        (parts, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(new: u64) -> Vec<Part> {
        let mut turns = Turns::default();
        let rounds = (1..=Part::ALL.len() as u64).map(|round| turns.take(round * new).0);
        let mut taken = rounds.flatten().collect::<Vec<Part>>();
        taken.sort_by_key(|part| Part::ALL.iter().position(|each| each == part));
        taken
    }

    #[test]
    fn in_a_rush_and_in_quiet_each_part_has_its_turn() {
        assert_eq!(turns(100), Part::ALL);
        assert_eq!(turns(0), Part::ALL);
    }

    #[test]
    fn single_events_are_seen_at_once_and_what_they_add_up_to_in_turn() {
        let taken = turns(1);
        let times = |part| taken.iter().filter(|each| **each == part).count();
        assert_eq!(Part::ALL.map(times), [11, 11, 11, 11, 11, 11, 11, 11, 11, 1, 1]);
    }

    #[test]
    fn a_rush_is_over_when_each_part_has_had_its_turn_in_quiet() {
        let mut turns = Turns::default();
        assert!(turns.take(100).1);
        let rest: Vec<bool> = (1..=11).map(|more| turns.take(100 + more).1).collect();
        assert_eq!(rest.iter().filter(|rush| **rush).count(), 10);
        assert_eq!(rest.last(), Some(&false));
    }

    #[test]
    fn the_rows_share_four_turns() {
        let parts: Vec<Part> = (0..5).map(Part::of_row).collect();
        assert_eq!(
            parts[..4],
            [Part::FirstRows, Part::SecondRows, Part::ThirdRows, Part::FourthRows]
        );
        assert_eq!(parts[4], parts[0]);
    }
}
