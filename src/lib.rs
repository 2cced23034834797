//! Stalemate: a playground for caching strategies.

pub mod time;

pub mod strategy;

pub mod store;

pub mod world;

pub mod history;

pub mod scenario;

pub mod simulate;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
