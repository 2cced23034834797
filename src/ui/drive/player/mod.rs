//! The player: drives the simulation for the page, with commands in and frames out.

mod camera;
mod command;
mod error;
mod export;
mod frame;
mod lead;
pub mod learning;
mod open;
mod opened;
mod remarks;
mod travel;

use std::rc::Rc;

use camera::Camera;
pub use command::{Command, Export, File, Library, Reaction};
pub use error::{CommandError, list};
pub use frame::{Foreseen, Frame, Journey, RibbonCell};
use learning::{Learn, Learning};
pub use opened::{OpenedRun, ParameterView, ProgramView, Promise};
use remarks::Remarks;

use crate::scenario::{Scenario, StrategyUse, What};
use crate::simulate::timeline::{Stop, Timeline};
use crate::time::Micros;
use crate::ui::drive::pace::{Motion, SPEEDS, Transport};
use crate::ui::drive::picture::{Part, Picture};
use crate::view::RibbonSpan;

/// Events between two checks of the clock.
const EVENTS: u32 = 2_000;
/// The most intervals listed for a key.
const INTERVALS: usize = 100;
/// The remark on an action in the past.
const ANOTHER_RUN: &str = "You acted in the past, so the run continues differently from here. Your \
    later actions happen again in it. Undo takes this back.";

/// A run, and everything that a person does with it.
pub struct Player {
    line: Timeline,
    origin: Origin,
    transport: Transport,
    /// The destination of a person's jump, while the run is on its way there.
    going: Option<Going>,
    camera: Camera,
    remarks: Remarks,
    learning: Option<Learning>,
    /// Whether scenarios with a lesson are played without it.
    lessons_hidden: bool,
    /// The distant instant to which a person was asked whether to step.
    far_us: Option<Micros>,
    /// The person's last own strategy, while another one serves.
    own: Option<StrategyUse>,
    /// The memory that the run may use, in bytes.
    budget: u64,
    /// The present time, in real milliseconds.
    clock: fn() -> f64,
}

/// What a reset returns to.
struct Origin {
    preset: String,
    /// The scenario without the person's actions.
    scenario: Scenario,
    promise: Option<Promise>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Going {
    To(Micros),
    /// The next violation or request.
    Until(Stop),
    /// The end of the lesson's step.
    StepEnd,
}

impl Player {
    /// The data that do not change while the run plays.
    pub fn opened(&self) -> Rc<OpenedRun> {
        let now = self.line.now();
        let Origin { preset, scenario, promise } = &self.origin;
        // A lesson's run has the strategies of its step.
        let scenario = if self.learning.is_some() { now.scenario() } else { scenario };
        let opened = OpenedRun::of(preset, scenario, now);
        let has_own = self.own_strategy().is_some();
        Rc::new(OpenedRun { promise: promise.clone(), has_own, ..opened })
    }

    /// The present frame of the run.
    pub fn frame(&mut self) -> Frame {
        let parts = self.camera.begin();
        self.frame_of(parts, false)
    }

    /// A frame with these parts of the picture.
    fn frame_of(&mut self, parts: &[Part], rush: bool) -> Frame {
        // a lesson's next step is another run
        if self.line.memory().budget != self.budget {
            self.line.set_budget(self.budget);
        }
        let foreseen = self.camera.foresee(&self.line);
        self.remarks.tell_undone(self.line.now());
        let furthest_us = self.line.furthest().now_us();
        let picture = self.camera.picture(&self.line, &self.transport, parts);
        Frame {
            picture: Picture { rush, ..picture },
            transport: self.transport,
            complaint: self.remarks.take_complaint(),
            remark: self.remarks.take_remark(),
            jumped: self.camera.take_jumped(),
            settling: self.camera.is_settling(),
            foreseen,
            journey: Journey {
                furthest_us,
                range: self.camera.range(&self.line),
                can_undo: self.line.can_undo(),
                can_redo: self.line.can_redo(),
                memory: self.line.memory(),
            },
            lesson: self.learning.as_mut().map(|learning| learning.view((self.clock)())),
        }
    }

    /// The number of violations; after a jump back, including those known to come.
    pub fn violations(&self) -> u64 {
        self.line.furthest().history().ledger().went_wrong()
    }

    /// The worst state of a key within a cell of its ribbon, and the number of other states.
    pub fn worst_within(&self, cell: &RibbonCell) -> Option<(RibbonSpan, usize)> {
        self.line.furthest().view().worst_within(&cell.key, cell.from_us, cell.until_us)
    }

    /// The last intervals of a key, and the number of all.
    pub fn intervals(&self, key: &str) -> (Vec<RibbonSpan>, u64) {
        self.line.furthest().view().intervals(key, INTERVALS)
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// Why it was not carried out.
    pub fn command(&mut self, command: Command) -> Result<Reaction, CommandError> {
        // A jump that has not arrived ends where it has got to.
        let was_going = !command.keeps_going() && self.going.take().is_some();
        if was_going {
            self.arrive();
        }
        match command {
            Command::Toggle => self.toggle(was_going),
            Command::Play(on) => self.play(on),
            Command::Step => self.step_once()?,
            Command::Speed(speed) => self.set_speed(speed),
            Command::Slower => self.set_speed(self.transport.speed.saturating_sub(1)),
            Command::Faster => self.set_speed(self.transport.speed + 1),
            Command::SkipIdle(skip) => {
                self.transport.skip_idle = skip;
                self.transport.rethink();
            }
            Command::Halts(halts) => self.transport.halts = halts,
            Command::Do(what) => self.act(what)?,
            Command::Seek(at_us) => self.seek_before(at_us),
            Command::SeekTo(at_us) => self.seek(at_us),
            Command::StepBack => self.step_back()?,
            Command::Next(stop) => self.next(stop)?,
            Command::Previous(stop) => self.previous(stop)?,
            Command::Undo => self.undo()?,
            Command::Redo => self.redo()?,
            Command::Window(turn) => {
                let (now_us, pace) = (self.line.now().now_us(), self.transport.us_per_ms());
                self.camera.zoom.turn(turn, now_us, pace);
            }
            Command::Magnify(how) => {
                let (now_us, furthest_us) =
                    (self.line.now().now_us(), self.line.furthest().now_us());
                self.camera.scale.magnify(how, now_us, furthest_us);
            }
            Command::Export(export) => {
                let file = (open::documents()?.export)(self, export);
                return file.map(Reaction::Made);
            }
            Command::Learn(learn) => return self.learn(learn),
            Command::Reset if self.learning.is_some() => return self.learn(Learn::Again),
            Command::Reset => return self.reset(),
            Command::Preset(id) => return self.open_preset(id),
            Command::Open(scenario) => return self.open_scenario(*scenario),
            Command::Link(link) => return self.open_link(&link),
            Command::OwnStrategy(at) => return self.serve_own(at),
            Command::Strategy(at, id) => return self.serve_built_in(at, id),
            Command::Serve(at, used, besides) => return self.serve(at, *used, None, &besides),
            Command::Library(at, library) => return self.serve_library(at, *library),
            Command::Parameter(at, name, value) => return self.set_parameter(at, &name, value),
            Command::Setting(path, value) => return self.set(&path, value),
        }
        Ok(Reaction::Went(self.frame()))
    }

    fn set_speed(&mut self, speed: usize) {
        self.transport.speed = speed.min(SPEEDS.len() - 1);
        self.transport.rethink();
    }

    /// Does an action in the run.
    fn act(&mut self, what: What) -> Result<(), CommandError> {
        self.may_act()?;
        let forks = self.line.forks();
        // To hold a message back does not set the rest going.
        let starts = !what.handling().is_some_and(|(_, how)| how.keeps());
        self.line.act(what).map_err(CommandError::Action)?;
        self.set_front();
        if self.line.forks() > forks {
            self.remarks.remark(ANOTHER_RUN);
        }
        self.transport.rethink();
        if starts && self.transport.run == Motion::Paused {
            self.transport.run = Motion::UntilQuiet;
        }
        Ok(())
    }

    fn undo(&mut self) -> Result<(), CommandError> {
        let (what, at_us) = self.line.undo().ok_or(CommandError::NothingToUndo)?;
        self.remarks.remark(format!("Undone: {}.", what.words()));
        self.go(Going::To(at_us));
        Ok(())
    }

    fn redo(&mut self) -> Result<(), CommandError> {
        let (what, at_us) = self.line.redo().ok_or(CommandError::NothingToRedo)?;
        self.remarks.remark(format!("Done again: {}.", what.words()));
        self.go(Going::To(at_us));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
