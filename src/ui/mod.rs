//! The page. Files are named after what is on screen.
//!
//! Commands go in one direction, pictures in the other: a control emits a
//! [`Command`](drive::player::Command), the [`Player`](drive::player::Player) applies it to the
//! simulation and returns a [`Frame`](drive::player::Frame), the
//! [`PageState`](drive::state::PageState) stores it, and the panels are drawn from that. Code that
//! needs no browser is compiled everywhere, and tested without one.
//!
//! Each module uses only those before it.

// Times and states as text.
pub mod wording;

// The browser: files, frames, storage, the host page.
#[cfg(target_arch = "wasm32")]
mod browser;

// What workers do: the module in a worker draws nothing.
#[cfg(target_arch = "wasm32")]
mod jobs;

// The player of a run, and the state that is shown.
pub mod drive;

// Pieces shared by panels, dialogs, editor and lesson.
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

// The dialogs.
#[cfg(target_arch = "wasm32")]
mod dialogs;

#[cfg(target_arch = "wasm32")]
mod app;

#[cfg(target_arch = "wasm32")]
pub use app::start;
