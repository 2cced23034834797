//! A checked lesson, with everything that is needed to play it.

use serde_json::Value as Json;

use super::facts::{Facts, Since, example_of_facts};
use crate::expect;
use crate::markdown::{self, Block, placeholders};
use crate::scenario::{Expectation, Lesson, LessonStep, Problem, Question, Rows, Scenario};
use crate::simulate::{Simulation, example};

/// A checked lesson, and the run that it is about.
#[derive(Clone, Debug)]
pub struct Course {
    /// The scenario without the lesson.
    pub(super) scenario: Scenario,
    pub lesson: Lesson,
    /// The texts of each step, parsed.
    pub(super) words: Vec<Words>,
    pub(super) facts: Facts,
}

/// A step's texts, as trees to draw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    pub text: Vec<Block>,
    /// The text shown after the step has played, with placeholders.
    pub after: Vec<Block>,
    pub prompt: Vec<Block>,
    pub choices: Vec<Vec<Block>>,
    /// The note for each choice or guess, shown to a learner who chose it; empty if there is none.
    pub notes: Vec<Vec<Block>>,
    /// The explanation, with placeholders.
    pub explanation: Vec<Block>,
    pub hint: Vec<Block>,
}

impl Course {
    /// Checks the lesson of a scenario.
    ///
    /// # Errors
    /// All problems: no lesson, wrong values, paths that name no fact, strategies that do not
    /// compile.
    pub fn new(scenario: &Scenario) -> Result<Course, Vec<Problem>> {
        scenario.validate()?;
        let mut scenario = scenario.clone();
        let Some(lesson) = scenario.lesson.take() else {
            let message = "there is none; add `lesson` to the scenario".to_owned();
            return Err(vec![Problem { path: "lesson".to_owned(), message }]);
        };
        let mut problems = wrong_facts(&lesson);
        let mut words = Vec::new();
        for (index, step) in lesson.steps.iter().enumerate() {
            words.push(words_of(step));
            if index == 0 || step.restart.is_some() {
                let at = format!("lesson.steps[{index}].restart.");
                let run = Simulation::new(&match index {
                    0 => starting(&scenario, step),
                    _ => light(starting(&scenario, step)),
                });
                let wrong = run.err().unwrap_or_default().into_iter();
                problems.extend(wrong.map(|problem| {
                    let own = step.restart.is_some() && problem.path.starts_with("strategies");
                    let prefix = if own { at.as_str() } else { "" };
                    Problem { path: format!("{prefix}{}", problem.path), ..problem }
                }));
            }
        }
        let facts = Facts::wanted(paths(&lesson).iter().map(|(_, path)| path.as_str()));
        match problems.is_empty() {
            true => Ok(Course { scenario, lesson, words, facts }),
            false => Err(problems),
        }
    }

    /// The scenario at the start of the run that is played at a step.
    pub(super) fn start(&self, step: usize) -> Scenario {
        let started = (0..=step).rev().find(|&each| self.lesson.steps[each].restart.is_some());
        starting(&self.scenario, &self.lesson.steps[started.unwrap_or(0)])
    }

    /// The last step, up to this one, that begins a run.
    pub(super) fn started(&self, step: usize) -> usize {
        let steps = &self.lesson.steps;
        (0..=step).rev().find(|&each| steps[each].restart.is_some()).unwrap_or(0)
    }

    /// The lesson's title.
    pub fn title(&self) -> &str {
        if self.scenario.title.is_empty() { &self.lesson.id } else { &self.scenario.title }
    }

    /// A step's texts.
    pub fn words(&self, step: usize) -> Option<&Words> {
        self.words.get(step)
    }

    /// A question with its step.
    pub fn question(&self, id: &str) -> Option<(usize, &Question)> {
        let asked = self.questions();
        asked.into_iter().find(|(_, question)| question.id() == id)
    }

    /// Every question, with its step.
    pub fn questions(&self) -> Vec<(usize, &Question)> {
        let steps = self.lesson.steps.iter().enumerate();
        steps.filter_map(|(at, step)| Some((at, step.question.as_ref()?))).collect()
    }
}

/// The scenario with the strategies of a step that restarts it.
fn starting(scenario: &Scenario, step: &LessonStep) -> Scenario {
    let mut scenario = scenario.clone();
    if let Some(restart) = step.restart.as_ref().filter(|it| !it.strategies.is_empty()) {
        scenario.strategies.clone_from(&restart.strategies);
    }
    scenario
}

/// The scenario without its large parts, which were checked with the first step.
fn light(mut scenario: Scenario) -> Scenario {
    scenario.rows = Rows::default();
    scenario.entries.clear();
    for workload in &mut scenario.workloads {
        workload.keys.count = 1;
    }
    scenario
}

fn words_of(step: &LessonStep) -> Words {
    // the rules of its fields have found the texts to be right
    let read = |text: &str| markdown::parse(text).unwrap_or_default();
    let mut words = Words { text: read(&step.text), after: read(&step.after), ..Words::default() };
    if let Some(question) = &step.question {
        words.prompt = read(question.prompt());
        words.choices = question.choices().iter().map(|choice| read(&choice.text)).collect();
        let notes = question.choices().iter().map(|choice| &choice.note);
        let notes = notes.chain(question.guesses().iter().map(|guess| &guess.note));
        words.notes = notes.map(|note| read(note)).collect();
        words.explanation = read(question.explanation());
    }
    if let Some(goal) = &step.goal {
        words.hint = read(&goal.hint);
    }
    words
}

/// Every condition of a lesson, with its path in the document.
fn conditions(lesson: &Lesson) -> Vec<(String, &Expectation)> {
    let mut found = Vec::new();
    for (index, step) in lesson.steps.iter().enumerate() {
        let at = format!("lesson.steps[{index}]");
        for (choice, each) in step.question.iter().flat_map(Question::choices).enumerate() {
            for (number, when) in each.when.iter().enumerate() {
                found.push((format!("{at}.question.choices[{choice}].when[{number}]"), when));
            }
        }
        for (number, when) in step.goal.iter().flat_map(|goal| &goal.when).enumerate() {
            found.push((format!("{at}.goal.when[{number}]"), when));
        }
    }
    found
}

/// Every fact that a lesson names, with the path in the document where it does.
fn paths(lesson: &Lesson) -> Vec<(String, String)> {
    let conditions = conditions(lesson).into_iter();
    let mut found: Vec<(String, String)> =
        conditions.map(|(at, when)| (format!("{at}.path"), when.path.clone())).collect();
    for (index, step) in lesson.steps.iter().enumerate() {
        let at = format!("lesson.steps[{index}]");
        let words = words_of(step);
        let quoted = |field: &str, blocks: &[Block]| {
            let names = placeholders(blocks).into_iter();
            names.map(|path| (format!("{at}.{field}"), path)).collect::<Vec<_>>()
        };
        found.extend(quoted("after", &words.after));
        found.extend(quoted("question.explanation", &words.explanation));
        if let Some(Question::Number { path, .. }) = &step.question {
            found.push((format!("{at}.question.path"), path.clone()));
        }
    }
    found
}

/// Paths that name no possible fact, and comparisons that cannot hold.
fn wrong_facts(lesson: &Lesson) -> Vec<Problem> {
    let example = example_of_a_step();
    let mut problems = Vec::new();
    for (at, when) in conditions(lesson) {
        if let Some(message) = expect::wrong_comparison(when, &example) {
            problems.push(Problem { path: format!("{at}.path"), message });
        }
    }
    for (path, fact) in paths(lesson) {
        let is_condition = path.ends_with("].path");
        if let Some(message) = expect::wrong_path(&fact, &example).filter(|_| !is_condition) {
            problems.push(Problem { path, message });
        }
    }
    problems
}

/// An example of everything that a condition can name.
fn example_of_a_step() -> Json {
    let mut facts = example_of_facts();
    facts["step"] = Facts::default().look(&example(), &Since::default())["step"].take();
    facts
}
