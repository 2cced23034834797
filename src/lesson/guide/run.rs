//! The run of a step: its actions, and its end.

use super::{Guide, Phase, Played};
use crate::expect::finding_of;
use crate::lesson::facts::Since;
use crate::lesson::progress::Given;
use crate::lesson::reveal::Reveal;
use crate::scenario::{LessonStep, Play};
use crate::simulate::Advance;
use crate::simulate::timeline::Timeline;
use crate::time::Micros;

impl Guide {
    /// Plays to an instant, but not beyond the step's end, in at most about `most` events. While
    /// earlier steps are replayed, it plays to their ends, whatever the instant.
    pub fn play(&mut self, timeline: &mut Timeline, until_us: Micros, most_events: u32) -> Played {
        let last = timeline.now().events().saturating_add(most_events.into());
        loop {
            let arriving = self.is_arriving();
            if self.phase == Phase::Over {
                return Played::Over;
            }
            if self.asks() {
                return Played::Asks;
            }
            if self.phase == Phase::Open {
                self.begin_now(timeline);
                if arriving {
                    self.show(timeline);
                }
            }
            let until_us = if arriving { Micros::MAX } else { until_us };
            match self.go_on(timeline, until_us, last) {
                Played::Over if arriving => {
                    if let Err(why) = self.turn(self.played + 1, timeline) {
                        return Played::Stopped(why.to_string());
                    }
                    if !self.is_arriving() {
                        return Played::Waiting;
                    }
                    // events are counted from 0 where the run restarts
                    if timeline.now().events() >= last || timeline.now().events() == 0 {
                        return Played::More;
                    }
                }
                end => return end,
            }
        }
    }

    /// Begins the step's own time. What a learner did while reading is not part of it, except that
    /// a goal may already be under way.
    fn begin_now(&mut self, timeline: &Timeline) {
        self.phase = Phase::Playing;
        if self.course.lesson.steps[self.played].goal.is_none() {
            self.since = Since::new(timeline.now());
            self.began_us = timeline.now().now_us();
        }
    }

    /// When the step has its next action, or ends by its time, as far as that is known; `None`
    /// while it does not play.
    pub fn due_us(&self) -> Option<Micros> {
        let step = &self.course.lesson.steps[self.played];
        let next = self.script.get(self.done).map(|action| action.at_us);
        let end = match step.play {
            Play::Time { for_us } if step.goal.is_none() => Some(for_us),
            _ => None,
        };
        let due = next.or(end).filter(|_| self.phase == Phase::Playing)?;
        Some(self.began_us.saturating_add(due))
    }

    /// Plays the present step; `last`: the number of the last event.
    fn go_on(&mut self, timeline: &mut Timeline, until_us: Micros, last: u64) -> Played {
        let course = self.course.clone();
        let step = &course.lesson.steps[self.played];
        let end_us = match &step.goal {
            Some(_) if !self.is_arriving() => Micros::MAX,
            _ => self.began_us.saturating_add(step.play.most_us()),
        };
        loop {
            let next = self.script.get(self.done).cloned();
            let next_us = next.as_ref().map(|action| self.began_us.saturating_add(action.at_us));
            if self.is_over(step, timeline, next_us) {
                return self.finish(timeline);
            }
            let events = timeline.now().events();
            if events >= last {
                return Played::More;
            }
            let goal_us = next_us.unwrap_or(end_us).min(end_us);
            // what decides the end is looked at after each event
            let portion = match (&step.goal, step.play, next_us) {
                (None, Play::Time { .. }, _) | (None, Play::Quiet { .. }, Some(_)) => last - events,
                _ => 1,
            };
            let portion = u32::try_from(portion).unwrap_or(u32::MAX);
            match timeline.advance(goal_us.min(until_us), portion) {
                Advance::Budget => {}
                Advance::Stopped(why) => return Played::Stopped(why),
                Advance::Reached if goal_us > until_us => return Played::Waiting,
                Advance::Reached => {
                    let Some(action) = next.filter(|_| next_us == Some(goal_us)) else {
                        return match step.goal {
                            Some(_) => Played::Stopped("the goal is not reached".to_owned()),
                            None => self.finish(timeline),
                        };
                    };
                    self.done += 1;
                    // as in any run, what can't be done is passed over: the
                    // learner may have done it already
                    if let Err(why) = timeline.act(action.what) {
                        self.refused.push(why.to_string());
                    }
                }
            }
        }
    }

    /// Whether the step is over before its time.
    fn is_over(&mut self, step: &LessonStep, timeline: &Timeline, next_us: Option<Micros>) -> bool {
        let run = timeline.now();
        if let Some(goal) = &step.goal {
            // at rest, so that it does not depend on when it is looked at; and
            // not twice, for it is not cheap
            let at_rest = run.world().is_quiet() && next_us.is_none();
            if !at_rest || self.looked == run.history().len() {
                return false;
            }
            self.looked = run.history().len();
            let facts = self.course.facts.look(run, &self.since);
            return goal.when.iter().all(|when| finding_of(when, &facts).holds);
        }
        match step.play {
            Play::Time { .. } => false,
            Play::Quiet { .. } => next_us.is_none() && run.world().is_quiet(),
            Play::Problem { .. } => self.since.violations_since(run) > 0,
        }
    }

    /// Ends the step, and reveals the engine's answer.
    fn finish(&mut self, timeline: &Timeline) -> Played {
        self.phase = Phase::Over;
        if self.is_arriving() {
            return Played::Over;
        }
        let facts = self.course.facts.look(timeline.now(), &self.since);
        let reveal = Reveal::new(&self.course, self.played, self.answer.clone(), &facts);
        if let (Some(question), Some(answer), Some(right)) =
            (&self.step().question, &reveal.answer, reveal.right)
        {
            let first = Given { answer: answer.clone(), right, tries: 0 };
            let id = question.id().to_owned();
            let given = self.progress.answers.entry(id).or_insert(first);
            given.tries = given.tries.saturating_add(1);
        }
        self.progress.done |= self.played + 1 == self.course.lesson.steps.len();
        self.reveal = Some(reveal);
        Played::Over
    }

    /// Starts the goal's solution; nothing happens if there is none, the goal is reached, or it is
    /// in progress.
    pub fn show(&mut self, timeline: &Timeline) {
        let goal = self.course.lesson.steps[self.played].goal.as_ref();
        let wanted = self.phase != Phase::Over && self.script.is_empty();
        if let Some(goal) = goal.filter(|_| wanted) {
            self.script = goal.solution.clone().into();
            self.done = 0;
            self.began_us = timeline.now().now_us();
            self.phase = Phase::Playing;
        }
    }
}
