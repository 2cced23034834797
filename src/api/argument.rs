//! Converts arguments from JavaScript, numbers and JSON texts, to checked values.

use serde::Deserialize;
use serde_json::Value as Json;

use super::{Error, ErrorCode};
use crate::scenario::{Problem, Scenario, What};
use crate::simulate::timeline::Stop;
use crate::time::Micros;

/// A whole number from 0 to `most`.
pub fn whole(name: &str, given: f64, most: u64, unit: &str) -> Result<u64, Error> {
    // every whole number of this range is exact
    match given >= 0.0 && given <= most as f64 && given.fract() == 0.0 {
        true => Ok(given as u64),
        false => {
            let allowed = format!("a whole number, 0..{most}{unit}");
            Err(Error::argument(name, &spelled(given), &allowed))
        }
    }
}

/// A number as JavaScript spells it.
pub fn spelled(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    match number.abs() >= 1e21 {
        true => format!("{number:e}"),
        false => number.to_string(),
    }
}

/// The kind of event to go to.
pub fn stop(given: &str) -> Result<Stop, Error> {
    let named = Stop::ALL.into_iter().find(|stop| stop.name() == given);
    let allowed = || Stop::ALL.map(|stop| format!("{:?}", stop.name())).join(" or ");
    named.ok_or_else(|| Error::argument("stop", &format!("{given:?}"), &allowed()))
}

/// An action as in a scenario, but without `at_us`: it takes place now.
pub fn action(json: &str, now_us: Micros) -> Result<What, Error> {
    let wrong = |path: &str, message: String| {
        let path = path.strip_prefix("actions[0]").unwrap_or(path).trim_start_matches('.');
        let problem = Problem { path: path.to_owned(), message };
        let said = match path {
            "" => format!("the action: {}", problem.message),
            path => format!("{path}: {}", problem.message),
        };
        Error { problems: vec![problem], ..Error::new(ErrorCode::Action, said) }
    };
    let mut action: Json = serde_json::from_str(json).map_err(|error| {
        let said = error.to_string();
        wrong("", format!("is not JSON: {}", said.split(" at line ").next().unwrap_or(&said)))
    })?;
    if action.is_array() {
        // serde would read a list as the fields in order
        return Err(wrong("", "is a list; allowed: an object".to_owned()));
    }
    if let Some(fields) = action.as_object_mut() {
        if fields.contains_key("at_us") {
            let said = "does not belong here: `act` does it now".to_owned();
            return Err(wrong("at_us", said));
        }
        fields.insert("at_us".to_owned(), now_us.into());
    }
    // in a document, so that the words of the errors are the document's
    let document = serde_json::json!({ "actions": [action] }).to_string();
    let scenario = Scenario::parse(&document).map_err(|error| wrong(&error.path, error.message))?;
    let action = scenario.actions.into_iter().next();
    action.map(|action| action.what).ok_or_else(|| wrong("", "is missing".to_owned()))
}

/// Options of a link.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LinkOptions {
    /// The page's address, to put before the fragment. Left out: only the fragment is returned.
    pub base: Option<String>,
    /// The link opens at the present instant; otherwise at the start.
    pub now: bool,
    /// The link holds the whole scenario, even where it is nearly a preset.
    pub whole: bool,
}

impl LinkOptions {
    /// Parses the options. An empty text means the defaults.
    pub fn read(json: &str) -> Result<LinkOptions, Error> {
        let allowed = "an object with `base` (a text), `now` and `whole` (true or false)";
        let json = if json.is_empty() { "{}" } else { json };
        // serde would read a list as the fields in order
        let read = if json.starts_with('{') { serde_json::from_str(json).ok() } else { None };
        read.ok_or_else(|| Error::argument("options", &shortened(json), allowed))
    }
}

/// A text, cut off if it is long.
pub fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
