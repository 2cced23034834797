//! The scenario document: what is read, what is refused and in which words.

mod any;
mod bad_input;
mod errors;
mod presets;
mod schema;
mod words;
