//! The messages between an embedded playground and its host.

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::Theme;
use crate::scenario::Scenario;
use crate::time::Micros;

/// What marks a message as one of these.
pub const CONTEXT: &str = "stalemate";
/// The version of the messages.
pub const VERSION: u64 = 1;

/// All that a host can ask for, each with its fields.
pub const INBOUND: [(&str, &[&str]); 8] = [
    ("load", &["preset", "link", "scenario"]),
    ("play", &[]),
    ("pause", &[]),
    ("step", &[]),
    ("seek", &["atUs"]),
    ("reset", &[]),
    ("setTheme", &["theme"]),
    ("getState", &[]),
];

/// What a host asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Inbound {
    /// Another scenario, from its start.
    Load(Load),
    Play,
    Pause,
    /// One event.
    Step,
    /// Stand at this instant of the simulation.
    Seek {
        at_us: Micros,
    },
    /// From the start.
    Reset,
    SetTheme(Theme),
    /// Answer with a `state`.
    GetState,
}

/// Where a scenario comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Load {
    Preset(String),
    Link(String),
    Scenario(Box<Scenario>),
}

/// What the playground says to its host.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Outbound {
    /// It has started and listens.
    Ready { engine: String },
    /// It wants to be so high, in CSS pixels.
    Resize { height: u32 },
    /// Where it stands: after `getState`, and when it starts, pauses or jumps.
    State(State),
    /// A line of the log: a verdict, a fault, an answer.
    Event { at_us: Micros, tone: String, text: String },
    /// A learner has committed to an answer; the statement is xAPI's.
    Answer { statement: Json },
    /// A learner has finished a lesson.
    Complete { statement: Json },
    /// A message was not understood, or could not be done.
    Error { code: String, message: String },
}

/// Where a playground stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    pub at_us: Micros,
    pub playing: bool,
    /// Empty: a scenario of the host's own.
    pub preset: String,
    pub title: String,
    pub hits: u64,
    pub misses: u64,
    pub stale_reads: u64,
    pub lost_writes: u64,
    /// Everything that went wrong, of every kind.
    pub violations: u64,
    /// How many `getState` it has answered so far: tells an answer from what is
    /// told anyway.
    pub answered: u32,
}

/// Reads what a host has posted. `None`: it is no message of ours at all, and
/// none of our business.
///
/// # Errors
/// What is wrong with it, and what is allowed: for a message that is ours.
pub fn inbound(message: &Json) -> Option<Result<Inbound, String>> {
    if message.get("context")?.as_str()? != CONTEXT {
        return None;
    }
    Some(understood(message))
}

fn understood(message: &Json) -> Result<Inbound, String> {
    match message.get("v").map(Json::as_u64) {
        Some(Some(VERSION)) => {}
        Some(Some(newer)) if newer > VERSION => {
            return Err(format!("messages of version {newer} are newer than this playground"));
        }
        _ => return Err(format!("`v` is missing; allowed is {VERSION}")),
    }
    let kind = message.get("type").and_then(Json::as_str).ok_or("`type` is missing")?;
    Ok(match kind {
        "load" => Inbound::Load(load(message)?),
        "play" => Inbound::Play,
        "pause" => Inbound::Pause,
        "step" => Inbound::Step,
        "reset" => Inbound::Reset,
        "getState" => Inbound::GetState,
        "seek" => {
            let at_us = message.get("atUs").and_then(Json::as_f64);
            let at_us =
                at_us.filter(|at_us| (0.0..=crate::time::LONGEST_US as f64).contains(at_us));
            let at_us = at_us.ok_or("`atUs` is to be a number of microseconds, 0 or more")?;
            Inbound::Seek { at_us: at_us as Micros }
        }
        "setTheme" => {
            let theme = message.get("theme").and_then(Json::as_str).and_then(Theme::named);
            Inbound::SetTheme(theme.ok_or("`theme` is to be auto, light or dark")?)
        }
        other => {
            let other: String = other.chars().take(40).collect();
            let known = INBOUND.map(|(kind, _)| kind).join(", ");
            return Err(format!("there is no message `{other}`; allowed are {known}"));
        }
    })
}

fn load(message: &Json) -> Result<Load, String> {
    let text = |name: &str| message.get(name).and_then(Json::as_str).map(str::to_owned);
    if let Some(preset) = text("preset") {
        return Ok(Load::Preset(preset));
    }
    if let Some(link) = text("link") {
        return Ok(Load::Link(link));
    }
    let scenario = message.get("scenario").ok_or("`preset`, `link` or `scenario` is missing")?;
    let scenario = Scenario::parse(&scenario.to_string()).map_err(|why| why.to_string())?;
    Ok(Load::Scenario(Box::new(scenario)))
}

/// A message as it is posted.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(mut fields: Json) -> Json {
        fields["context"] = CONTEXT.into();
        fields["v"] = VERSION.into();
        fields
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
            (json!({ "type": "seek", "atUs": 1500000 }), Inbound::Seek { at_us: 1_500_000 }),
            (json!({ "type": "setTheme", "theme": "dark" }), Inbound::SetTheme(Theme::Dark)),
            (
                json!({ "type": "load", "preset": "ca6" }),
                Inbound::Load(Load::Preset("ca6".to_owned())),
            ),
            (
                json!({ "type": "load", "link": "#v1.p.x" }),
                Inbound::Load(Load::Link("#v1.p.x".to_owned())),
            ),
            (
                json!({ "type": "load", "scenario": {} }),
                Inbound::Load(Load::Scenario(Box::default())),
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
            (json!({ "type": "seek" }), "`atUs` is to be a number"),
            (json!({ "type": "seek", "atUs": -1 }), "`atUs` is to be a number"),
            (json!({ "type": "seek", "atUs": "9" }), "`atUs` is to be a number"),
            (json!({ "type": "seek", "atUs": 1e300 }), "`atUs` is to be a number"),
            (json!({ "type": "setTheme", "theme": "pink" }), "`theme` is to be"),
            (json!({ "type": "load" }), "`preset`, `link` or `scenario` is missing"),
            (json!({ "type": "load", "scenario": { "sed": 1 } }), "sed"),
        ];
        for (message, said) in cases {
            let error = inbound(&ours(message.clone())).expect("ours").expect_err("wrong");
            assert!(error.contains(said), "{message}: {error}");
        }
        let newer = json!({ "context": CONTEXT, "v": 2, "type": "play" });
        let error = inbound(&newer).expect("ours").expect_err("wrong");
        assert!(error.contains("newer than this playground"), "{error}");
    }

    #[test]
    fn what_is_posted_says_whose_it_is_and_what() {
        let posted = outbound(&Outbound::Event {
            at_us: 7,
            tone: "bad".to_owned(),
            text: "R1 read the past".to_owned(),
        });
        assert_eq!(
            posted,
            json!({ "context": "stalemate", "v": 1, "type": "event", "atUs": 7, "tone": "bad",
                "text": "R1 read the past" })
        );
        let state = outbound(&Outbound::State(State { at_us: 9, ..State::default() }));
        assert_eq!((&state["type"], &state["atUs"]), (&json!("state"), &json!(9)));
        assert_eq!(state["staleReads"], json!(0));
    }
}
