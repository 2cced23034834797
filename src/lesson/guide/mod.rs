//! The guide through a lesson: one step after another, over a run that the page shows.

mod run;
mod turn;

use std::rc::Rc;

use super::course::Course;
use super::error::{AnswerError, ProgressError, StepError};
use super::facts::Since;
use super::progress::{Answer, Progress, VERSION};
use super::reveal::Reveal;
use crate::scenario::{Action, LessonStep, Problem, Question};
use crate::simulate::timeline::Timeline;
use crate::time::Micros;

/// Leads a learner through a lesson.
///
/// The run belongs to the page: the guide advances it and acts in it; in between, the learner may
/// inspect it, seek in it and act in it.
pub struct Guide {
    course: Rc<Course>,
    /// The step being played.
    played: usize,
    /// The step to reach: a later one while earlier steps are replayed.
    target: usize,
    phase: Phase,
    since: Since,
    /// When the step's own time begins.
    began_us: Micros,
    /// The actions of this step, and how many of them are done.
    script: Rc<[Action]>,
    done: usize,
    /// Why actions of this step could not be done.
    refused: Vec<String>,
    /// The number of records when the goal was last checked.
    looked: u64,
    answer: Option<Answer>,
    reveal: Option<Reveal>,
    progress: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// The step is shown; if it asks a question, it waits for the answer.
    Open,
    Playing,
    Over,
}

/// How far `play` got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Played {
    /// The portion is used up; call again.
    More,
    /// The requested instant is reached, and the step is not over.
    Waiting,
    /// The step waits for an answer.
    Asks,
    /// The step is over: there is something to reveal.
    Over,
    /// The step cannot continue, and why.
    Stopped(String),
}

impl Guide {
    /// Begins a lesson at its first step. Returns its run, at its first instant.
    ///
    /// # Errors
    /// What is wrong with the scenario; nothing, for a valid [`Course`].
    pub fn new(course: &Rc<Course>) -> Result<(Guide, Timeline), Vec<Problem>> {
        let timeline = Timeline::new(&course.start(0))?;
        let progress = Progress {
            version: VERSION,
            lesson: course.lesson.id.clone(),
            step: 0,
            answers: std::collections::BTreeMap::new(),
            done: false,
        };
        let mut guide = Guide {
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
        guide.enter(0, &timeline);
        Ok((guide, timeline))
    }

    /// Continues a lesson where a learner left it. [`play`](Guide::play) first replays the steps
    /// before it, as the lesson describes them.
    ///
    /// # Errors
    /// If the progress is of another lesson, or does not fit this one.
    pub fn resume(
        course: &Rc<Course>,
        progress: Progress,
    ) -> Result<(Guide, Timeline), ProgressError> {
        let lesson = &course.lesson;
        if progress.version != VERSION {
            return Err(ProgressError::Version { found: progress.version.into(), known: VERSION });
        }
        if progress.lesson != lesson.id {
            let (found, expected) = (progress.lesson, lesson.id.clone());
            return Err(ProgressError::OtherLesson { found, expected });
        }
        if progress.step as usize >= lesson.steps.len() {
            let last = lesson.steps.len() - 1;
            return Err(ProgressError::NoSuchStep { step: progress.step, last });
        }
        for (id, given) in &progress.answers {
            let (_, question) =
                course.question(id).ok_or_else(|| ProgressError::NoSuchQuestion(id.clone()))?;
            fits(&given.answer, question)
                .map_err(|why| ProgressError::Answer { question: id.clone(), why })?;
        }
        let (mut guide, mut timeline) =
            Guide::new(course).map_err(|problems| ProgressError::Run(problems[0].clone()))?;
        let step = progress.step as usize;
        guide.progress = progress;
        guide.go_to(step, &mut timeline).map_err(ProgressError::Run)?;
        Ok((guide, timeline))
    }

    /// The lesson.
    pub fn course(&self) -> &Rc<Course> {
        &self.course
    }

    /// The position of the present step, from 0.
    pub fn at(&self) -> usize {
        self.target
    }

    /// The present step.
    pub fn step(&self) -> &LessonStep {
        &self.course.lesson.steps[self.target]
    }

    /// Whether earlier steps are being replayed to reach this one.
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

    /// Whether the step's own part of the run has begun and is not over.
    pub fn is_playing(&self) -> bool {
        self.is_arriving() || self.phase == Phase::Playing
    }

    /// The result of the step, once it is over.
    pub fn reveal(&self) -> Option<&Reveal> {
        self.reveal.as_ref().filter(|_| !self.is_arriving())
    }

    /// Why actions of this step could not be done, if some could not.
    pub fn refused(&self) -> &[String] {
        &self.refused
    }

    /// The learner's progress.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Commits to an answer. It cannot be changed; the right answer is not known yet.
    ///
    /// # Errors
    /// If the step does not wait for an answer, or the answer does not fit the question.
    pub fn commit(&mut self, answer: Answer) -> Result<(), StepError> {
        let question = self.step().question.as_ref().ok_or(StepError::NothingAsked)?;
        if !self.asks() {
            return Err(StepError::AlreadyAnswered);
        }
        fits(&answer, question)?;
        self.answer = Some(answer);
        Ok(())
    }

    /// Whether the goal's solution is done or in progress.
    pub fn is_shown(&self) -> bool {
        self.step().goal.is_some() && !self.script.is_empty()
    }

    /// Whether there is a next step.
    pub fn has_next(&self) -> bool {
        self.target + 1 < self.course.lesson.steps.len()
    }
}

/// Checks that an answer fits a question.
fn fits(answer: &Answer, question: &Question) -> Result<(), AnswerError> {
    let choices = question.choices().len();
    match (question, answer) {
        (Question::Number { .. }, Answer::Number(number)) if number.is_finite() => Ok(()),
        (Question::Number { .. }, _) => Err(AnswerError::NotANumber),
        (_, Answer::Number(_)) => Err(AnswerError::NotAChoice),
        (_, Answer::Choices(chosen)) => {
            let in_order = chosen.windows(2).all(|two| two[0] < two[1]);
            if !in_order || chosen.iter().any(|&each| usize::from(each) >= choices) {
                return Err(AnswerError::Choices { chosen: chosen.clone(), choices });
            }
            if matches!(question, Question::One { .. }) && chosen.len() != 1 {
                return Err(AnswerError::NotOne(chosen.len()));
            }
            Ok(())
        }
    }
}
