//! What opens above the page, and holds the rest of it back.

pub mod compare;
pub mod explore;
pub mod find;
mod frame;
pub mod help;
pub mod lessons;
pub mod share;
pub mod teacher;
