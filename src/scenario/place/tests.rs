//! Finds the same fields as `serde_path_to_error`, wherever a document is wrong.

use serde_json::{Value, json};
use serde_path_to_error::Segment;

use super::super::{Scenario, preset};
use super::field;

/// The result of the other parser: the field, and the error with its position.
fn noted(text: &str) -> Option<(Vec<String>, serde_json::Error)> {
    let mut json = serde_json::Deserializer::from_str(text);
    let error = serde_path_to_error::deserialize::<_, Scenario>(&mut json).err()?;
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(format!("[{index}]")),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    let mut path: Vec<String> = error.path().iter().filter_map(step).collect();
    let error = error.into_inner();
    // It counts the name of a field that nobody knows, or that is there twice.
    let said = error.to_string();
    if said.starts_with("unknown field") || said.starts_with("duplicate field") {
        path.pop_if(|last| said.split('`').nth(1) == Some(last));
    }
    Some((path, error))
}

/// Checks that both find the same field, if the document is wrong. Returns whether it is.
#[track_caller]
fn check(text: &str) -> bool {
    let Some((path, error)) = noted(text) else { return false };
    assert_eq!(field(text, &error), path, "{error}: {text}");
    true
}

/// Calls `each` with every value of a document in turn, which it may change, and then restores the
/// value.
fn each_value(document: &mut Value, each: &mut impl FnMut(&Value)) {
    let strange = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!("\"}: né"),
        json!([]),
        json!([[1]]),
        json!({}),
        json!({"no \\ such": {}}),
    ];
    fn places(value: &Value, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        match value {
            Value::Array(all) => {
                for (i, value) in all.iter().enumerate() {
                    places(value, &format!("{at}/{i}"), found);
                }
            }
            Value::Object(all) => all.iter().for_each(|(name, value)| {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(value, &format!("{at}/{name}"), found);
            }),
            _ => {}
        }
    }
    let mut all = Vec::new();
    places(document, "", &mut all);
    for place in all {
        for other in &strange {
            let kept = document.pointer(&place).cloned().expect("it is there");
            *document.pointer_mut(&place).expect("it is there") = other.clone();
            each(document);
            *document.pointer_mut(&place).expect("it is there") = kept;
        }
    }
}

#[test]
fn every_value_of_a_preset_replaced_by_each_kind_of_value() {
    let mut wrong = 0;
    for preset in preset::all().step_by(17) {
        let mut document = serde_json::to_value(preset.scenario()).expect("it is JSON");
        each_value(&mut document, &mut |changed| {
            wrong += usize::from(check(&changed.to_string()));
        });
    }
    assert!(wrong > 1_000, "{wrong}");
}

#[test]
fn however_it_is_written() {
    let pretty = "{\n  \"topology\" :\n  { \"apps\" : { \"count\" : \"two\" } }\n}";
    assert!(check(pretty));
    for text in [
        r#"{"topology":{"cache":{"cache":1}}}"#,
        r#"{"topology":{"cache":{},"cache":{}}}"#,
        r#"{ "topology" : { "cache" : { "nothing" : 1 } } }"#,
        r#"{"rows":{"each":{"a\"}":[]}}}"#,
        r#"{"actions":[ {"do":"read"} , {"do" : "kill-cache" , "at_us" : [ ] } ]}"#,
        r#"{"actions":[{"at_us":1,"do":"read"}]}"#,
        r#"{"actions":[[],1]}"#,
        r#"{"actions":[1,[]]}"#,
        r#"{"actions":{"do":1}}"#,
        r#"{"actions": {} }"#,
        r#"{"title":[]}"#,
        r#"{"title": {} }"#,
        r#"{"é":1}"#,
        r#"{"description":"é","é":1}"#,
    ] {
        assert!(check(text), "{text} is a scenario");
    }
}
