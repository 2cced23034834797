//! The parts of the page, a file for each.

pub mod announcer;
pub mod charts;
pub mod clients;
pub mod code;
pub mod counters;
pub mod diagram;
pub mod faults;
pub mod flights;
pub mod hand;
pub mod header;
pub mod log;
pub mod map;
pub mod notes;
pub mod notices;
pub mod parameters;
pub mod problems;
pub mod queues;
pub mod ribbons;
pub mod seek;
pub mod stores;
pub mod toolbar;
pub mod workloads;
