//! The class for JavaScript: [`Run`] with JavaScript values.
//!
//! This module calls JavaScript only to read an argument, before it borrows the
//! run. So a listener, which `stalemate.js` calls, and an object with a `toJSON`
//! of its own may use the run.

use std::cell::RefCell;

use js_sys::{JSON, Reflect};
use serde::Serialize;
use serde_json::Value as Json;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use super::argument::shortened;
use super::{Error, ErrorCode, Exploration, Run};

/// A run of a scenario.
#[wasm_bindgen(skip_typescript)]
pub struct Handle(RefCell<Run>);

type Out = Result<JsValue, JsValue>;

#[wasm_bindgen]
impl Handle {
    /// Loads a scenario: an object, or its JSON text.
    #[wasm_bindgen(constructor)]
    pub fn new(scenario: &JsValue) -> Result<Handle, JsValue> {
        Ok(Handle(RefCell::new(Run::of_text(&document(scenario)?)?)))
    }

    /// Loads a preset.
    #[wasm_bindgen(js_name = ofPreset)]
    pub fn of_preset(id: &JsValue) -> Result<Handle, JsValue> {
        let scenario = super::preset(&text("id", id)?)?;
        Ok(Handle(RefCell::new(Run::new(&scenario)?)))
    }

    /// Loads what a link holds.
    #[wasm_bindgen(js_name = ofLink)]
    pub fn of_link(link: &JsValue) -> Result<Handle, JsValue> {
        Ok(Handle(RefCell::new(Run::of_link(&text("link", link)?)?)))
    }

    pub fn act(&self, action: &JsValue) -> Result<(), JsValue> {
        let action = json(action).map_err(|NotJson(given)| {
            let path = String::new();
            let message = format!("is {given}; allowed: an object");
            let said = format!("the action: {message}");
            let problem = crate::scenario::Problem { path, message };
            Error { problems: vec![problem], ..Error::new(ErrorCode::Action, said) }
        })?;
        Ok(self.0.borrow_mut().act(&action)?)
    }

    pub fn advance(&self, for_us: &JsValue) -> Result<bool, JsValue> {
        let for_us = number("forUs", for_us, "a whole number of microseconds")?;
        Ok(self.0.borrow_mut().advance(for_us)?)
    }

    pub fn seek(&self, at_us: &JsValue) -> Result<bool, JsValue> {
        let at_us = number("atUs", at_us, "a whole number of microseconds")?;
        Ok(self.0.borrow_mut().seek(at_us)?)
    }

    #[wasm_bindgen(js_name = goOn)]
    pub fn go_on(&self) -> Result<bool, JsValue> {
        Ok(self.0.borrow_mut().go_on()?)
    }

    pub fn step(&self) -> Result<bool, JsValue> {
        Ok(self.0.borrow_mut().step()?)
    }

    pub fn back(&self) -> bool {
        self.0.borrow_mut().back()
    }

    pub fn next(&self, stop: &JsValue) -> Result<bool, JsValue> {
        let stop = text("stop", stop)?;
        Ok(self.0.borrow_mut().next(&stop)?)
    }

    pub fn previous(&self, stop: &JsValue) -> Result<bool, JsValue> {
        let stop = text("stop", stop)?;
        Ok(self.0.borrow_mut().previous(&stop)?)
    }

    pub fn undo(&self) -> Out {
        let undone = self.0.borrow_mut().undo()?;
        plain(&undone)
    }

    pub fn redo(&self) -> Out {
        let redone = self.0.borrow_mut().redo()?;
        plain(&redone)
    }

    #[wasm_bindgen(getter)]
    pub fn arrived(&self) -> bool {
        self.0.borrow().has_arrived()
    }

    #[wasm_bindgen(getter, js_name = canUndo)]
    pub fn can_undo(&self) -> bool {
        self.0.borrow().can_undo()
    }

    #[wasm_bindgen(getter, js_name = canRedo)]
    pub fn can_redo(&self) -> bool {
        self.0.borrow().can_redo()
    }

    #[wasm_bindgen(getter, js_name = nowUs)]
    pub fn now_us(&self) -> f64 {
        self.0.borrow().now_us() as f64
    }

    #[wasm_bindgen(getter, js_name = furthestUs)]
    pub fn furthest_us(&self) -> f64 {
        self.0.borrow().furthest_us() as f64
    }

    #[wasm_bindgen(getter, js_name = eventCount)]
    pub fn event_count(&self) -> f64 {
        self.0.borrow().events_so_far() as f64
    }

    pub fn report(&self) -> Out {
        plain(&self.0.borrow().report())
    }

    pub fn violations(&self) -> Out {
        plain(&self.0.borrow().violations())
    }

    pub fn stores(&self, most: &JsValue) -> Out {
        let most = number("most", most, "a whole number")?;
        plain(&self.0.borrow().stores(most)?)
    }

    pub fn activity(&self, most: &JsValue) -> Out {
        let most = number("most", most, "a whole number")?;
        plain(&self.0.borrow().activity(most)?)
    }

    pub fn log(&self, most: &JsValue) -> Out {
        let most = number("most", most, "a whole number")?;
        plain(&self.0.borrow().log(most)?)
    }

    pub fn events(&self, from: &JsValue, most: &JsValue) -> Out {
        let from = number("from", from, "a whole number")?;
        let most = number("most", most, "a whole number")?;
        plain(&self.0.borrow().events(from, most)?)
    }

    /// The scenario as JSON text, which keeps 1.0; JavaScript does not tell it from 1.
    pub fn scenario(&self) -> String {
        self.0.borrow().scenario().to_json()
    }

    pub fn link(&self, options: &JsValue) -> Result<String, JsValue> {
        let options = match options.is_undefined() {
            true => String::new(),
            false => json(options).map_err(|NotJson(given)| {
                Error::argument("options", &given, "an object with `base`, `now` and `whole`")
            })?,
        };
        Ok(self.0.borrow().link(&options)?)
    }

    #[wasm_bindgen(js_name = checkLink)]
    pub fn check_link(&self) -> Out {
        plain(&self.0.borrow_mut().check_link())
    }

    /// Sets the point from which `change` counts.
    pub fn mark(&self) {
        self.0.borrow_mut().mark();
    }

    /// The changes since the mark, or `null`.
    pub fn change(&self) -> Out {
        plain(&self.0.borrow_mut().change())
    }
}

/// A search over all orders.
#[wasm_bindgen(skip_typescript)]
pub struct ExplorationHandle(RefCell<Exploration>);

#[wasm_bindgen]
impl ExplorationHandle {
    /// Loads a scenario, an object or its JSON text, with options.
    #[wasm_bindgen(constructor)]
    pub fn new(scenario: &JsValue, options: &JsValue) -> Result<ExplorationHandle, JsValue> {
        let options = match options.is_undefined() {
            true => String::new(),
            false => json(options)
                .map_err(|NotJson(given)| Error::argument("options", &given, "an object"))?,
        };
        let search = Exploration::new(&document(scenario)?, &options)?;
        Ok(ExplorationHandle(RefCell::new(search)))
    }

    pub fn advance(&self, states: u32) -> bool {
        self.0.borrow_mut().advance(states)
    }

    pub fn progress(&self) -> Out {
        plain(&self.0.borrow().progress())
    }

    pub fn answer(&self) -> Out {
        plain(&self.0.borrow_mut().answer()?)
    }
}

/// The presets.
#[wasm_bindgen(skip_typescript)]
pub fn presets() -> Out {
    plain(&super::presets().collect::<Vec<_>>())
}

/// A preset's scenario, as JSON text.
#[wasm_bindgen(skip_typescript)]
pub fn preset(id: &JsValue) -> Result<String, JsValue> {
    Ok(super::preset(&text("id", id)?)?.to_json())
}

/// The built-in strategies.
#[wasm_bindgen(skip_typescript)]
pub fn strategies() -> Out {
    plain(&super::strategies().collect::<Vec<_>>())
}

/// A JavaScript `Error` with `code` and `problems`.
impl From<Error> for JsValue {
    fn from(error: Error) -> JsValue {
        let thrown = js_sys::Error::new(&error.message);
        // setting a property of a new object cannot fail
        let _ = Reflect::set(&thrown, &"code".into(), &error.code.name().into());
        let problems = plain(&error.problems).unwrap_or(JsValue::UNDEFINED);
        let _ = Reflect::set(&thrown, &"problems".into(), &problems);
        thrown.into()
    }
}

/// The JSON text of a scenario given as an object or a text.
fn document(scenario: &JsValue) -> Result<String, Error> {
    match scenario.as_string() {
        Some(text) => Ok(text),
        None => json(scenario).map_err(|NotJson(given)| {
            let path = String::new();
            let message = format!("is {given}; allowed: an object, or its JSON text");
            Error::of(ErrorCode::Scenario, vec![crate::scenario::Problem { path, message }])
        }),
    }
}

/// An argument that has no JSON text, described: "undefined", "a function".
struct NotJson(String);

/// The JSON text of a value.
fn json(value: &JsValue) -> Result<String, NotJson> {
    match JSON::stringify(value) {
        Ok(text) => text.as_string().ok_or_else(|| NotJson(said(value))),
        Err(why) => {
            let why = why.dyn_ref::<js_sys::Error>().map(|why| String::from(why.message()));
            let why = why.unwrap_or_else(|| "it does not say why".to_owned());
            let first = why.lines().next().unwrap_or_default();
            Err(NotJson(format!("nothing that JSON can hold ({})", shortened(first))))
        }
    }
}

fn text(name: &str, value: &JsValue) -> Result<String, Error> {
    value.as_string().ok_or_else(|| Error::argument(name, &said(value), "a text"))
}

fn number(name: &str, value: &JsValue, allowed: &str) -> Result<f64, Error> {
    value.as_f64().ok_or_else(|| Error::argument(name, &said(value), allowed))
}

/// The kind of a value, in the words of the document's errors.
fn said(value: &JsValue) -> String {
    if value.is_undefined() {
        "undefined".to_owned()
    } else if value.is_null() {
        "null".to_owned()
    } else if let Some(text) = value.as_string() {
        format!("the text {:?}", shortened(&text))
    } else if let Some(number) = value.as_f64() {
        super::argument::spelled(number)
    } else if let Some(truth) = value.as_bool() {
        truth.to_string()
    } else if value.is_bigint() {
        "a bigint".to_owned()
    } else if value.is_symbol() {
        "a symbol".to_owned()
    } else if value.is_function() {
        "a function".to_owned()
    } else if js_sys::Array::is_array(value) {
        "a list".to_owned()
    } else {
        "an object".to_owned()
    }
}

/// A value as objects, lists and numbers of JavaScript.
fn plain(value: &impl Serialize) -> Out {
    let json = serde_json::to_value(value).map_err(|why| JsValue::from(why.to_string()))?;
    Ok(Plain(&json).serialize(&Serializer::json_compatible())?)
}

/// JSON whose whole numbers beyond 2⁵³ are bigints.
struct Plain<'a>(&'a Json);

impl Serialize for Plain<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        const EXACT: i128 = 1 << 53;
        match self.0 {
            Json::Array(items) => to.collect_seq(items.iter().map(Plain)),
            Json::Object(fields) => {
                to.collect_map(fields.iter().map(|(name, value)| (name, Plain(value))))
            }
            Json::Number(number) => {
                let whole = number.as_i64().map(i128::from);
                match (whole.or(number.as_u64().map(i128::from)), number.as_f64()) {
                    (Some(whole), _) if whole.abs() > EXACT => to.serialize_i128(whole),
                    (_, Some(number)) => to.serialize_f64(number),
                    _ => to.serialize_unit(),
                }
            }
            other => other.serialize(to),
        }
    }
}
