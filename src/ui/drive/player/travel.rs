//! Travel through time: playing, stepping, jumping.

use super::{CommandError, EVENTS, Frame, Going, Player};
use crate::simulate::Advance;
use crate::simulate::timeline::Stop;
use crate::time::{Micros, SECOND_US};
use crate::ui::drive::pace::Motion;

/// How long the engine may work in one frame, to keep the page responsive.
pub(super) const WORK_MS: f64 = 5.0;
/// How long a jump may take before a frame is drawn in between.
const AT_ONCE_MS: f64 = 40.0;
/// A step over more than this, with nothing under way, must be confirmed.
const FAR_US: Micros = 10 * SECOND_US;

impl Player {
    /// Lets the time of a frame pass. `clock` gives real milliseconds. `None` if nothing has
    /// changed.
    pub fn pass(&mut self, elapsed_ms: f64, clock: impl Fn() -> f64) -> Option<Frame> {
        let began = clock();
        if self.going.is_some() {
            let arrived = self.get_on(|| clock() - began < WORK_MS);
            return arrived.then(|| self.frame());
        }
        if !self.transport.moving() {
            let part = self.camera.next_due()?;
            return Some(self.frame_of(&[part], false));
        }
        Some(self.play_on(elapsed_ms, || clock() - began < WORK_MS))
    }

    fn play_on(&mut self, elapsed_ms: f64, time_left: impl Fn() -> bool) -> Frame {
        let next = self.next_us();
        let from_us = self.line.now().now_us();
        let until = self.transport.after(from_us, next, elapsed_ms);
        let wrong = self.went_wrong();
        while self.transport.moving() {
            let advance = self.advance(until, EVENTS);
            let go_on = matches!(advance, Advance::Budget);
            self.heed(advance);
            if !go_on || !time_left() {
                break;
            }
        }
        if self.transport.halts && self.learning.is_none() && self.went_wrong() > wrong {
            self.halt(from_us);
            return self.frame();
        }
        if self.transport.run == Motion::UntilQuiet && self.line.now().is_quiet() {
            self.transport.run = Motion::Paused;
            self.transport.rethink();
        }
        if !self.transport.moving() {
            return self.frame();
        }
        let (parts, rush) = self.camera.take_turn(self.line.now());
        self.frame_of(&parts, rush)
    }

    /// Pauses at the first violation since then, and says so.
    fn halt(&mut self, from_us: Micros) {
        let now_us = self.line.now().now_us();
        let at_us = self.line.violation_after_us(from_us).unwrap_or(now_us);
        self.seek(at_us);
        self.remarks.remark(format!(
            "Paused at {}: something went wrong. See “What went wrong”.",
            crate::time::instant(at_us)
        ));
    }

    fn went_wrong(&self) -> u64 {
        self.line.now().history().ledger().went_wrong()
    }

    pub(super) fn toggle(&mut self, was_going: bool) {
        self.transport.run = match self.transport.run {
            Motion::Paused if !was_going => Motion::Playing,
            _ => Motion::Paused,
        };
        self.set_going();
    }

    pub(super) fn play(&mut self, on: bool) {
        self.transport.run = if on { Motion::Playing } else { Motion::Paused };
        self.transport.rethink();
        self.set_going();
    }

    pub(super) fn step_once(&mut self) -> Result<(), CommandError> {
        self.transport.run = Motion::Paused;
        self.transport.rethink();
        if !self.line.is_past() {
            self.begin_step();
        }
        let next_us = self.next_us().ok_or(CommandError::NothingLeft)?;
        if self.is_far(next_us) && self.far_us.replace(next_us) != Some(next_us) {
            let next = crate::time::instant(next_us);
            self.remarks.remark(format!(
                "Nothing is under way. The next event is at {next}: step again to go there."
            ));
            return Ok(());
        }
        let advance = self.step();
        self.heed(advance);
        Ok(())
    }

    /// Whether a step to an instant would leave the present far behind.
    fn is_far(&self, next_us: Micros) -> bool {
        let now = self.line.now();
        self.learning.is_none() && now.is_quiet() && next_us - now.now_us() > FAR_US
    }

    pub(super) fn step_back(&mut self) -> Result<(), CommandError> {
        if !self.line.step_back() {
            return Err(CommandError::AtStart);
        }
        self.arrive();
        Ok(())
    }

    /// Goes to just before an instant.
    pub(super) fn seek_before(&mut self, at_us: Micros) {
        self.line.turn_before(at_us);
        match at_us.checked_sub(1) {
            Some(to_us) => self.go(Going::To(to_us)),
            None => self.arrive(),
        }
    }

    /// Goes to an instant, after all its events.
    pub(super) fn seek(&mut self, at_us: Micros) {
        self.line.turn_to(at_us);
        self.go(Going::To(at_us));
    }

    pub(super) fn next(&mut self, stop: Stop) -> Result<(), CommandError> {
        if let Some(at_us) = self.line.next_us(stop) {
            self.seek(at_us);
            return Ok(());
        }
        self.may_search()?;
        let furthest_us = self.line.furthest().now_us();
        self.line.turn_to(furthest_us);
        self.go(Going::Until(stop));
        Ok(())
    }

    pub(super) fn previous(&mut self, stop: Stop) -> Result<(), CommandError> {
        let at_us = self.line.previous_us(stop).ok_or(CommandError::NoneBefore(stop))?;
        self.seek(at_us);
        Ok(())
    }

    /// Starts a jump, and finishes it at once if it is not far.
    pub(super) fn go(&mut self, going: Going) {
        self.transport.rethink();
        self.going = Some(going);
        let (clock, began) = (self.clock, (self.clock)());
        if !self.get_on(|| clock() - began < AT_ONCE_MS) {
            self.transport.run = match going {
                Going::To(at_us) => Motion::GoingTo(at_us),
                Going::Until(_) | Going::StepEnd => Motion::Searching,
            };
        }
    }

    /// Continues a jump. Returns whether it has arrived.
    fn get_on(&mut self, time_left: impl Fn() -> bool) -> bool {
        while let Some(going) = self.going {
            let arrived = match going {
                Going::To(at_us) => {
                    let advance = self.advance(at_us, EVENTS);
                    let arrived = !matches!(advance, Advance::Budget);
                    self.heed(advance);
                    arrived
                }
                Going::StepEnd => {
                    let advance = self.advance(Micros::MAX, EVENTS);
                    let arrived = !matches!(advance, Advance::Budget);
                    self.heed(advance);
                    arrived
                }
                Going::Until(stop) => match self.line.advance_to(stop, EVENTS / 10) {
                    Ok(found) => found,
                    Err(advance) => {
                        let nothing = match stop {
                            Stop::Request => "No further requests.",
                            Stop::Violation => "No further problems.",
                        };
                        self.remarks.complain(nothing);
                        self.heed(advance);
                        true
                    }
                },
            };
            if arrived {
                self.arrive();
                self.pass_by();
            } else if !time_left() {
                return false;
            }
        }
        true
    }

    /// Ends a jump here; the next frame does not follow from what was shown.
    pub(super) fn arrive(&mut self) {
        self.going = None;
        self.transport.run = Motion::Paused;
        self.transport.rethink();
        self.camera.jump();
    }

    fn heed(&mut self, advance: Advance) {
        if let Advance::Stopped(why) = advance {
            self.transport.run = Motion::Paused;
            self.remarks.complain(format!("The run was stopped. {why}"));
        }
    }
}
