//! Lessons: the player leads through them, the engine answers, and no answer is
//! stored anywhere.

mod content;
mod facts;
mod hostile;
mod learner;
mod way;

use std::rc::Rc;

use serde_json::{Value as Json, json};
use stalemate::lesson::{Answer, Course, Rehearsal, any_answer, rehearse};
use stalemate::scenario::preset::{self, Preset};
use stalemate::scenario::{Question, Scenario};

/// Every lesson that comes along, with its preset.
fn lessons() -> Vec<(Preset, Scenario)> {
    let group = preset::GROUPS.iter().find(|group| group.title == "Lessons").unwrap();
    group.presets.iter().map(|preset| (*preset, preset.scenario())).collect()
}

fn course(scenario: &Scenario) -> Rc<Course> {
    Rc::new(Course::new(scenario).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

fn rehearsed(scenario: &Scenario) -> (Rc<Course>, Rehearsal) {
    let course = course(scenario);
    let rehearsal = rehearse(&course, any_answer).unwrap_or_else(|them| panic!("{them:#?}"));
    (course, rehearsal)
}

/// The right answers, as the engine gives them.
fn right_answers(course: &Course, rehearsal: &Rehearsal) -> Vec<(String, Answer)> {
    let questions = course.questions().into_iter();
    questions
        .map(|(step, question)| {
            (question.id().to_owned(), rehearsal.right_answer(step).expect("an answer"))
        })
        .collect()
}

/// An answer that the engine will not agree with.
fn wrong_answer(question: &Question, right: &Answer) -> Answer {
    let choices = question.choices().len() as u16;
    match (question, right) {
        (Question::Number { within, unit, .. }, Answer::Number(right)) => {
            Answer::Number(right + within * 2.0 + 1.0 / unit.size())
        }
        (Question::One { .. }, Answer::Choices(right)) => {
            Answer::Choices(vec![(right[0] + 1) % choices])
        }
        (Question::All { .. }, Answer::Choices(right)) => {
            let rest = (0..choices).filter(|each| !right.contains(each));
            Answer::Choices(rest.collect())
        }
        _ => panic!("{question:?} is not answered with {right:?}"),
    }
}

/// A small lesson about one read: its scenario, to be changed by a test.
fn small() -> Json {
    json!({
        "rows": {"each": {"k": "old"}},
        "strategies": [{"strategy": "cache-aside"}],
        "lesson": {
            "id": "small",
            "objective": "See one read.",
            "group": "cache-aside",
            "steps": [
                {
                    "title": "Read",
                    "text": "ann reads `k`.",
                    "actions": [{"at_us": 1000, "do": "read", "key": "k", "client": "ann"}],
                    "question": {
                        "ask": "one",
                        "id": "where",
                        "prompt": "Where is it now?",
                        "choices": [
                            {"text": "In the cache", "when": [{"path": "keys.k.cache.value", "equals": "old"}]},
                            {"text": "Not in the cache", "when": [{"path": "keys.k.cache.value", "equals": null}]},
                        ],
                        "explanation": "It took {clients.ann.read.took_us}.",
                    },
                },
                {
                    "title": "Change it",
                    "text": "Make them differ.",
                    "goal": {
                        "when": [{"path": "keys.k.state", "equals": "stale"}],
                        "hint": "From outside.",
                        "solution": [{"at_us": 1000, "do": "outside-write", "key": "k", "value": "new"}],
                    },
                    "after": "The database has {keys.k.database.value}.",
                },
                {
                    "title": "Count",
                    "text": "Again, from the start.",
                    "restart": {},
                    "actions": [{"at_us": 0, "do": "read", "key": "k", "client": "ann", "times": 3}],
                    "play": {"until": "time", "for_us": 50_000},
                    "question": {
                        "ask": "number",
                        "id": "slow",
                        "prompt": "How long?",
                        "path": "step.took_us.read.max",
                        "unit": "ms",
                        "within": 0.5,
                        "explanation": "{step.database.reads} loads.",
                    },
                },
            ],
        },
    })
}

fn scenario(json: &Json) -> Scenario {
    Scenario::parse(&json.to_string()).unwrap_or_else(|error| panic!("{error}"))
}
