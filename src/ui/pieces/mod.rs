//! What panels, dialogs, editor and lesson are made of.

pub mod highlight;

#[cfg(target_arch = "wasm32")]
pub mod icon;
#[cfg(target_arch = "wasm32")]
pub mod markdown;
