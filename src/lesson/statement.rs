//! A learner's actions as statements for a learning record store (xAPI 1.0.3): a learner answered a
//! question, or completed a lesson. They contain nothing personal except what the host says of the
//! learner ([`Attribution`]).

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::course::Course;
use super::progress::{Answer, Given, Progress};
use crate::markdown::plain;
use crate::scenario::Question;

/// The prefix of the ids of lessons and questions, unless the embedding page sets
/// its own. The top-level domain is reserved for examples.
pub const BASE: &str = "https://stalemate.example/lessons/";

/// A statement: a learner, an action and its result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct XapiStatement {
    /// A UUID.
    pub id: String,
    /// ISO 8601.
    pub timestamp: String,
    /// An agent, in the form of xAPI.
    pub actor: Json,
    pub verb: XapiVerb,
    pub object: XapiActivity,
    pub result: StatementResult,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
}

/// The context of a statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// A UUID.
    pub registration: String,
}

/// A statement's id, and when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// A UUID.
    pub id: String,
    /// ISO 8601.
    pub timestamp: String,
}

impl Stamp {
    /// A stamp with a random UUID.
    pub fn new(random: [u8; 16], timestamp: String) -> Stamp {
        let mut bytes = random;
        // version 4, and the variant of RFC 9562
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
        Stamp { id: parts.join("-"), timestamp }
    }
}

/// What a host says of its learner.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// An agent, in the form of xAPI; `None`: anonymous.
    actor: Option<Json>,
    /// The prefix of the ids of lessons and questions.
    base: String,
    registration: Option<String>,
}

impl Default for Attribution {
    fn default() -> Attribution {
        Attribution { actor: None, base: BASE.to_owned(), registration: None }
    }
}

/// What is wrong with a host's data about its learner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributionError {
    Actor,
    Base,
    Registration,
}

impl fmt::Display for AttributionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AttributionError::Actor => {
                "`actor` must be an agent as xAPI has it: an object with one of `mbox`, \
                 `mbox_sha1sum`, `openid` and `account`, of up to 2,000 characters"
            }
            AttributionError::Base => {
                "`base` must be an address that begins with http:// or https:// and ends with /, \
                 of up to 500 characters"
            }
            AttributionError::Registration => "`registration` must be a UUID",
        })
    }
}

impl std::error::Error for AttributionError {}

/// The properties that identify an agent in xAPI; an agent has exactly one.
const IDENTIFIERS: [&str; 4] = ["mbox", "mbox_sha1sum", "openid", "account"];

impl Attribution {
    /// Reads `actor`, `base` and `registration` of an object; each may be left out.
    ///
    /// # Errors
    /// The property that is wrong.
    pub fn read(said: &Json) -> Result<Attribution, AttributionError> {
        let mut read = Attribution::default();
        if let Some(actor) = said.get("actor") {
            let named = IDENTIFIERS.iter().filter(|name| actor.get(**name).is_some()).count();
            if !actor.is_object() || named != 1 || actor.to_string().len() > 2_000 {
                return Err(AttributionError::Actor);
            }
            read.actor = Some(actor.clone());
        }
        if let Some(base) = said.get("base") {
            let base = base.as_str().unwrap_or_default();
            let is_address = base.starts_with("https://") || base.starts_with("http://");
            if !is_address || !base.ends_with('/') || base.len() > 500 {
                return Err(AttributionError::Base);
            }
            base.clone_into(&mut read.base);
        }
        if let Some(registration) = said.get("registration") {
            let text = registration.as_str().filter(|text| is_uuid(text));
            read.registration = Some(text.ok_or(AttributionError::Registration)?.to_owned());
        }
        Ok(read)
    }

    fn actor(&self) -> Json {
        let account = || json!({ "homePage": self.base, "name": "anonymous" });
        let nobody = || json!({ "objectType": "Agent", "account": account() });
        self.actor.clone().unwrap_or_else(nobody)
    }
}

fn is_uuid(text: &str) -> bool {
    let dashed = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, byte): (usize, u8)| match dashed(at) {
        true => byte == b'-',
        false => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

/// The action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct XapiVerb {
    pub id: String,
    pub display: English,
}

/// A text, by language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct English {
    pub en: String,
}

/// What the action was done to.
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
    /// The choices of the question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Component>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    pub id: String,
    pub description: English,
}

/// The result of the action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatementResult {
    pub success: bool,
    pub completion: bool,
    /// `None`: there was no question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// Positions of choices separated by `[,]`, or a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
    /// ISO 8601, to the hundredth of a second.
    pub duration: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The share of the questions answered right, from 0 to 1.
    pub scaled: f64,
    pub raw: usize,
    pub min: usize,
    pub max: usize,
}

/// "The learner answered this question", with the first answer. `None` if the lesson has no such
/// question.
pub fn answered(
    course: &Course,
    question: &str,
    given: &Given,
    took_ms: u64,
    attribution: &Attribution,
    stamp: Stamp,
) -> Option<XapiStatement> {
    let (_, asked) = course.question(question)?;
    let lesson = lesson_id(course, &attribution.base);
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
    Some(statement("answered", id, definition, result, attribution, stamp))
}

/// "The learner completed this lesson", with the number of questions right at the first try.
pub fn completed(
    course: &Course,
    progress: &Progress,
    took_ms: u64,
    attribution: &Attribution,
    stamp: Stamp,
) -> XapiStatement {
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
    let id = lesson_id(course, &attribution.base);
    statement("completed", id, definition, result, attribution, stamp)
}

fn lesson_id(course: &Course, base: &str) -> String {
    format!("{base}{}", course.lesson.id)
}

fn statement(
    verb: &str,
    id: String,
    definition: Definition,
    result: StatementResult,
    attribution: &Attribution,
    stamp: Stamp,
) -> XapiStatement {
    let registration = attribution.registration.clone();
    XapiStatement {
        id: stamp.id,
        timestamp: stamp.timestamp,
        actor: attribution.actor(),
        verb: XapiVerb {
            id: format!("http://adlnet.gov/expapi/verbs/{verb}"),
            display: English { en: verb.to_owned() },
        },
        object: XapiActivity { object_type: "Activity".to_owned(), id, definition },
        result,
        context: registration.map(|registration| Context { registration }),
    }
}

fn score(right: usize, all: usize) -> Option<Score> {
    let scaled = right as f64 / all as f64;
    (all > 0).then_some(Score { scaled, raw: right, min: 0, max: all })
}

/// A duration in the form of ISO 8601.
fn iso(ms: u64) -> String {
    format!("PT{}.{:02}S", ms / 1_000, ms % 1_000 / 10)
}
