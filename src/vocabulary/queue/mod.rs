//! What a queue does with its items: the words of a strategy for it.

pub mod like;
mod rules;

pub use like::{LIKE, Like};
pub use rules::{Coalesce, Order, Place, Rules};
