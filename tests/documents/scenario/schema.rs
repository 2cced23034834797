//! The published schema says what the parser and the validator say.

use serde_json::Value;
use stalemate::scenario::schema;

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
