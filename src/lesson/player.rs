//! The way through a lesson: one step after the other, over a run that others
//! show.

use std::rc::Rc;

use super::course::Course;
use super::facts::Since;
use super::progress::{Answer, Given, Progress, VERSION};
use super::reveal::Reveal;
use crate::history::expect::finding_of;
use crate::scenario::{Action, LessonStep, Play, Problem, Question};
use crate::simulate::Advance;
use crate::simulate::timeline::Timeline;
use crate::time::Micros;

/// Leads a learner through a lesson.
///
/// The run is the page's own: the player moves it on and acts in it, and leaves
/// it to be looked at, sought and acted in by the learner in between.
pub struct Player {
    course: Rc<Course>,
    /// The step that is played.
    played: usize,
    /// The step to get to: further than that while what comes before it is
    /// played again.
    target: usize,
    phase: Phase,
    since: Since,
    /// Where the step's own time begins.
    began_us: Micros,
    /// What is done in this step, and how much of it has been.
    script: Rc<[Action]>,
    done: usize,
    /// Why actions of this step could not be done.
    refused: Vec<String>,
    /// How many records there were when the goal was last looked for.
    looked: u64,
    answer: Option<Answer>,
    reveal: Option<Reveal>,
    progress: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// To be read; where something is asked, to be answered.
    Open,
    Playing,
    Over,
}

/// How far a step got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Played {
    /// The portion is used up; there is more to do.
    More,
    /// To the instant that was asked for, and the step is not over.
    Waiting,
    /// The step waits for an answer.
    Asks,
    /// To the step's end: there is something to reveal.
    Over,
    /// It can't go on, and why.
    Stopped(String),
}

impl Player {
    /// The lesson from its first step, and its run at its first instant.
    ///
    /// # Errors
    /// What is wrong with the scenario; a [`Course`] has none of it.
    pub fn new(course: &Rc<Course>) -> Result<(Player, Timeline), Vec<Problem>> {
        let timeline = Timeline::new(&course.start(0))?;
        let progress = Progress {
            version: VERSION,
            lesson: course.lesson.id.clone(),
            step: 0,
            answers: std::collections::BTreeMap::new(),
            done: false,
        };
        let mut player = Player {
            course: course.clone(),
            played: 0,
            target: 0,
            phase: Phase::Open,
            since: Since::default(),
            began_us: 0,
            script: Rc::new([]),
            done: 0,
            refused: Vec::new(),
            looked: 0,
            answer: None,
            reveal: None,
            progress,
        };
        player.enter(0, &timeline);
        Ok((player, timeline))
    }

    /// The lesson from where a learner left it. What comes before that step
    /// [`play`](Player::play) plays again, as the lesson has it.
    ///
    /// # Errors
    /// Where the progress is of another lesson, or does not fit this one.
    pub fn resume(course: &Rc<Course>, progress: Progress) -> Result<(Player, Timeline), String> {
        let lesson = &course.lesson;
        if progress.version != VERSION {
            let version = progress.version;
            return Err(format!("version is {version}; this one reads {VERSION}"));
        }
        if progress.lesson != lesson.id {
            return Err(format!("is of the lesson {}; this one is {}", progress.lesson, lesson.id));
        }
        if progress.step as usize >= lesson.steps.len() {
            let last = lesson.steps.len() - 1;
            return Err(format!("step is {}; allowed: 0..{last}", progress.step));
        }
        for (id, given) in &progress.answers {
            let (_, question) = course
                .question(id)
                .ok_or_else(|| format!("answers a question {id}, which the lesson does not ask"))?;
            fits(&given.answer, question).map_err(|why| format!("answers.{id}: {why}"))?;
        }
        let (mut player, mut timeline) =
            Player::new(course).map_err(|problems| problems[0].to_string())?;
        let step = progress.step as usize;
        player.progress = progress;
        player.go_to(step, &mut timeline)?;
        Ok((player, timeline))
    }

    /// The lesson.
    pub fn course(&self) -> &Rc<Course> {
        &self.course
    }

    /// Which step it is at, from 0.
    pub fn at(&self) -> usize {
        self.target
    }

    /// The step that it is at.
    pub fn step(&self) -> &LessonStep {
        &self.course.lesson.steps[self.target]
    }

    /// Whether earlier steps are being played again, to get to this one.
    pub fn is_arriving(&self) -> bool {
        self.played < self.target
    }

    /// Whether the step waits for an answer.
    pub fn asks(&self) -> bool {
        !self.is_arriving()
            && self.phase == Phase::Open
            && self.answer.is_none()
            && self.step().question.is_some()
    }

    /// What the step came to, once it is over.
    pub fn reveal(&self) -> Option<&Reveal> {
        self.reveal.as_ref().filter(|_| !self.is_arriving())
    }

    /// Why actions of this step could not be done, where some could not.
    pub fn refused(&self) -> &[String] {
        &self.refused
    }

    /// How far the learner has come.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Commits to an answer. It can't be changed; what is right is not known yet.
    ///
    /// # Errors
    /// Where nothing is asked, or the answer does not fit the question.
    pub fn commit(&mut self, answer: Answer) -> Result<(), String> {
        let question = self.step().question.as_ref().ok_or("this step asks nothing")?;
        if !self.asks() {
            return Err("the answer is given".to_owned());
        }
        fits(&answer, question)?;
        self.answer = Some(answer);
        Ok(())
    }

    /// Goes on to an instant of the run, and no further than to the step's end,
    /// in at most about so many events. Where earlier steps are played again it
    /// goes on to their end, whatever the instant.
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
                self.phase = Phase::Playing;
                if arriving {
                    self.show(timeline);
                }
            }
            let until_us = if arriving { Micros::MAX } else { until_us };
            match self.go_on(timeline, until_us, last) {
                Played::Over if arriving => {
                    if let Err(why) = self.turn(self.played + 1, timeline) {
                        return Played::Stopped(why);
                    }
                    if !self.is_arriving() {
                        return Played::Waiting;
                    }
                    // events are counted anew where the run begins anew
                    if timeline.now().events() >= last || timeline.now().events() == 0 {
                        return Played::More;
                    }
                }
                end => return end,
            }
        }
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
                        self.refused.push(why);
                    }
                }
            }
        }
    }

    /// Whether the step is over before its time is.
    fn is_over(&mut self, step: &LessonStep, timeline: &Timeline, next_us: Option<Micros>) -> bool {
        let run = timeline.now();
        if let Some(goal) = &step.goal {
            // at rest, so that it does not depend on when it is looked at; and
            // not twice, for it is not cheap
            let at_rest = run.world().is_quiet() && next_us.is_none();
            if !at_rest || self.looked == run.log_len() {
                return false;
            }
            self.looked = run.log_len();
            let facts = self.course.facts.look(run, &self.since);
            return goal.when.iter().all(|when| finding_of(when, &facts).holds);
        }
        match step.play {
            Play::Time { .. } => false,
            Play::Quiet { .. } => next_us.is_none() && run.world().is_quiet(),
            Play::Problem { .. } => self.since.violations_since(run) > 0,
        }
    }

    /// The step is over: what did the engine do?
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

    /// Has the goal's own solution done, from now on; nothing where there is
    /// none, or it is reached or being done.
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

    /// Whether the goal's own solution is done, or being done.
    pub fn is_shown(&self) -> bool {
        self.step().goal.is_some() && !self.script.is_empty()
    }

    /// Whether there is a next step to go on to.
    pub fn has_next(&self) -> bool {
        self.target + 1 < self.course.lesson.steps.len()
    }

    /// Goes on to the next step.
    ///
    /// # Errors
    /// Where the step is not over, or is the last one.
    pub fn next(&mut self, timeline: &mut Timeline) -> Result<(), String> {
        if self.is_arriving() || self.phase != Phase::Over {
            return Err("the step is not over".to_owned());
        }
        if !self.has_next() {
            return Err("this is the last step".to_owned());
        }
        self.target += 1;
        self.turn(self.target, timeline)
    }

    /// Goes back to the step before, as it began: its run is played again.
    ///
    /// # Errors
    /// Where this is the first step.
    pub fn back(&mut self, timeline: &mut Timeline) -> Result<(), String> {
        match self.target.checked_sub(1) {
            Some(step) => self.go_to(step, timeline),
            None => Err("this is the first step".to_owned()),
        }
    }

    /// Begins the present step again.
    ///
    /// # Errors
    /// Where its run cannot begin.
    pub fn again(&mut self, timeline: &mut Timeline) -> Result<(), String> {
        self.go_to(self.target, timeline)
    }

    /// Goes to a step, as the lesson comes to it: what the learner did with
    /// their own hands is not done again.
    fn go_to(&mut self, step: usize, timeline: &mut Timeline) -> Result<(), String> {
        self.target = step;
        let started = self.course.started(step);
        *timeline = begin(&self.course, started)?;
        self.enter(started, timeline);
        Ok(())
    }

    /// Goes on to a step in the same run, or in another where it begins anew.
    fn turn(&mut self, step: usize, timeline: &mut Timeline) -> Result<(), String> {
        if self.course.lesson.steps[step].restart.is_some() {
            *timeline = begin(&self.course, step)?;
        }
        self.enter(step, timeline);
        Ok(())
    }

    fn enter(&mut self, step: usize, timeline: &Timeline) {
        self.played = step;
        self.progress.step = self.target as u32;
        self.phase = Phase::Open;
        self.since = Since::new(timeline.now());
        self.began_us = timeline.now().now_us();
        self.script = self.course.lesson.steps[step].actions.clone().into();
        self.done = 0;
        self.refused.clear();
        // before anything happens nothing is reached
        self.looked = timeline.now().log_len();
        self.answer = None;
        self.reveal = None;
    }
}

fn begin(course: &Course, step: usize) -> Result<Timeline, String> {
    // a course's runs have been found to be right
    Timeline::new(&course.start(step)).map_err(|problems| problems[0].to_string())
}

/// Whether an answer is one to this question.
fn fits(answer: &Answer, question: &Question) -> Result<(), String> {
    let choices = question.choices().len();
    match (question, answer) {
        (Question::Number { .. }, Answer::Number(number)) if number.is_finite() => Ok(()),
        (Question::Number { .. }, _) => Err("the answer is a number".to_owned()),
        (_, Answer::Number(_)) => Err("the answer is a choice".to_owned()),
        (_, Answer::Choices(chosen)) => {
            let in_order = chosen.windows(2).all(|two| two[0] < two[1]);
            if !in_order || chosen.iter().any(|&each| usize::from(each) >= choices) {
                return Err(format!(
                    "chooses {chosen:?}; allowed: of 0..{}, in order",
                    choices - 1
                ));
            }
            if matches!(question, Question::One { .. }) && chosen.len() != 1 {
                return Err(format!("chooses {}; allowed: one", chosen.len()));
            }
            Ok(())
        }
    }
}
