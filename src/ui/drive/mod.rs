//! What drives the page: commands in, frames out, and the state that is shown.
//! All of it but the ends that touch the browser runs anywhere.

pub mod catalog;
pub mod finder;
pub mod kinship;
pub mod pace;
pub mod picture;
pub mod player;
pub mod rows;
pub mod scale;
pub mod shortcuts;
pub mod state;
pub mod telling;
pub mod zoom;

#[cfg(target_arch = "wasm32")]
pub mod asked;
#[cfg(target_arch = "wasm32")]
pub mod embedded;
#[cfg(target_arch = "wasm32")]
pub mod light;
#[cfg(target_arch = "wasm32")]
pub mod visits;
