//! Documents: scenarios, links to them, the presets and the lessons.
#![cfg(not(target_arch = "wasm32"))]

/// any scenario that runs, for properties
#[path = "../engine/any.rs"]
mod any;
/// any document, whether it runs or not
mod any_document;

mod lessons;
mod links;
/// the table of what strategies are measured at
mod measured;
mod presets;
mod scenario;
