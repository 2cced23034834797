//! The rules of queues, and the words for them in strategies.

pub mod like;
mod rules;

pub use like::{LIKE, Like};
pub use rules::{Coalesce, Order, Place, Rules};
