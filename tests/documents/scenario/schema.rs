//! The published schema says what the parser and the validator say.

use serde_json::{Value, json};
use stalemate::scenario::{Scenario, schema};

const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/static/scenario.schema.json");

#[test]
fn the_published_file_is_up_to_date() {
    let published = std::fs::read_to_string(PUBLISHED).unwrap_or_default();
    assert!(published == schema::text(), "run `make generated`");
}

/// A number without a range, or a text without a length, is a rule that the
/// schema's list of types forgot.
#[test]
fn every_value_has_its_rule() {
    let mut bare = Vec::new();
    walk(&schema::schema(), "", &mut |path, part| {
        let is = |kind: &str| match &part["type"] {
            Value::String(one) => one == kind,
            Value::Array(some) => some.iter().any(|one| one == kind),
            _ => false,
        };
        let free = part.get("const").is_some() || part.get("enum").is_some();
        let lacks = |rule: &str| part.get(rule).is_none();
        if !free
            && (is("integer") && (lacks("minimum") || lacks("maximum"))
                || is("string") && lacks("maxLength")
                || is("array") && lacks("maxItems"))
        {
            bare.push(path.to_owned());
        }
    });
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn every_field_says_what_it_is() {
    let mut bare = Vec::new();
    walk(&schema::schema(), "", &mut |path, part| {
        for (name, field) in part["properties"].as_object().into_iter().flatten() {
            // A link's name is its description.
            let named = path.ends_with("/links");
            if !named && field.get("description").is_none() && field.get("const").is_none() {
                bare.push(format!("{path}/{name}"));
            }
        }
    });
    assert_eq!(bare, Vec::<String>::new());
}

fn walk(part: &Value, path: &str, visit: &mut impl FnMut(&str, &Value)) {
    match part {
        Value::Object(fields) => {
            visit(path, part);
            for (name, field) in fields {
                walk(field, &format!("{path}/{name}"), visit);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{path}/{index}"), visit);
            }
        }
        _ => {}
    }
}

/// Each part of the schema, with the names that lead to it.
fn parts(schema: &Value, path: &str, look: &mut impl FnMut(&str, &Value)) {
    look(path, schema);
    match schema {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, part)| parts(part, &format!("{path}/{name}"), look));
        }
        Value::Array(items) => items.iter().for_each(|item| parts(item, path, look)),
        _ => {}
    }
}

#[test]
fn it_is_read_by_who_is_strict() {
    let published = schema::published();
    parts(&published, "", &mut |path, part| {
        let is_schema = !path.ends_with("/properties") && !path.ends_with("/default");
        if !is_schema {
            return;
        }
        if let Some(format) = part.get("format").and_then(Value::as_str) {
            panic!("{path}: the format {format}");
        }
        for name in part.get("required").and_then(Value::as_array).into_iter().flatten() {
            assert!(part.get("type").is_some(), "{path}: required without type");
            let name = name.as_str().unwrap_or_default();
            assert!(part["properties"].get(name).is_some(), "{path}: {name} is not defined");
        }
    });
    let titles = published["$defs"]["Action"]["oneOf"].as_array().unwrap().iter();
    let titles: Vec<&str> = titles.filter_map(|variant| variant["title"].as_str()).collect();
    assert!(titles.contains(&"ActionRead") && titles.contains(&"ActionKillCache"), "{titles:?}");
}

#[test]
fn it_states_what_fits_together_where_it_can() {
    let validator = jsonschema::validator_for(&schema::published()).unwrap();
    for (document, allowed) in [
        (json!({}), true),
        (json!({ "strategies": [{}] }), true),
        (json!({ "strategies": [{ "strategy": "leases" }] }), true),
        (json!({ "strategies": [{ "strategy": "lease" }] }), false),
        (
            json!({ "strategies": [{ "strategy": "mine", "source": "def read(key):\n    return db.read(key)\n" }] }),
            true,
        ),
        (json!({ "strategies": [{}, { "prefix": "" }] }), false),
        (json!({ "strategies": [{ "prefix": "a:" }] }), false),
        (json!({ "strategies": [{}, { "prefix": "a:" }] }), true),
    ] {
        assert_eq!(validator.is_valid(&document), allowed, "{document}");
        let parsed = Scenario::parse(&document.to_string()).map(|it| it.validate().is_ok());
        if !allowed {
            assert_ne!(parsed, Ok(true), "{document}");
        }
    }
}
