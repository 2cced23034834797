//! The field guide: how cache libraries behave, each as a strategy in the language, and one table
//! of their behaviour, computed by running these strategies.
//!
//! A [`Row`] is a library in one configuration; its strategy was written to do what the library was
//! measured to do, and `make guide` measures the library again. A [`Column`] is a question: a
//! scenario for every strategy, and a rule that reads the answer from its run. No cell is written
//! by hand.
//!
//! The libraries are their authors' work; none of them endorses this guide, or is connected with
//! it.
#![doc = include_str!("table.md")]

// what each library does
pub mod row;

// … and those that are queues
mod queue;

// what is asked of each
pub mod column;

// what a run of a column's scenario comes to
mod reading;

// all cells
pub mod table;

// what a search of every order says of each
pub mod verdict;

// the guide in words
pub mod text;

pub use column::Column;
pub use row::Row;
