//! The language: what programs compute, what they ask the stores for and in
//! which order, and what is said about those that are wrong.
#![cfg(not(target_arch = "wasm32"))]

#[path = "strategy/builtins.rs"]
mod builtins;
#[path = "strategy/control.rs"]
mod control;
#[path = "strategy/errors.rs"]
mod errors;
/// stores that answer at once, and note what they were asked
#[path = "strategy/fake.rs"]
mod fake;
#[path = "strategy/properties.rs"]
mod properties;
#[path = "strategy/stores.rs"]
mod stores;
#[path = "strategy/values.rs"]
mod values;
