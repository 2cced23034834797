//! What a learner did, as statements that a learning record store takes (xAPI
//! 1.0.3): somebody answered a question, somebody completed a lesson. They hold
//! nothing personal; the host that sends them on may know the learner.

use serde::{Deserialize, Serialize};

use super::course::Course;
use super::progress::{Answer, Given, Progress};
use crate::markdown::plain;
use crate::scenario::Question;

/// The prefix of the ids of lessons and questions, unless the embedding page sets
/// its own. The top-level domain is reserved for examples.
pub const BASE: &str = "https://stalemate.example/lessons/";

/// A statement: who did what, and with what result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct XapiStatement {
    pub actor: Actor,
    pub verb: XapiVerb,
    pub object: XapiActivity,
    pub result: StatementResult,
}

/// Who: nobody in particular.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    pub object_type: String,
    pub account: Account,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub home_page: String,
    pub name: String,
}

/// What they did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct XapiVerb {
    pub id: String,
    pub display: English,
}

/// A text in its language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct English {
    pub en: String,
}

/// What it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct XapiActivity {
    pub object_type: String,
    pub id: String,
    pub definition: Definition,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Definition {
    #[serde(rename = "type")]
    pub kind: String,
    pub name: English,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interaction_type: Option<String>,
    /// What there is to choose from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Component>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    pub id: String,
    pub description: English,
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatementResult {
    pub success: bool,
    pub completion: bool,
    pub score: Score,
    /// Positions of choices with `[,]` between them, or a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
    /// ISO 8601, to the hundredth of a second.
    pub duration: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Of all that could be had, from 0 to 1.
    pub scaled: f64,
    pub raw: usize,
    pub min: usize,
    pub max: usize,
}

/// "Somebody answered this question": the first answer counts. `None` where the
/// lesson has no such question.
pub fn answered(
    course: &Course,
    question: &str,
    given: &Given,
    took_ms: u64,
    base: &str,
) -> Option<XapiStatement> {
    let (_, asked) = course.question(question)?;
    let lesson = lesson_id(course, base);
    let response = match &given.answer {
        Answer::Choices(chosen) => {
            chosen.iter().map(u16::to_string).collect::<Vec<_>>().join("[,]")
        }
        Answer::Number(number) => number.to_string(),
    };
    let words = |blocks: &[crate::markdown::Block]| English { en: plain(blocks) };
    let (step, _) = course.question(question)?;
    let text = &course.words[step];
    let choices = text.choices.iter().enumerate();
    let definition = Definition {
        kind: "http://adlnet.gov/expapi/activities/cmi.interaction".to_owned(),
        name: words(&text.prompt),
        interaction_type: Some(
            match asked {
                Question::Number { .. } => "numeric",
                Question::One { .. } | Question::All { .. } => "choice",
            }
            .to_owned(),
        ),
        choices: choices
            .map(|(index, choice)| Component { id: index.to_string(), description: words(choice) })
            .collect(),
    };
    let result = StatementResult {
        success: given.right,
        completion: true,
        score: score(usize::from(given.right), 1),
        response: Some(response),
        duration: iso(took_ms),
    };
    let id = format!("{lesson}/questions/{question}");
    Some(statement("answered", id, definition, result, base))
}

/// "Somebody completed this lesson": with how many questions right at first.
pub fn completed(course: &Course, progress: &Progress, took_ms: u64, base: &str) -> XapiStatement {
    let (right, all) = (progress.right(), course.questions().len());
    let definition = Definition {
        kind: "http://adlnet.gov/expapi/activities/lesson".to_owned(),
        name: English { en: course.title().to_owned() },
        interaction_type: None,
        choices: Vec::new(),
    };
    let result = StatementResult {
        success: right == all,
        completion: progress.done,
        score: score(right, all),
        response: None,
        duration: iso(took_ms),
    };
    statement("completed", lesson_id(course, base), definition, result, base)
}

fn lesson_id(course: &Course, base: &str) -> String {
    format!("{base}{}", course.lesson.id)
}

fn statement(
    verb: &str,
    id: String,
    definition: Definition,
    result: StatementResult,
    base: &str,
) -> XapiStatement {
    XapiStatement {
        actor: Actor {
            object_type: "Agent".to_owned(),
            account: Account { home_page: base.to_owned(), name: "anonymous".to_owned() },
        },
        verb: XapiVerb {
            id: format!("http://adlnet.gov/expapi/verbs/{verb}"),
            display: English { en: verb.to_owned() },
        },
        object: XapiActivity { object_type: "Activity".to_owned(), id, definition },
        result,
    }
}

fn score(right: usize, all: usize) -> Score {
    let scaled = if all == 0 { 1.0 } else { right as f64 / all as f64 };
    Score { scaled, raw: right, min: 0, max: all }
}

/// A length of time as ISO 8601 has it.
fn iso(ms: u64) -> String {
    format!("PT{}.{:02}S", ms / 1_000, ms % 1_000 / 10)
}
