//! A lesson in progress, beside its run.

use std::rc::Rc;

use crate::lesson::{Answer, Course, Guide, Played, Progress, ProgressError, Reveal, StepError};
use crate::scenario::{LessonStep, Play, Problem, Scenario};
use crate::simulate::timeline::Timeline;
use crate::time::Micros;

/// A command of a learner.
#[derive(Clone, Debug, PartialEq)]
pub enum Learn {
    /// Commit to an answer, and see the result.
    Commit(Answer),
    /// Play a step that asks nothing.
    Play,
    /// See the step's result at once.
    Skip,
    Next,
    Back,
    /// Restart the step.
    Again,
    /// Show the goal's solution.
    Show,
    /// Restart the lesson, without answers.
    StartOver,
    /// Continue from stored progress.
    Resume(Box<Progress>),
}

/// What a step waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Earlier steps are being replayed.
    Arriving,
    /// It waits for an answer.
    Asks,
    /// It has no question. The learner reads it, then plays it.
    Ready,
    Playing,
    /// The learner is to reach its goal, or is shown a solution.
    Goal {
        shown: bool,
    },
    Over,
}

/// The lesson as the page shows it.
#[derive(Clone, Debug)]
pub struct LessonView {
    pub course: Rc<Course>,
    /// The present step, from 0.
    pub at: usize,
    pub stage: Stage,
    pub reveal: Option<Rc<Reveal>>,
    pub progress: Progress,
    /// Why actions of the step could not be done.
    pub refused: Vec<String>,
    /// How often a learner has gone to a step.
    pub turns: u32,
    /// Real milliseconds from question to answer, and since the lesson began.
    pub answer_ms: f64,
    pub lesson_ms: f64,
}

impl LessonView {
    /// The present step.
    pub fn step(&self) -> &LessonStep {
        &self.course.lesson.steps[self.at]
    }

    pub fn is_last(&self) -> bool {
        self.at + 1 == self.course.lesson.steps.len()
    }
}

/// Equal if they are of the same moment.
impl PartialEq for LessonView {
    fn eq(&self, other: &LessonView) -> bool {
        std::ptr::eq(self, other)
    }
}

/// A lesson that begins, with its run.
type Begun<E> = Result<(Guide, Timeline), E>;

/// How lessons begin and play. On the page this code is not in the first chunk, which may not call it
/// by name: a lesson begins with a document, and comes with the code that reads one.
#[derive(Clone, Copy)]
pub struct Lead {
    /// Begins a scenario's lesson, with its run.
    begin: fn(&Scenario) -> Begun<Vec<Problem>>,
    restart: fn(&Rc<Course>, Option<Progress>) -> Begun<ProgressError>,
    play: fn(&mut Guide, &mut Timeline, Micros, u32) -> Played,
    /// Goes to another step, or restarts this one.
    turn: fn(&mut Guide, &Learn, &mut Timeline) -> Result<(), StepError>,
}

impl Lead {
    pub const ALL: Lead = Lead {
        begin: |scenario| Guide::new(&Rc::new(Course::new(scenario)?)),
        restart: |course, progress| match progress {
            Some(progress) => Guide::resume(course, progress),
            None => Guide::new(course).map_err(|problems| ProgressError::Run(problems[0].clone())),
        },
        play: Guide::play,
        turn: |guide, to, line| match to {
            Learn::Next => guide.next(line),
            Learn::Back => guide.back(line),
            _ => guide.again(line),
        },
    };

    /// Begins a scenario's lesson, and returns it with its run; or what is wrong with the lesson.
    pub fn begin(
        self,
        scenario: &Scenario,
        now_ms: f64,
    ) -> Result<(Learning, Timeline), Vec<Problem>> {
        let (guide, line) = (self.begin)(scenario)?;
        Ok((Learning::new(guide, self, now_ms), line))
    }
}

/// The lesson beside its run.
pub struct Learning {
    pub guide: Guide,
    lead: Lead,
    view: Rc<LessonView>,
    turns: u32,
    /// How far the lesson has seen the run: everything before it replays as it was.
    pub front_us: Micros,
    /// Whether a step without a question was started.
    pub begun: bool,
    /// Whether the learner was told that they left the lesson's path in this step.
    warned: bool,
    began_ms: f64,
    asked_ms: f64,
    answer_ms: f64,
}

impl Learning {
    fn new(guide: Guide, lead: Lead, now_ms: f64) -> Learning {
        let view = LessonView {
            course: guide.course().clone(),
            at: guide.at(),
            stage: Stage::Arriving,
            reveal: None,
            progress: guide.progress().clone(),
            refused: Vec::new(),
            turns: 0,
            answer_ms: 0.0,
            lesson_ms: 0.0,
        };
        Learning {
            guide,
            lead,
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

    pub fn stage(&self) -> Stage {
        let lesson = &self.guide;
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

    /// Whether the lesson controls the time.
    pub fn leads(&self) -> bool {
        matches!(self.stage(), Stage::Arriving | Stage::Playing | Stage::Goal { .. })
    }

    /// Plays as the lesson says. A person cannot undo its actions, nor actions that have led to a
    /// goal.
    pub fn play(&mut self, line: &mut Timeline, until_us: Micros, most_events: u32) -> Played {
        let known = line.now().scenario().actions.len();
        let played = (self.lead.play)(&mut self.guide, line, until_us, most_events);
        self.front_us = line.now().now_us();
        if played == Played::Over || line.now().scenario().actions.len() != known {
            line.keep();
        }
        played
    }

    /// The visible state of the lesson; unchanged while nothing changes.
    pub fn view(&mut self, now_ms: f64) -> Rc<LessonView> {
        let (guide, view, stage) = (&self.guide, &self.view, self.stage());
        let refused = guide.refused();
        let same = (view.at, view.stage, view.turns) == (guide.at(), stage, self.turns)
            && view.refused.len() == refused.len();
        if !same {
            self.view = Rc::new(LessonView {
                course: guide.course().clone(),
                at: guide.at(),
                stage,
                reveal: guide.reveal().cloned().map(Rc::new),
                progress: guide.progress().clone(),
                refused: refused.to_vec(),
                turns: self.turns,
                answer_ms: self.answer_ms,
                lesson_ms: now_ms - self.began_ms,
            });
        }
        self.view.clone()
    }

    /// Commits to an answer.
    pub fn commit(&mut self, answer: Answer, now_ms: f64) -> Result<(), StepError> {
        self.guide.commit(answer)?;
        self.answer_ms = now_ms - self.asked_ms;
        Ok(())
    }

    /// Whether going there begins another run.
    pub fn restarts(&self, to: &Learn) -> bool {
        let next = self.guide.course().lesson.steps.get(self.guide.at() + 1);
        match to {
            Learn::Next => next.is_some_and(|step| step.restart.is_some()),
            _ => true,
        }
    }

    /// Goes to another step, or restarts this one.
    pub fn turn(&mut self, to: &Learn, line: &mut Timeline) -> Result<(), StepError> {
        (self.lead.turn)(&mut self.guide, to, line)?;
        line.keep();
        Ok(())
    }

    /// Starts the lesson at its first step, or where it was left. Returns its run.
    pub fn start_over(
        &mut self,
        progress: Option<Progress>,
        now_ms: f64,
    ) -> Result<Timeline, ProgressError> {
        let (guide, line) = (self.lead.restart)(self.guide.course(), progress)?;
        (self.guide, self.began_ms) = (guide, now_ms);
        Ok(line)
    }

    /// Another step begins at this instant of the run.
    pub fn entered(&mut self, at_us: Micros, now_ms: f64) {
        self.turns += 1;
        (self.begun, self.warned, self.asked_ms) = (false, false, now_ms);
        self.front_us = at_us;
    }

    /// Whether the step has only a text: its run is over as soon as it begins.
    pub fn only_says(&self, quiet: bool) -> bool {
        let step = self.guide.step();
        let plays = match step.play {
            Play::Time { for_us } => for_us > 0,
            Play::Quiet { .. } => !quiet,
            Play::Problem { .. } => true,
        };
        self.stage() == Stage::Ready && step.actions.is_empty() && !plays
    }

    /// Whether the learner leaves the lesson's path for the first time in this step.
    pub fn leaves_path(&mut self) -> bool {
        self.guide.has_next() && !std::mem::replace(&mut self.warned, true)
    }
}
