//! The page: what a person sees and touches. Files are named after what is on screen.
//!
//! Commands go one way, pictures the other: a control emits a
//! [`Command`](drive::player::Command), the [`Player`](drive::player::Player) does it to
//! the simulation and hands back a [`Frame`](drive::player::Frame), the
//! [`PageState`](drive::state::PageState) takes it in, and the panels are drawn from that.
//! What needs no browser is compiled everywhere, and tested without one.
//!
//! Each module uses those before it, and none after it.

// Times and states in words.
pub mod wording;

// What touches the browser: files, frames, storage, the page around this one.
#[cfg(target_arch = "wasm32")]
mod browser;

// What drives the page: the player of a run, and the state that is shown.
pub mod drive;

// What panels, dialogs, editor and lesson are made of.
pub mod pieces;

// The strategy's editor.
pub mod editor;

// The lesson beside the run.
#[cfg(target_arch = "wasm32")]
mod lesson;

// Strategies side by side.
#[cfg(target_arch = "wasm32")]
mod compared;

// The toolbar of time, and notices.
#[cfg(target_arch = "wasm32")]
mod pinned;

// The panels of the page, as the table in `page` lists them.
#[cfg(target_arch = "wasm32")]
mod panels;

// What opens above the page.
#[cfg(target_arch = "wasm32")]
mod dialogs;

#[cfg(target_arch = "wasm32")]
mod app;

#[cfg(target_arch = "wasm32")]
pub use app::start;
