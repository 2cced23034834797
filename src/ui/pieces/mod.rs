//! Pieces shared by panels, dialogs, editor and lesson.

pub mod highlight;

#[cfg(target_arch = "wasm32")]
pub mod announcer;
#[cfg(target_arch = "wasm32")]
pub mod cause;
#[cfg(target_arch = "wasm32")]
pub mod coloured;
#[cfg(target_arch = "wasm32")]
pub mod hand;
#[cfg(target_arch = "wasm32")]
pub mod icon;
#[cfg(target_arch = "wasm32")]
pub mod magnify;
#[cfg(target_arch = "wasm32")]
pub mod markdown;
#[cfg(target_arch = "wasm32")]
pub mod modal;
#[cfg(target_arch = "wasm32")]
pub mod parameters;
#[cfg(target_arch = "wasm32")]
pub mod section;
#[cfg(target_arch = "wasm32")]
pub mod theme_picker;
