//! Stalemate: a playground for caching strategies.

pub mod time;

pub mod strategy;

pub mod store;

pub mod world;

pub mod history;

pub mod scenario;

pub mod simulate;

pub mod ui;
