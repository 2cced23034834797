//! The lesson beside the run.

pub mod learner;
pub mod panel;
pub mod question;
pub mod reveal;
