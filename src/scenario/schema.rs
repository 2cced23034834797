//! The document's JSON schema, published as `static/scenario.schema.json`.
//!
//! Shapes and descriptions come from the types, ranges from their rules.

use serde_json::{Map, Value, json};

use super::rule::Checked;
use super::*;
use crate::strategy::builtin;

/// The schema (JSON Schema 2020-12), as a value.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Scenario).to_value();
    schema["$id"] = "scenario.schema.json".into();
    Scenario::describe(&mut schema);
    for (name, part) in schema["$defs"].as_object_mut().into_iter().flatten() {
        describe(name, part);
    }
    schema
}

/// The schema for strict validators and code generators: only formats that JSON Schema knows, a
/// type and the fields wherever these are required, a title for each variant, and every rule beyond
/// single fields that can be expressed.
pub fn published() -> Value {
    let mut schema = schema();
    let ids: Vec<&str> = builtin::all().iter().map(|it| it.id).collect();
    // With a program of its own, a strategy's id is only where that came from.
    schema["$defs"]["StrategyUse"]["if"] = json!({
        "type": "object", "required": ["source"], "properties": { "source": { "type": "string" } }
    });
    schema["$defs"]["StrategyUse"]["else"] =
        json!({ "properties": { "strategy": { "type": "string", "enum": ids } } });
    let rest =
        json!({ "type": "object", "properties": { "prefix": { "type": "string", "const": "" } } });
    schema["properties"]["strategies"]["contains"] = rest;
    schema["properties"]["strategies"]["minContains"] = 1.into();
    schema["properties"]["strategies"]["maxContains"] = 1.into();
    for (name, part) in schema["$defs"].as_object_mut().into_iter().flatten() {
        be_strict(part, name);
    }
    be_strict(&mut schema, "Scenario");
    schema
}

/// Names for the sizes of numbers, which are not formats of JSON Schema and would be refused.
const SIZES: [&str; 7] = ["uint16", "uint32", "uint64", "int64", "double", "float", "uint8"];

fn be_strict(schema: &mut Value, name: &str) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| be_strict(item, name)),
        Value::Object(fields) => {
            let is_size = |format: &Value| format.as_str().is_some_and(|it| SIZES.contains(&it));
            if fields.get("format").is_some_and(is_size) {
                fields.remove("format");
            }
            if fields.get("required").is_some_and(Value::is_array) && !fields.contains_key("type") {
                fields.insert("type".to_owned(), "object".into());
            }
            let required = fields.get("required").and_then(Value::as_array).cloned();
            for name in required.iter().flatten().filter_map(Value::as_str) {
                let known = fields.entry("properties").or_insert_with(|| json!({}));
                if let Some(known) = known.as_object_mut() {
                    known.entry(name).or_insert_with(|| json!({}));
                }
            }
            for variant in
                fields.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten()
            {
                if let Some(title) = variant_title(variant, name) {
                    variant["title"] = title.into();
                }
            }
            for (field, part) in fields.iter_mut().filter(|(field, _)| *field != "$defs") {
                match (field.as_str(), part) {
                    ("default" | "const" | "enum" | "examples", _) => {}
                    (_, part) => be_strict(part, name),
                }
            }
        }
        _ => {}
    }
}

/// The title of a variant: `ActionKillCache` for the one of `Action` whose `do` is `kill-cache`.
fn variant_title(variant: &Value, name: &str) -> Option<String> {
    let fields = variant.get("properties")?.as_object()?;
    let word = fields.values().find_map(|field| field.get("const")?.as_str())?;
    let capitalised = word.split('-').map(|part| {
        let mut letters = part.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>())
    });
    Some(format!("{name}{}", capitalised.flatten().collect::<String>()))
}

/// The schemas of the document and of all its parts, by the names of their types. They include
/// [`What`], which the schema has only as a part of [`Action`].
pub fn types() -> Map<String, Value> {
    let mut document = schema();
    let mut what = schemars::schema_for!(What).to_value();
    What::describe(&mut what);
    let parts = document["$defs"].as_object_mut().map(std::mem::take).unwrap_or_default();
    let whole = [("Scenario".to_owned(), document), ("What".to_owned(), what)];
    parts.into_iter().chain(whole).collect()
}

/// The text of the published schema file.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&published()).expect("a schema is JSON");
    text.push('\n');
    text
}

/// Adds the rules of the type of this name. A test finds types that are not listed.
fn describe(name: &str, part: &mut Value) {
    let rules: fn(&mut Value) = match name {
        "StrategyUse" => StrategyUse::describe,
        "Literal" => Literal::describe,
        "Rows" => Rows::describe,
        "RowRange" => RowRange::describe,
        "InitialEntry" => InitialEntry::describe,
        "Topology" => Topology::describe,
        "Apps" => Apps::describe,
        "CacheReplicaSettings" => CacheReplicaSettings::describe,
        "CacheSettings" => CacheSettings::describe,
        "DatabaseSettings" => DatabaseSettings::describe,
        "Constraint" => Constraint::describe,
        "LocalSettings" => LocalSettings::describe,
        "ReplicaSettings" => ReplicaSettings::describe,
        "Network" => NetworkSettings::describe,
        "LinkSettings" => LinkSettings::describe,
        "ClientSettings" => ClientSettings::describe,
        "Latency" => Latency::describe,
        "Arrivals" => Arrivals::describe,
        "RatePoint" => RatePoint::describe,
        "Workload" => Workload::describe,
        "Keys" => Keys::describe,
        "Action" => Action::describe,
        "Expectation" => Expectation::describe,
        "Plain" => Plain::describe,
        "Amount" => Amount::describe,
        "HistorySettings" => HistorySettings::describe,
        "Limits" => LimitSettings::describe,
        "View" => ViewSettings::describe,
        "Lesson" => Lesson::describe,
        "LessonStep" => LessonStep::describe,
        "Restart" => Restart::describe,
        "Play" => Play::describe,
        "Watch" => Watch::describe,
        "Question" => Question::describe,
        "Choice" => Choice::describe,
        "Guess" => Guess::describe,
        "Goal" => Goal::describe,
        _ => return,
    };
    rules(part);
}
