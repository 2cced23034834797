//! The language: what programs compute, what they ask the stores for and in
//! which order, what is said about those that are wrong; and the built-in
//! strategies, played.
#![cfg(not(target_arch = "wasm32"))]

mod builtins;
mod control;
/// random programs, here and in CPython
mod differential;
mod errors;
/// stores that answer at once, and note what they were asked
mod fake;
mod pasted;
mod played;
mod properties;
mod stores;
mod values;
