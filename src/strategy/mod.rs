//! What a strategy says: the language, from text to running tasks.

pub mod call;
pub mod value;
