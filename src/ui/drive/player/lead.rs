//! How a lesson leads the run: its actions, and when it waits.
//!
//! The lesson continues where the run is furthest. In its past a person looks around, and time only
//! returns to where the lesson stopped.

use super::learning::{Learn, Learning, Stage};
use super::{CommandError, EVENTS, Going, Player, Reaction};
use crate::lesson::{Answer, Played, Progress};
use crate::simulate::Advance;
use crate::time::{Micros, SECOND_US};
use crate::ui::drive::pace::Motion;

/// The longest time for which a shown solution is followed.
const SHOWN_US: Micros = 60 * SECOND_US;

const WAITS: &str = "Time passes. The lesson waits for your answer.";
const OFF_THE_PATH: &str = "Your action is part of this run, so the lesson\u{2019}s text may no longer \
    fit. \u{201c}Start this step again\u{201d} takes you back.";

impl Player {
    /// Advances, under the lesson if one leads.
    pub(super) fn advance(&mut self, until_us: Micros, most_events: u32) -> Advance {
        let Some(learning) = self.learning.as_mut().filter(|learning| learning.leads()) else {
            return self.line.advance(until_us, most_events);
        };
        let furthest_us = self.line.furthest().now_us().max(learning.front_us);
        if self.line.is_past() || self.line.now().now_us() < furthest_us {
            return self.line.advance(until_us.min(furthest_us), most_events);
        }
        match learning.play(&mut self.line, until_us, most_events) {
            Played::More => Advance::Budget,
            Played::Waiting | Played::Asks => Advance::Reached,
            Played::Stopped(why) => Advance::Stopped(why),
            Played::Over => {
                self.transport.run = Motion::Paused;
                self.transport.rethink();
                Advance::Reached
            }
        }
    }

    /// Runs one event.
    pub(super) fn step(&mut self) -> Advance {
        match self.learning.as_ref().is_some_and(Learning::leads) {
            true => self.advance(Micros::MAX, 1),
            false => self.line.step(),
        }
    }

    /// From here on the run is new, or the lesson's own part of it begins.
    pub(super) fn set_front(&mut self) {
        if let Some(learning) = &mut self.learning {
            learning.front_us = self.line.now().now_us();
        }
    }

    /// The instant of the next event, of the run or of the lesson.
    pub(super) fn next_us(&mut self) -> Option<Micros> {
        let next = self.line.next_at_us();
        let due = self.learning.as_ref().and_then(|learning| learning.guide.due_us());
        next.into_iter().chain(due).min()
    }

    /// Time starts to pass, and with it a step that was being read.
    pub(super) fn set_going(&mut self) {
        let asks = self.learning.as_ref().is_some_and(|it| it.stage() == Stage::Asks);
        match self.transport.run {
            Motion::Playing if asks => self.remarks.remark(WAITS),
            Motion::Playing if !self.line.is_past() => self.begin_step(),
            _ => {}
        }
    }

    pub(super) fn begin_step(&mut self) {
        if self.learning.as_ref().is_none_or(|it| it.stage() != Stage::Ready) {
            return;
        }
        self.catch_up();
        self.set_front();
        if let Some(learning) = &mut self.learning {
            learning.begun = true;
        }
    }

    /// Whether a person may act in the run now. The first action in a step that leaves the lesson's
    /// path gets a remark.
    pub(super) fn may_act(&mut self) -> Result<(), CommandError> {
        let is_past = self.line.is_past();
        let Some(learning) = &mut self.learning else { return Ok(()) };
        match learning.stage() {
            Stage::Arriving => return Err(CommandError::LessonArrives),
            Stage::Playing if is_past => return Err(CommandError::StepPlays),
            Stage::Goal { .. } => return Ok(()),
            _ => {}
        }
        if learning.leaves_path() {
            self.remarks.remark(OFF_THE_PATH);
        }
        Ok(())
    }

    /// Whether the future can be searched.
    pub(super) fn may_search(&self) -> Result<(), CommandError> {
        match self.learning.as_ref().map(Learning::stage) {
            Some(Stage::Arriving) => Err(CommandError::LessonArrives),
            Some(Stage::Playing) => Err(CommandError::StepPlays),
            _ => Ok(()),
        }
    }

    /// Ends a step that has only a text.
    pub(super) fn pass_by(&mut self) {
        let quiet = self.line.now().world().is_quiet();
        if self.learning.as_ref().is_some_and(|learning| learning.only_says(quiet)) {
            self.begin_step();
            let now_us = self.line.now().now_us();
            self.advance(now_us, EVENTS);
        }
    }

    /// Carries out a learner's command.
    pub(super) fn learn(&mut self, learn: Learn) -> Result<Reaction, CommandError> {
        match learn {
            Learn::Commit(answer) => self.commit(answer)?,
            Learn::Play => {
                self.begin_step();
                self.play_step();
            }
            Learn::Skip => self.skip()?,
            Learn::Show => self.show()?,
            Learn::Next | Learn::Back | Learn::Again => return self.turn(&learn),
            Learn::StartOver => return self.start_over(None),
            Learn::Resume(progress) => return self.start_over(Some(*progress)),
        }
        Ok(Reaction::Went(self.frame()))
    }

    fn commit(&mut self, answer: Answer) -> Result<(), CommandError> {
        self.catch_up();
        let now_ms = (self.clock)();
        self.lesson()?.commit(answer, now_ms).map_err(CommandError::Step)?;
        self.set_front();
        self.play_step();
        Ok(())
    }

    fn lesson(&mut self) -> Result<&mut Learning, CommandError> {
        self.learning.as_mut().ok_or(CommandError::NoLesson)
    }

    fn play_step(&mut self) {
        self.transport.run = Motion::Playing;
        self.transport.rethink();
    }

    fn skip(&mut self) -> Result<(), CommandError> {
        self.catch_up();
        self.begin_step();
        let now_us = self.line.now().now_us();
        match self.lesson()?.stage() {
            Stage::Goal { shown: true } => self.go(Going::To(now_us.saturating_add(SHOWN_US))),
            Stage::Playing | Stage::Arriving => self.go(Going::StepEnd),
            Stage::Asks => return Err(CommandError::AnswerFirst),
            _ => return Err(CommandError::NothingToSkip),
        }
        Ok(())
    }

    fn show(&mut self) -> Result<(), CommandError> {
        self.catch_up();
        let learning = self.learning.as_mut().ok_or(CommandError::NoLesson)?;
        learning.guide.show(&self.line);
        self.play_step();
        Ok(())
    }

    /// Goes to where the run is furthest, because the lesson continues there.
    fn catch_up(&mut self) {
        let now_us = self.line.now().now_us();
        let front_us = self.learning.as_ref().map_or(0, |learning| learning.front_us);
        if self.line.is_past() {
            let furthest_us = self.line.furthest().now_us();
            self.line.turn_to(furthest_us);
            self.arrive();
        } else if now_us < front_us {
            // What was undone is on its way there.
            while self.line.advance(front_us, EVENTS) == Advance::Budget {}
            self.arrive();
        }
    }

    /// Goes to another step, or restarts this one.
    fn turn(&mut self, to: &Learn) -> Result<Reaction, CommandError> {
        self.catch_up();
        let learning = self.learning.as_mut().ok_or(CommandError::NoLesson)?;
        let restarts = learning.restarts(to);
        learning.turn(to, &mut self.line).map_err(CommandError::Step)?;
        Ok(self.entered(restarts))
    }

    /// Starts the lesson at its first step, or where it was left.
    fn start_over(&mut self, progress: Option<Progress>) -> Result<Reaction, CommandError> {
        let now_ms = (self.clock)();
        let begun = self.lesson()?.start_over(progress, now_ms);
        self.line = begun.map_err(CommandError::Progress)?;
        Ok(self.entered(true))
    }

    /// Another step has begun, perhaps in another run.
    fn entered(&mut self, restarts: bool) -> Reaction {
        let (now_us, now_ms) = (self.line.now().now_us(), (self.clock)());
        if let Some(learning) = &mut self.learning {
            learning.entered(now_us, now_ms);
        }
        let arrives = self.learning.as_ref().is_some_and(|it| it.stage() == Stage::Arriving);
        self.transport.run = Motion::Paused;
        self.transport.rethink();
        if restarts {
            self.camera = self.camera.restarted();
            self.remarks.restart();
            self.arrive();
        }
        if arrives {
            self.go(Going::StepEnd);
        }
        self.pass_by();
        match restarts {
            true => Reaction::Opened(self.opened(), self.frame(), None),
            false => Reaction::Went(self.frame()),
        }
    }
}

#[cfg(test)]
mod tests;
