//! Plays a lesson to its end without a learner, to see the engine's answers and to check the
//! lesson.

use std::rc::Rc;

use super::course::Course;
use super::guide::{Guide, Played};
use super::progress::{Answer, Progress};
use super::reveal::{Reveal, is_near};
use crate::scenario::{Problem, Question};
use crate::time::Micros;

/// The result of playing a lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Rehearsal {
    pub steps: Vec<Rehearsed>,
    pub progress: Progress,
}

/// The result of playing a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Rehearsed {
    /// The instants at which the step's run began and ended.
    pub from_us: Micros,
    pub to_us: Micros,
    /// The actions, each with its instant, as the log has them.
    pub done: Vec<(Micros, String)>,
    /// Why actions could not be done.
    pub refused: Vec<String>,
    /// A checksum of the run up to the step's end.
    pub checksum: u64,
    pub reveal: Reveal,
}

/// The most events of a rehearsed lesson.
const MOST_EVENTS: u64 = 20_000_000;

const PORTION: u32 = 100_000;

/// Plays a lesson to its end. `answer` answers each question; goals are reached
/// by their own solutions.
///
/// # Errors
/// If a step does not end: its run stops, its solution does not reach its goal, or the lesson takes
/// more than twenty million events.
pub fn rehearse(
    course: &Rc<Course>,
    mut answer: impl FnMut(&Question) -> Answer,
) -> Result<Rehearsal, Vec<Problem>> {
    let (mut guide, mut timeline) = Guide::new(course)?;
    let mut steps = Vec::new();
    let mut portions = 0;
    loop {
        let at = guide.at();
        let stopped =
            |message: String| vec![Problem { path: format!("lesson.steps[{at}]"), message }];
        let from_us = timeline.now().now_us();
        if let Some(question) = &course.lesson.steps[at].question {
            guide.commit(answer(question)).map_err(|why| stopped(why.to_string()))?;
        }
        if course.lesson.steps[at].goal.is_some() {
            guide.show(&timeline);
        }
        let before = timeline.now().scenario().actions.len();
        loop {
            // the solution has a minute to work
            let until_us = from_us + course.lesson.steps[at].play.most_us();
            portions += 1;
            match guide.play(&mut timeline, until_us, PORTION) {
                Played::Over => break,
                Played::More if portions * u64::from(PORTION) < MOST_EVENTS => {}
                Played::More => return Err(stopped("takes too many events".to_owned())),
                Played::Waiting => {
                    return Err(stopped("the solution does not reach the goal".to_owned()));
                }
                Played::Asks => return Err(stopped("waits for an answer".to_owned())),
                Played::Stopped(why) => return Err(stopped(why)),
            }
        }
        let Some(reveal) = guide.reveal().cloned() else {
            return Err(stopped("has nothing to reveal".to_owned()));
        };
        let done = timeline.now().scenario().actions[before..].iter();
        let done = done.map(|action| (action.at_us, action.what.words())).collect();
        let (to_us, refused) = (timeline.now().now_us(), guide.refused().to_vec());
        let checksum = timeline.now().history().checksum();
        steps.push(Rehearsed { from_us, to_us, done, refused, checksum, reveal });
        if !guide.has_next() {
            return Ok(Rehearsal { steps, progress: guide.progress().clone() });
        }
        guide.next(&mut timeline).map_err(|why| stopped(why.to_string()))?;
    }
}

/// An answer that fits the question, right or wrong.
pub fn any_answer(question: &Question) -> Answer {
    match question {
        Question::Number { .. } => Answer::Number(0.0),
        Question::One { .. } | Question::All { .. } => Answer::Choices(vec![0]),
    }
}

impl Rehearsal {
    /// The right answer to each question, according to the engine; `None` if the step asks nothing,
    /// or the run has no such value.
    pub fn right_answer(&self, step: usize) -> Option<Answer> {
        let reveal = &self.steps.get(step)?.reveal;
        reveal.right?;
        match &reveal.measured {
            Some(measured) => measured.value.map(Answer::Number),
            None => Some(Answer::Choices(reveal.right_choices())),
        }
    }

    /// Whether a number counts as right.
    pub fn is_right(&self, step: usize, question: &Question, number: f64) -> bool {
        let Question::Number { within, .. } = question else { return false };
        let measured = self.steps.get(step).and_then(|it| it.reveal.measured.as_ref()?.value);
        measured.is_some_and(|measured| is_near(number, measured, *within))
    }

    /// Problems for the author: actions that could not be done, and questions without an answer,
    /// because not exactly one of several choices is right or because there is no value to measure.
    pub fn problems(&self, course: &Course) -> Vec<Problem> {
        let unsound = |(step, question): (usize, &Question)| {
            let reveal = &self.steps[step].reveal;
            let right = reveal.right_choices().len();
            let message = match question {
                Question::One { .. } if right == 1 => return None,
                Question::One { choices, .. } => format!(
                    "{right} of {} choices are right after the run; allowed: one",
                    choices.len()
                ),
                Question::All { .. } if right > 0 => return None,
                Question::All { .. } => "no choice is right after the run".to_owned(),
                Question::Number { path, .. } => {
                    let value = reveal.measured.as_ref().and_then(|measured| measured.value);
                    if value.is_some() {
                        return None;
                    }
                    format!("there is no number at {path} after the run")
                }
            };
            Some(Problem { path: format!("lesson.steps[{step}].question"), message })
        };
        let refused = self.steps.iter().enumerate().flat_map(|(step, played)| {
            played.refused.iter().map(move |why| Problem {
                path: format!("lesson.steps[{step}]"),
                message: format!("an action cannot be done: {why}"),
            })
        });
        let asked = course.questions();
        let right = asked.iter().flat_map(|&(step, question)| {
            let guesses = question.guesses().iter().enumerate();
            let right =
                guesses.filter(move |(_, guess)| self.is_right(step, question, guess.value));
            right.map(move |(index, guess)| Problem {
                path: format!("lesson.steps[{step}].question.guesses[{index}].value"),
                message: format!(
                    "{} is what the engine measures, so it is not a wrong answer",
                    guess.value
                ),
            })
        });
        let unsound = asked.iter().copied().filter_map(unsound);
        refused.chain(unsound).chain(right).collect()
    }
}
