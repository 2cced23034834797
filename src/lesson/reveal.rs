//! The engine's answer to a step.

use serde::Serialize;
use serde_json::Value as Json;

use super::course::Course;
use super::progress::Answer;
use crate::expect::{Finding, finding_of, value_at};
use crate::markdown::{Block, fill};
use crate::scenario::{Question, Unit};
use crate::time::{Micros, duration};

/// What is shown after a step has played.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reveal {
    /// The instant shown.
    pub at_us: Micros,
    /// The step's closing text, with the measured values.
    pub after: Vec<Block>,
    /// The learner's answer; `None` if the step asks nothing.
    pub answer: Option<Answer>,
    /// Whether that answer was right.
    pub right: Option<bool>,
    /// The result for each choice.
    pub choices: Vec<Chosen>,
    /// The measured number, if the question asked for one.
    pub measured: Option<Measured>,
    /// The question's explanation, with the measured values.
    pub explanation: Vec<Block>,
}

/// The result for one choice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chosen {
    /// It is right: all of its conditions hold.
    pub right: bool,
    /// The learner chose this.
    pub chosen: bool,
    /// The choice's conditions, and what was found.
    pub findings: Vec<Finding>,
}

/// A measured number that a question asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// In the question's unit; `None`: the run has no such value.
    pub value: Option<f64>,
    /// The value with its unit: "11.5 ms".
    pub words: String,
    /// The position of the common wrong answer that the learner gave, if one.
    pub guess: Option<usize>,
}

impl Reveal {
    /// The result of a step and an answer, by the facts.
    pub(super) fn new(
        course: &Course,
        step: usize,
        answer: Option<Answer>,
        facts: &Json,
    ) -> Reveal {
        let words = &course.words[step];
        let mut quote = |path: &str| quoted(path, facts);
        let mut reveal = Reveal {
            at_us: facts["at_us"].as_u64().unwrap_or_default(),
            after: fill(&words.after, &mut quote),
            answer: None,
            right: None,
            choices: Vec::new(),
            measured: None,
            explanation: fill(&words.explanation, &mut quote),
        };
        let Some((question, answer)) = course.lesson.steps[step].question.as_ref().zip(answer)
        else {
            return reveal;
        };
        if let Question::Number { path, unit, within, .. } = question {
            let mut measured = Measured::new(path, *unit, facts);
            let near = |value: f64| matches!(answer, Answer::Number(given) if is_near(given, value, *within));
            let right = measured.value.is_some_and(near);
            let guess = question.guesses().iter().position(|guess| near(guess.value));
            measured.guess = guess.filter(|_| !right);
            reveal.right = Some(right);
            reveal.measured = Some(measured);
        } else {
            let chosen = |index: usize| match &answer {
                Answer::Choices(chosen) => chosen.contains(&(index as u16)),
                Answer::Number(_) => false,
            };
            let choices = question.choices().iter().enumerate();
            reveal.choices = choices
                .map(|(index, choice)| {
                    let findings: Vec<Finding> =
                        choice.when.iter().map(|when| finding_of(when, facts)).collect();
                    let right = findings.iter().all(|finding| finding.holds);
                    Chosen { right, chosen: chosen(index), findings }
                })
                .collect();
            let agree = |choice: &Chosen| choice.right == choice.chosen;
            let found = |choice: &Chosen| choice.right && choice.chosen;
            reveal.right = Some(match question {
                Question::One { .. } => reveal.choices.iter().any(found),
                _ => reveal.choices.iter().all(agree),
            });
        }
        reveal.answer = Some(answer);
        reveal
    }

    /// The positions of the choices that are right.
    pub fn right_choices(&self) -> Vec<u16> {
        let choices = (0..).zip(&self.choices);
        choices.filter_map(|(index, choice)| choice.right.then_some(index)).collect()
    }
}

/// Whether a number is close enough. A fact is a whole number, so rounding errors of a division by
/// a unit must not count.
pub(super) fn is_near(given: f64, value: f64, within: f64) -> bool {
    (given - value).abs() <= within + 1e-9 * value.abs().max(1.0)
}

impl Measured {
    fn new(path: &str, unit: Unit, facts: &Json) -> Measured {
        let found = value_at(path, facts).and_then(|value| value.as_f64());
        let value = found.map(|value| value / unit.size());
        let words = match (value, unit.sign()) {
            (None, _) => "nothing".to_owned(),
            (Some(value), "") => format!("{value}"),
            (Some(value), sign) => format!("{value} {sign}"),
        };
        Measured { value, words, guess: None }
    }
}

/// A value as a text quotes it: microseconds as a time, a missing value as a dash.
fn quoted(path: &str, facts: &Json) -> String {
    let is_time = path.split(['.', '[']).any(|name| name.ends_with("_us"));
    match value_at(path, facts) {
        None | Some(Json::Null) => "–".to_owned(),
        Some(Json::String(text)) => text,
        Some(value) => match value.as_u64() {
            Some(us) if is_time => duration(us),
            _ => value.to_string(),
        },
    }
}
