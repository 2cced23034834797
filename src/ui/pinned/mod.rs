//! What stays in sight while the page scrolls: time, and what the page has to say.

pub mod compact;
pub mod notices;
pub mod seek;
pub mod toolbar;
pub mod welcome;
