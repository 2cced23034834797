//! The page: what a person sees and touches. Files are named after what is on screen.
//!
//! Commands go one way, pictures the other: a control emits a
//! [`Command`](player::Command), the [`Player`](player::Player) does it to the
//! simulation and hands back a [`Frame`](player::Frame), the
//! [`State`](state::State) takes it in, and the panels are drawn from that.
//! What needs no browser is compiled everywhere, and tested without one.

mod engine;

pub mod highlight;
pub mod pace;
pub mod places;
pub mod player;
pub mod shortcuts;
pub mod state;
pub mod words;

#[cfg(any())]
mod alarm;
#[cfg(any())]
mod announcer;
#[cfg(any())]
mod app;
#[cfg(any())]
mod clients;
#[cfg(any())]
mod code;
#[cfg(any())]
mod counters;
#[cfg(any())]
mod faults;
#[cfg(any())]
mod flights;
#[cfg(any())]
mod frames;
#[cfg(any())]
mod header;
#[cfg(any())]
mod help;
#[cfg(any())]
mod icon;
#[cfg(any())]
mod log;
#[cfg(any())]
mod map;
#[cfg(any())]
mod notices;
#[cfg(any())]
mod parameters;
#[cfg(any())]
mod queues;
#[cfg(any())]
mod stores;
#[cfg(any())]
mod theme;
#[cfg(any())]
mod toolbar;
#[cfg(any())]
mod workloads;

#[cfg(any())]
pub use app::start;
