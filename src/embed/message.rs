//! The messages between an embedded playground and its host.

use std::fmt;

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::Theme;
use crate::history::{Tone, ViolationReport};
use crate::lesson::{Attribution, AttributionError, Progress, ProgressError};
use crate::named::named;
use crate::scenario::{Scenario, ScenarioError};
use crate::time::{LONGEST_US, Micros};

/// The `context` of every message, which marks it as the playground's.
pub const CONTEXT: &str = "stalemate";
/// The version of the messages.
pub const VERSION: u64 = 1;

/// Every message that a host can send, with its fields.
pub const INBOUND: [(&str, &[&str]); 12] = [
    ("load", &["preset", "link", "scenario"]),
    ("play", &[]),
    ("pause", &[]),
    ("step", &[]),
    ("seek", &["atUs"]),
    ("reset", &[]),
    ("setTheme", &["theme"]),
    ("getState", &[]),
    ("getScenario", &[]),
    ("getProgress", &[]),
    ("setProgress", &["progress"]),
    ("identify", &["actor", "base", "registration"]),
];

/// A `scenario` has at most this many violations; a `state` has their number.
pub const MOST_VIOLATIONS: usize = 100;

/// A request of the host.
#[derive(Clone, Debug, PartialEq)]
pub enum Inbound {
    /// Open another scenario, at its start.
    Load(ScenarioSource),
    Play,
    Pause,
    /// Pause, and run one event.
    Step,
    /// Go to this instant of the simulation.
    Seek {
        at_us: Micros,
    },
    /// Go back to the start.
    Reset,
    SetTheme(Theme),
    /// Answer with a `state`.
    GetState,
    /// Answer with a `scenario`.
    GetScenario,
    /// Answer with a `progress`.
    GetProgress,
    /// Continue a lesson where a learner left it.
    SetProgress(Box<Progress>),
    /// Sets what statements say of the learner.
    Identify(Attribution),
}

/// The source of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum ScenarioSource {
    Preset(String),
    Link(String),
    Scenario(Box<Scenario>),
}

/// A message from the playground to its host.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Outbound {
    /// The playground has started and listens.
    Ready { engine: String },
    /// The height of its content, in CSS pixels.
    Resize { height: u32 },
    /// The state of the run: sent after `getState`, and when it starts, pauses or jumps.
    State(RunState),
    /// The run as a document, with all that was done: after `getScenario`.
    Scenario {
        /// JSON text, in which 1.0 stays 1.0: JavaScript has one kind of number.
        json: String,
        /// What went wrong so far, in the order of time: the first [`MOST_VIOLATIONS`].
        violations: Vec<ViolationReport>,
    },
    /// A line of the log: an answer and its verdict, or a fault.
    Event { at_us: Micros, tone: Tone, text: String },
    /// A learner has committed to an answer; the statement is in the form of xAPI.
    Answer { statement: Json },
    /// A learner has finished a lesson.
    Complete { statement: Json },
    /// How far a learner is in the lesson: sent when that changes, and after `getProgress`.
    Progress(LessonProgress),
    /// A message was not understood, or could not be carried out.
    Error { code: ErrorKind, message: String },
}

named! {
    /// What went wrong.
    pub enum ErrorKind {
        /// A message is not understood.
        Message = "message",
        /// A message is understood but cannot be carried out.
        Refused = "refused",
        /// A part of the address is wrong.
        Address = "address",
    }
}

/// Why a host's message is not understood, with what is allowed.
#[derive(Clone, Debug, PartialEq)]
pub enum MessageError {
    /// It is longer than this many characters.
    TooLong(u32),
    /// It holds what JSON cannot: a cycle, or a BigInt.
    NotPlain,
    NoVersion,
    /// The message's version, which is later than [`VERSION`].
    NewerVersion(u64),
    NoType,
    /// The type, cut off if it is long.
    UnknownType(String),
    NoInstant,
    NoTheme,
    NothingToLoad,
    Scenario(ScenarioError),
    NoProgress,
    Progress(ProgressError),
    Attribution(AttributionError),
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MessageError::TooLong(most) => {
                write!(f, "the message is too long; allowed are {most} characters as JSON")
            }
            MessageError::NotPlain => f.write_str(
                "the message is not plain data; allowed is what JSON can hold: \
                 no BigInt, and no object that contains itself",
            ),
            MessageError::NoVersion => write!(f, "`v` is missing; allowed is {VERSION}"),
            MessageError::NewerVersion(newer) => {
                write!(f, "messages of version {newer} are newer than this playground")
            }
            MessageError::NoType => f.write_str("`type` is missing"),
            MessageError::UnknownType(unknown) => {
                let known = INBOUND.map(|(kind, _)| kind).join(", ");
                write!(f, "there is no message `{unknown}`; allowed are {known}")
            }
            MessageError::NoInstant => {
                write!(f, "`atUs` must be a number of microseconds, 0 to {LONGEST_US}")
            }
            MessageError::NoTheme => f.write_str("`theme` must be auto, light or dark"),
            MessageError::NothingToLoad => f.write_str("`preset`, `link` or `scenario` is missing"),
            MessageError::Scenario(error) => error.fmt(f),
            MessageError::NoProgress => {
                f.write_str("`progress` is missing; allowed is that of a message `progress`")
            }
            MessageError::Progress(error) => write!(f, "`progress` cannot be used: {error}"),
            MessageError::Attribution(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for MessageError {}

/// The state of a playground's run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunState {
    pub at_us: Micros,
    pub playing: bool,
    /// The preset's id; empty for any other scenario.
    pub preset: String,
    pub title: String,
    pub hits: u64,
    pub misses: u64,
    pub stale_reads: u64,
    pub lost_writes: u64,
    /// The number of violations, of every kind.
    pub violations: u64,
    /// How many `getState` messages were answered: an answer has a higher number than the state
    /// before.
    pub answered: u32,
}

/// How far a learner is in a lesson.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LessonProgress {
    /// The data that `setProgress` takes; `None`: no lesson is open.
    pub progress: Option<Progress>,
    /// The present step, from 1, and the number of steps.
    pub step: usize,
    pub steps: usize,
    /// The questions answered right at the first try, and the number of questions.
    pub right: usize,
    pub questions: usize,
    pub done: bool,
}

/// Parses a message that the host has posted. `None`: the message belongs to another script.
///
/// # Errors
/// The message is the playground's and is wrong.
pub fn inbound(message: &Json) -> Option<Result<Inbound, MessageError>> {
    if message.get("context")?.as_str()? != CONTEXT {
        return None;
    }
    Some(understood(message))
}

fn understood(message: &Json) -> Result<Inbound, MessageError> {
    match message.get("v").and_then(Json::as_u64) {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => return Err(MessageError::NewerVersion(newer)),
        _ => return Err(MessageError::NoVersion),
    }
    let kind = message.get("type").and_then(Json::as_str).ok_or(MessageError::NoType)?;
    Ok(match kind {
        "load" => Inbound::Load(load(message)?),
        "play" => Inbound::Play,
        "pause" => Inbound::Pause,
        "step" => Inbound::Step,
        "reset" => Inbound::Reset,
        "getState" => Inbound::GetState,
        "getScenario" => Inbound::GetScenario,
        "getProgress" => Inbound::GetProgress,
        "setProgress" => {
            let progress = message.get("progress").filter(|it| it.is_object());
            let text = progress.ok_or(MessageError::NoProgress)?.to_string();
            let progress = Progress::parse(&text).map_err(MessageError::Progress)?;
            Inbound::SetProgress(Box::new(progress))
        }
        "identify" => {
            Inbound::Identify(Attribution::read(message).map_err(MessageError::Attribution)?)
        }
        "seek" => {
            let at_us = message.get("atUs").and_then(Json::as_f64);
            let at_us = at_us.filter(|at_us| (0.0..=LONGEST_US as f64).contains(at_us));
            Inbound::Seek { at_us: at_us.ok_or(MessageError::NoInstant)? as Micros }
        }
        "setTheme" => {
            let theme = message.get("theme").and_then(Json::as_str).and_then(Theme::named);
            Inbound::SetTheme(theme.ok_or(MessageError::NoTheme)?)
        }
        other => return Err(MessageError::UnknownType(other.chars().take(40).collect())),
    })
}

fn load(message: &Json) -> Result<ScenarioSource, MessageError> {
    let text = |name: &str| message.get(name).and_then(Json::as_str).map(str::to_owned);
    if let Some(preset) = text("preset") {
        return Ok(ScenarioSource::Preset(preset));
    }
    if let Some(link) = text("link") {
        return Ok(ScenarioSource::Link(link));
    }
    let scenario = message.get("scenario").ok_or(MessageError::NothingToLoad)?;
    // As JSON text 1.0 stays 1.0.
    let text = scenario.as_str().map_or_else(|| scenario.to_string(), str::to_owned);
    let scenario = Scenario::parse(&text).map_err(MessageError::Scenario)?;
    Ok(ScenarioSource::Scenario(Box::new(scenario)))
}

/// A message in the form in which it is posted.
pub fn outbound(message: &Outbound) -> Json {
    let mut posted = json!({ "context": CONTEXT, "v": VERSION });
    // plain data is always JSON
    if let (Ok(Json::Object(fields)), Some(posted)) =
        (serde_json::to_value(message), posted.as_object_mut())
    {
        posted.extend(fields);
    }
    posted
}

/// A message as JSON, in each form in which it is posted.
pub fn posted(message: &Outbound) -> Vec<String> {
    let ours = outbound(message).to_string();
    match message {
        Outbound::Resize { height } => vec![ours, frame_resized(*height)],
        _ => vec![ours],
    }
}

/// [`Outbound::Resize`] as course systems understand it, which know nothing of ours.
pub fn frame_resized(height: u32) -> String {
    format!(r#"{{"subject":"lti.frameResize","height":{height}}}"#)
}

/// [`Outbound::Resize`] as JSON, without the code that writes any message.
pub fn resized(height: u32) -> String {
    format!(r#"{{"context":"{CONTEXT}","v":{VERSION},"type":"resize","height":{height}}}"#)
}

/// [`Outbound::Error`] as JSON, without that code; `message` is JSON already.
pub fn failed(code: ErrorKind, message: &str) -> String {
    let code = code.name();
    format!(
        r#"{{"context":"{CONTEXT}","v":{VERSION},"type":"error","code":"{code}","message":{message}}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_posted_without_that_code_is_the_same() {
        let read = |json: &str| serde_json::from_str::<Json>(json).expect("JSON");
        let resize = Outbound::Resize { height: 640 };
        assert_eq!(read(&resized(640)), outbound(&resize));
        assert_eq!(posted(&resize).len(), 2);
        assert_eq!(read(&frame_resized(640))["height"], 640);
        let message = "a \"quoted\" one".to_owned();
        let json = json!(message).to_string();
        let error = Outbound::Error { code: ErrorKind::Refused, message };
        assert_eq!(read(&failed(ErrorKind::Refused, &json)), outbound(&error));
    }

    fn ours(mut fields: Json) -> Json {
        fields["context"] = CONTEXT.into();
        fields["v"] = VERSION.into();
        fields
    }

    fn learner() -> Json {
        json!({ "type": "identify", "actor": { "mbox": "mailto:ann@example.org" },
            "base": "https://lms.example/", "registration": "5b2c1d6e-0f3a-4c8d-9e21-7a6b5c4d3e2f" })
    }

    #[test]
    fn what_is_not_ours_is_let_pass() {
        for message in [
            json!(null),
            json!("stalemate"),
            json!({ "type": "play" }),
            json!({ "context": "another", "v": 1, "type": "play" }),
            json!({ "context": 1 }),
            json!([CONTEXT, 1]),
        ] {
            assert_eq!(inbound(&message), None, "{message}");
        }
    }

    #[test]
    fn each_message_is_understood() {
        let cases = [
            (json!({ "type": "play" }), Inbound::Play),
            (json!({ "type": "pause" }), Inbound::Pause),
            (json!({ "type": "step" }), Inbound::Step),
            (json!({ "type": "reset" }), Inbound::Reset),
            (json!({ "type": "getState" }), Inbound::GetState),
            (json!({ "type": "getScenario" }), Inbound::GetScenario),
            (json!({ "type": "getProgress" }), Inbound::GetProgress),
            (
                json!({ "type": "setProgress", "progress": { "version": 1, "lesson": "ttl", "step": 2 } }),
                Inbound::SetProgress(Box::new(
                    Progress::parse(r#"{"version": 1, "lesson": "ttl", "step": 2}"#)
                        .expect("right"),
                )),
            ),
            (
                learner(),
                Inbound::Identify(Attribution::read(&learner()).expect("all of it is right")),
            ),
            (json!({ "type": "seek", "atUs": 1500000 }), Inbound::Seek { at_us: 1_500_000 }),
            (json!({ "type": "setTheme", "theme": "dark" }), Inbound::SetTheme(Theme::Dark)),
            (
                json!({ "type": "load", "preset": "ca6" }),
                Inbound::Load(ScenarioSource::Preset("ca6".to_owned())),
            ),
            (
                json!({ "type": "load", "link": "#v1.p.x" }),
                Inbound::Load(ScenarioSource::Link("#v1.p.x".to_owned())),
            ),
            (
                json!({ "type": "load", "scenario": {} }),
                Inbound::Load(ScenarioSource::Scenario(Box::default())),
            ),
            (
                json!({ "type": "load", "scenario": "{\"seed\": 1}" }),
                Inbound::Load(ScenarioSource::Scenario(Box::default())),
            ),
        ];
        for (kind, fields) in INBOUND {
            let tried = cases.iter().filter(|(message, _)| message["type"] == kind);
            let tried: Vec<_> = tried.map(|(message, _)| message).collect();
            assert!(!tried.is_empty(), "{kind} is not tried");
            for field in fields {
                assert!(tried.iter().any(|message| message.get(field).is_some()), "{kind}.{field}");
            }
        }
        for (message, meant) in cases {
            assert_eq!(inbound(&ours(message)), Some(Ok(meant)));
        }
    }

    #[test]
    fn what_is_ours_and_wrong_is_told_what_is_allowed() {
        let cases = [
            (json!({ "type": "explode" }), "there is no message `explode`; allowed are load"),
            (json!({}), "`type` is missing"),
            (json!({ "type": "seek" }), "`atUs` must be a number"),
            (json!({ "type": "seek", "atUs": -1 }), "`atUs` must be a number"),
            (json!({ "type": "seek", "atUs": "9" }), "`atUs` must be a number"),
            (json!({ "type": "seek", "atUs": 1e300 }), "`atUs` must be a number"),
            (json!({ "type": "setTheme", "theme": "pink" }), "`theme` must be"),
            (json!({ "type": "setProgress" }), "`progress` is missing"),
            (json!({ "type": "setProgress", "progress": {} }), "`progress` cannot be used: "),
            (json!({ "type": "identify", "actor": { "name": "Ann" } }), "`actor` must be an agent"),
            (json!({ "type": "identify", "base": "lms" }), "`base` must be an address"),
            (json!({ "type": "identify", "registration": "7" }), "`registration` must be a UUID"),
            (json!({ "type": "load" }), "`preset`, `link` or `scenario` is missing"),
            (json!({ "type": "load", "scenario": { "sed": 1 } }), "sed"),
            (json!({ "type": "load", "scenario": "{" }), "is not JSON"),
        ];
        for (message, said) in cases {
            let error = inbound(&ours(message.clone())).expect("ours").expect_err("wrong");
            assert!(error.to_string().contains(said), "{message}: {error}");
        }
        let newer = json!({ "context": CONTEXT, "v": 2, "type": "play" });
        let error = inbound(&newer).expect("ours").expect_err("wrong");
        assert_eq!(error, MessageError::NewerVersion(2));
    }

    #[test]
    fn what_is_posted_says_whose_it_is_and_what() {
        let posted = outbound(&Outbound::Event {
            at_us: 7,
            tone: Tone::Bad,
            text: "R1 read the past".to_owned(),
        });
        assert_eq!(
            posted,
            json!({ "context": "stalemate", "v": 1, "type": "event", "atUs": 7, "tone": "bad",
                "text": "R1 read the past" })
        );
        let state = outbound(&Outbound::State(RunState { at_us: 9, ..RunState::default() }));
        assert_eq!((&state["type"], &state["atUs"]), (&json!("state"), &json!(9)));
        assert_eq!(state["staleReads"], json!(0));
    }
}
