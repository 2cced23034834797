//! Checks that the parts of a lesson fit together, and fit the scenario.

use std::collections::BTreeSet;

use crate::page::Panel;
use crate::scenario::rule::Checker;
use crate::scenario::{Action, Guess, Lesson, LessonStep, Question, Scenario};
use crate::time::Micros;

impl Scenario {
    pub(super) fn lesson_fits(&self, lesson: &Lesson, at: &mut Checker) {
        let mut ids = BTreeSet::new();
        at.field("steps", |at| {
            for (index, step) in lesson.steps.iter().enumerate() {
                at.item(index, |at| {
                    self.step_fits(step, at);
                    if let Some(id) = step.question.as_ref().map(Question::id)
                        && !ids.insert(id)
                    {
                        at.field("question", |at| {
                            at.field("id", |at| at.problem(format!("\"{id}\" is here twice")));
                        });
                    }
                    if let Some(question) = &step.question {
                        at.field("question", |at| guesses_differ(question.guesses(), at));
                    }
                });
            }
        });
    }

    fn step_fits(&self, step: &LessonStep, at: &mut Checker) {
        let strategies = step.restart.as_ref().map(|restart| &restart.strategies);
        if let Some(strategies) = strategies.filter(|strategies| !strategies.is_empty()) {
            at.field("restart", |at| {
                at.field("strategies", |at| super::strategies_fit(strategies, at));
            });
        }
        if step.watch.panel == Some(Panel::Compared) && self.view.compare.is_empty() {
            at.field("watch", |at| {
                at.field("panel", |at| at.problem("compares nothing; add `view.compare`"));
            });
        }
        at.field("actions", |at| {
            self.actions_fit(&step.actions, at);
            in_order(&step.actions, step.play.most_us(), at);
        });
        let Some(goal) = &step.goal else { return };
        at.field("goal", |at| {
            if step.question.is_some() {
                at.problem("a step has a `question` or a `goal`, not both");
            }
            if !step.actions.is_empty() {
                at.problem("what the learner is to do, `actions` must not do for them");
            }
            at.field("solution", |at| {
                self.actions_fit(&goal.solution, at);
                in_order(&goal.solution, step.play.most_us(), at);
            });
        });
    }
}

/// Checks that no number is guessed twice.
fn guesses_differ(guesses: &[Guess], at: &mut Checker) {
    at.field("guesses", |at| {
        for (index, guess) in guesses.iter().enumerate() {
            if guesses[..index].iter().any(|other| other.value == guess.value) {
                at.item(index, |at| {
                    at.field("value", |at| at.problem(format!("{} is here twice", guess.value)));
                });
            }
        }
    });
}

/// Checks that a step's actions are in order of time, and before the step's end.
fn in_order(actions: &[Action], most_us: Micros, at: &mut Checker) {
    let mut last_us = 0;
    for (index, action) in actions.iter().enumerate() {
        at.item(index, |at| {
            at.field("at_us", |at| {
                let at_us = action.at_us;
                if at_us < last_us {
                    at.problem(format!(
                        "is {at_us}; allowed: {last_us}, as the one before, or later"
                    ));
                } else if at_us > most_us {
                    at.problem(format!(
                        "is {at_us}; allowed: up to {most_us}, as long as `play` lasts"
                    ));
                }
            });
        });
        last_us = last_us.max(action.at_us);
    }
}
