//! The editor of a strategy's text: errors show under their lines while a person
//! types, the parameters are controls, and the text can be compared with others.
//! The text runs only on request.

pub mod blocks;
pub mod check;
pub mod diff;
pub mod draft;
pub mod text;

#[cfg(target_arch = "wasm32")]
mod changes;
#[cfg(target_arch = "wasm32")]
mod dialog;
#[cfg(target_arch = "wasm32")]
mod findings;
#[cfg(target_arch = "wasm32")]
mod sheet;

#[cfg(target_arch = "wasm32")]
pub use dialog::Editor;
