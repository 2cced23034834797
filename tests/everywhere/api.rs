//! The class for JavaScript, tried from inside a browser. `tests/npm` tries the
//! package around it.

use js_sys::{JSON, Reflect};
use stalemate::api::Handle;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// An object as a page would write it.
fn object(text: &str) -> JsValue {
    JSON::parse(text).expect("the test's JSON")
}

/// What stands below a path of an object.
fn at(value: &JsValue, path: &str) -> JsValue {
    path.split('.')
        .fold(value.clone(), |value, name| Reflect::get(&value, &name.into()).expect("an object"))
}

#[wasm_bindgen_test]
fn a_page_plays_a_scenario_through_plain_objects() {
    let run = Handle::new(&object(r#"{"rows": {"each": {"k": 1}}}"#)).expect("a scenario");
    run.act(&object(r#"{"do": "read", "key": "k"}"#)).expect("an action");
    assert!(run.advance(&1_000_000.into()).expect("it goes on"));
    run.act(&object(r#"{"do": "read", "key": "k"}"#)).expect("an action");
    assert!(run.step().expect("there is an event"));
    assert!(run.advance(&1_000_000.into()).expect("it goes on"));
    let report = run.report().expect("a report");
    assert_eq!(at(&report, "reads.total"), JsValue::from(2));
    assert_eq!(at(&report, "reads.hits"), JsValue::from(1));
    assert_eq!(at(&object(&run.scenario()), "actions.length"), JsValue::from(2));
    let log = run.log(&1.into()).expect("a log");
    assert!(at(&log, "0.text").as_string().is_some_and(|text| text.contains("fresh")));
    assert!(run.now_us() >= 2_000_000.0);
    assert!(run.back());
}

#[wasm_bindgen_test]
fn an_error_is_an_error_with_a_code_and_words() {
    let error = Handle::new(&object(r#"{"topology": {"apps": {"count": 0}}}"#)).err();
    let error = error.expect("no scenario has no app server");
    assert_eq!(at(&error, "code"), JsValue::from("scenario"));
    assert_eq!(at(&error, "problems.0.path"), JsValue::from("topology.apps.count"));
    let message = at(&error, "message").as_string().expect("words");
    assert!(message.contains("topology.apps.count"), "{message}");
    let run = Handle::new(&object("{}")).expect("a scenario");
    let error = run.act(&object(r#"{"do": "restart-cache"}"#)).expect_err("it is up");
    assert_eq!(at(&error, "code"), JsValue::from("action"));
    let error = run.seek(&JsValue::UNDEFINED).expect_err("it is no instant");
    assert_eq!(at(&error, "code"), JsValue::from("argument"));
}
