//! Moves from step to step, forwards and back.

use super::{Guide, Phase};
use crate::lesson::course::Course;
use crate::lesson::error::StepError;
use crate::lesson::facts::Since;
use crate::scenario::Problem;
use crate::simulate::timeline::Timeline;

impl Guide {
    /// Goes to the next step.
    ///
    /// # Errors
    /// If the step is not over, or is the last one.
    pub fn next(&mut self, timeline: &mut Timeline) -> Result<(), StepError> {
        if self.is_arriving() || self.phase != Phase::Over {
            return Err(StepError::StepNotOver);
        }
        if !self.has_next() {
            return Err(StepError::LastStep);
        }
        self.target += 1;
        self.turn(self.target, timeline).map_err(StepError::Run)
    }

    /// Goes back to the start of the previous step; its run is replayed.
    ///
    /// # Errors
    /// If this is the first step.
    pub fn back(&mut self, timeline: &mut Timeline) -> Result<(), StepError> {
        match self.target.checked_sub(1) {
            Some(step) => self.go_to(step, timeline).map_err(StepError::Run),
            None => Err(StepError::FirstStep),
        }
    }

    /// Restarts the present step.
    ///
    /// # Errors
    /// If its run cannot begin.
    pub fn again(&mut self, timeline: &mut Timeline) -> Result<(), StepError> {
        self.go_to(self.target, timeline).map_err(StepError::Run)
    }

    /// Goes to a step by replaying the lesson; the learner's own actions are not repeated.
    pub(super) fn go_to(&mut self, step: usize, timeline: &mut Timeline) -> Result<(), Problem> {
        self.target = step;
        let started = self.course.started(step);
        *timeline = begin(&self.course, started)?;
        self.enter(started, timeline);
        Ok(())
    }

    /// Goes to a step in the same run, or in a new one if the step restarts it.
    pub(super) fn turn(&mut self, step: usize, timeline: &mut Timeline) -> Result<(), Problem> {
        if self.course.lesson.steps[step].restart.is_some() {
            *timeline = begin(&self.course, step)?;
        }
        self.enter(step, timeline);
        Ok(())
    }

    pub(super) fn enter(&mut self, step: usize, timeline: &Timeline) {
        self.played = step;
        self.progress.step = self.target as u32;
        self.phase = Phase::Open;
        self.since = Since::new(timeline.now());
        self.began_us = timeline.now().now_us();
        self.script = self.course.lesson.steps[step].actions.clone().into();
        self.done = 0;
        self.refused.clear();
        // before anything happens nothing is reached
        self.looked = timeline.now().history().len();
        self.answer = None;
        self.reveal = None;
    }
}

fn begin(course: &Course, step: usize) -> Result<Timeline, Problem> {
    // a course's runs have been found to be right
    Timeline::new(&course.start(step)).map_err(|problems| problems[0].clone())
}
