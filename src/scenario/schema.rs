//! The document's JSON schema, published as `static/scenario.schema.json`.
//!
//! Shapes and descriptions come from the types, ranges from their rules.

use serde_json::{Map, Value};

use super::rule::Checked;
use super::*;

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

/// The schemas of the document and of all its parts, by the names of their types.
/// [`What`] is among them, which the schema has as a part of [`Action`] alone.
pub fn types() -> Map<String, Value> {
    let mut document = schema();
    let mut what = schemars::schema_for!(What).to_value();
    What::describe(&mut what);
    let parts = document["$defs"].as_object_mut().map(std::mem::take).unwrap_or_default();
    let whole = [("Scenario".to_owned(), document), ("What".to_owned(), what)];
    parts.into_iter().chain(whole).collect()
}

/// The schema as the published file has it.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&schema()).expect("a schema is JSON");
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
