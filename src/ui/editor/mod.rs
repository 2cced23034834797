//! The editor of a strategy's text: what is wrong shows under its line while a
//! person types, the parameters are controls, and the text is compared with
//! others. Nothing of it is run before a person asks for that.

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
