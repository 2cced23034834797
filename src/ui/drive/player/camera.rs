//! Makes the pictures of a run: which parts are due, and what they show.

use std::rc::Rc;

use super::frame::Foreseen;
use crate::simulate::Simulation;
use crate::simulate::timeline::Timeline;
use crate::ui::drive::pace::Transport;
use crate::ui::drive::picture::{
    ARROWS, JUMP_LINES, LINES, LOG_LINES, Part, Picture, ROWS, Said, TASKS, Turns,
};
use crate::ui::drive::scale::{Range, Scale};
use crate::ui::drive::zoom::Zoom;
use crate::view::ribbon::{Ribbons, Steps};

pub struct Camera {
    turns: Turns,
    /// The parts of the present instant that are still to be drawn.
    due: Vec<Part>,
    /// Whether a person has jumped since the last picture.
    jumped: bool,
    log: LogReader,
    pub zoom: Zoom,
    pub scale: Scale,
    /// The ribbons, with the number of forks of the timeline and the range that they are for.
    ribbons: Option<(u64, Range, Ribbons)>,
    foreseen: Option<Rc<Foreseen>>,
}

impl Camera {
    /// `scale`: the range of slider and ribbons.
    pub fn new(scale: Scale) -> Camera {
        Camera {
            turns: Turns::default(),
            due: Vec::new(),
            jumped: false,
            log: LogReader::default(),
            zoom: Zoom::default(),
            scale,
            ribbons: None,
            foreseen: None,
        }
    }

    /// The camera for another run, from its start.
    pub fn restarted(&self) -> Camera {
        let scale = self.scale.restarted();
        Camera { zoom: self.zoom.restarted(), jumped: self.jumped, ..Camera::new(scale) }
    }

    /// The next frame does not follow from what was shown.
    pub fn jump(&mut self) {
        self.log.next_line = 0;
        self.jumped = true;
    }

    /// Whether a person has jumped since the last call.
    pub fn take_jumped(&mut self) -> bool {
        std::mem::take(&mut self.jumped)
    }

    /// The parts to draw at once: all of them or, after a jump, the first ones. While a person
    /// drags through time, the others would be outdated before they are drawn.
    pub fn begin(&mut self) -> &'static [Part] {
        let (first, rest) =
            if self.jumped { Part::looked_at_first() } else { (&Part::ALL[..], &[][..]) };
        self.due = rest.iter().rev().copied().collect();
        first
    }

    /// The next part that is due while the run is paused.
    pub fn next_due(&mut self) -> Option<Part> {
        self.due.pop()
    }

    pub fn is_settling(&self) -> bool {
        !self.due.is_empty()
    }

    /// The parts whose turn it is while the run plays, and whether it is a rush.
    pub fn take_turn(&mut self, run: &Simulation) -> (Vec<Part>, bool) {
        self.due.clear();
        self.turns.take(run.events())
    }

    /// A picture of these parts.
    pub fn picture(&mut self, line: &Timeline, pace: &Transport, parts: &[Part]) -> Picture {
        let now = line.now();
        let view = now.view();
        let mut picture = Picture {
            at_us: now.now_us(),
            parts: parts.to_vec(),
            counters: view.counters(),
            ..Picture::default()
        };
        for part in parts {
            match part {
                Part::Work | Part::Flights => {
                    picture.activity.get_or_insert_with(|| view.activity(TASKS));
                }
                Part::Log => {
                    picture.said = Some(self.log.read(now, pace.moving(), self.jumped));
                }
                Part::Answers => picture.answers = Some(view.results()),
                Part::Diagram => {
                    let stretch = self.zoom.stretch(now.now_us(), pace.us_per_ms());
                    let diagram = view.diagram(stretch.from_us, stretch.to_us, ARROWS);
                    picture.diagram = Some((stretch, diagram));
                }
                Part::Ribbons => picture.ribbons = Some(self.ribbons(line)),
                Part::Figures => picture.figures = Some((view.problems(), view.charts())),
                Part::FirstRows | Part::SecondRows | Part::ThirdRows | Part::FourthRows => {
                    picture.stores.get_or_insert_with(|| view.stores(ROWS));
                }
            }
        }
        picture
    }

    /// The problems known to come, if the run is at an instant before them.
    pub fn foresee(&mut self, line: &Timeline) -> Option<Rc<Foreseen>> {
        if !line.is_past() {
            self.foreseen = None;
            return None;
        }
        let furthest = line.furthest();
        let until_us = furthest.now_us();
        if self.foreseen.as_ref().is_none_or(|known| known.until_us != until_us) {
            let problems = Rc::new(furthest.view().problems());
            self.foreseen = Some(Rc::new(Foreseen { until_us, problems }));
        }
        self.foreseen.clone()
    }

    /// The ribbons with what is new, or recomputed if the run is another one.
    fn ribbons(&mut self, line: &Timeline) -> (Steps, Vec<crate::view::Ribbon>) {
        let range = self.range(line);
        let grows = self.scale.grows();
        let known = self.ribbons.take().filter(|(forks, known, _)| {
            *forks == line.forks() && (grows && known.whole || *known == range)
        });
        let (_, _, ribbons) = self.ribbons.insert(known.unwrap_or_else(|| {
            let ribbons = match grows {
                true => Ribbons::new(self.scale.duration_us()),
                false => Ribbons::between(range.from_us, range.to_us),
            };
            (line.forks(), range, ribbons)
        }));
        let run = line.furthest().view();
        ribbons.keep_up(run, ROWS);
        (ribbons.steps(), ribbons.drawn(run))
    }

    /// The range of slider and ribbons.
    pub fn range(&self, line: &Timeline) -> Range {
        self.scale.range(line.now().now_us(), line.furthest().now_us())
    }
}

/// Reads new lines of a run's log.
#[derive(Default)]
struct LogReader {
    /// The first line that was not returned yet.
    next_line: u64,
    /// Whether lines were left out since the run was last paused.
    skipped: bool,
}

impl LogReader {
    /// The new lines. Of a rush only the end is shown; once paused, all lines can be read.
    fn read(&mut self, run: &Simulation, moving: bool, jumped: bool) -> Said {
        let restarts = jumped || self.skipped && !moving;
        let most = match (jumped, moving) {
            (true, _) => JUMP_LINES,
            (false, true) => LINES,
            (false, false) => LOG_LINES,
        };
        let from = if restarts { 0 } else { self.next_line };
        let skips = run.history().len() - from > most as u64;
        let mut log = match skips {
            true => run.view().log_tail(most),
            false => run.view().log_from(from, most),
        };
        log.retain(|line| line.seq >= from);
        self.skipped = moving && (skips || self.skipped);
        self.next_line = run.history().len();
        Said { restarts, log }
    }
}
