//! What JavaScript sees: one handle, plain data in and out.
//!
//! ```js
//! const run = new Stalemate({ rows: { each: { k: 1 } } });
//! run.act({ do: "read", key: "k" });
//! run.advance(1_000_000);
//! run.report().reads.misses; // 1
//! ```
//!
//! Times are virtual microseconds, as numbers. An error is an `Error` whose
//! `code` is `scenario`, `action` or `stopped`, and whose message is the one
//! that the page and the command line show.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::scenario::{Problem, Scenario, What};
use crate::simulate::{Advance, Simulation};
use crate::time::Micros;

/// A run of a scenario.
#[wasm_bindgen]
pub struct Stalemate(Simulation);

/// The events of one `advance`, after which it says that there are more.
const PORTION: u32 = 1_000_000;

#[wasm_bindgen]
impl Stalemate {
    /// Loads a scenario: an object, or its JSON text.
    #[wasm_bindgen(constructor)]
    pub fn new(scenario: JsValue) -> Result<Stalemate, JsValue> {
        let text = match scenario.as_string() {
            Some(text) => text,
            None => js_sys::JSON::stringify(&scenario)
                .ok()
                .and_then(|text| text.as_string())
                .ok_or_else(|| error("scenario", "it is no object that JSON can hold"))?,
        };
        let scenario = Scenario::parse(&text).map_err(|why| error("scenario", &why.to_string()))?;
        let run = Simulation::new(&scenario).map_err(|why| error("scenario", &list(&why)))?;
        Ok(Stalemate(run))
    }

    /// Does something now: an action of a scenario without its `at_us`.
    pub fn act(&mut self, what: JsValue) -> Result<(), JsValue> {
        let what: What = serde_wasm_bindgen::from_value(what)
            .map_err(|why| error("action", &why.to_string()))?;
        self.0.act(what).map_err(|why| error("action", &why))
    }

    /// Runs on for so long; whether it got there (else call again).
    pub fn advance(&mut self, for_us: f64) -> Result<bool, JsValue> {
        let until_us = self.0.now_us().saturating_add(for_us.max(0.0) as Micros);
        match self.0.advance(until_us, PORTION) {
            Advance::Reached => Ok(true),
            Advance::Budget => Ok(false),
            Advance::Stopped(why) => Err(error("stopped", &why)),
        }
    }

    /// Runs the next event; whether there was one.
    pub fn step(&mut self) -> Result<bool, JsValue> {
        match self.0.step() {
            Advance::Reached => Ok(false),
            Advance::Budget => Ok(true),
            Advance::Stopped(why) => Err(error("stopped", &why)),
        }
    }

    /// The present instant.
    #[wasm_bindgen(getter, js_name = nowUs)]
    pub fn now_us(&self) -> f64 {
        self.0.now_us() as f64
    }

    /// The totals so far: the document that `stalemate run --json` prints.
    pub fn report(&self) -> Result<JsValue, JsValue> {
        plain(&self.0.report())
    }

    /// The scenario, with the actions that were recorded so far.
    pub fn scenario(&self) -> Result<JsValue, JsValue> {
        plain(self.0.scenario())
    }

    /// The log's last lines, oldest first.
    pub fn log(&self, most: u32) -> Vec<String> {
        self.0.log_tail(most as usize).into_iter().map(|line| line.text).collect()
    }
}

/// A value as objects, arrays and numbers.
fn plain(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&Serializer::json_compatible())
        .map_err(|why| error("scenario", &why.to_string()))
}

fn error(code: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    // a plain object takes any property
    let _ = js_sys::Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}
