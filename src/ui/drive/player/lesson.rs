//! The lesson beside the run: what it does in it, and when it waits.
//!
//! The lesson goes on where the run is furthest. In its past a person looks
//! around, and time only comes back to where the lesson stands.

use std::rc::Rc;

use super::{Advance, Going, Outcome, Player};
use crate::lesson::{self, Answer, Course, Played, Progress, Reveal};
use crate::scenario::{LessonStep, Play, Scenario};
use crate::simulate::timeline::Timeline;
use crate::time::{Micros, SECOND_US};
use crate::ui::drive::pace::Run;
use crate::ui::drive::picture::Turns;
use crate::view::ribbon::Ribbons;

/// How long the way to a goal is followed at most.
const SHOWN_US: Micros = 60 * SECOND_US;

const WAITS: &str = "Time passes, and the lesson waits for your answer.";
const OFF_THE_PATH: &str = "What you do is part of this run, so what the lesson says may not fit it. \
    “Start this step again” takes you back.";
const ARRIVING: &str = "The lesson is on its way to this step.";
const UNDER_WAY: &str = "The step is still playing. Go on to its end first.";
/// Said to those who change a strategy: the lesson has its own.
const LEFT: &str = " This is a run of your own now. To go on with the lesson, choose it again.";

/// What a learner asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Learn {
    /// Commit to an answer, and see.
    Commit(Answer),
    /// Play a step that asks nothing.
    Play,
    /// See at once what the step comes to.
    Skip,
    Next,
    Back,
    /// Begin the step again.
    Again,
    /// Have the goal reached.
    Show,
    /// Begin the lesson again, with nothing answered.
    StartOver,
    /// Take up what was kept.
    Resume(Box<Progress>),
}

/// What a step waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Earlier steps are played again.
    Arriving,
    /// It waits for an answer.
    Asks,
    /// It asks nothing, and is to be read before it plays.
    Ready,
    Playing,
    /// The learner is to reach its goal, or is shown how.
    Goal {
        shown: bool,
    },
    Over,
}

/// The lesson as the page shows it.
#[derive(Clone, Debug)]
pub struct LessonView {
    pub course: Rc<Course>,
    /// Which step, from 0.
    pub at: usize,
    pub stage: Stage,
    pub reveal: Option<Rc<Reveal>>,
    pub progress: Progress,
    /// Why actions of the step could not be done.
    pub refused: Vec<String>,
    /// How often a learner went to a step.
    pub turns: u32,
    /// Real milliseconds between question and answer, and since the lesson began.
    pub answer_ms: f64,
    pub lesson_ms: f64,
}

impl LessonView {
    /// The step that it is at.
    pub fn step(&self) -> &LessonStep {
        &self.course.lesson.steps[self.at]
    }

    pub fn is_last(&self) -> bool {
        self.at + 1 == self.course.lesson.steps.len()
    }
}

/// Of the same moment.
impl PartialEq for LessonView {
    fn eq(&self, other: &LessonView) -> bool {
        std::ptr::eq(self, other)
    }
}

pub(super) struct Learning {
    lesson: lesson::Player,
    view: Rc<LessonView>,
    turns: u32,
    /// Up to here the lesson has seen the run: before it, all comes back as it was.
    front_us: Micros,
    /// A step that asks nothing was set going.
    begun: bool,
    /// The learner was told that they left the lesson's path in this step.
    warned: bool,
    began_ms: f64,
    asked_ms: f64,
    answer_ms: f64,
}

/// The run of a scenario, the lesson that it has, and what is wrong with that.
pub(super) fn begin(
    scenario: &Scenario,
    clock: fn() -> f64,
) -> Result<(Timeline, Option<Learning>, Option<String>), String> {
    if scenario.lesson.is_none() {
        return Ok((super::timeline(scenario)?, None, None));
    }
    let begun = Course::new(scenario).and_then(|course| lesson::Player::new(&Rc::new(course)));
    match begun {
        Ok((lesson, line)) => Ok((line, Some(Learning::new(lesson, clock())), None)),
        Err(problems) => {
            let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
            let why = format!("The lesson cannot be played. {}", said.join(" · "));
            Ok((super::timeline(scenario)?, None, Some(why)))
        }
    }
}

impl Learning {
    fn new(lesson: lesson::Player, now_ms: f64) -> Learning {
        let view = LessonView {
            course: lesson.course().clone(),
            at: lesson.at(),
            stage: Stage::Arriving,
            reveal: None,
            progress: lesson.progress().clone(),
            refused: Vec::new(),
            turns: 0,
            answer_ms: 0.0,
            lesson_ms: 0.0,
        };
        Learning {
            lesson,
            view: Rc::new(view),
            turns: 0,
            front_us: 0,
            begun: false,
            warned: false,
            began_ms: now_ms,
            asked_ms: now_ms,
            answer_ms: 0.0,
        }
    }

    fn stage(&self) -> Stage {
        let lesson = &self.lesson;
        if lesson.is_arriving() {
            Stage::Arriving
        } else if lesson.reveal().is_some() {
            Stage::Over
        } else if lesson.step().goal.is_some() {
            Stage::Goal { shown: lesson.is_shown() }
        } else if lesson.asks() {
            Stage::Asks
        } else if lesson.is_playing() || self.begun || lesson.step().question.is_some() {
            Stage::Playing
        } else {
            Stage::Ready
        }
    }

    /// Whether time passes as the lesson has it.
    fn leads(&self) -> bool {
        matches!(self.stage(), Stage::Arriving | Stage::Playing | Stage::Goal { .. })
    }

    /// Goes on as the lesson has it. What it did, a person cannot take back, nor
    /// what has led to a goal.
    fn play(&mut self, line: &mut Timeline, until_us: Micros, most_events: u32) -> Played {
        let known = line.now().scenario().actions.len();
        let played = self.lesson.play(line, until_us, most_events);
        self.front_us = line.now().now_us();
        if played == Played::Over || line.now().scenario().actions.len() != known {
            line.keep();
        }
        played
    }
}

impl Player {
    /// What there is to see of the lesson; the same as before while nothing changes.
    pub(super) fn lesson_view(&mut self) -> Option<Rc<LessonView>> {
        let now_ms = (self.clock)();
        let learning = self.learning.as_mut()?;
        let (lesson, view, stage) = (&learning.lesson, &learning.view, learning.stage());
        let refused = lesson.refused();
        let same = (view.at, view.stage, view.turns) == (lesson.at(), stage, learning.turns)
            && view.refused.len() == refused.len();
        if !same {
            learning.view = Rc::new(LessonView {
                course: lesson.course().clone(),
                at: lesson.at(),
                stage,
                reveal: lesson.reveal().cloned().map(Rc::new),
                progress: lesson.progress().clone(),
                refused: refused.to_vec(),
                turns: learning.turns,
                answer_ms: learning.answer_ms,
                lesson_ms: now_ms - learning.began_ms,
            });
        }
        Some(learning.view.clone())
    }

    /// Goes on in time, as the lesson has it where one leads.
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
                self.transport.run = Run::Paused;
                self.transport.rethink();
                Advance::Reached
            }
        }
    }

    /// One event.
    pub(super) fn step(&mut self) -> Advance {
        match self.learning.as_ref().is_some_and(Learning::leads) {
            true => self.advance(Micros::MAX, 1),
            false => self.line.step(),
        }
    }

    /// From here on the run is another, or the lesson's own part of it begins.
    pub(super) fn set_front(&mut self) {
        if let Some(learning) = &mut self.learning {
            learning.front_us = self.line.now().now_us();
        }
    }

    /// When the next thing happens, in the run or by the lesson.
    pub(super) fn next_us(&mut self) -> Option<Micros> {
        let next = self.line.next_at_us();
        let due = self.learning.as_ref().and_then(|learning| learning.lesson.due_us());
        next.into_iter().chain(due).min()
    }

    /// Time was set going: so is a step that was to be read first.
    pub(super) fn set_going(&mut self) {
        let asks = self.learning.as_ref().is_some_and(|it| it.stage() == Stage::Asks);
        match self.transport.run {
            Run::Playing if asks => self.remark = Some(WAITS.to_owned()),
            Run::Playing if !self.line.is_past() => self.begin_step(),
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

    /// Whether a person may do something in the run now. Who leaves the lesson's
    /// path with it is told so, once.
    pub(super) fn may_act(&mut self) -> Result<(), String> {
        let is_past = self.line.is_past();
        let Some(learning) = &mut self.learning else { return Ok(()) };
        match learning.stage() {
            Stage::Arriving => return Err(ARRIVING.to_owned()),
            Stage::Playing if is_past => return Err(UNDER_WAY.to_owned()),
            Stage::Goal { .. } => return Ok(()),
            _ => {}
        }
        if learning.lesson.has_next() && !std::mem::replace(&mut learning.warned, true) {
            self.remark = Some(OFF_THE_PATH.to_owned());
        }
        Ok(())
    }

    /// Whether what has not happened yet can be searched.
    pub(super) fn may_search(&self) -> Result<(), String> {
        match self.learning.as_ref().map(Learning::stage) {
            Some(Stage::Arriving) => Err(ARRIVING.to_owned()),
            Some(Stage::Playing) => Err(UNDER_WAY.to_owned()),
            _ => Ok(()),
        }
    }

    /// What a change of a strategy is made in: its preset, the scenario, and what
    /// is to be said of it. A lesson is left with it, with all that was done.
    pub(super) fn own_run(&self) -> (String, Scenario, &'static str) {
        match self.learning {
            None => (self.preset.clone(), self.scenario.clone(), ""),
            Some(_) => (String::new(), self.line.session(None), LEFT),
        }
    }

    /// A step that only says something is over at once.
    pub(super) fn pass_by(&mut self) {
        let quiet = self.line.now().world().is_quiet();
        let Some(learning) = &self.learning else { return };
        let step = learning.lesson.step();
        let plays = match step.play {
            Play::Time { for_us } => for_us > 0,
            Play::Quiet { .. } => !quiet,
            Play::Problem { .. } => true,
        };
        if learning.stage() == Stage::Ready && step.actions.is_empty() && !plays {
            self.begin_step();
            let now_us = self.line.now().now_us();
            self.advance(now_us, super::EVENTS);
        }
    }

    pub(super) fn learn(&mut self, learn: Learn) -> Outcome {
        let done = match learn {
            Learn::Commit(answer) => self.commit(answer),
            Learn::Play => {
                self.begin_step();
                self.play_step();
                Ok(())
            }
            Learn::Skip => self.skip(),
            Learn::Show => self.show(),
            Learn::Next | Learn::Back | Learn::Again => return self.turn(&learn),
            Learn::StartOver => return self.start_over(None),
            Learn::Resume(progress) => return self.start_over(Some(*progress)),
        };
        match done {
            Ok(()) => Outcome::Went(self.frame()),
            Err(why) => Outcome::Refused(why),
        }
    }

    fn commit(&mut self, answer: Answer) -> Result<(), String> {
        self.catch_up();
        let now_ms = (self.clock)();
        let learning = self.learning.as_mut().ok_or(NONE)?;
        learning.lesson.commit(answer)?;
        learning.answer_ms = now_ms - learning.asked_ms;
        self.set_front();
        self.play_step();
        Ok(())
    }

    fn play_step(&mut self) {
        self.transport.run = Run::Playing;
        self.transport.rethink();
    }

    fn skip(&mut self) -> Result<(), String> {
        self.catch_up();
        self.begin_step();
        let now_us = self.line.now().now_us();
        match self.learning.as_ref().ok_or(NONE)?.stage() {
            Stage::Goal { shown: true } => self.go(Going::To(now_us.saturating_add(SHOWN_US))),
            Stage::Playing | Stage::Arriving => self.go(Going::StepEnd),
            Stage::Asks => return Err("Commit to an answer first.".to_owned()),
            _ => return Err("There is nothing to skip.".to_owned()),
        }
        Ok(())
    }

    fn show(&mut self) -> Result<(), String> {
        self.catch_up();
        let learning = self.learning.as_mut().ok_or(NONE)?;
        learning.lesson.show(&self.line);
        self.play_step();
        Ok(())
    }

    /// Stands where the run is furthest: there the lesson goes on.
    fn catch_up(&mut self) {
        let now_us = self.line.now().now_us();
        let front_us = self.learning.as_ref().map_or(0, |learning| learning.front_us);
        if self.line.is_past() {
            let furthest_us = self.line.furthest().now_us();
            self.line.turn_to(furthest_us);
            self.arrive();
        } else if now_us < front_us {
            // what was taken back is on its way there
            while self.line.advance(front_us, super::EVENTS) == Advance::Budget {}
            self.arrive();
        }
    }

    /// Goes to another step, or to the same one again.
    fn turn(&mut self, to: &Learn) -> Outcome {
        self.catch_up();
        let Some(learning) = &mut self.learning else { return Outcome::Refused(NONE.to_owned()) };
        let (lesson, line) = (&mut learning.lesson, &mut self.line);
        let (at, steps) = (lesson.at(), &learning.view.course.lesson.steps);
        let restarts = match to {
            Learn::Next => steps.get(at + 1).is_some_and(|step| step.restart.is_some()),
            _ => true,
        };
        let turned = match to {
            Learn::Next => lesson.next(line),
            Learn::Back => lesson.back(line),
            _ => lesson.again(line),
        };
        if let Err(why) = turned {
            return Outcome::Refused(format!("This cannot be done: {why}."));
        }
        line.keep();
        self.entered(restarts)
    }

    /// The lesson from its first step, or from where it was left.
    fn start_over(&mut self, progress: Option<Progress>) -> Outcome {
        let Some(learning) = &mut self.learning else { return Outcome::Refused(NONE.to_owned()) };
        let course = learning.lesson.course();
        let begun = match progress {
            Some(progress) => lesson::Player::resume(course, progress),
            None => lesson::Player::new(course).map_err(|problems| problems[0].to_string()),
        };
        match begun {
            Ok((lesson, line)) => {
                (learning.lesson, self.line) = (lesson, line);
                learning.began_ms = (self.clock)();
                self.entered(true)
            }
            Err(why) => {
                Outcome::Refused(format!("How far you were is not known any more: it {why}."))
            }
        }
    }

    /// Another step begins, perhaps in another run.
    fn entered(&mut self, restarts: bool) -> Outcome {
        let now_ms = (self.clock)();
        let Some(learning) = &mut self.learning else { return Outcome::Refused(NONE.to_owned()) };
        learning.turns += 1;
        (learning.begun, learning.warned, learning.asked_ms) = (false, false, now_ms);
        learning.front_us = self.line.now().now_us();
        let arrives = learning.stage() == Stage::Arriving;
        self.transport.run = Run::Paused;
        self.transport.rethink();
        if restarts {
            self.ribbons = (0, Ribbons::new(self.scenario.duration_us));
            self.window = self.window.restarted();
            self.turns = Turns::default();
            (self.foreseen, self.told_undone, self.skipped) = (None, 0, false);
            self.arrive();
        }
        if arrives {
            self.go(Going::StepEnd);
        }
        self.pass_by();
        match restarts {
            true => Outcome::Opened(self.opened(), self.frame(), None),
            false => Outcome::Went(self.frame()),
        }
    }
}

const NONE: &str = "There is no lesson here.";

#[cfg(test)]
mod tests;
