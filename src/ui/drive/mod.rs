//! Drives the page: commands in, frames out, and the state shown. Only the parts at the edge use
//! the browser; the rest runs anywhere.

pub mod catalog;
pub mod documents;
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
